"""Conversion: what becomes what, and in which words it does not. The expectations are Terraform's."""

import pytest

from planner.lang.conversion import ConversionError, convert
from planner.lang.number import Number
from planner.lang.types import BOOL, DYNAMIC, NUMBER, STRING, Type, list_of, map_of, set_of
from planner.lang.values import (
    FALSE,
    NULL,
    SENSITIVE,
    TRUE,
    UNKNOWN,
    Nothing,
    Value,
    make_null,
    make_number,
    make_object,
    make_unknown,
    mark,
)
from tests.lang.making import EPHEMERAL, ephemeral, list_value, map_value, obj, of, secret, set_value, tup

NAMED = obj({"a": STRING, "b": STRING}, ["b"])
BARE = obj({"a": STRING, "b": STRING})

CONVERSIONS: list[tuple[Value, Type, Value]] = [
    (of("hello"), STRING, of("hello")),
    (of("1"), NUMBER, of(1)),
    (of("1.5"), NUMBER, of(1.5)),
    (of("-1e3"), NUMBER, of(-1000)),
    (of("5."), NUMBER, of(5)),
    (of("1p4"), NUMBER, of(16)),
    (of("true"), BOOL, TRUE),
    (of("1"), BOOL, TRUE),
    (of("false"), BOOL, FALSE),
    (of("0"), BOOL, FALSE),
    (of(4), STRING, of("4")),
    (of(3.14159265359), STRING, of("3.14159265359")),
    (TRUE, STRING, of("true")),
    (FALSE, STRING, of("false")),
    (make_unknown(STRING), NUMBER, make_unknown(NUMBER)),
    (make_unknown(NUMBER), STRING, make_unknown(STRING)),
    (UNKNOWN, STRING, make_unknown(STRING)),
    (NULL, STRING, make_null(STRING)),
    (of("hello"), DYNAMIC, of("hello")),
    (make_null(STRING), DYNAMIC, make_null(STRING)),
    (make_unknown(STRING), DYNAMIC, make_unknown(STRING)),
    # Lists, sets and tuples.
    (list_value(NUMBER, 5, 10), list_of(STRING), list_value(STRING, "5", "10")),
    (list_value(NUMBER, 5, 10), list_of(DYNAMIC), list_value(NUMBER, 5, 10)),
    (list_value(NUMBER, 5, 10, 10), set_of(STRING), set_value(STRING, "10", "5")),
    (set_value(STRING, "5", "10"), list_of(STRING), list_value(STRING, "10", "5")),
    (set_value(STRING, "5", "10"), list_of(DYNAMIC), list_value(STRING, "10", "5")),
    (set_value(NUMBER, 10, 5), list_of(STRING), list_value(STRING, "5", "10")),
    (
        set_value(STRING, "5", make_unknown(STRING)),
        set_of(NUMBER),
        set_value(NUMBER, 5, make_unknown(NUMBER)),
    ),
    (set_value(STRING, "5", make_unknown(STRING)), list_of(STRING), make_unknown(list_of(STRING))),
    (set_value(STRING, make_unknown(STRING)), list_of(STRING), list_value(STRING, make_unknown(STRING))),
    (of([5, "hello"]), list_of(STRING), list_value(STRING, "5", "hello")),
    (of([5, "12"]), list_of(NUMBER), list_value(NUMBER, 5, 12)),
    (of([5, 10]), list_of(DYNAMIC), list_value(NUMBER, 5, 10)),
    (of([5, "hello"]), list_of(DYNAMIC), list_value(STRING, "5", "hello")),
    (of([5, "hello"]), set_of(DYNAMIC), set_value(STRING, "5", "hello")),
    (of(["a", 9, None]), list_of(DYNAMIC), list_value(STRING, "a", "9", None)),
    (of(["a", 9, None]), set_of(DYNAMIC), set_value(STRING, "a", "9", None)),
    (of([None, None]), list_of(DYNAMIC), list_value(DYNAMIC, None, None)),
    (of([None, None]), set_of(DYNAMIC), set_value(DYNAMIC, None)),
    (list_value(STRING), set_of(DYNAMIC), set_value(STRING)),
    (set_value(STRING), list_of(DYNAMIC), list_value(STRING)),
    (of([]), set_of(STRING), set_value(STRING)),
    (of([]), list_of(DYNAMIC), list_value(DYNAMIC)),
    (of([]), list_of(NAMED), list_value(BARE)),
    (of(["hello"]), tup(STRING), of(["hello"])),
    (of([True]), tup(STRING), of(["true"])),
    # Maps and objects.
    (of({"num": 5, "str": "hello"}), map_of(STRING), map_value(STRING, {"num": "5", "str": "hello"})),
    (of({"num": 5, "str": "12"}), map_of(NUMBER), map_value(NUMBER, {"num": 5, "str": 12})),
    (of({"num": 5, "str": "x"}), map_of(DYNAMIC), map_value(STRING, {"num": "5", "str": "x"})),
    (
        of({"list": list_value(BOOL), "tuple": []}),
        map_of(DYNAMIC),
        map_value(list_of(BOOL), {"list": [], "tuple": []}),
    ),
    (
        of({"map": map_value(STRING, {}), "obj": {}}),
        map_of(DYNAMIC),
        map_value(map_of(STRING), {"map": {}, "obj": {}}),
    ),
    (map_value(NUMBER, {"a": 2}), map_of(STRING), map_value(STRING, {"a": "2"})),
    (map_value(STRING, {"a": "x"}), map_of(DYNAMIC), map_value(STRING, {"a": "x"})),
    (map_value(STRING, {"a": "x"}), obj({"a": STRING}), of({"a": "x"})),
    (map_value(STRING, {"a": "x", "z": "y"}), obj({"a": STRING}), of({"a": "x"})),
    (map_value(STRING, {"a": "x"}), NAMED, make_object({"a": of("x"), "b": make_null(STRING)})),
    (of({}), map_of(NAMED), map_value(BARE, {})),
    (of({"a": "x", "z": 1}), obj({"a": STRING}), of({"a": "x"})),
    (of({"a": True}), obj({"a": STRING}), of({"a": "true"})),
    (of({"a": UNKNOWN}), obj({"a": STRING}), of({"a": make_unknown(STRING)})),
    (of({"a": make_null(STRING)}), obj({"a": STRING}), of({"a": make_null(STRING)})),
    (of({"a": True}), obj({"a": DYNAMIC}), of({"a": True})),
    (of({"a": "x"}), NAMED, make_object({"a": of("x"), "b": make_null(STRING)})),
    (of({"a": "x", "b": "y"}), NAMED, of({"a": "x", "b": "y"})),
    # A type that is asked for stands without its optional attributes in what comes of it.
    (NULL, NAMED, make_null(BARE)),
    (UNKNOWN, obj({"x": NAMED}), make_unknown(obj({"x": BARE}))),
    (make_null(tup()), set_of(NAMED), make_null(set_of(BARE))),
    (make_null(obj()), map_of(NAMED), make_null(map_of(BARE))),
    (make_null(map_of(STRING)), NAMED, make_null(BARE)),
    (
        list_value(DYNAMIC, NULL),
        list_of(NAMED),
        list_value(BARE, None),
    ),
    # `any` in the type asked for is what the null or the empty collection had there.
    (list_value(NUMBER), list_of(DYNAMIC), list_value(NUMBER)),
    (make_null(list_of(NUMBER)), set_of(DYNAMIC), make_null(set_of(NUMBER))),
    (make_null(map_of(NUMBER)), obj({"a": DYNAMIC}), make_null(obj({"a": NUMBER}))),
    (make_null(obj({"a": STRING})), map_of(DYNAMIC), make_null(map_of(STRING))),
    (make_null(tup(STRING)), tup(DYNAMIC), make_null(tup(STRING))),
    (
        make_null(obj({"a": obj({"b": STRING})})),
        obj({"a": obj({"b": DYNAMIC})}),
        make_null(obj({"a": obj({"b": STRING})})),
    ),
    (make_unknown(tup(STRING, NUMBER)), list_of(DYNAMIC), make_unknown(list_of(STRING))),
    # Elements that `any` leaves with several types become of the one that they share.
    (
        of({"a": {"x": ["foo"]}, "b": {"x": ["bar"]}, "c": {"x": ["foo", "bar"]}}),
        map_of(map_of(DYNAMIC)),
        map_value(map_of(list_of(STRING)), {"a": {"x": ["foo"]}, "b": {"x": ["bar"]}, "c": {"x": ["foo", "bar"]}}),
    ),
    (
        of({"a": {"x": "foo"}, "b": map_value(DYNAMIC, {})}),
        map_of(map_of(DYNAMIC)),
        map_value(map_of(STRING), {"a": {"x": "foo"}, "b": {}}),
    ),
    (
        of([{"a": {}, "b": 2}, {"a": {"v": "x"}, "b": "2"}]),
        list_of(obj({"a": DYNAMIC, "b": STRING})),
        list_value(obj({"a": map_of(STRING), "b": STRING}), {"a": {}, "b": "2"}, {"a": {"v": "x"}, "b": "2"}),
    ),
    (
        of([{"a": None}, {"a": {"b": [{"c": "d"}]}}]),
        list_of(obj({"a": obj({"b": list_of(obj({"c": STRING, "d": STRING}, ["d"]))})})),
        list_value(
            obj({"a": obj({"b": list_of(obj({"c": STRING, "d": STRING}))})}),
            {"a": None},
            {"a": {"b": [{"c": "d", "d": None}]}},
        ),
    ),
    # A map of strings may become an object with attributes of other kinds, as long as it has none of them.
    (
        map_value(STRING, {"a": "boop"}),
        obj({"a": STRING, "c": obj({"d": STRING})}, ["c"]),
        make_object({"a": of("boop"), "c": make_null(obj({"d": STRING}))}),
    ),
    (
        of([{"m": {}}, {"m": map_value(obj({"x": STRING}), {})}]),
        set_of(obj({"m": map_of(obj({"x": STRING}, ["x"]))}, ["m"])),
        set_value(obj({"m": map_of(obj({"x": STRING}))}), {"m": {}}),
    ),
    (
        of({"t": make_unknown(map_of(STRING))}),
        obj({"t": obj({"s": STRING, "l": list_of(STRING)}, ["l"])}),
        of({"t": make_unknown(obj({"s": STRING, "l": list_of(STRING)}))}),
    ),
    # Marks stay where they are; a set bears those of its elements.
    (secret("true"), BOOL, secret(TRUE)),
    (of([secret("x")]), list_of(STRING), list_value(STRING, secret("x"))),
    (of({"a": secret("x"), "b": ephemeral("y")}), obj({"a": STRING}), of({"a": secret("x")})),
    (of({"a": secret("x")}), map_of(STRING), map_value(STRING, {"a": secret("x")})),
    (
        of([secret("x"), ephemeral("x")]),
        set_of(STRING),
        mark(set_value(STRING, "x"), frozenset({SENSITIVE, EPHEMERAL})),
    ),
    (mark(UNKNOWN, frozenset({SENSITIVE})), STRING, make_unknown(STRING, frozenset({SENSITIVE}))),
]


@pytest.mark.parametrize(("given", "wanted", "value"), CONVERSIONS)
def test_value_becomes_what_the_type_asks_for(given: Value, wanted: Type, value: Value) -> None:
    converted = convert(given, wanted)
    assert converted == value
    assert convert(converted, wanted) == converted


def test_infinity_can_be_spelled() -> None:
    assert convert(convert(of("-inf"), NUMBER), STRING) == of("-Inf")
    assert convert(convert(of("Inf"), NUMBER), STRING) == of("+Inf")


REFUSALS: list[tuple[Value, Type, str]] = [
    (of("hello"), NUMBER, "a number is required"),
    (of("0x10"), NUMBER, "a number is required"),
    (of("1_000"), NUMBER, "a number is required"),
    (of(" 1"), NUMBER, "a number is required"),
    (of("1e5p3"), NUMBER, "a number is required"),
    (of(""), NUMBER, "a number is required"),
    (of("hello"), BOOL, "a bool is required"),
    (of("True"), BOOL, 'a bool is required; to convert from string, use lowercase "true"'),
    (TRUE, NUMBER, "number required"),
    (of(1), BOOL, "bool required"),
    (of([]), STRING, "string required"),
    (of("a"), list_of(STRING), "list of string required"),
    (of({}), set_of(DYNAMIC), "set of any single type required"),
    (of([]), map_of(STRING), "map of string required"),
    (of([]), obj({"a": STRING}), "object required"),
    (of([True]), tup(), "tuple required"),
    (of([]), tup(STRING), "tuple required"),
    (of([1, "x"]), list_of(NUMBER), "element 1: a number is required"),
    (of({"a": "x"}), map_of(BOOL), 'element "a": a bool is required'),
    (
        of({"a": [{"b": "x"}]}),
        obj({"a": list_of(obj({"b": NUMBER}))}),
        'attribute "a": element 0: attribute "b": a number is required',
    ),
    (of([1, True]), list_of(DYNAMIC), "all list elements must have the same type"),
    (of([list_value(STRING, "a"), "b", None]), set_of(DYNAMIC), "all set elements must have the same type"),
    (of({"a": 5, "b": True}), map_of(DYNAMIC), "all map elements must have the same type"),
    (of([{}, []]), list_of(DYNAMIC), "all list elements must have the same type"),
    (of([{"c": ["x"]}, {"d": "y"}]), list_of(DYNAMIC), "all list elements must have the same type"),
    (of({"b": 1}), obj({"a": STRING}), 'attribute "a" is required'),
    (of({"b": 1}), obj({"f": STRING, "a": STRING}), 'attributes "a" and "f" are required'),
    (of({}), obj({"f": STRING, "a": STRING, "b": STRING}), 'attributes "a", "b", and "f" are required'),
    (of({}), NAMED, 'attribute "a" is required'),
    (of({"a": True}), obj({"a": NUMBER}), 'attribute "a": number required'),
    (of({"a": make_unknown(BOOL)}), obj({"a": NUMBER}), 'attribute "a": number required'),
    (of({}), list_of(obj({"a": STRING})), "list of object required"),
    (list_value(STRING), list_of(obj({"a": STRING})), "incorrect list element type: object required"),
    (list_value(obj()), set_of(obj({"a": STRING})), 'incorrect set element type: attribute "a" is required'),
    (map_value(obj(), {}), map_of(obj({"a": STRING})), 'incorrect map element type: attribute "a" is required'),
    (of([{}]), set_of(obj({"a": STRING})), 'element 0: attribute "a" is required'),
    (of({"boop": {}}), map_of(obj({"a": STRING})), 'element "boop": attribute "a" is required'),
    (
        of({"a": {"x": None}, "b": {"x": {"c": 1}}}),
        map_of(map_of(obj({"x": map_of(DYNAMIC)}))),
        'element "b": element "x": attribute "x" is required',
    ),
    (map_value(STRING, {"a": "x"}), obj({"a": list_of(STRING)}), "object required"),
    (map_value(STRING, {}), obj({"a": STRING}), 'map has no element for required attribute "a"'),
    (
        map_value(STRING, {"c": "x"}),
        obj({"c": obj({"d": STRING})}, ["c"]),
        'map element type is incompatible with attribute "c": object required',
    ),
    (
        of({"a": {"x": [1]}, "b": {"x": ["s"], "y": [{}]}}),
        map_of(map_of(tup(DYNAMIC))),
        'element "b": attribute types must all match for conversion to map',
    ),
    (
        list_value(tup(map_of(NUMBER)), [{}]),
        list_of(tup(STRING)),
        "incorrect list element type: tuple required",
    ),
    (
        of([{"a": 1}, {"a": []}]),
        list_of(obj({"a": DYNAMIC})),
        "cannot find a common base type for all elements",
    ),
]


@pytest.mark.parametrize(("given", "wanted", "why"), REFUSALS)
def test_value_that_the_type_does_not_take_is_refused(given: Value, wanted: Type, why: str) -> None:
    with pytest.raises(ConversionError) as caught:
        convert(given, wanted)
    assert str(caught.value) == why


def test_refusal_says_where_the_part_is() -> None:
    with pytest.raises(ConversionError) as caught:
        convert(of({"a": [{"b": "x"}]}), obj({"a": list_of(map_of(NUMBER))}))
    assert (caught.value.path, caught.value.message) == (("a", 0, "b"), "a number is required")


def test_refusal_never_shows_a_secret() -> None:
    with pytest.raises(ConversionError) as caught:
        convert(of({"a": secret("hunter2")}), map_of(NUMBER))
    assert "hunter2" not in str(caught.value)


def test_number_too_large_to_be_written_is_refused() -> None:
    with pytest.raises(ConversionError, match="fewer digits"):
        convert(make_number(Number(1, 50_000)), STRING)


def test_unknown_keeps_nothing_but_its_type_and_marks() -> None:
    assert convert(secret([UNKNOWN]), list_of(NUMBER)).content == (Value(NUMBER, Nothing.UNKNOWN),)
