"""Not waiting: an apply that ends when the server has taken its requests, and what the next run makes of it."""

from planner.applying.ports import Limits
from planner.emulator.behaviour import Behaviour
from planner.model.plan import Action
from planner.model.report import Fate, Report
from tests.laws.lab import Lab, declare, name_requests, want

AT_ONCE = Limits(waits=False)


def fates(report: Report) -> dict[str, Fate]:
    return {outcome.address.name: outcome.fate for outcome in report.outcomes}


def test_what_nothing_depends_on_is_not_waited_for() -> None:
    lab = Lab(Behaviour(settle_seconds=600))
    planned = lab.plan(want(declare("base"), declare("app", "base"), declare("alone")))
    begin = lab.passed

    report = lab.apply(planned, AT_ONCE)

    assert fates(report) == {"base": Fate.DONE, "app": Fate.SETTLING, "alone": Fate.SETTLING}
    assert report.is_taken
    assert 600 <= lab.passed - begin < 700, "app starts when base has settled, and is not waited for"
    snapshot = lab.load()
    assert snapshot is not None
    observed = {record.name: record.observed is not None for record in snapshot.records.values()}
    assert observed == {"base": True, "app": False, "alone": False}
    assert {record.id for record in snapshot.records.values()} == lab.ids
    assert snapshot.intents == ()


def test_the_next_apply_changes_nothing_and_sends_nothing() -> None:
    lab = Lab(Behaviour(settle_seconds=600))
    wanted = want(declare("web"))
    lab.apply(lab.plan(wanted), AT_ONCE)

    while_it_settles = lab.plan(wanted)
    assert while_it_settles.plan.operations == ()
    assert [warning.code for warning in while_it_settles.plan.warnings] == ["cluster-on-its-way"]
    lab.passed += 600
    lab.apply(lab.plan(wanted))

    assert name_requests(lab.sent) == ["POST /clusters"]


def test_a_deletion_that_is_not_waited_for_stays_open_until_somebody_looks() -> None:
    lab = Lab(Behaviour(settle_seconds=600))
    lab.converge(declare("old"))
    report = lab.apply(lab.plan(want()), AT_ONCE)

    assert fates(report) == {"old": Fate.SETTLING}
    snapshot = lab.load()
    assert snapshot is not None
    assert len(snapshot.records) == 1, "while it is there, it is known"
    assert [intent.kind for intent in snapshot.intents] == ["delete"]
    lab.passed += 600
    planned = lab.plan(want())
    assert [change.action for change in planned.plan.changes] == [Action.FORGET]
    lab.apply(planned)
    snapshot = lab.load()
    assert snapshot is not None
    assert (snapshot.records, snapshot.intents) == ({}, ())
    assert name_requests(lab.sent)[-1].startswith("DELETE ")


def test_what_is_deleted_in_order_is_waited_for_but_the_last() -> None:
    """Nothing is deleted while something that relied on it is still there."""
    lab = Lab(Behaviour(settle_seconds=600))
    lab.converge(declare("base"), declare("app", "base"))
    begin = lab.passed
    report = lab.apply(lab.plan(want()), AT_ONCE)

    assert fates(report) == {"app": Fate.DONE, "base": Fate.SETTLING}
    assert lab.passed - begin >= 600


def test_a_replacement_waits_for_the_end_of_the_former_cluster_only() -> None:
    lab = Lab(Behaviour(settle_seconds=600))
    lab.converge(declare("web"))
    begin = lab.passed
    report = lab.apply(lab.plan(want(declare("web")), replace=("cluster.web",)), AT_ONCE)

    assert fates(report) == {"web": Fate.SETTLING}
    assert 600 <= lab.passed - begin < 1200
    assert len(lab.ids) == 1


def test_what_is_being_deleted_is_gone_as_soon_as_it_is() -> None:
    """A cluster that was seen leaving does not come back: nobody waits for it to become visible again."""
    lab = Lab(Behaviour(settle_seconds=120))
    lab.converge(declare("base"))
    lab.apply(lab.plan(want()), AT_ONCE)
    begin = lab.passed

    report = lab.apply(lab.plan(want(declare("base"), declare("app", "base"))), AT_ONCE)

    assert fates(report)["app"] is Fate.SKIPPED
    (why,) = next(outcome for outcome in report.outcomes if outcome.address.name == "app").diagnostics
    assert "cluster.base is gone" in why.detail
    assert lab.passed - begin < 150
