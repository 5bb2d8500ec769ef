"""A state in a shared store: lost answers, refusals that are our own, stolen locks, and two clients at once."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from state.backends.document import DocumentBackend, Pace
from state.backends.memory import MemorySlot, Shelf
from state.errors import LockHeld, LockLost, StateDamaged, StateError, StateNotWritten, StateTooNew
from state.snapshot import Snapshot
from state.store import StateStore, make_new_snapshot
from tests.state.faulty_slots import FAULTS, Time, make_entry, make_info, open_store, read_document


def run(main: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(main())


async def read(shelf: Shelf) -> Snapshot:
    snapshot = await open_store(shelf)[0].load()
    assert snapshot is not None
    return snapshot


@pytest.mark.parametrize("fault", ["lost before", "lost after", "refused after"])
@pytest.mark.parametrize("times", [1, 3])
def test_an_answer_that_is_lost_is_found_out(fault: str, times: int) -> None:
    async def scenario() -> None:
        shelf = Shelf()
        store, slot, _ = open_store(shelf)
        async with store.hold(make_info()):
            await store.save(make_new_snapshot())
            slot.faults = [fault] * (times if fault == "lost before" else 1)
            await store.record(make_entry(1))
            slot.faults = [fault]
            await store.record(make_entry(2))
        assert len((await read(shelf)).records) == 2
        assert read_document(shelf)["lock"] is None

    run(scenario)


@pytest.mark.parametrize("fault", FAULTS[:3])
def test_a_lock_of_which_the_answer_is_lost_is_ours_all_the_same(fault: str) -> None:
    async def scenario() -> None:
        shelf = Shelf()
        store, slot, _ = open_store(shelf)
        slot.faults = [fault]
        async with store.hold(make_info()):
            assert read_document(shelf)["lock"]["ID"] == "1"
            slot.faults = [fault]
        assert read_document(shelf)["lock"] is None

    run(scenario)


def test_a_store_that_answers_nothing_is_given_up_and_all_is_as_it_was() -> None:
    async def scenario() -> None:
        shelf = Shelf()
        store, slot, _ = open_store(shelf)
        await store.save(make_new_snapshot())
        before = shelf.content
        slot.faults = ["lost before"] * 99
        with pytest.raises(StateNotWritten, match=r"The connection was cut\. It was tried 6 times"):
            await store.record(make_entry(1))
        assert shelf.content == before
        slot.faults = []
        await store.record(make_entry(1))
        assert len((await read(shelf)).records) == 1

    run(scenario)


def test_a_lock_that_was_taken_away_stops_its_holder_before_the_next_request() -> None:
    async def scenario() -> None:
        shelf = Shelf()
        old, old_slot, _ = open_store(shelf)
        new, _, breaker = open_store(shelf)
        async with old.hold(make_info("old")):
            await old.record(make_entry(1))
            assert (await breaker.break_lock("old")) == make_info("old")
            async with new.hold(make_info("new")):
                await new.load()
                await new.record(make_entry(2))
                with pytest.raises(LockLost, match="It is held by ann@ci") as lost:
                    await old.record(make_entry(3))
        assert "nothing more is sent" in lost.value.advice
        assert {str(address) for address in (await read(shelf)).records} == {"cluster.web[1]", "cluster.web[2]"}
        assert old_slot.swaps > 0

    run(scenario)


def test_who_finds_the_lock_held_is_told_by_whom_since_when_and_how_to_break_it() -> None:
    async def scenario() -> None:
        shelf = Shelf()
        first = open_store(shelf)[0]
        time = Time()
        time.seconds += 200
        second = StateStore(DocumentBackend(MemorySlot(shelf), time.pace))
        async with first.hold(make_info("abc")):
            with pytest.raises(LockHeld) as held:
                async with second.hold(make_info("def")):
                    pass
            assert read_document(shelf)["lock"]["ID"] == "abc"
        advice = held.value.advice
        for told in ("ann@ci", "2026-01-01T00:00:00Z", "'apply'", "last sign of life was 3 minutes ago"):
            assert told in advice
        assert advice.endswith("\n  planner force-unlock abc")

    run(scenario)


def test_breaking_a_lock_needs_its_id() -> None:
    async def scenario() -> None:
        shelf = Shelf()
        store, _, _ = open_store(shelf)
        _, _, breaker = open_store(shelf)
        assert await breaker.break_lock("abc") is None
        async with store.hold(make_info("abc")):
            with pytest.raises(LockHeld):
                await breaker.break_lock("other")
            await store.record(make_entry(1))

    run(scenario)


def test_a_holder_gives_signs_of_life() -> None:
    async def scenario() -> None:
        shelf, time = Shelf(), Time()
        backend = DocumentBackend(MemorySlot(shelf), Pace(sleep=time.sleep, now=lambda: time.seconds))
        store = StateStore(backend)
        async with store.hold(make_info()):
            seen = {read_document(shelf)["lock"]["Heartbeat"]}
            for _ in range(20):
                await asyncio.sleep(0)
                seen.add(read_document(shelf)["lock"]["Heartbeat"])
            assert len(seen) > 3
            await store.record(make_entry(1))
        after = shelf.content
        for _ in range(20):
            await asyncio.sleep(0)
        assert shelf.content == after
        assert len((await read(shelf)).records) == 1

    run(scenario)


def test_a_bare_state_that_somebody_put_there_is_taken() -> None:
    async def scenario() -> None:
        plain = Shelf()
        await StateStore(DocumentBackend(MemorySlot(plain), Time().pace)).record(make_entry(1))
        bare = Shelf()
        holder = StateStore(DocumentBackend(MemorySlot(plain), Time().pace))
        async with holder.hold(make_info()):
            await holder.load()
            await holder.record(make_entry(2))
        bare.content, bare.number = read_document(plain)["state"].encode(), 1
        store, _, _ = open_store(bare)
        assert len((await read(bare)).records) == 2
        await store.record(make_entry(3))
        assert read_document(bare)["envelope"] == 1
        assert len((await read(bare)).records) == 3

    run(scenario)


@pytest.mark.parametrize(
    ("document", "error"),
    [
        ({"envelope": 2}, StateTooNew),
        ({"envelope": 1}, StateDamaged),
        ({"envelope": "x"}, StateDamaged),
        (
            {"envelope": 1, "lineage": "l", "serial": -1, "nonce": "n", "lock": None, "journal": "", "state": None},
            StateDamaged,
        ),
        (
            {"envelope": 1, "lineage": "l", "serial": 1, "nonce": "n", "lock": 7, "journal": "", "state": None},
            StateDamaged,
        ),
        (
            {
                "envelope": 1,
                "lineage": "l",
                "serial": 1,
                "nonce": "n",
                "lock": None,
                "journal": "\u00e9",
                "state": None,
            },
            StateDamaged,
        ),
        ([1], StateError),
        ("text", StateError),
    ],
)
def test_what_cannot_be_understood_is_refused_and_left_as_it_is(document: object, error: type[StateError]) -> None:
    async def scenario() -> None:
        shelf = Shelf(content=json.dumps(document).encode(), number=4)
        before = shelf.content
        with pytest.raises(error):
            await open_store(shelf)[0].load()
        with pytest.raises(StateError):
            await open_store(shelf)[0].record(make_entry(1))
        assert shelf.content == before

    run(scenario)


def test_every_write_raises_the_serial_that_servers_see() -> None:
    async def scenario() -> None:
        shelf = Shelf()
        store, _, _ = open_store(shelf)
        serials = []
        async with store.hold(make_info()):
            for number in range(4):
                await store.record(make_entry(number))
                serials.append(read_document(shelf)["serial"])
        serials.append(read_document(shelf)["serial"])
        assert serials == sorted(set(serials))
        assert len({read_document(shelf)["lineage"]}) == 1

    run(scenario)
