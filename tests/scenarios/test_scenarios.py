"""Scenarios: the pages of this folder, each a story that a person can read and a test that the command tells it so.

`SCENARIOS=write pytest tests/scenarios` writes what comes out into the pages; then read the difference before you
commit it. What the blocks of a page mean stands in `play.py`.
"""

import json
import os
from contextlib import closing
from pathlib import Path

import pytest

from tests.render.plan_schema import list_faults
from tests.scenarios.pages import parse_page, write_page
from tests.scenarios.play import play_page
from tests.scenarios.world import World

PAGES = sorted(Path(__file__).parent.glob("*.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_page_tells_the_truth(page: Path, tmp_path: Path) -> None:
    directory = tmp_path / "configuration"
    directory.mkdir()
    text = page.read_text(encoding="utf-8")
    with closing(World(directory)) as world:
        told = write_page(play_page(parse_page(text), world))
    if os.environ.get("SCENARIOS") == "write":
        page.write_text(told, encoding="utf-8")
    else:
        assert told.splitlines() == text.splitlines()
    assert {path.name: faults for path in directory.iterdir() if (faults := judge_plan(path))} == {}


def judge_plan(path: Path) -> list[str]:
    """Return what is wrong with a plan that a page has saved at `path`; nothing, if it is something else."""
    if path.suffix != ".json" or '"resource_changes"' not in (text := path.read_text(encoding="utf-8")):
        return []
    return list_faults(json.loads(text))


def test_there_are_pages() -> None:
    assert len(PAGES) > 25
