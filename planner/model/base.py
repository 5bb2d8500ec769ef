"""Bases: where the changes of a plan come from, as `--base` finds it out by planning another commit as well."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from state.address import Address

__all__ = ["Base", "Origin"]


class Origin(Enum):
    """Where a change comes from; the values are what a saved plan calls them."""

    HEAD = "head"
    """From this pull request."""
    BOTH = "both"
    """From this pull request, and in part already pending on the base."""
    BASE = "base"
    """Already pending on the base."""
    DRIFT = "drift"

    @property
    def is_pending(self) -> bool:
        """Whether the base would change the cluster as well."""
        return self in {Origin.BOTH, Origin.BASE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """What `--base` found out: `ref` is what it was compared with, `origins` say of each change where it comes from.

    `unexplained` are the clusters that the plan deletes although the file that declares them is the same; `undone` are
    those that the base would change and this plan does not.
    """

    ref: str
    commit: str = ""
    origins: Mapping[Address, Origin] = field(default_factory=dict)
    unexplained: frozenset[Address] = frozenset()
    undone: tuple[Address, ...] = ()

    def count(self) -> tuple[int, int, int]:
        """Return how many changes this pull request makes, are pending on the base, and are drift.

        A change of which only a part is pending counts under both.
        """
        origins = list(self.origins.values())
        head = sum(one in {Origin.HEAD, Origin.BOTH} for one in origins)
        return head, sum(one.is_pending for one in origins), origins.count(Origin.DRIFT)

    def tell_pending(self, address: Address) -> str:
        """Return in a few words what of the change of `address` is pending on the base; empty for nothing."""
        match self.origins.get(address):
            case Origin.BASE:
                return "pending on the base"
            case Origin.BOTH:
                return "partly pending on the base"
            case _:
                return ""
