"""Acceptance by tokens: it never takes what the parser refuses, and takes what people write."""

import json
from pathlib import Path
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from planner.lang.accept import is_surely_valid
from planner.lang.parse import parse_hcl
from planner.lang.tokens import tokenize
from planner.model.spans import Source
from tests.lang.messy import write_messy

ROOT = Path(__file__).resolve().parents[2]
STRAY = ['"', "${", "%{", "}", "{", "(", ")", "[", "]", ",", "=", ":", "::", ".", "...", "=>", "?", "!", "-", "~"]
STRAY += [
    "\n",
    "\r",
    " ",
    "#",
    "/*",
    "*/",
    "a",
    "1",
    "0.1",
    "for",
    "in",
    "if",
    "null",
    "\\",
    "<<E\n",
    "E\n",
    "&&",
    "*",
    "$",
]


def takes(text: str) -> bool:
    return is_surely_valid(tokenize(text))


def is_valid(text: str) -> bool:
    return parse_hcl(Source("main.hcl", text))[1] == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a = 1",
        "\n# c\n\na = 1 # d\n",
        'a = "b ${c} \\n $${d}"\n',
        "a = <<-E\n  b ${c}\n  E\n",
        "a = [1, b.c[0].d[*].e, -2, !f(1, g...), (h)]\n",
        'a = {\n b = 1, c : 2\n "d" = 3\n (e) = 4\n}\n',
        "a = [for b in c : b]\nd = {\n for e, f in g : e => f... if f\n}\n",
        "a = b && c || d ? e : f\n",
        'a "b" c {\n d = 1\n e {}\n f { g = 1 }\n}\n',
        "a /* b */ = /* c\n d */ 1\n",
    ],
)
def test_what_people_write_is_taken(text: str) -> None:
    assert takes(text)


@pytest.mark.parametrize("path", sorted((ROOT / "examples").rglob("*.hcl")), ids=lambda path: path.name)
def test_every_example_is_taken(path: Path) -> None:
    assert takes(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "text",
    [
        "a",
        "a = ",
        "a = 1 b = 2\n",
        "a = 1\na = 2\n",
        "a = 1 +\n2\n",
        'a = "b\n"\n',
        'a = "\\q"\n',
        'a "b\n" {}\n',
        'a "${b}" {}\n',
        "a {\n",
        "a { b = 1\n}\n",
        "a { b = 1, c = 2 }\n",
        "}\n",
        "a = {b = 1 c = 2}\n",
        "a = {b = 1\n, c = 2}\n",
        "a = [for b in c : b => b]\n",
        "a = {for b in c : b}\n",
        "a = f(b..., c)\n",
        "a = <<E\nb\nE",
        "a = 1 /* b\n",
        "a = 1 /*/\n",
        "a = b.\n",
        "a = 1..2\n",
        f"a = {'(' * 200}1{')' * 200}\n",
        f"a = {'(' * 100_000}\n",
        f"a = 1{' + 1' * 200}\n",
        "a {\n" * 200 + "}\n" * 200,
    ],
)
def test_what_is_wrong_or_too_deep_is_not_taken(text: str) -> None:
    assert not takes(text)


def test_nothing_is_taken_that_terraform_refuses() -> None:
    lines = (Path(__file__).parent / "acceptance.jsonl").read_text(encoding="utf-8").splitlines()
    cases = [json.loads(line) for line in lines]
    refused = [case["text"] for case in cases if case["summary"] is not None]
    assert refused
    assert [text for text in refused if takes(text)] == []


@settings(max_examples=60)
@given(st.randoms(use_true_random=False))
def test_a_text_with_something_out_of_place_is_not_taken_if_the_parser_refuses_it(random: Random) -> None:
    pieces = [token.text for token in tokenize(write_messy(random))]
    for _ in range(random.randrange(1, 3)):
        at = random.randrange(len(pieces) + 1)
        pieces[at : at + random.randrange(2)] = random.choice(([], [random.choice(STRAY)]))
    text = "".join(pieces)
    assert not takes(text) or is_valid(text)


@given(st.lists(st.sampled_from([*STRAY, "a = ", "b {\n", "}\n"])).map("".join))
@example('a "\n" {}\n')
def test_a_text_of_stray_pieces_is_not_taken_if_the_parser_refuses_it(text: str) -> None:
    assert not takes(text) or is_valid(text)
