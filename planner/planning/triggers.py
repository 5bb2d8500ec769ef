"""Triggers: which clusters `replace_triggered_by` has replaced, because the plan changes what it names.

As in Terraform, an update or a replacement is a change, and a create is none; what a replacement leads to may lead to
another one. Decides nothing about protection: whether a replacement is forbidden, is judged with the whole plan.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from planner.model.late import holds_late
from planner.model.paths import Key, Path, Step
from planner.model.plan import MISSING, Action, Change, Missing, Reason
from planner.model.secrets import Vault
from planner.planning.changes import Planned, Rules, plan_cluster
from planner.planning.pair import Pair
from planner.planning.sameness import is_same_meaning
from schemas import find_named
from state.address import Address
from state.values import Value

__all__ = ["replace_triggered"]


def replace_triggered(
    pairs: Sequence[Pair], planned: Mapping[Address, Planned], rules: Rules, vault: Vault
) -> dict[Address, Planned]:
    """Return `planned` with a replacement for each cluster of `pairs` whose trigger is changed."""
    result = dict(planned)
    waiting = {} if rules.destroy else {pair.address: pair for pair in pairs if _may_be_triggered(pair, planned)}
    instances = _group_by_resource(planned) if waiting else {}
    has_fired = bool(waiting)
    while has_fired:
        has_fired = False
        for address, pair in list(waiting.items()):
            causes = _find_causes(pair, result, instances)
            if causes:
                result[address] = _replace(waiting.pop(address), causes, rules, vault)
                has_fired = True
    return result


def _may_be_triggered(pair: Pair, planned: Mapping[Address, Planned]) -> bool:
    if pair.desired is None or not pair.desired.lifecycle.replace_triggered_by or pair.live is None:
        return False
    change = planned[pair.address].change
    return change is None or change.action is not Action.REPLACE


def _replace(pair: Pair, causes: tuple[Address, ...], rules: Rules, vault: Vault) -> Planned:
    planned = plan_cluster(pair, replace(rules, replace=rules.replace | {pair.address}), vault)
    change = replace(planned.change, reason=Reason.TRIGGERED, triggered_by=causes) if planned.change else None
    return replace(planned, change=change)


def _find_causes(
    pair: Pair, planned: Mapping[Address, Planned], instances: Mapping[Address, Sequence[Address]]
) -> tuple[Address, ...]:
    """Return the clusters whose change replaces that of `pair`."""
    triggers = pair.desired.lifecycle.replace_triggered_by if pair.desired else ()
    causes = {
        address
        for named, path in triggers
        for address in ([named] if named in planned else instances.get(named, ()))
        if _changes(planned[address].change, path)
    }
    return tuple(sorted(causes))


def _group_by_resource(addresses: Mapping[Address, object]) -> dict[Address, list[Address]]:
    """Return the instances of each cluster block by its address without a key."""
    groups: dict[Address, list[Address]] = {}
    for address in addresses:
        groups.setdefault(replace(address, key=None), []).append(address)
    return groups


def _changes(change: Change | None, path: Path) -> bool:
    """Tell whether `change` changes the value at `path`, or may: what only the server sets comes late."""
    if change is None or change.action not in {Action.UPDATE, Action.REPLACE}:
        return False
    if path[:1] == ("status",) or (path[:1] == ("metadata",) and path[1:2] != ("name",)):
        return change.action is Action.REPLACE or path[:1] == ("status",)
    before, after = (_look(side, path) for side in (change.before or {}, change.after or {}))
    if isinstance(before, Missing) or isinstance(after, Missing):
        return before is not after
    return holds_late(after) or not is_same_meaning(before, after, find_named(map(_name, path)))


def _name(step: Step) -> str | int:
    return step.name if isinstance(step, Key) else step


def _look(value: Value | Missing, path: Path) -> Value | Missing:
    """Return what stands at `path` in `value`."""
    for step in path:
        value = next(_step(value, step), MISSING)
    return value


def _step(value: Value | Missing, step: str | int | Key) -> Iterator[Value]:
    match value, step:
        case dict(), str() if step in value:
            yield value[step]
        case list(), int() if 0 <= step < len(value):
            yield value[step]
        case list(), Key(name=name) | str(name):
            yield from (item for item in value if isinstance(item, dict) and item.get("name") == name)
        case _:
            pass
