"""Printing and parsing: what is printed is read as the tree that it was printed from."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from planner.lang.number import Number, parse_number
from planner.lang.parse import parse_expression, parse_hcl
from planner.lang.print_expression import print_expression
from planner.lang.syntax import (
    Binary,
    Body,
    Call,
    Conditional,
    Expression,
    ForExpression,
    GetAttribute,
    Index,
    Literal,
    ObjectExpression,
    ObjectItem,
    Parentheses,
    Splat,
    Template,
    TemplateFor,
    TemplateIf,
    TemplatePart,
    TupleExpression,
    Unary,
    Variable,
)
from planner.lang.templates import normalize
from planner.model.spans import Source, Span
from tests.lang.conftest import ReadExpression, Show

NOWHERE = Span("x", 0, 0)
ORACLE = Path(__file__).with_name("acceptance.jsonl").read_text(encoding="utf-8").splitlines()
ACCEPTED = [line["text"] for line in map(json.loads, ORACLE) if line["summary"] is None]

CANONICAL = [
    *("1", "1.5", "true", "null", '"a"', '"\\n\\t\\"\\\\"', '"$${a}%%{ b }"', '"$"', '"é"', '"\\u0007"'),
    *("a.b[0].c", 'a["b"]', "a[*].b[0]", "a[*][*].b", "a.*.b[0].c", "a.*.0 .b[1]", "5 .a", "f(1).a"),
    *("-a", "--a", "!a", "-(a + b)", "a + b * c", "(a + b) * c", "a - (b - c)", "a && b || !c == d"),
    *("a ? b : c ? d : e", "(a ? b : c) ? d : e", "f()", "a::f(b, c...)", "[]", "[a, b]", "{}"),
    *('{ a = 1, (b) = 2, "c d" = 3, "for" = 4 }', "[for a in b : a]", "[for a, b in c : a if b]"),
    *("{for a, b in c : a => b... if d}", '"a${b}c"', '"${a}"', '"%{ if a }b%{ else }c%{ endif }"'),
    '"%{ for a, b in c }${b}%{ endfor }"',
    '"${a ~} "',
]


@pytest.mark.parametrize("text", CANONICAL)
def test_canonical_text_is_printed_as_it_was_read(text: str, read_expression: ReadExpression) -> None:
    assert print_expression(read_expression(text)) == text


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ('<<E\na ${b}\n"c"\nE\n', '"a ${b}\\n\\"c\\"\\n"'),
        ("a.0.b", "a[0].b"),
        ("a.*.b", "a[*].b"),
        ("{a:1\n}", "{ a = 1 }"),
        ("0x", None),
        ("010", "10"),
        ("1e3", "1000"),
        ('"\\u0024${a}"', '"\\u0024${a}"'),
        ('"\\u0024$${a}"', '"\\u0024$${a}"'),
    ],
)
def test_other_text_is_printed_as_canonical(text: str, printed: str | None) -> None:
    expression, _ = parse_expression(Source("x", text))
    assert (None if expression is None else print_expression(expression)) == printed


def test_parentheses_are_added_where_a_made_tree_lacks_them() -> None:
    a, b = Variable("a", NOWHERE), Variable("b", NOWHERE)
    total = Binary("+", a, b, NOWHERE)
    assert print_expression(Binary("*", total, total, NOWHERE)) == "(a + b) * (a + b)"
    assert print_expression(Binary("-", a, Binary("-", b, a, NOWHERE), NOWHERE)) == "a - (b - a)"
    assert print_expression(GetAttribute(total, "c", NOWHERE)) == "(a + b).c"
    assert print_expression(Unary("-", Conditional(a, b, a, NOWHERE), NOWHERE)) == "-(a ? b : a)"
    each = Index(Variable("*", NOWHERE), b, NOWHERE)
    assert print_expression(GetAttribute(Splat(a, each, NOWHERE), "c", NOWHERE)) == "(a[*][b]).c"


def test_chain_of_any_length_is_printed(read_expression: ReadExpression) -> None:
    text = " + ".join(["a"] * 5000)
    assert print_expression(read_expression(text)) == text


@pytest.mark.parametrize("first", range(0, len(ACCEPTED), 50))
def test_whatever_is_accepted_survives(first: int, show: Show) -> None:
    for text in ACCEPTED[first : first + 50]:
        body, diagnostics = parse_hcl(Source("x", text))
        assert diagnostics == ()
        for expression in _list_expressions(body):
            _check(expression, show)


def _list_expressions(body: Body) -> list[Expression]:
    inner = [expression for block in body.blocks for expression in _list_expressions(block.body)]
    return [attribute.expression for attribute in body.attributes] + inner


def _check(expression: Expression, show: Show) -> None:
    printed = print_expression(expression)
    read, diagnostics = parse_expression(Source("x", printed))
    assert diagnostics == (), printed
    assert read is not None
    assert show(read) == show(expression), printed
    assert "\n" not in printed
    assert print_expression(read) == printed


NAMES = st.sampled_from(["a", "b-c", "_x", "é", "for_each", "e5", "E1"])
TEXT = st.lists(
    st.sampled_from(["a", " ", "$", "%", "{", "}", "\\", '"', "\n", "\r", "é", "\u2028", "\0", "😀", "~", "${", "%{"])
    | st.characters(codec="utf-8"),
    max_size=6,
).map(lambda parts: normalize("".join(parts)))
NUMBERS = st.from_regex(r"\A(?:0|[1-9][0-9]{0,20})(?:\.[0-9]{1,5})?(?:e[+-]?[0-9]{1,2})?\Z")


def _number(text: str) -> Number:
    number = parse_number(text)
    assert number is not None
    return number


def _literal(value: bool | Number | str | None) -> Literal:  # noqa: FBT001 - one of the constants
    return Literal(value, NOWHERE)


LITERALS = (TEXT | st.none() | st.booleans() | NUMBERS.map(_number)).map(_literal)
VARIABLES = NAMES.map(lambda name: Variable(name, NOWHERE))
BINARY = st.sampled_from(["+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "&&", "||"])


def _combine(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    """Return trees made of `inner` and parentheses, so that each part stands wherever it may."""
    term = inner.map(lambda node: node if isinstance(node, TupleExpression | Variable) else Parentheses(node, NOWHERE))
    items = st.lists(inner, max_size=3).map(tuple)
    key = NAMES.map(_literal) | TEXT.map(_literal) | inner.map(lambda node: Parentheses(node, NOWHERE))
    return st.one_of(
        term,
        items.map(lambda nodes: TupleExpression(nodes, NOWHERE)),
        st.lists(st.builds(ObjectItem, key, inner), max_size=3).map(
            lambda members: ObjectExpression(tuple(members), NOWHERE)
        ),
        st.builds(Unary, st.sampled_from(["-", "!"]), term, st.just(NOWHERE)),
        st.builds(Binary, BINARY, term, term, st.just(NOWHERE)),
        st.builds(Conditional, term, inner, inner, st.just(NOWHERE)),
        st.builds(Call, NAMES | st.just("a::f"), items, st.just(value=False), st.just(NOWHERE)),
        st.builds(Call, NAMES, items.filter(bool), st.just(value=True), st.just(NOWHERE)),
        _make_for(inner, term),
        _make_traversals(term, inner),
        _make_templates(inner),
    )


def _make_for(
    inner: st.SearchStrategy[Expression], term: st.SearchStrategy[Expression]
) -> st.SearchStrategy[Expression]:
    return st.builds(
        lambda key, value, collection, result_key, result, condition, group: ForExpression(
            key=key,
            value=value,
            collection=collection,
            result_key=result_key,
            result=result,
            condition=condition,
            group=group and result_key is not None,
            span=NOWHERE,
        ),
        st.none() | NAMES,
        NAMES,
        term,
        st.none() | term,
        inner,
        st.none() | term,
        st.booleans(),
    )


def _make_traversals(
    term: st.SearchStrategy[Expression], inner: st.SearchStrategy[Expression]
) -> st.SearchStrategy[Expression]:
    """Return chains: steps behind a term, then at most one `[*]` with steps of its own, all of them behind it."""
    attribute = NAMES.map(lambda name: lambda node: GetAttribute(node, name, NOWHERE))
    position = st.integers(0, 20).map(lambda at: lambda node: Index(node, _literal(_number(str(at))), NOWHERE))
    index = inner.map(lambda key: lambda node: Index(node, key, NOWHERE))
    star = Variable("*", NOWHERE)

    def apply(node: Expression, steps: list) -> Expression:  # type: ignore[type-arg]  # functions of a node
        for step in steps:
            node = step(node)
        return node

    legacy = st.lists(attribute | position, max_size=2)
    each = st.lists(attribute | index, max_size=2)
    base = st.builds(apply, term, each)
    cut = st.builds(lambda node, steps, step: step(Splat(node, apply(star, steps), NOWHERE)), base, legacy, index)
    start = base | cut
    return start | st.builds(lambda node, steps: Splat(node, apply(star, steps), NOWHERE), start, each)


def _make_templates(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    def join(parts: Sequence[TemplatePart]) -> tuple[TemplatePart, ...]:
        """Return `parts` without texts that are empty or stand beside each other: they are read as one."""
        joined: list[TemplatePart] = []
        for part in parts:
            if part and not (isinstance(part, str) and joined and isinstance(joined[-1], str)):
                joined.append(part)
        return tuple(joined)

    parts = st.lists(TEXT | inner, max_size=3).map(join)
    directives = st.builds(TemplateIf, inner, parts, parts, st.just(NOWHERE)) | st.builds(
        TemplateFor, st.none() | NAMES, NAMES, inner, parts, st.just(NOWHERE)
    )
    whole = st.lists(TEXT | inner | directives, min_size=1, max_size=4).map(join)
    return whole.map(
        lambda found: (
            _literal("".join(map(str, found)))
            if all(isinstance(part, str) for part in found)
            else Template(found, NOWHERE)
        )
    )


@settings(max_examples=400)
@given(tree=st.recursive(LITERALS | VARIABLES, _combine, max_leaves=12))
@example(tree=GetAttribute(Parentheses(_literal(_number("5")), NOWHERE), "e5", NOWHERE))
@example(tree=Template(("$", Variable("a", NOWHERE), "%", Variable("a", NOWHERE), "$%{"), NOWHERE))
def test_tree_that_is_printed_is_read_again(tree: Expression, show: Show) -> None:
    _check(tree, show)
