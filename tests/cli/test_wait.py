"""`planner wait`, and applies that do not."""

import os
import signal
import subprocess
import sys

import pytest

from tests.cli.workbench import Bench

SLOW = "emulator:account.json?settle_seconds=2"


def test_an_apply_that_does_not_wait_and_a_wait_for_what_it_began(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMPLY_ENDPOINT", SLOW)
    applied = bench.run("apply", "-auto-approve", "-no-wait")
    assert applied.code == 0
    assert "cluster.web  create  settling" in applied.out
    assert "Apply sent. Clusters: 0 created, 0 updated, 0 deleted; 1 settling." in applied.out
    assert applied.err.endswith("run:\n  planner wait\n")

    waited = bench.run("wait")
    assert waited.code == 0
    assert waited.err.startswith("Waiting for 1 cluster to settle.\n")
    assert "cluster.web  settled  RUNNING" in waited.out
    assert waited.out.endswith("\nWait complete! Clusters: 1 settled.\n")

    again = bench.run("wait")
    assert (again.code, again.err) == (0, "")
    assert again.out == "Nothing to wait for: every cluster has settled, and the state knows it.\n"
    assert bench.run("plan", "-detailed-exitcode").code == 0


def test_a_deletion_is_waited_for_and_forgotten(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.run("apply", "-auto-approve")
    monkeypatch.setenv("IMPLY_ENDPOINT", SLOW)
    assert bench.run("destroy", "-auto-approve", "--no-wait").code == 0
    assert "cluster.web" in bench.run("state", "list").out

    waited = bench.run("wait", "-json")
    assert waited.code == 0
    complete, outcome = waited.events[-2:]
    assert (complete["type"], complete["hook"]["fate"]) == ("wait_complete", "gone")
    assert (outcome["type"], outcome["outcome"]["reason"]) == ("outcome", "settled")
    assert "cluster.web" not in bench.run("state", "list").out


def test_a_cluster_that_fails_or_takes_too_long_is_8(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMPLY_ENDPOINT", "emulator:account.json?settle_seconds=3600")
    bench.run("apply", "-auto-approve", "-no-wait")
    waited = bench.run("wait", "-settle-timeout=0s", "cluster.web")
    assert waited.code == 8
    assert "cluster.web  not settled" in waited.out
    assert "cluster.web did not settle in 0 seconds" in waited.out
    assert waited.out.endswith("Wait incomplete. Clusters: 0 settled, 1 not settled.\n")


def test_an_address_that_the_state_does_not_know_is_refused(bench: Bench) -> None:
    bench.run("apply", "-auto-approve")
    refused = bench.run("wait", "cluster.app")
    assert refused.code == 1
    assert "The state knows no cluster cluster.app" in refused.err


def test_without_a_state_there_is_nothing_to_wait_for(bench: Bench) -> None:
    assert bench.run("wait").code == 0


def test_somebody_elses_edit_while_it_settled_stays_for_the_next_plan(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMPLY_ENDPOINT", "emulator:account.json?settle_seconds=1")
    bench.run("apply", "-auto-approve", "-no-wait")
    while bench.run("emulator", "patch", "account.json", "web", '{"spec": {"query": {"replicas": 9}}}').code:
        pass  # refused until the cluster has settled
    waited = bench.run("wait")
    assert waited.code == 0
    assert "cluster.web is not as it was asked to be" in waited.out
    assert "replicas = 9 -> 2" in bench.run("plan").out


def test_a_lock_that_another_run_holds_stops_nobody_from_waiting(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMPLY_ENDPOINT", "emulator:account.json?settle_seconds=1")
    bench.run("apply", "-auto-approve", "-no-wait")
    holder = (
        "import fcntl, sys\n"
        "with open('planner.state.json.lock', 'a') as lock:\n"
        "    fcntl.flock(lock, fcntl.LOCK_EX)\n"
        "    print('held', flush=True)\n"
        "    sys.stdin.read()\n"
    )
    with subprocess.Popen(  # noqa: S603 - our own words
        [sys.executable, "-c", holder], cwd=bench.path, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        waited = bench.run("wait")
        process.communicate(b"")
    assert waited.code == 0
    assert "The state does not say yet that these clusters have settled" in waited.err
    assert bench.run("wait").err == "Waiting for 1 cluster to settle.\n"
    assert bench.run("wait").err == ""


def test_a_signal_ends_it_with_what_has_settled_written_down(bench: Bench) -> None:
    environment = {**os.environ, "IMPLY_ENDPOINT": "emulator:account.json?settle_seconds=3600"}
    command = [sys.executable, "-m", "planner"]
    apply = [*command, "apply", "-auto-approve", "-no-wait"]
    subprocess.run(apply, cwd=bench.path, env=environment, check=True, capture_output=True)  # noqa: S603 - the command under test
    with subprocess.Popen(  # noqa: S603 - likewise
        [*command, "wait"], cwd=bench.path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == "Waiting for 1 cluster to settle.\n"
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate()
    assert process.returncode == 143
    assert "Stopped while cluster.web was on its way" in out
    assert bench.run("state", "list").out == "cluster.web\n"
