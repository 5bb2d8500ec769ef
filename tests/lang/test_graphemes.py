"""Graphemes, as many as `length` of Terraform counts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.lang.graphemes import count_graphemes, split_graphemes


@pytest.mark.parametrize(
    ("text", "graphemes"),
    [
        ("", []),
        ("ab", ["a", "b"]),
        ("a\r\nb", ["a", "\r\n", "b"]),
        ("\n\r", ["\n", "\r"]),
        ("e\u0301é", ["e\u0301", "é"]),
        ("\u0301x", ["\u0301", "x"]),
        ("\n\u0301", ["\n", "\u0301"]),
        ("각\u1100\u1161\u11a8", ["각", "\u1100\u1161\u11a8"]),
        ("🇩🇪🇫🇷🇦", ["🇩🇪", "🇫🇷", "🇦"]),
        ("👍🏽👩\u200d👩\u200d👧", ["👍🏽", "👩\u200d👩\u200d👧"]),
        ("a\u200db", ["a\u200d", "b"]),
        ("\u0600a\u0600", ["\u0600a", "\u0600"]),
        ("ก็", ["ก็"]),
        ("\u0915\u094d\u0937", ["\u0915\u094d", "\u0937"]),
    ],
)
def test_text_is_cut_where_terraform_cuts_it(text: str, graphemes: list[str]) -> None:
    assert split_graphemes(text) == graphemes
    assert count_graphemes(text) == len(graphemes)


@given(st.text())
def test_nothing_is_lost(text: str) -> None:
    assert "".join(split_graphemes(text)) == text
    assert count_graphemes(text) == len(split_graphemes(text))
