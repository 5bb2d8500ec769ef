"""Guards: how much one plan may do, and what somebody allows it beyond that.

Data, and the form in which an allowance is written: `delete:cluster.web@pl-7f3a9c0123`. Whether a plan keeps within the
limits is judged in `planner.planning.guard`.
"""

from dataclasses import dataclass
from enum import Enum

from planner.model.plan_ids import read_plan_id, shorten_plan_id
from state.address import Address, parse_address

__all__ = ["Allowance", "Exceeded", "Guard", "GuardKind", "Limit", "format_allowance", "read_allowance"]


class GuardKind(Enum):
    """What a guard limits; the values are what `--allow` calls it."""

    DELETE = "delete"
    REPLACE = "replace"
    CHANGE = "change"
    RECREATE = "recreate"
    REMOVE_SERVERS = "remove-servers"
    FAILED_CHECKS = "failed-checks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """How much of one kind a plan may do: `number` of them, and `percent` of those that there are; None: any."""

    number: int | None = None
    percent: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """The limits of a plan, by default those that hold where the configuration is silent.

    A configuration that came to nothing must not delete a fleet, and nobody should need a flag to delete one cluster.
    A change can be taken back, so that an edit of all clusters passes; what a cluster loses with most of its data
    servers is not there at once again. A cluster that somebody else deleted comes back without its data, so that this
    always needs a word. A check that fails warns, unless it is to refuse.
    """

    delete: Limit = Limit(number=3, percent=30)
    replace: Limit = Limit(number=1, percent=30)
    change: Limit = Limit()
    recreate: Limit = Limit(number=0)
    remove_servers: Limit = Limit(percent=50)
    refuses_failed_checks: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Exceeded:
    """A limit that a plan exceeds, whoever allows it: how much of `kind` it does, of how much, and to which clusters.

    `whole` is 0 where there is no share to take.
    """

    kind: GuardKind
    limit: Limit
    total: int
    whole: int
    addresses: tuple[Address, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What somebody allows one plan, and no other: all of `kind`, or that of the cluster at `address`."""

    kind: GuardKind
    address: Address | None = None
    plan_id: str


def read_allowance(text: str) -> Allowance:
    """Return what `KIND[:ADDRESS]@PLAN` allows.

    Raises:
        ValueError: it is not written so.
    """
    what, _, plan = text.rpartition("@")
    kind, colon, address = what.partition(":")
    kinds = {one.value: one for one in GuardKind}
    if kind not in kinds:
        raise ValueError(f"it must be KIND[:ADDRESS]@PLAN, and KIND one of {', '.join(kinds)}")
    return Allowance(kind=kinds[kind], address=parse_address(address) if colon else None, plan_id=read_plan_id(plan))


def format_allowance(kind: GuardKind, address: Address | None, plan_id: str) -> str:
    """Return the text that allows `kind`, of one cluster or of all, to the plan of this id."""
    where = "" if address is None else f":{address}"
    return f"{kind.value}{where}@{shorten_plan_id(plan_id)}"
