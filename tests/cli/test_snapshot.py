"""`planner snapshot` and `plan -live`: the same plan without a token, a backend or a network."""

import json
import socket
import stat
from pathlib import Path
from typing import Any

import pytest

from tests.cli.workbench import CLUSTER, Bench

SECRET = "canary-of-a-database"
SECRETIVE: dict[str, Any] = {
    "metadata": {"name": "db"},
    "spec": {
        "version": "2021.06",
        "commonRuntimeProperties": [{"name": "druid.metadata.storage.connector.password", "value": SECRET}],
    },
}


@pytest.fixture
def taken(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Return a bench that has a snapshot and nothing else: no account, no state, no token, no network."""
    bench.write(SECRETIVE, "db")
    assert bench.run("apply", "-auto-approve").code == 0
    other = {"metadata": {"name": "theirs"}, "spec": {"version": "2021.06", "awsKeyPair": "the-key-of-others"}}
    account = json.loads((bench.path / "account.json").read_text(encoding="utf-8"))
    assert "theirs" not in json.dumps(account)
    bench.write(other, "theirs")
    bench.run("apply", "-auto-approve")
    bench.run("state", "rm", "cluster.theirs")
    (bench.path / "theirs.cluster.json").unlink()
    ended = bench.run("snapshot", "-o", "live.json")
    assert ended.code == 0, ended.err
    for path in bench.path.iterdir():
        if path.name.startswith(("account", "planner.state")):
            path.unlink()
    monkeypatch.delenv("IMPLY_TOKEN")
    monkeypatch.delenv("IMPLY_ENDPOINT")

    def refuse(*_: object) -> None:
        raise AssertionError("somebody is asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    return bench


def test_a_plan_from_it_is_that_of_the_account(taken: Bench) -> None:
    ended = taken.run("plan", "-live", "live.json", "-detailed-exitcode")
    assert ended.code == 0, ended.err
    assert "No changes." in ended.out
    taken.scale(5)
    ended = taken.run("plan", "-live", "live.json", "-detailed-exitcode", "-out", "plan.json")
    assert ended.code == 2
    assert "replicas = 2 -> 5" in ended.out
    assert "This plan compares with a snapshot of 20" in ended.out
    assert not (taken.path / "account.json").exists()


def test_it_holds_no_secret_and_of_others_the_names_alone(taken: Bench) -> None:
    text = (taken.path / "live.json").read_text(encoding="utf-8")
    assert SECRET not in text
    assert "the-key-of-others" not in text
    assert '"theirs"' in text
    assert stat.S_IMODE((taken.path / "live.json").stat().st_mode) == 0o600


def test_a_secret_that_is_another_shows(taken: Bench) -> None:
    taken.write(json.loads(json.dumps(SECRETIVE).replace(SECRET, "another-word")), "db")
    ended = taken.run("plan", "-live", "live.json", "-detailed-exitcode")
    assert ended.code == 2
    assert "(sensitive value)" in ended.out
    assert "another-word" not in ended.out


def test_a_name_that_others_have_is_seen(taken: Bench) -> None:
    taken.write({**CLUSTER, "metadata": {"name": "theirs"}}, "mine")
    assert taken.run("plan", "-live", "live.json").code == 1


def test_a_plan_from_it_is_applied_only_while_it_holds(bench: Bench) -> None:
    bench.run("apply", "-auto-approve")
    bench.run("snapshot", "-o", "live.json")
    bench.scale(5)
    bench.run("plan", "-live", "live.json", "-out", "plan.json")
    bench.run("emulator", "patch", "account.json", "web", '{"spec": {"query": {"replicas": 9}}}')
    assert bench.run("apply", "plan.json").code in {6, 8}
    account = (bench.path / "account.json").read_text(encoding="utf-8")
    assert '"replicas": 9' in account or '"replicas":9' in account
    bench.run("emulator", "patch", "account.json", "web", '{"spec": {"query": {"replicas": 2}}}')
    bench.run("plan", "-live", "live.json", "-out", "plan.json")
    assert bench.run("apply", "plan.json").code == 0


def test_stdout_takes_it_too(bench: Bench) -> None:
    ended = bench.run("snapshot", "-out", "-")
    assert json.loads(ended.out)["clusters"] == []


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "is not JSON"),
        ("[]", "is not an object"),
        ("{}", "has no clusters"),
        ('{"planner_snapshot": "2"}', "no snapshot of planner's"),
        ("[" * 100_000, "is not JSON"),
        ("\x00", "is not JSON"),
    ],
)
def test_what_is_no_snapshot_is_told(bench: Bench, tmp_path: Path, content: str, told: str) -> None:
    (tmp_path / "live.json").write_text(content, encoding="utf-8")
    ended = bench.run("plan", "-live", "live.json")
    assert ended.code == 1
    assert told in " ".join(ended.err.split())
    assert "Take one with: planner snapshot" in ended.err


def test_one_that_was_tampered_with_is_told(taken: Bench) -> None:
    document = json.loads((taken.path / "live.json").read_text(encoding="utf-8"))
    for member, value in (("clusters", 3), ("clusters", [{"id": 1}]), ("state", "{}"), ("endpoint", None)):
        (taken.path / "bad.json").write_text(json.dumps({**document, member: value}), encoding="utf-8")
        ended = taken.run("plan", "-live", "bad.json")
        assert ended.code == 1
        assert "Traceback" not in ended.err
        assert "bad.json" in ended.err


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("id", "../a", "`clusters[0].id` is not an id"),
        ("id", "", "`clusters[0].id` is not an id"),
        ("id", "a?b", "`clusters[0].id` is not an id"),
        ("read_at", "yesterday\n::error::x", "`read_at` is not a time"),
    ],
)
def test_what_would_become_a_path_or_a_sentence_is_looked_at(taken: Bench, name: str, value: str, told: str) -> None:
    path = taken.path / "live.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    (document if name == "read_at" else document["clusters"][0])[name] = value
    path.write_text(json.dumps(document), encoding="utf-8")
    ended = taken.run("plan", "-live", "live.json")
    assert ended.code == 1
    assert told in " ".join(ended.err.split())


@pytest.mark.parametrize("name", ["planner.state.json", "web.cluster.json", "account.json"])
def test_it_takes_the_place_of_nothing_but_a_snapshot(bench: Bench, name: str) -> None:
    assert bench.run("apply", "-auto-approve").code == 0
    before = (bench.path / name).read_bytes()
    ended = bench.run("snapshot", "-o", name)
    assert ended.code == 1
    assert "another file is there" in ended.err
    assert (bench.path / name).read_bytes() == before
    assert bench.run("snapshot", "-o", "live.json").code == 0
    assert bench.run("snapshot", "-o", "live.json").code == 0


def test_it_is_compared_with_one_thing(bench: Bench) -> None:
    assert "give -live or -refresh=false" in bench.run("plan", "-live", "x", "-refresh=false").err
    assert bench.run("plan", "-live", "nothing.json").code == 1
