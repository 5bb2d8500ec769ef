"""Estimates: how long a change may take, by how long the last ones took."""

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from state.address import Address

__all__ = ["NO_HISTORY", "Estimate", "Past", "Took", "estimate"]

_MOST = 9
"""How many of the last durations count: clusters grow, and so does what they take."""


@dataclass(frozen=True, slots=True)
class Took:
    """How many seconds a change of this action took until its cluster had settled."""

    address: Address
    action: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Past:
    """What is known of former changes, the oldest first."""

    took: tuple[Took, ...] = ()


NO_HISTORY = Past()


@dataclass(frozen=True, slots=True)
class Estimate:
    """The median of the last `samples` durations, in seconds."""

    seconds: float
    samples: int

    def left(self, elapsed: float) -> float | None:
        """Return how many seconds are left after `elapsed`; None where it takes longer than that already."""
        return self.seconds - elapsed if elapsed < self.seconds else None


def estimate(past: Past, address: Address, action: str) -> Estimate | None:
    """Return how long `action` may take: as it did for this cluster, or else for any cluster of the state.

    None where nothing is known.
    """
    alike = [one for one in past.took if one.action == action]
    own = [one for one in alike if one.address == address]
    seconds = _take_last(own or alike)
    return Estimate(median(seconds), len(seconds)) if seconds else None


def _take_last(took: Iterable[Took]) -> list[float]:
    return [one.seconds for one in took][-_MOST:]
