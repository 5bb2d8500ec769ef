"""The port to storage: what the store asks of a backend. Bytes and versions; nothing here knows what they mean.

A version names one content; two contents never share one. A backend without a compare-and-swap is refused a place.
"""

from dataclasses import dataclass
from typing import Protocol

from state.lock import LockInfo

__all__ = ["ABSENT", "Backend", "Notice", "Stored"]

ABSENT = ""
"""The version of a state that is not there."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that people should know and that stops nothing: a summary, and sentences that say what to do."""

    summary: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What a backend holds: the state's content and version, and the journal that continues it."""

    content: bytes | None
    version: str
    journal: bytes = b""
    notices: tuple[Notice, ...] = ()


class Backend(Protocol):
    """Where a state is kept. Every method raises `StateError` and nothing else when the storage fails."""

    @property
    def name(self) -> str:
        """What people know the state by."""

    @property
    def restore(self) -> str:
        """A sentence that says how to get a former state back."""

    async def read(self) -> Stored:
        """Return the journal as it was at some moment, and the content as it was then or later.

        In this order: whoever writes a content that holds the journal's entries clears the journal after it.
        """

    async def write(self, content: bytes, *, expected: str, offset: int) -> str:
        """Replace a content of version `expected` beside a journal of `offset` bytes; return the new one's version.

        It is durable once this returns; until then, and if it raises, a reader finds the content of before or after.
        """

    async def append(self, line: bytes, *, expected: str, offset: int) -> None:
        """Add `line` to a journal of `offset` bytes beside a content of version `expected`.

        It is durable once this returns. If it raises, the journal may end in a part of the line.
        """

    async def clear_journal(self) -> None:
        """Forget the journal, because the content holds all its entries."""

    async def lock(self, info: LockInfo) -> None:
        """Take the lock, at once or not at all: `LockHeld` says who has it."""

    async def unlock(self) -> None:
        """Release the lock; without one this does nothing."""
