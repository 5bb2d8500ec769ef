"""Timeouts: a cluster's own patience goes before that of the whole apply, and is remembered for its delete."""

from dataclasses import replace

import pytest

from planner.applying.ports import Limits
from planner.emulator.behaviour import Behaviour
from planner.model.desired import DesiredCluster, Lifecycle
from planner.model.plan_document import dumps_plan, loads_plan
from planner.model.report import Fate, Outcome
from state.values import NO_TIMEOUTS, Timeouts
from tests.laws.lab import Lab, declare, want

OWN = Timeouts(create=600, update=1200, delete=1800)
FLAG = Limits(settle_seconds=300)


def with_own(cluster: DesiredCluster, timeouts: Timeouts = OWN) -> DesiredCluster:
    return replace(cluster, timeouts=timeouts)


def slow_down(lab: Lab) -> None:
    """Let whatever is begun from here on take longer than anybody waits."""
    lab.app.behaviour = replace(lab.app.behaviour, settle_seconds=100_000)


def measure(lab: Lab, *clusters: DesiredCluster, **options: object) -> tuple[float, Outcome]:
    """Return how long an apply waited, and what came of its one change."""
    planned = lab.plan(want(*clusters), **options)
    planned = replace(planned, plan=loads_plan(dumps_plan(planned.plan)))
    began = lab.passed
    (outcome,) = lab.apply(planned, FLAG).outcomes
    assert [diagnostic.code for diagnostic in outcome.diagnostics] == ["settle-timeout"]
    assert outcome.fate is Fate.FAILED
    return lab.passed - began, outcome


@pytest.mark.parametrize(("timeouts", "seconds"), [(OWN, 600), (NO_TIMEOUTS, 300), (Timeouts(update=60), 300)])
def test_a_create(timeouts: Timeouts, seconds: float) -> None:
    lab = Lab()
    slow_down(lab)
    waited, _ = measure(lab, with_own(declare("web"), timeouts))
    assert seconds <= waited <= seconds + 15


@pytest.mark.parametrize("lifecycle", [None, Lifecycle(update="overwrite")], ids=["PATCH", "PUT"])
def test_an_update(lifecycle: Lifecycle | None) -> None:
    lab = Lab()
    lab.converge(declare("web", awsKeyPair="old"))
    slow_down(lab)
    waited, outcome = measure(lab, with_own(declare("web", awsKeyPair="new", lifecycle=lifecycle)))
    assert 1200 <= waited <= 1215
    (told,) = outcome.diagnostics
    assert told.summary == "cluster.web did not settle in 20 minutes"
    assert "change it" in told.detail
    assert "last in the state UPDATING" in told.detail
    assert 'the next plan goes on from there. "update" in the timeouts block of cluster.web allows more' in told.detail


def test_a_delete_after_its_block_is_gone() -> None:
    """Like the protection of a cluster, its timeouts are in the state."""
    lab = Lab()
    lab.converge(with_own(declare("web")))
    slow_down(lab)
    waited, _ = measure(lab)
    assert 1800 <= waited <= 1815


def test_a_replacement_has_that_of_the_delete_and_then_that_of_the_create() -> None:
    lab = Lab(Behaviour(settle_seconds=1500))
    lab.converge(declare("web"))
    waited, outcome = measure(lab, with_own(declare("web")), replace=("cluster.web",))
    assert 1500 + 600 <= waited <= 1500 + 600 + 30
    assert outcome.diagnostics[0].summary == "cluster.web did not settle in 10 minutes"


def test_another_timeout_is_remembered_and_sends_nothing() -> None:
    lab = Lab()
    lab.converge(with_own(declare("web")))
    planned = lab.converge(with_own(declare("web"), Timeouts(delete=60)))
    assert planned.plan.operations == ()
    state = lab.load()
    assert state is not None
    assert [record.timeouts for record in state.records.values()] == [Timeouts(delete=60)]
    assert lab.plan(want(with_own(declare("web"), Timeouts(delete=60)))).plan.changes == ()


def test_the_next_plan_goes_on_from_there() -> None:
    lab = Lab()
    slow_down(lab)
    measure(lab, with_own(declare("web")))
    lab.passed += 100_000
    lab.converge(with_own(declare("web")))
    assert lab.plan(want(with_own(declare("web")))).plan.changes == ()
    assert len(lab.ids) == 1
