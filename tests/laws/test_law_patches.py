"""Law 9: what a plan sends is what makes the live cluster what the plan shows."""

from typing import Any

import jsonpatch
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.emulator.merge_patch import merge_patch
from planner.model.desired import Lifecycle, UpdateVerb
from planner.model.plan import Method
from planner.planning.merge_patch import apply_merge_patch, make_merge_patch
from state.values import Secret, Value, encode_value, is_same
from tests.laws.clusters import SPECS, in_the_lab
from tests.laws.lab import Document, Lab, declare, want
from tests.laws.test_law_edits import HANDS, make_hand_edit

APPENDIX: list[tuple[Any, Any, Any]] = [
    ({"a": "b"}, {"a": "c"}, {"a": "c"}),
    ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
    ({"a": "b"}, {"a": None}, {}),
    ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
    ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
    ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
    ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
    ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
    (["a", "b"], ["c", "d"], ["c", "d"]),
    ({"a": "b"}, ["c"], ["c"]),
    ({"a": "foo"}, None, None),
    ({"a": "foo"}, "bar", "bar"),
    ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
    ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
    ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
]
"""RFC 7396, appendix A: a document, a patch, what comes of it."""

SCALARS: st.SearchStrategy[Any] = (
    st.booleans() | st.integers(0, 1) | st.sampled_from([0.0, 1.0, "", "a"]) | st.builds(Secret, st.just("s"))
)
MEMBERS = st.sampled_from(["a", "b", "$secret"])
OBJECTS: st.SearchStrategy[dict[str, Value]] = st.dictionaries(
    MEMBERS,
    st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(MEMBERS, inner, max_size=3)),
    max_size=3,
)


@pytest.mark.parametrize(("document", "patch", "expected"), APPENDIX)
def test_merge_patch_does_what_the_rfc_shows(document: Any, patch: Any, expected: Any) -> None:  # noqa: ANN401 - JSON
    assert apply_merge_patch(document, patch) == expected


@given(OBJECTS, OBJECTS)
def test_a_patch_makes_one_document_the_other(before: dict[str, Value], after: dict[str, Value]) -> None:
    """merge_patch(before, patch) is after; documents of a configuration hold no null."""
    patch = make_merge_patch(before, after)
    assert is_same(apply_merge_patch(before, patch), after)
    assert (patch == {}) == is_same(before, after)


@given(OBJECTS, OBJECTS)
def test_a_patch_says_nothing_needless(before: dict[str, Value], after: dict[str, Value]) -> None:
    """Without any one of its members, a patch no longer does what it should."""
    patch = make_merge_patch(before, after)
    for name in patch:
        less = {other: member for other, member in patch.items() if other != name}
        assert not is_same(apply_merge_patch(before, less), after)


@in_the_lab
@given(SPECS, HANDS, SPECS, st.sampled_from(["patch", "overwrite"]))
def test_the_request_gives_the_planned_result(
    before: Document, hand: Document, after: Document, verb: UpdateVerb
) -> None:
    """merge_patch(live, body) is what the plan shows, and so is its JSON Patch; an overwrite carries it whole."""
    lab = Lab()
    lab.converge(declare("web", **before))
    lab.app.edit_cluster("web", make_hand_edit(hand))

    plan = lab.plan(want(declare("web", lifecycle=Lifecycle(update=verb), **after))).plan

    for operation in plan.operations:
        (change,) = plan.changes
        live, body = encode_value(change.before or {}), encode_value(operation.body or {})
        made = body if operation.method is Method.PUT else merge_patch(live, body)
        assert made == encode_value(change.after or {})
        assert jsonpatch.apply_patch(live, list(change.json_patch)) == made
