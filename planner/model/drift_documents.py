"""Drift in a plan: what others changed in its clusters, as the saved document says it in Terraform's form.

All of it is derived from the changes: before is what we last applied, after is what is live. A difference within a
text cannot be told in the form of a document, and is then only among the differences of its change.
"""

from planner.model.paths import Key, Path
from planner.model.plan import MISSING, Cause, Change, Difference, Missing, Reason
from planner.model.plan_encoding import encode_path, encode_place, encode_sides
from state.values import Json, Value, encode_value

__all__ = ["encode_drift", "encode_drifted", "list_drift"]

_OTHERS = frozenset({Cause.DRIFT, Cause.CONFLICT, Cause.ADOPT})


def list_drift(change: Change) -> tuple[Difference, ...]:
    """Return the differences of a change that others made."""
    return tuple(difference for difference in change.differences if difference.cause in _OTHERS)


def encode_drifted(path: Path, cause: Cause, **sides: "Value | Missing") -> dict[str, Json]:
    """Return one value that others changed: `before` as we last applied it, `after` as it is live, and what else.

    A side without a value is left out.
    """
    told = {name: encode_value(side) for name, side in sides.items() if not isinstance(side, Missing)}
    return {"cause": cause.value, "path": encode_path(path), **told}


def encode_drift(change: Change) -> dict[str, Json] | None:
    """Return what others did to the cluster of a change, as a resource change; None where they did nothing.

    What a cluster was that is gone is not told: nobody knows how it was last.
    """
    place = encode_place(change.moved_from or change.address)
    if change.reason is Reason.GONE:
        return {**place, "change": {"actions": ["delete"], **encode_sides(None, None)}}
    drifted = list_drift(change)
    if not drifted or change.before is None:
        return None
    before: Value | Missing = change.before
    for difference in drifted:
        before = _put(before, difference.path, difference.applied)
    sides = encode_sides(encode_value({} if isinstance(before, Missing) else before), encode_value(change.before))
    return {**place, "change": {"actions": ["update"], **sides}}


def _put(document: "Value | Missing", path: Path, side: "Value | Missing") -> "Value | Missing":
    """Return `document` with `side` at `path`; as it is where it has no such place."""
    if not path:
        return side
    step, rest = path[0], path[1:]
    match document, step:
        case dict(), str():
            return _put_member(document, step, _put(document.get(step, MISSING), rest, side))
        case Missing(), str():
            return _put_member({}, step, _put(MISSING, rest, side)) or MISSING
        case list(), int() | Key():
            at = step if isinstance(step, int) else _find_entry(document, step.name)
            old = document[at] if at < len(document) else MISSING
            new = _put(old, rest, side)
            return [*document[:at], *([] if isinstance(new, Missing) else [new]), *document[at + 1 :]]
        case _:
            return document


def _put_member(members: dict[str, Value], name: str, member: "Value | Missing") -> dict[str, Value]:
    kept = {other: value for other, value in members.items() if other != name}
    return kept if isinstance(member, Missing) else {**kept, name: member}


def _find_entry(entries: list[Value], name: str) -> int:
    """Return the position of the entry of this name, or that after the last."""
    names = (entry.get("name") if isinstance(entry, dict) else entry for entry in entries)
    return next((position for position, one in enumerate(names) if one == name), len(entries))
