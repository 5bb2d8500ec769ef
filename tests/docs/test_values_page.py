"""The page about Druid's values lists what the catalogue holds.

`DOCS=write pytest tests/docs/test_values_page.py` writes the lists anew.
"""

import os
import re

import pytest

from schemas import Meaning, canonicalise
from tests.docs.values_page import HEADING, PAGE, render_properties


def test_the_page_lists_the_catalogue() -> None:
    prose, heading, listed = PAGE.read_text(encoding="utf-8").partition(HEADING)
    assert heading
    if os.environ.get("DOCS") == "write":
        PAGE.write_text(f"{prose}{HEADING}\n{render_properties()}", encoding="utf-8")
    else:
        assert listed == f"\n{render_properties()}"


ROW = re.compile(r"^\| (\w[\w -]*) \| `(.+?)` and `(.+?)` \| `(.+?)` and `(.+?)` \|$", re.MULTILINE)
MEANINGS: dict[str, Meaning] = {
    "size": "size",
    "period": "duration",
    "boolean": "boolean",
    "whole number": "integer",
    "number": "number",
    "JSON": "json",
    "JVM options": "jvm-options",
}


@pytest.mark.parametrize("row", ROW.findall(PAGE.read_text(encoding="utf-8")), ids=lambda row: row[0])
def test_the_examples_are_true(row: tuple[str, ...]) -> None:
    name, one, same, another, other = row
    meaning = MEANINGS[name]
    assert canonicalise(meaning, one) == canonicalise(meaning, same) is not None
    assert canonicalise(meaning, another) != canonicalise(meaning, other)


def test_there_is_an_example_of_each_kind() -> None:
    assert [row[0] for row in ROW.findall(PAGE.read_text(encoding="utf-8"))] == list(MEANINGS)
