"""Capacity and cost: the servers of the clusters that a plan changes, before it and after, and what they cost.

Amounts for people, who decide by them; they are no part of what is approved, nor of what is sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["HOURS", "Amounts", "Capacity", "Cost", "Prices", "Size"]

HOURS = 730
"""The hours of a month."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """What one server of a type has."""

    vcpu: float
    memory_gib: float
    disk_gb: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """How many servers there are, and what those of known types have together."""

    servers: int = 0
    vcpu: float = 0.0
    memory_gib: float = 0.0
    disk_gb: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """The servers before and after; `unknown` are the types that nobody has told us of."""

    before: Amounts = Amounts()
    after: Amounts = Amounts()
    unknown: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """Say what changes: `servers 9 -> 12, 36 -> 48 vCPU`; empty where nothing does."""
        names = (("servers", ""), ("vcpu", " vCPU"), ("memory_gib", " GiB of memory"), ("disk_gb", " GB of local disk"))
        told = []
        for name, unit in names:
            before, after = getattr(self.before, name), getattr(self.after, name)
            if before != after:
                told.append(f"{'servers ' if not unit else ''}{before:,.10g} -> {after:,.10g}{unit}")
        if not told:
            return ""
        return ", ".join(told) + (f"; unknown: {', '.join(self.unknown)}" if self.unknown else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """What an hour of one server of each type costs, in one currency."""

    hourly: Mapping[str, float] = field(default_factory=dict)
    currency: str = "USD"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What the servers cost in a month, before and after; `unknown` are the types without a price."""

    currency: str
    before: float = 0.0
    after: float = 0.0
    unknown: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """Say by how much it changes: `+140.16 USD a month (1,200.00 -> 1,340.16)`."""
        delta = self.after - self.before
        told = f"{delta:+,.2f} {self.currency} a month ({self.before:,.2f} -> {self.after:,.2f})"
        return told + (f"; unknown for {', '.join(self.unknown)}" if self.unknown else "")
