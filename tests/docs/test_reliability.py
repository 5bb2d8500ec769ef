"""The page about reliability: it has every row of the list of faults, and each test that it names is there."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reliability.md"
FAULTS = {"A": 11, "B": 15, "C": 11, "D": 14, "E": 10, "F": 14, "G": 10}
LAYERS = {"unit", "P", "E", "S", "H", "R", "X"}


def read_rows() -> list[list[str]]:
    """Return the cells of each row of the table."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    return [line.strip("| ").split(" | ") for line in lines if re.match(r"\| [A-G]\d+ \|", line)]


def list_named(cell: str) -> Iterator[tuple[str, str]]:
    """Yield file and name of each test in `cell`; a name alone belongs to the file before it."""
    file = ""
    for quoted in re.findall(r"`([^`]+)`", cell):
        path, _, name = quoted.rpartition("::")
        file = path or file
        yield file, name


def list_tests(file: Path) -> set[str]:
    """Return the names of the tests in `file`, those of state machines too."""
    body = ast.parse(file.read_text(encoding="utf-8")).body
    functions = {node.name for node in body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    machines = {
        target.id
        for node in body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    return {name for name in functions | machines if name.startswith("test_")}


def test_every_fault_has_its_row_in_order() -> None:
    assert [row[0] for row in read_rows()] == [f"{at}{n}" for at, many in FAULTS.items() for n in range(1, many + 1)]


@pytest.mark.parametrize("row", read_rows(), ids=lambda row: row[0])
def test_a_row_says_by_what_it_is_proven_or_why_it_is_not(row: list[str]) -> None:
    _, what, layers, tests, result = row
    assert what
    if tests == "-":
        assert layers == "-"
        assert re.match(r"(not proven yet|cannot apply): \w", result)
    else:
        assert set(layers.split(", ")) <= LAYERS
        assert result.startswith("proven")


@pytest.mark.parametrize("row", read_rows(), ids=lambda row: row[0])
def test_each_test_that_a_row_names_is_there(row: list[str]) -> None:
    for file, name in list_named(row[3]):
        assert name in list_tests(ROOT / "tests" / file), f"{file}::{name}"


def read_invariants() -> list[list[str]]:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    return [line.strip("| ").split(" | ") for line in lines if re.match(r"\| I\d+ \|", line)]


def test_every_invariant_names_the_tests_that_assert_it() -> None:
    rows = read_invariants()
    assert [row[0] for row in rows] == [f"I{number}" for number in range(1, 11)]
    for row in rows:
        for file, name in list_named(row[2]):
            assert name in list_tests(ROOT / "tests" / file), f"{row[0]}: {file}::{name}"


def test_each_file_below_the_table_is_there() -> None:
    for file in re.findall(r"`(\w+/test_\w+\.py)`", PAGE.read_text(encoding="utf-8")):
        assert (ROOT / "tests" / file).is_file(), file
