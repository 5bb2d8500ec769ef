"""The id of a plan: the hash of the transition that it makes, which is what people approve.

Nothing enters that two machines could see differently: no time, path, order of files, serial, version or wording; and
no order where it means nothing, as that of tags.
"""

from collections.abc import Sequence

from planner.model.plan import MISSING, Action, Change, Operation
from planner.planning.changes import hash_value
from planner.planning.compare import Sides, project_compared
from schemas import cluster_field
from state.address import Address
from state.values import Value

__all__ = ["make_plan_id"]


def make_plan_id(changes: Sequence[Change], operations: Sequence[Operation]) -> str:
    """Return the id, in hexadecimal, of the plan of these changes and operations."""
    by_address: dict[Address, list[Value]] = {change.address: [] for change in changes}
    for operation in operations:
        body = _put_in_order(operation.body)
        by_address[operation.address].append([operation.method.value, operation.path, body, [*operation.after]])
    return hash_value(
        [
            [
                str(change.address),
                change.action.value,
                change.compared,
                hash_value(_put_in_order(change.applied) if change.action is not Action.DELETE else None),
                list(by_address[change.address]),
                *_identify(change),
            ]
            for change in changes
            if change.action is not Action.NO_OP or change.moved_from or change.importing
        ]
    )


def _put_in_order(document: dict[str, Value] | None) -> Value:
    """Return a document with the lists whose order means nothing in an order of their own."""
    return None if document is None else project_compared(Sides(document, MISSING, MISSING, document), cluster_field())


def _identify(change: Change) -> list[Value]:
    """Return which cluster a change is about, where no request says it: one that comes, goes or moves in the state."""
    if change.moved_from:
        return [change.id, str(change.moved_from)]
    return [change.id] if change.importing or change.action is Action.FORGET else []
