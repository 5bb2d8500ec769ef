"""Formatting: what a person can read in pairs of files, and laws over badly laid out texts.

The pairs in `formatting` were recorded from `terraform fmt`.
"""

import dataclasses
import re
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.lang.format_text import format_hcl
from planner.lang.parse import parse_hcl
from planner.lang.syntax import Attribute, Block, Body, Expression, Parentheses, Template
from planner.lang.tokens import tokenize
from planner.model.spans import Source, Span
from tests.lang.messy import write_messy

PAIRS = sorted(
    path.name.removesuffix(".messy.hcl") for path in (Path(__file__).parent / "formatting").glob("*.messy.*")
)
NO_SPAN = Span("", 0, 0)


def read_pair(name: str) -> tuple[str, str]:
    folder = Path(__file__).parent / "formatting"
    return tuple((folder / f"{name}.{side}.hcl").read_text(encoding="utf-8") for side in ("messy", "formatted"))  # type: ignore[return-value]


def fmt(text: str) -> str:
    """Return `text` formatted, which must be valid."""
    formatted, diagnostics = format_hcl(Source("main.hcl", text))
    assert diagnostics == ()
    return formatted


@pytest.mark.parametrize("name", PAIRS)
def test_what_is_badly_laid_out_is_written_as_terraform_writes_it(name: str) -> None:
    messy, formatted = read_pair(name)
    assert fmt(messy) == formatted


@pytest.mark.parametrize("name", PAIRS)
def test_what_is_formatted_stays_as_it_is(name: str) -> None:
    _, formatted = read_pair(name)
    assert fmt(formatted) == formatted


@pytest.mark.parametrize(
    ("text", "formatted"),
    [
        ("", ""),
        ("\n\n", "\n\n"),
        ("a=1", "a = 1"),
        ("a=1 # c", "a = 1 # c"),
        ("a=1\n ", "a = 1\n "),
        ("a=1\n\t ", "a = 1\n  "),
        ("\ufeffa=1\n", "a = 1\n"),
        ("a=1\r\nb {\r\nc=2\r\n}\r\n", "a = 1\r\nb {\r\n  c = 2\r\n}\r\n"),
        ("# c\r\na=1 # d\r\n", "# c\r\na = 1 # d\r\n"),
        ("a=<<E\r\n  b\r\nE\r\nccc=1\r\n", "a   = <<E\r\n  b\r\nE\r\nccc = 1\r\n"),
        ('"a"=1', '"a"=1'),
    ],
)
def test_the_ends_of_lines_and_of_the_file(text: str, formatted: str) -> None:
    assert format_hcl(Source("main.hcl", text))[0] == formatted


@pytest.mark.parametrize(
    "text",
    [
        'a = "${ # c\n b}"\n',
        'a = "${b + # c\n d}"\n',
        'a { b = "${<<E\nc\nE\n}" }\n',
        'a = "${<<E\nb\nE\n}" # c\n',
        'a { b = "${c # d\n}" }\n',
        'a "b$c" {}\n',
        'a "$${b}" {}\n',
        "a = b[false]\n",
    ],
)
def test_what_terraform_would_break_keeps_its_meaning(text: str) -> None:
    assert describe(fmt(text)) == describe(text)


def test_an_expression_whose_lines_need_parentheses_gets_them() -> None:
    assert fmt('a = "${(b) +\n(c)}"\n') == "a = ((b) +\n(c))\n"


def test_quotes_within_quotes_are_taken_away_at_once() -> None:
    assert fmt('a = "${"${b}"}"\n') == "a = b\n"


@pytest.mark.parametrize(
    "text", ["a = \n", "a = 1 b = 2\n", "a {\n", "}\n", 'a = "\n', "a = <<E\n", "a = 1\na = 2\n", "é é"]
)
def test_what_is_not_valid_is_refused_and_left_as_it_is(text: str) -> None:
    formatted, diagnostics = format_hcl(Source("main.hcl", text))
    assert formatted == text
    assert diagnostics == parse_hcl(Source("main.hcl", text))[1] != ()


def test_a_text_that_is_too_large_is_refused() -> None:
    _, diagnostics = format_hcl(Source("main.hcl", "#" * 16_000_001))
    assert [diagnostic.code for diagnostic in diagnostics] == ["file-too-large"]


@settings(max_examples=30)
@given(st.randoms(use_true_random=False))
def test_formatting_again_changes_nothing(random: Random) -> None:
    formatted, diagnostics = format_hcl(Source("main.hcl", write_messy(random)))
    assert format_hcl(Source("main.hcl", formatted)) == (formatted, diagnostics)


@settings(max_examples=30)
@given(st.randoms(use_true_random=False))
def test_formatting_keeps_the_meaning(random: Random) -> None:
    text = write_messy(random)
    formatted, _ = format_hcl(Source("main.hcl", text))
    assert describe(formatted) == describe(text)


@settings(max_examples=30)
@given(st.randoms(use_true_random=False))
def test_formatting_keeps_every_comment(random: Random) -> None:
    text = write_messy(random, comments_in_headers=False)
    formatted, _ = format_hcl(Source("main.hcl", text))
    assert re.findall(r"note \d+", formatted) == re.findall(r"note \d+", text)


@given(st.text(st.sampled_from('ab1 \t\n\r"\\${}%~#/*<-E=.,:[]()é')))
def test_no_byte_is_lost_between_tokens_and_no_text_is_too_much(text: str) -> None:
    assert "".join(token.text for token in tokenize(text)) == text
    formatted, diagnostics = format_hcl(Source("main.hcl", text))
    assert formatted == text or diagnostics == ()


def describe(text: str) -> object:
    """Return what `text` says, without its places, its needless quotes and parentheses, and the types of variables."""
    body, diagnostics = parse_hcl(Source("main.hcl", text))
    return _describe_body(body, ()), [diagnostic.summary for diagnostic in diagnostics]


def _describe_body(body: Body, path: tuple[str, ...]) -> object:
    return (
        [_describe_attribute(attribute, path) for attribute in body.attributes],
        [_describe_block(block, path) for block in body.blocks],
    )


def _describe_block(block: Block, path: tuple[str, ...]) -> object:
    return block.type, [label.text for label in block.labels], _describe_body(block.body, (*path, block.type))


def _describe_attribute(attribute: Attribute, path: tuple[str, ...]) -> object:
    if path == ("variable",) and attribute.name == "type":
        return "a type"
    return attribute.name, _without_places(_without_quotes(attribute.expression))


def _without_quotes(expression: Expression) -> Expression:
    match expression:
        case Template(parts=(part,)) if isinstance(part, Expression):
            return _without_quotes(part)
        case Parentheses(operand=operand):
            return _without_quotes(operand)
        case _:
            return expression


def _without_places(value: object) -> object:
    if isinstance(value, tuple):
        return tuple(_without_places(item) for item in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type | Span):
        names = [field.name for field in dataclasses.fields(value) if "span" not in field.name]
        return type(value), [_without_places(getattr(value, name)) for name in names]
    return value
