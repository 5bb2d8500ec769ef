"""Start-up, held: a command pays for no library that it does not need."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from planner import __version__
from state.codec import encode_snapshot
from state.snapshot import Snapshot
from state.values import Output

HEAVY = {"hcl2", "httpx", "jsonschema", "lark", "re2", "regex", "rich", "starlette", "uvicorn"}
RUN = "from planner.cli.main import main; main()"
CLUSTER = '{"metadata": {"name": "web"}, "spec": {"version": "2021.06"}}'


def run(*arguments: str, directory: Path, cache: str = "") -> tuple[str, set[str]]:
    """Run the command in a process of its own; return what it printed and the heavy libraries that it imported."""
    command = [sys.executable, "-X", "importtime", "-c", RUN, *arguments]
    environment = {"IMPLY_ENDPOINT": "emulator:account.json", "PYTHONUTF8": "1", "PLANNER_CACHE_DIR": cache}
    done = subprocess.run(command, cwd=directory, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - ourselves
    assert done.returncode == 0, done.stdout + done.stderr
    imported = {name.partition(".")[0] for name in re.findall(r"^import time:.*\| +(\S+)$", done.stderr, re.MULTILINE)}
    assert "planner" in imported
    return done.stdout, imported & HEAVY


def test_version_imports_nothing_heavy(tmp_path: Path) -> None:
    printed, heavy = run("--version", directory=tmp_path)
    assert __version__ in printed
    assert heavy == set()


def test_validating_valid_json_imports_neither_hcl_nor_jsonschema(tmp_path: Path) -> None:
    (tmp_path / "web.cluster.json").write_text(CLUSTER, encoding="utf-8")
    assert run("validate", directory=tmp_path)[1] == set()


def test_output_imports_nothing_heavy(tmp_path: Path) -> None:
    (tmp_path / "web.cluster.json").write_text(CLUSTER, encoding="utf-8")
    outputs = {"uid": Output(value="c-1", type="string")}
    snapshot = Snapshot(lineage="l", serial=1, fingerprint_key="f", outputs=outputs)
    (tmp_path / "planner.state.json").write_bytes(encode_snapshot(snapshot))
    for options, printed in (([], 'uid = "c-1"\n'), (["-raw", "uid"], "c-1"), (["-json", "uid"], '"c-1"\n')):
        assert run("output", *options, directory=tmp_path) == (printed, set())


@pytest.mark.parametrize("command", ["plan", "destroy"])
def test_planning_from_json_imports_neither_hcl_nor_jsonschema(tmp_path: Path, command: str) -> None:
    (tmp_path / "web.cluster.json").write_text(CLUSTER, encoding="utf-8")
    heavy = run(command, *(["-auto-approve"] if command == "destroy" else []), directory=tmp_path)[1]
    assert heavy.isdisjoint({"hcl2", "jsonschema", "lark", "rich", "uvicorn"})


def test_formatting_imports_nothing_heavy(tmp_path: Path) -> None:
    (tmp_path / "main.hcl").write_text("a=1\n", encoding="utf-8")
    printed, heavy = run("fmt", directory=tmp_path)
    assert printed == "main.hcl\n"
    assert heavy == set()


def test_hcl_that_was_read_before_imports_no_parser_generator(tmp_path: Path) -> None:
    (tmp_path / "main.hcl").write_text('cluster "web" {\n  spec { version = "2021.06" }\n}\n', encoding="utf-8")
    cache = str(tmp_path / "cache")
    assert "lark" in run("validate", directory=tmp_path, cache=cache)[1]
    assert run("validate", directory=tmp_path, cache=cache)[1] == set()
    with (tmp_path / "main.hcl").open("a", encoding="utf-8") as file:
        file.write('cluster "api" {\n  spec { version = "2021.07" }\n}\n')
    assert run("validate", directory=tmp_path, cache=cache)[1] == set(), "the tables are kept too"
