r"""Escaping: what comes out can be shown, and can be read back in one way only, so that no two texts look the same.

The readers here are written from the rules: in quotes a backslash begins an escape; in prose it does so only before
`u{`, and there an even number of backslashes stands for half as many.
"""

import json
import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from planner.render.escaping import escape, guard_line, measure_width, quote, quote_json

TEXTS = st.text(
    st.characters() | st.sampled_from('\\u{1b}"#[:\x1b\x9b\u202e\u200b\u2028\ud800\ufe0f\u00a0\n\t'), max_size=30
)


def read_quoted(shown: str) -> str:
    short = {"n": "\n", "t": "\t", "r": "\r"}

    def read(match: re.Match[str]) -> str:
        return chr(int(match[1], 16)) if match[1] else short.get(match[2], match[2])

    assert shown[0] == shown[-1] == '"'
    return re.sub(r"\\(?:u\{([0-9a-f]+)\}|(.))", read, shown[1:-1])


def read_prose(shown: str) -> str:
    def read(match: re.Match[str]) -> str:
        half, is_escape = divmod(len(match[1]), 2)
        return "\\" * half + (chr(int(match[2][2:-1], 16)) if is_escape else match[2])

    return re.sub(r"(\\+)(u\{(?:[0-9a-f]+\})?)", read, shown)


def can_be_shown(shown: str) -> bool:
    return all(
        unicodedata.category(character)[0] not in {"C", "Z"} or character == " " for character in shown
    ) and not re.search(r"##\w*\[", shown)


@given(TEXTS)
@example("##[set-env name=x]")
@example("###vso[task]")
def test_quoted_text_can_be_shown_and_read_back(text: str) -> None:
    shown = quote(text)
    assert can_be_shown(shown)
    assert read_quoted(shown) == text


@given(TEXTS)
@example("\\u{1b}")
@example("\\\\\x1b")
@example("##[error]")
def test_prose_can_be_shown_and_read_back(text: str) -> None:
    shown = escape(text)
    assert can_be_shown(shown)
    assert read_prose(shown) == text


@given(TEXTS)
@example("##[error]")
def test_json_can_be_shown_and_is_json(text: str) -> None:
    shown = quote_json(text)
    assert can_be_shown(shown)
    assert json.loads(shown) == text


@given(TEXTS)
@example("  ::set-output name=a::b")
def test_no_line_is_a_command(text: str) -> None:
    assert not guard_line(escape(text)).lstrip().startswith("::")
    assert read_prose(guard_line(escape(text))) == text


@pytest.mark.parametrize(
    ("text", "quoted", "prose"),
    [
        ("web", '"web"', "web"),
        ("C:\\temp", '"C:\\\\temp"', "C:\\temp"),
        ('say "hi"', '"say \\"hi\\""', 'say "hi"'),
        ("\x1b[31m", '"\\u{1b}[31m"', "\\u{1b}[31m"),
        ("\\u{1b}", '"\\\\u{1b}"', "\\\\u{1b}"),
        ("a\nb\tc", '"a\\nb\\tc"', "a\\u{a}b\\u{9}c"),
        ("Zürich 東京", '"Zürich 東京"', "Zürich 東京"),
        ("\u202eexe", '"\\u{202e}exe"', "\\u{202e}exe"),
        ("a\u00a0b\u3164", '"a\\u{a0}b\\u{3164}"', "a\\u{a0}b\\u{3164}"),
    ],
)
def test_what_is_shown(text: str, quoted: str, prose: str) -> None:
    assert (quote(text), escape(text)) == (quoted, prose)


@pytest.mark.parametrize(("text", "width"), [("web", 3), ("東京", 4), ("é", 1), ("e\u0301", 1), ("\uff57", 2)])
def test_width_in_columns(text: str, width: int) -> None:
    assert measure_width(text) == width
