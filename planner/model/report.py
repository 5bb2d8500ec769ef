"""Reports: what came of the operations of a plan."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from planner.model.diagnostics import Diagnostic
from planner.model.live import LiveCluster
from planner.model.plan import Action
from state.address import Address

__all__ = ["Fate", "Outcome", "Report"]


class Fate(Enum):
    """What became of one change."""

    DONE = "done"
    SETTLING = "settling"
    """The server took all of it and goes on with it; the run was told not to wait."""
    FAILED = "failed"
    SKIPPED = "skipped"
    """Something that it depends on failed, or somebody else has changed the cluster since the plan."""
    NOT_STARTED = "not started"
    """The run was stopped before its turn came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one change; `seconds` is the time from its first request until the cluster had settled.

    `is_imported`: an `import` block brought the cluster under management, whatever came of the rest. `is_overtaken`:
    it was skipped, or not gone on with, because somebody else has changed the cluster since the plan.
    """

    address: Address
    action: Action
    fate: Fate
    id: str | None = None
    name: str = ""
    seconds: float = 0.0
    is_imported: bool = False
    is_overtaken: bool = False
    diagnostics: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What came of a whole apply, in the order of the plan's changes.

    `live` holds the clusters as they were last seen, but for those whose change did not get done.
    """

    plan_id: str
    outcomes: tuple[Outcome, ...] = ()
    interrupted: bool = False
    live: Mapping[Address, LiveCluster] = field(default_factory=dict, compare=False, repr=False)

    def count(self, fate: Fate, action: Action | None = None) -> int:
        """Return how many changes met `fate`, of all actions or of one."""
        return sum(outcome.fate is fate and (action is None or outcome.action is action) for outcome in self.outcomes)

    @property
    def is_taken(self) -> bool:
        """Whether the server took all of it: nothing failed, was skipped or not started."""
        return all(outcome.fate in {Fate.DONE, Fate.SETTLING} for outcome in self.outcomes)
