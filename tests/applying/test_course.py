"""The course of an apply: what runs at once, what waits, what is held back, and how it ends when it is told to stop."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from planner.applying.ports import Limits, Ports
from planner.emulator.app import EmulatorApp
from planner.emulator.behaviour import Behaviour
from planner.emulator.scripting import parse_trouble
from planner.model.events import ChangeEnded, Event, OperationAnswered, OperationStarted, StillSettling
from planner.model.plan import Method
from planner.model.report import Fate, Report
from tests.laws.lab import Lab, declare, guard, name_requests, want


def fates(report: Report) -> dict[str, Fate]:
    return {outcome.address.name: outcome.fate for outcome in report.outcomes}


def codes(report: Report) -> list[str]:
    return [diagnostic.code for outcome in report.outcomes for diagnostic in outcome.diagnostics]


def stop_at(lab: Lab, is_it: Callable[[Event], bool]) -> Callable[[Ports], Ports]:
    """Return ports whose user wants to stop as soon as a certain event is told."""

    def bend(ports: Ports) -> Ports:
        def tell(event: Event) -> None:
            ports.tell(event)
            if is_it(event):
                lab.stop.ask()

        return replace(ports, tell=tell)

    return bend


class Crowd:
    """Counts how many requests are under way at once."""

    def __init__(self, app: EmulatorApp) -> None:
        self._app = app
        self.now = self.most = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - as ASGI has it
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            await self._app(scope, receive, send)
        finally:
            self.now -= 1


@pytest.mark.parametrize("parallelism", [1, 3, 10])
def test_no_more_requests_at_once_than_allowed(parallelism: int) -> None:
    lab = Lab(Behaviour(latency_seconds=1, settle_seconds=5), parallelism=20)
    planned = lab.plan(want(*(declare(f"c-{number:02}") for number in range(12))))
    crowd = Crowd(lab.app)
    lab.wrap = lambda _: crowd

    report = lab.apply(planned, Limits(parallelism=parallelism))

    assert set(fates(report).values()) == {Fate.DONE}
    assert crowd.most == parallelism


def test_to_wait_takes_no_place() -> None:
    """Twelve clusters that take ten minutes each are done in little more than ten, two requests at a time."""
    lab = Lab(Behaviour(latency_seconds=1, settle_seconds=600))
    planned = lab.plan(want(*(declare(f"c-{number:02}") for number in range(12))))
    begin = lab.passed
    lab.apply(planned, Limits(parallelism=2))
    assert lab.passed - begin < 600 + 120


def test_a_failure_stops_only_what_depends_on_it() -> None:
    lab = Lab()
    lab.converge(declare("old"), declare("used"), declare("user", "used", awsKeyPair="a"))
    planned = lab.plan(
        want(
            declare("bad", awsKeyPair="x"),
            declare("leans", "bad"),
            declare("leans-further", "leans"),
            declare("alone"),
            declare("user", awsKeyPair="b"),
        )
    )
    lab.trouble(parse_trouble("409@POST"), parse_trouble("409@PATCH"))

    report = lab.apply(planned, Limits(parallelism=1))

    assert fates(report) == {
        "alone": Fate.FAILED,  # the first of the creates, which are sent in the order of their addresses
        "bad": Fate.DONE,
        "leans": Fate.DONE,
        "leans-further": Fate.DONE,
        "old": Fate.DONE,
        "used": Fate.SKIPPED,  # what relied on it still does
        "user": Fate.FAILED,
    }
    assert lab.specs.keys() == {"bad", "leans", "leans-further", "used", "user"}


def test_what_depends_on_a_failure_is_skipped_all_the_way_down() -> None:
    lab = Lab()
    planned = lab.plan(want(declare("a"), declare("b", "a"), declare("c", "b"), declare("other")))
    lab.trouble(parse_trouble("409@POST"))

    report = lab.apply(planned, Limits(parallelism=1))

    assert fates(report) == {"a": Fate.FAILED, "b": Fate.SKIPPED, "c": Fate.SKIPPED, "other": Fate.DONE}
    assert codes(report) == ["api-409", "dependency-failed", "dependency-failed"]
    assert "cluster.a" in report.outcomes[1].diagnostics[0].detail
    assert "cluster.b" in report.outcomes[2].diagnostics[0].detail


def test_a_cluster_that_fails_to_come_up_is_known_and_told() -> None:
    lab = Lab(Behaviour(settle_seconds=60, failing_names=("web",)))
    report = lab.apply(lab.plan(want(declare("web"), declare("app", "web"))))

    assert fates(report) == {"app": Fate.SKIPPED, "web": Fate.FAILED}
    assert codes(report) == ["dependency-failed", "cluster-failed"]
    snapshot = lab.load()
    assert snapshot is not None
    (record,) = snapshot.records.values()
    assert {record.id} == lab.ids
    assert record.observed is None
    assert snapshot.intents == ()
    warnings = [warning.code for warning in lab.plan(want(declare("web"), declare("app", "web"))).plan.warnings]
    assert warnings == ["cluster-failed"]


def test_patience_ends_and_nothing_is_lost() -> None:
    lab = Lab(Behaviour(settle_seconds=10_000))
    begin = lab.passed
    report = lab.apply(lab.plan(want(declare("web"))), Limits(settle_seconds=600))

    assert fates(report) == {"web": Fate.FAILED}
    assert codes(report) == ["settle-timeout"]
    assert 600 <= lab.passed - begin <= 620
    lab.passed += 10_000
    assert lab.plan(want(declare("web"))).plan.operations == ()
    assert name_requests(lab.sent) == ["POST /clusters"]


def test_progress_is_told_now_and_then() -> None:
    lab = Lab(Behaviour(settle_seconds=100))
    lab.apply(lab.plan(want(declare("web"))))
    kinds = [type(event) for event in lab.events]
    assert kinds[:2] == [OperationStarted, OperationAnswered]
    assert kinds[-1] is ChangeEnded
    settling = [event for event in lab.events if isinstance(event, StillSettling)]
    assert {event.phase for event in settling} == {"CREATING"}
    assert 3 <= len(settling) <= 11
    assert [event.seconds for event in settling] == sorted(event.seconds for event in settling)


def test_to_stop_before_the_first_request_sends_nothing() -> None:
    lab = Lab()
    planned = lab.plan(want(declare("a"), declare("b")))
    lab.bend = lambda ports: replace(ports, is_stopped=lambda: True)

    report = lab.apply(planned)

    assert set(fates(report).values()) == {Fate.NOT_STARTED}
    assert report.interrupted
    assert lab.sent == []


def test_to_stop_in_the_middle_ends_what_is_under_way_and_starts_nothing_new() -> None:
    lab = Lab(Behaviour(settle_seconds=3600))
    desired = want(declare("a"), declare("b", "a"), declare("z"))
    planned = lab.plan(desired)
    lab.bend = stop_at(lab, lambda event: isinstance(event, OperationAnswered) and event.operation.address.name == "z")
    begin = lab.passed

    report = lab.apply(planned)

    assert lab.passed - begin < 5
    assert fates(report) == {"a": Fate.FAILED, "b": Fate.NOT_STARTED, "z": Fate.FAILED}
    assert set(codes(report)) == {"stopped"}
    assert report.interrupted
    snapshot = lab.load()
    assert snapshot is not None
    assert {record.id for record in snapshot.records.values()} == lab.ids
    assert len(snapshot.records) == 2
    assert snapshot.intents == ()
    lab.bend = lambda ports: ports
    lab.passed += 3600
    lab.converge(*desired.clusters)
    assert lab.specs.keys() == {"a", "b", "z"}


def test_to_stop_while_a_lost_create_is_looked_for_leaves_it_to_the_next_plan() -> None:
    lab = Lab(Behaviour(list_lag_seconds=20, names_unique=False))
    desired = want(declare("a"))
    planned = lab.plan(desired)
    lab.trouble(parse_trouble("lose-answer@POST"))
    lab.bend = stop_at(lab, lambda event: isinstance(event, OperationStarted))

    report = lab.apply(planned)

    assert fates(report) == {"a": Fate.FAILED}
    snapshot = lab.load()
    assert snapshot is not None
    assert [intent.kind for intent in snapshot.intents] == ["create"]
    lab.bend = lambda ports: ports
    lab.passed += 60
    lab.converge(*desired.clusters)
    assert lab.specs.keys() == {"a"}
    assert lab.plan(desired).plan.changes == ()


def test_to_stop_at_the_end_changes_nothing() -> None:
    lab = Lab()
    planned = lab.plan(want(declare("a")))
    lab.bend = stop_at(lab, lambda event: isinstance(event, ChangeEnded))
    assert fates(lab.apply(planned)) == {"a": Fate.DONE}


def test_a_replacement_is_two_requests_in_order() -> None:
    lab = Lab(Behaviour(settle_seconds=60))
    lab.converge(declare("web"))
    former = lab.ids
    planned = lab.plan(want(declare("web")), replace=("cluster.web",))

    report = lab.apply(planned)

    assert fates(report) == {"web": Fate.DONE}
    assert [request.method for request in lab.sent] == [Method.DELETE.value, Method.POST.value]
    assert former.isdisjoint(lab.ids)
    assert lab.plan(want(declare("web"))).plan.changes == ()


def test_a_bug_in_the_screen_is_no_reason_to_lose_an_id() -> None:
    """Whatever an event's listener raises, what was sent is recorded, and no task is cut off in mid-request."""
    lab = Lab()

    def bend(ports: Ports) -> Ports:
        def tell(event: Event) -> None:
            if isinstance(event, OperationAnswered):
                raise BrokenPipeError

        return replace(ports, tell=tell)

    lab.bend = bend
    report = lab.apply(lab.plan(want(declare("a"), declare("b"))))
    assert fates(report) == {"a": Fate.FAILED, "b": Fate.FAILED}
    lab.bend = lambda ports: ports
    lab.converge(declare("a"), declare("b"))
    assert lab.specs.keys() == {"a", "b"}
    assert lab.plan(want(declare("a"), declare("b"))).plan.changes == ()


def test_the_loop_is_never_blocked_by_waiting() -> None:
    """Two clusters settle side by side, not one after the other."""
    lab = Lab(Behaviour(settle_seconds=1000))
    begin = lab.passed
    lab.apply(lab.plan(want(declare("a"), declare("b"))))
    assert lab.passed - begin < 1100


@pytest.mark.parametrize(("jump", "settle"), [(86_400.0, 30.0), (-86_400.0, 0.0)], ids=["ahead", "back"])
def test_a_time_of_day_that_jumps_ends_no_patience(jump: float, settle: float) -> None:
    """A10: the time of day is another one after the request; how long anything took is told by a clock of its own."""
    lab = Lab(Behaviour(settle_seconds=settle))
    planned = lab.plan(want(declare("a"), declare("b", "a")))

    async def leap(_method: str, _path: str, _body: bytes) -> None:
        lab.passed += jump

    lab.wrap = lambda app: guard(app, leap)
    report = lab.apply(planned, Limits(settle_seconds=60))

    assert fates(report) == {"a": Fate.DONE, "b": Fate.DONE}
    assert all(0 <= outcome.seconds <= 60 for outcome in report.outcomes)
    assert name_requests(lab.sent) == ["POST /clusters"] * 2
