import gc
import json
import math
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.api.wire import MAX_DEPTH, Unreadable, decode_body, encode_body
from planner.model.live import NotSent
from state.values import Json

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
DOCUMENTS: st.SearchStrategy[Json] = st.recursive(
    SCALARS | TEXTS, lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner), max_leaves=10
)


@given(DOCUMENTS)
def test_what_is_sent_is_what_a_server_reads(document: Json) -> None:
    """decode(encode(x)) == x, and any JSON reader agrees."""
    body = encode_body(document)
    assert json.loads(body) == document
    assert decode_body(body) == document


def test_a_body_is_compact() -> None:
    assert encode_body({"spec": {"desiredState": "STOPPED"}}) == b'{"spec":{"desiredState":"STOPPED"}}'


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_a_number_that_json_has_not_is_never_sent(number: float) -> None:
    with pytest.raises(NotSent, match="cannot be written as JSON"):
        encode_body({"spec": {"replicas": number}})


def test_nesting_without_end_is_never_sent() -> None:
    document: list[Json] = []
    for _ in range(5000):
        document = [document]
    with pytest.raises(NotSent, match="cannot be written as JSON"):
        encode_body(document)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<html>", "is not JSON"),
        (b'{"metadata": {"uid": "c-1"', "is not JSON"),
        (b'{"a": 1} {"a": 2}', "is not JSON"),
        (b"{'a': 1}", "is not JSON"),
        (b'{"a": 1,}', "is not JSON"),
        (b"1" * 5000, "is not JSON"),
        (b'{"a": "\n"}', "is not JSON"),
        (b"\xef\xbb\xbf{}", "is not JSON"),
        (b"", "is not JSON"),
        (b'{"replicas": NaN}', "has NaN for a number"),
        (b"[-Infinity]", "has -Infinity for a number"),
        (b"[1e999]", "has a number beyond all bounds"),
        (b'{"uid": "c-1", "uid": "c-2"}', "has an object with the same name twice"),
        (b'{"\\u0061": 1, "a": 2}', "has an object with the same name twice"),
        (b'"\xff"', "is not text in UTF-8"),
        ('{"a": 1}'.encode("utf-16"), "is not text in UTF-8"),
        (b'{"name": "\\ud800"}', "is not text in UTF-8"),
        (b'{"\\uDFFF": 1}', "is not text in UTF-8"),
        (b"[" * 100_000, "is nested too deeply"),
        (b'{"a":' * 100_000, "is nested too deeply"),
        (b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), "is nested too deeply"),
    ],
)
def test_a_hostile_body_is_refused_with_a_reason(body: bytes, reason: str) -> None:
    with pytest.raises(Unreadable) as caught:
        decode_body(body)
    assert str(caught.value) == reason


def test_what_is_only_unusual_is_taken() -> None:
    assert decode_body(b' [null, "\\ud83d\\ude00", 12345678901234567890, 1e3, ""] ') == [
        None,
        "\N{GRINNING FACE}",
        12345678901234567890,
        1000.0,
        "",
    ]
    assert decode_body(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH) is not None


@given(st.binary() | st.text('{}[]":,0123456789eE+-.\\untfalsr ').map(str.encode))
def test_any_bytes_are_a_document_or_refused(body: bytes) -> None:
    try:
        document = decode_body(body)
    except Unreadable:
        return
    assert document == json.loads(body)


@pytest.mark.parametrize("body", [b"[]", b"no"])
def test_the_collector_runs_on_afterwards(body: bytes) -> None:
    assert gc.isenabled()
    with suppress(Unreadable):
        decode_body(body)
    assert gc.isenabled()


def test_a_collector_that_was_off_stays_off() -> None:
    gc.disable()
    try:
        decode_body(b"[]")
        assert not gc.isenabled()
    finally:
        gc.enable()
