"""Capacity and cost: the servers of the clusters that a plan changes, before it and after, and what they cost.

Amounts for people, who decide by them; they are no part of what is approved, nor of what is sent.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

__all__ = ["CHOSEN", "HOURS", "Amounts", "Capacity", "Cost", "Doubt", "Prices", "Size"]

CHOSEN = ("master servers", "query servers", "data servers")
"""The kinds of servers, as what is left out where the Manager chooses how many there are."""

_NAMED = 5

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
class Doubt:
    """What is left out of the amounts before and after, by name: types that nobody has told us of, and `CHOSEN`.

    `before` and `after` are left out of that side alone, so that it has more than is said; `staying` is left out of
    both, so that the difference holds.
    """

    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    staying: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether the difference itself is in doubt."""
        return bool(self.before or self.after)

    @property
    def words(self) -> str:
        """Say it, as the end of a sentence that tells the amounts; empty where nothing is left out."""
        told = f"; unknown: {_list_some(sorted({*self.before, *self.after}))}" if self.is_open else ""
        return told + (f"; not counted, as it stays: {_list_some(self.staying)}" if self.staying else "")

    def compare(self, before: float, after: float, form: str = ",.10g") -> str:
        """Say both sides, each as what it is at least where something is left out of it alone."""
        return f"{_bound(before, form, self.before)} -> {_bound(after, form, self.after)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """The servers before and after."""

    before: Amounts = Amounts()
    after: Amounts = Amounts()
    doubt: Doubt = Doubt()

    @property
    def words(self) -> str:
        """Say what changes: `servers 9 -> 12, 36 -> 48 vCPU`; empty where nothing does."""
        doubt = self.doubt
        number = Doubt(before=_keep_chosen(doubt.before), after=_keep_chosen(doubt.after))
        told = []
        if self.before.servers != self.after.servers or number.is_open:
            told.append(f"servers {number.compare(self.before.servers, self.after.servers)}")
        for name, unit in (("vcpu", "vCPU"), ("memory_gib", "GiB of memory"), ("disk_gb", "GB of local disk")):
            before, after = getattr(self.before, name), getattr(self.after, name)
            if before != after or (doubt.is_open and not told):
                told.append(f"{doubt.compare(before, after)} {unit}")
        return ", ".join(told) + doubt.words if told else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """What an hour of one server of each type costs, in one currency."""

    hourly: Mapping[str, float] = field(default_factory=dict)
    currency: str = "USD"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What the servers cost in a month, before and after."""

    currency: str
    before: float = 0.0
    after: float = 0.0
    doubt: Doubt = Doubt()

    @property
    def delta(self) -> float | None:
        """By how much it changes; None where that is not known."""
        return None if self.doubt.is_open else round(self.after - self.before, 2)

    @property
    def words(self) -> str:
        """Say by how much it changes: `+140.16 USD a month (1,200.00 -> 1,340.16)`; empty where it does not."""
        sides = self.doubt.compare(self.before, self.after, ",.2f")
        if self.delta is None:
            return f"{sides} {self.currency} a month{self.doubt.words}"
        if not self.delta:
            return ""
        return f"{self.delta:+,.2f} {self.currency} a month ({sides}){self.doubt.words}"


def _bound(amount: float, form: str, left_out: Sequence[str]) -> str:
    if not left_out:
        return format(amount, form)
    return f"at least {amount:{form}}" if amount else "unknown"


def _keep_chosen(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(name for name in names if name in CHOSEN)


def _list_some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
