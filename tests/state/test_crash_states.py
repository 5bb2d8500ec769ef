"""The local backend's writer on a disk that may lose power, or refuse a call, at any moment.

The real writer runs on a disk in memory. After every call that changes something, each state in which a power failure
could leave the disk is made and read again: it must hold what was there before the step under way, or what the step
makes; once the step has returned, the latter alone.
"""

import errno
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from state.address import Address
from state.backends.local import LocalBackend
from state.codec import decode_snapshot
from state.entries import Entry, IntentOpened, RecordDropped, RecordMoved, RecordPut
from state.errors import StateError, StateNotWritten
from state.record import Intent, Record
from state.snapshot import Snapshot, make_snapshot
from state.store import StateStore
from tests.state.disks import Disk, DiskThatForgetsData, DiskThatForgetsNames, DiskWithoutLinks, Names, restart

PATH = Path("/nowhere/planner.state.json")
BACKUP, JOURNAL = (PATH.with_name(PATH.name + suffix) for suffix in (".backup", ".journal"))
A, B = Address("a"), Address("b")
START = Intent(key="k", address=A, kind="create", name="a", at="2026-01-02T03:04:05Z")

Contents: TypeAlias = tuple[dict[Address, str], tuple[str, ...]]
"""The ids of the records, and the keys of the intents."""


def make_record(address: Address, number: int) -> Record:
    return Record(address=address, id=f"c-{number}", name=address.name, applied={"spec": {"text": "x" * 40}})


def run(coroutine: Coroutine[Any, Any, Any]) -> Any:  # noqa: ANN401 - whatever the coroutine returns
    """Run what never waits, which is what the local backend promises, without an event loop."""
    try:
        coroutine.send(None)
    except StopIteration as stop:
        return stop.value
    raise AssertionError("it waited for something")


def open_store(disk: Disk) -> StateStore:
    return StateStore(LocalBackend(PATH, files=disk))


def list_contents(snapshot: Snapshot | None) -> Contents:
    if snapshot is None:
        return {}, ()
    ids = {address: record.id for address, record in snapshot.records.items()}
    return ids, tuple(intent.key for intent in snapshot.intents)


async def record_in_one_run(store: StateStore, entry: Entry) -> None:
    async with store.hold(None):
        await store.record(entry)


async def save_all_but_b(store: StateStore) -> None:
    snapshot = await store.load()
    assert snapshot is not None
    kept = {address: record for address, record in snapshot.records.items() if address != B}
    await store.save(replace(snapshot, records=kept))


@dataclass(frozen=True)
class Step:
    """Something that a run does, and what is remembered after it; `reopens` where another process does it."""

    act: Callable[[StateStore], Coroutine[Any, Any, None]]
    after: Contents
    reopens: bool = False


def record(entry: Entry) -> Callable[[StateStore], Coroutine[Any, Any, None]]:
    return lambda store: store.record(entry)


STEPS = [
    Step(record(IntentOpened(START)), ({}, ("k",))),
    Step(record(RecordPut(make_record(A, 1), "k")), ({A: "c-1"}, ())),
    Step(lambda store: record_in_one_run(store, RecordPut(make_record(B, 2))), ({A: "c-1", B: "c-2"}, ())),
    Step(record(RecordPut(make_record(A, 3))), ({A: "c-3", B: "c-2"}, ())),
    Step(record(IntentOpened(START)), ({A: "c-3", B: "c-2"}, ("k",)), reopens=True),
    Step(save_all_but_b, ({A: "c-3"}, ("k",))),
    Step(record(RecordMoved(A, B)), ({B: "c-3"}, ("k",))),
    Step(record(RecordDropped(B, "k")), ({}, ()), reopens=True),
]


def explore(disk: Disk) -> int:
    """Perform the steps on `disk`, judge every state that a power failure may leave, and return how many there were."""
    seen: set[tuple[object, ...]] = set()
    accepted: list[Contents] = [({}, ())]
    acknowledged = 0

    def judge() -> None:
        for names in disk.list_crash_states():
            key = (*sorted(names.items()), repr(accepted), acknowledged)
            if key not in seen:
                seen.add(key)
                judge_state(names)

    def judge_state(names: Names) -> None:
        survivor = open_store(restart(names))
        snapshot = run(survivor.load())
        assert list_contents(snapshot) in accepted
        assert (0 if snapshot is None else snapshot.serial) >= acknowledged
        if BACKUP in names:
            decode_snapshot(names[BACKUP])
        run(survivor.record(RecordPut(make_record(Address("later"), 9))))
        found = run(open_store_again(survivor).load())
        assert found.records.keys() - {Address("later")} == (snapshot.records.keys() if snapshot else set())
        assert Address("later") in found.records

    def open_store_again(store: StateStore) -> StateStore:
        return StateStore(store._backend)

    disk.watch = judge
    store = open_store(disk)
    for step in STEPS:
        store = open_store(disk) if step.reopens else store
        accepted.append(step.after)
        run(step.act(store))
        accepted[:] = [step.after]
        snapshot = store.snapshot
        assert snapshot is not None
        acknowledged = snapshot.serial
        judge()
    return len(seen)


@pytest.mark.parametrize("disk", [Disk(), DiskWithoutLinks()], ids=["links", "no links"])
def test_a_power_failure_leaves_the_state_of_before_or_after(disk: Disk) -> None:
    assert explore(disk) > 200


@pytest.mark.parametrize("disk", [DiskThatForgetsData(), DiskThatForgetsNames()], ids=["data", "names"])
def test_the_explorer_would_notice_a_missing_sync(disk: Disk) -> None:
    with pytest.raises((AssertionError, StateError)):
        explore(disk)


@dataclass(eq=False)
class OvertakenDisk(Disk):
    """The disk as a reader sees it whom a writer overtakes between each two of its calls."""

    overtake: Callable[[], None] = lambda: None

    def _begin(self) -> None:
        super()._begin()
        self.overtake()


@pytest.mark.parametrize("start", range(len(STEPS)))
def test_a_reader_who_is_overtaken_sees_one_of_the_states_that_were(start: int) -> None:
    disk = Disk()
    writer = open_store(disk)
    for step in STEPS[:start]:
        run(step.act(writer))
    left = list(STEPS[start:])

    def overtake() -> None:
        if left:
            run(left.pop(0).act(writer))

    reader = open_store(OvertakenDisk(names=disk.names, overtake=overtake))
    seen = list_contents(run(reader.load()))
    assert len(left) < len(STEPS) - start
    reached = len(STEPS) - len(left)
    assert seen in [({}, ()), *(step.after for step in STEPS)][start : reached + 1]


def read_contents(disk: Disk) -> Contents:
    """Return what another process finds, which no call of ours can make fail."""
    return list_contents(run(open_store(Disk(dict(disk.names))).load()))


def perform(disk: Disk) -> None:
    """Perform the steps; one that fails must leave the state of before or after, and succeed when it is done again."""
    store = open_store(disk)
    before: Contents = ({}, ())
    for step in STEPS:
        store = open_store(disk) if step.reopens else store
        failed = False
        try:
            run(step.act(store))
        except StateError:
            failed = True
        assert disk.opened == {}
        if failed:
            found = read_contents(disk)
            assert found in (before, step.after)
            if found == before or step.act is not save_all_but_b:  # a save is of one snapshot, and that has moved on
                run(step.act(store))
        assert read_contents(disk) == step.after
        before = step.after


@pytest.mark.parametrize(("kind", "error"), [(Disk, errno.EIO), (Disk, errno.EACCES), (DiskWithoutLinks, errno.ENOSPC)])
def test_whichever_call_fails_nothing_is_lost_and_the_next_try_succeeds(kind: type[Disk], error: int) -> None:
    whole = kind()
    perform(whole)
    assert whole.calls > 100
    for number in range(1, whole.calls + 1):
        perform(kind(fails=number, error=error))


def test_a_full_disk_says_that_the_state_is_as_it_was() -> None:
    disk = Disk()
    store = open_store(disk)
    run(store.save(make_snapshot("l", "f")))
    disk.fails, disk.error = disk.calls + 6, errno.ENOSPC
    with pytest.raises(StateNotWritten) as caught:
        run(store.record(RecordPut(make_record(A, 1))))
    assert caught.value.summary == "/nowhere/planner.state.json cannot be written"
    assert "What was stored before is as it was. See to it that there is space" in caught.value.advice
    assert JOURNAL in disk.names
    assert run(open_store(disk).load()).records == {}
