"""A saved plan that no longer holds is compared with the one that would be made now, and then refused with 6."""

import json
from pathlib import Path

import pytest

from planner.model.diagnostics import ExitCode
from tests.cli.workbench import CLUSTER, Bench


@pytest.fixture
def saved(bench: Bench) -> Bench:
    """A bench with a saved plan that scales web from 2 to 3, and a cluster b that is new since."""
    assert bench.run("apply", "-auto-approve").code == 0
    bench.scale(3)
    assert bench.run("plan", "-target", "cluster.web", "-out", "plan.json").code == 0
    bench.write({**CLUSTER, "metadata": {"name": "b"}}, "b")
    return bench


def scale_by_hand(bench: Bench, replicas: int) -> None:
    patch = json.dumps({"spec": {"query": {"replicas": replicas}}})
    assert bench.run("emulator", "patch", "account.json", "web", patch).code == 0


def test_a_plan_that_a_live_cluster_has_left_behind(saved: Bench) -> None:
    scale_by_hand(saved, 7)
    ended = saved.run("apply", "plan.json")
    assert ended.code == ExitCode.STALE_PLAN
    first, *_ = lines = ended.out.splitlines()
    assert (first.startswith("Plan pl-"), " -> pl-" in first) == (True, True)
    assert "      spec.query.replicas: 2 -> 7 # live" in lines
    assert "cluster.b" not in ended.out  # as little as -target asked for when the plan was saved
    assert "Error: The plan for cluster.web no longer holds" in ended.err


def test_a_plan_that_the_state_has_left_behind(saved: Bench) -> None:
    assert saved.run("apply", "-auto-approve", "-target", "cluster.b").code == 0
    ended = saved.run("apply", "plan.json")
    assert ended.code == ExitCode.STALE_PLAN
    assert "The two plans are the same: they do the same to the same clusters." in ended.out
    assert "planner apply -plan-id plan.json" in " ".join(ended.err.split())


def test_machines_are_told_both_plans(saved: Bench) -> None:
    scale_by_hand(saved, 7)
    version, comparison, *_, outcome = saved.run("apply", "-json", "plan.json").events
    document = json.loads((saved.path / "plan.json").read_text())
    assert (version["type"], version["former_plan_id"]) == ("version", document["plan_id"])
    assert comparison["type"] == "plan_comparison"
    assert outcome["outcome"]["exit_code"] == ExitCode.STALE_PLAN


def test_where_no_plan_can_be_made_it_is_only_told_that_it_is_stale(saved: Bench) -> None:
    scale_by_hand(saved, 7)
    spec = {**CLUSTER["spec"], "encryptVolumes": True}
    saved.write({**CLUSTER, "spec": spec})  # which cannot be changed
    assert saved.run("plan", "-target", "cluster.web").code == 1
    ended = saved.run("apply", "plan.json")
    assert (ended.code, ended.out) == (ExitCode.STALE_PLAN, "")
    assert "Error: The plan for cluster.web no longer holds" in ended.err


def test_a_plan_for_another_account_is_compared_with_nothing(saved: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMPLY_ENDPOINT", "emulator:other.json")
    ended = saved.run("apply", "plan.json")
    assert (ended.code, ended.out) == (ExitCode.STALE_PLAN, "")


@pytest.mark.parametrize(
    "options", [("-destroy",), ("-replace", "cluster.web"), ("-exclude", "cluster.b")], ids=" ".join
)
def test_it_is_planned_again_as_it_was_asked_for(saved: Bench, options: tuple[str, ...]) -> None:
    assert saved.run("plan", *options, "-out", "plan.json").code == 0
    assert saved.run("state", "mv", "cluster.web", "cluster.a").code == 0
    assert saved.run("state", "mv", "cluster.a", "cluster.web").code == 0
    ended = saved.run("apply", "plan.json")
    assert ended.code == ExitCode.STALE_PLAN
    assert "The two plans are the same: they do the same to the same clusters." in ended.out


def test_a_directory_in_the_place_of_a_plan_is_told_as_such(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "configuration").mkdir()
    ended = bench.run("apply", str(tmp_path / "configuration"))
    assert ended.code == 1
    assert "configuration is a directory and no saved plan\n" in ended.err
    assert "-chdir" in ended.err
