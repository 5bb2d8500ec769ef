"""Doubles for tests of shared stores: a slot whose swaps go wrong, time that obeys, and what is put in."""

import asyncio
import json
from typing import Any

from state.address import Address
from state.backends.document import DocumentBackend, Pace
from state.backends.memory import MemorySlot, Shelf
from state.backends.slots import SwapRefused, SwapUnclear
from state.entries import RecordPut
from state.errors import StateNotWritten
from state.lock import LockInfo
from state.record import Record
from state.store import StateStore

FAULTS = ("lost before", "lost after", "refused after", "fails")


class FaultySlot(MemorySlot):
    """A slot of which some swaps go wrong: before or after the store took them."""

    def __init__(self, shelf: Shelf) -> None:
        super().__init__(shelf)
        self.faults: list[str] = []
        self.swaps = 0

    async def swap(self, data: bytes, *, expected: str) -> str:
        self.swaps += 1
        fault = self.faults.pop(0) if self.faults else ""
        if fault == "fails":
            raise StateNotWritten("The store says no", "Ask it why.")
        if fault == "lost before":
            raise SwapUnclear("The connection was cut.")
        version = await super().swap(data, expected=expected)
        if fault == "lost after":
            raise SwapUnclear("The connection was cut.")
        if fault == "refused after":
            raise SwapRefused  # a library that tries again by itself meets its own first try
        return version


class Time:
    """Time that passes only in pauses."""

    def __init__(self) -> None:
        self.seconds = 1_767_225_600.0

    async def sleep(self, seconds: float) -> None:
        self.seconds += seconds
        await asyncio.sleep(0)

    async def never(self, seconds: float) -> None:
        if seconds >= 60:
            await asyncio.Event().wait()
        self.seconds += seconds

    @property
    def pace(self) -> Pace:
        return Pace(sleep=self.never, now=lambda: self.seconds)


def make_info(name: str = "1") -> LockInfo:
    return LockInfo(
        id=name, operation="apply", who="ann@ci", version="0.1.0", created="2026-01-01T00:00:00Z", pid=7, info="run 9"
    )


def make_entry(number: int) -> RecordPut:
    return RecordPut(Record(address=Address("web", number), id=f"c-{number}", name=f"web-{number}", applied={}))


def open_store(shelf: Shelf) -> tuple[StateStore, FaultySlot, DocumentBackend]:
    slot = FaultySlot(shelf)
    backend = DocumentBackend(slot, Time().pace)
    return StateStore(backend, sleep=Time().never), slot, backend


def read_document(shelf: Shelf) -> dict[str, Any]:
    assert shelf.content is not None
    document = json.loads(shelf.content)
    assert isinstance(document, dict)
    return document
