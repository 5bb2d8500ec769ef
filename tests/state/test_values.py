"""Values: a secret is read back as a secret, and nothing else is ever taken for one."""

import json

import pytest
from hypothesis import given

from state.record import Record
from state.values import Json, Secret, Value, decode_value, encode_value, is_same


def spell(value: object) -> str:
    """Return what tells apart `1`, `1.0` and `true`, which Python takes for equal."""
    return json.dumps(value, sort_keys=True, default=lambda secret: f"secret {secret.fingerprint!r}")


@given(record=...)
def test_a_value_is_read_back_as_it_was_written(record: Record) -> None:
    value: Value = record.applied
    again = decode_value(encode_value(value))
    assert again == value
    assert spell(again) == spell(value)


@given(one=..., other=...)
def test_two_values_are_never_written_alike(one: Record, other: Record) -> None:
    assert (spell(encode_value(one.applied)) == spell(encode_value(other.applied))) == (
        spell(one.applied) == spell(other.applied) and one.applied == other.applied
    )


@pytest.mark.parametrize(
    ("value", "document"),
    [
        (Secret("f"), {"$secret": "f"}),
        ({"$secret": "f"}, {"$$secret": "f"}),
        ({"$$secret": "f"}, {"$$$secret": "f"}),
        ({"a$secret": 1, "secret": 2, "$secrets": 3}, {"a$secret": 1, "secret": 2, "$secrets": 3}),
        ({"a": [Secret("f"), None]}, {"a": [{"$secret": "f"}, None]}),
    ],
)
def test_the_mark_of_a_secret_is_escaped_in_what_is_not_one(value: Value, document: Json) -> None:
    assert encode_value(value) == document
    assert decode_value(document) == value


def test_a_secret_does_not_show_its_fingerprint() -> None:
    assert "abc" not in repr(Secret("abc"))
    assert "abc" not in f"{Secret('abc')}"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (1, 1.0, True),
        (1, True, False),
        (0, False, False),
        (False, None, False),
        ({"a": [1]}, {"a": [1.0]}, True),
        ({"a": [1]}, {"a": [True]}, False),
        ({"a": 1}, {"b": 1}, False),
        ([1], [1, 1], False),
        ({}, [], False),
        (Secret("a"), Secret("a"), True),
        (Secret("a"), Secret("b"), False),
        (Secret("a"), "a", False),
    ],
)
def test_values_are_the_same_where_they_are_the_same_json(one: Value, other: Value, *, same: bool) -> None:
    assert is_same(one, other) is same
    assert is_same(other, one) is same
