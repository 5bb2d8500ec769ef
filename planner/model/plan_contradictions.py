"""Contradictions: where a plan that was read says two things, though its parts are well-formed.

A reader must be able to rely on what a plan shows: it performs no request but those that its changes show.
"""

import json
from collections.abc import Iterator

from planner.model.plan import Action, Change, Method, Operation, Plan
from state.address import Address
from state.values import Json, is_same

__all__ = ["find_contradictions", "find_divergence"]

_REQUESTS: dict[Action, tuple[tuple[Method, ...], ...]] = {
    Action.CREATE: ((Method.POST,),),
    Action.UPDATE: ((Method.PATCH,), (Method.PUT,)),
    Action.REPLACE: ((Method.DELETE, Method.POST),),
    Action.DELETE: ((Method.DELETE,),),
    Action.FORGET: ((),),
    Action.NO_OP: ((),),
}
_spell = json.JSONEncoder(sort_keys=True).encode


def find_contradictions(plan: Plan) -> Iterator[tuple[str, str]]:
    """Return where a plan says two things: a reader must be able to rely on what it shows."""
    by_address = {change.address: change for change in plan.changes}
    if len(by_address) != len(plan.changes):
        yield "resource_changes", "has two changes of one cluster"
    operations: dict[Address, list[Operation]] = {address: [] for address in by_address}
    numbers: set[int] = set()
    for position, operation in enumerate(plan.operations):
        path = f"operations[{position}]"
        if operation.address not in by_address:
            yield f"{path}.address", "is of no change"
            continue
        if operation.number in numbers or not numbers.issuperset(operation.after):
            yield f"{path}.number", "is out of order"
        numbers.add(operation.number)
        operations[operation.address].append(operation)
        if not _is_shown(operation, by_address[operation.address]):
            yield path, "is not the request that its change shows"
    for position, change in enumerate(plan.changes):
        if tuple(operation.method for operation in operations[change.address]) not in _REQUESTS[change.action]:
            yield f"resource_changes[{position}].change.actions", "do not fit the operations"


def _is_shown(operation: Operation, change: Change) -> bool:
    """Tell whether a request goes to the cluster of its change, and carries a document where it must."""
    if operation.method is Method.POST:
        return operation.path == "/clusters" and operation.body is not None and is_same(operation.body, change.after)
    is_its_own = change.id is not None and operation.path == f"/clusters/{change.id}"
    return is_its_own and (operation.body is None) is (operation.method is Method.DELETE)


def find_divergence(one: Json, other: Json, path: str = "") -> str:
    """Return the path of the first place at which two documents part."""
    match one, other:
        case dict(), dict():
            prefix = f"{path}." if path else ""
            for name in sorted(one.keys() & other.keys()):
                if found := _compare(one[name], other[name], prefix + name):
                    return found
        case list(), list() if len(one) == len(other):
            for position, (left, right) in enumerate(zip(one, other, strict=True)):
                if found := _compare(left, right, f"{path}[{position}]"):
                    return found
        case _:
            pass
    return path


def _compare(one: Json, other: Json, path: str) -> str:
    return "" if _spell(one) == _spell(other) else find_divergence(one, other, path)
