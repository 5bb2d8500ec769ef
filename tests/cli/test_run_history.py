"""What the state remembers of runs: who applied what and when, and what came of it; a bounded number of them."""

import json

import pytest

from state.run import MOST_RUNS
from tests.cli.workbench import Bench


def test_a_run_is_remembered_with_who_what_and_when(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_SHA", "0123456789abcdef")
    monkeypatch.setenv("CI_JOB_URL", "https://ci.example/jobs/7")
    assert bench.run("history").out == "No run is remembered yet.\n"
    plan_id = bench.run("plan").out.split()[1]
    assert bench.run("apply", "-auto-approve").code == 0
    shown = bench.run("history").out
    first, second, third = shown.splitlines()
    assert plan_id in first
    assert first.endswith("apply, done, in 0s")
    assert "commit 0123456789ab, https://ci.example/jobs/7" in second
    assert third.split() == ["cluster.web", "create", "done", "0s"]


def test_a_run_that_changes_nothing_is_not_remembered(bench: Bench) -> None:
    bench.run("apply", "-auto-approve")
    before = (bench.path / "planner.state.json").read_bytes()
    bench.run("apply", "-auto-approve")
    bench.run("plan")
    assert (bench.path / "planner.state.json").read_bytes() == before


def test_what_failed_comes_first_and_is_named(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.write({"metadata": {"name": "bad"}, "spec": {"version": "2021.06"}}, "zzz")
    monkeypatch.setenv("IMPLY_ENDPOINT", "emulator:account.json?failing_names=bad")
    assert bench.run("apply", "-auto-approve").code == 8
    runs = json.loads(bench.run("history", "-json").out)["runs"]
    assert [(one["address"], one["fate"]) for one in runs[0]["changes"]] == [
        ("cluster.zzz", "failed"),
        ("cluster.web", "done"),
    ]
    assert (runs[0]["exit_code"], runs[0]["total"]) == (8, 2)
    assert "applied in part" in bench.run("history").out


def test_destroys_and_rollbacks_are_called_so_and_the_newest_comes_first(bench: Bench) -> None:
    bench.run("apply", "-auto-approve")
    bench.scale(5)
    bench.run("apply", "-auto-approve")
    bench.run("rollback", "cluster.web", "-to", "1", "-auto-approve")
    bench.run("destroy", "-auto-approve")
    runs = json.loads(bench.run("history", "-json").out)["runs"]
    assert [run["operation"] for run in runs] == ["destroy", "rollback", "apply", "apply"]
    assert len(json.loads(bench.run("history", "-json", "-limit", "2").out)["runs"]) == 2


def test_the_oldest_runs_are_forgotten(bench: Bench) -> None:
    for replicas in range(1, MOST_RUNS + 4):
        bench.scale(replicas)
        assert bench.run("apply", "-auto-approve").code == 0
    runs = json.loads(bench.run("state", "pull").out)["runs"]
    assert len(runs) == MOST_RUNS
    assert runs[-1]["began"] >= runs[0]["began"]
