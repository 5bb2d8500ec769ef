"""Somebody else changes a cluster between the plan and our request: nothing is sent for it, and the others go on.

What falls into the gap between the last look and the request cannot be kept from being overwritten; it is told.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.emulator.app import EmulatorApp
from planner.emulator.behaviour import Behaviour
from planner.emulator.scripting import parse_trouble
from planner.emulator.trouble import Trouble
from planner.model.desired import DesiredCluster, Lifecycle
from planner.model.diagnostics import Severity
from planner.model.plan import Action
from planner.model.report import Fate, Outcome, Report
from state.address import Address
from tests.laws.lab import Document, Lab, declare, name_requests, want
from tests.regressions.trials import rewrite_answers

PATIENT = Behaviour(conflict_while_updating=False)
OVERWRITE = Lifecycle(update="overwrite")
TAGS = [{"name": "team", "value": "ads"}]


def edit(name: str, spec: Document, on: str) -> Trouble:
    """Return the trouble of somebody who changes `spec` of a cluster just before the request `on` is looked at."""
    return parse_trouble(f"edit={name}:{json.dumps({'spec': spec})}@{on}")


def find(report: Report, label: str) -> Outcome:
    return next(outcome for outcome in report.outcomes if outcome.address == Address(label))


def prepare(*clusters: DesiredCluster, behaviour: Behaviour = PATIENT) -> Lab:
    lab = Lab(behaviour)
    lab.converge(*clusters)
    return lab


def change_key(lifecycle: Lifecycle | None = None) -> tuple[Lab, DesiredCluster, str]:
    """Return a lab in which a cluster is there, how it is wanted next, and its id."""
    lab = prepare(declare("web", awsKeyPair="old", awsTags=TAGS))
    return lab, declare("web", awsKeyPair="new", awsTags=TAGS, lifecycle=lifecycle), lab.app.account.uids["web"]


def test_the_cluster_that_was_changed_is_skipped_and_the_others_are_done() -> None:
    lab = prepare(declare("a", awsKeyPair="old"), declare("b", awsKeyPair="old"), declare("c", "b", awsKeyPair="old"))
    wanted = [declare("a", awsKeyPair="new"), declare("b", awsKeyPair="new"), declare("c", "b", awsKeyPair="new")]
    planned = lab.plan(want(*wanted))
    lab.run(lab.send("PATCH", f"/clusters/{lab.app.account.uids['b']}", {"spec": {"awsKeyPair": "theirs"}}))
    lab.app.requests.clear()

    report = lab.apply(planned)

    assert {outcome.name: outcome.fate for outcome in report.outcomes} == {
        "a": Fate.DONE,
        "b": Fate.SKIPPED,
        "c": Fate.SKIPPED,
    }
    assert name_requests(lab.sent) == [f"PATCH /clusters/{lab.app.account.uids['a']}"]
    (reason,) = find(report, "b").diagnostics
    assert (reason.code, reason.summary) == ("changed-since-plan", "cluster.b was changed since the plan")
    assert 'spec.awsKeyPair was "old" and is "theirs"' in reason.detail
    assert "planned against version 1 and is at 2" in reason.detail
    assert [outcome.is_overtaken for outcome in report.outcomes] == [False, True, False]
    state = lab.load()
    assert state is not None
    assert state.intents == (), "nothing was going to be sent"
    lab.converge(*wanted)
    assert {spec["awsKeyPair"] for spec in lab.specs.values()} == {"new"}


def test_what_is_not_compared_does_not_stop_a_patch() -> None:
    lab, wanted, uid = change_key()
    planned = lab.plan(want(wanted))
    lab.run(lab.send("PATCH", f"/clusters/{uid}", {"spec": {"awsInstanceRole": "theirs"}}))

    outcome = find(lab.apply(planned), "web")

    assert (outcome.fate, outcome.diagnostics) == (Fate.DONE, ())
    assert (lab.specs["web"]["awsKeyPair"], lab.specs["web"]["awsInstanceRole"]) == ("new", "theirs")


@pytest.mark.parametrize("action", ["overwrite", "delete", "replace"])
def test_whatever_was_changed_stops_what_would_undo_it(action: str) -> None:
    """A request that writes or deletes all of a cluster is about fields, too, that the plan has not compared."""
    lab, wanted, uid = change_key(OVERWRITE if action == "overwrite" else None)
    options = {"replace": ("cluster.web",)} if action == "replace" else {}
    planned = lab.plan(want() if action == "delete" else want(wanted), **options)
    lab.run(lab.send("PATCH", f"/clusters/{uid}", {"spec": {"awsInstanceRole": "theirs"}}))
    lab.app.requests.clear()

    outcome = find(lab.apply(planned), "web")

    assert (outcome.fate, outcome.is_overtaken) == (Fate.SKIPPED, True)
    assert 'spec.awsInstanceRole was "imply-default-role" and is "theirs"' in outcome.diagnostics[0].detail
    assert lab.sent == []
    assert lab.ids == {uid}


def test_an_entry_that_is_ignored_is_not_put_back_with_its_list() -> None:
    """A merge patch carries a list whole: what it leaves alone must be in it as it is."""
    leave = Lifecycle(ignore_changes=(("spec", "commonRuntimeProperties", "b"),))
    lab = prepare(declare("web", commonRuntimeProperties=[{"name": "a", "value": "1"}, {"name": "b", "value": "1"}]))
    properties = [{"name": "a", "value": "2"}, {"name": "b", "value": "1"}]
    planned = lab.plan(want(declare("web", commonRuntimeProperties=properties, lifecycle=leave)))
    theirs = [{"name": "a", "value": "1"}, {"name": "b", "value": "theirs"}]
    uid = lab.app.account.uids["web"]
    lab.run(lab.send("PATCH", f"/clusters/{uid}", {"spec": {"commonRuntimeProperties": theirs}}))

    assert find(lab.apply(planned), "web").fate is Fate.SKIPPED

    assert {entry["name"]: entry["value"] for entry in lab.specs["web"]["commonRuntimeProperties"]}["b"] == "theirs"


@pytest.mark.parametrize(("wanted", "fate"), [([declare("web", awsKeyPair="new")], Fate.SKIPPED), ([], Fate.DONE)])
def test_a_cluster_that_is_gone(wanted: list[DesiredCluster], fate: Fate) -> None:
    """What was going to be changed is skipped; what was going to be deleted is deleted."""
    lab = prepare(declare("web", awsKeyPair="old"))
    uid = lab.app.account.uids["web"]
    planned = lab.plan(want(*wanted))
    lab.run(lab.send("DELETE", f"/clusters/{uid}"))
    lab.app.requests.clear()

    assert find(lab.apply(planned), "web").fate is fate

    assert lab.sent == []
    lab.converge(*wanted)
    assert lab.specs.keys() == {cluster.name for cluster in wanted}


def test_a_replacement_whose_name_is_taken_in_between_is_no_skip() -> None:
    """The old cluster is deleted, and then somebody else makes one of its name: half of the change is done."""
    lab = prepare(declare("web"))
    former = lab.ids
    planned = lab.plan(want(declare("web")), replace=("cluster.web",))
    lists: list[str] = []

    def barge_in(app: EmulatorApp) -> Any:  # noqa: ANN401 - an ASGI application
        async def barged(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - as ASGI has it
            if scope["method"] == "GET" and scope["path"].endswith("/clusters") and not lists:
                lists.append(scope["path"])
                await lab.send("POST", "/clusters", {"metadata": {"name": "web"}, "spec": {"version": "2021.06"}})
            await app(scope, receive, send)

        return barged

    lab.wrap = barge_in

    outcome = find(lab.apply(planned), "web")

    assert (outcome.fate, outcome.is_overtaken) == (Fate.FAILED, True)
    assert outcome.diagnostics[0].summary == 'There is a cluster named "web" since the plan'
    assert [request.method for request in lab.sent] == ["DELETE", "POST"], "the POST is theirs"
    assert former.isdisjoint(lab.ids)


def without_version(app: EmulatorApp) -> Any:  # noqa: ANN401 - an ASGI application
    """Return `app` as a server that gives no versions."""

    def forget(document: Any) -> Any:  # noqa: ANN401 - any JSON
        for cluster in document if isinstance(document, list) else [document]:
            cluster.get("status", {}).pop("resourceVersion", None)
        return document

    return rewrite_answers(app, forget)


@pytest.mark.parametrize("wrap", [lambda app: app, without_version], ids=["versions", "no versions"])
@pytest.mark.parametrize("counts", [True, False])
def test_no_false_alarm(wrap: Callable[[EmulatorApp], Any], *, counts: bool) -> None:
    """A server that counts also what changes nothing, or that gives no versions, raises none."""
    lab = Lab(replace(PATIENT, counts_changes_without_effect=counts), wrap=wrap)
    lab.converge(declare("web", awsKeyPair="old"))
    outcome = find(lab.apply(lab.plan(want(declare("web", awsKeyPair="new")))), "web")
    assert (outcome.fate, outcome.diagnostics) == (Fate.DONE, ())


@pytest.mark.parametrize("lifecycle", [None, OVERWRITE], ids=["PATCH", "PUT"])
@pytest.mark.parametrize("has_body", [True, False])
def test_who_comes_in_between_is_told(lifecycle: Lifecycle | None, *, has_body: bool) -> None:
    """An edit in the gap is overwritten, and both the warning and the versions say so; what was asked for is done."""
    lab, wanted, uid = change_key(lifecycle)
    lab.app.behaviour = replace(lab.behaviour, answers_write_with_cluster=has_body)
    planned = lab.plan(want(wanted))
    lab.trouble(edit("web", {"awsKeyPair": "theirs"}, "PUT" if lifecycle else "PATCH"))

    outcome = find(lab.apply(planned), "web")

    assert outcome.fate is Fate.DONE
    (warning,) = outcome.diagnostics
    assert (warning.code, warning.severity) == ("changed-in-between", Severity.WARNING)
    assert "at version 1 right before the request, and is at 3, not 2" in warning.detail
    assert "planner history 'cluster.web'" in warning.detail
    assert lab.specs["web"]["awsKeyPair"] == "new"
    assert uid in lab.ids


def test_an_edit_while_the_server_works_is_told() -> None:
    lab = prepare(declare("web", awsKeyPair="old"), behaviour=replace(PATIENT, settle_seconds=30))
    uid = lab.app.account.uids["web"]
    planned = lab.plan(want(declare("web", awsKeyPair="new")))
    lab.trouble(edit("web", {"awsKeyPair": "theirs"}, f"GET /clusters/{uid}#2"))

    outcome = find(lab.apply(planned), "web")

    assert outcome.fate is Fate.DONE
    assert [one.summary for one in outcome.diagnostics] == ["Somebody else changed cluster.web while it settled"]


def test_a_lost_answer_is_not_taken_for_somebody_else() -> None:
    """Version and content say that our request was performed, although nobody told us."""
    for trouble in ("lose-answer@PATCH", "lose-request@PATCH"):
        lab, wanted, _ = change_key()
        planned = lab.plan(want(wanted))
        lab.trouble(parse_trouble(trouble))
        outcome = find(lab.apply(planned), "web")
        assert (outcome.fate, outcome.diagnostics) == (Fate.DONE, ())


def test_somebody_comes_in_between_and_the_answer_is_lost() -> None:
    lab, wanted, _ = change_key()
    planned = lab.plan(want(wanted))
    lab.trouble(edit("web", {"awsInstanceRole": "theirs"}, "PATCH"), parse_trouble("lose-answer@PATCH"))

    outcome = find(lab.apply(planned), "web")

    assert outcome.fate is Fate.DONE
    assert [one.code for one in outcome.diagnostics] == ["changed-in-between"]


def test_many_creates_look_at_the_names_once() -> None:
    lab = Lab()
    wanted = [declare(f"c{number:02}") for number in range(30)]
    planned = lab.plan(want(*wanted))
    lab.app.requests.clear()

    lab.apply(planned)

    assert name_requests(lab.app.requests).count("GET /clusters") == 1
    assert len(lab.ids) == 30


NAMES = ("a", "b", "c")
FIELDS = ("awsKeyPair", "awsInstanceRole")
REQUESTS = ("GET /clusters/*", "PATCH", "PUT", "DELETE", "POST")
edits = st.builds(
    lambda name, field, number, request, nth: edit(name, {field: f"theirs-{number}"}, f"{request}#{nth}"),
    st.sampled_from(NAMES),
    st.sampled_from(FIELDS),
    st.integers(1, 9),
    st.sampled_from(REQUESTS),
    st.integers(1, 5),
)


@settings(max_examples=60, deadline=None)
@given(
    edits=st.lists(edits, max_size=4),
    actions=st.lists(st.sampled_from(["patch", "overwrite", "delete", "keep"]), min_size=3, max_size=3),
    settle_seconds=st.sampled_from([0.0, 20.0]),
)
def test_nothing_that_somebody_else_does_is_overwritten_without_a_word(
    edits: list[Trouble], actions: list[str], settle_seconds: float
) -> None:
    """Somebody edits clusters at random moments of an apply: each is skipped, told, or seen by the next plan."""
    lab = prepare(
        *(declare(name, awsKeyPair="old") for name in NAMES), behaviour=replace(PATIENT, settle_seconds=settle_seconds)
    )
    wanted = [
        declare(
            name,
            awsKeyPair="old" if action == "keep" else "new",
            lifecycle=OVERWRITE if action == "overwrite" else None,
        )
        for name, action in zip(NAMES, actions, strict=True)
        if action != "delete"
    ]
    planned = lab.plan(want(*wanted))
    uids = dict(lab.app.account.uids)
    lab.trouble(*edits)

    report = lab.apply(planned)
    lab.app.troubles.clear()

    outcomes = {outcome.name: outcome for outcome in report.outcomes}
    later = {change.name: change for change in lab.plan(want(*wanted)).plan.changes}
    for name, uid in uids.items():
        cluster = lab.app.account.clusters.get(uid)
        outcome = outcomes.get(name)
        if cluster is None or outcome is None or outcome.action is Action.DELETE:
            continue
        specs = [json.loads(version.spec) for version in cluster.versions]
        theirs = [spec["awsKeyPair"] for spec in specs if str(spec["awsKeyPair"]).startswith("theirs")]
        is_told = bool(outcome.diagnostics)
        if theirs and specs[-1]["awsKeyPair"] == "new":
            assert is_told, "overwritten without a word"
        if theirs and specs[-1]["awsKeyPair"] != "new":
            assert is_told or name in later
        if outcome.fate is Fate.SKIPPED:
            assert all(spec["awsKeyPair"] != "new" for spec in specs), "skipped, and sent all the same"
