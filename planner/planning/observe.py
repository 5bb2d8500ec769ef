"""Observing: what is remembered of a cluster once the server is done with a change of it.

What somebody else did meanwhile is no part of that: remembered as the server's way to spell our wish, it would never
show as drift.
"""

from planner.model.plan import Change
from planner.planning.sameness import is_same_meaning
from planner.planning.sides import get_member_field
from schemas import Field
from state.values import Value

__all__ = ["leave_out_foreign"]


def leave_out_foreign(seen: dict[str, Value], change: Change, field: Field) -> dict[str, Value]:
    """Return `seen` with what it held before, wherever `change` was to leave a field of ours as it was."""
    if change.before is None or change.after is None:
        return seen
    return _keep_members(seen, change.applied or {}, change.before, change.after, field)


def _keep_members(
    seen: dict[str, Value],
    wanted: dict[str, Value],
    before: dict[str, Value],
    after: dict[str, Value],
    field: Field | None,
) -> dict[str, Value]:
    kept = dict(seen)
    for name in wanted.keys() & before.keys() & after.keys():
        member_field = get_member_field(field, name)
        members = (kept.get(name), wanted[name], before[name], after[name])
        match members:
            case dict(), dict(), dict(), dict():
                kept[name] = _keep_members(*members, member_field)
            case there, _, had, planned if is_same_meaning(had, planned, member_field):
                if name not in kept or not is_same_meaning(there, planned, member_field):
                    kept[name] = had
            case _:
                pass
    return kept
