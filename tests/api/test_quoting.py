import json
import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from planner.api.quoting import MASK, escape, quote
from planner.render.escaping import escape as show


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain, with blanks", "plain, with blanks"),
        ("Gr\u00fc\u00dfe \N{GRINNING FACE}", "Gr\u00fc\u00dfe \N{GRINNING FACE}"),
        ("\x1b[31mred", "\\u001b[31mred"),
        ("a\r\nb\tc\x00", "a\\u000d\\u000ab\\u0009c\\u0000"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("a\u2028b\u200bc\x9bd", "a\\u2028b\\u200bc\\u009bd"),
        ("\ud800", "\\ud800"),
        ("\U000e0001", "\\U000e0001"),
        ("C:\\path\\d+", "C:\\path\\d+"),
        ("\\u001b", "\\\\u001b"),
        ("\\\x1b", "\\\\\\u001b"),
    ],
)
def test_what_does_not_print_is_escaped(text: str, shown: str) -> None:
    assert escape(text) == shown


TRICKY = st.text(
    st.sampled_from(["\\", "u", "U", "0", "1", "b", "{", "}", "\x1b", "\n", "#", "[", "\U000e0001", "\u034f"])
)


@given(TRICKY, TRICKY)
def test_two_texts_never_look_the_same_also_where_they_are_shown(one: str, other: str) -> None:
    assume(one != other)
    assert escape(one) != escape(other)
    assert show(escape(one)) != show(escape(other))


@pytest.mark.parametrize(("text", "shown"), [("a\nb", "a\\u000ab"), ("\x1b[31m", "\\u001b[31m")])
def test_what_is_escaped_is_not_escaped_again_where_it_is_shown(text: str, shown: str) -> None:
    assert show(quote(text)) == shown


@given(st.text(st.characters()))
def test_a_quote_is_one_line_of_printable_characters(text: str) -> None:
    shown = quote(text)
    assert all(unicodedata.category(character)[0] != "C" for character in shown)
    assert len(shown.splitlines()) <= 1


def test_a_quote_is_short() -> None:
    assert quote("x" * 200) == "x" * 200
    assert quote("x" * 201) == "x" * 200 + "…"
    assert quote("abcdef", longest=3) == "abc…"


@given(st.text(), st.text('abc123-\n"\\é', min_size=8), st.text())
def test_a_secret_is_not_in_a_quote(before: str, secret: str, after: str) -> None:
    """However the server spells it: as it is, or as JSON does, whole or a long line of it."""
    assume(secret.strip() == secret)
    assume(not any(secret in part for part in (before, after, MASK)))
    for spelling in (secret, json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]):
        shown = quote(f"{before}{spelling}{after}", [secret], longest=10_000)
        assert escape(spelling) not in shown or escape(spelling) in escape(before + after)


def test_a_secret_is_hidden_before_the_quote_is_cut() -> None:
    assert quote("x" * 195 + "secret-token", ["secret-token"]) == "x" * 195 + MASK[:5] + "…"


def test_a_line_of_a_secret_text_is_hidden_too() -> None:
    options = "issuer: https://idp\nclientSecret: hunter22\n"
    assert quote("bad value 'clientSecret: hunter22'", [options]) == f"bad value '{MASK}'"


def test_an_empty_secret_hides_nothing() -> None:
    assert quote("text", [""]) == "text"
