"""Type constraints: what they are written as, what is none, and the defaults in them."""

from collections.abc import Callable
from typing import Any

import pytest

from planner.lang.defaults import Defaults, apply_defaults
from planner.lang.parse_type import parse_type
from planner.lang.types import DYNAMIC, NUMBER, STRING, Type, format_type, is_primitive, list_of, map_of, set_of
from planner.lang.values import NULL, UNKNOWN, Value, make_null, make_unknown
from tests.lang.making import list_value, map_value, obj, of, secret, set_value, tup

Read = Callable[[str], Any]


def _read_type(read: Read, text: str) -> Type:
    type_, _, diagnostics = parse_type(read(text))
    assert diagnostics == ()
    return type_


TYPES = [
    "string",
    "any",
    "list(string)",
    "set(number)",
    "map(list(bool))",
    "object({a = string, b = optional(number)})",
    "object({})",
    "tuple([string, any])",
    "tuple([])",
]


@pytest.mark.parametrize("text", TYPES)
def test_type_is_written_as_it_is_read(text: str, read_expression: Read) -> None:
    assert format_type(_read_type(read_expression, text)) == text


PARSED: list[tuple[str, Type]] = [
    ("list", list_of(DYNAMIC)),
    ("map", map_of(DYNAMIC)),
    ("map(any)", map_of(DYNAMIC)),
    ("object({ b = set(string), a = optional(number, 1) })", obj({"a": NUMBER, "b": set_of(STRING)}, ["a"])),
    ("object({ é = string, null = string })", obj({"é": STRING, "null": STRING})),
    ("tuple([object({ a = string })])", tup(obj({"a": STRING}))),
]


@pytest.mark.parametrize(("text", "type_"), PARSED)
def test_type_is_read(text: str, type_: Type, read_expression: Read) -> None:
    assert _read_type(read_expression, text) == type_


def test_only_three_types_are_primitive(read_expression: Read) -> None:
    primitive = [
        text for text in ("string", "number", "bool", *TYPES) if is_primitive(_read_type(read_expression, text))
    ]
    assert primitive == ["string", "number", "bool", "string"]


INVALID = "Invalid type specification"
NO_TYPES = [
    ("strng", "strng", INVALID, 'Did you mean "string"?'),
    ("null", "null", INVALID, "keyword"),
    ("set", "set", INVALID, "Write set(string)."),
    ("list()", "()", INVALID, "Write list(string)."),
    ("list(string, number, bool)", "number, bool", INVALID, "Write list(string)."),
    ("list(strin)", "strin", INVALID, 'Did you mean "string"?'),
    ("list(list)", "list", INVALID, "Write list(string)."),
    ("object(string)", "string", INVALID, "object({"),
    ("tuple(string)", "string", INVALID, "tuple(["),
    ("string(1)", "(1)", INVALID, "Write string alone."),
    ("any()", "()", INVALID, "Write any alone."),
    ("foo(string)", "foo(string)", INVALID, "is not a type"),
    ("core::list(string)", "core::list(string)", INVALID, "is not a type"),
    ("(string)", "(string)", INVALID, "keyword"),
    ("1 + 2", "1 + 2", INVALID, "keyword"),
    ("optional(string)", "optional", INVALID, "only for the attributes of an object type"),
    ("object({a = optional(optional(string))})", "optional", INVALID, "only for the attributes"),
    ("object({a = optional()})", "()", INVALID, "optional(string)"),
    ('object({a = optional(string, "x", 1)})', '(string, "x", 1)', INVALID, "may have a default"),
    ("object({(a) = string})", "(a)", INVALID, "plain word"),
    ('object({"a" = string})', '"a"', INVALID, "without quotation marks"),
    ("object({a = string, a = number})", "a", INVALID, "already"),
    ('"string"', '"string"', "Invalid quoted type constraints", "Write string."),
    ('"list"', '"list"', "Invalid quoted type constraints", "Write list(string)."),
    ('"number"', '"number"', "Invalid legacy variable type hint", "Write number."),
    (
        'object({a = optional(number, "x")})',
        '"x"',
        "Invalid default value for optional attribute",
        "a number is required",
    ),
    ("object({a = optional(number, var.b)})", "var.b", "Variables not allowed", "before"),
    ('object({a = optional(string, upper("a"))})', 'upper("a")', "Function calls not allowed", "upper()"),
]


@pytest.mark.parametrize(("text", "marked", "summary", "detail"), NO_TYPES)
def test_what_is_no_type_is_refused(text: str, marked: str, summary: str, detail: str, read_expression: Read) -> None:
    _, _, (mistake, *others) = parse_type(read_expression(text))
    assert not others
    assert mistake.span is not None
    assert text[mistake.span.start : mistake.span.end] == marked
    assert mistake.summary == summary
    assert detail in mistake.detail


def test_all_mistakes_in_a_type_are_found(read_expression: Read) -> None:
    type_, _, mistakes = parse_type(read_expression("object({a = x, b = tuple([y, string])})"))
    assert [mistake.summary for mistake in mistakes] == [INVALID, INVALID]
    assert format_type(type_) == "object({a = any, b = tuple([any, string])})"


def test_type_without_defaults_has_none(read_expression: Read) -> None:
    _, defaults, _ = parse_type(read_expression("list(object({a = optional(string), b = tuple([number])}))"))
    assert defaults is None


def _read_defaults(read: Read, text: str) -> Defaults | None:
    _, defaults, diagnostics = parse_type(read(text))
    assert diagnostics == ()
    return defaults


NAMED = 'object({ a = optional(string, "x"), b = optional(number) })'
NESTED = 'object({ o = optional(object({ a = optional(string, "x") }), {}) })'

FILLED: list[tuple[str, Value, Value]] = [
    ("string", of("a"), of("a")),
    (NAMED, of({}), of({"a": "x"})),
    (NAMED, of({"a": None, "b": None}), of({"a": "x", "b": NULL})),
    (NAMED, of({"a": 1, "c": 2}), of({"a": 1, "c": 2})),
    (NAMED, NULL, NULL),
    (NAMED, UNKNOWN, UNKNOWN),
    (NAMED, make_null(obj({"a": STRING})), make_null(obj({"a": STRING}))),
    (NAMED, of({"a": make_unknown(STRING)}), of({"a": make_unknown(STRING)})),
    (NAMED, of("not an object"), of("not an object")),
    (NAMED, of([{}]), of([{}])),
    (NAMED, map_value(STRING, {"b": "1"}), map_value(STRING, {"b": "1", "a": "x"})),
    (NAMED, map_value(NUMBER, {"b": 1}), map_value(STRING, {"b": "1", "a": "x"})),
    (NAMED, map_value(list_of(STRING), {"b": []}), of({"b": list_value(STRING), "a": "x"})),
    (NAMED, map_value(STRING, {}), map_value(STRING, {"a": "x"})),
    (f"list({NAMED})", of([{}, {"b": 1}, None]), of([{"a": "x"}, {"a": "x", "b": 1}, None])),
    (f"list({NAMED})", list_value(obj({"b": NUMBER})), list_value(obj({"b": NUMBER}))),
    (
        f"list({NAMED})",
        list_value(obj({"b": NUMBER}), {"b": 1}),
        list_value(obj({"a": STRING, "b": NUMBER}), {"a": "x", "b": 1}),
    ),
    (
        f"set({NAMED})",
        set_value(obj({"a": STRING}), {"a": None}, {"a": "x"}),
        set_value(obj({"a": STRING}), {"a": "x"}),
    ),
    (f"map({NAMED})", of({"k": {}}), of({"k": {"a": "x"}})),
    (
        f"map({NAMED})",
        map_value(obj({"a": STRING}), {"k": {"a": None}}),
        map_value(obj({"a": STRING}), {"k": {"a": "x"}}),
    ),
    (f"tuple([string, {NAMED}])", of(["s", {}]), of(["s", {"a": "x"}])),
    (f"tuple([string, {NAMED}])", of([{}]), of([{}])),
    (NESTED, of({}), of({"o": {"a": "x"}})),
    (NESTED, of({"o": {}}), of({"o": {"a": "x"}})),
    (NESTED, of({"o": None}), of({"o": {"a": "x"}})),
    (NESTED, of({"o": {"a": "y"}}), of({"o": {"a": "y"}})),
    # Marks stay, that of a null on what takes its place too.
    (NAMED, secret({}), secret({"a": "x"})),
    (NAMED, of({"a": secret(NULL)}), of({"a": secret("x")})),
]


@pytest.mark.parametrize(("text", "given", "filled"), FILLED)
def test_defaults_are_filled_in(text: str, given: Value, filled: Value, read_expression: Read) -> None:
    assert apply_defaults(given, _read_defaults(read_expression, text)) == filled


def test_default_is_of_the_type_of_its_attribute(read_expression: Read) -> None:
    defaults = _read_defaults(read_expression, "object({ a = optional(set(string), [2, 1, 2]) })")
    assert apply_defaults(of({}), defaults) == of({"a": set_value(STRING, "1", "2")})
