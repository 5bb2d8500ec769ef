"""JSON with places: the same values as any reader of JSON, and each knows where it stands."""

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.lang.json_scan import (
    JsonArray,
    JsonLeaf,
    JsonNode,
    JsonObject,
    find_json_span,
    find_text_offsets,
    scan_json,
)
from planner.lang.layout import DEPTH_LIMIT
from planner.lang.number import parse_number
from planner.model.paths import Key
from planner.model.spans import Source, Span

DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def _plain(node: JsonNode) -> Any:  # noqa: ANN401 - any JSON document
    match node:
        case JsonLeaf(value=value):
            return value
        case JsonArray(items=items):
            return [_plain(item) for item in items]
        case JsonObject(members=members):
            return {member.name: _plain(member.value) for member in members}


def _scan(text: str) -> JsonNode:
    node, diagnostics = scan_json(Source("x", text))
    assert diagnostics == ()
    assert node is not None
    return node


@given(DOCUMENTS, st.sampled_from([None, 0, 2]), st.booleans())
def test_values_are_those_of_the_standard_reader(document: object, indent: int | None, ascii_only: bool) -> None:  # noqa: FBT001 - hypothesis chooses
    text = json.dumps(document, indent=indent, ensure_ascii=ascii_only)
    try:
        text.encode()
    except UnicodeEncodeError:
        return  # a lone surrogate is not text
    expected = json.loads(text, parse_float=parse_number, parse_int=parse_number)
    if "\\ud" not in text:
        assert _plain(_scan(text)) == expected


@given(DOCUMENTS)
def test_text_of_a_span_is_the_value(document: object) -> None:
    text = json.dumps(document)
    pending = [_scan(text)]
    while pending:
        node = pending.pop()
        again = json.loads(text[node.span.start : node.span.end], parse_float=parse_number, parse_int=parse_number)
        if "\\ud" not in text:
            assert again == _plain(node)
        match node:
            case JsonLeaf():
                pass
            case JsonArray(items=items):
                pending.extend(items)
            case JsonObject(members=members):
                for member in members:
                    assert (
                        json.loads(text[member.name_span.start : member.name_span.end]) == member.name or "\\ud" in text
                    )
                    pending.append(member.value)


def test_numbers_are_exact_and_members_all_kept() -> None:
    node = _scan('{"a": 12345678901234567890123.10, "a": 1e2}')
    assert isinstance(node, JsonObject)
    assert [str(member.value.value) for member in node.members if isinstance(member.value, JsonLeaf)] == [
        "Number(12345678901234567890123.1)",
        "Number(100)",
    ]


TEXT = '{"spec": {"tags": [{"name": "team", "value": 1}, {"name": "env"}], "n": null}}'


@pytest.mark.parametrize(
    ("path", "marked"),
    [
        ((), TEXT),
        (("spec", "n"), "null"),
        (("spec", "tags", 1), '{"name": "env"}'),
        (("spec", "tags", Key("team"), "value"), "1"),
        (("spec", "tags", Key("none"), "value"), '[{"name": "team", "value": 1}, {"name": "env"}]'),
        (("spec", "tags", 7), '[{"name": "team", "value": 1}, {"name": "env"}]'),
        (("spec", "missing", "x"), '{"tags": [{"name": "team", "value": 1}, {"name": "env"}], "n": null}'),
    ],
)
def test_place_of_a_path_is_that_value_or_what_is_around_it(path: tuple[str | int | Key, ...], marked: str) -> None:
    span = find_json_span(_scan(TEXT), path)
    assert TEXT[span.start : span.end] == marked


def test_offsets_of_a_string_lead_to_its_escapes() -> None:
    text = r'  "a\n\u00e9\ud83d\ude00b"'
    offsets = find_text_offsets(text, Span("x", 2, len(text)))
    assert [text[start:end] for start, end in pairwise(offsets)] == [
        "a",
        r"\n",
        r"\u00e9",
        r"\ud83d\ude00",
        "b",
    ]


MISTAKES = [
    ("", "Missing JSON value", ""),
    ("{", "Unclosed object", "{"),
    ("[1", "Unclosed array", "["),
    ('{"a": 1,', "Unclosed object", "{"),
    ("[1,]", "Trailing comma in array", ","),
    ("[1, ]", "Trailing comma in array", ","),
    ('{"a": 1,}', "Trailing comma in object", ","),
    ("{a: 1}", "Invalid object property name", "a"),
    ('{,"a": 1}', "Invalid object property name", ","),
    ('{"a" 1}', "Missing property value colon", "1"),
    ('{"a": }', "Missing JSON value", "}"),
    ('{"a": 1 "b": 2}', "Missing attribute separator comma", '"'),
    ("[1 2]", "Missing attribute separator comma", "2"),
    ("nul", "Invalid JSON keyword", "nul"),
    ("True", "Invalid JSON keyword", "True"),
    ("'a'", "Invalid start of value", "'"),
    ("[,1]", "Invalid start of value", ","),
    ("01", "Invalid JSON number", "01"),
    ("+1", "Invalid JSON number", "+1"),
    (".5", "Invalid JSON number", ".5"),
    ("1.", "Invalid JSON number", "1."),
    ("1e", "Invalid JSON number", "1e"),
    ("--1", "Invalid JSON number", "--1"),
    ("1 2", "Extraneous data after value", "2"),
    ("{}{", "Extraneous data after value", "{"),
    ("NaN", "Invalid JSON keyword", "NaN"),
    (r'"\q"', "Invalid JSON string", r'"\q"'),
    ('"a\nb"', "Invalid JSON string", '"a'),
    ('"a', "Invalid JSON string", '"a'),
    ("1e99999999", "Invalid JSON number", "1e99999999"),
    ("[" * 100_000, "Nesting too deep", "["),
]


@pytest.mark.parametrize(("text", "summary", "marked"), MISTAKES)
def test_what_is_no_json_is_refused(text: str, summary: str, marked: str) -> None:
    node, (mistake,) = scan_json(Source("x", text))
    assert node is None
    assert mistake.summary == summary
    assert mistake.span is not None
    assert text[mistake.span.start : mistake.span.end] == marked
    assert mistake.detail.endswith(".")


def test_nesting_up_to_the_limit_is_read() -> None:
    _scan("[" * DEPTH_LIMIT + "]" * DEPTH_LIMIT)


@given(st.text(alphabet='{}[]",:\\ue0159-+.truefalsn \n\ufeff', max_size=40))
def test_no_text_raises_and_json_is_what_the_standard_reader_takes(text: str) -> None:
    node, diagnostics = scan_json(Source("x", text))
    try:
        json.loads(text.removeprefix("\ufeff"))
    except ValueError:
        assert node is None
        assert diagnostics
    else:
        assert node is not None or diagnostics[0].summary == "Invalid JSON number"
