"""Measuring: the servers of the clusters that a plan changes, before and after, and what they cost. Pure."""

from collections import Counter
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field, replace

from planner.model.capacity import CHOSEN, HOURS, Amounts, Capacity, Cost, Doubt, Prices, Size
from planner.model.plan import Action, Change, Plan
from state.values import Value

__all__ = ["measure_plan"]

_LATE = "a type that is known after apply"
_TIERS = ("tier1", "tier2", "tier3")


def measure_plan(plan: Plan, sizes: Mapping[str, Size], prices: Prices | None) -> Plan:
    """Return `plan` with the capacity of the clusters that it changes, and with `prices` what that costs.

    What is not said of a new cluster is chosen by the Manager, and unknown. One that is stopped has no servers. The
    instance of the metadata store costs, and is no server.
    """
    changed = [one for one in plan.changes if one.action not in {Action.NO_OP, Action.FORGET}]
    before, after = (_Count.of(changed, is_after=is_after) for is_after in (False, True))
    capacity = Capacity(
        before=_add_up(before.known, sizes), after=_add_up(after.known, sizes), doubt=_doubt(before, after, sizes)
    )
    if prices is None:
        return replace(plan, capacity=capacity)
    for count, is_after in ((before, False), (after, True)):
        count.add_stores(changed, is_after=is_after)
    cost = Cost(
        currency=prices.currency,
        before=_price(before.known, prices),
        after=_price(after.known, prices),
        doubt=_doubt(before, after, prices.hourly),
    )
    return replace(plan, capacity=capacity, cost=cost)


@dataclass(slots=True)
class _Count:
    """How many servers of each type there are, and how often the Manager chooses how many of a kind."""

    known: Counter[str] = field(default_factory=Counter)
    chosen: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, changes: list[Change], *, is_after: bool) -> "_Count":
        """Return the servers of all clusters on one side."""
        count = cls()
        for change in changes:
            for kind, group in _list_groups(change.after if is_after else change.before):
                replicas = group.get("replicas")
                if not isinstance(replicas, int) or isinstance(replicas, bool):
                    count.chosen[kind] += 1
                elif replicas > 0:
                    count.known[_name_type(group)] += replicas
        return count

    def add_stores(self, changes: list[Change], *, is_after: bool) -> None:
        """Count the metadata stores too, which cost and are no servers."""
        for change in changes:
            spec = _find_spec(change.after if is_after else change.before)
            if spec is None:
                continue
            store = spec.get("metadataStore")
            if isinstance(store, dict) and "instanceType" in store:
                self.known[_name_type(store)] += 1
            else:
                self.chosen["metadata store"] += 1


def _doubt(before: _Count, after: _Count, known: Container[str]) -> Doubt:
    """Return what `known` does not know: what both sides have of it takes nothing from the difference."""
    first, second = (
        Counter({name: number for name, number in one.known.items() if name not in known}) + one.chosen
        for one in (before, after)
    )
    return Doubt(
        before=tuple(sorted(first - second)),
        after=tuple(sorted(second - first)),
        staying=tuple(sorted(set(first & second) - set(first - second) - set(second - first))),
    )


def _list_groups(document: dict[str, Value] | None) -> Iterator[tuple[str, dict[str, Value]]]:
    """Yield the groups of servers with their kinds; one that is not said is empty, since the Manager chooses it."""
    spec = _find_spec(document)
    if spec is None or spec.get("desiredState") == "STOPPED":
        return
    data = spec.get("data")
    tiers = [data[name] for name in _TIERS if name in data] if isinstance(data, dict) else []
    # Assumed: who names no tier gets one, as who says nothing of masters gets some.
    masters, queries, datas = CHOSEN
    groups = [(masters, spec.get("master")), (queries, spec.get("query")), *((datas, tier) for tier in tiers or [None])]
    yield from ((kind, group if isinstance(group, dict) else {}) for kind, group in groups)


def _find_spec(document: dict[str, Value] | None) -> dict[str, Value] | None:
    spec = document.get("spec") if document else None
    return spec if isinstance(spec, dict) else None


def _name_type(group: dict[str, Value]) -> str:
    name = group.get("instanceType")
    return name if isinstance(name, str) else _LATE if name is not None else "the type that the server chooses"


def _add_up(counts: Counter[str], sizes: Mapping[str, Size]) -> Amounts:
    known = [(sizes[name], count) for name, count in counts.items() if name in sizes]
    return Amounts(
        servers=counts.total(),
        vcpu=sum(size.vcpu * count for size, count in known),
        memory_gib=sum(size.memory_gib * count for size, count in known),
        disk_gb=sum(size.disk_gb * count for size, count in known),
    )


def _price(counts: Counter[str], prices: Prices) -> float:
    hourly = sum(prices.hourly[name] * count for name, count in counts.items() if name in prices.hourly)
    return round(hourly * HOURS, 2)
