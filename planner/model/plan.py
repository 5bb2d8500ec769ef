"""Plans: the changes that people review and the operations that apply performs.

Pure data. Everything shown is rendered from it, and what it holds is what is sent. It never holds a secret: a
fingerprint stands in its place, and apply fills the value in.
"""

from dataclasses import dataclass, field
from enum import Enum

from planner.model.base import Base
from planner.model.capacity import Capacity, Cost
from planner.model.desired import CheckResult
from planner.model.diagnostics import Diagnostic
from planner.model.guard import Exceeded
from planner.model.impact import Impact
from planner.model.outputs import OutputChange
from planner.model.paths import Path
from planner.model.spans import Anchor
from state.address import Address
from state.values import NO_TIMEOUTS, Json, Timeouts, Value

__all__ = [
    "MISSING",
    "Action",
    "Cause",
    "Change",
    "Difference",
    "Ignored",
    "LeftOut",
    "Method",
    "Missing",
    "Operation",
    "Plan",
    "Precondition",
    "Reason",
    "SuggestedMove",
    "Summary",
]


class Action(Enum):
    """What a change does to its cluster. `NO_OP` sends nothing: at most what we remember of the cluster changes."""

    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"
    DELETE = "delete"
    FORGET = "forget"
    NO_OP = "no-op"


class Reason(Enum):
    """Why a change is there, where its action alone does not say it; where Terraform has a word for it, that word."""

    NOT_IN_CONFIGURATION = "delete_because_no_resource_config"
    LET_GO = "forget_by_request"
    """A `removed` block says that the state is to forget the cluster, which stays in the account."""
    GONE = "gone"
    REQUESTED = "replace_by_request"
    TRIGGERED = "replace_by_triggers"
    DESTROY = "delete_by_request"
    TAKEN_OVER = "taken_over"
    """An interrupted run of ours made the cluster, and the state does not know it yet."""


class Cause(Enum):
    """Why one value differs; which of them are sent is `is_sent`."""

    EDIT = "edit"
    DRIFT = "drift"
    CONFLICT = "conflict"
    ADOPT = "adopt"
    DEFAULT = "default"
    ECHO = "echo"
    IGNORED = "ignored"

    @property
    def is_sent(self) -> bool:
        """Whether a difference of this cause makes a request; the others are only counted."""
        return self in {Cause.EDIT, Cause.DRIFT, Cause.CONFLICT}


class Missing(Enum):
    """The side of a difference where there is no value."""

    MISSING = "missing"


MISSING = Missing.MISSING


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One leaf or keyed entry that is not the same on both sides: live, and as it will be.

    `applied` is what our last apply asked for there, by which a reader tells our changes from those of others. It
    explains the difference and is no part of it: it does not enter the plan's id. Nor does `anchor`, which is where
    the configuration says what will be, None where it says nothing.
    """

    path: Path
    cause: Cause
    before: "Value | Missing"
    after: "Value | Missing"
    applied: "Value | Missing" = MISSING
    anchor: Anchor | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What the plan does to one cluster.

    `before` is the live `{"metadata", "spec"}`, `after` what it will be; None where there is none. `applied` is
    what the state will hold as our wish once the change is done. `differences` are empty for a create and a delete.
    `json_patch` says an update again for machines: JSON Patch, RFC 6902, from before to after. `moved_from` is the
    address under which the state knows the cluster, where that is another one. `importing` is the id or name by which
    an `import` block takes a cluster that the state does not know; `triggered_by` are the clusters whose change
    replaces this one. `is_recognised`: no block says that it has moved. `is_protected`: the configuration or the state
    forbids to delete it. `compared` is the hash of the live fields that were compared: while it is the same, the plan
    still holds, whatever becomes of the paths in `left_alone`. `rolls_back_to` is the resource version that the cluster
    is put back to, where that was asked for, and not what the configuration says. `late_fingerprint` stands for the
    expressions of what comes late; empty where that cannot be told. `resource_version` is the server's count of the
    cluster's versions when the plan was made, None where it gives none; `timeouts` say how long the cluster may take.
    `anchor` is where the configuration has the cluster's block, and `impact` what the change does to the cluster's
    users; both tell and decide nothing, and are no part of the plan's id.
    """

    address: Address
    action: Action
    name: str
    id: str | None = None
    reason: Reason | None = None
    moved_from: Address | None = None
    is_recognised: bool = False
    importing: str | None = None
    triggered_by: tuple[Address, ...] = ()
    rolls_back_to: int | None = None
    before: dict[str, Value] | None = None
    after: dict[str, Value] | None = None
    differences: tuple[Difference, ...] = ()
    applied: dict[str, Value] | None = None
    prevent_destroy: bool = False
    is_protected: bool = False
    depends_on: tuple[Address, ...] = ()
    compared: str = ""
    resource_version: int | None = None
    timeouts: Timeouts = NO_TIMEOUTS
    left_alone: tuple[Path, ...] = ()
    late_fingerprint: str = ""
    json_patch: tuple[dict[str, Json], ...] = ()
    anchor: Anchor | None = field(default=None, compare=False)
    impact: Impact | None = field(default=None, compare=False)

    @property
    def lifts_protection(self) -> bool:
        """Whether the cluster stays, and may be deleted from then on: somebody should have agreed to that."""
        return self.action in {Action.UPDATE, Action.NO_OP} and self.is_protected and not self.prevent_destroy


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignored:
    """What is left alone of one cluster; `after` is what the configuration says.

    It is what `ignore_changes` keeps from being sent and, of a cluster without a change, what the server spells its own
    way.
    """

    address: Address
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A cluster that `-target` or `-exclude` keeps out of the plan.

    `action` is what a plan for it alone would do; `is_pending` tells whether that is anything.
    """

    address: Address
    action: Action
    is_pending: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestedMove:
    """A `moved` block to write down for what was recognised without one; both are as a block of the root has them."""

    source: str
    target: str


class Method(Enum):
    """The HTTP methods that change something."""

    POST = "POST"
    PATCH = "PATCH"
    PUT = "PUT"
    DELETE = "DELETE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One planned HTTP request; `path` is below `/api/v1`, `after` the operations (by number) that come first."""

    number: int
    address: Address
    method: Method
    path: str
    body: dict[str, Value] | None = None
    after: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Precondition:
    """What must still be so when the plan is applied; `lineage` is None where there was no state yet."""

    endpoint: str
    lineage: str | None
    serial: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The numbers at the end of a plan."""

    create: int = 0
    update: int = 0
    replace: int = 0
    delete: int = 0
    forget: int = 0
    moved: int = 0
    imported: int = 0
    unchanged: int = 0
    causes: tuple[tuple[Cause, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A transition: changes in the order of their addresses, operations in an order that may be performed."""

    id: str
    changes: tuple[Change, ...] = ()
    operations: tuple[Operation, ...] = ()
    unchanged: int = 0
    """How many clusters are as they should be and appear in no change."""
    targets: tuple[str, ...] = ()
    """The addresses that `-target` limited the plan to; empty for a whole plan."""
    excluded: tuple[str, ...] = ()
    """The addresses that `-exclude` keeps out of the plan."""
    left_out: tuple[LeftOut, ...] = ()
    """The clusters that a partial plan is not about, in the order of their addresses."""
    suggested_moves: tuple[SuggestedMove, ...] = ()
    """The blocks that say the same as what was recognised."""
    is_refreshed: bool = True
    """Whether the account was asked; else the plan compares with what the state last observed."""
    precondition: Precondition
    warnings: tuple[Diagnostic, ...] = ()
    ignored: tuple[Ignored, ...] = ()
    """What differs and is left alone: by a `lifecycle` block, or in clusters that do not change by its meaning."""
    outputs: tuple[OutputChange, ...] = ()
    """What becomes of the outputs, in the order of their names; those that stay as they are do not appear."""
    checks: tuple[CheckResult, ...] = ()
    """What came of the conditions in the configuration, as far as they could be judged."""
    guards: tuple[Exceeded, ...] = ()
    """The limits of the guard that the plan exceeds, by the configuration that it was made from."""
    capacity: Capacity | None = field(default=None, compare=False)
    """The servers of the clusters that change; like the cost it tells and decides nothing."""
    cost: Cost | None = field(default=None, compare=False)
    """What they cost, where somebody has given prices."""
    base: Base | None = field(default=None, compare=False)
    """Where the changes come from, where the plan was compared with a base."""

    @property
    def is_partial(self) -> bool:
        """Whether `-target` or `-exclude` limits the plan."""
        return bool(self.targets or self.excluded)
