"""Completion in real shells, and manual pages that forget nothing."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from planner.cli.main import _planner
from tests.cli.workbench import Bench

ROOT = Path(__file__).resolve().parents[2]


def run_shell(words: list[str], cwd: Path, stubs: Path) -> str:
    stubs.mkdir(exist_ok=True)
    (stubs / "planner").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m planner "$@"\n', encoding="utf-8")
    (stubs / "planner").chmod(0o755)
    environment = {"PATH": f"{stubs}:/usr/bin:/bin", "PYTHONPATH": str(ROOT), "HOME": str(stubs)}
    ended = subprocess.run(words, cwd=cwd, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    assert ended.stderr == ""
    return ended.stdout


def complete_in_bash(bench: Bench, line: str) -> list[str]:
    """Return what bash offers at the end of `line`."""
    words = line.split(" ")
    quoted = " ".join(f"'{word}'" for word in words)
    script = (
        f"source <(planner completion bash); COMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}; COMPREPLY=(); "
        'compopt() { echo "<$2>"; }; _planner_completion planner; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    return [word for word in run_shell(["bash", "-c", script], bench.path, bench.path / "stubs").splitlines() if word]


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("planner pl", ["plan"]),
        ("planner plan -targ", ["-target"]),
        ("planner plan --detailed", ["--detailed-exitcode"]),
        ("planner plan -target ", ["cluster.web"]),
        ("planner plan -replace=x -exclude cl", ["cluster.web"]),
        ("planner state show ", ["cluster.web"]),
        ("planner why cluster.w", ["cluster.web"]),
        ("planner plan -ci git", ["github", "gitlab"]),
        ("planner completion f", ["fish"]),
        ("planner plan -out ", ["<default>"]),
        ("planner plan -C ", ["<dirnames>"]),
        ("planner -C . plan -target ", ["cluster.web"]),
        ("planner -chdir=. state show ", ["cluster.web"]),
        ("planner nonsense ", []),
    ],
)
def test_bash_completes(bench: Bench, line: str, offered: list[str]) -> None:
    bench.run("apply", "-auto-approve")
    assert complete_in_bash(bench, line) == offered


def test_bash_gets_the_quotes_of_a_key_as_it_must_be_typed(bench: Bench) -> None:
    (bench.path / "main.hcl").write_text(
        'cluster "fleet" {\n  for_each = toset(["a"])\n  metadata = { name = "fleet-${each.key}" }\n'
        '  spec     = { version = "2021.06" }\n}\n',
        encoding="utf-8",
    )
    assert bench.run("apply", "-auto-approve").code == 0
    assert complete_in_bash(bench, "planner state show cluster.f") == ["'cluster.fleet[\"a\"]'"]


def test_a_state_that_cannot_be_read_offers_nothing_and_says_nothing(bench: Bench) -> None:
    (bench.path / "planner.state.json").write_text("{", encoding="utf-8")
    assert complete_in_bash(bench, "planner plan -target ") == []


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_the_other_shells_take_their_scripts(bench: Bench, shell: str) -> None:
    ended = bench.run("completion", shell)
    assert ended.code == 0
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed; its script is made all the same")
    script = bench.path / "script"
    script.write_text(ended.out, encoding="utf-8")
    run_shell([shell, "-n", str(script)], bench.path, bench.path / "stubs")


@pytest.mark.skipif(shutil.which("fish") is None, reason="fish is not installed")
def test_fish_completes(bench: Bench) -> None:
    bench.run("apply", "-auto-approve")
    script = 'planner completion fish | source; complete -C "planner state show cl"; complete -C "planner vali"'
    told = run_shell(["fish", "-c", script], bench.path, bench.path / "stubs").splitlines()
    assert [line.split("\t")[0] for line in told] == ["cluster.web", "validate"]


def test_completing_loads_no_network_and_no_parser() -> None:
    code = (
        "import sys; from planner.cli.main import run_command\n"
        "try: run_command(['x'])\nexcept SystemExit: pass\n"
        "print(sorted({'httpx', 'hcl2', 'lark', 'jsonschema', 'rich'} & set(sys.modules)))"
    )
    environment = {
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": str(ROOT),
        "COMP_WORDS": "planner plan -target ",
        "COMP_CWORD": "3",
        "_PLANNER_COMPLETE": "bash_complete",
    }
    ended = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert ended.stdout.splitlines()[-1] == "[]"


def list_commands(command: click.Command, name: str) -> dict[str, click.Command]:
    found = {name: command}
    if isinstance(command, click.Group):
        context = click.Context(command)
        for inner in command.list_commands(context):
            one = command.get_command(context, inner)
            if one is not None and not one.hidden:
                found |= list_commands(one, f"{name}-{inner}")
    return found


def test_every_command_and_option_is_in_a_manual_page(bench: Bench) -> None:
    ended = bench.run("man", "pages")
    assert ended.code == 0
    commands = list_commands(_planner, "planner")
    pages = {path.stem: path.read_text(encoding="utf-8") for path in (bench.path / "pages").iterdir()}
    assert pages.keys() == commands.keys()
    for name, command in commands.items():
        shown = pages[name].replace("\\-", "-")
        for option in command.params:
            if isinstance(option, click.Option) and not option.hidden:
                assert all(spelling in shown for spelling in option.opts if spelling.startswith("--")), (name, option)
    assert "planner-plan (1)" in pages["planner"].replace("\\-", "-")


def test_the_pages_are_good_roff(bench: Bench) -> None:
    bench.run("man", "pages")
    pages = sorted((bench.path / "pages").iterdir())
    for page in pages:
        lines = page.read_text(encoding="utf-8").splitlines()
        assert all(line.isascii() for line in lines)
        commands = {line.split()[0] for line in lines if line.startswith((".", "'"))}
        assert commands <= {".TH", ".SH", ".TP", ".PP", ".B", ".BR", ".nf", ".fi"}
    groff = shutil.which("groff")
    if groff is None:
        pytest.skip("groff is not installed")
    ended = subprocess.run(  # noqa: S603 - the pages under test
        [groff, "-man", "-ww", "-z", *map(str, pages)], capture_output=True, text=True, check=True
    )
    assert ended.stderr == ""


def test_pages_that_cannot_be_written_are_told(bench: Bench) -> None:
    (bench.path / "file").write_text("", encoding="utf-8")
    ended = bench.run("man", "file/pages")
    assert ended.code == 1
    assert re.search("cannot be written to file/pages", ended.err)
