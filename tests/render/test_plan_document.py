"""What is not exactly a plan that was saved is refused, with the place, and nothing but `PlanDamaged` leaves."""

import json
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from typing import Any, TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.model.desired import CheckResult
from planner.model.diagnostics import Diagnostic
from planner.model.impact import Impact, Severity
from planner.model.outputs import OutputChange
from planner.model.plan import Action, Cause, Change, Difference, Method, Operation, Plan, Precondition
from planner.model.plan_document import PlanDamaged, decode_plan, dumps_plan, encode_plan, loads_plan
from planner.model.spans import Anchor
from state.address import Address
from state.values import Json, Late, Output, Secret, Value
from tests.render.plan_schema import list_faults

WEB: dict[str, Value] = {
    "metadata": {"name": "web"},
    "spec": {"version": "2021.06", "pivot": {"options": Secret("k1:9fe0")}},
}
SHOP: dict[str, Value] = {"metadata": {"name": "shop"}, "spec": {"query": {"replicas": 3}}}
PLAN = Plan(
    id="7f3a9c01" * 8,
    precondition=Precondition(endpoint="https://acme.implycloud.com", lineage=None, serial=0),
    changes=(
        Change(
            address=Address("shop"),
            action=Action.UPDATE,
            name="shop",
            id="c-1",
            before=SHOP,
            after=SHOP,
            differences=(Difference(path=("spec", "query", "replicas"), cause=Cause.EDIT, before=3, after=5),),
        ),
        Change(address=Address("web"), action=Action.CREATE, name="web", after=WEB, applied=WEB),
    ),
    operations=(
        Operation(
            number=1,
            address=Address("shop"),
            method=Method.PATCH,
            path="/clusters/c-1",
            body={"spec": {"query": {"replicas": 5}}},
        ),
        Operation(number=2, address=Address("web"), method=Method.POST, path="/clusters", body=WEB, after=(1,)),
    ),
    outputs=(
        OutputChange(name="id", before=Output(value="c-1", type="string"), after=Output(value=Late(), type="string")),
        OutputChange(name="token", before=None, after=Output(value=Secret("k1:77"), type="string", is_sensitive=True)),
    ),
    checks=(
        CheckResult(label="check.health", passed=None),
        CheckResult(label="cluster.web", passed=False, problem=Diagnostic(code="postcondition", summary="No")),
    ),
)
TEXT = dumps_plan(PLAN)

Document: TypeAlias = dict[str | int, Any]
Edit: TypeAlias = Callable[[Document], object]


def edit_plan(edit: Edit) -> dict[str, Any]:
    """Return the document of PLAN, edited by a forger who knows how to make a digest."""
    document = json.loads(TEXT)
    edit(document)
    document.pop("digest")
    text = json.dumps(document, sort_keys=True, separators=(",", ":"))
    return {**document, "digest": f"sha256:{sha256(text.encode()).hexdigest()}"}


def put(value: Json, *path: str | int) -> Edit:
    def edit(document: Document) -> None:
        follow(document, path[:-1])[path[-1]] = value

    return edit


def drop(*path: str | int) -> Edit:
    def edit(document: Document) -> None:
        del follow(document, path[:-1])[path[-1]]

    return edit


def follow(document: Document, path: tuple[str | int, ...]) -> Document:
    for step in path:
        document = document[step]
    return document


def test_the_first_line_says_which_plan_it_is() -> None:
    assert TEXT.partition("\n")[0] == (
        f'{{"format_version": "1.2", "plan_id": "{"7f3a9c01" * 8}", "short_id": "pl-7f3a9c017f",'
    )


def test_a_forger_who_changes_nothing_is_let_through() -> None:
    assert decode_plan(edit_plan(lambda _: None)) == PLAN


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (drop("resource_changes", 0, "cluster_name"), "`resource_changes[0]` has no cluster_name"),
        (drop("operations"), "It has no operations"),
        (put(1, "resource_changes", 0, "surprise"), "`resource_changes[0]` has a member that is not known"),
        (put({}, "resource_changes"), "`resource_changes` is not a list"),
        (put([1], "resource_changes"), "`resource_changes[0]` is not an object"),
        (put(5, "resource_changes", 0, "cluster_name"), "`resource_changes[0].cluster_name` is not a text"),
        (put("web", "resource_changes", 0, "address"), "`resource_changes[0].address` is not the address of a cluster"),
        (
            put(["create", "delete"], "resource_changes", 0, "change", "actions"),
            "`resource_changes[0].change.actions` is not a list of actions",
        ),
        (
            put("why", "resource_changes", 0, "action_reason"),
            "`resource_changes[0].action_reason` is not one of the words",
        ),
        (
            put("no", "resource_changes", 0, "prevent_destroy"),
            "`resource_changes[0].prevent_destroy` is neither true nor false",
        ),
        (
            put("1", "resource_changes", 0, "resource_version"),
            "`resource_changes[0].resource_version` is not a whole number",
        ),
        (
            put({"update": -1}, "resource_changes", 0, "timeouts"),
            "`resource_changes[0].timeouts.update` is not a number of seconds",
        ),
        (
            put({"update": True}, "resource_changes", 0, "timeouts"),
            "`resource_changes[0].timeouts.update` is not a number of seconds",
        ),
        (put([], "resource_changes", 0, "change", "after"), "`resource_changes[0].change.after` is not an object"),
        (
            put({"$secret": "x"}, "resource_changes", 0, "change", "after"),
            "`resource_changes[0].change.after` is not an object",
        ),
        (
            put("none", "resource_changes", 0, "differences", 0, "cause"),
            "`resource_changes[0].differences[0].cause` is not one",
        ),
        (
            put([True], "resource_changes", 0, "differences", 0, "path"),
            "`resource_changes[0].differences[0].path[0]` is not a whole",
        ),
        (
            put([{"key": 1}], "resource_changes", 0, "differences", 0, "path"),
            "`resource_changes[0].differences[0].path[0].key` is not",
        ),
        (put([1], "resource_changes", 0, "json_patch"), "`resource_changes[0].json_patch[0]` is not an object"),
        (put("12", "unchanged"), "`unchanged` is not a whole number"),
        (put(-1, "precondition", "serial"), "`precondition.serial` is not a whole number"),
        (put("pl-7f3a9c01", "plan_id"), "`plan_id` is not the id of a plan"),
        (put("pl-7f3a9c0170", "short_id"), "`short_id` is not what the rest of the plan comes to"),
        (put("yes", "complete"), "`complete` is not what the rest of the plan comes to"),
        (put(1, "complete"), "`complete` is not what the rest of the plan comes to"),
        (put(["cluster.web"], "excluded"), "`complete` is not what the rest of the plan comes to"),
        (put([{"address": "cluster.b"}], "left_out"), "`left_out[0]` has no actions"),
        (put([{"from": "cluster.a"}], "suggested_moves"), "`suggested_moves[0]` has no to"),
        (put(7, "summary", "create"), "`summary.create` is not what the rest of the plan comes to"),
        (put("GET", "operations", 0, "method"), "`operations[0].method` is not one of the words"),
        (put("//evil.example/x", "operations", 0, "path"), "`operations[0].path` is not the path of a cluster"),
        (put("/clusters/..", "operations", 0, "path"), "`operations[0].path` is not the path of a cluster"),
        (put("/clusters/c-1\n", "operations", 0, "path"), "`operations[0].path` is not the path of a cluster"),
        (put("/clusters/c-2", "operations", 0, "path"), "`operations[0]` is not the request that its change shows"),
        (put("DELETE", "operations", 0, "method"), "`operations[0]` is not the request that its change shows"),
        (put(None, "operations", 0, "body"), "`operations[0]` is not the request that its change shows"),
        (put({"spec": {}}, "operations", 1, "body"), "`operations[1]` is not the request that its change shows"),
        (put("cluster.other", "operations", 0, "address"), "`operations[0].address` is of no change"),
        (put(1, "operations", 1, "number"), "`operations[1].number` is out of order"),
        (put([2], "operations", 0, "after"), "`operations[0].number` is out of order"),
        (drop("operations", 1), "`resource_changes[1].change.actions` do not fit the operations"),
        (
            put(["no-op"], "resource_changes", 0, "change", "actions"),
            "`resource_changes[0].change.actions` do not fit the operations",
        ),
        (put("cluster.web", "resource_changes", 0, "address"), "`resource_changes` has two changes of one cluster"),
        (put([], "output_changes"), "`output_changes` is not an object"),
        (put({"id": {}}, "output_changes"), "`output_changes.id` has no actions"),
        (put(None, "output_changes", "id", "after_type"), "`output_changes.id.after` is the value of no output"),
        (put(None, "output_changes", "token", "after_type"), "`output_changes.token.after` is the value of no output"),
        (put(["no-op"], "output_changes", "id", "actions"), "`output_changes.id.actions` do not fit the two sides"),
        (put("x", "output_changes", "token", "after"), "`output_changes.token.after` is the value of something"),
        (put(1, "output_changes", "token", "after_type"), "`output_changes.token.after_type` is not a text"),
        (put({}, "output_changes", "id", "after_unknown"), "`output_changes.id.after_unknown` is not what"),
        (put("passed", "conditions", 0, "status"), "`conditions[0].status` is not one of the words"),
        (put("No", "conditions", 1, "problem"), "`conditions[1].problem` is not an object"),
        (put("pass", "checks", 0, "status"), "`checks[0].status` is not what the rest of the plan comes to"),
        (put([], "checks"), "`checks` is not what the rest of the plan comes to"),
        (put("data", "resource_changes", 0, "mode"), "`resource_changes[0].mode` is not what"),
        (put("shop", "resource_changes", 1, "name"), "`resource_changes[1].name` is not what"),
        (put(0, "resource_changes", 1, "index"), "`resource_changes[1]` is not what the rest of the plan comes to"),
        (
            put({}, "resource_changes", 1, "change", "after_sensitive"),
            "`resource_changes[1].change.after_sensitive` is",
        ),
        (put(1, "errored"), "`errored` is not what the rest of the plan comes to"),
        (drop("plan_id"), "It is not a plan that planner saved"),
        (put("1.1", "format_version"), "`format_version` is 1.1, and this planner reads 1.2"),
        (put("1.0", "format_version"), "`format_version` is 1.0, and this planner reads 1.2"),
        (put("2.0", "format_version"), "`format_version` is 2.0"),
        (put("1", "format_version"), "It is not a plan that planner saved"),
        (drop("format_version"), "It is not a plan that planner saved"),
    ],
)
def test_a_plan_that_could_not_have_been_made_is_refused(edit: Edit, message: str) -> None:
    with pytest.raises(PlanDamaged) as caught:
        decode_plan(edit_plan(edit))
    assert str(caught.value).startswith(message)


def test_a_delete_cannot_hide_behind_a_change_that_does_nothing() -> None:
    def forge(document: Document) -> None:
        document["resource_changes"][0]["actions"] = ["no-op"]
        document["operations"][0] |= {"method": "DELETE", "body": None}

    with pytest.raises(PlanDamaged):
        decode_plan(edit_plan(forge))


def test_an_edited_plan_is_refused() -> None:
    edited = TEXT.replace('"replicas":5', '"replicas":50')
    assert edited != TEXT
    with pytest.raises(PlanDamaged, match="`digest` does not fit the content"):
        loads_plan(edited)


def test_members_that_a_newer_version_added_are_ignored() -> None:
    def grow(document: Document) -> None:
        document["format_version"] = "1.7"
        document["mood"] = 5
        document["resource_changes"][0]["weather"] = "fair"
        document["summary"]["weather"] = 1

    assert decode_plan(edit_plan(grow)) == PLAN


def test_a_plan_may_be_laid_out_anew() -> None:
    assert loads_plan(json.dumps(json.loads(TEXT), indent=4, sort_keys=True)) == PLAN


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "It is not JSON from line 1, column 1 on"),
        ("[]", "It is not a plan that planner saved"),
        ("null", "It is not a plan that planner saved"),
        ('{"a": NaN}', "It holds NaN, which is not JSON"),
        ('{"a": 1e999}', "It holds a number that is too large"),
        ('{"a": 1, "a": 2}', "It holds a member twice in one object"),
        ("9" * 5000, "It holds a number or a nesting that no plan has"),
        ("[" * 100_000, "It holds a number or a nesting that no plan has"),
    ],
)
def test_what_is_no_plan_at_all_is_refused(text: str, message: str) -> None:
    with pytest.raises(PlanDamaged) as caught:
        loads_plan(text)
    assert str(caught.value) == message


def test_deep_nesting_is_refused() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    document = {**encode_plan(PLAN), "targets": deep}
    with pytest.raises(PlanDamaged, match="nested too deeply"):
        decode_plan(document)


@given(st.integers(0, len(TEXT) - 2))
def test_a_truncated_plan_is_refused(length: int) -> None:
    with pytest.raises(PlanDamaged):
        loads_plan(TEXT[:length])


@given(st.integers(0, len(TEXT) - 1), st.sampled_from('x0 "{}[],:\\n\\'))
def test_one_changed_character_is_refused_or_changes_nothing(at: int, character: str) -> None:
    try:
        plan = loads_plan(TEXT[:at] + character + TEXT[at + 1 :])
    except PlanDamaged:
        return
    assert plan == PLAN


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(sorted(encode_plan(PLAN))) | st.text(), inner),
    )
)
def test_any_other_document_is_refused(document: Json) -> None:
    with pytest.raises(PlanDamaged):
        decode_plan(document)


@given(st.sampled_from(sorted(encode_plan(PLAN))), st.none() | st.booleans() | st.lists(st.integers()) | st.text())
def test_any_other_member_is_refused(name: str, value: Json) -> None:
    try:
        plan = decode_plan(edit_plan(put(value, name)) if name != "digest" else {**encode_plan(PLAN), name: value})
    except PlanDamaged as error:
        assert str(error)  # noqa: PT017 - a member may also be replaced by what was there
        return
    assert encode_plan(plan)[name] == value


def test_places_and_impact_are_saved_and_fit_the_schema() -> None:
    place, harm = Anchor("main.hcl", 7, 3), Impact(Severity.ROLLING_RESTART, ("query",), "One after another.")
    change, *others = PLAN.changes
    told = replace(change, anchor=place, impact=harm, differences=(replace(change.differences[0], anchor=place),))
    document = encode_plan(replace(PLAN, changes=(told, *others)))
    assert list_faults(document) == []
    first, second = decode_plan(document).changes
    assert (first.anchor, first.impact, first.differences[0].anchor) == (place, harm, place)
    assert (second.anchor, second.impact) == (None, None)
