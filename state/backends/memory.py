"""The memory backend: a state that lives as long as the process; for tests, and for runs that are to leave nothing.

Several backends may share one `Shelf`, as several processes share a file. Refuses what the local backend refuses.
"""

from dataclasses import dataclass

from state.backends.slots import SlotContent, SwapRefused
from state.errors import LockHeld, StateMoved
from state.lock import LockInfo, describe_holder
from state.ports import ABSENT, Stored

__all__ = ["MemoryBackend", "MemorySlot", "Shelf"]


@dataclass(slots=True)
class Shelf:
    """What is stored: `number` counts the writes and is the version."""

    content: bytes | None = None
    number: int = 0
    journal: bytes = b""
    holder: LockInfo | None = None


class MemoryBackend:
    """A state on a shelf."""

    name = "The state in memory"
    restore = "It is lost with the process: start again."

    def __init__(self, shelf: Shelf | None = None) -> None:
        self._shelf = Shelf() if shelf is None else shelf
        self._held: LockInfo | None = None

    async def read(self) -> Stored:
        """Return the content and the journal."""
        return Stored(content=self._shelf.content, version=self._get_version(), journal=self._shelf.journal)

    async def write(self, content: bytes, *, expected: str, offset: int) -> str:
        """Replace a content of version `expected` beside a journal of `offset` bytes; return the new one's version.

        Raises:
            StateMoved: one of them has changed.
        """
        self._check(expected, offset)
        self._shelf.content = content
        self._shelf.number += 1
        return self._get_version()

    async def append(self, line: bytes, *, expected: str, offset: int) -> None:
        """Add `line` to a journal of `offset` bytes beside a content of version `expected`.

        Raises:
            StateMoved: one of them has changed.
        """
        self._check(expected, offset)
        self._shelf.journal += line

    async def clear_journal(self) -> None:
        """Forget the journal, because the content holds all its entries."""
        self._shelf.journal = b""

    async def lock(self, info: LockInfo) -> None:
        """Take the lock.

        Raises:
            LockHeld: somebody else has it.
        """
        if self._shelf.holder is not None:
            advice = f"{describe_holder(self._shelf.holder)} Wait until that run has ended and run this again."
            raise LockHeld(f"{self.name} is locked", advice, self._shelf.holder)
        self._shelf.holder = self._held = info

    async def unlock(self) -> None:
        """Release the lock; without one this does nothing."""
        if self._held is not None:
            self._shelf.holder = self._held = None

    def _get_version(self) -> str:
        return ABSENT if self._shelf.content is None else str(self._shelf.number)

    def _check(self, expected: str, offset: int) -> None:
        if self._get_version() != expected or len(self._shelf.journal) != offset:
            raise StateMoved(f"{self.name} has changed since it was read", "Run plan again and apply what it shows.")


class MemorySlot:
    """One document of a shared store, in memory; several slots may share a `shelf`, whose content is the document."""

    name = "The state in shared memory"
    restore = "It is lost with the process: start again."

    def __init__(self, shelf: Shelf | None = None) -> None:
        self._shelf = Shelf() if shelf is None else shelf

    async def fetch(self) -> SlotContent | None:
        """Return what is on the shelf."""
        data = self._shelf.content
        return None if data is None else SlotContent(data, str(self._shelf.number))

    async def swap(self, data: bytes, *, expected: str) -> str:
        """Put `data` in the place of the version `expected`.

        Raises:
            SwapRefused: another version is there.
        """
        found = ABSENT if self._shelf.content is None else str(self._shelf.number)
        if found != expected:
            raise SwapRefused
        self._shelf.content = data
        self._shelf.number += 1
        return str(self._shelf.number)
