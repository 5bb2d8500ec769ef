"""The store over each backend: one contract, whatever the state is kept in."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from state.address import Address
from state.backends.local import LocalBackend
from state.backends.memory import MemoryBackend
from state.codec import decode_snapshot
from state.entries import IntentOpened, RecordDropped, RecordMoved, RecordPut
from state.errors import LockHeld, StateMoved, StateNotWritten
from state.lock import LockInfo
from state.ports import Backend
from state.record import Intent, Record
from state.snapshot import Snapshot, fold, fold_all, make_snapshot
from state.store import StateStore, make_new_snapshot

A, B = Address("a"), Address("b")
START = Intent(key="k", address=A, kind="create", name="a", at="2026-01-02T03:04:05Z")
INFO = LockInfo(id="1", operation="apply", who="ann@here", version="0.1.0", created="2026-01-02T03:04:05Z", pid=7)

Open = Callable[[], Backend]


def make_record(address: Address, number: int = 1) -> Record:
    return Record(address=address, id=f"c-{number}", name=address.name, applied={"spec": {"number": number}})


async def load(open_backend: Open) -> Snapshot:
    snapshot = await StateStore(open_backend()).load()
    assert snapshot is not None
    return snapshot


async def read_file(open_backend: Open) -> Snapshot:
    """Return what the state file alone holds, without its journal."""
    stored = await open_backend().read()
    assert stored.content is not None
    return decode_snapshot(stored.content)


def test_there_is_nothing_at_first(open_backend: Open) -> None:
    store = StateStore(open_backend())
    assert asyncio.run(store.load()) is None
    assert store.snapshot is None


def test_a_new_snapshot_has_a_lineage_and_a_key_of_its_own() -> None:
    one, other = make_new_snapshot(), make_new_snapshot()
    assert one.lineage != other.lineage
    assert one.fingerprint_key != other.fingerprint_key
    assert len(bytes.fromhex(one.fingerprint_key)) == 32
    assert (one.serial, dict(one.records), one.intents) == (0, {}, ())


def test_what_is_saved_is_loaded_with_its_serial_raised(open_backend: Open) -> None:
    async def scenario() -> None:
        first = replace(make_snapshot("l", "f"), records={A: make_record(A)}, intents=(START,))
        store = StateStore(open_backend())
        saved = await store.save(first)
        assert saved == replace(first, serial=1)
        assert await load(open_backend) == saved == store.snapshot
        assert await store.save(saved) == replace(first, serial=2)

    asyncio.run(scenario())


def test_what_is_recorded_is_there_for_others_at_once(open_backend: Open) -> None:
    async def scenario() -> None:
        store = StateStore(open_backend())
        first = await store.save(make_snapshot("l", "f"))
        await store.record(IntentOpened(START))
        assert await load(open_backend) == fold(first, IntentOpened(START)) == store.snapshot
        await store.record(RecordPut(make_record(A), "k"))
        assert await load(open_backend) == fold_all(first, [IntentOpened(START), RecordPut(make_record(A), "k")])
        assert await read_file(open_backend) == first

    asyncio.run(scenario())


def test_recording_needs_neither_a_load_nor_a_state(open_backend: Open) -> None:
    async def scenario() -> None:
        await StateStore(open_backend()).record(RecordPut(make_record(A)))
        await StateStore(open_backend()).record(RecordPut(make_record(B)))
        snapshot = await load(open_backend)
        assert dict(snapshot.records) == {A: make_record(A), B: make_record(B)}
        assert snapshot.fingerprint_key != ""

    asyncio.run(scenario())


def test_holding_leaves_the_state_written_whole_under_the_same_serial(open_backend: Open) -> None:
    async def scenario() -> None:
        store = StateStore(open_backend())
        async with store.hold(INFO):
            await store.record(RecordPut(make_record(A)))
            recorded = await load(open_backend)
        assert await read_file(open_backend) == recorded
        assert (await open_backend().read()).journal == b""
        async with store.hold(INFO):
            await store.record(RecordDropped(A))
        assert (await read_file(open_backend)).serial == recorded.serial + 1

    asyncio.run(scenario())


def test_holding_without_recording_writes_nothing(open_backend: Open) -> None:
    async def scenario() -> None:
        await StateStore(open_backend()).record(RecordPut(make_record(A)))
        before = await open_backend().read()
        store = StateStore(open_backend())
        async with store.hold(INFO):
            await store.load()
        assert await open_backend().read() == before

    asyncio.run(scenario())


def test_a_failure_while_holding_loses_no_record_and_no_lock(open_backend: Open) -> None:
    async def scenario() -> None:
        async def fail() -> None:
            store = StateStore(open_backend())
            async with store.hold(INFO):
                await store.record(RecordPut(make_record(A)))
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            await fail()
        assert (await read_file(open_backend)).records == {A: make_record(A)}
        async with StateStore(open_backend()).hold(INFO):
            pass

    asyncio.run(scenario())


def test_a_journal_that_a_run_left_is_continued_by_the_next(open_backend: Open) -> None:
    async def scenario() -> None:
        await StateStore(open_backend()).record(RecordPut(make_record(A)))
        left = await load(open_backend)
        await StateStore(open_backend()).record(RecordPut(make_record(B)))
        assert await load(open_backend) == fold(left, RecordPut(make_record(B)))
        assert await read_file(open_backend) == left

    asyncio.run(scenario())


def test_a_save_keeps_what_the_journal_said(open_backend: Open) -> None:
    async def scenario() -> None:
        await StateStore(open_backend()).record(RecordPut(make_record(A)))
        store = StateStore(open_backend())
        snapshot = await store.load()
        assert snapshot is not None
        saved = await store.save(replace(snapshot, records={**snapshot.records, B: make_record(B)}))
        assert saved.records.keys() == {A, B}
        assert await load(open_backend) == saved == await read_file(open_backend)

    asyncio.run(scenario())


def test_many_tasks_may_record_at_once(open_backend: Open) -> None:
    async def scenario() -> None:
        store = StateStore(open_backend())
        addresses = [Address("many", number) for number in range(20)]
        async with store.hold(INFO), asyncio.TaskGroup() as group:
            for address in addresses:
                group.create_task(store.record(RecordPut(make_record(address))))
        snapshot = await load(open_backend)
        assert snapshot.records.keys() == set(addresses)
        assert snapshot.serial == 21

    asyncio.run(scenario())


def test_an_entry_that_does_not_fit_is_refused_and_changes_nothing(open_backend: Open) -> None:
    async def scenario() -> None:
        store = StateStore(open_backend())
        await store.record(RecordPut(make_record(A)))
        await store.record(RecordPut(make_record(B)))
        before = await load(open_backend)
        with pytest.raises(ValueError, match="there is a record at that address already"):
            await store.record(RecordMoved(A, B))
        assert await load(open_backend) == before
        await store.record(RecordDropped(A))
        assert await load(open_backend) == fold(before, RecordDropped(A))

    asyncio.run(scenario())


def test_an_entry_that_cannot_be_written_is_refused_and_changes_nothing(open_backend: Open) -> None:
    async def scenario() -> None:
        store = StateStore(open_backend())
        await store.record(RecordPut(make_record(A)))
        before = await load(open_backend)
        with pytest.raises(StateNotWritten):
            await store.record(RecordPut(replace(make_record(B), applied={"spec": float("nan")})))
        assert await load(open_backend) == before
        await store.record(RecordPut(make_record(B)))
        assert (await load(open_backend)).records.keys() == {A, B}

    asyncio.run(scenario())


@pytest.mark.parametrize("change", [{"serial": 1}, {"serial": 9}, {"lineage": "m"}])
def test_a_save_from_another_snapshot_is_refused(open_backend: Open, change: dict[str, object]) -> None:
    async def scenario() -> None:
        store = StateStore(open_backend())
        await store.save(make_snapshot("l", "f"))
        await store.record(RecordPut(make_record(A)))
        before = await load(open_backend)
        with pytest.raises(StateMoved, match="serial 2 is stored"):
            await store.save(replace(before, **change))  # type: ignore[arg-type]  # each with its own type
        assert await load(open_backend) == before

    asyncio.run(scenario())


def test_a_first_save_is_of_a_new_snapshot(open_backend: Open) -> None:
    with pytest.raises(StateMoved, match="serial 0 is stored"):
        asyncio.run(StateStore(open_backend()).save(replace(make_snapshot("l", "f"), serial=4)))


@pytest.mark.parametrize("act", ["record", "save"])
@pytest.mark.parametrize("meanwhile", ["record", "save", "hold"])
def test_who_was_overtaken_writes_nothing_until_it_loads_again(open_backend: Open, meanwhile: str, act: str) -> None:
    async def perform(store: StateStore, how: str, address: Address) -> None:
        match how:
            case "record":
                await store.record(RecordPut(make_record(address)))
            case "hold":
                async with store.hold(INFO):
                    await store.record(RecordPut(make_record(address)))
            case _:
                snapshot = store.snapshot
                assert snapshot is not None
                await store.save(replace(snapshot, records={**snapshot.records, address: make_record(address)}))

    async def scenario() -> None:
        slow = StateStore(open_backend())
        await slow.save(make_snapshot("l", "f"))
        quick = StateStore(open_backend())
        await quick.load()
        await perform(quick, meanwhile, B)
        before = await load(open_backend)
        for _ in range(2):
            with pytest.raises(StateMoved, match="has changed since it was read"):
                await perform(slow, act, A)
            assert await load(open_backend) == before
        assert await slow.load() == before
        await perform(slow, act, A)
        assert (await load(open_backend)).records.keys() == {A, B}

    asyncio.run(scenario())


@pytest.mark.parametrize("act", ["record", "save"])
def test_who_found_nothing_does_not_add_to_what_another_made_since(open_backend: Open, act: str) -> None:
    async def scenario() -> None:
        slow = StateStore(open_backend())
        assert await slow.load() is None
        await StateStore(open_backend()).record(RecordPut(make_record(B)))
        before = await load(open_backend)
        with pytest.raises(StateMoved):
            await (slow.record(RecordPut(make_record(A))) if act == "record" else slow.save(make_snapshot("l", "f")))
        assert await load(open_backend) == before

    asyncio.run(scenario())


def test_the_lock_is_held_by_one_at_a_time(open_backend: Open) -> None:
    async def scenario() -> None:
        async with StateStore(open_backend()).hold(INFO):
            with pytest.raises(LockHeld) as caught:
                async with StateStore(open_backend()).hold(replace(INFO, who="bob@there")):
                    pytest.fail("two held it")
            assert caught.value.holder == INFO
            assert caught.value.summary.endswith(" is locked")
            assert "held by ann@here since 2026-01-02T03:04:05Z for 'apply'" in caught.value.advice
        async with StateStore(open_backend()).hold(INFO):
            pass

    asyncio.run(scenario())


def test_who_wants_no_lock_gets_in(open_backend: Open) -> None:
    async def scenario() -> None:
        async with StateStore(open_backend()).hold(INFO):
            store = StateStore(open_backend())
            async with store.hold(None):
                await store.record(RecordPut(make_record(A)))
            with pytest.raises(LockHeld):
                async with StateStore(open_backend()).hold(INFO):
                    pytest.fail("the other's lock went with ours")

    asyncio.run(scenario())


def test_a_lock_is_waited_for_no_longer_than_asked(open_backend: Open) -> None:
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    async def scenario() -> None:
        store = StateStore(open_backend(), sleep=sleep, clock=lambda: sum(pauses))
        async with StateStore(open_backend()).hold(INFO):
            with pytest.raises(LockHeld):
                async with store.hold(INFO, wait=10.0):
                    pytest.fail("two held it")

    asyncio.run(scenario())
    assert sum(pauses) == pytest.approx(10.0)
    assert pauses == sorted(pauses[:-1]) + pauses[-1:]
    assert max(pauses) == 2.0


def test_a_lock_that_is_released_meanwhile_is_taken(open_backend: Open) -> None:
    async def scenario() -> None:
        holder = open_backend()
        await holder.lock(INFO)

        async def sleep(_: float) -> None:
            await holder.unlock()

        async with StateStore(open_backend(), sleep=sleep, clock=lambda: 0.0).hold(INFO, wait=1.0):
            with pytest.raises(LockHeld):
                await holder.lock(INFO)

    asyncio.run(scenario())


def test_a_reader_needs_no_event_loop(tmp_path: Path) -> None:
    for backend in (MemoryBackend(), LocalBackend(tmp_path / "planner.state.json")):
        with pytest.raises(StopIteration):
            StateStore(backend).load().send(None)
