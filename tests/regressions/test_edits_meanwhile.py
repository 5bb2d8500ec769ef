"""What somebody else changes between our plan and the end of our apply is drift afterwards, and never forgotten."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import pytest

from planner.emulator.behaviour import Behaviour
from planner.emulator.exchange import answer_json
from planner.emulator.scripting import parse_trouble
from planner.emulator.trouble import ReplaceAnswer, Trouble
from planner.model.diagnostics import ExitCode, Failure
from planner.model.plan import Cause
from planner.model.report import Fate
from planner.workflow.apply import Limits, Screen, apply_clusters
from planner.workflow.plan import Planned, PlanRequest
from planner.workflow.session import Session
from tests.laws.lab import Lab, declare, want
from tests.regressions.trials import apply_anew

SLOW = Behaviour(settle_seconds=30)
BEFORE = declare("web", query={"replicas": 1}, awsTags=[{"name": "team", "value": "a"}])
AFTER = declare("web", query={"replicas": 2}, awsTags=[{"name": "team", "value": "a"}])


def causes_of(planned: Planned) -> dict[str, Cause]:
    """Return why something differs, by the last step of its path."""
    return {
        str(difference.path[-1]): difference.cause
        for change in planned.plan.changes
        for difference in change.differences
        if difference.cause.is_sent
    }


@pytest.mark.parametrize("behaviour", [SLOW, replace(SLOW, settle_seconds=0)], ids=["slow", "at once"])
def test_an_edit_of_another_field_just_before_the_request_is_drift(behaviour: Behaviour) -> None:
    lab = Lab(behaviour=replace(behaviour, conflict_while_updating=False))
    lab.converge(BEFORE)
    planned = lab.plan(want(AFTER))
    lab.trouble(parse_trouble(f"edit=web:{json.dumps({'spec': {'awsInstanceRole': 'x', 'awsTags': []}})}@PATCH"))
    lab.passed += 60
    apply_anew(lab, planned)
    assert lab.specs["web"]["awsTags"] == []
    assert causes_of(lab.plan(want(AFTER))) == {"Key(name='team')": Cause.DRIFT}


def test_an_edit_of_the_same_field_while_the_cluster_settles_is_drift() -> None:
    lab = Lab(behaviour=SLOW)
    lab.converge(BEFORE)
    planned = lab.plan(want(AFTER))
    lab.trouble(parse_trouble('edit=web:{"spec":{"query":{"replicas":9}}}@GET#2'))
    apply_anew(lab, planned)
    assert causes_of(lab.plan(want(AFTER))) == {"replicas": Cause.DRIFT}


def test_a_server_that_spells_our_values_its_own_way_while_it_settles_makes_no_drift() -> None:
    lab = Lab(behaviour=replace(SLOW, respells_values=True, answers_write_with_cluster=False))
    for path in ("s3://bucket/a/", "s3://bucket/b/"):
        apply_anew(lab, lab.plan(want(declare("web", deepStorage={"path": path}))))
        assert lab.plan(want(declare("web", deepStorage={"path": path}))).plan.changes == ()


def test_a_create_that_was_taken_although_it_was_refused_for_now_is_ours() -> None:
    lab = Lab(behaviour=Behaviour(list_lag_seconds=5))
    planned = lab.plan(want(declare("web")))
    lab.trouble(Trouble(ReplaceAnswer(answer_json(429, "{}", ("retry-after", "1"))), on="POST"))
    report = apply_anew(lab, planned)
    assert [outcome.fate for outcome in report.outcomes] == [Fate.DONE]
    assert lab.plan(want(declare("web"))).plan.changes == ()


def test_nothing_is_forgotten_unasked(tmp_path: Path) -> None:
    (tmp_path / "main.hcl").write_text('cluster "web" {\n  spec {\n    version = "2021.06"\n  }\n}\n')
    ours, another = (
        Session(directory=str(tmp_path), environment={"IMPLY_ENDPOINT": f"emulator:{name}.json"})
        for name in ("ours", "another")
    )
    quiet = Screen(show=lambda _: None, agree=None, begin=lambda _: None, tell=lambda _: None)
    asyncio.run(apply_clusters(ours, PlanRequest(), quiet, Limits()))
    before = (tmp_path / "planner.state.json").read_bytes()
    with pytest.raises(Failure) as refused:
        asyncio.run(apply_clusters(another, PlanRequest(destroy=True), replace(quiet, agree=lambda _: False), Limits()))
    assert refused.value.exit_code is ExitCode.ERROR
    assert (tmp_path / "planner.state.json").read_bytes() == before
