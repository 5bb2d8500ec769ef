"""What texts in YAML or JSON say. Where versions of YAML differ (1.1, 1.2, JSON), no two spellings are the same."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.lang.text_documents import read_text_document


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a: 1\nb: x\n", "b: x\na: 1"),
        ("a: 1", '{"a": 1}'),
        ("# what this is\na:   x # and that\n", "---\na: x\n...\n"),
        ("a: 'x y'", 'a: "x y"'),
        ("a: x y", '{"a": "x y"}'),
        ("a:\n  - 1\n  - two\n", '{"a": [1, "two"]}'),
        ("a: true", '{"a": true}'),
        ("a: True", '{"a": true}'),
        ("a:", '{"a": null}'),
        ("a: ~", '{"a": null}'),
        ("a: |\n  line\n", '{"a": "line\\n"}'),
        ("a: 1.50", '{"a": 1.5}'),
        ("1: x", '{"1": "x"}'),
        ("- a\n- b: []\n", '["a", {"b": []}]'),
        ("a: https://id.example/x", '{"a": "https://id.example/x"}'),
        ('{"a": "\\u00e9"}', '{"a": "é"}'),
        ("{a: [x, y]}", "a:\n- x\n- y"),
    ],
)
def test_texts_that_say_the_same(one: str, other: str) -> None:
    assert read_text_document(one) == read_text_document(other) is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a: 1", "a: 2"),
        ("a: 1", "a: '1'"),
        ("a: true", "a: 'true'"),
        ("a: null", "a: 'null'"),
        ("a:", "a: ''"),
        ("a: yes", "a: true"),
        ("a: yes", "a: 'yes'"),
        ("a: on", "a: 'on'"),
        ("a: 010", "a: 8"),
        ("a: 010", "a: 10"),
        ("a: 0x10", "a: 16"),
        ("a: 1_000", "a: 1000"),
        ("a: 1e3", "a: 1000"),
        ("a: 2021-06-01", "a: '2021-06-01'"),
        ("a: 12:30:45", "a: 45045"),
        ("a: [1, 2]", "a: [2, 1]"),
        ("a: []", "a: {}"),
        ("a: {}", "a:"),
        ("a: x", "a: x\nb: x"),
        ("a: |\n  x\n", "a: x"),
    ],
)
def test_texts_that_do_not_surely_say_the_same(one: str, other: str) -> None:
    first, second = read_text_document(one), read_text_document(other)
    assert first is not None
    assert second is not None
    assert first != second


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hunter2",
        "'hunter2'",
        "12",
        "a: &x 1\nb: *x",
        "<<: {a: 1}",
        "a: !secret x",
        "!!map {a: 1}",
        "a: 1\na: 2",
        '{"a": 1, "a": 2}',
        "a: 1\n---\na: 1",
        "? [a]\n: 1",
        "yes: 1",
        ": 1",
        "a: [",
        "a: 'x",
        "\x00",
        "%FOO\n---\na: 1",
        "[" * 5_000,
        "a: " * 500,
        "- " * 200 + "x",
        "a: x\n" * 2,
        "[" + "1," * 3_000 + "1]",
        "x: " + "y" * 100_000,
        '{"a": NaN}'[:9],
        "!<tag:yaml.org,2002:js/function> 'x'",
    ],
)
def test_what_is_not_compared_by_its_content(text: str) -> None:
    assert read_text_document(text) is None


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-1000, 1000) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
).filter(lambda value: isinstance(value, dict | list))


@given(VALUES, VALUES)
def test_json_says_the_same_only_if_it_holds_the_same(one: object, other: object) -> None:
    first, second = (read_text_document(json.dumps(value)) for value in (one, other))
    assert first is not None
    is_same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    assert (first == second) == is_same


@given(VALUES)
def test_how_json_is_laid_out_says_nothing(value: object) -> None:
    spaced = json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False)
    assert read_text_document(json.dumps(value)) == read_text_document(spaced)


@given(st.text(max_size=60))
def test_any_text_can_be_asked_about(text: str) -> None:
    read_text_document(text)
