"""A state that is damaged, gone or behind, and the way back."""

import asyncio
import json
from pathlib import Path

import pytest

from planner.workflow.rescuing import Rescue, rescue
from state.address import Address
from state.backends.local import LocalBackend
from state.backends.memory import MemoryBackend, Shelf
from state.entries import IntentOpened, RecordPut
from state.errors import StateNotWritten
from state.record import Intent, Record
from state.recovery import RecoveryFile, read_recovery
from state.snapshot import make_snapshot
from state.store import StateStore
from tests.cli.workbench import Bench

WEB = Record(address=Address("web"), id="c-1", name="web", applied={"spec": {"version": "2021.06"}})


@pytest.fixture
def applied(bench: Bench) -> Bench:
    for replicas in (2, 3, 4):
        bench.scale(replicas)
        assert bench.run("apply", "-auto-approve").code == 0
    return bench


@pytest.mark.parametrize("content", ["", "garbage", '{"lineage": "x", "format": 2}'])
def test_a_damaged_state_is_put_back_from_its_newest_backup(applied: Bench, content: str) -> None:
    path = applied.path / "planner.state.json"
    lineage, serial = (json.loads(path.read_text())[name] for name in ("lineage", "serial"))
    path.write_text(content)
    refused = applied.run("plan")
    assert refused.code == 1
    assert "planner state repair" in refused.err

    repaired = applied.run("state", "repair", "-auto-approve")

    assert repaired.code == 0, repaired.err
    assert "planner.state.json.backup: serial " in repaired.out
    assert "the newest that is whole" in repaired.out
    assert (applied.path / "planner.state.json.damaged").read_text() == content
    document = json.loads(path.read_text())
    assert (document["lineage"], document["serial"] > serial) == (lineage, True)
    assert applied.run("apply", "-auto-approve").code == 0
    assert applied.run("plan", "-detailed-exitcode").code == 0


def test_a_backup_that_is_damaged_too_is_passed_over(applied: Bench) -> None:
    for name in ("planner.state.json", "planner.state.json.backup"):
        (applied.path / name).write_text("garbage")
    repaired = applied.run("state", "repair", "-auto-approve")
    assert "planner.state.json.backup.1 takes the place of the state" in repaired.out
    assert applied.run("state", "list").out == "cluster.web\n"


def test_a_state_that_has_gone_is_put_back_or_begun_anew(applied: Bench) -> None:
    """D5: either is said by somebody."""
    (applied.path / "planner.state.json").unlink()
    refused = applied.run("plan")
    assert "is missing" in refused.err
    assert "-allow-new-state" in refused.err
    assert 'The name "web" is taken' in applied.run("plan", "-allow-new-state").err
    assert applied.run("state", "repair", "-auto-approve").code == 0
    assert applied.run("plan", "-detailed-exitcode").code in {0, 2}


def test_what_is_whole_is_left_alone(applied: Bench) -> None:
    before = (applied.path / "planner.state.json").read_bytes()
    repaired = applied.run("state", "repair", "-auto-approve")
    assert repaired.out == "The state is whole; there is nothing to repair.\n"
    assert (applied.path / "planner.state.json").read_bytes() == before


def test_without_a_copy_nothing_is_changed(bench: Bench) -> None:
    bench.run("apply", "-auto-approve")
    for path in bench.path.glob("planner.state.json*"):
        path.write_text("garbage")
    refused = bench.run("state", "repair", "-auto-approve")
    assert refused.code == 1
    assert "There is no copy of the state that is whole" in refused.err
    assert "planner state push -force FILE" in refused.err
    assert (bench.path / "planner.state.json").read_text() == "garbage"


def test_nobody_is_asked_where_nobody_answers(applied: Bench) -> None:
    (applied.path / "planner.state.json").write_text("garbage")
    assert applied.run("state", "repair").code == 1
    assert (applied.path / "planner.state.json").read_text() == "garbage"


class FullDisk(MemoryBackend):
    """A backend that takes no second line."""

    async def append(self, line: bytes, *, expected: str, offset: int) -> None:
        if offset:
            raise StateNotWritten("The state cannot be written", "No space left on device.")
        await super().append(line, expected=expected, offset=offset)


def test_what_cannot_be_stored_is_in_a_file_before_anything_else_happens(tmp_path: Path) -> None:
    """D2, C2: the id of what was made is in a file of its own, which is told with it."""
    kept = Rescue(str(tmp_path))

    async def run() -> None:
        store = StateStore(FullDisk(Shelf()))
        await store.save(make_snapshot("lineage-1", "key"))
        record = rescue(store, kept)
        await record(IntentOpened(Intent(key="k", address=WEB.address, kind="create", name="web", at="2026")))
        with pytest.raises(StateNotWritten):
            await record(RecordPut(WEB, closes="k"))

    asyncio.run(run())
    (path,) = tmp_path.iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    assert read_recovery(path) == [("lineage-1", RecordPut(WEB, closes="k"))]
    (told,) = kept.describe()
    assert str(path) in told.detail
    assert "cluster.web c-1" in told.detail
    assert "planner state repair" in told.detail


def test_where_no_file_can_be_made_the_ids_are_told_all_the_same(tmp_path: Path) -> None:
    assert not RecoveryFile([tmp_path / "nowhere"]).add(RecordPut(WEB), "lineage-1")


def test_a_recovery_file_is_folded_in_once(applied: Bench) -> None:
    store = StateStore(LocalBackend(applied.path / "planner.state.json"))
    snapshot = asyncio.run(store.load())
    assert snapshot is not None
    (record,) = snapshot.records.values()
    assert applied.run("state", "rm", "cluster.web").code == 0
    kept = RecoveryFile([applied.path])
    kept.add(RecordPut(record), snapshot.lineage)
    kept.add(RecordPut(WEB), "another lineage")

    repaired = applied.run("state", "repair", "-auto-approve")

    assert "holds what a run could not store." in repaired.out
    assert "Put 1 outcome into the state." in repaired.out
    assert applied.run("plan", "-detailed-exitcode").code == 0
    assert applied.run("state", "repair", "-auto-approve").out.startswith("The state is whole")


def test_a_recovery_file_that_was_edited_is_refused(applied: Bench) -> None:
    kept = RecoveryFile([applied.path])
    kept.add(RecordPut(WEB), "lineage-1")
    assert kept.path is not None
    kept.path.write_text(kept.path.read_text().replace("c-1", "c-2"))
    refused = applied.run("state", "repair", "-auto-approve")
    assert refused.code == 1
    assert "is damaged" in refused.err
