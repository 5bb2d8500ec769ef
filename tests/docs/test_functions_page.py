"""The page about functions is what the table of functions makes of it, and its examples come to what it says.

`SCENARIOS=write pytest tests/docs` writes it again.
"""

import os
from collections import Counter
from pathlib import Path

import pytest

from planner.lang.functions.table import FUNCTION_NAMES, LEFT_OUT
from tests.docs.functions_page import GROUPS, PAGE, SPECIAL, list_functions, render_page, run_example, write_files

EXAMPLES = [(example.expression, example.result) for function in list_functions() for example in function.examples]


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("examples")
    write_files(made)
    return made


@pytest.mark.parametrize(("expression", "result"), EXAMPLES, ids=[expression for expression, _ in EXAMPLES])
def test_example_comes_to_what_it_says(expression: str, result: str, directory: Path) -> None:
    assert run_example(expression, directory) == result


def test_page_is_what_the_table_makes_of_it() -> None:
    text = render_page()
    if os.environ.get("SCENARIOS") == "write":
        PAGE.write_text(text, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == text


def test_page_has_each_function_once() -> None:
    listed = Counter(name for names in GROUPS.values() for name in names)
    assert set(listed) == FUNCTION_NAMES | SPECIAL.keys()
    assert max(listed.values()) == 1


def test_page_says_why_functions_are_left_out() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert all(f"| `{name}` | {reason} |" in text for name, reason in LEFT_OUT.items())


def test_names_are_in_order_in_each_group() -> None:
    assert [list(names) for names in GROUPS.values()] == [sorted(names) for names in GROUPS.values()]
