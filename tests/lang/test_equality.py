"""Equality and sets: what is the same, and in which order elements come. The expectations are Terraform's."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.lang.equality import equals, is_identical
from planner.lang.number import ZERO, negate
from planner.lang.sets import has_known_length, make_set
from planner.lang.types import BOOL, DYNAMIC, NUMBER, STRING, Type, list_of, set_of
from planner.lang.values import (
    FALSE,
    NULL,
    SENSITIVE,
    TRUE,
    UNKNOWN,
    Value,
    items_of,
    make_null,
    make_number,
    make_unknown,
    mark,
)
from tests.lang.making import EPHEMERAL, ephemeral, list_value, map_value, obj, of, secret, set_value, tup

NEGATIVE_ZERO = make_number(negate(ZERO))
MAYBE = make_unknown(BOOL)

EQUAL: list[tuple[Value, Value, Value]] = [
    (of(1), of(1.0), TRUE),
    (of("1"), of(1), FALSE),
    (of("a"), of("b"), FALSE),
    (TRUE, of("true"), FALSE),
    (NULL, make_null(STRING), TRUE),
    (make_null(NUMBER), make_null(STRING), TRUE),
    (NULL, of("a"), FALSE),
    (of([]), NULL, FALSE),
    (of([1, 2]), of([1, 2]), TRUE),
    (of([1, 2]), of([1, 3]), FALSE),
    (of([1]), list_value(NUMBER, 1), FALSE),
    (list_value(NUMBER, 1), list_value(NUMBER, 1), TRUE),
    (list_value(NUMBER, 1), list_value(NUMBER, 1, 2), FALSE),
    (list_value(NUMBER, 1), set_value(NUMBER, 1), FALSE),
    (set_value(NUMBER, 1, 2), set_value(NUMBER, 2, 1), TRUE),
    (set_value(NUMBER, 1, 2), set_value(NUMBER, 2), FALSE),
    (of({"a": 1}), of({"a": 1}), TRUE),
    (of({"a": 1}), of({"a": 2}), FALSE),
    (of({"a": 1}), of({"b": 1}), FALSE),
    (of({"a": 1}), map_value(NUMBER, {"a": 1}), FALSE),
    (map_value(NUMBER, {"a": 1}), map_value(NUMBER, {"a": 1}), TRUE),
    (map_value(NUMBER, {"a": 1}), map_value(NUMBER, {"b": 1}), FALSE),
    (of({"a": None}), of({"a": None}), TRUE),
    (of({"a": None}), of({"a": make_null(STRING)}), FALSE),
    # What is unknown.
    (UNKNOWN, of(1), MAYBE),
    (UNKNOWN, NULL, MAYBE),
    (make_unknown(STRING), of("a"), MAYBE),
    (make_unknown(STRING), of(1), FALSE),
    (make_unknown(STRING), NULL, MAYBE),
    (make_unknown(STRING), make_unknown(NUMBER), MAYBE),
    (of([UNKNOWN]), of([1]), MAYBE),
    (of([UNKNOWN]), of([1, 2]), FALSE),
    (of([UNKNOWN]), of("a"), FALSE),
    (of([make_unknown(STRING)]), of(["a"]), MAYBE),
    (of([make_unknown(STRING), 1]), of(["a", 2]), MAYBE),
    (of([1, make_unknown(STRING)]), of([2, "a"]), FALSE),
    (of({"a": make_unknown(STRING), "b": 1}), of({"a": "x", "b": 2}), FALSE),
    (make_unknown(list_of(DYNAMIC)), list_value(STRING, "a"), MAYBE),
    (set_value(STRING, make_unknown(STRING)), set_value(STRING, "a", "b"), MAYBE),
    # Marks, those of parts too.
    (secret(1), of(1), secret(TRUE)),
    (secret(1), of("a"), secret(FALSE)),
    (of([secret(1)]), ephemeral([2]), mark(FALSE, frozenset({SENSITIVE, EPHEMERAL}))),
    (secret(UNKNOWN), of(1), mark(MAYBE, frozenset({SENSITIVE}))),
]


@pytest.mark.parametrize(("one", "other", "answer"), EQUAL)
def test_equality(one: Value, other: Value, answer: Value) -> None:
    assert equals(one, other) == answer
    assert equals(other, one) == answer


def test_what_is_unknown_is_identical_to_itself() -> None:
    assert is_identical(UNKNOWN, UNKNOWN)
    assert is_identical(secret([UNKNOWN]), secret([UNKNOWN]))
    assert not is_identical(secret(1), of(1))
    assert not is_identical(NULL, make_null(STRING))


ORDERS: list[tuple[Type, list[Value], list[Value]]] = [
    (STRING, [of("b"), of("B"), of("é"), of("a"), of("")], [of(""), of("B"), of("a"), of("b"), of("é")]),
    (STRING, [of("a"), of("a")], [of("a")]),
    (STRING, [of("2"), of("10"), of("1")], [of("1"), of("10"), of("2")]),
    (NUMBER, [of(10), of(2), of(-1), of(2.5), of(2)], [of(-1), of(2), of(2.5), of(10)]),
    (NUMBER, [of(0), NEGATIVE_ZERO, of(0)], [NEGATIVE_ZERO, of(0)]),
    (NUMBER, [of(12345678901), of(12345678902)], [of(12345678901), of(12345678902)]),
    (BOOL, [TRUE, FALSE, TRUE], [FALSE, TRUE]),
    (STRING, [make_null(STRING), of("b"), NULL, of("a")], [of("a"), of("b"), make_null(STRING)]),
    (
        STRING,
        [make_null(STRING), make_unknown(STRING), of("a"), UNKNOWN],
        [of("a"), make_unknown(STRING), make_unknown(STRING), make_null(STRING)],
    ),
    (tup(NUMBER), [of([2]), of([10]), of([1])], [of([10]), of([1]), of([2])]),
    (tup(NUMBER), [of([1e10]), of([9999999999])], [of([1e10]), of([9999999999])]),
    (tup(NUMBER), [of([0.5]), of([1e20]), of([2.5]), of([5e-7])], [of([0.5]), of([1e20]), of([2.5]), of([5e-7])]),
    (tup(STRING), [of(["b\n"]), of(["b"]), of(["b~"])], [of(["b"]), of(["b\n"]), of(["b~"])]),
    (obj({"a": BOOL}), [of({"a": True}), of({"a": False})], [of({"a": False}), of({"a": True})]),
    (
        list_of(NUMBER),
        [list_value(NUMBER, 2), list_value(NUMBER), list_value(NUMBER, 1)],
        [list_value(NUMBER, 1), list_value(NUMBER, 2), list_value(NUMBER)],
    ),
]


@pytest.mark.parametrize(("element", "given", "order"), ORDERS)
def test_elements_of_a_set_come_in_order_and_once(element: Type, given: list[Value], order: list[Value]) -> None:
    assert make_set(element, given) == Value(set_of(element), tuple(order))


def test_set_bears_the_marks_of_its_elements() -> None:
    made = make_set(tup(STRING), [of([secret("a")]), ephemeral(["b"])])
    assert made == mark(set_value(tup(STRING), ["a"], ["b"]), frozenset({SENSITIVE, EPHEMERAL}))
    assert all(not item.marks for item in items_of(made))


def test_number_of_unknown_elements_is_not_certain() -> None:
    assert has_known_length(set_value(STRING, "a", "b"))
    assert has_known_length(set_value(STRING, UNKNOWN))
    assert not has_known_length(set_value(STRING, "a", UNKNOWN))


@given(st.lists(st.lists(st.integers(0, 3), min_size=2, max_size=2), max_size=6), st.randoms())
def test_order_of_what_a_set_is_made_of_does_not_matter(items: list[list[int]], chance: random.Random) -> None:
    element = tup(NUMBER, NUMBER)
    made = make_set(element, map(of, items))
    shuffled = [*items, *items]
    chance.shuffle(shuffled)
    assert make_set(element, map(of, shuffled)) == made
    assert len(items_of(made)) == len(set(map(tuple, items)))
