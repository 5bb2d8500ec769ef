"""What is too deep, too long or never closed: said at once, and without a crash."""

import time

import pytest

from planner.lang import parse
from planner.lang.json_syntax import parse_json
from planner.lang.parse import SIGN_LIMIT, parse_expression, parse_hcl, parse_template
from planner.lang.syntax import Binary, Expression, GetAttribute
from planner.model.spans import Source
from tests.lang.conftest import ReadExpression

MANY = 100_000
SECONDS = 5.0
"""Of processor time; each of these takes a tenth of one, and what looks again and again takes minutes."""

TOO_DEEP = {
    text: f"{opener * MANY}1{closer * MANY}"
    for text, opener, closer in [
        ("lists", "[", "]"),
        ("open lists", "[", ""),
        ("parentheses", "(", ")"),
        ("objects", "{a=", "}"),
        ("calls", "f(", ")"),
        ("indexes", "a[", "]"),
        ("interpolations", '"${', '}"'),
        ("open directives", '"%{ if ', ""),
        ("heredocs", "<<E\n${", ""),
        ("for expressions", "[for a in b : ", "]"),
        ("signs", "-", ""),
        ("negations", "!", ""),
    ]
}


@pytest.mark.parametrize("text", TOO_DEEP.values(), ids=TOO_DEEP)
def test_what_is_nested_too_deep_is_refused_at_once(text: str) -> None:
    started = time.process_time()
    body, diagnostics = parse_hcl(Source("x", f"x = {text}\n"))
    assert time.process_time() - started < SECONDS
    assert body.attributes == ()
    assert diagnostics[0].summary in {"Nesting too deep", "Argument or block too large"}
    assert "Traceback" not in diagnostics[0].detail


def test_blocks_nested_too_deep_are_refused_at_once() -> None:
    started = time.process_time()
    _, diagnostics = parse_hcl(Source("x", "a {\n" * MANY + "}\n" * MANY))
    assert time.process_time() - started < SECONDS
    assert diagnostics[0].summary == "Nesting too deep"


TOO_MUCH = {
    "items": f"x = [{'1,' * 500_000}]\n",
    "members": f"x = {{{'a=1,' * 200_000}}}\n",
    "arguments": f"x = f({'a,' * 500_000}1)\n",
    "terms": f"x = {'1 + ' * 500_000}1\n",
    "parts of a template": f'x = "{"${a}" * 200_000}"\n',
    "lines of a block": f"x {{\n{'a = 1' + chr(10) * 400_000}\n}}\n",
}


@pytest.mark.parametrize("text", TOO_MUCH.values(), ids=TOO_MUCH)
def test_what_is_too_much_at_once_is_refused_at_once(text: str) -> None:
    started = time.process_time()
    body, diagnostics = parse_hcl(Source("x", f"a = 1\n{text}b = 2\n"))
    assert time.process_time() - started < SECONDS
    assert [(one.summary, one.span and one.span.start) for one in diagnostics] == [("Argument or block too large", 6)]
    assert [attribute.name for attribute in body.attributes] == ["a", "b"], "the rest of the file is read"


def test_expression_and_template_that_are_too_much_are_refused() -> None:
    for read in (parse_expression, parse_template):
        found, diagnostics = read(Source("x", "${1}," * SIGN_LIMIT))
        assert found is None
        assert diagnostics[0].summary == "Argument or block too large"


def test_file_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parse, "SIZE_LIMIT", 10)
    assert parse_hcl(Source("x", "a = 1\n"))[1] == ()
    assert parse_hcl(Source("x", "a = 1\nb = 2\n"))[1][0].summary == "File too large"


NEVER_CLOSED = {
    "string": 'x = "' + "a" * 1_000_000,
    "heredoc": "x = <<E\n" + "a\n" * 30_000,
    "heredocs": "<<A\n" * 50_000,
    "comment": "x = 1 /*" + "*" * MANY,
    "comments": "/* " * MANY,
    "blocks": "a {\n" * 50,
    "block before others": "a {\n" + "b {\n  c = 1\n}\n" * 2_000,
    "brackets before others": "a = [\n" + "b {\n}\n" * 5_000,
    "string before others": 'a = "${\n' + "b {\n}\n" * 5_000,
    "quotes": 'a = "\n' * 10_000,
    "templates": '"${' * 50_000,
}


@pytest.mark.parametrize("text", NEVER_CLOSED.values(), ids=NEVER_CLOSED)
def test_what_is_never_closed_is_told_at_once(text: str) -> None:
    started = time.process_time()
    _, diagnostics = parse_hcl(Source("x", text))
    assert time.process_time() - started < SECONDS
    assert 1 <= len(diagnostics) <= parse.MISTAKE_LIMIT


def test_many_mistakes_of_a_kind_are_not_all_told() -> None:
    _, diagnostics = parse_hcl(Source("x", "a = 1\n" * 3000))
    assert len(diagnostics) == 1000


def test_long_chains_are_read(read_expression: ReadExpression) -> None:
    for operator in ("+", "&&", "=="):
        node: Expression = read_expression(f" {operator} ".join(["a"] * 2001))
        for _ in range(2000):
            assert isinstance(node, Binary)
            node = node.left
    node = read_expression("a" + ".b" * 2000)
    for _ in range(2000):
        assert isinstance(node, GetAttribute)
        node = node.operand


@pytest.mark.parametrize("text", ["[" * MANY, '{"a":' * MANY, "[" * MANY + "]" * MANY])
def test_json_nested_too_deep_is_refused_at_once(text: str) -> None:
    started = time.process_time()
    _, diagnostics = parse_json(Source("x", text))
    assert time.process_time() - started < SECONDS
    assert diagnostics[0].summary == "Nesting too deep"
