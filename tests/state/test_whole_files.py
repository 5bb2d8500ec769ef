"""Saved plans, new configuration and the remembered backend, on a disk that may lose power or refuse a call.

Each goes through one of two writers. Under its name there is the file of before or the whole new one, whenever the
power fails; and once a writer has returned, the new one.
"""

import errno
from collections.abc import Callable
from pathlib import Path

import pytest

from planner.model.backend import BackendSettings
from planner.model.diagnostics import Failure
from planner.model.plan import Plan
from planner.workflow.new_files import write_new_files
from planner.workflow.remembered_backend import find_former, remember
from planner.workflow.saved_plans import read_plan, write_plan
from planner.workflow.whole_files import create_file, put_file
from state.backends.files import Files, OsFiles
from state.backends.flock import release_lock, take_lock
from state.errors import LockHeld
from state.lock import encode_lock_info
from tests.laws.lab import Lab, declare, want
from tests.state.disks import Disk, DiskThatForgetsData, DiskThatForgetsNames, DiskWithoutLinks, Inode
from tests.state.faulty_slots import make_info

PATH = Path("/nowhere/plan.json")
OLD, NEW = b"old" * 30, b"new" * 40


def hold_old(disk: Disk) -> Disk:
    disk.names[PATH] = Inode(OLD, OLD)
    return disk


def explore(disk: Disk, write: Callable[[Path, bytes, Files], None], before: bytes | None) -> int:
    """Write with the power failing after each call; return how many states there were."""
    accepted = {before, NEW}
    seen: set[frozenset[tuple[Path, bytes]]] = set()

    def judge() -> None:
        for names in disk.list_crash_states():
            assert names.get(PATH) in accepted
            assert all(is_hidden(path) for path in names if path != PATH)
            seen.add(frozenset(names.items()))

    disk.watch = judge
    write(PATH, NEW, disk)
    accepted = {NEW}
    judge()
    assert list(disk.names) == [PATH], "nothing else stays behind"
    return len(seen)


def is_hidden(path: Path) -> bool:
    """Tell whether nothing takes a file of this name for its own: neither a configuration nor a state nor a plan."""
    return path.name.startswith(".planner-") and path.name.endswith("~")


def create_durably(path: Path, content: bytes, files: Files) -> None:
    create_file(path, content, files)
    files.sync_directory(path.parent)


@pytest.mark.parametrize("kind", [Disk, DiskWithoutLinks])
def test_a_power_failure_leaves_the_file_of_before_or_the_whole_new_one(kind: type[Disk]) -> None:
    assert explore(hold_old(kind()), put_file, OLD) > 5
    assert explore(kind(), put_file, None) > 5
    assert explore(kind(), create_durably, None) > 5


@pytest.mark.parametrize("kind", [DiskThatForgetsData, DiskThatForgetsNames])
@pytest.mark.parametrize("write", [put_file, create_durably])
def test_the_explorer_would_notice_a_missing_sync(
    kind: type[Disk], write: Callable[[Path, bytes, Files], None]
) -> None:
    with pytest.raises(AssertionError):
        explore(kind(), write, None)


@pytest.mark.parametrize("kind", [Disk, DiskWithoutLinks])
@pytest.mark.parametrize(("write", "before"), [(put_file, OLD), (put_file, None), (create_durably, None)])
def test_whichever_call_fails_the_file_is_as_before_or_new(
    kind: type[Disk], write: Callable[[Path, bytes, Files], None], before: bytes | None
) -> None:
    failures = 0
    for number in range(1, 30):
        disk = kind(fails=number, error=errno.ENOSPC)
        if before is not None:
            hold_old(disk)
        try:
            write(PATH, NEW, disk)
        except OSError:
            failures += 1
            found = disk.names.get(PATH)
            assert (found and found.content) in {before, NEW}
        else:
            assert disk.names[PATH].content == NEW
        assert disk.opened == {}
    assert 5 < failures < 29


@pytest.mark.parametrize("kind", [Disk, DiskWithoutLinks])
def test_a_file_that_is_there_is_never_taken_for_a_free_place(kind: type[Disk]) -> None:
    disk = hold_old(kind())
    with pytest.raises(FileExistsError):
        create_file(PATH, NEW, disk)
    assert disk.names[PATH].content == OLD
    assert list(disk.names) == [PATH]


class PowerFailure(BaseException):
    """The machine stops."""


def stop_before_the_name(patch: pytest.MonkeyPatch) -> None:
    """Let the power fail when a whole file is about to get its name."""

    class Stopping:
        def __init__(self) -> None:
            self._files = OsFiles()

        def __getattr__(self, name: str) -> object:
            if name in {"rename", "link"}:
                raise PowerFailure
            return getattr(self._files, name)

    patch.setattr("planner.workflow.whole_files.OsFiles", Stopping)


def make_plan() -> Plan:
    return Lab().plan(want(declare("web"))).plan


def test_a_plan_that_was_not_saved_to_the_end_leaves_the_former_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, plan = str(tmp_path / "plan.json"), make_plan()
    write_plan(path, plan, None)
    stop_before_the_name(monkeypatch)
    with pytest.raises(PowerFailure):
        write_plan(path, Lab().plan(want(declare("other"))).plan, None)
    assert read_plan(path, None).id == plan.id


def test_a_backend_that_was_not_remembered_to_the_end_leaves_the_former_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    former = BackendSettings(kind="s3", arguments={"bucket": "b", "key": "k"})
    remember(str(tmp_path), former)
    stop_before_the_name(monkeypatch)
    with pytest.raises(PowerFailure):
        remember(str(tmp_path), BackendSettings(kind="pg", arguments={}))
    assert find_former(str(tmp_path)) == former


def test_new_files_are_there_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        stop_before_the_name(patch)
        with pytest.raises(PowerFailure):
            write_new_files(str(tmp_path), {"a.hcl": "x"})
    assert [path.name for path in tmp_path.iterdir()] == []
    assert write_new_files(str(tmp_path), {"a.hcl": "x", "b.hcl": "y"})
    with pytest.raises(Failure):
        write_new_files(str(tmp_path), {"c.hcl": "z", "b.hcl": "z"})
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"a.hcl": "x", "b.hcl": "y"}


@pytest.mark.parametrize(
    "left", [b"", b"{", b"\0" * 40, encode_lock_info(make_info())[:30], encode_lock_info(make_info())]
)
def test_whatever_a_power_failure_left_of_a_lock_file_it_locks_nothing(tmp_path: Path, left: bytes) -> None:
    path = tmp_path / "planner.state.json.lock"
    path.write_bytes(left)
    held = take_lock(path, make_info("2"), name="The state")
    path.write_bytes(left)
    with pytest.raises(LockHeld) as caught:
        take_lock(path, make_info("3"), name="The state")
    assert "It is held by ann@ci" in caught.value.advice or "Who holds it cannot be read." in caught.value.advice
    release_lock(held)
    assert not path.exists()
