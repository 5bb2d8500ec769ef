"""Functions that convert, that read and write JSON, and that deal with marks."""

from types import SimpleNamespace
from typing import Any

import pytest

from planner.lang.calls import call
from planner.lang.functions.converting import FUNCTIONS
from planner.lang.functions.signature import FunctionError
from planner.lang.functions.table import GROUPS, find_function
from planner.lang.number import INFINITY
from planner.lang.types import BOOL, DYNAMIC, NUMBER, STRING, list_of, map_of, set_of
from planner.lang.values import (
    FALSE,
    NULL,
    SENSITIVE,
    TRUE,
    UNKNOWN,
    Mark,
    MarkKind,
    Value,
    make_null,
    make_number,
    make_unknown,
    mark,
)
from tests.lang.making import EPHEMERAL, ephemeral, list_value, map_value, of, secret, set_value

BOTH = frozenset({SENSITIVE, EPHEMERAL})
LATE = frozenset({Mark(MarkKind.LATE, "cluster.a.metadata.uid")})

_WORLD: Any = SimpleNamespace(keeps_marks=False)
"""None of these functions looks at more of the world."""


def _call(name: str, *arguments: Value) -> Value:
    function = find_function(name)
    assert function is not None
    return call(function, arguments, _WORLD)


CALLS: list[tuple[str, Value, Value]] = [
    ("tostring", of(1.50), of("1.5")),
    ("tostring", TRUE, of("true")),
    ("tostring", NULL, make_null(STRING)),
    ("tostring", UNKNOWN, make_unknown(STRING)),
    ("tostring", secret(1), secret("1")),
    ("tonumber", of("1e3"), of(1000)),
    ("tonumber", make_unknown(STRING), make_unknown(NUMBER)),
    ("tobool", of("1"), TRUE),
    ("tobool", mark(UNKNOWN, LATE), make_unknown(BOOL, LATE)),
    ("tolist", of(["a", 1, None]), list_value(STRING, "a", "1", None)),
    ("tolist", set_value(STRING, "b", "a"), list_value(STRING, "a", "b")),
    ("tolist", of([secret("a")]), list_value(STRING, secret("a"))),
    ("tolist", of([]), list_value(DYNAMIC)),
    ("tolist", NULL, make_null(list_of(DYNAMIC))),
    ("tolist", UNKNOWN, make_unknown(list_of(DYNAMIC))),
    ("toset", of([2, 1, 2]), set_value(NUMBER, 1, 2)),
    ("toset", of([secret("a"), "b"]), mark(set_value(STRING, "a", "b"), frozenset({SENSITIVE}))),
    ("toset", make_unknown(set_of(STRING)), make_unknown(set_of(DYNAMIC))),
    ("tomap", of({"a": 1, "b": "x"}), map_value(STRING, {"a": "1", "b": "x"})),
    ("tomap", of({}), map_value(DYNAMIC, {})),
    ("tomap", make_null(map_of(STRING)), make_null(map_of(STRING))),
    ("sensitive", of("a"), secret("a")),
    ("sensitive", ephemeral("a"), mark(of("a"), BOTH)),
    ("sensitive", NULL, secret(NULL)),
    ("sensitive", UNKNOWN, secret(UNKNOWN)),
    ("nonsensitive", secret("a"), of("a")),
    ("nonsensitive", of("a"), of("a")),
    ("nonsensitive", mark(of("a"), BOTH), ephemeral("a")),
    ("nonsensitive", secret([secret(1)]), of([secret(1)])),
    ("nonsensitive", secret(UNKNOWN), UNKNOWN),
    ("issensitive", secret("a"), TRUE),
    ("issensitive", secret(UNKNOWN), TRUE),
    ("issensitive", of("a"), FALSE),
    ("issensitive", of([secret("a")]), FALSE),
    ("issensitive", NULL, FALSE),
    ("issensitive", mark(UNKNOWN, LATE), make_unknown(BOOL, LATE)),
    ("ephemeralasnull", ephemeral("a"), make_null(STRING)),
    ("ephemeralasnull", mark(of("a"), BOTH), mark(make_null(STRING), frozenset({SENSITIVE}))),
    ("ephemeralasnull", ephemeral(make_unknown(STRING)), make_unknown(STRING)),
    ("ephemeralasnull", of({"a": [ephemeral(1), 2]}), of({"a": [make_null(NUMBER), 2]})),
    ("ephemeralasnull", of("a"), of("a")),
    ("jsonencode", of({"b": 1, "a": ["<"]}), of('{"a":["\\u003c"],"b":1}')),
    ("jsonencode", NULL, of("null")),
    ("jsonencode", UNKNOWN, make_unknown(STRING)),
    ("jsonencode", of([mark(UNKNOWN, LATE)]), make_unknown(STRING, LATE)),
    ("jsonencode", of([secret(1)]), secret("[1]")),
    ("jsondecode", of('{"a":[1,null]}'), of({"a": [1, NULL]})),
    ("jsondecode", secret("[1]"), secret([1])),
    ("jsondecode", make_unknown(STRING), UNKNOWN),
    ("jsondecode", of(12), of(12)),
]


@pytest.mark.parametrize(("name", "given", "result"), CALLS)
def test_function_gives(name: str, given: Value, result: Value) -> None:
    assert _call(name, given) == result


REFUSED: list[tuple[str, Value, int | None, str]] = [
    ("tostring", of([1]), 0, "cannot convert tuple to string"),
    ("tostring", list_value(DYNAMIC), 0, "cannot convert list of dynamic to string"),
    ("tonumber", TRUE, 0, "cannot convert bool to number"),
    ("tonumber", of("x"), 0, 'cannot convert "x" to number; only a string of decimal digits is a number'),
    ("tonumber", of("x" * 101), 0, "cannot convert this string to number; only a string of decimal digits is a number"),
    ("tonumber", secret("x"), 0, "cannot convert this sensitive string to number"),
    ("tobool", of("yes"), 0, 'cannot convert "yes" to bool; only the strings "true" or "false" are allowed'),
    ("tobool", of(1), 0, "cannot convert number to bool"),
    ("tolist", of({}), 0, "cannot convert object to list of any single type"),
    ("tolist", of("a"), 0, "cannot convert string to list of any single type"),
    (
        "tolist",
        of([1, TRUE]),
        0,
        "cannot convert tuple to list of any single type: all list elements must have the same type",
    ),
    ("tolist", make_unknown(STRING), 0, "cannot convert string to list of any single type"),
    ("toset", make_null(STRING), 0, "cannot convert string to set of any single type"),
    ("tomap", of([]), 0, "cannot convert tuple to map of any single type"),
    ("jsonencode", of([make_number(INFINITY)]), None, "infinity"),
    ("jsondecode", of("[1"), None, "this is not JSON: expecting ',' delimiter, at line 1, column 3"),
    ("jsondecode", NULL, 0, "null"),
]


@pytest.mark.parametrize(("name", "given", "argument", "why"), REFUSED)
def test_function_refuses(name: str, given: Value, argument: int | None, why: str) -> None:
    with pytest.raises(FunctionError) as caught:
        _call(name, given)
    assert caught.value.argument == argument
    assert why in str(caught.value)


def test_all_functions_of_the_group_are_there() -> None:
    assert sorted(function.name for function in FUNCTIONS) == sorted(GROUPS["converting"])


def test_each_function_says_what_it_does_and_shows_it() -> None:
    assert all(function.summary.endswith(".") and function.examples for function in FUNCTIONS)


def test_number_of_any_kind_reads_as_json() -> None:
    read: Any = _call("jsondecode", of("[1.10, 1e2, -0.5]"))
    assert _call("jsonencode", read) == of("[1.1,100,-0.5]")
