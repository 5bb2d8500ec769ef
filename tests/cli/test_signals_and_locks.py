"""The command as a process: signals, closed pipes, locks held by others, and what it imports."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from state.backends.local import LocalBackend
from state.lock import make_lock_info
from tests.cli.workbench import Bench

SLOW = "emulator:account.json?settle_seconds=3600"


@pytest.fixture(autouse=True)
def _heeded_signals() -> Iterator[None]:
    """Ignore no signal: a process inherits it, and a job in the background is started so."""
    usual: dict[signal.Signals, Any] = {
        signal.SIGINT: signal.default_int_handler,
        signal.SIGTERM: signal.SIG_DFL,
        signal.SIGHUP: signal.SIG_DFL,
    }
    before = {number: signal.signal(number, handler) for number, handler in usual.items()}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def start(bench: Bench, *arguments: str, endpoint: str = "emulator:account.json") -> subprocess.Popen[str]:
    environment = {**os.environ, "IMPLY_ENDPOINT": endpoint, "PYTHONUNBUFFERED": "1"}
    return subprocess.Popen(  # noqa: S603 - the command under test
        [sys.executable, "-m", "planner", *arguments],
        cwd=bench.path,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for(process: subprocess.Popen[str], said: str) -> None:
    assert process.stderr is not None
    for line in process.stderr:
        if said in line:
            return
    raise AssertionError(f"ended without saying {said!r}")


def interrupt(bench: Bench, number: signal.Signals) -> subprocess.CompletedProcess[str]:
    with start(bench, "apply", "-auto-approve", endpoint=SLOW) as process:
        wait_for(process, "cluster.web: Creating...")
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
    return subprocess.CompletedProcess([], process.returncode, out, err)


def test_an_interrupt_while_a_cluster_settles_saves_what_was_done_and_says_so(bench: Bench) -> None:
    ended = interrupt(bench, signal.SIGINT)
    assert ended.returncode == 130
    assert "Stopped while cluster.web was on its way" in ended.stdout
    assert "Traceback" not in ended.stderr
    assert bench.run("state", "list").out == "cluster.web\n"
    assert "No changes." in bench.run("plan").out


def test_a_second_signal_ends_it_at_once_and_the_next_run_takes_over(bench: Bench) -> None:
    """A6: the answer to the create is seconds away and nobody waits for it; what was stored is whole."""
    endpoint = f"{SLOW}&latency_seconds=3"
    with start(bench, "apply", "-auto-approve", endpoint=endpoint) as process:
        wait_for(process, "cluster.web: Creating...")
        process.send_signal(signal.SIGINT)
        wait_for(process, "Stopping")
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode in {-signal.SIGINT, 130}
    assert "Traceback" not in err
    ended = bench.run("apply", "-auto-approve")
    assert (ended.code, bench.run("state", "list").out) == (0, "cluster.web\n"), ended.out + ended.err
    assert (bench.path / "account.json").read_text(encoding="utf-8").count('"POST"') <= 1
    assert "No changes." in bench.run("plan").out


def test_what_a_killed_run_began_is_taken_over(bench: Bench) -> None:
    """A2: nothing can be done any more when the kill comes, and nothing needs to be."""
    with start(bench, "apply", "-auto-approve", endpoint=f"{SLOW}&latency_seconds=3") as process:
        wait_for(process, "cluster.web: Creating...")
        process.kill()
        process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    ended = bench.run("apply", "-auto-approve")
    assert (ended.code, bench.run("state", "list").out) == (0, "cluster.web\n"), ended.out + ended.err
    assert "No changes." in bench.run("plan").out


def test_a_termination_is_143(bench: Bench) -> None:
    assert interrupt(bench, signal.SIGTERM).returncode == 143
    assert bench.run("state", "list").out == "cluster.web\n"


def test_a_termination_before_anything_is_sent_gives_back_what_the_run_holds(bench: Bench) -> None:
    """The plan is being made, under the lock: what holds it lets go, as a store could not know that it is dead."""
    endpoint = "emulator:account.json?latency_seconds=30"
    with start(bench, "apply", "-auto-approve", "-json", endpoint=endpoint) as process:
        lock = bench.path / "planner.state.json.lock"
        while not (lock.exists() and lock.read_text(encoding="utf-8")):
            assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 143
    assert '"reason": "terminated"' in out.splitlines()[-1]
    assert "Traceback" not in err
    assert not lock.exists(), "a run that is killed would have left it"


def test_a_terminal_that_has_gone_ends_a_run_well(bench: Bench) -> None:
    ended = interrupt(bench, signal.SIGHUP)
    assert ended.returncode == 143
    assert "Stopping: nothing new is sent" in ended.stderr
    assert not (bench.path / "planner.state.json.journal").exists()
    assert bench.run("state", "list").out == "cluster.web\n"


def test_a_signal_that_is_ignored_stays_so(bench: Bench) -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup does
    with start(bench, "apply", "-auto-approve", endpoint="emulator:account.json?settle_seconds=1") as process:
        wait_for(process, "cluster.web: Creating...")
        process.send_signal(signal.SIGHUP)
        out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "1 done" in out


def test_a_reader_that_has_gone_is_no_crash(bench: Bench) -> None:
    with start(bench, "plan") as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        err = process.stderr.read()
        process.wait(timeout=60)
    assert "Traceback" not in err
    assert "Exception ignored" not in err
    assert "bug" not in err


def test_a_lock_that_is_held_is_refused_with_its_holder(bench: Bench, tmp_path: Path) -> None:
    backend = LocalBackend(tmp_path / "planner.state.json")
    asyncio.run(backend.lock(make_lock_info("apply", version="0.1.0")))
    try:
        with start(bench, "apply", "-auto-approve") as process:
            out, err = process.communicate(timeout=60)
        assert process.returncode == 7
        assert out == ""
        assert f"process {os.getpid()}" in err
    finally:
        asyncio.run(backend.unlock())
    assert bench.run("apply", "-auto-approve").code == 0
