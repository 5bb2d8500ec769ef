"""The page about a plan's JSON: what it shows comes out, and what it names is in the schema.

`SCENARIOS=write pytest tests/docs/test_plan_json_page.py` writes what comes out into the page; it needs jq.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from tests.scenarios.pages import Block, parse_page, write_page
from tests.scenarios.play import play_page
from tests.scenarios.world import World

PAGE = Path(__file__).parents[2] / "docs" / "plan-json.md"
PARTS = parse_page(PAGE.read_text(encoding="utf-8"))
OTHERS = {"jq", "rego"}
SCHEMA = json.loads((files("schemas") / "documents" / "plan.schema.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory that the page leaves behind, with plan.json in it."""
    directory = tmp_path_factory.mktemp("page") / "configuration"
    directory.mkdir()
    with closing(World(directory)) as world:
        play_page([part for part in PARTS if not (isinstance(part, Block) and part.language in OTHERS)], world)
    return directory


def ask(block: Block, directory: Path) -> Block:
    """Return a block of jq with what its commands print."""
    commands = [line.removeprefix("$ ") for line in block.text.splitlines() if line.startswith("$ ")]
    told = ""
    for command in commands:
        done = subprocess.run(  # noqa: S603 - jq, as the page calls it
            shlex.split(command), cwd=directory, capture_output=True, text=True, check=False
        )
        assert done.stderr == "", command
        told += f"$ {command}\n{done.stdout}"
    return replace(block, text=told)


@pytest.mark.skipif(shutil.which("jq") is None, reason="there is no jq")
def test_what_jq_says_is_true(directory: Path) -> None:
    told = write_page(
        [ask(part, directory) if isinstance(part, Block) and part.language == "jq" else part for part in PARTS]
    )
    if os.environ.get("SCENARIOS") == "write":
        PAGE.write_text(told, encoding="utf-8")
    else:
        assert told.splitlines() == PAGE.read_text(encoding="utf-8").splitlines()


def test_what_jq_says_is_in_the_plan(directory: Path) -> None:
    """The same without jq: what the answers on the page are about."""
    plan: Any = json.loads((directory / "plan.json").read_text(encoding="utf-8"))
    assert [(one["address"], one["change"]["actions"]) for one in plan["resource_changes"]] == [
        ("cluster.old", ["delete"]),
        ("cluster.web", ["update"]),
    ]
    assert [one["cause"] for one in plan["resource_changes"][1]["differences"]] == ["drift", "edit"]
    (drift,) = plan["resource_drift"]
    assert [drift["change"][side]["spec"]["query"]["replicas"] for side in ("before", "after")] == [2, 7]
    assert [one["method"] for one in plan["operations"]] == ["PATCH", "DELETE"]


def list_names(schema: Any) -> Iterator[str]:  # noqa: ANN401 - a part of a JSON Schema
    match schema:
        case dict():
            yield from schema.get("properties", {})
            for member in schema.values():
                yield from list_names(member)
        case list():
            for member in schema:
                yield from list_names(member)
        case _:
            pass


def test_policies_ask_for_what_there_is() -> None:
    known = {*list_names(SCHEMA), "spec", "query", "replicas"}
    policies = [part.text for part in PARTS if isinstance(part, Block) and part.language == "rego"]
    assert len(policies) == 2
    for policy in policies:
        asked = re.findall(r"\b(?:input|resource|difference)((?:\.\w+)+)", policy)
        assert asked
        assert {name for path in asked for name in path.split(".")[1:]} <= known


def test_the_members_that_the_page_names_are_in_the_schema() -> None:
    text = PAGE.read_text(encoding="utf-8")
    rows = re.findall(r"^\| .* \|$", text, re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`(\w+)(?:\[\])?`", row)}
    assert {"resource_changes", "before_type", "ignored"} <= named
    assert named <= {*list_names(SCHEMA)}
