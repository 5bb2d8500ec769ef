"""Events: what an apply tells while it runs, for a screen, a log or a machine."""

from dataclasses import dataclass
from typing import TypeAlias

from planner.model.estimates import Estimate
from planner.model.plan import Method, Operation
from planner.model.report import Outcome

__all__ = ["ChangeEnded", "Crowd", "Event", "OperationAnswered", "OperationStarted", "StillSettling"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationStarted:
    """A request is about to be sent."""

    operation: Operation


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationAnswered:
    """The server took a request; `id` is the cluster's, new after a create, `phase` the server's word for its state.

    `estimate` is how long it may take from here until the cluster has settled, where that is known.
    """

    operation: Operation
    id: str
    phase: str = ""
    estimate: Estimate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StillSettling:
    """A cluster is on its way: `phase` is the server's own word for its state, `seconds` how long it is on it."""

    operation: Operation
    id: str
    phase: str
    seconds: float
    estimate: Estimate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeEnded:
    """Nothing more happens to this cluster in this run."""

    outcome: Outcome


Event: TypeAlias = OperationStarted | OperationAnswered | StillSettling | ChangeEnded


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """Many clusters that are on their way: how many by what is done to them, and the one that has waited longest."""

    counts: tuple[tuple[Method, int], ...]
    longest: StillSettling

    @property
    def count(self) -> int:
        """How many there are."""
        return sum(number for _, number in self.counts)
