from fractions import Fraction

import pytest

from planner.model.plan import MISSING, Missing
from planner.render.deltas import format_delta, format_number_delta
from state.values import Late, Secret, Value


@pytest.mark.parametrize(
    ("before", "after", "text"),
    [
        (4, 6, " (+50 %)"),
        (6, 4, " (-33 %)"),
        (3, 0, " (-100 %)"),
        (1, 20, " (+1900 %)"),
        (1.5, 3, " (+100 %)"),
        (0.1, 0.3, " (+200 %)"),
        (-4, -2, " (+50 %)"),
        (200, 201, " (+1 %)"),
        (1000, 1001, " (+1)"),
        (100000, 99999, " (-1)"),
        (0, 3, " (+3)"),
        (0, -3, " (-3)"),
        (10**40, 3 * 10**40, " (+200 %)"),
    ],
)
def test_a_number_is_shown_with_what_it_changes_by(before: Value, after: Value, text: str) -> None:
    assert format_number_delta(before, after) == text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (3, 3),
        (3, 3.0),
        (0, 0.5),
        (True, 2),
        (1, False),
        ("1", "2"),
        (MISSING, 1),
        (1, MISSING),
        (None, 1),
        (1, Late()),
        (Secret("hmac:1"), 1),
        (1, [2]),
    ],
)
def test_what_is_no_change_of_a_number_is_shown_without(before: "Value | Missing", after: "Value | Missing") -> None:
    assert format_number_delta(before, after) == ""


def test_halves_are_rounded_away_from_zero() -> None:
    assert format_delta(Fraction(200), Fraction(205)) == " (+3 %)"
    assert format_delta(Fraction(200), Fraction(195)) == " (-3 %)"
