"""The local backend on a real file system: links, permissions, odd files, a full disk, and states that have gone."""

import asyncio
import errno
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from state.address import Address
from state.backends.files import OsFiles
from state.backends.local import LocalBackend
from state.entries import RecordDropped, RecordPut
from state.errors import LockLost, StateDamaged, StateForeign, StateMissing, StateMoved, StateNotRead, StateNotWritten
from state.lock import make_lock_info
from state.record import Record
from state.snapshot import Snapshot, make_snapshot
from state.store import StateStore

A = Address("a")
PUT = RecordPut(Record(address=A, id="c-1", name="a", applied={}))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "planner.state.json"


def open_store(path: Path, *, allow_missing: bool = False) -> StateStore:
    return StateStore(LocalBackend(path, allow_missing=allow_missing))


def load(path: Path) -> Snapshot | None:
    return asyncio.run(open_store(path).load())


def record(path: Path) -> None:
    asyncio.run(open_store(path).record(PUT))


async def record_whole(path: Path, entry: RecordPut | RecordDropped = PUT) -> None:
    store = open_store(path)
    async with store.hold(make_lock_info("apply", version="0.1.0")):
        await store.record(entry)


def list_names(directory: Path) -> list[str]:
    return sorted(found.name for found in directory.iterdir())


def get_mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def test_a_run_leaves_the_state_and_a_backup_and_nothing_else(path: Path) -> None:
    asyncio.run(record_whole(path))
    assert list_names(path.parent) == ["planner.state.json", "planner.state.json.backup"]
    assert load(path.with_name("planner.state.json.backup")) != load(path)


def test_the_backup_is_the_state_before_the_last_write(path: Path) -> None:
    asyncio.run(record_whole(path))
    before = path.read_bytes()
    asyncio.run(record_whole(path, RecordDropped(A)))
    assert path.with_name("planner.state.json.backup").read_bytes() == before
    assert path.read_bytes() != before


def test_a_few_states_of_before_that_are_kept_too(path: Path) -> None:
    """C11: the newest is `.backup`; the one before it has number 1, and so on."""
    written = []
    for _ in range(9):
        asyncio.run(record_whole(path))
        written.append(path.read_bytes())
    backups = [path.with_name(f"planner.state.json.backup{suffix}") for suffix in ("", ".1", ".2", ".3", ".4", ".5")]
    assert [backup.read_bytes() for backup in backups] == written[-2:-8:-1]
    assert not path.with_name("planner.state.json.backup.6").exists()
    assert {get_mode(backup) for backup in backups} == {0o600}


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077, 0o777])
def test_everything_is_for_this_user_alone_whatever_the_umask(path: Path, mask: int) -> None:
    async def scenario() -> set[int]:
        store = open_store(path)
        async with store.hold(make_lock_info("apply", version="0.1.0")):
            await store.record(PUT)
            modes = {get_mode(found) for found in path.parent.iterdir()}
        return modes | {get_mode(found) for found in path.parent.iterdir()}

    with umask(mask):
        assert asyncio.run(scenario()) == {0o600}


def test_a_state_that_others_can_read_is_noticed_and_then_closed_to_them(path: Path) -> None:
    asyncio.run(record_whole(path))
    path.chmod(0o644)
    store = open_store(path)
    asyncio.run(store.load())
    (notice,) = store.notices
    assert notice.summary == f"{path} can be read or written by others"
    assert notice.detail.endswith(f"run:\n  chmod 600 {path}")
    asyncio.run(record_whole(path))
    assert {get_mode(found) for found in path.parent.iterdir()} == {0o600}
    asyncio.run(store.load())
    assert store.notices == ()


def test_a_linked_state_is_written_where_the_link_leads(path: Path) -> None:
    other = path.parent / "elsewhere"
    other.mkdir()
    path.symlink_to("elsewhere/real.json")
    for _ in range(2):  # first the link leads nowhere, then to a state
        asyncio.run(record_whole(path))
        assert path.is_symlink()
        assert load(path) == load(other / "real.json")
    assert list_names(path.parent) == ["elsewhere", "planner.state.json"]
    assert list_names(other) == ["real.json", "real.json.backup", "real.json.backup.1"]


@pytest.mark.parametrize("suffix", [".journal", ".backup"])
def test_a_link_beside_the_state_is_not_written_through(path: Path, suffix: str) -> None:
    asyncio.run(record_whole(path))
    victim = path.parent / "victim"
    victim.write_text("precious")
    beside = path.with_name(path.name + suffix)
    beside.unlink(missing_ok=True)
    beside.symlink_to(victim)
    with pytest.raises((StateNotRead, StateNotWritten)) if suffix == ".journal" else umask(0):
        asyncio.run(record_whole(path))
    assert victim.read_text() == "precious"


def test_what_is_no_regular_file_is_refused_at_once(path: Path) -> None:
    def make_directory() -> None:
        path.mkdir()

    def make_pipe() -> None:
        os.mkfifo(path)

    def make_device_link() -> None:
        path.symlink_to("/dev/zero")

    for make in (make_directory, make_pipe, make_device_link):
        make()
        with pytest.raises(StateNotRead, match="It is not a regular file"):
            load(path)
        if path.is_dir():
            path.rmdir()
        else:
            path.unlink()


@pytest.mark.parametrize("content", [b"", b"{", b"not ours", b'{"version": 4, "terraform_version": "1.11.4"}'])
def test_a_state_that_is_refused_is_left_as_it_was(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    path.chmod(0o600)
    before = path.stat()
    for act in (load, record):
        with pytest.raises((StateDamaged, StateForeign), match="put it back from a copy of your own"):
            act(path)
    after = path.stat()
    assert path.read_bytes() == content
    assert (before.st_ino, before.st_mtime_ns, before.st_ctime_ns) == (
        after.st_ino,
        after.st_mtime_ns,
        after.st_ctime_ns,
    )
    assert list_names(path.parent) == ["planner.state.json"]


def test_a_damaged_state_says_how_to_go_back_to_its_backup(path: Path) -> None:
    asyncio.run(record_whole(path))
    asyncio.run(record_whole(path, RecordDropped(A)))
    path.write_bytes(b"")
    with pytest.raises(StateDamaged) as caught:
        load(path)
    assert caught.value.advice.endswith("to go back to one, run:\n  planner state repair")


@pytest.mark.parametrize("name", ["with space.json", "it's.json", "-f.json"])
def test_any_name_will_do(path: Path, name: str) -> None:
    asyncio.run(record_whole(path.with_name(name)))
    assert list_names(path.parent) == sorted([name, f"{name}.backup"])


def test_a_path_that_cannot_be_is_refused(path: Path) -> None:
    with pytest.raises(StateNotRead, match="The path of the state cannot be used"):
        load(path.with_name("a\0b"))
    with pytest.raises(StateNotRead, match="File name too long"):
        load(path.with_name("x" * 300))
    path.symlink_to(path)
    with pytest.raises(StateNotRead, match="Too many levels of symbolic links"):
        load(path)


def test_a_damaged_journal_is_refused_and_left_as_it_was(path: Path) -> None:
    record(path)
    journal = path.with_name("planner.state.json.journal")
    journal.write_bytes(journal.read_bytes().replace(b"c-1", b"c-2"))
    before = {found: found.read_bytes() for found in path.parent.iterdir()}
    for act in (load, record):
        with pytest.raises(StateDamaged, match=r"The journal of .*planner\.state\.json is damaged"):
            act(path)
    assert {found: found.read_bytes() for found in path.parent.iterdir()} == before


@pytest.mark.parametrize("left", [".backup", ".journal"])
def test_a_state_that_has_gone_is_not_taken_for_a_new_one(path: Path, left: str) -> None:
    asyncio.run(record_whole(path))
    record(path)
    for found in path.parent.iterdir():
        if found.suffix != left:
            found.unlink()
    for act in (load, record):
        with pytest.raises(StateMissing, match=f"{left} is there; without it every cluster would be created again"):
            act(path)
    assert list_names(path.parent) == [f"planner.state.json{left}"]


def test_a_new_state_in_the_place_of_a_lost_one_keeps_what_was_left_of_that(path: Path) -> None:
    asyncio.run(record_whole(path))
    record(path)
    path.unlink()
    left = path.with_name("planner.state.json.journal").read_bytes()
    store = open_store(path, allow_missing=True)
    assert asyncio.run(store.load()) is None
    asyncio.run(store.save(make_snapshot("new", "f")))
    found = load(path)
    assert found is not None
    assert (found.lineage, dict(found.records)) == ("new", {})
    assert path.with_name("planner.state.json.journal.orphan").read_bytes() == left


def test_an_empty_journal_alone_is_no_sign_of_a_state(path: Path) -> None:
    path.with_name("planner.state.json.journal").touch()
    assert load(path) is None
    record(path)
    assert load(path) is not None


def test_a_state_that_was_put_back_from_a_copy_does_not_take_the_journal_of_another(path: Path) -> None:
    asyncio.run(record_whole(path))
    copy = path.read_bytes()
    asyncio.run(record_whole(path, RecordDropped(A)))
    record(path)
    path.write_bytes(copy)
    with pytest.raises(StateMoved, match="continues another state"):
        load(path)


def test_what_a_dead_run_left_is_cleared_away_by_whoever_holds_the_lock(path: Path) -> None:
    for name in ("planner.state.json.tmp-12ab", "planner.state.json.tmp-", "another.json.tmp-12ab"):
        path.with_name(name).write_text("half")
    load(path)
    assert len(list_names(path.parent)) == 3
    asyncio.run(record_whole(path))
    assert list_names(path.parent) == [
        "another.json.tmp-12ab",
        "planner.state.json",
        "planner.state.json.backup",
    ]


def test_a_lock_that_somebody_removed_is_noticed_before_anything_is_written(path: Path) -> None:
    async def scenario() -> None:
        store = open_store(path)
        async with store.hold(make_lock_info("apply", version="0.1.0")):
            await store.record(PUT)
            before = {found: found.read_bytes() for found in path.parent.iterdir() if found.suffix != ".lock"}
            path.with_name("planner.state.json.lock").unlink()
            other = open_store(path)
            async with other.hold(make_lock_info("apply", version="0.1.0")):
                for _ in range(2):
                    with pytest.raises(LockLost, match="Somebody removed"):
                        await store.record(RecordDropped(A))
            assert {found: found.read_bytes() for found in before} == before

    asyncio.run(scenario())


def test_a_state_changed_by_hand_under_a_run_is_not_written_over(path: Path) -> None:
    store = open_store(path)
    asyncio.run(store.record(PUT))
    content = path.read_bytes().replace(b'"serial": 1', b'"serial": 9')
    path.write_bytes(content)
    with pytest.raises(StateMoved):
        asyncio.run(store.record(RecordDropped(A)))
    assert path.read_bytes() == content


def test_a_place_that_cannot_be_written_is_noticed_before_anything_is_sent(path: Path) -> None:
    path.write_text("a file, and not a directory")
    impossible = path / "planner.state.json"
    with pytest.raises(StateNotRead, match="Not a directory"):
        load(impossible)
    with pytest.raises(StateNotWritten, match="cannot be locked"):
        asyncio.run(record_whole(impossible))


def test_a_directory_that_is_not_there_is_said_so(path: Path) -> None:
    missing = path.parent / "nowhere" / "planner.state.json"
    assert load(missing) is None
    with pytest.raises(StateNotWritten, match="No such file or directory"):
        record(missing)


FILL = """
import asyncio, resource, sys
from pathlib import Path
from state.address import Address
from state.backends.local import LocalBackend
from state.entries import RecordPut
from state.errors import StateNotWritten
from state.record import Record
from state.store import StateStore

async def fill(store):
    for number in range(1000):
        record = Record(address=Address("many", number), id="c", name="x" * 1000, applied={})
        try:
            await store.record(RecordPut(record))
        except StateNotWritten as error:
            print(number, error.advice)
            return

resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
asyncio.run(fill(StateStore(LocalBackend(Path(sys.argv[1])))))
"""


def test_a_write_that_the_system_cuts_off_loses_nothing_that_was_acknowledged(path: Path) -> None:
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[1] == resource.RLIM_INFINITY
    done = subprocess.run([sys.executable, "-c", FILL, path], capture_output=True, text=True, check=True)  # noqa: S603
    number, _, advice = done.stdout.partition(" ")
    assert os.strerror(errno.EFBIG) in advice
    snapshot = load(path)
    assert snapshot is not None
    assert snapshot.records.keys() == {Address("many", index) for index in range(int(number))}
    assert int(number) > 10
    record(path)
    again = load(path)
    assert again is not None
    assert len(again.records) == int(number) + 1


def test_a_directory_that_cannot_be_synced_is_no_failure_where_there_is_no_such_thing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: int) -> None:
        raise OSError(refusal, "Invalid argument")

    monkeypatch.setattr(os, "fsync", refuse)
    refusal = errno.EINVAL
    OsFiles().sync_directory(tmp_path)
    refusal = errno.EIO
    with pytest.raises(OSError, match="Invalid argument"):
        OsFiles().sync_directory(tmp_path)
