"""What the configuration calls secret is found in no plan and no state, wherever it stands in a document."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from planner.emulator.exchange import answer_json
from planner.emulator.trouble import AnswerInstead, Trouble
from planner.model.desired import DesiredCluster
from planner.model.plan import Action
from planner.model.plan_document import dumps_plan
from planner.workflow.apply import Limits, Screen, apply_clusters
from planner.workflow.import_cluster import import_cluster
from planner.workflow.plan import PlanRequest
from planner.workflow.session import Session
from state.codec import encode_snapshot
from tests.laws.lab import Document, Lab, declare, want
from tests.regressions.trials import apply_anew, edit_by_hand

CANARY = "canary-4711"


def conceal(*paths: tuple[str | int, ...], **spec: Any) -> DesiredCluster:  # noqa: ANN401 - any field
    """Return a cluster with secrets at `paths` below `spec`."""
    return replace(declare("web", **spec), sensitive=frozenset(("spec", *path) for path in paths))


def written_by(lab: Lab, desired: DesiredCluster) -> str:
    """Plan and apply, and return all that was written of it."""
    planned = lab.plan(want(desired))
    apply_anew(lab, planned)
    snapshot = lab.load()
    assert snapshot is not None
    return dumps_plan(planned.plan) + encode_snapshot(snapshot).decode()


CASES = [
    pytest.param(conceal(("druidExtensions", 1), druidExtensions=["zz", CANARY, "aa"]), id="a name in a set"),
    pytest.param(
        conceal(("druidExtensions", 0), druidExtensions=[{"name": "x", "path": CANARY}, "a", "b"]),
        id="an item of a set",
    ),
    pytest.param(
        conceal(("awsTags", 0, "name"), awsTags=[{"name": CANARY, "value": "1"}, {"name": "a", "value": "2"}]),
        id="the name of an entry",
    ),
    pytest.param(
        conceal(("awsTags",), awsTags=[{"name": "team", "value": CANARY}, {"name": "a", "value": "2"}]), id="a list"
    ),
    pytest.param(
        conceal(("loadBalancers", 1, "cert"), loadBalancers=[{"type": "x"}, {"type": "y", "cert": CANARY}]),
        id="a field of an entry without a name",
    ),
    pytest.param(conceal(("loadBalancers", 0), loadBalancers=[{"cert": CANARY}]), id="an entry without a name"),
    pytest.param(conceal(("query",), query={"instanceType": CANARY, "replicas": 2}), id="an object"),
]


@pytest.mark.parametrize("desired", CASES)
def test_a_secret_is_written_nowhere_and_makes_no_difference_that_is_not_there(desired: DesiredCluster) -> None:
    lab = Lab()
    assert CANARY not in written_by(lab, desired)
    assert CANARY in json.dumps(lab.specs)
    assert lab.plan(want(desired)).plan.changes == ()


@pytest.mark.parametrize("desired", CASES)
def test_a_secret_is_written_nowhere_once_it_left_the_configuration(desired: DesiredCluster) -> None:
    lab = Lab()
    written_by(lab, desired)
    assert CANARY not in written_by(lab, declare("web", query={"replicas": 3}))


def test_a_secret_that_somebody_moved_within_its_list_is_still_one() -> None:
    lab = Lab()
    desired = conceal(("loadBalancers", 0, "cert"), loadBalancers=[{"cert": CANARY, "type": "x"}])
    written_by(lab, desired)
    edit_by_hand(lab, "web", {"loadBalancers": [{"type": "new"}, {"cert": CANARY, "type": "x"}]})
    assert CANARY not in dumps_plan(lab.plan(want(desired)).plan)


def test_what_leaves_a_secret_object_is_cleared() -> None:
    lab = Lab()
    written_by(lab, conceal(("query",), query={"instanceType": CANARY, "replicas": 2}))
    (operation,) = lab.plan(want(conceal(("query",), query={"instanceType": CANARY}))).plan.operations
    assert operation.body == {"spec": {"query": {"replicas": None}}}


def test_what_the_server_adds_to_a_secret_object_is_its_own() -> None:
    lab = Lab()
    desired = conceal(("query",), query={"instanceType": CANARY})
    written_by(lab, desired)
    edit_by_hand(lab, "web", {"query": {"replicas": 7}})
    assert [change.action for change in lab.plan(want(desired)).plan.changes if change.action is not Action.NO_OP] == []


def test_a_secret_is_hidden_in_what_the_server_quotes_of_its_depths() -> None:
    lab = Lab()
    planned = lab.plan(want(declare("web", customFiles=[{"name": "a", "content": {"deep": [CANARY]}}])))
    refusal: Document = {"error": {"code": "BadArgument", "message": f"{CANARY} is no content"}}
    lab.trouble(Trouble(AnswerInstead(answer_json(400, json.dumps(refusal))), on="POST"))
    report = apply_anew(lab, planned)
    (diagnostic,) = report.outcomes[0].diagnostics
    assert "is no content" in diagnostic.detail
    assert CANARY not in str(diagnostic)


def test_an_import_hides_what_the_configuration_calls_secret(tmp_path: Path) -> None:
    (tmp_path / "main.hcl").write_text(
        f"""
        variable "team" {{
          default   = "{CANARY}"
          sensitive = true
        }}
        cluster "web" {{
          spec {{
            version = "2021.06"
            awsTags = {{ team = var.team }}
          }}
        }}
        """
    )
    session = Session(directory=str(tmp_path), environment={"IMPLY_ENDPOINT": "emulator:account.json"})
    screen = Screen(show=lambda _: None, agree=None, begin=lambda _: None, tell=lambda _: None)
    asyncio.run(apply_clusters(session, PlanRequest(), screen, Limits()))
    for path in tmp_path.glob("planner.state.json*"):
        path.unlink()
    asyncio.run(import_cluster(session, "cluster.web", "web"))
    state_text = (tmp_path / "planner.state.json").read_text()
    assert '"name": "team"' in state_text
    assert CANARY not in state_text
