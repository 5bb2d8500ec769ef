"""What expressions come to: values, secrets, references, and what is said where there is no value."""

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.lang.convert_value import convert
from planner.lang.evaluate import TEXT_LIMIT, Evaluated, Scope, evaluate
from planner.lang.parse import parse_expression, parse_hcl
from planner.lang.parse_type import parse_type
from planner.lang.references import collect_references
from planner.lang.values import UNKNOWN, LangValue, from_json, to_json
from planner.model.spans import Source

Read = Callable[[str], Any]
ORACLE = [
    json.loads(line, parse_float=Decimal, parse_int=Decimal)
    for line in Path(__file__).with_name("oracle_literals.jsonl").read_text(encoding="utf-8").splitlines()
]


def _freeze(document: Any) -> LangValue:  # noqa: ANN401 - a JSON document whose numbers are exact
    match document:
        case list():
            return tuple(map(_freeze, document))
        case dict():
            return {key: _freeze(item) for key, item in document.items()}
        case _:
            return document  # type: ignore[no-any-return]


def _evaluate_oracle(case: Mapping[str, Any]) -> tuple[LangValue, str | None]:
    """Return the value of a case and the summary of its first mistake."""
    body, diagnostics = parse_hcl(Source("x", f"locals {{\n  r = {case['expr']}\n}}\n"))
    if diagnostics:
        return None, diagnostics[0].summary
    variables = {name: _freeze(value) for name, value in case["vars"].items()}
    for name, text in case.get("var_types", {}).items():
        type_expression, _ = parse_expression(Source("x", text))
        assert type_expression is not None
        type_, _ = parse_type(type_expression)
        assert type_ is not None
        variables[name] = convert(variables[name], type_)
    evaluated = evaluate(body.blocks[0].body.attributes[0].expression, Scope(variables=variables))
    return evaluated.value, evaluated.diagnostics[0].summary if evaluated.diagnostics else None


@pytest.mark.parametrize("case", ORACLE, ids=[case["expr"] for case in ORACLE])
def test_value_is_the_one_that_terraform_gives(case: Mapping[str, Any]) -> None:
    value, summary = _evaluate_oracle(case)
    if case["error"]:
        assert summary == case["summary"]
    else:
        assert summary is None
        assert _spell(value) == _spell(_freeze(case["result"]))


def _spell(value: LangValue) -> str:
    """Return a text in which `1` and `true`, equal in Python, differ."""
    match value:
        case Decimal():
            return f"number {value.normalize()}"
        case tuple():
            return f"[{', '.join(map(_spell, value))}]"
        case dict():
            return f"{{{', '.join(f'{key}: {_spell(item)}' for key, item in sorted(value.items()))}}}"
        case _:
            return repr(value)


def _run(
    read: Read, text: str, variables: Mapping[str, LangValue] | None = None, sensitive: frozenset[str] = frozenset()
) -> Evaluated:
    return evaluate(read(text), Scope(variables=variables or {}, sensitive=sensitive))


VALUES = [
    ("{a = 1, a = 2}", {"a": Decimal(2)}),
    ("{null = 1}", {"null": Decimal(1)}),
    ("{1 = 2, true = 3}", {"1": Decimal(2), "true": Decimal(3)}),
    ('{"1" = 2}[1]', Decimal(2)),
    ('[1, 2]["1"]', Decimal(2)),
    ('-"3"', Decimal(-3)),
    ('!"true"', False),
    ('"${null}"', None),
    ('"${[1]}"', (Decimal(1),)),
    ('"a${true}${1.50}"', "atrue1.5"),
    ('"${1e3}${0.1e-5}"', "10000.000001"),
    ('"a${-0}"', "a-0"),
    ('"e${"\\u0301"}"', "é"),
    ("-1.23456789012345678901234567890123456789", Decimal("-1.23456789012345678901234567890123456789")),
]


@pytest.mark.parametrize(("text", "value"), VALUES)
def test_value(text: str, value: LangValue, read_expression: Read) -> None:
    evaluated = _run(read_expression, text)
    assert evaluated.diagnostics == ()
    assert _spell(evaluated.value) == _spell(value)


MISTAKES = [
    ("var.replcas", "Reference to undeclared input variable", "var.replcas", 'Did you mean "replicas"?'),
    ("[1, false ? var.nope.a : 2]", "Reference to undeclared input variable", "var.nope", "variable"),
    ("var", "Invalid reference", "var", "var.NAME"),
    ('var["o"]', "Invalid reference", "var", "var.NAME"),
    ("local.a", "Expression not supported", "local.a", "references to `local` are not evaluated"),
    ("var.o.itms", "Unsupported attribute", "var.o.itms", 'Did you mean "items"?'),
    ("var.replicas.a", "Unsupported attribute", "var.replicas.a", "of type number"),
    ("var.o.items.a", "Unsupported attribute", "var.o.items.a", "of type tuple"),
    ("null.a", "Attempt to get attribute from null value", "null.a", "null"),
    ("null[0]", "Attempt to index null value", "null[0]", "null"),
    ("[1][1]", "Invalid index", "[1][1]", "below the length, which is 1"),
    ("[1][-1]", "Invalid index", "[1][-1]", "whole numbers from 0"),
    ("[1][0.5]", "Invalid index", "[1][0.5]", "whole numbers"),
    ("[1][null]", "Invalid index", "[1][null]", "Null cannot be an index"),
    ('{abc = 1}["abd"]', "Invalid index", '{abc = 1}["abd"]', 'Did you mean "abc"?'),
    ('"a"[0]', "Invalid index", '"a"[0]', "of type string"),
    ('"a${null}"', "Invalid template interpolation value", "null", "this is null"),
    ('"a${[1]}"', "Invalid template interpolation value", "[1]", "of type tuple"),
    ("{(null) = 1}", "Null value as key", "(null)", "this is null"),
    ("{[1] = 1}", "Incorrect key type", "[1]", "of type tuple"),
    ("{var.replicas = 1}", "Ambiguous attribute key", "var.replicas", "parentheses"),
    ('-"x"', "Invalid operand", '"x"', "needs a number"),
    ("!1", "Invalid operand", "1", "needs a bool"),
    ("-null", "Operation failed", "null", "needs a number"),
    ("1 + 1", "Expression not supported", "1 + 1", "operators such as `+` are not evaluated"),
    ("[for x in [1] : x]", "Expression not supported", "[for x in [1] : x]", "`for` expressions are not evaluated"),
    ("upper(1)", "Expression not supported", "upper(1)", "function calls are not evaluated"),
    ("true ? 1 : 2", "Expression not supported", "true ? 1 : 2", "conditionals"),
    ("[1][*]", "Expression not supported", "[1][*]", "splat"),
    ('"%{ if true }a%{ endif }"', "Expression not supported", "%{ if true }a%{ endif }", "directives"),
]


@pytest.mark.parametrize(("text", "summary", "marked", "detail"), MISTAKES)
def test_mistake_is_said_once_or_first(
    text: str, summary: str, marked: str, detail: str, read_expression: Read
) -> None:
    variables: dict[str, LangValue] = {"replicas": Decimal(3), "o": {"items": (Decimal(1),)}}
    first = _run(read_expression, text, variables).diagnostics[0]
    assert first.summary == summary
    assert first.span is not None
    assert text[first.span.start : first.span.end] == marked
    assert detail in first.detail
    assert first.detail.endswith(".")


def test_mistakes_are_collected_and_the_rest_has_its_value(read_expression: Read) -> None:
    evaluated = _run(read_expression, "{a = var.x, b = [1, 2 + 3], c = 4}")
    assert [mistake.summary for mistake in evaluated.diagnostics] == [
        "Reference to undeclared input variable",
        "Expression not supported",
    ]
    assert evaluated.value == {"a": UNKNOWN, "b": (Decimal(1), UNKNOWN), "c": Decimal(4)}


def test_variable_without_a_value_yet_makes_no_mistake(read_expression: Read) -> None:
    evaluated = _run(read_expression, '{a = var.x.y[0], b = "-${var.x}", c = -var.x}', {"x": UNKNOWN})
    assert evaluated.diagnostics == ()
    assert evaluated.value == {"a": UNKNOWN, "b": UNKNOWN, "c": UNKNOWN}


SECRETS = [
    ("var.secret", {()}),
    ("[1, var.secret, [var.open]]", {(1,)}),
    ("{a = {b = var.secret}, c = var.open}", {("a", "b")}),
    ('{a = "x${var.open}", b = "x${var.secret}"}', {("b",)}),
    ("{(var.secret) = 1}", {()}),
    ('{"a-${var.secret}" = 1}', {()}),
    ("-var.secret", {()}),
    ("[1, 2][var.secret]", {()}),
    ("{a = var.secret}.a", {()}),
    ("{a = var.secret, b = 1}.b", set()),
    ("var.open", set()),
]


@pytest.mark.parametrize(("text", "paths"), SECRETS)
def test_secret_is_followed_to_where_it_ends(text: str, paths: set[tuple[object, ...]], read_expression: Read) -> None:
    variables: dict[str, LangValue] = {"secret": "1", "open": "2"}
    evaluated = _run(read_expression, text, variables, frozenset({"secret"}))
    assert evaluated.diagnostics == ()
    assert evaluated.sensitive == paths


def test_secret_is_in_no_mistake(read_expression: Read) -> None:
    variables: dict[str, LangValue] = {"secret": "hunter2", "o": {"hunter3": "x"}}
    for text in ('"${[var.secret]}x"', "-var.secret", "var.secret.a", "var.o[var.secret]", "[1][var.secret]"):
        evaluated = _run(read_expression, text, variables, frozenset({"secret"}))
        assert evaluated.diagnostics
        assert "hunter2" not in repr(evaluated.diagnostics)


def test_text_may_not_grow_without_end(read_expression: Read) -> None:
    text = '"' + "${var.x}" * 40 + '"'
    evaluated = _run(read_expression, text, {"x": "x" * (TEXT_LIMIT // 39)})
    assert [mistake.code for mistake in evaluated.diagnostics] == ["text-too-long"]


def test_references_are_found_everywhere_and_bound_names_are_none(read_expression: Read) -> None:
    text = (
        "f(a.b.bb[c.d].e, [for x, y in z : x.q + w if y], {(k.l) = -m}, "
        '"${n}%{ if o }%{ for i in p }${i}${j}%{ endfor }%{ endif }", r[*].s[t], u ? v.a : v.b)'
    )
    references = collect_references(read_expression(text))
    spelled = [".".join((reference.root, *reference.path)) for reference in references]
    assert spelled == ["a.b.bb", "c.d", "z", "w", "k.l", "m", "n", "o", "p", "j", "r", "t", "u", "v.a", "v.b"]
    places = [text[one.span.start : one.span.end] for one in references]
    assert places == ["a.b", *spelled[1:]]


def test_long_chains_are_evaluated_without_recursion(read_expression: Read) -> None:
    steps = 5000
    value: LangValue = "end"
    for _ in range(steps):
        value = (value,)
    expression = read_expression("var.x" + "[0]" * steps)
    evaluated = evaluate(expression, Scope(variables={"x": value}))
    assert evaluated.value == "end"


DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)


@given(DOCUMENTS)
def test_json_survives_being_a_value(document: Any) -> None:  # noqa: ANN401 - any JSON document
    assert json.dumps(to_json(from_json(document)), sort_keys=True) == json.dumps(_whole(document), sort_keys=True)


def _whole(document: Any) -> Any:  # noqa: ANN401 - as above
    """Return `document` with whole numbers as integers, as `to_json` writes them."""
    match document:
        case float() if document.is_integer():
            return int(Decimal(repr(document)))
        case list():
            return [_whole(item) for item in document]
        case dict():
            return {key: _whole(item) for key, item in document.items()}
        case _:
            return document


def test_unknown_value_is_no_json() -> None:
    with pytest.raises(ValueError, match="not known"):
        to_json(({"a": UNKNOWN},))
