"""Outputs beside Terraform's, where there is one: made-up values through a plan, an apply, `output` and a destroy.

What differs on purpose is left out of the values: texts that a heredoc would not show as they are, and letters that
terminals do not show.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path
from random import Random, SystemRandom
from typing import Any

import pytest

from tests.cli.workbench import Bench

TERRAFORM = shutil.which("terraform")
TEXTS = [
    "",
    "a",
    "b c",
    "x\ny\n",
    "a\n\nb\n",
    "${x}",
    "%{if}",
    'q"q',
    "back\\slash",
    "é",
    "true",
    "12",
    " lead",
    "null",
]
NUMBERS = [0, 1, -5, 10**20, 1.5, 0.25, 1e-7, 123456789012345678]
NAMES = ["a", "b", "c d", "id", "name", "tags", "value", "k-1"]

pytestmark = [
    pytest.mark.skipif(TERRAFORM is None, reason="there is no terraform on the PATH to compare with"),
    pytest.mark.fresh,
]


def make_value(random: Random, depth: int = 0) -> Any:  # noqa: ANN401 - any JSON
    kind = random.random()
    if depth >= 3 or kind < 0.45:
        return random.choice([random.choice(TEXTS), random.choice(NUMBERS), None, True, False])
    if kind < 0.7:
        return [make_value(random, depth + 1) for _ in range(random.randrange(4))]
    return {random.choice(NAMES): make_value(random, depth + 1) for _ in range(random.randrange(4))}


def make_collection(random: Random) -> str:
    """Return an expression whose type is a list, a set or a map."""
    items: list[Any] = random.choice([TEXTS, NUMBERS, [[text] for text in TEXTS]])
    values = random.choices(items, k=random.randrange(4))
    function = random.choice(["tolist", "toset", "tomap"])
    return spell({f"k{at}": value for at, value in enumerate(values)} if function == "tomap" else values, function)


def spell(value: object, function: str = "") -> str:
    literal = json.dumps(json.dumps(value)).replace("${", "$${").replace("%{", "%%{")
    return f"{function}(jsondecode({literal}))" if function else f"jsondecode({literal})"


def write(outputs: dict[str, str]) -> str:
    blocks = [f'output "{name}" {{\n  value = {expression}\n}}\n' for name, expression in outputs.items()]
    return "".join([*blocks, 'output "s00" {\n  value     = "a"\n  sensitive = true\n}\n'])


def run_terraform(directory: Path, *arguments: str) -> str:
    assert TERRAFORM is not None
    (directory / "settings").touch()
    environment = {**os.environ, "TF_CLI_CONFIG_FILE": str(directory / "settings"), "CHECKPOINT_DISABLE": "1"}
    command = [TERRAFORM, *arguments]
    done = subprocess.run(command, cwd=directory, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - terraform
    assert done.returncode == 0, done.stderr
    return done.stdout


def read_changes(text: str) -> str:
    """Return what a plan says of the outputs."""
    part = text.partition("Changes to Outputs:\n")[2]
    return part.partition("\nYou can apply this plan")[0].partition("\nApplying this plan")[0]


def test_made_up_values_are_shown_as_terraform_shows_them(bench: Bench, tmp_path: Path) -> None:
    seed = SystemRandom().getrandbits(64)
    random = Random(seed)  # noqa: S311 - made-up values are no secrets
    outputs = {f"o{number:02}": spell(make_value(random)) for number in range(60)}
    outputs |= {f"t{number:02}": make_collection(random) for number in range(20)}
    theirs = tmp_path / "terraform"
    theirs.mkdir()
    (theirs / "main.tf").write_text(write(outputs), encoding="utf-8")
    (bench.path / "web.cluster.json").unlink()
    (bench.path / "main.hcl").write_text(write(outputs), encoding="utf-8")

    expected = run_terraform(theirs, "apply", "-auto-approve", "-no-color")
    ours = bench.run("apply", "-auto-approve")
    assert ours.code == 0, f"seed {seed}: {ours.err}"
    assert read_changes(ours.out) == read_changes(expected), f"seed {seed}"
    assert ours.out.partition("\nOutputs:\n")[2] == expected.partition("\nOutputs:\n")[2], f"seed {seed}"

    listed = json.loads(run_terraform(theirs, "output", "-json"))
    listed["s00"]["value"] = None
    assert json.loads(bench.run("output", "-json").out) == listed, f"seed {seed}"

    expected = run_terraform(theirs, "destroy", "-auto-approve", "-no-color")
    assert read_changes(bench.run("destroy", "-auto-approve").out) == read_changes(expected), f"seed {seed}"


SCALARS = [text for text in TEXTS if "\n" not in text] + NUMBERS + [True, False]


def test_changes_are_shown_as_terraform_shows_them(bench: Bench, tmp_path: Path) -> None:
    seed = SystemRandom().getrandbits(64)
    random = Random(seed)  # noqa: S311 - made-up values are no secrets
    theirs = tmp_path / "terraform"
    theirs.mkdir()
    (bench.path / "web.cluster.json").unlink()
    befores = [make_flat(random) for _ in range(60)]
    afters = [change_flat(random, before) for before in befores]
    for values in (befores, afters):
        text = write({f"o{number:02}": spell(value) for number, value in enumerate(values)})
        (theirs / "main.tf").write_text(text, encoding="utf-8")
        (bench.path / "main.hcl").write_text(text, encoding="utf-8")
        expected = run_terraform(theirs, "apply", "-auto-approve", "-no-color")
        assert read_changes(bench.run("apply", "-auto-approve").out) == read_changes(expected), f"seed {seed}"


def make_flat(random: Random) -> Any:  # noqa: ANN401 - any JSON
    """Return a scalar, or a list or an object of scalars that are all different."""
    items = random.sample(SCALARS, k=random.randrange(5))
    return random.choice(
        [random.choice(SCALARS), items, dict(zip(random.sample(NAMES, len(items)), items, strict=True))]
    )


def change_flat(random: Random, value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return another value, that differs in some members; what is new in a list was in none before."""
    if random.random() < 0.2:
        return random.choice([random.choice(SCALARS), {"a": 1}, [], {}, [f"new {random.random()}", None]])
    if isinstance(value, list):
        kept = [item for item in value if random.random() < 0.6]
        return [*kept, f"new {random.random()}"] if random.random() < 0.5 else [f"new {random.random()}", *kept]
    if isinstance(value, dict):
        return {name: (random.choice(SCALARS) if random.random() < 0.4 else item) for name, item in value.items()}
    return random.choice(SCALARS)
