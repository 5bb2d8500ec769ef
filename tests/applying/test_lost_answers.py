"""Whatever becomes of a request on its way, the apply finds out what is true, and the next one completes the work.

The account takes two clusters of one name, so that a create that is sent once too often is seen.
"""

from dataclasses import replace

import pytest

from planner.emulator.app import make_app
from planner.emulator.behaviour import Behaviour
from planner.emulator.scripting import parse_trouble
from planner.model.desired import Desired, Lifecycle
from planner.model.report import Fate, Outcome, Report
from state.address import Address
from tests.laws.lab import Lab, declare, guard, name_requests, want

BYSTANDER = declare("bystander")
AFTER: dict[str, Desired] = {
    "POST": want(BYSTANDER, declare("web", awsKeyPair="new")),
    "PATCH": want(BYSTANDER, declare("web", awsKeyPair="new")),
    "PUT": want(BYSTANDER, declare("web", awsKeyPair="new", lifecycle=Lifecycle(update="overwrite"))),
    "DELETE": want(BYSTANDER),
}
FATES: dict[str, dict[str, Fate]] = {
    "lose-request": {"POST": Fate.FAILED},
    "lose-answer": {},
    "cut": {},
    "cut-quietly": {},
    "empty": {},
    "html": {},
    "429=1": {},
    "409": dict.fromkeys(AFTER, Fate.FAILED),
    "500": {"POST": Fate.FAILED, "PATCH": Fate.FAILED, "PUT": Fate.FAILED},
    "503": {"POST": Fate.FAILED},
    "withdraw-token": dict.fromkeys(AFTER, Fate.FAILED),
}
"""What a change comes to, by what happens once to its request; where nothing is said, it is done."""


def prepare(method: str) -> Lab:
    """Return a lab in which the plan for `AFTER[method]` is one request."""
    lab = Lab(Behaviour(names_unique=False))
    lab.converge(BYSTANDER, *[] if method == "POST" else [declare("web", awsKeyPair="old")])
    return lab


def find(report: Report, label: str) -> Outcome:
    return next(outcome for outcome in report.outcomes if outcome.address == Address(label))


def assert_converges(lab: Lab, desired: Desired) -> None:
    """Hold that one more apply completes the work, that nothing is twice there, and that the state knows everything."""
    planned = lab.plan(desired)
    report = lab.apply(planned)
    assert {outcome.fate for outcome in report.outcomes} <= {Fate.DONE}
    assert {name: spec["awsKeyPair"] for name, spec in lab.specs.items() if "awsKeyPair" in spec} == {
        cluster.name: "new" for cluster in desired.clusters if cluster.name == "web"
    }
    assert lab.specs.keys() == {cluster.name for cluster in desired.clusters}
    snapshot = lab.load()
    assert snapshot is not None
    assert snapshot.intents == ()
    assert {record.id for record in snapshot.records.values()} == lab.ids
    assert lab.plan(desired).plan.changes == ()


@pytest.mark.parametrize("method", AFTER)
@pytest.mark.parametrize("trouble", FATES)
def test_one_trouble(method: str, trouble: str) -> None:
    lab = prepare(method)
    lab.trouble(parse_trouble(f"{trouble}@{method}"))
    report = lab.apply(lab.plan(AFTER[method]))

    outcome = find(report, "web")
    assert outcome.fate is FATES[trouble].get(method, Fate.DONE), outcome
    assert bool(outcome.diagnostics) is (outcome.fate is Fate.FAILED)
    posts = 2 if (method, trouble) == ("POST", "429=1") else int(method == "POST")
    assert name_requests(lab.sent).count("POST /clusters") == posts
    lab.app = make_app(replace(lab.app.account, tokens={}), behaviour=lab.behaviour, clock=lab.tell_time)
    if outcome.fate is Fate.DONE:
        assert lab.plan(AFTER[method]).plan.changes == ()
    assert_converges(lab, AFTER[method])


@pytest.mark.parametrize("method", AFTER)
@pytest.mark.parametrize("trouble", ["lose-answer", "cut", "503"])
def test_a_trouble_that_stays_ends_in_a_failure(method: str, trouble: str) -> None:
    """With every answer bad, reads too, nobody can tell what is; the change is not called done, and no more is lost."""
    lab = prepare(method)
    planned = lab.plan(AFTER[method])
    lab.trouble(parse_trouble(f"{trouble}@* /clusters*#1x*"))

    report = lab.apply(planned)

    assert find(report, "web").fate is Fate.FAILED
    assert name_requests(lab.sent).count("POST /clusters") <= 1
    lab.app.troubles.clear()
    assert_converges(lab, AFTER[method])


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_an_answer_is_lost_and_somebody_else_edits_the_field(method: str) -> None:
    """The request was performed, and then the field was changed by hand: that is not called done."""
    lab = prepare(method)
    uid = lab.app.account.uids["web"]
    planned = lab.plan(AFTER[method])
    lab.trouble(
        parse_trouble(f"lose-answer@{method}"),
        parse_trouble('edit=web:{"spec":{"awsKeyPair":"foreign"}}@GET /clusters/' + uid + "#2"),
    )

    outcome = find(lab.apply(planned), "web")

    assert outcome.fate is Fate.FAILED
    assert name_requests(lab.sent) == [f"{method} /clusters/{uid}"]
    assert lab.specs["web"]["awsKeyPair"] == "foreign"
    lab.app.troubles.clear()
    assert_converges(lab, AFTER[method])


def test_a_name_that_was_taken_in_between_is_not_ours() -> None:
    """Somebody else makes a cluster of the name between plan and apply: that is told, and theirs stays theirs."""
    lab = Lab()
    desired = want(declare("web", awsKeyPair="new"))
    planned = lab.plan(desired)
    lab.run(lab.send("POST", "/clusters", {"metadata": {"name": "web"}, "spec": {"version": "2021.06"}}))

    outcome = find(lab.apply(planned), "web")

    assert (outcome.fate, outcome.is_overtaken) == (Fate.SKIPPED, True)
    (theirs,) = lab.ids
    assert [theirs in diagnostic.detail for diagnostic in outcome.diagnostics] == [True]
    snapshot = lab.load()
    assert snapshot is not None
    assert (snapshot.records, snapshot.intents) == ({}, ())
    assert name_requests(lab.sent) == ["POST /clusters"], "theirs"


def test_a_name_that_is_taken_just_before_the_request_is_refused_by_the_server() -> None:
    lab = Lab()
    planned = lab.plan(want(declare("web", awsKeyPair="new")))
    arrived: list[str] = []

    async def barge_in(method: str, path: str, _: bytes) -> None:
        if not arrived:
            arrived.append(f"{method} {path}")
            await lab.send("POST", "/clusters", {"metadata": {"name": "web"}, "spec": {"version": "2021.06"}})

    lab.wrap = lambda app: guard(app, barge_in)

    outcome = find(lab.apply(planned), "web")

    assert (outcome.fate, arrived) == (Fate.FAILED, ["POST /clusters"])
    (theirs,) = lab.ids
    assert [theirs in diagnostic.detail for diagnostic in outcome.diagnostics] == [True]
    snapshot = lab.load()
    assert snapshot is not None
    assert (snapshot.records, snapshot.intents) == ({}, ())


def test_a_busy_server_is_waited_for_as_long_as_it_asks() -> None:
    lab = prepare("POST")
    planned = lab.plan(AFTER["POST"])
    lab.trouble(parse_trouble("429=37@POST"))
    begin = lab.passed
    assert find(lab.apply(planned), "web").fate is Fate.DONE
    assert lab.passed - begin >= 37
    assert_converges(lab, AFTER["POST"])
