"""A rollback sends all of a cluster, so it must send no mask for a secret, and say what it cannot put back."""

from typing import Any

import pytest

from planner.emulator.behaviour import Behaviour
from planner.emulator.scripting import parse_trouble
from planner.model.desired import Desired
from planner.model.diagnostics import Failure
from planner.model.plan import Action, Plan
from planner.model.report import Fate
from tests.laws.lab import PLAIN, Lab, declare, want
from tests.laws.test_law_rollback import plan_rollback
from tests.regressions.trials import apply_anew, distort, edit_by_hand, is_stale

OIDC = {"accessMode": "OIDC", "roleAuthority": "NATIVE", "options": "clientSecret: canary"}
MASKED = distort(lambda spec: spec["pivot"].update(options="****") if "options" in spec["pivot"] else None)
UNSHOWN = distort(lambda spec: spec["pivot"].pop("options", None))


def scale(lab: Lab, *replicas: int, **spec: Any) -> Desired:  # noqa: ANN401 - any field
    """Apply a configuration with each number of replicas, and return the last one."""
    for count in replicas:
        lab.converge(declare("web", query={"replicas": count}, **spec))
    return want(declare("web", query={"replicas": replicas[-1]}, **spec))


def list_codes(plan: Plan) -> list[str]:
    return [warning.code for warning in plan.warnings]


@pytest.mark.parametrize("wrap", [MASKED, UNSHOWN])
def test_a_secret_that_the_server_hides_is_sent_and_not_its_mask(wrap: Any) -> None:  # noqa: ANN401 - what makes an app
    lab = Lab(wrap=wrap)
    desired = scale(lab, 1, 2, pivot=OIDC)
    report = lab.apply(plan_rollback(lab, desired, 1))
    assert [outcome.fate for outcome in report.outcomes] == [Fate.DONE], report
    assert lab.specs["web"]["pivot"] == OIDC
    assert lab.specs["web"]["query"]["replicas"] == 1


def test_a_secret_that_nobody_knows_any_more_is_refused() -> None:
    lab = Lab(wrap=MASKED)
    lab.converge(declare("web", pivot=OIDC))
    lab.converge(declare("web", pivot={"accessMode": "PROXIED"}))
    with pytest.raises(Failure) as caught:
        plan_rollback(lab, want(declare("web", pivot={"accessMode": "PROXIED"})), 1)
    assert [problem.code for problem in caught.value.diagnostics] == ["secret-not-shown"]
    assert "spec.pivot.options" in caught.value.diagnostics[0].summary


def test_the_secret_of_the_version_is_sent_where_the_server_shows_it() -> None:
    lab = Lab()
    lab.converge(declare("web", pivot=OIDC))
    newer = declare("web", pivot={**OIDC, "options": "clientSecret: newer"})
    lab.converge(newer)
    planned = plan_rollback(lab, want(newer), 1)
    assert "canary" not in repr(planned.plan)
    lab.apply(planned)
    assert lab.specs["web"]["pivot"] == OIDC


def test_what_cannot_change_stays_and_is_named() -> None:
    lab = Lab(PLAIN)
    lab.converge(declare("web"))
    newer = declare("web", encryptVolumes=True, query={"replicas": 2})
    lab.converge(newer)
    planned = plan_rollback(lab, want(newer), 1)
    assert list_codes(planned.plan) == ["not-rolled-back", "configuration-differs"]
    warning = planned.plan.warnings[0]
    assert "  spec.encryptVolumes stays true; at version 1 it was not set" in warning.detail.splitlines()
    lab.apply(planned)
    assert lab.specs["web"]["encryptVolumes"] is True
    assert "query" not in lab.specs["web"]


def test_what_going_forward_does_not_bring_back_is_named() -> None:
    lab = Lab(PLAIN)
    lab.converge(declare("web", data={"tier1": {"replicas": 3}}, metadataStore={"diskSize": 10}))
    newer = declare("web", data={"tier1": {"replicas": 4}, "tier2": {"replicas": 1}}, metadataStore={"diskSize": 20})
    lab.converge(newer)
    lab.app.edit_cluster("web", {"spec": {"version": "2022.01"}})
    planned = plan_rollback(lab, want(newer), 1)
    assert list_codes(planned.plan) == ["cannot-be-undone", "configuration-differs"]
    assert [line.strip() for line in planned.plan.warnings[0].detail.splitlines()[1:-1]] == [
        'spec.version "2022.01" -> "2021.06": an earlier release, which the API may refuse',
        "spec.data.tier1.replicas 4 -> 3: 1 data server goes, with what only it holds",
        "spec.data.tier2.replicas 1 -> not set: 1 data server goes, with what only it holds",
        "spec.metadataStore.diskSize 20 -> 10: a database's storage does not get smaller, so the API may refuse it",
    ]


def test_each_line_says_whose_work_it_undoes() -> None:
    lab = Lab(PLAIN)
    lab.converge(declare("web", master={"replicas": 1}, query={"replicas": 1}, data={"tier1": {"replicas": 1}}))
    newer = declare("web", master={"replicas": 3}, query={"replicas": 3}, data={"tier1": {"replicas": 1}})
    lab.converge(newer)
    edit_by_hand(lab, "web", {"query": {"replicas": 9}, "data": {"tier1": {"replicas": 2}}})
    (change,) = plan_rollback(lab, want(newer), 1).plan.changes
    assert {difference.path[1]: difference.cause.value for difference in change.differences} == {
        "data": "drift",
        "master": "edit",
        "query": "conflict",
        "pivot": "default",
    }


def test_what_a_rollback_brings_back_leaves_again_when_rolling_forward() -> None:
    lab = Lab(PLAIN)
    lab.converge(declare("web", awsKeyPair="old", query={"replicas": 2}))
    newer = declare("web", query={"replicas": 2})
    lab.converge(newer)
    lab.apply(plan_rollback(lab, want(newer), 1))
    assert lab.specs["web"]["awsKeyPair"] == "old"
    lab.converge(newer)
    assert "awsKeyPair" not in lab.specs["web"]


def test_a_cluster_that_a_hand_put_back_is_remembered_as_rolled_back() -> None:
    lab = Lab(PLAIN)
    desired = scale(lab, 1, 2)
    edit_by_hand(lab, "web", {"query": {"replicas": 1}})
    planned = plan_rollback(lab, desired, 1)
    assert [change.action for change in planned.plan.changes] == [Action.NO_OP]
    lab.apply(planned)
    assert lab.sent == []
    (change,) = lab.plan(desired).plan.changes
    assert [difference.cause.value for difference in change.differences] == ["edit"]


def test_a_change_of_any_field_since_makes_a_rollback_stale() -> None:
    lab = Lab()
    planned = plan_rollback(lab, scale(lab, 1, 2), 1)
    assert not is_stale(lab, planned)
    edit_by_hand(lab, "web", {"master": {"replicas": 3}})
    assert is_stale(lab, planned)


def test_a_change_right_before_the_request_is_not_overwritten() -> None:
    lab = Lab()
    planned = plan_rollback(lab, scale(lab, 1, 2), 1)
    edit_by_hand(lab, "web", {"master": {"replicas": 3}})
    report = lab.apply(planned)
    assert [outcome.fate for outcome in report.outcomes] == [Fate.SKIPPED], report
    assert (lab.sent, lab.specs["web"]["master"]["replicas"]) == ([], 3)


def test_a_cluster_of_another_name_is_left_alone() -> None:
    lab = Lab(Behaviour(immutable_fields=()))
    desired = scale(lab, 1, 2)
    lab.app.edit_cluster("web", {"metadata": {"name": "theirs"}})
    with pytest.raises(Failure) as caught:
        plan_rollback(lab, desired, 1)
    assert [problem.code for problem in caught.value.diagnostics] == ["other-name"]


def test_the_version_before_this_one_may_be_some_way_back() -> None:
    lab = Lab()
    desired = scale(lab, 1, 2, 3)
    (uid,) = lab.ids
    lab.trouble(parse_trouble(f"404@GET /clusters/{uid}/history/2#1x*"))
    assert [change.rolls_back_to for change in plan_rollback(lab, desired, None).plan.changes] == [1]


def test_a_lost_answer_is_not_taken_for_done_where_only_fields_of_the_server_go_back() -> None:
    lab = Lab(PLAIN)
    desired = scale(lab, 1)
    edit_by_hand(lab, "web", {"awsKeyPair": "theirs"})
    planned = plan_rollback(lab, desired, 1)
    lab.trouble(parse_trouble("503@PUT"))
    report = apply_anew(lab, planned)
    assert [outcome.fate for outcome in report.outcomes] == [Fate.DONE], report
    assert "awsKeyPair" not in lab.specs["web"]
