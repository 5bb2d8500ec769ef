"""The corrections of python-hcl2's grammar: each applies, and each puts right what it says."""

import hcl2
import pytest
from lark.exceptions import LarkError

from planner.lang.grammar import CORRECTIONS, correct_grammar, find_missing_corrections, read_grammar
from planner.lang.parse import parse_hcl
from planner.model.spans import Source

FIXES = [(correction.name, text) for correction in CORRECTIONS for text in correction.fixes]


def test_every_correction_applies_to_the_installed_grammar() -> None:
    assert find_missing_corrections(read_grammar()) == ()


def test_correction_whose_text_is_gone_is_left_out_and_named() -> None:
    changed = read_grammar().replace("!unary_op : ", "!unary_op: ")
    assert find_missing_corrections(changed) == ("repeated-unary",)
    assert "!unary_op: (MINUS | NOT) expr_term" in correct_grammar(changed)


def test_names_of_corrections_are_their_own() -> None:
    names = [correction.name for correction in CORRECTIONS]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(("name", "text"), FIXES)
def test_correction_changes_what_is_accepted(name: str, text: str) -> None:
    assert _is_accepted_as_shipped(text) is not (parse_hcl(Source("x", text))[1] == ()), name


def _is_accepted_as_shipped(text: str) -> bool:
    try:
        hcl2.parses_to_tree(text)
    except LarkError:
        return False
    return True
