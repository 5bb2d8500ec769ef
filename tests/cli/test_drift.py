"""`planner drift` and `plan -refresh-only`: what others changed, found by a command that can change nothing."""

import fcntl
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.workbench import CLUSTER, Bench, Ended

LOOKS = [("drift",), ("plan", "-refresh-only")]


def patch(bench: Bench, spec: dict[str, Any], name: str = "web") -> None:
    assert bench.run("emulator", "patch", "account.json", name, json.dumps({"spec": spec})).code == 0


@pytest.fixture
def applied(bench: Bench) -> Bench:
    bench.write({**CLUSTER, "metadata": {"name": "shop"}}, "shop")
    assert bench.run("apply", "-auto-approve").code == 0
    return bench


def list_told(ended: Ended) -> list[tuple[str, str]]:
    """Return the cluster and the message of each line about drift."""
    return [
        (event["change"]["resource"]["addr"], event["change"]["action"])
        for event in ended.events
        if event["type"] == "resource_drift"
    ]


@pytest.mark.parametrize("look", LOOKS, ids=["drift", "refresh only"])
def test_without_drift_it_says_so_and_exits_with_0(applied: Bench, look: tuple[str, ...]) -> None:
    ended = applied.run(*look)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("No drift. The clusters are as the last apply left them.\n")
    assert "compared 2 clusters" in ended.out


def test_drift_exits_with_2_and_a_look_with_0_unless_asked(applied: Bench) -> None:
    patch(applied, {"query": {"replicas": 7}})
    assert applied.run("drift").code == 2
    assert applied.run("plan", "-refresh-only").code == 0
    assert applied.run("plan", "-refresh-only", "-detailed-exitcode").code == 2


def test_an_edit_of_the_configuration_is_no_drift(applied: Bench) -> None:
    applied.scale(9)
    assert applied.run("drift").code == 0
    patch(applied, {"query": {"replicas": 9}})
    assert applied.run("drift").code == 2, "that the configuration agrees with it by now is for a plan to say"


def test_a_field_of_the_servers_own_is_no_drift(applied: Bench) -> None:
    patch(applied, {"metadataStore": {"diskSize": 200}})
    assert applied.run("drift").code == 0


def test_machines_get_all_three_values(applied: Bench) -> None:
    patch(applied, {"query": {"replicas": 7}})
    ended = applied.run("drift", "-json")
    assert ended.code == 2
    (event,) = (event for event in ended.events if event["type"] == "resource_drift")
    assert event["change"]["differences"] == [
        {"cause": "drift", "path": ["spec", "query", "replicas"], "before": 2, "after": 7, "observed": 2}
    ]
    counts = {"changed": 1, "deleted": 0, "ignored": 0, "unchanged": 1, "unmanaged": 0, "values": 1}
    assert ended.events[-2]["drift"] == {**counts, "operation": "drift"}
    assert ended.events[-1]["outcome"] == {
        "exit_code": 2,
        "code": "changes_present",
        "result": "changes_present",
        "reason": "drift",
    }


def test_before_and_after_mean_the_same_wherever_drift_is_told(applied: Bench) -> None:
    applied.scale(9)
    patch(applied, {"query": {"replicas": 7}})
    sides = []
    for look in (("drift", "-json"), ("plan", "-json", "-out", "plan.json")):
        (event,) = (event for event in applied.run(*look).events if event["type"] == "resource_drift")
        (one,) = event["change"]["differences"]
        sides.append((one["before"], one["after"]))
    (found,) = json.loads((applied.path / "plan.json").read_text(encoding="utf-8"))["resource_drift"]
    sides.append(tuple(found["change"][name]["spec"]["query"]["replicas"] for name in ("before", "after")))
    assert sides == [(2, 7)] * 3
    assert one["wanted"] == 9, "and the plan says what it will be"


def test_a_cluster_that_is_gone_is_drift(applied: Bench) -> None:
    account = json.loads((applied.path / "account.json").read_text(encoding="utf-8"))
    assert account
    state = json.loads((applied.path / "planner.state.json").read_text(encoding="utf-8"))
    (applied.path / "account.json").unlink()
    ended = applied.run("drift", "-json")
    assert list_told(ended) == [("cluster.shop", "delete"), ("cluster.web", "delete")]
    assert ended.code == 2
    assert json.loads((applied.path / "planner.state.json").read_text(encoding="utf-8")) == state


def test_a_target_limits_it(applied: Bench) -> None:
    patch(applied, {"query": {"replicas": 7}})
    patch(applied, {"query": {"replicas": 7}}, "shop")
    assert list_told(applied.run("drift", "-json", "-target", "cluster.shop")) == [("cluster.shop", "update")]
    assert applied.run("drift", "-target", "cluster.wbe").code == 1


def test_a_renamed_cluster_is_told_by_the_address_that_the_state_knows(applied: Bench) -> None:
    patch(applied, {"query": {"replicas": 7}})
    (applied.path / "web.cluster.json").rename(applied.path / "front.cluster.json")
    assert list_told(applied.run("drift", "-json")) == [("cluster.web", "update")]


def test_a_cluster_that_left_the_configuration_is_looked_at_too(applied: Bench) -> None:
    patch(applied, {"query": {"replicas": 7}})
    (applied.path / "web.cluster.json").unlink()
    assert list_told(applied.run("drift", "-json")) == [("cluster.web", "update")]


def test_clusters_of_others_are_counted_and_no_drift(applied: Bench) -> None:
    assert applied.run("state", "rm", "cluster.shop").code == 0
    ended = applied.run("drift")
    assert ended.code == 0
    assert "1 other cluster in the account is not managed here." in ended.out


def test_nothing_that_is_managed_needs_no_account(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("IMPLY_ENDPOINT")
    ended = bench.run("drift")
    assert (ended.code, ended.out) == (0, "No drift. No clusters are managed here.\n")


def test_an_account_that_cannot_be_reached_is_no_drift(applied: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMPLY_ENDPOINT", "emulator:account.json?trouble=redirect=https://elsewhere.example@GET")
    assert applied.run("drift").code == 4


def test_a_wrong_configuration_is_no_drift(applied: Bench) -> None:
    (applied.path / "bad.hcl").write_text("cluster {", encoding="utf-8")
    assert applied.run("drift").code == 3


@pytest.mark.parametrize(
    "more", [("-out", "p.json"), ("-destroy",), ("-replace", "cluster.web"), ("-show-requests",)], ids=lambda it: it[0]
)
def test_what_makes_no_sense_with_a_look_is_refused(applied: Bench, more: tuple[str, ...]) -> None:
    ended = applied.run("plan", "-refresh-only", *more)
    assert ended.code == 1
    assert "-refresh-only plans nothing" in ended.err
    assert not (applied.path / "p.json").exists()


def test_an_apply_takes_no_drift_into_the_state(applied: Bench) -> None:
    patch(applied, {"query": {"replicas": 7}})
    before = (applied.path / "planner.state.json").read_bytes()
    ended = applied.run("apply", "-refresh-only", "-auto-approve")
    assert ended.code == 1
    assert "What others changed is not taken into the state" in ended.err
    assert (applied.path / "planner.state.json").read_bytes() == before
    assert applied.run("apply", "-refresh-only", "-json").events[-1]["outcome"]["exit_code"] == 1
    assert applied.run("drift").code == 2


def test_a_secret_that_others_changed_stays_hidden(applied: Bench) -> None:
    files = [{"name": "jaas.conf", "content": "hunter2"}]
    applied.write({**CLUSTER, "spec": {**CLUSTER["spec"], "customFiles": files}})
    assert applied.run("apply", "-auto-approve").code == 0
    patch(applied, {"customFiles": [{"name": "jaas.conf", "content": "hunter9"}]})
    for command in (("drift",), ("drift", "-json"), ("plan",), ("plan", "-json"), ("plan", "-refresh-only")):
        ended = applied.run(*command)
        assert "customFiles" in ended.out
        assert "hunter" not in ended.out + ended.err
    assert 'spec.customFiles["jaas.conf"].content  (sensitive value)  (sensitive value)' in applied.run("drift").out


WATCH = """
import json, os, sys
told = []
def watch(event, arguments):
    if event == "open" and (arguments[2] or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
        told.append(f"open {arguments[0]}")
    elif event.split(".")[0] in {"os", "shutil", "tempfile", "fcntl"} and event.split(".")[1] in WRITES:
        told.append(f"{event} {arguments}")
WRITES = {"mkdir", "rename", "remove", "rmdir", "link", "symlink", "truncate", "chmod", "utime", "flock", "lockf"}
sys.addaudithook(watch)
from planner.cli.main import run_command
code = run_command(sys.argv[1:])
print(json.dumps([int(code), told]), file=sys.stderr)
"""


def test_a_look_writes_no_file_and_takes_no_lock(applied: Bench, tmp_path: Path) -> None:
    """Neither the state, nor its lock, nor a cache: with HCL to parse and a home to keep it in."""
    patch(applied, {"query": {"replicas": 7}})
    (applied.path / "more.hcl").write_text("locals { a = 1 }\n", encoding="utf-8")
    home = tmp_path / "home"
    home.mkdir()
    environment = {**os.environ, "HOME": str(home), "PYTHONDONTWRITEBYTECODE": "1"}
    environment.pop("PLANNER_CACHE_DIR", None)
    before = _read_all(tmp_path)
    root = str(Path(__file__).parents[2])
    ended = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", WATCH, "drift"],
        cwd=applied.path,
        env={**environment, "PYTHONPATH": root},
        capture_output=True,
        text=True,
        check=False,
    )
    code, told = json.loads(ended.stderr.splitlines()[-1])
    assert code == 2
    # The emulated server lives inside the command here: it opens and locks the file that is its account.
    by_server = [line for line in told if line.endswith("account.json")]
    locks = [line for line in told if line.startswith("fcntl.flock")]
    assert (len(locks), len(told)) == (len(by_server), 2 * len(by_server))
    assert _read_all(tmp_path) == before


def test_a_held_lock_does_not_stop_a_look(applied: Bench) -> None:
    patch(applied, {"query": {"replicas": 7}})
    with (applied.path / "planner.state.json.lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert applied.run("apply", "-auto-approve").code == 7
        assert applied.run("drift").code == 2


def _read_all(directory: Path) -> dict[str, bytes]:
    return {str(file.relative_to(directory)): file.read_bytes() for file in directory.rglob("*") if file.is_file()}


def test_of_many_clusters_ten_are_shown_unless_all_are_asked_for(bench: Bench) -> None:
    names = ["web", *(f"c{number:02}" for number in range(11))]
    for name in names:
        bench.write({**CLUSTER, "metadata": {"name": name}}, name)
    assert bench.run("apply", "-auto-approve").code == 0
    for name in names:
        patch(bench, {"query": {"replicas": 7}}, name)
    shown = {look: bench.run(*look).out for look in [*LOOKS, ("drift", "-all")]}
    assert [text.count("\n  cluster.") for text in shown.values()] == [10, 10, 12]
    assert [text.count("and 2 more clusters: 2 drift") for text in shown.values()] == [1, 1, 0]
    assert len(list_told(bench.run("drift", "-json"))) == 12


def test_drift_without_a_state_says_that_there_is_none(bench: Bench) -> None:
    ended = bench.run("drift")
    assert ended.code == 0
    assert "There is no state" in ended.err
