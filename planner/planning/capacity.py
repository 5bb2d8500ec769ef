"""Measuring: the servers of the clusters that a plan changes, before and after, and what they cost. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

from planner.model.capacity import HOURS, Amounts, Capacity, Cost, Prices, Size
from planner.model.plan import Action, Change, Plan
from state.values import Value

__all__ = ["measure_plan"]

_LATE = "a type that is known after apply"
_TIERS = ("tier1", "tier2", "tier3")


def measure_plan(plan: Plan, sizes: Mapping[str, Size], prices: Prices | None) -> Plan:
    """Return `plan` with the capacity of the clusters that it changes, and with `prices` what that costs.

    A cluster that is stopped has no servers. The instance of the metadata store costs, and is no server.
    """
    changed = [one for one in plan.changes if one.action not in {Action.NO_OP, Action.FORGET}]
    before, after = _count(changed, is_after=False), _count(changed, is_after=True)
    capacity = Capacity(
        before=_add_up(before, sizes),
        after=_add_up(after, sizes),
        unknown=tuple(sorted({name for name in (*before, *after) if name not in sizes})),
    )
    if prices is None:
        return replace(plan, capacity=capacity)
    stores = [_count_stores(changed, is_after=is_after) for is_after in (False, True)]
    paid = [before + stores[0], after + stores[1]]
    cost = Cost(
        currency=prices.currency,
        before=_price(paid[0], prices),
        after=_price(paid[1], prices),
        unknown=tuple(sorted({name for name in (*paid[0], *paid[1]) if name not in prices.hourly})),
    )
    return replace(plan, capacity=capacity, cost=cost)


def _count(changes: list[Change], *, is_after: bool) -> Counter[str]:
    """Return how many servers of each type there are."""
    counts: Counter[str] = Counter()
    for change in changes:
        for group in _list_groups(change.after if is_after else change.before):
            replicas = group.get("replicas")
            if isinstance(replicas, int) and not isinstance(replicas, bool) and replicas > 0:
                counts[_name_type(group)] += replicas
    return counts


def _list_groups(document: dict[str, Value] | None) -> Iterator[dict[str, Value]]:
    spec = _find_running(document)
    data = spec.get("data")
    tiers = [data.get(name) for name in _TIERS] if isinstance(data, dict) else []
    for group in (spec.get("master"), spec.get("query"), *tiers):
        if isinstance(group, dict):
            yield group


def _count_stores(changes: list[Change], *, is_after: bool) -> Counter[str]:
    counts: Counter[str] = Counter()
    for change in changes:
        document = change.after if is_after else change.before
        spec = document.get("spec") if document else None
        store = spec.get("metadataStore") if isinstance(spec, dict) else None
        if isinstance(store, dict) and "instanceType" in store:
            counts[_name_type(store)] += 1
    return counts


def _find_running(document: dict[str, Value] | None) -> dict[str, Value]:
    spec = document.get("spec") if document else None
    return spec if isinstance(spec, dict) and spec.get("desiredState") != "STOPPED" else {}


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
