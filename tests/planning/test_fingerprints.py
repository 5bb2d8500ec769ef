"""Fingerprints: equal secrets have equal ones, and no others."""

import pytest

from planner.planning.seal import make_fingerprint
from state.values import Json

SAME: list[tuple[Json, Json]] = [
    (1, 1.0),
    (10**22, 1e22),
    ([{"a": 2.0}], [{"a": 2}]),
    ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
]
DIFFERENT: list[tuple[Json, Json]] = [(1, True), (1, "1"), (0.1, 0.2), ([1, 2], [2, 1]), ("", None)]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_equal_values_have_equal_fingerprints(one: Json, other: Json) -> None:
    assert make_fingerprint(one, "key") == make_fingerprint(other, "key")
    assert make_fingerprint(one, "key") != make_fingerprint(other, "another key")


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_other_values_have_others(one: Json, other: Json) -> None:
    assert make_fingerprint(one, "key") != make_fingerprint(other, "key")
