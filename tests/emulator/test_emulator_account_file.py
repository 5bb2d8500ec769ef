"""The account file: an account that outlives the process, whoever else writes to it and whatever stops the writer."""

import json
import multiprocessing
import os
from pathlib import Path
from typing import Any

import pytest

from planner.emulator.account import Account
from planner.emulator.account_file import AccountFileError, FileStore
from planner.emulator.behaviour import Behaviour
from planner.emulator.course import HandEditError
from planner.emulator.embedded import open_account_file, patch_account_file
from tests.emulator.emulated import Emulated, emulate, make_body


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "account.json"


def open_file(path: Path, **settings: Any) -> Emulated:  # noqa: ANN401 - fields of a behaviour
    return emulate(Behaviour(requires_token=False, **settings), store=FileStore(path))


def names(api: Emulated) -> list[str]:
    return [cluster["metadata"]["name"] for cluster in api.list()]


def test_an_account_is_read_back_as_it_was_left(path: Path) -> None:
    api = open_file(path, settle_seconds=10)
    cluster = api.create("web", awsKeyPair="ops")
    uid = cluster["metadata"]["uid"]
    api.clock.now += 10
    api.call("PATCH", f"/clusters/{uid}", {"spec": {"awsKeyPair": "other"}})
    api.create("gone")
    api.clock.now += 10
    api.call("DELETE", f"/clusters/{api.list()[1]['metadata']['uid']}")
    paths = ["/clusters", f"/clusters/{uid}", f"/clusters/{uid}/history/1", f"/clusters/{uid}/history/2"]

    again = open_file(path, settle_seconds=10)

    for moment in (0, 5, 10):
        again.clock.now = api.clock.now + moment
        api.clock.now = again.clock.now
        assert [again.call("GET", p).json() for p in paths] == [api.call("GET", p).json() for p in paths]
    assert names(again) == ["web"]


def test_the_file_is_json_with_one_record_a_line_and_closed_to_others(path: Path) -> None:
    api = open_file(path)
    for name in ("a", "b\nc"):
        api.create(name)
    api.app.remove_cluster("a")

    records = json.loads(path.read_text())

    assert [next(iter(record)) for record in records] == ["format", "cluster", "cluster", "removed"]
    assert len(path.read_text().splitlines()) == len(records) + 2
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_request_appends_and_rewrites_nothing(path: Path) -> None:
    api = open_file(path)
    api.create("a")
    before, inode = path.read_bytes(), path.stat().st_ino

    api.create("b")
    api.call("GET", "/clusters")
    api.call("POST", "/clusters", make_body("b"))

    after = path.read_bytes()
    assert after.startswith(before.removesuffix(b"\n]\n"))
    assert path.stat().st_ino == inode
    assert after.count(b'"cluster"') == 2


def test_reading_writes_no_account(path: Path) -> None:
    assert names(open_file(path)) == []

    assert path.read_bytes() == b""


def test_two_apps_on_one_file_see_each_other(path: Path) -> None:
    one, other = open_file(path), open_file(path)

    one.create("a")
    other.create("b")

    assert names(one) == names(other) == ["a", "b"]
    assert one.call("POST", "/clusters", make_body("b")).status_code == 409
    assert len({cluster["metadata"]["uid"] for cluster in one.list()}) == 2
    other.app.remove_cluster("a")
    assert names(one) == ["b"]


def create_many(path: Path, prefix: str) -> None:
    api = open_file(path)
    for number in range(20):
        api.create(f"{prefix}{number}")


def test_two_processes_on_one_file_lose_nothing(path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=create_many, args=(path, prefix)) for prefix in "ab"]
    for process in processes:
        process.start()
    for process in processes:
        process.join()

    assert [process.exitcode for process in processes] == [0, 0]
    clusters = open_file(path).list()
    assert {cluster["metadata"]["name"] for cluster in clusters} == {f"{p}{n}" for p in "ab" for n in range(20)}
    assert len({cluster["metadata"]["uid"] for cluster in clusters}) == 40


def test_cut_at_any_byte_of_the_last_record_the_account_is_what_was_answered_before(path: Path) -> None:
    api = open_file(path)
    api.create("a")
    whole_of_a = len(path.read_bytes().removesuffix(b"\n]\n"))
    api.create("b")
    text = path.read_bytes()

    # Every byte near both ends of the record, every 29th between them.
    for length in sorted(
        {*range(whole_of_a, len(text), 29), *range(whole_of_a, whole_of_a + 9), *range(len(text) - 9, len(text))}
    ):
        path.write_bytes(text[:length])
        torn = open_file(path)
        known = names(torn)
        assert known in (["a"], ["a", "b"])
        # Only the closing of the list may be missing where the last record is still known.
        assert (known == ["a", "b"]) == (length >= len(text) - len("\n]\n"))
        torn.create("c")
        assert json.loads(path.read_text())
        assert names(open_file(path)) == [*known, "c"]


def test_an_app_goes_on_after_another_left_a_torn_record(path: Path) -> None:
    api = open_file(path)
    api.create("a")
    path.write_bytes(path.read_bytes().removesuffix(b"\n]\n") + b',\n{"cluster":{"uid"')

    api.create("b")

    assert names(api) == names(open_file(path)) == ["a", "b"]


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "[]",
        "null",
        '{"format": 1, "lineage": "x", "serial": 3}',
        "[1, 2]",
        '[\n{"format":"emulated-account-2","seed":"x","nextNumber":1}\n]\n',
        '[\n{"format":"emulated-account-1","seed":"x","nextNumber":1},\n{"strange":1}\n]\n',
        '[\n{"format":"emulated-account-1","seed":"x","nextNumber":1},\n{"cluster":{},"metadata":{},"spec":{}}\n]\n',
        '[\n{"format":"emulated-account-1","seed":"x","nextNumber":1},\n{"clus\n{"removed":"x"}\n]\n',
        '[\n{"format":"emula',
        'cluster "web" {}\n',
        "[" * 100_000,
        "\ufeff[]",
    ],
)  # fmt: skip
def test_a_file_that_is_no_account_is_refused_and_left_as_it_is(path: Path, text: str) -> None:
    path.write_text(text)

    with pytest.raises(AccountFileError, match="is no account of the emulator"):
        open_account_file(path)

    assert path.read_text() == text


def test_what_cannot_be_opened_is_refused(tmp_path: Path) -> None:
    for bad in (tmp_path, tmp_path / "missing" / "account.json"):
        with pytest.raises(AccountFileError, match="cannot be used"):
            open_account_file(bad)


def test_a_file_that_breaks_in_mid_use_is_a_fault_of_the_server(path: Path) -> None:
    api = open_file(path)
    api.create("web")
    path.write_text("cluster {}")

    answer = api.call("GET", "/clusters")

    assert answer.status_code == 500
    assert "is no account of the emulator" in answer.json()["error"]["message"]
    assert path.read_text() == "cluster {}"


def test_a_full_disk_loses_nothing_that_was_answered(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    api = open_file(path)
    api.create("a")
    with monkeypatch.context() as full:
        full.setattr(os, "pwrite", write_a_little)
        assert api.call("POST", "/clusters", make_body("b")).status_code == 500

    assert names(api) == names(open_file(path)) == ["a"]
    api.create("c")
    assert names(api) == names(open_file(path)) == ["a", "c"]


def write_a_little(file: int, text: bytes, start: int) -> int:
    os.lseek(file, start, os.SEEK_SET)
    os.write(file, text[:40])
    raise OSError(28, "No space left on device")


def test_a_file_edited_with_an_editor_is_read_anew(path: Path) -> None:
    api = open_file(path)
    api.create("web", awsKeyPair="ops")

    path.write_text(json.dumps(json.loads(path.read_text().replace('"ops"', '"theirs"')), indent=2))

    assert api.list()[0]["spec"]["awsKeyPair"] == "theirs"
    api.create("other")
    assert names(open_file(path)) == ["web", "other"]


def test_a_file_that_was_deleted_is_a_new_account(path: Path) -> None:
    api = open_file(path)
    api.create("web")

    path.unlink()

    assert names(api) == []


def test_a_symbolic_link_stays_one(path: Path) -> None:
    link = path.with_name("link.json")
    link.symlink_to(path)

    open_file(link).create("web")

    assert link.is_symlink()
    assert names(open_file(path)) == ["web"]


def test_the_dead_do_not_pile_up_for_ever(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("planner.emulator.account_file._DEAD_RECORDS_KEPT", 6)
    open_file(path).create("kept")
    for number in range(10):
        api = open_file(path)
        api.create(f"c{number}")
        api.app.remove_cluster(f"c{number}")
        assert len(json.loads(path.read_text())) < 12

    uid = open_file(path).create("new")["metadata"]["uid"]

    assert names(open_file(path)) == ["kept", "new"]
    assert path.read_text().count(uid) >= 1
    assert sorted(os.listdir(path.parent)) == ["account.json"]  # noqa: PTH208 - nothing else was left behind


def test_new_accounts_share_no_ids_unless_their_seed_is_given(tmp_path: Path) -> None:
    def make_id(name: str, seed: str | None) -> str:
        api = emulate(Behaviour(), store=FileStore(tmp_path / name, seed=seed))
        uid: str = api.create()["metadata"]["uid"]
        return uid

    assert make_id("a", None) != make_id("b", None)
    assert make_id("c", "same") == make_id("d", "same")
    assert make_id("e", Account().seed) == emulate().create()["metadata"]["uid"]


def test_patching_the_file_is_an_edit_behind_the_back(path: Path) -> None:
    api = open_file(path)
    cluster = api.create("web")

    patch_account_file(path, "web", {"spec": {"query": {"replicas": 9}}})

    after = api.read(cluster["metadata"]["uid"])
    assert after["spec"]["query"]["replicas"] == 9
    assert after["status"]["resourceVersion"] == cluster["status"]["resourceVersion"] + 1


def test_patching_refuses_what_makes_no_sense(path: Path) -> None:
    with pytest.raises(AccountFileError, match="there is no account file"):
        patch_account_file(path, "web", {})
    assert not path.exists()

    open_file(path).create("web")
    with pytest.raises(HandEditError):
        patch_account_file(path, "nobody", {})
    with pytest.raises(HandEditError):
        patch_account_file(path, "web", {"spec": {"version": None}})


def test_an_account_in_a_file_asks_for_no_token(path: Path) -> None:
    app = open_account_file(path)

    assert app.behaviour == Behaviour(requires_token=False)
