"""Values and types as the console prints them. The expectations are what Terraform's console prints."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.lang.evaluate import evaluate
from planner.lang.number import INFINITY, Number
from planner.lang.parse import parse_expression
from planner.lang.scope import Budget, Scope
from planner.lang.show_value import show_type, show_value
from planner.lang.types import BOOL, DYNAMIC, NUMBER, STRING, Type, list_of, map_of, set_of
from planner.lang.values import FALSE, NULL, TRUE, UNKNOWN, Value, make_null, make_number, make_unknown
from planner.model.spans import Source
from tests.lang.making import ephemeral, list_value, map_value, obj, of, secret, set_value, tup

SHOWN: list[tuple[Value, str]] = [
    (of("a"), '"a"'),
    (of('a\tb\x01é\u00a0\u200b"\\${x}'), '"a\\tb\\x01é\\u00a0\\u200b\\"\\\\${x}"'),
    (of("\U000e0001"), '"\\U000e0001"'),
    (of(1.5), "1.5"),
    (of(1e-10), "0.0000000001"),
    (make_number(INFINITY), "+Inf"),
    (make_number(Number(1, 50_000)), "(a number with too many digits)"),
    (TRUE, "true"),
    (FALSE, "false"),
    (NULL, "null"),
    (make_null(STRING), "tostring(null)"),
    (make_null(NUMBER), "tonumber(null)"),
    (make_null(BOOL), "tobool(null)"),
    (make_null(list_of(STRING)), "tolist(null) /* of string */"),
    (make_null(set_of(list_of(DYNAMIC))), "toset(null) /* of list of dynamic */"),
    (make_null(map_of(DYNAMIC)), "tomap(null) /* of dynamic */"),
    (make_null(list_of(tup())), "tolist(null) /* of tuple */"),
    (make_null(obj()), "null /* object */"),
    (make_null(tup()), "null /* tuple */"),
    (UNKNOWN, "(known after apply)"),
    (secret("a"), "(sensitive value)"),
    (secret(NULL), "(sensitive value)"),
    (secret(UNKNOWN), "(known after apply)"),
    (ephemeral("a"), "(ephemeral value)"),
    (of([]), "[]"),
    (of({}), "{}"),
    (list_value(STRING), "tolist([])"),
    (set_value(STRING), "toset([])"),
    (map_value(STRING, {}), "tomap({})"),
    (of([1, [2, {"a": 1}], NULL]), '[\n  1,\n  [\n    2,\n    {\n      "a" = 1\n    },\n  ],\n  null,\n]'),
    (list_value(NUMBER, 1, make_unknown(NUMBER)), "tolist([\n  1,\n  (known after apply),\n])"),
    (set_value(STRING, "b", "a", None), 'toset([\n  "a",\n  "b",\n  tostring(null),\n])'),
    (map_value(NUMBER, {"b": 1, "a": 2}), 'tomap({\n  "a" = 2\n  "b" = 1\n})'),
    (of({"a": secret([1]), "b": UNKNOWN}), '{\n  "a" = (sensitive value)\n  "b" = (known after apply)\n}'),
    (of("x\ny"), "<<EOT\nx\ny\nEOT"),
    (of("\nEOT\n EOT_"), "<<EOT__\n\nEOT\n EOT_\nEOT__"),
    (of("l1\n"), "<<EOT\nl1\n\nEOT"),
    (of({"a": "x\ny"}), '{\n  "a" = <<-EOT\n  x\n  y\n  EOT\n}'),
    (of([["a\nb"]]), "[\n  [\n    <<-EOT\n    a\n    b\n    EOT,\n  ],\n]"),
    (map_value(STRING, {"b\nc": "1"}), 'tomap({\n  <<-EOT\n  b\n  c\n  EOT = "1"\n})'),
]


@pytest.mark.parametrize(("value", "text"), SHOWN)
def test_value_is_shown(value: Value, text: str) -> None:
    assert show_value(value) == text


TYPES: list[tuple[Type, str]] = [
    (STRING, "string"),
    (DYNAMIC, "dynamic"),
    (list_of(STRING), "list(string)"),
    (set_of(list_of(DYNAMIC)), "set(list(dynamic))"),
    (obj(), "object({})"),
    (tup(), "tuple([])"),
    (list_of(obj({"a": NUMBER})), "list(\n    object({\n        a: number,\n    }),\n)"),
    (list_of(list_of(obj())), "list(list(\n    object({}),\n))"),
    (
        map_of(obj({"b": tup(NUMBER)})),
        "map(\n    object({\n        b: tuple([\n            number,\n        ]),\n    }),\n)",
    ),
    (
        obj({"a": NUMBER, "c d": list_of(STRING), "b": tup(NUMBER, BOOL)}),
        "object({\n    a: number,\n    b: tuple([\n        number,\n        bool,\n    ]),\n    c d: list(string),\n})",
    ),
]


@pytest.mark.parametrize(("type_", "text"), TYPES)
def test_type_is_shown(type_: Type, text: str) -> None:
    assert show_type(type_) == text


_TEXTS = st.text('aé"\\ <', max_size=3)
_NUMBERS = st.integers(-99, 99) | st.sampled_from([0.5, -1.25, 1e30])
_LEAVES = st.one_of(st.none(), st.booleans(), _NUMBERS, _TEXTS).map(of)
_COLLECTIONS = st.one_of(
    st.lists(_TEXTS, min_size=1, max_size=3).map(lambda items: list_value(STRING, *items)),
    st.lists(_NUMBERS, min_size=1, max_size=3).map(lambda items: set_value(NUMBER, *items)),
    st.dictionaries(_TEXTS, st.booleans(), min_size=1, max_size=3).map(lambda members: map_value(BOOL, members)),
    st.sampled_from([make_null(STRING), make_null(NUMBER), make_null(BOOL)]),
)
VALUES = st.recursive(
    _LEAVES | _COLLECTIONS,
    lambda inner: st.lists(inner, max_size=3).map(of) | st.dictionaries(_TEXTS, inner, max_size=3).map(of),
    max_leaves=8,
)
_WORLD: Any = None
"""No function in what is shown looks at the world."""


@settings(max_examples=50)
@given(VALUES)
def test_what_is_shown_says_the_value(value: Value) -> None:
    expression, mistakes = parse_expression(Source("shown", show_value(value)))
    assert not mistakes
    assert expression is not None
    read, mistakes = evaluate(expression, Scope(names={}, environment=_WORLD, budget=Budget()))
    assert not mistakes
    assert read == value
