"""Somebody else changes a cluster while we change it: what they did is seen by the next plan, never swallowed."""

import json

import pytest

from planner.emulator.behaviour import Behaviour
from planner.emulator.scripting import parse_trouble
from planner.emulator.trouble import Trouble
from planner.model.desired import DesiredCluster
from planner.model.plan import Action, Cause
from planner.model.report import Fate
from tests.laws.lab import Document, Lab, declare, want

BEFORE = declare("web", awsKeyPair="old", query={"replicas": 2}, awsTags=[{"name": "team", "value": "ads"}])
AFTER = declare("web", awsKeyPair="new", query={"replicas": 2}, awsTags=[{"name": "team", "value": "ads"}])
EDITS: dict[str, Document] = {
    "a field that we set and did not change": {"query": {"replicas": 7}},
    "an entry of a list of ours": {"awsTags": [{"name": "team", "value": "x"}]},
    "an entry more in a list of ours": {"awsTags": [{"name": "team", "value": "ads"}, {"name": "new", "value": "x"}]},
    "a list of ours is emptied": {"awsTags": []},
}


def edit_on(request: str, edit: Document) -> Trouble:
    """Return the trouble of somebody who makes `edit` just before `request` is looked at."""
    return parse_trouble(f"edit=web:{json.dumps({'spec': edit})}@{request}")


def assert_drift(lab: Lab, desired: DesiredCluster) -> None:
    """Hold that the next plan shows drift, and that its apply puts everything back."""
    (change,) = lab.plan(want(desired)).plan.changes
    assert change.action is Action.UPDATE
    assert {difference.cause for difference in change.differences} == {Cause.DRIFT}
    lab.converge(desired)
    assert lab.specs["web"]["query"]["replicas"] == 2
    assert lab.specs["web"]["awsTags"] == [{"name": "team", "value": "ads"}]
    assert lab.plan(want(desired)).plan.changes == ()


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
@pytest.mark.parametrize("settle_seconds", [0.0, 30.0])
def test_an_edit_just_before_a_patch(edit: Document, settle_seconds: float) -> None:
    """The answer to our PATCH shows the edit too; it is not what we asked for, and not what the server makes of it."""
    lab = Lab(Behaviour(settle_seconds=settle_seconds, conflict_while_updating=False))
    lab.converge(BEFORE)
    planned = lab.plan(want(AFTER))
    lab.trouble(edit_on("PATCH", edit))

    lab.apply(planned)

    assert_drift(lab, AFTER)


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_an_edit_while_the_cluster_settles(edit: Document) -> None:
    lab = Lab(Behaviour(settle_seconds=30, conflict_while_updating=False))
    lab.converge(BEFORE)
    planned = lab.plan(want(AFTER))
    uid = lab.app.account.uids["web"]
    lab.trouble(edit_on(f"GET /clusters/{uid}#2", edit))

    lab.apply(planned)

    assert_drift(lab, AFTER)


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_an_edit_while_a_new_cluster_settles(edit: Document) -> None:
    lab = Lab(Behaviour(settle_seconds=30))
    planned = lab.plan(want(BEFORE))
    lab.trouble(edit_on("GET /clusters/*#2", edit))

    lab.apply(planned)

    assert_drift(lab, BEFORE)


def test_an_edit_of_what_nobody_owns_stays() -> None:
    lab = Lab()
    lab.converge(BEFORE)
    planned = lab.plan(want(AFTER))
    lab.trouble(edit_on("PATCH", {"master": {"replicas": 3}}))

    report = lab.apply(planned)

    assert [outcome.fate for outcome in report.outcomes] == [Fate.DONE]
    assert lab.specs["web"]["master"]["replicas"] == 3
    assert lab.plan(want(AFTER)).plan.changes == ()
