"""The id of a plan: the hash of the transition that it makes, which is what people approve.

Nothing enters that two machines could see differently: no time, path, order of files, serial, version or wording; and
no order where it means nothing, as that of tags.
"""

from collections.abc import Sequence
from functools import cache

from planner.model.plan import Action, Change, Operation
from planner.planning.changes import hash_value
from planner.planning.sides import entry_key
from schemas import Field, cluster_field
from state.address import Address
from state.values import Value

__all__ = ["make_plan_id"]


def make_plan_id(changes: Sequence[Change], operations: Sequence[Operation]) -> str:
    """Return the id, in hexadecimal, of the plan of these changes and operations."""
    field = cluster_field()
    ordered: dict[Address, Value] = {
        change.address: _put_in_order(change.applied, field) for change in changes if change.action is not Action.DELETE
    }
    wanted = {change.address: change.applied for change in changes}
    by_address: dict[Address, list[Value]] = {change.address: [] for change in changes}
    for operation in operations:
        is_wish = operation.body is not None and operation.body is wanted[operation.address]
        body = ordered[operation.address] if is_wish else _put_in_order(operation.body, field)
        by_address[operation.address].append([operation.method.value, operation.path, body, [*operation.after]])
    return hash_value(
        [
            [
                str(change.address),
                change.action.value,
                change.compared,
                hash_value(ordered.get(change.address)),
                list(by_address[change.address]),
                *_identify(change),
            ]
            for change in changes
            if change.action is not Action.NO_OP or change.moved_from or change.importing or change.lifts_protection
        ]
    )


def _put_in_order(value: Value, field: Field | None) -> Value:
    """Return `value` with the lists whose order means nothing in an order of their own."""
    if field is None:
        return value
    if isinstance(value, dict) and _holds_lists(field):
        return {name: _put_in_order(value[name], field.fields.get(name, field.others)) for name in value}
    if isinstance(value, list) and (field.list_key or field.is_set):
        return sorted(value, key=entry_key)
    return value


@cache
def _holds_lists(field: Field) -> bool:
    """Tell whether anything below `field` can be a list whose order means nothing."""
    below = (*field.fields.values(), field.others)
    return any(at is not None and (bool(at.list_key) or at.is_set or _holds_lists(at)) for at in below)


def _identify(change: Change) -> list[Value]:
    """Return which cluster a change is about, where no request says it, and what only the state gets to know of it."""
    lifted: list[Value] = ["prevent_destroy", False] if change.lifts_protection else []
    if change.moved_from:
        return [change.id, str(change.moved_from), *lifted]
    return [change.id, *lifted] if change.importing or change.action is Action.FORGET or lifted else []
