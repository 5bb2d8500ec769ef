"""Ignoring: what `ignore_changes` leaves alone is taken from the live cluster, so that it makes no difference.

Only what is ours is touched: a field that neither the configuration nor our last apply sets is the server's anyhow, but
a declared list is wholly ours, and what others put into it stays. A cluster that is created gets what is configured.
"""

from collections.abc import Iterable

from planner.model.desired import AllFields
from planner.model.paths import Key, Path
from planner.model.plan import MISSING, Missing
from planner.planning.compare import is_matched_list
from planner.planning.sameness import is_same_meaning
from planner.planning.sides import Sides, entry_key, get_member_field, key_entries, merge_names
from schemas import Field, find_entry
from state.values import Value

__all__ = ["drop_ignored", "leave_ignored", "list_ignored"]

_ANY = "*"


def leave_ignored(sides: Sides, ignored: tuple[Path, ...] | AllFields, field: Field | None) -> Sides:
    """Return `sides` as if the configuration wanted what is live, and always had, wherever `ignored` leads.

    Where the live value still is what our last apply led to, that is kept for what we want: the server may spell it
    its own way, or hide it.
    """
    return _leave(sides, frozenset(list_ignored(ignored)), field)


def list_ignored(ignored: tuple[Path, ...] | AllFields) -> tuple[Path, ...]:
    """Return the paths that are ignored; the empty one for all."""
    return ((),) if ignored == "all" else ignored


def drop_ignored(live: dict[str, Value], ignored: Iterable[Path]) -> dict[str, Value]:
    """Return `live` without what is ignored and never sent: what stands in a list goes along with the whole list."""
    paths = frozenset(ignored)
    return _drop(live, paths) if paths else live


def _drop(members: dict[str, Value], paths: frozenset[Path]) -> dict[str, Value]:
    kept: dict[str, Value] = {}
    for name, member in members.items():
        below = _below(paths, name)
        if () not in below:
            kept[name] = _drop(member, below) if below and isinstance(member, dict) else member
    return kept


def _leave(sides: Sides, paths: frozenset[Path], field: Field | None) -> Sides:
    if not paths or (sides.desired is MISSING and sides.applied is MISSING):
        return sides
    if is_matched_list(sides, field):
        return _leave_entries(sides, paths, field)
    if isinstance(sides.live, dict) and any(isinstance(side, dict) for side in (sides.desired, sides.applied)):
        return _leave_members(sides, paths, field)
    if () in paths:
        return _settle(sides, field)
    # What is not there at all is created with everything that is configured.
    return _leave_items(sides, paths, field)


def _settle(sides: Sides, field: Field | None) -> Sides:
    is_unmoved = _is_same(sides.live, sides.observed, field) and sides.applied is not MISSING
    value = sides.applied if is_unmoved else sides.live
    return Sides(value, value, sides.live, sides.live)


def _leave_members(sides: Sides, paths: frozenset[Path], field: Field | None) -> Sides:
    left = sides
    for name in merge_names(sides.desired, sides.applied):
        below = _below(paths, name, Key(name))
        if below:
            member = _leave(sides.at(name), below, get_member_field(field, name))
            left = Sides(
                _put(left.desired, name, member.desired),
                _put(left.applied, name, member.applied),
                _put(left.observed, name, member.observed),
                left.live,
            )
    if () in paths:
        # Member by member the two are one now; an object without members may be missing in one of them.
        whole = left.applied if left.desired is MISSING else left.desired
        return Sides(whole, whole, left.observed, left.live)
    return left


def _leave_entries(sides: Sides, paths: frozenset[Path], field: Field | None) -> Sides:
    """Leave entries of a list that are matched by key; those that only the live list has are ours to leave, too."""
    entries = Sides(*(key_entries(side) for side in (sides.desired, sides.applied, sides.observed, sides.live)))
    items = sides.desired if isinstance(sides.desired, list) else []
    positions = {entry_key(item): position for position, item in enumerate(items)}
    changed: dict[str, Sides] = {}
    for name in merge_names(entries.desired, entries.applied, entries.live):
        below = _below(paths, name, Key(name), positions.get(name, -1))
        entry_field = None if field is None else find_entry(field, name)
        if () in below:
            changed[name] = _settle(entries.at(name), entry_field)
        elif below:
            changed[name] = _leave(entries.at(name), below, entry_field)
    left = Sides(
        _replace_entries(sides.desired, {name: entry.desired for name, entry in changed.items()}),
        _replace_entries(sides.applied, {name: entry.applied for name, entry in changed.items()}),
        _replace_entries(sides.observed, {name: entry.observed for name, entry in changed.items()}),
        sides.live,
    )
    if () in paths and left.desired in ([], MISSING):
        return Sides(sides.live, sides.live, sides.live, sides.live)  # no entry is left to tell an empty list from none
    return left


def _leave_items(sides: Sides, paths: frozenset[Path], field: Field | None) -> Sides:
    """Leave items of a list without keys, which are known by their positions."""
    if not isinstance(sides.desired, list) or not isinstance(sides.live, list):
        return sides
    lists = [list(side) if isinstance(side, list) else side for side in (sides.desired, sides.applied, sides.observed)]
    for position in range(min(len(sides.desired), len(sides.live))):
        below = _below(paths, position, str(position))
        item = Sides(*(_item(side, position) for side in (*lists, sides.live)))
        left = _leave(item, below, field.items if field is not None else None)
        for side, value in zip(lists, (left.desired, left.applied, left.observed), strict=True):
            if isinstance(side, list) and position < len(side) and not isinstance(value, Missing):
                side[position] = value
    desired, applied, observed = lists
    return Sides(desired, applied, observed, sides.live)


def _below(paths: Iterable[Path], *steps: str | int | Key) -> frozenset[Path]:
    """Return what is left of those of `paths` that lead through one of `steps`; all of a whole is ignored."""
    return frozenset(path[1:] for path in paths if not path or path[0] in {_ANY, *steps})


def _put(side: Value | Missing, name: str, member: Value | Missing) -> Value | Missing:
    """Return an object with another member; where there is none, one that holds it."""
    if not isinstance(side, dict | Missing) or (isinstance(side, Missing) and isinstance(member, Missing)):
        return side
    members = {} if isinstance(side, Missing) else {other: value for other, value in side.items() if other != name}
    return members if isinstance(member, Missing) else {**members, name: member}


def _replace_entries(side: Value | Missing, entries: dict[str, Value | Missing]) -> Value | Missing:
    """Return a list with `entries` in the places of those with their keys, and new ones behind them."""
    items = side if isinstance(side, list) else []
    keys = {entry_key(item) for item in items}
    merged = [entries.get(entry_key(item), item) for item in items]
    merged += [entry for name, entry in entries.items() if name not in keys]
    kept = [entry for entry in merged if not isinstance(entry, Missing)]
    return kept if kept or isinstance(side, list) else side


def _item(side: object, position: int) -> Value | Missing:
    return side[position] if isinstance(side, list) and position < len(side) else MISSING


def _is_same(one: Value | Missing, other: Value | Missing, field: Field | None) -> bool:
    if isinstance(one, Missing) or isinstance(other, Missing):
        return one is other
    return is_same_meaning(one, other, field)
