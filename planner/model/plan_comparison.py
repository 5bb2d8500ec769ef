"""Comparing two plans: what one is going to do and the other is not, change by change.

Two plans of one id do the same to the same clusters. Why two others are not the same is told by what they hold: the
live values that each was made against, what it makes of them, and its requests. Knows nothing of why that is so.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from planner.model.outputs import OutputChange
from planner.model.paths import Key, Path
from planner.model.plan import MISSING, Action, Change, Missing, Operation, Plan
from planner.model.summary import is_news
from state.address import Address
from state.values import Value, is_same

__all__ = ["ChangeComparison", "Divergence", "PlanComparison", "compare_plans"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Divergence:
    """A value at which two plans part."""

    path: Path
    former: "Value | Missing"
    latter: "Value | Missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeComparison:
    """A cluster to which the two plans do not do the same; None where a plan does nothing to it.

    `live` are the values that the plans were made against and that are not the same, `wanted` those that they lead to.
    `sends_other` says that the requests, their order, or what they wait for is another.
    """

    address: Address
    former: Change | None
    latter: Change | None
    live: tuple[Divergence, ...] = ()
    wanted: tuple[Divergence, ...] = ()
    sends_other: bool = False

    @property
    def is_gone(self) -> bool:
        """Whether the former plan found the cluster in the account, and the latter did not."""
        return bool(self.former and self.former.before is not None and self.latter and self.latter.before is None)

    @property
    def has_come(self) -> bool:
        """Whether the latter plan found the cluster in the account, and the former did not."""
        return bool(self.former and self.former.before is None and self.latter and self.latter.before is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanComparison:
    """Two plans, the clusters at which they part, and how many changes they share.

    `outputs` are the names of those outputs of which the plans make something else; they are no part of a plan's id.
    """

    former: Plan
    latter: Plan
    changes: tuple[ChangeComparison, ...] = ()
    shared: int = 0
    outputs: tuple[str, ...] = ()

    @property
    def is_same(self) -> bool:
        """Whether both do the same to the same clusters."""
        return self.former.id == self.latter.id


def compare_plans(former: Plan, latter: Plan) -> PlanComparison:
    """Return how `latter` is not `former`."""
    if former.id == latter.id:
        shared = sum(map(is_news, latter.changes))
        return PlanComparison(former=former, latter=latter, shared=shared, outputs=_compare_outputs(former, latter))
    sides = [{change.address: change for change in plan.changes if is_news(change)} for plan in (former, latter)]
    requests = [_describe_requests(plan.operations) for plan in (former, latter)]
    changes: list[ChangeComparison] = []
    shared = 0
    for address in sorted(sides[0].keys() | sides[1].keys()):
        found = _compare_changes(
            address,
            sides[0].get(address),
            sides[1].get(address),
            sends_other=requests[0].get(address) != requests[1].get(address),
        )
        shared += found is None
        changes += [] if found is None else [found]
    return PlanComparison(
        former=former, latter=latter, changes=tuple(changes), shared=shared, outputs=_compare_outputs(former, latter)
    )


def _compare_changes(
    address: Address, former: Change | None, latter: Change | None, *, sends_other: bool
) -> ChangeComparison | None:
    """Return at what two changes of one cluster part; None where they do the same."""
    if former is None or latter is None:
        return ChangeComparison(address=address, former=former, latter=latter)
    live = _compare_live(former, latter) if former.compared != latter.compared else ()
    wanted = tuple(_compare_values(former.applied, latter.applied)) if former.applied and latter.applied else ()
    is_other = former.compared != latter.compared or sends_other or wanted or _spell(former) != _spell(latter)
    if not is_other:
        return None
    return ChangeComparison(
        address=address, former=former, latter=latter, live=live, wanted=wanted, sends_other=sends_other
    )


def _spell(change: Change) -> tuple[object, ...]:
    return change.action, change.id, change.moved_from, change.importing, change.lifts_protection


def _compare_live(former: Change, latter: Change) -> tuple[Divergence, ...]:
    """Return the live values at which two changes part, of those that are ours: the server's own mean nothing.

    Of a cluster that goes the plans do not say which are ours, and one that is replaced was compared as a whole.
    """
    if former.before is None or latter.before is None:
        return ()  # that it came or went says it all
    found = tuple(_compare_values(former.before, latter.before))
    if former.action is latter.action and former.action in {Action.DELETE, Action.FORGET, Action.REPLACE}:
        return found
    compared = {path for change in (former, latter) for path, _ in _list_leaves(change.applied or {})}
    compared |= {difference.path for change in (former, latter) for difference in change.differences}
    return tuple(one for one in found if any(_is_below(one.path, path) for path in compared))


def _is_below(path: Path, other: Path) -> bool:
    return path[: len(other)] == other or other[: len(path)] == path


def _compare_values(former: Value, latter: Value) -> Iterator[Divergence]:
    sides: list[dict[Path, Value]] = [dict(_list_leaves(side)) for side in (former, latter)]
    for path in dict.fromkeys([*sides[0], *sides[1]]):
        one, other = (side.get(path, MISSING) for side in sides)
        if isinstance(one, Missing) or isinstance(other, Missing) or not is_same(one, other):
            yield Divergence(path=path, former=one, latter=other)


def _list_leaves(value: Value, path: Path = ()) -> Iterator[tuple[Path, Value]]:
    """Yield each value that holds no other, with its path; an entry of a list goes by its name, if all have one."""
    match value:
        case dict() if value:
            for name in sorted(value):
                yield from _list_leaves(value[name], (*path, name))
        case list() if names := _find_names(value):
            for name, item in sorted(zip(names, value, strict=True), key=lambda pair: pair[0]):
                yield from _list_leaves(item, (*path, Key(name)))
        case _:
            yield path, value


def _find_names(items: list[Value]) -> list[str]:
    """Return the names of the entries of a list; none where one has no name, or two have the same."""
    names = [item.get("name") if isinstance(item, dict) else None for item in items]
    texts = [name for name in names if isinstance(name, str)]
    return texts if len(set(texts)) == len(items) else []


def _describe_requests(operations: tuple[Operation, ...]) -> dict[Address, list[object]]:
    """Return what is sent for each cluster, and whose requests it waits for, without the numbers."""
    owners = {operation.number: operation.address for operation in operations}
    requests: dict[Address, list[object]] = {}
    for operation in operations:
        waits = sorted({owners[number] for number in operation.after if number in owners})
        requests.setdefault(operation.address, []).append((operation.method, operation.path, operation.body, waits))
    return requests


def _compare_outputs(former: Plan, latter: Plan) -> tuple[str, ...]:
    sides: list[dict[str, OutputChange]] = [{one.name: one for one in plan.outputs} for plan in (former, latter)]
    return tuple(name for name in sorted(sides[0].keys() | sides[1].keys()) if sides[0].get(name) != sides[1].get(name))
