"""A change waits for what it depends on, also where an earlier run had begun it."""

from datetime import datetime
from typing import Any

from planner.applying.ports import Limits
from planner.emulator.behaviour import Behaviour
from planner.emulator.scripting import parse_trouble
from planner.model.report import Fate
from tests.laws.lab import Lab, declare, want
from tests.regressions.trials import apply_anew


def leave_creating(seconds: float) -> Lab:
    """Return a laboratory where an earlier run created cluster `a` and did not wait until it had settled."""
    lab = Lab(behaviour=Behaviour(settle_seconds=seconds))
    report = apply_anew(lab, lab.plan(want(declare("a"))), limits=Limits(settle_seconds=5))
    assert [outcome.fate for outcome in report.outcomes] == [Fate.FAILED]
    return lab


def test_a_change_waits_until_what_an_earlier_run_created_has_settled() -> None:
    lab = leave_creating(600)
    report = apply_anew(lab, lab.plan(want(declare("a"), declare("b", "a"))))
    assert [outcome.fate for outcome in report.outcomes] == [Fate.DONE]
    live: list[Any] = lab.app.describe_clusters()
    created = {cluster["metadata"]["name"]: datetime.fromisoformat(cluster["metadata"]["created"]) for cluster in live}
    assert (created["b"] - created["a"]).total_seconds() >= 600


def test_a_change_is_skipped_if_what_it_depends_on_goes_on_and_on() -> None:
    lab = leave_creating(10**6)
    planned = lab.plan(want(declare("a"), declare("b", "a"), declare("c")))
    report = apply_anew(lab, planned, limits=Limits(settle_seconds=60))
    fates = {outcome.name: outcome.fate for outcome in report.outcomes}
    assert fates == {"b": Fate.SKIPPED, "c": Fate.FAILED}
    assert set(lab.specs) == {"a", "c"}


def test_a_cluster_that_is_adopted_while_it_is_created_is_waited_for() -> None:
    lab = Lab(behaviour=Behaviour(settle_seconds=600))
    planned = lab.plan(want(declare("a")))
    lab.trouble(parse_trouble("lose-answer@POST"), parse_trouble("503@GET*#1x*"))
    apply_anew(lab, planned)
    lab.app.troubles.clear()
    began = lab.passed
    report = apply_anew(lab, lab.plan(want(declare("a"), declare("b", "a"))))
    assert [outcome.fate for outcome in report.outcomes] == [Fate.DONE, Fate.DONE]
    assert lab.passed - began >= 600


def test_a_cluster_that_somebody_deletes_while_it_settles_is_not_waited_for_to_the_end() -> None:
    lab = Lab(behaviour=Behaviour(settle_seconds=30))
    lab.converge(declare("a", query={"replicas": 1}))
    planned = lab.plan(want(declare("a", query={"replicas": 2})))
    lab.trouble(parse_trouble("remove=a@GET#2"))
    began = lab.passed
    (outcome,) = apply_anew(lab, planned).outcomes
    assert [diagnostic.code for diagnostic in outcome.diagnostics] == ["cluster-gone"]
    assert lab.passed - began < 1000
