"""The lock between real processes: one at a time, freed by death, and by nothing less."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from state.backends.flock import Held, is_still_held, release_lock, take_lock
from state.backends.local import LocalBackend
from state.errors import LockHeld, StateNotWritten
from state.lock import LockInfo, decode_lock_info, describe_holder, encode_lock_info, make_lock_info
from state.store import StateStore

HOLD = """
import asyncio, sys
from pathlib import Path
from state.backends.local import LocalBackend
from state.lock import make_lock_info
from state.store import StateStore

async def hold(path):
    async with StateStore(LocalBackend(path)).hold(make_lock_info("destroy", version="0.1.0")):
        print("held", flush=True)
        sys.stdin.readline()

asyncio.run(hold(Path(sys.argv[1])))
"""

COUNT = """
import asyncio, sys
from pathlib import Path
from state.address import Address
from state.backends.local import LocalBackend
from state.entries import RecordPut
from state.lock import make_lock_info
from state.record import Record
from state.store import StateStore

async def count(path, name):
    for _ in range(5):
        store = StateStore(LocalBackend(path), sleep=lambda seconds: asyncio.sleep(0))
        async with store.hold(make_lock_info("apply", version="0.1.0"), wait=60):
            snapshot = await store.load()
            number = len(snapshot.records) if snapshot else 0
            await store.record(RecordPut(Record(address=Address("n", number), id=name, name="n", applied={})))

print("ready", flush=True)
sys.stdin.readline()
asyncio.run(count(Path(sys.argv[1]), sys.argv[2]))
"""


@contextmanager
def start(script: str, *arguments: object) -> Iterator[subprocess.Popen[str]]:
    """Run a script until it has said its first line; it goes on once it is written to, and is gone in the end."""
    command = [sys.executable, "-c", script, *map(str, arguments)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        try:
            assert process.stdout is not None
            assert process.stdout.readline()
            yield process
        finally:
            process.kill()


def let_go(process: subprocess.Popen[str]) -> int:
    assert process.stdin is not None
    process.stdin.close()
    return process.wait()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "planner.state.json"


def try_to_hold(path: Path) -> None:
    async def hold() -> None:
        async with StateStore(LocalBackend(path)).hold(make_lock_info("apply", version="0.1.0")):
            pass

    asyncio.run(hold())


def take(path: Path) -> Held:
    return take_lock(path, make_lock_info("apply", version="0.1.0"), name="The state")


def test_a_lock_that_another_process_holds_is_refused_with_who_holds_it(path: Path) -> None:
    with start(HOLD, path) as process:
        with pytest.raises(LockHeld) as caught:
            try_to_hold(path)
        holder = caught.value.holder
        assert holder is not None
        assert (holder.pid, holder.operation, holder.version) == (process.pid, "destroy", "0.1.0")
        assert f"for 'destroy' (process {process.pid}, lock {holder.id})" in caught.value.advice
        assert let_go(process) == 0
        try_to_hold(path)
    assert list(path.parent.iterdir()) == []


def test_a_lock_is_the_same_by_every_name_of_the_state(path: Path) -> None:
    other = path.parent / "elsewhere" / "linked.json"
    other.parent.mkdir()
    other.symlink_to(path)
    with start(HOLD, path), pytest.raises(LockHeld):
        try_to_hold(other)


def test_a_dead_holders_lock_is_free_at_once(path: Path) -> None:
    with start(HOLD, path) as process:
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert path.with_name("planner.state.json.lock").exists()
        try_to_hold(path)


def test_two_processes_take_turns_and_lose_nothing(path: Path) -> None:
    with start(COUNT, path, "one") as one, start(COUNT, path, "other") as other:
        for process in (one, other):
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        assert [one.wait(), other.wait()] == [0, 0]
    snapshot = asyncio.run(StateStore(LocalBackend(path)).load())
    assert snapshot is not None
    assert sorted(record.id for record in snapshot.records.values()) == ["one"] * 5 + ["other"] * 5
    assert snapshot.serial == 11


def test_a_child_process_does_not_keep_the_lock(path: Path) -> None:
    held = take(path)
    command = [sys.executable, "-c", "import sys; print('up', flush=True); sys.stdin.read()"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, close_fds=False) as child:  # noqa: S603
        assert child.stdout is not None
        assert child.stdout.readline() == b"up\n"
        release_lock(held)
        release_lock(take(path))
        child.communicate()


def test_a_lock_is_not_lost_when_its_file_is_opened_and_closed_elsewhere(path: Path) -> None:
    held = take(path)
    path.read_bytes()
    with pytest.raises(LockHeld):
        take(path)
    release_lock(held)


def test_a_lock_is_not_taken_on_a_file_that_has_lost_its_name(path: Path) -> None:
    held = take(path)
    assert is_still_held(held)
    path.unlink()
    assert not is_still_held(held)
    other = take(path)
    assert is_still_held(other)
    release_lock(held)
    assert is_still_held(other)
    release_lock(other)
    assert not path.exists()


def test_whoever_waited_at_a_file_that_was_removed_tries_again(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = take(path)
    real_open = os.open

    def open_then_release(*arguments: object, **options: object) -> int:
        monkeypatch.setattr(os, "open", real_open)
        descriptor = real_open(*arguments, **options)  # type: ignore[arg-type]  # whatever it was called with
        release_lock(first)  # between the open and the lock of whoever comes next
        return descriptor

    monkeypatch.setattr(os, "open", open_then_release)
    second = take(path)
    assert is_still_held(second)
    with pytest.raises(LockHeld):
        take(path)
    release_lock(second)


def test_a_link_in_the_place_of_the_lock_is_not_followed(path: Path) -> None:
    victim = path.with_name("victim")
    victim.write_text("precious")
    path.symlink_to(victim)
    with pytest.raises(StateNotWritten, match="cannot be locked"):
        take(path)
    assert victim.read_text() == "precious"


def test_the_lock_file_is_for_this_user_alone(path: Path) -> None:
    path.touch(0o666)
    held = take(path)
    assert path.stat().st_mode & 0o777 == 0o600
    release_lock(held)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"null", b"[]", b"{}", b"\xff\xfe", b'"ID"', b"[" * 100_000, b"9" * 5000, b'{"Who": "ann"}']
)
def test_a_holder_who_cannot_be_read_is_nobody(path: Path, content: bytes) -> None:
    assert decode_lock_info(content) is None
    held = take(path)
    path.write_bytes(content)
    with pytest.raises(LockHeld, match="Who holds it cannot be read") as caught:
        take(path)
    assert caught.value.holder is None
    release_lock(held)


def test_odd_members_of_an_info_are_left_out() -> None:
    info = decode_lock_info(b'{"ID": "1", "Who": 7, "Pid": "x", "Operation": null, "Extra": {}}')
    assert info == LockInfo(id="1", operation="", who="", version="", created="", pid=0)
    assert describe_holder(info) == "It is held by somebody (lock 1)."


def test_a_holder_cannot_write_to_the_terminal() -> None:
    info = decode_lock_info('{"ID": "1", "Who": "a\\u001b[2J\\n\u202eb", "Operation": "\\ud800"}'.encode())
    assert info is not None
    assert describe_holder(info).isprintable()


def test_an_info_is_read_back_as_it_was_written() -> None:
    info = make_lock_info("apply", version="0.1.0", info="in /srv/fleet")
    assert decode_lock_info(encode_lock_info(info)) == info
    assert info.pid == os.getpid()
    assert "@" in info.who
    assert make_lock_info("apply", version="0.1.0").id != info.id
