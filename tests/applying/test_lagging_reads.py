"""A server that is behind with its answers, or says what nobody knows: it is waited for, and nothing is made twice."""

import re
from contextlib import suppress
from typing import Any

import pytest

from planner.api.transport import App
from planner.applying.ports import Limits
from planner.emulator.behaviour import Behaviour
from planner.emulator.scripting import parse_trouble
from planner.model.desired import Desired
from planner.model.plan import Action, Reason
from planner.model.report import Fate
from tests.applying.test_crashes import Fuse, explode
from tests.laws.lab import Lab, declare, name_requests, want

DESIRED = want(declare("web"), declare("next", "web"))


@pytest.mark.parametrize("has_body", [True, False], ids=["told", "not told"])
@pytest.mark.parametrize("settle", [0.0, 5.0], ids=["settled at once", "slow to settle"])
def test_a_new_cluster_that_cannot_be_read_yet_is_waited_for(
    has_body: bool,  # noqa: FBT001 - a parameter of a test
    settle: float,
) -> None:
    """E3: a read of an id that was just given is answered 404 for a while; that is no cluster which has gone."""
    lab = Lab(Behaviour(read_lag_seconds=20, settle_seconds=settle, answers_write_with_cluster=has_body))
    report = lab.apply(lab.plan(DESIRED))
    assert [outcome.fate for outcome in report.outcomes] == [Fate.DONE] * 2
    assert lab.specs.keys() == {"next", "web"}
    assert name_requests(lab.sent) == ["POST /clusters"] * 2
    assert lab.plan(DESIRED).plan.changes == ()


def test_a_list_that_lags_is_not_believed_alone() -> None:
    """E3: what is ours and missing in the list is asked for by its id."""
    lab = Lab(Behaviour(list_lag_seconds=3600))
    lab.converge(*DESIRED.clusters)
    assert lab.plan(DESIRED).plan.changes == ()


def test_a_cluster_that_neither_the_list_nor_a_read_shows_yet_is_not_made_again() -> None:
    """E3: the apply has ended, and the next plan comes before the account shows what it made."""
    lab = Lab(Behaviour(list_lag_seconds=45, read_lag_seconds=45, settle_seconds=0))
    desired = want(declare("web"))
    lab.apply(lab.plan(desired))
    begin = lab.passed

    assert lab.plan(desired).plan.changes == ()
    assert lab.passed - begin <= 60
    assert name_requests(lab.sent) == ["POST /clusters"]


def test_a_cluster_that_is_gone_is_looked_for_twice_and_not_for_ever() -> None:
    lab = Lab()
    lab.converge(declare("web"), declare("app"))
    (web,) = [one for one in lab.ids if lab.app.describe_clusters()[0]["metadata"]["uid"] == one]  # type: ignore[index, call-overload]
    lab.run(lab.send("DELETE", f"/clusters/{web}"))
    lab.app.requests.clear()
    begin = lab.passed

    plan = lab.plan(want(declare("web"), declare("app"))).plan

    assert [change.reason for change in plan.changes] == [Reason.GONE]
    looks = [one.path for one in lab.app.requests].count(f"/api/v1/clusters/{web}")
    assert looks >= 2
    assert lab.passed - begin <= 62


def test_a_server_that_forgets_a_cluster_for_a_moment_is_not_believed() -> None:
    """E3: a 404 that comes and goes."""
    lab = Lab(Behaviour(list_lag_seconds=10**9))
    lab.converge(declare("web"))
    lab.trouble(parse_trouble("404@GET#2"))  # the first is the list
    assert lab.plan(want(declare("web"))).plan.changes == ()


def speak_oddly(app: App) -> App:
    """Return `app` with a word of its own for what it is doing."""

    async def odd(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - as ASGI has it
        async def respell(message: Any) -> None:  # noqa: ANN401 - as ASGI has it
            body = message.get("body", b"")
            await send({**message, "body": body.replace(b"CREATING", b"DREAMING")} if body else message)

        await app(scope, receive, respell)

    return odd


@pytest.mark.parametrize(("patience", "fate"), [(60.0, Fate.FAILED), (600.0, Fate.DONE)])
def test_a_status_that_nobody_knows_is_waited_for_until_patience_ends(patience: float, fate: Fate) -> None:
    """E6: a word that is new to us means on its way, until that has gone on for too long."""
    lab = Lab(Behaviour(settle_seconds=300), wrap=speak_oddly)
    desired = want(declare("web"))
    (outcome,) = lab.apply(lab.plan(desired), Limits(settle_seconds=patience)).outcomes
    assert outcome.fate is fate
    assert [diagnostic.code for diagnostic in outcome.diagnostics] == ["settle-timeout"] * (fate is Fate.FAILED)
    lab.passed += 300
    assert lab.plan(desired).plan.changes == ()
    assert name_requests(lab.sent) == ["POST /clusters"]


def kill_after_create(lab: Lab, desired: Desired) -> None:
    """Have a run killed when its create is done and nobody has heard of it."""
    for effects in range(20):
        lab.bend = explode(Fuse(effects))
        planned = lab.plan(desired)
        with suppress(BaseExceptionGroup):
            lab.apply(planned)
        if lab.ids:
            break
    lab.bend = lambda ports: ports


@pytest.mark.parametrize("lag", [20, 45, 60])
def test_an_interrupted_create_that_is_out_of_sight_is_waited_for(lag: float) -> None:
    """E3, A2: the account would take the name twice, and the list shows the cluster only a while after the kill."""
    lab = Lab(Behaviour(names_unique=False, list_lag_seconds=lag))
    desired = want(declare("new"))
    kill_after_create(lab, desired)

    lab.converge(*desired.clusters)

    assert len(lab.ids) == 1
    snapshot = lab.load()
    assert snapshot is not None
    assert {record.id for record in snapshot.records.values()} == lab.ids


def test_an_interrupted_create_that_never_was_is_planned_again_after_a_minute() -> None:
    lab = Lab(Behaviour(names_unique=False))
    desired = want(declare("new"))
    planned = lab.plan(desired)
    lab.trouble(parse_trouble("lose-request@POST#1"))
    lab.apply(planned)
    assert lab.ids == set()

    begin = lab.passed
    assert [change.action for change in lab.plan(desired).plan.changes] == [Action.CREATE]
    assert 20 < lab.passed - begin <= 67, "a list may lag, and a request may land late"
    (sentence,) = lab.announced
    assert re.fullmatch(
        r'An interrupted create may still bring up "new": looking for it, \d\d seconds at most\.', sentence
    )
    begin = lab.passed
    lab.converge(*desired.clusters)
    assert lab.passed - begin < 10, "it is waited for once"
    assert len(lab.ids) == 1
