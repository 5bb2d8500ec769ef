"""Moves beside `terraform plan`, where there is one: fresh random blocks over fresh random states.

Terraform is asked about resources of its own, `terraform_data`, which need no provider; nothing is declared, so every
one is to be destroyed, under the address that it has moved to.
"""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from random import Random, SystemRandom
from typing import TypeAlias

import pytest

from planner.planning.moves import check_moves, follow_moves
from state.address import Address, ModuleStep, parse_address
from tests.planning.sides import move

TERRAFORM = shutil.which("terraform")
ROUNDS = int(os.environ.get("TERRAFORM_ROUNDS", "3"))
WORLDS = 8
"""How many states are told apart by their names in one run of Terraform, which is slow to start."""

Steps: TypeAlias = list[tuple[str, str]]
World: TypeAlias = tuple[Steps, list[str]]

pytestmark = [
    pytest.mark.skipif(TERRAFORM is None, reason="there is no terraform on the PATH to compare with"),
    pytest.mark.fresh,
]


def test_what_moves_and_what_is_blocked(tmp_path: Path) -> None:
    seed = SystemRandom().randrange(2**32)
    random = Random(seed)  # noqa: S311 - no secret
    for number in range(ROUNDS):
        worlds = [make_world(random, f"{number}x{world}", is_valid=True) for world in range(WORLDS)]
        steps = [step for world in worlds for step in world[0]]
        known = [address for world in worlds for address in world[1]]
        printed = ask_terraform(tmp_path / str(number), steps, known)
        followed = follow_moves(move(*steps).moves, list(map(parse_address, known)))
        moved = {str(target): str(source) for target, source in followed.sources.items()}
        blocked = {
            line.strip()
            for warning in followed.warnings
            for line in warning.detail.splitlines()
            if line.startswith(("  cluster.", "  module."))
        }
        assert (moved, blocked) == (read_moves(printed), read_blocked(printed)), (seed, steps, known)


def test_what_contradicts(tmp_path: Path) -> None:
    seed = SystemRandom().randrange(2**32)
    random = Random(seed)  # noqa: S311 - no secret
    for number in range(ROUNDS):
        steps, known = make_world(random, "", is_valid=False)
        printed = ask_terraform(tmp_path / str(number), steps, known)
        told = sorted(problem.summary for problem in check_moves(move(*steps).moves, ()))
        assert told == sorted(re.findall(r"^Error: (.*)$", printed, re.MULTILINE)), (seed, steps, known)


def make_world(random: Random, suffix: str, *, is_valid: bool) -> World:
    """Return blocks, which are or are not without contradictions, and the addresses of a state."""
    while True:
        steps = [(make_end(random, suffix, kind), make_end(random, suffix, kind)) for kind in pick_kinds(random)]
        if any(map(is_inside_itself, steps)):
            continue
        if bool(check_moves(move(*steps).moves, ())) is not is_valid:
            known = {str(make_address(random, suffix)) for _ in range(random.randint(1, 6))}
            return steps, sorted(known)


def is_inside_itself(step: tuple[str, str]) -> bool:
    """Tell whether a module moves into itself: Terraform then moves it again and again."""
    source, target = ([part.partition("[")[0] for part in end.split(".")] for end in step)
    return len(target) > len(source) and target[: len(source)] == source


def pick_kinds(random: Random) -> list[str]:
    return [random.choice(["cluster", "cluster", "module"]) for _ in range(random.randint(1, 4))]


def make_end(random: Random, suffix: str, kind: str) -> str:
    address = make_address(random, suffix, needs_module=kind == "module")
    return str(address) if kind == "cluster" else ".".join(map(str, address.module))


def make_address(random: Random, suffix: str, *, needs_module: bool = False) -> Address:
    depth = random.choice([1, 1, 2] if needs_module else [0, 0, 0, 1, 2])
    module = tuple(ModuleStep(f"{random.choice('mn')}{suffix}", make_key(random)) for _ in range(depth))
    return Address(f"{random.choice('abc')}{suffix}", make_key(random), module)


def make_key(random: Random) -> str | int | None:
    return random.choice([None, None, None, 0, 1, "x"])


def ask_terraform(directory: Path, steps: Steps, known: Iterable[str]) -> str:
    """Return what `terraform plan` says of a configuration of `moved` blocks alone."""
    directory.mkdir()
    blocks = [f"moved {{\n  from = {rename(source)}\n  to   = {rename(target)}\n}}\n" for source, target in steps]
    (directory / "main.tf").write_text("".join(blocks), encoding="utf-8")
    state = {"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "x", "outputs": {}}
    resources = [make_resource(parse_address(address)) for address in known]
    (directory / "terraform.tfstate").write_text(json.dumps({**state, "resources": resources}), encoding="utf-8")
    (directory / "settings").touch()
    environment = {**os.environ, "TF_CLI_CONFIG_FILE": str(directory / "settings"), "CHECKPOINT_DISABLE": "1"}
    command = [str(TERRAFORM), "plan", "-no-color", "-refresh=false", "-lock=false"]
    done = subprocess.run(command, cwd=directory, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - terraform
    return (done.stdout + done.stderr).replace("terraform_data.", "cluster.")


def make_resource(address: Address) -> dict[str, object]:
    attributes = {"id": str(address), "input": None, "output": None, "triggers_replace": None}
    instance: dict[str, object] = {"schema_version": 0, "attributes": attributes, "sensitive_attributes": []}
    resource: dict[str, object] = {
        "mode": "managed",
        "type": "terraform_data",
        "name": address.name,
        "provider": 'provider["terraform.io/builtin/terraform"]',
        "instances": [instance if address.key is None else {**instance, "index_key": address.key}],
    }
    module = ".".join(map(str, address.module))
    return {**resource, "module": module} if module else resource


def rename(address: str) -> str:
    return address.replace("cluster.", "terraform_data.")


def read_moves(printed: str) -> dict[str, str]:
    """Return the former address of what has moved by its new one; Terraform's own wish for `count` is not asked."""
    headers = re.findall(r"^  # (\S+) will be destroyed\n((?:  # \(.*\n)*)", printed, re.MULTILINE)
    found = {target: re.search(r"\(moved from (\S+)\)", notes) for target, notes in headers}
    return {target: match[1] for target, match in found.items() if match}


def read_blocked(printed: str) -> set[str]:
    joined = re.sub(r"\n    +", " ", printed)
    return set(re.findall(r"^  - (\S+ could not move to \S+)$", joined, re.MULTILINE))
