"""Type constraints: what they are written as, and what they make of values."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from planner.lang.convert_value import ConversionError, convert
from planner.lang.parse_type import parse_type
from planner.lang.types import Type, format_type, is_primitive
from planner.lang.values import UNKNOWN, LangValue, Sensitive, from_json

Read = Callable[[str], Any]


def _read_type(read: Read, text: str) -> Type:
    type_, diagnostics = parse_type(read(text))
    assert diagnostics == ()
    assert type_ is not None
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


def test_only_three_types_are_primitive(read_expression: Read) -> None:
    primitive = [
        text for text in ("string", "number", "bool", *TYPES) if is_primitive(_read_type(read_expression, text))
    ]
    assert primitive == ["string", "number", "bool", "string"]


NO_TYPES = [
    ("strng", "strng", 'Did you mean "string"?'),
    ("list", "list", "Write list(string)."),
    ("list(string, number)", "list(string, number)", "Write list(string)."),
    ("list(strin)", "strin", 'Did you mean "string"?'),
    ("object(string)", "object(string)", "object({"),
    ("tuple(string)", "tuple(string)", "tuple(["),
    ("optional(string)", "optional(string)", "only for the attributes of an object type"),
    ("object({a = optional()})", "optional()", "optional(string)"),
    ("object({(a) = string})", "(a)", "plain word"),
    ('"string"', '"string"', "without quotation marks"),
    ("1 + 2", "1 + 2", "keyword"),
    ('object({a = optional(number, "x")})', '"x"', "a number is required"),
    ("object({a = optional(number, var.b)})", "var.b", "has not been declared"),
]


@pytest.mark.parametrize(("text", "marked", "detail"), NO_TYPES)
def test_what_is_no_type_is_refused(text: str, marked: str, detail: str, read_expression: Read) -> None:
    type_, (mistake, *_) = parse_type(read_expression(text))
    assert type_ is None
    assert mistake.span is not None
    assert text[mistake.span.start : mistake.span.end] == marked
    assert detail in mistake.detail


CONVERSIONS: list[tuple[str, Any, LangValue]] = [
    ("string", 1.5, "1.5"),
    ("string", True, "true"),
    ("string", None, None),
    ("number", "1e3", Decimal(1000)),
    ("number", "-0.5", Decimal("-0.5")),
    ("bool", "true", True),
    ("bool", "0", False),
    ("any", {"a": [1]}, {"a": (Decimal(1),)}),
    ("list(string)", [1, True, "a", None], ("1", "true", "a", None)),
    ("list(any)", [1, "a", True], ("1", "a", "true")),
    ("list(any)", [1, 2], (Decimal(1), Decimal(2))),
    ("list(any)", [[1], ["a"]], ((Decimal(1),), ("a",))),
    ("set(string)", ["b", "a", "b"], ("a", "b")),
    ("set(number)", [10, "9", 9.0], (Decimal(9), Decimal(10))),
    ("set(list(number))", [[2], [1], ["2"]], ((Decimal(2),), (Decimal(1),))),
    ("map(number)", {"a": "1"}, {"a": Decimal(1)}),
    ("map(any)", {"a": 1, "b": "x"}, {"a": "1", "b": "x"}),
    ("tuple([string, number])", [1, "2"], ("1", Decimal(2))),
    ("object({a = string})", {"a": 1, "extra": 2}, {"a": "1"}),
    ("object({a = optional(string)})", {}, {"a": None}),
    ("object({a = optional(number, 3)})", {"a": None}, {"a": Decimal(3)}),
    ('object({a = optional(list(string), ["x"])})', {}, {"a": ("x",)}),
]


@pytest.mark.parametrize(("text", "given", "value"), CONVERSIONS)
def test_value_becomes_what_the_type_asks_for(text: str, given: Any, value: LangValue, read_expression: Read) -> None:  # noqa: ANN401 - any JSON
    converted = convert(from_json(given), _read_type(read_expression, text))
    assert converted == value
    assert isinstance(converted, type(value))


REFUSALS: list[tuple[str, Any, str]] = [
    ("number", "x", "a number is required"),
    ("number", "0x10", "a number is required"),
    ("number", True, "a number is required"),
    ("bool", 1, "a bool is required"),
    ("bool", "yes", "a bool is required"),
    ("string", [], "a string is required"),
    ("list(string)", "a", "a list is required"),
    ("set(string)", {}, "a set is required"),
    ("map(string)", [], "a map is required"),
    ("list(number)", [1, "x"], "element 1: a number is required"),
    ("map(bool)", {"a": "x"}, 'element "a": a bool is required'),
    ("list(any)", [1, True], "all elements of a list must have the same type"),
    ("object({a = string})", [], "an object is required"),
    ("object({a = string})", {}, 'attribute "a" is required'),
    (
        "object({a = list(object({b = number}))})",
        {"a": [{"b": "x"}]},
        'attribute "a": element 0: attribute "b": a number is required',
    ),
    ("tuple([string])", [1, 2], "a tuple of 1 elements is required, and this has 2"),
]


@pytest.mark.parametrize(("text", "given", "why"), REFUSALS)
def test_value_that_the_type_does_not_take_is_refused(text: str, given: Any, why: str, read_expression: Read) -> None:  # noqa: ANN401 - any JSON
    with pytest.raises(ConversionError) as caught:
        convert(from_json(given), _read_type(read_expression, text))
    assert str(caught.value) == why


def test_marks_survive_conversion(read_expression: Read) -> None:
    number, numbers = _read_type(read_expression, "number"), _read_type(read_expression, "set(number)")
    assert convert(Sensitive("1"), number) == Sensitive(Decimal(1))
    assert convert((Decimal(2), Sensitive("1")), numbers) == Sensitive((Decimal(1), Decimal(2)))
    assert convert(UNKNOWN, number) is UNKNOWN


def test_refusal_never_shows_a_secret(read_expression: Read) -> None:
    with pytest.raises(ConversionError) as caught:
        convert({"a": Sensitive("hunter2")}, _read_type(read_expression, "map(number)"))
    assert "hunter2" not in str(caught.value)
