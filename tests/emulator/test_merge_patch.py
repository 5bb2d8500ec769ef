"""JSON Merge Patch: the examples of RFC 7396, appendix A, and two laws."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.emulator.merge_patch import merge_patch

EXAMPLES = [
    ('{"a":"b"}', '{"a":"c"}', '{"a":"c"}'),
    ('{"a":"b"}', '{"b":"c"}', '{"a":"b","b":"c"}'),
    ('{"a":"b"}', '{"a":null}', "{}"),
    ('{"a":"b","b":"c"}', '{"a":null}', '{"b":"c"}'),
    ('{"a":["b"]}', '{"a":"c"}', '{"a":"c"}'),
    ('{"a":"c"}', '{"a":["b"]}', '{"a":["b"]}'),
    ('{"a":{"b":"c"}}', '{"a":{"b":"d","c":null}}', '{"a":{"b":"d"}}'),
    ('{"a":[{"b":"c"}]}', '{"a":[1]}', '{"a":[1]}'),
    ('["a","b"]', '["c","d"]', '["c","d"]'),
    ('{"a":"b"}', '["c"]', '["c"]'),
    ('{"a":"foo"}', "null", "null"),
    ('{"a":"foo"}', '"bar"', '"bar"'),
    ('{"e":null}', '{"a":1}', '{"e":null,"a":1}'),
    ("[1,2]", '{"a":"b","c":null}', '{"a":"b"}'),
    ("{}", '{"a":{"bb":{"ccc":null}}}', '{"a":{"bb":{}}}'),
]

DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize(("document", "patch", "merged"), EXAMPLES)
def test_the_examples_of_the_rfc(document: str, patch: str, merged: str) -> None:
    assert merge_patch(json.loads(document), json.loads(patch)) == json.loads(merged)


@given(DOCUMENTS, DOCUMENTS)
def test_a_patch_applied_twice_is_a_patch_applied_once(document: Any, patch: Any) -> None:  # noqa: ANN401 - any JSON
    once = merge_patch(document, patch)

    assert merge_patch(once, patch) == once


@given(DOCUMENTS, DOCUMENTS)
def test_neither_document_nor_patch_is_changed(document: Any, patch: Any) -> None:  # noqa: ANN401 - any JSON
    before = copy.deepcopy((document, patch))

    merge_patch(document, patch)

    assert (document, patch) == before
