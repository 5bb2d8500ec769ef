"""What reads Terraform's plan JSON reads a saved plan: it fits the types of terraform-json, and means the same."""

import json
from typing import Any

import pytest

from planner.model.desired import CheckResult
from planner.model.diagnostics import Diagnostic
from planner.model.guard import Exceeded, GuardKind, Limit
from planner.model.paths import Key
from planner.model.plan import MISSING, Action, Cause, Change, Difference, Plan, Reason
from planner.model.plan_document import dumps_plan, encode_plan
from state.address import Address, ModuleStep
from state.values import Late, Secret, Value
from tests.render.plan_schema import list_faults
from tests.render.terraform_json import ACTIONS, PLAN, REASONS, find_misfits, is_supported
from tests.render.test_plan_golden import PRECONDITION, SAMPLES

OURS = {"delete_by_request", "forget_by_request", "gone", "taken_over"}
"""Reasons for which Terraform has no word; the library has readers take them as none."""


def encode(*changes: Change, **members: Any) -> Any:  # noqa: ANN401 - a document
    """Return the document of a plan of these changes, as a reader has it who knows nothing of ours."""
    return json.loads(dumps_plan(Plan(id="7" * 64, changes=changes, precondition=PRECONDITION, **members)))


def change(action: Action = Action.NO_OP, **members: Any) -> Change:  # noqa: ANN401 - the parts of a change
    return Change(**{"address": Address("web"), "action": action, "name": "web", "id": "c-1", **members})


@pytest.mark.parametrize("name", SAMPLES)
def test_a_go_program_reads_every_plan(name: str) -> None:
    document: Any = encode_plan(SAMPLES[name])
    assert list(find_misfits(document, PLAN)) == []
    assert is_supported(document["format_version"])
    for one in (*document["resource_changes"], *document["resource_drift"], *document["output_changes"].values()):
        assert one.get("change", one)["actions"] in ACTIONS


def test_the_transcript_refuses_what_go_refuses() -> None:
    assert list(find_misfits({"complete": "yes", "resource_changes": [{"change": {"actions": "create"}}]}, PLAN)) == [
        ".complete: 'yes' is no bool",
        ".resource_changes[0].change.actions: 'create' is no ['string']",
    ]
    assert list(find_misfits({"output_changes": []}, PLAN)) != []
    assert list(find_misfits({"checks": [{"Status": 1}]}, PLAN)) != []
    assert list(find_misfits({"resource_changes": [{"index": 10**400}]}, PLAN)) != []


def test_every_reason_is_terraforms_or_known_to_be_ours() -> None:
    assert {reason.value for reason in Reason} - REASONS == OURS


def test_the_place_of_a_cluster_is_taken_apart() -> None:
    address = Address("web", "eu", (ModuleStep("fleet", 0),))
    (found,) = encode(change(address=address, moved_from=Address("old"), importing="c-1"))["resource_changes"]
    told = {name: found[name] for name in ("address", "module_address", "mode", "type", "name", "index")}
    assert told == {
        "address": 'module.fleet[0].cluster.web["eu"]',
        "module_address": "module.fleet[0]",
        "mode": "managed",
        "type": "cluster",
        "name": "web",
        "index": "eu",
    }
    assert found["previous_address"] == "cluster.old"
    assert found["change"]["importing"] == {"id": "c-1"}


def test_what_there_is_not_is_left_out_as_in_terraform() -> None:
    (found,) = encode(change())["resource_changes"]
    assert found.keys().isdisjoint({"module_address", "index", "previous_address", "action_reason"})
    assert found["change"] == {
        "actions": ["no-op"],
        "before": None,
        "after": None,
        "after_unknown": {},
        "before_sensitive": False,
        "after_sensitive": False,
    }


def test_secrets_and_late_values_are_mirrored_as_in_terraform() -> None:
    """The expected trees are those of Terraform 1.11 for the same values, without the containers that say nothing."""
    after: dict[str, Value] = {
        "l": [1, {"s": Secret("k1:1")}],
        "s": Secret("k1:1"),
        "x": 1,
        "id": Late(("cluster.a.metadata.uid",)),
        "m": [Late(), 1, {"q": Late()}],
        "$secret": "a name",
    }
    (found,) = encode(change(before={"s": Secret("k1:0")}, after=after))["resource_changes"]
    assert found["change"]["after"] == {
        "l": [1, {"s": {"$secret": "k1:1"}}],
        "s": {"$secret": "k1:1"},
        "x": 1,
        "m": [None, 1, {}],
        "$$secret": "a name",
    }
    assert found["change"]["after_unknown"] == {"id": True, "m": [True, False, {"q": True}]}
    assert found["change"]["before_sensitive"] == {"s": True}
    assert found["change"]["after_sensitive"] == {"l": [False, {"s": True}], "s": True}
    assert found["late"] == [
        {"path": ["id"], "references": ["cluster.a.metadata.uid"]},
        {"path": ["m", 0], "references": []},
        {"path": ["m", 2, "q"], "references": []},
    ]


def differ(*path: str | Key, applied: Any, live: Any, cause: Cause = Cause.DRIFT) -> Difference:  # noqa: ANN401 - values
    return Difference(path=path, cause=cause, before=live, after=applied, applied=applied)


def test_drift_leads_from_what_was_applied_to_what_is_live() -> None:
    live: dict[str, Value] = {
        "spec": {"query": {"replicas": 7}, "awsTags": [{"name": "team", "value": "x"}, {"name": "new", "value": "y"}]}
    }
    differences = (
        differ("spec", "query", "replicas", applied=2, live=7),
        differ("spec", "awsTags", Key("team"), "value", applied="ads", live="x", cause=Cause.CONFLICT),
        differ("spec", "awsTags", Key("new"), applied=MISSING, live={"name": "new", "value": "y"}),
        differ("spec", "awsTags", Key("gone"), applied={"name": "gone", "value": "z"}, live=MISSING),
        differ("spec", "version", applied="1", live=MISSING, cause=Cause.ADOPT),
        differ("spec", "query", "edited", applied=MISSING, live=MISSING, cause=Cause.EDIT),
    )
    (found,) = encode(change(before=live, after=live, differences=differences, moved_from=Address("old")))[
        "resource_drift"
    ]
    assert found["address"] == "cluster.old"
    assert found["change"]["actions"] == ["update"]
    assert found["change"]["after"] == live
    assert found["change"]["before"] == {
        "spec": {
            "query": {"replicas": 2},
            "awsTags": [{"name": "team", "value": "ads"}, {"name": "gone", "value": "z"}],
            "version": "1",
        }
    }


def test_drift_within_a_text_leaves_the_text_as_it_is() -> None:
    live: dict[str, Value] = {"spec": {"options": "{}"}}
    differences = (differ("spec", "options", "a", applied=1, live=2),)
    (found,) = encode(change(before=live, after=live, differences=differences))["resource_drift"]
    assert found["change"]["before"] == live


def test_a_cluster_that_is_gone_has_drifted_away() -> None:
    (found,) = encode(change(Action.FORGET, reason=Reason.GONE))["resource_drift"]
    assert (found["change"]["actions"], found["change"]["before"], found["change"]["after"]) == (["delete"], None, None)


def test_an_edit_is_no_drift() -> None:
    differences = (differ("spec", "a", applied=1, live=1, cause=Cause.EDIT),)
    assert encode(change(before={"spec": {"a": 1}}, after={}, differences=differences))["resource_drift"] == []


def test_conditions_are_grouped_by_what_they_are_about() -> None:
    broken = Diagnostic(code="check-failed", summary="Check block assertion failed", detail="Too few.")
    checks = encode(
        checks=(
            CheckResult(label='module.a["x"].check.health', passed=True),
            CheckResult(label="cluster.web[0]", passed=True),
            CheckResult(label="cluster.web[1]", passed=None),
            CheckResult(label='module.a["y"].check.health', passed=None),
            CheckResult(label='module.a["y"].check.health', passed=False, problem=broken),
        )
    )["checks"]
    assert checks == [
        {
            "address": {"kind": "check", "module": "module.a", "name": "health", "to_display": "module.a.check.health"},
            "status": "fail",
            "instances": [
                {
                    "address": {"module": 'module.a["x"]', "to_display": 'module.a["x"].check.health'},
                    "status": "pass",
                },
                {
                    "address": {"module": 'module.a["y"]', "to_display": 'module.a["y"].check.health'},
                    "status": "fail",
                    "problems": [{"message": "Too few."}],
                },
            ],
        },
        {
            "address": {
                "kind": "resource",
                "mode": "managed",
                "type": "cluster",
                "name": "web",
                "to_display": "cluster.web",
            },
            "status": "unknown",
            "instances": [
                {"address": {"instance_key": 0, "to_display": "cluster.web[0]"}, "status": "pass"},
                {"address": {"instance_key": 1, "to_display": "cluster.web[1]"}, "status": "unknown"},
            ],
        },
    ]


def test_what_a_guard_refuses_is_told_with_what_would_allow_it() -> None:
    limit = Limit(number=3, percent=30)
    exceeded = Exceeded(kind=GuardKind.DELETE, limit=limit, total=2, whole=3, addresses=(Address("web"),))
    document = encode(guards=(exceeded,))
    assert list_faults(document) == []
    assert document["guards"] == [
        {
            "kind": "delete",
            "total": 2,
            "whole": 3,
            "limit": {"number": 3, "percent": 30},
            "addresses": ["cluster.web"],
            "allow": "delete@pl-7777777777",
        }
    ]
