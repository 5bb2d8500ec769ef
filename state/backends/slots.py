"""The port to a shared store: one document in it, which changes only by a compare-and-swap.

A store has one of these; everything else about a state in it (lock, journal, lost answers) is `DocumentBackend`'s.
"""

from dataclasses import dataclass
from typing import Protocol

from state.errors import StateNotWritten
from state.lock import LockInfo

__all__ = ["Latch", "Slot", "SlotContent", "SwapRefused", "SwapUnclear", "report_ignored_conditions"]


@dataclass(frozen=True, slots=True)
class SlotContent:
    """What is stored, and the version that the store knows it by."""

    data: bytes
    version: str


class SwapRefused(Exception):  # noqa: N818 - says what came of a swap; never leaves this package
    """The store holds another version than the expected one: somebody else's, or ours of which the answer was lost."""


class SwapUnclear(Exception):  # noqa: N818 - as above
    """Nobody can tell whether the store took it; the text says why, as a sentence."""


def report_ignored_conditions(name: str) -> StateNotWritten:
    """Return the error of a store that took a write which it should have refused; `name` is what it keeps."""
    return StateNotWritten(
        f"The store of {name} does not keep two runs apart",
        "It took a write whose condition did not hold, so that one run could overwrite what another one has just "
        "written. Nothing else was done. Use a store that honours conditional writes.",
    )


class Slot(Protocol):
    """One document in a store. Every method raises `StateError`, and `swap` the two above, when the store fails."""

    @property
    def name(self) -> str:
        """What people know it by."""

    @property
    def restore(self) -> str:
        """A sentence that says how to get a former content back."""

    async def fetch(self) -> SlotContent | None:
        """Return what is stored, or None where nothing is."""

    async def swap(self, data: bytes, *, expected: str) -> str:
        """Store `data` in the place of the version `expected` (empty: of nothing), and return its own version.

        Raises:
            SwapRefused: another version is stored.
            SwapUnclear: nobody can tell.
            StateNotWritten: the store did not take it.
        """


class Latch(Protocol):
    """A lock that a store keeps beside its documents; it is taken before ours in the document, and released after."""

    async def lock(self, info: LockInfo) -> None:
        """Take it, at once or not at all.

        Raises:
            LockHeld: somebody else has it.
            StateNotWritten: the store does not say.
        """

    async def unlock(self, info: LockInfo) -> None:
        """Release the one that was taken with `info`.

        Raises:
            LockLost: the store has no lock with its id.
            StateNotWritten: the store does not.
        """
