"""The pages about the language: each is a story of a configuration, as the scenarios are, and must be true.

`SCENARIOS=write pytest tests/docs` writes what comes out into the pages.
"""

import os
from contextlib import closing
from pathlib import Path

import pytest

from tests.scenarios.pages import parse_page, write_page
from tests.scenarios.play import play_page
from tests.scenarios.world import World

FOLDER = Path(__file__).parents[2] / "docs" / "language"
GENERATED = frozenset({"functions"})
PAGES = sorted(page for page in FOLDER.glob("*.md") if page.stem not in GENERATED)


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
