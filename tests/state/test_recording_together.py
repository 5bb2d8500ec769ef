"""What several tasks record at once goes to a storage that takes its time with one write, and each is told its own."""

import asyncio
from dataclasses import replace

import pytest

from state.address import Address
from state.backends.memory import MemoryBackend, Shelf
from state.entries import Entry, RecordMoved, RecordPut
from state.errors import StateMoved, StateNotWritten
from state.record import Record
from state.store import StateStore, make_new_snapshot


class SlowBackend(MemoryBackend):
    """A backend whose writes begin when it is let go on; counts them, and fails those that it is told to."""

    def __init__(self, shelf: Shelf) -> None:
        super().__init__(shelf)
        self.appended: list[int] = []
        self.failure: Exception | None = None
        self.go_on = asyncio.Event()

    async def append(self, line: bytes, *, expected: str, offset: int) -> None:
        await self.go_on.wait()
        if self.failure is not None:
            raise self.failure
        self.appended.append(line.count(b"\n"))
        await super().append(line, expected=expected, offset=offset)


def make_entry(number: int) -> RecordPut:
    address = Address("many", number)
    return RecordPut(Record(address=address, id=f"id-{number}", name=f"name-{number}", applied={}))


async def begin(shelf: Shelf, *entries: Entry) -> tuple[SlowBackend, list[asyncio.Task[None]]]:
    """Let a task for each of `entries` wait: the first has begun to write, the others queue behind it."""
    backend = SlowBackend(shelf)
    store = StateStore(backend)
    await store.save(make_new_snapshot())
    tasks = [asyncio.create_task(store.record(entry)) for entry in entries]
    await asyncio.sleep(0)
    return backend, tasks


async def list_addresses(shelf: Shelf) -> list[str]:
    snapshot = await StateStore(MemoryBackend(shelf)).load()
    assert snapshot is not None
    return sorted(str(address) for address in snapshot.records)


def test_what_waits_is_written_together() -> None:
    async def scenario() -> None:
        shelf = Shelf()
        backend, tasks = await begin(shelf, *map(make_entry, range(10)))
        backend.go_on.set()
        await asyncio.gather(*tasks)
        assert backend.appended == [1, 9]
        assert len(await list_addresses(shelf)) == 10

    asyncio.run(scenario())


def test_one_that_does_not_fit_is_refused_alone() -> None:
    async def scenario() -> None:
        shelf = Shelf()
        wrong = RecordPut(replace(make_entry(3).record, applied={"spec": float("nan")}))
        onto = RecordMoved(Address("many", 0), Address("many", 1))
        backend, tasks = await begin(shelf, make_entry(0), make_entry(1), onto, wrong, make_entry(4))
        backend.go_on.set()
        told = await asyncio.gather(*tasks, return_exceptions=True)
        assert [type(one) for one in told] == [type(None), type(None), ValueError, StateNotWritten, type(None)]
        assert await list_addresses(shelf) == ["cluster.many[0]", "cluster.many[1]", "cluster.many[4]"]

    asyncio.run(scenario())


def test_all_are_told_of_a_write_that_fails_and_may_try_again() -> None:
    async def scenario() -> None:
        shelf = Shelf()
        backend, tasks = await begin(shelf, *map(make_entry, range(4)))
        backend.failure = StateNotWritten("The disk is full", "Make room.")
        backend.go_on.set()
        told = await asyncio.gather(*tasks, return_exceptions=True)
        assert [type(one) for one in told] == [StateNotWritten] * 4
        assert await list_addresses(shelf) == []

    asyncio.run(scenario())


def test_who_is_overtaken_stores_nothing_of_it() -> None:
    async def scenario() -> None:
        shelf = Shelf()
        backend, tasks = await begin(shelf, *map(make_entry, range(4)))
        await StateStore(MemoryBackend(shelf)).record(make_entry(7))
        backend.go_on.set()
        told = await asyncio.gather(*tasks, return_exceptions=True)
        assert [type(one) for one in told] == [StateMoved] * 4
        assert await list_addresses(shelf) == ["cluster.many[7]"]

    asyncio.run(scenario())


@pytest.mark.parametrize("leaves", [0, 2])
def test_one_that_is_cancelled_takes_nobody_along(leaves: int) -> None:
    """Number 0 is cancelled in the middle of a write, number 2 while it waits for its turn."""

    async def scenario() -> None:
        shelf = Shelf()
        backend, tasks = await begin(shelf, *map(make_entry, range(4)))
        tasks[leaves].cancel()
        await asyncio.sleep(0)
        backend.go_on.set()
        told = await asyncio.gather(*tasks, return_exceptions=True)
        stayed = [number for number in range(4) if number != leaves]
        assert [told[number] for number in stayed] == [None] * 3
        assert set(await list_addresses(shelf)) >= {f"cluster.many[{number}]" for number in stayed}

    asyncio.run(scenario())
