"""Events: what an apply tells while it runs, for a screen, a log or a machine."""

from dataclasses import dataclass
from typing import TypeAlias

from planner.model.plan import Operation
from planner.model.report import Outcome

__all__ = ["ChangeEnded", "Event", "OperationAnswered", "OperationStarted", "StillSettling"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationStarted:
    """A request is about to be sent."""

    operation: Operation


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationAnswered:
    """The server took a request; `id` is the cluster's, new after a create, `phase` the server's word for its state."""

    operation: Operation
    id: str
    phase: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StillSettling:
    """A cluster is on its way: `phase` is the server's own word for its state."""

    operation: Operation
    id: str
    phase: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeEnded:
    """Nothing more happens to this cluster in this run."""

    outcome: Outcome


Event: TypeAlias = OperationStarted | OperationAnswered | StillSettling | ChangeEnded
