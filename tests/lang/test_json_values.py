"""Values and JSON: exact numbers, the last of several members, and what `jsonencode` writes."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.lang.json_values import encode_json, from_json, parse_json_value, to_json
from planner.lang.number import INFINITY, Number
from planner.lang.types import DYNAMIC, NUMBER, STRING, list_of
from planner.lang.values import FALSE, NULL, TRUE, UNKNOWN, Value, make_null, make_number, make_unknown, text_of
from tests.lang.making import list_value, map_value, of, secret, set_value

PARSED: list[tuple[str, Value]] = [
    ("1", of(1)),
    ("\t1\n", of(1)),
    ("1e2", of(100)),
    ("null", NULL),
    ('{"a":1.10,"b":[null,true,false]}', of({"a": 1.1, "b": [NULL, TRUE, FALSE]})),
    ("[]", of([])),
    ("{}", of({})),
    ('{"a":1,"a":"x"}', of({"a": "x"})),
    ('"e\\u0301"', of("é")),
    ('{"e\\u0301":1}', of({"é": 1})),
    ('"\\ud83d\\ude00"', of("😀")),
    ('"\\ud800"', of("\ufffd")),
    ('"\\u0000"', of("\0")),
]


@pytest.mark.parametrize(("text", "value"), PARSED)
def test_document_is_read(text: str, value: Value) -> None:
    assert parse_json_value(text) == value


def test_numbers_are_exact() -> None:
    text = "[12345678901234567890123,0.1,-0,1.2345678901234567890123456789]"
    assert encode_json(parse_json_value(text)) == text


NO_JSON = [
    ("", "expecting value, at line 1, column 1"),
    ("[1,2", "expecting ',' delimiter, at line 1, column 5"),
    ("01", "extra data, at line 1, column 2"),
    ("{} {}", "extra data"),
    ("[1,]", "this is not JSON"),
    ("NaN", "NaN is no value"),
    ("nul", "expecting value"),
    ('"a\nb"', "there is a control character in a string, at line 1, column 3"),
    ('{"a":"x","a":1}', "a number is required"),
    ("[" * 100_000, "nested too deeply"),
    ("1e999999999", "the number is too large"),
]


@pytest.mark.parametrize(("text", "why"), NO_JSON)
def test_what_is_no_json_is_refused(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=r"^[^\n]*$") as caught:
        parse_json_value(text)
    assert why in str(caught.value)


def test_refusal_quotes_nothing() -> None:
    with pytest.raises(ValueError, match="this is not JSON") as caught:
        parse_json_value('{"password": hunter2}')
    assert "hunter2" not in str(caught.value)


WRITTEN: list[tuple[Value, str]] = [
    (of({"b": 1, "a": [1.5, None, TRUE, {}, []]}), '{"a":[1.5,null,true,{},[]],"b":1}'),
    (of(1e30), "1000000000000000000000000000000"),
    (of(-0.5), "-0.5"),
    (
        of({"<": "<a>&'\"\u2028\u2029\b\f\n\r\t\x01\x7f/é"}),
        '{"\\u003c":"\\u003ca\\u003e\\u0026\'\\"\\u2028\\u2029\\b\\f\\n\\r\\t\\u0001\x7f/é"}',
    ),
    (set_value(STRING, "b", "a"), '["a","b"]'),
    (map_value(NUMBER, {"b": 1, "a": 2}), '{"a":2,"b":1}'),
    (list_value(DYNAMIC, None), "[null]"),
    (make_null(list_of(STRING)), "null"),
    (secret(["x"]), '["x"]'),
]


@pytest.mark.parametrize(("value", "text"), WRITTEN)
def test_value_is_written(value: Value, text: str) -> None:
    assert encode_json(value) == text


PLAIN: list[tuple[Value, Any]] = [
    (of(3), 3),
    (of(1e30), 10**30),
    (of(2.5), 2.5),
    (of("a"), "a"),
    (of({"b": [1, None, TRUE], "a": secret("x")}), {"a": "x", "b": [1, None, True]}),
    (set_value(NUMBER, 2, 1), [1, 2]),
]


@pytest.mark.parametrize(("value", "document"), PLAIN)
def test_value_becomes_plain_data(value: Value, document: Any) -> None:  # noqa: ANN401 - any JSON
    plain = to_json(value)
    assert plain == document
    assert isinstance(plain, type(document))


def test_whole_numbers_are_ints() -> None:
    assert [type(item) for item in to_json(of([1, 1.5, 2.0]))] == [int, float, int]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "value", [UNKNOWN, of([make_unknown(STRING)]), make_number(INFINITY), make_number(Number(1, 50_000))]
)
def test_what_json_cannot_say_is_refused(value: Value) -> None:
    with pytest.raises(ValueError, match=r"not known|infinity|too large"):
        to_json(value)
    with pytest.raises(ValueError, match=r"not known|infinity|too large"):
        encode_json(value)


def test_plain_data_becomes_a_value() -> None:
    document: Any = {"a": [1, 1.5, "e\u0301", None, True], "b": {}}
    assert from_json(document) == of({"a": [1, 1.5, "é", NULL, TRUE], "b": {}})
    with pytest.raises(ValueError, match="too large"):
        from_json(float("inf"))


_DOCUMENTS = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(-1e6, 1e6),
        st.text('aé<\n\x01😀"\\'),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text("ab", max_size=2), inner, max_size=3)),
    max_leaves=10,
)


@given(_DOCUMENTS)
def test_document_survives_being_a_value(document: Any) -> None:  # noqa: ANN401 - any JSON
    text = encode_json(parse_json_value(json.dumps(document)))
    assert json.loads(text) == document
    assert to_json(parse_json_value(text)) == document


@given(st.text())
def test_text_survives_being_json(text: str) -> None:
    composed = text_of(from_json(text))
    assert json.loads(encode_json(of(composed))) == composed
