"""Saved plans with values that are known after apply: performed as they were made, or refused."""

from dataclasses import replace
from typing import Any

import pytest

from planner.model.diagnostics import ExitCode, Failure
from planner.model.plan import Plan
from planner.model.plan_document import dumps_plan, encode_plan, loads_plan
from planner.model.report import Fate, Report
from planner.render.plan_text import render_plan
from planner.workflow.apply_saved import _complete
from tests.laws.lab import Lab, name_requests
from tests.laws.references import Fleet, Ref, Referring, UnsuitedError, refer

UID = Ref("a", "metadata.uid")
VERSION = Ref("a", "status.resourceVersion", "v{}".format)


def fleet(*clusters: Referring) -> Fleet:
    return Fleet(clusters)


def save(lab: Lab, configuration: Fleet) -> str:
    return dumps_plan(lab.plan(configuration.read()).plan)


def perform(lab: Lab, text: str, configuration: Fleet) -> Report:
    """Apply a saved plan with what the configuration says now."""
    read = configuration.read()
    assert read.desired is not None
    reading = replace(lab.plan(read).reading, configuration=read, desired=read.desired)
    return lab.apply(_complete(loads_plan(text), reading, {}))


def refuse(lab: Lab, text: str, configuration: Fleet) -> Failure:
    with pytest.raises(Failure) as raised:
        perform(lab, text, configuration)
    assert raised.value.exit_code is ExitCode.STALE_PLAN
    assert lab.sent == []
    return raised.value


NEW = fleet(
    refer("a"), refer("b", awsKeyPair=UID, commonRuntimeProperties=[{"name": "x.password", "value": "hunter2"}])
)


def test_it_is_performed_as_it_was_made() -> None:
    """Without a state before it, too: the state that its apply makes has another key for fingerprints."""
    lab = Lab()
    text = save(lab, NEW)
    assert "hunter2" not in text
    report = perform(lab, text, NEW)
    assert {outcome.fate for outcome in report.outcomes} == {Fate.DONE}
    uid = next(uid for uid in lab.ids if lab.app.account.clusters[uid].name == "a")
    assert lab.specs["b"]["awsKeyPair"] == uid
    assert lab.specs["b"]["commonRuntimeProperties"] == [{"name": "x.password", "value": "hunter2"}]
    assert lab.plan(NEW.read()).plan.changes == ()


def test_it_shows_what_the_plan_showed() -> None:
    plan: Plan = Lab().plan(NEW.read()).plan
    saved = loads_plan(dumps_plan(plan))
    assert saved == plan
    shown = render_plan(plan, color=True, show_requests=True)
    assert render_plan(saved, color=True, show_requests=True) == shown
    assert shown.count("(known after apply)") == 4  # two ids, the value, and the value in its request


def test_a_machine_finds_what_is_late() -> None:
    document: Any = encode_plan(Lab().plan(NEW.read()).plan)
    late = [{"path": ["spec", "awsKeyPair"], "references": ["cluster.a.metadata.uid"]}]
    assert [change["late"] for change in document["resource_changes"]] == [[], late]
    change = document["resource_changes"][1]["change"]
    assert change["after_unknown"] == {"spec": {"awsKeyPair": True}}
    assert "awsKeyPair" not in change["after"]["spec"]


def test_an_update_is_performed_as_it_was_made() -> None:
    lab = Lab()

    def configure(replicas: int) -> Fleet:
        return fleet(refer("a", query={"replicas": replicas}), refer("b", awsKeyPair=VERSION))

    lab.apply(lab.plan(configure(1).read()))
    lab.app.requests.clear()
    text = save(lab, configure(2))
    report = perform(lab, text, configure(2))
    assert {outcome.fate for outcome in report.outcomes} == {Fate.DONE}
    assert [request.method for request in lab.sent] == ["PATCH", "PATCH"]
    assert lab.specs["b"]["awsKeyPair"] == "v2"


@pytest.mark.parametrize(
    "changed",
    [
        refer("b", awsKeyPair=Ref("a", "metadata.name")),
        refer("b", awsKeyPair=Ref("a", "metadata.uid", "x-{}".format)),
        refer("b", awsKeyPair="a text", query={"instanceType": UID}),
        refer("b", awsKeyPair="a text"),
        refer("other", awsKeyPair=UID),
    ],
    ids=["another source", "another expression", "another place", "no reference", "another cluster"],
)
def test_it_is_refused_when_the_configuration_says_something_else(changed: Referring) -> None:
    lab = Lab()
    text = save(lab, fleet(refer("a"), refer("b", awsKeyPair=UID)))
    (problem,) = refuse(lab, text, fleet(refer("a"), changed)).diagnostics
    assert problem.code == "stale-plan"
    assert "cluster.b" in problem.summary


def test_an_expression_that_made_up_values_do_not_suit_is_known_by_what_it_refers_to() -> None:
    def choose(version: int) -> str:
        if version > 2:
            raise UnsuitedError
        return f"v{version}"

    lab = Lab()
    configuration = fleet(refer("a"), refer("b", awsKeyPair=Ref("a", "status.resourceVersion", choose)))
    text = save(lab, configuration)
    refuse(lab, text, fleet(refer("a"), refer("b", awsKeyPair=UID)))
    perform(lab, text, configuration)
    assert lab.specs["b"]["awsKeyPair"] == "v1"


def test_what_is_not_late_is_sent_as_it_was_planned() -> None:
    lab = Lab()
    text = save(lab, fleet(refer("a"), refer("b", awsKeyPair=UID, awsInstanceRole="x")))
    perform(lab, text, fleet(refer("a"), refer("b", awsKeyPair=UID, awsInstanceRole="y")))
    assert lab.specs["b"]["awsInstanceRole"] == "x"


def test_a_plan_in_which_nothing_is_late_asks_nobody() -> None:
    lab = Lab()
    text = save(lab, fleet(refer("a", awsKeyPair="x")))
    perform(lab, text, fleet(refer("a", awsKeyPair="y")))
    assert name_requests(lab.sent) == ["POST /clusters"]
    assert lab.specs["a"]["awsKeyPair"] == "x"
