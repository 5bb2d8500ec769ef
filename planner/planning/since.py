"""Since: what of a cluster has changed since the plan, as far as it concerns one request of it. Pure, like the plan."""

from collections.abc import Iterator, Mapping

from planner.model.live import LiveCluster
from planner.model.paths import Path
from planner.model.plan import MISSING, Change, Difference, Method, Missing, Operation
from planner.planning.changes import Rules, hash_compared, hash_whole, seal_live
from planner.planning.compare import compare
from planner.planning.ignore import drop_ignored
from planner.planning.sides import Sides, get_member_field
from planner.planning.verify import close_alike, find_record, find_told_secret, tell_changes
from schemas import Field
from state.record import Record
from state.snapshot import Snapshot
from state.values import Value

__all__ = ["find_changed"]


def find_changed(
    change: Change, operation: Operation, live: LiveCluster, snapshot: Snapshot | None, rules: Rules
) -> str | None:
    """Return what of a live cluster is no longer as `operation` of `change` was planned against; None where nothing is.

    A merge patch touches what was compared, and the lists that it carries whole; a request that overwrites or deletes
    a cluster touches all of it.
    """
    record = find_record(change, snapshot)
    before = change.before or {}
    seen = close_alike(seal_live(live, rules, find_told_secret(change, record, rules)), before)
    if operation.method is not Method.PATCH:
        if hash_whole(before, rules.field) == hash_whole(seen, rules.field):
            return None
        return _tell(_list_changes(before, seen, rules.field))
    # The hash is made anew from what the plan saw: with the first state of all comes another key for fingerprints.
    hashes = [hash_compared(change.applied, record, side, rules.field, change.left_alone) for side in (before, seen)]
    if hashes[0] != hashes[1]:
        former, now = (_keep_compared(side, change, record) for side in (before, seen))
        return _tell(_list_changes(former, now, rules.field))
    replaced = (*_list_replaced(operation.body or {}, before, seen, rules.field),)
    return _tell(replaced) if replaced else None


def _tell(differences: tuple[Difference, ...]) -> str:
    return tell_changes(differences) or "It is not what it was"


def _keep_compared(side: dict[str, Value], change: Change, record: Record | None) -> Value:
    """Return the part of a document that was compared, as it is spelled."""
    return _keep(drop_ignored(side, change.left_alone), change.applied or {}, record.applied if record else {})


def _keep(side: Value, *owners: Value | Missing) -> Value:
    named = [owner for owner in owners if isinstance(owner, dict)]
    if not isinstance(side, dict) or not named:
        return side
    return {
        name: _keep(member, *(owner.get(name, MISSING) for owner in named))
        for name, member in side.items()
        if any(name in owner for owner in named)
    }


def _list_replaced(
    body: Mapping[str, Value],
    before: Mapping[str, Value],
    seen: Mapping[str, Value],
    field: Field | None,
    path: Path = (),
) -> Iterator[Difference]:
    """Yield what has changed in the values that a merge patch replaces whole."""
    for name, member in body.items():
        below = get_member_field(field, name)
        former, now = before.get(name, MISSING), seen.get(name, MISSING)
        if not isinstance(member, dict):
            yield from _list_changes(former, now, below, (*path, name))
        elif isinstance(former, dict) and isinstance(now, dict):
            yield from _list_replaced(member, former, now, below, (*path, name))


def _list_changes(
    before: Value | Missing, seen: Value | Missing, field: Field | None, path: Path = ()
) -> tuple[Difference, ...]:
    """Return what must be sent to a cluster that is as `seen` to have it as `before` again."""
    found = compare(Sides(before, seen, seen, seen), field, path).differences
    return tuple(difference for difference in found if difference.cause.is_sent)
