"""Comparing: what differs between desired and live, and why, told by applied and observed.

A field is ours if the configuration sets it or our last apply did; a declared list is wholly ours; everything else
is the server's and never a difference. Refuses to decide what a difference leads to.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache

from planner.model.paths import Key, Path, Step
from planner.model.plan import MISSING, Cause, Difference, Missing
from planner.planning.sameness import is_same_apart_from_order, is_same_meaning, put_in_order
from planner.planning.sides import Side, Sides, entry_key, get_member, get_member_field, key_entries, merge_names
from schemas import Field, find_entry
from state.values import Secret, Value

__all__ = ["Comparison", "compare", "is_matched_list"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs, and the value as it will be once every difference that is sent has been sent."""

    differences: tuple[Difference, ...]
    after: Side


def compare(sides: Sides, field: Field | None, path: Path = ()) -> Comparison:
    """Return what differs at `path` and below, in the order of the configuration's fields."""
    if sides.desired is MISSING and field is not None and field.immutable:
        # It cannot be cleared; that it left the configuration only means that it is the server's from now on.
        return Comparison((), sides.live)
    if isinstance(sides.desired, dict) or (sides.desired is MISSING and isinstance(sides.applied, dict)):
        return _compare_objects(sides, field, path)
    if is_matched_list(sides, field):
        return _compare_lists(sides, field, path)
    return _compare_leaves(sides, field, path)


def _compare_objects(sides: Sides, field: Field | None, path: Path) -> Comparison:
    if sides.desired == {} and not isinstance(sides.live, dict):
        return _compare_leaves(sides, field, path)
    if _leaves_whole(sides, field, path):
        # Which order the server gives members and matched lists in must not show.
        whole = put_in_order(sides.live, field) if not isinstance(sides.live, Missing) else None
        return Comparison(tuple(_remove_leaves(whole, sides.applied, path)), MISSING)
    live = sides.live if isinstance(sides.live, dict) else {}
    after = dict(live)
    differences: list[Difference] = []
    for name in merge_names(sides.desired, sides.applied):
        member = compare(sides.at(name), get_member_field(field, name), (*path, name))
        differences.extend(member.differences)
        if member.after is MISSING:
            after.pop(name, None)
        else:
            after[name] = member.after
    if sides.desired is MISSING and (sides.live is MISSING or not differences):
        return Comparison(tuple(differences), sides.live)
    return Comparison(tuple(differences), after)


def _leaves_whole(sides: Sides, field: Field | None, path: Path) -> bool:
    """Tell whether an object that left the configuration leaves the cluster with all that is in it.

    What the server chose inside it came with it, as the servers of a data tier do. Where somebody else has changed
    something inside, only what is ours goes; and what cannot change stays anyhow.
    """
    return (
        len(path) > 1
        and sides.desired is MISSING
        and isinstance(sides.live, dict)
        and isinstance(sides.observed, dict)
        and not _holds_immutable(field)
        and is_same_meaning(sides.live, sides.observed, field)
    )


def _remove_leaves(value: Value, applied: Side, path: Path) -> Iterable[Difference]:
    if isinstance(value, dict) and value:
        for name in sorted(value):
            yield from _remove_leaves(value[name], get_member(applied, name), (*path, name))
    else:
        yield Difference(path=path, cause=Cause.EDIT, before=value, after=MISSING, applied=applied)


@cache
def _holds_immutable(field: Field | None) -> bool:
    return field is not None and (field.immutable or any(map(_holds_immutable, field.fields.values())))


def _compare_leaves(sides: Sides, field: Field | None, path: Path) -> Comparison:
    cause = _find_cause(sides, field)
    if cause is None:
        return Comparison((), sides.live)
    return Comparison((_make_difference(sides, cause, path),), sides.desired if cause.is_sent else sides.live)


def _compare_lists(sides: Sides, field: Field | None, path: Path) -> Comparison:
    entries = Sides(*(key_entries(side) for side in (sides.desired, sides.applied, sides.observed, sides.live)))
    differences: list[Difference] = []
    for name in merge_names(entries.desired, entries.applied, entries.live):
        step: Step = Key(name)
        entry_field = None if field is None else find_entry(field, name)
        differences.extend(_compare_entries(entries.at(name), entry_field, (*path, step)))
    if sides.desired is MISSING:
        # Null clears the whole list, so what the server had added of its own goes too.
        differences = [_as_sent(difference) for difference in differences]
    if any(difference.cause.is_sent for difference in differences):
        return Comparison(tuple(differences), sides.desired)
    if [] in (sides.desired, sides.live) and MISSING in (sides.desired, sides.live):
        return _compare_leaves(sides, field, path)  # without entries, there is only the list itself to set or to clear
    return Comparison(tuple(differences), sides.live)


def _compare_entries(sides: Sides, field: Field | None, path: Path) -> Iterable[Difference]:
    """Return what differs in one entry of a matched list: member by member where it is there before and after."""
    if isinstance(sides.desired, dict) and isinstance(sides.live, dict):
        names = merge_names(sides.desired, sides.applied, sides.live)
        for name in names:
            yield from compare(sides.at(name), get_member_field(field, name), (*path, name)).differences
        return
    cause = _find_cause(sides, field)
    if cause is not None:
        yield _make_difference(sides, cause, path)


def _make_difference(sides: Sides, cause: Cause, path: Path) -> Difference:
    return Difference(path=path, cause=cause, before=sides.live, after=sides.desired, applied=sides.applied)


def _find_cause(sides: Sides, field: Field | None) -> Cause | None:
    """Return why live and desired differ here, or None if there is nothing to tell."""
    edited = not _means_same(sides.desired, sides.applied, field)
    if _means_same(sides.desired, sides.live, field):
        if edited and sides.live is not MISSING and not _is_respelled(sides, field):
            return Cause.ADOPT
        return None if _reads_same(sides.desired, sides.live, field) else Cause.ECHO
    unmoved = _means_same(sides.live, sides.observed, field)
    if not edited:
        return Cause.ECHO if unmoved else Cause.DRIFT
    if unmoved or _means_same(sides.live, sides.applied, field):
        return Cause.EDIT
    return Cause.CONFLICT


def _is_respelled(sides: Sides, field: Field | None) -> bool:
    """Tell whether a secret text means what our last one did, as far as the server has kept that as it was."""
    is_other_text = isinstance(sides.desired, Secret) and not _reads_same(sides.desired, sides.live, field)
    return is_other_text and sides.applied is not MISSING and _means_same(sides.live, sides.observed, field)


def _means_same(one: Side, other: Side, field: Field | None) -> bool:
    if isinstance(one, Missing) or isinstance(other, Missing):
        return one is other
    return is_same_meaning(one, other, field)


def _reads_same(one: Side, other: Side, field: Field | None) -> bool:
    if isinstance(one, Missing) or isinstance(other, Missing):
        return one is other
    return is_same_apart_from_order(one, other, field)


def _as_sent(difference: Difference) -> Difference:
    return difference if difference.cause.is_sent else replace(difference, cause=Cause.EDIT)


def is_matched_list(sides: Sides, field: Field | None) -> bool:
    """Tell whether the entries of a list are matched by key, and not by their positions."""
    if field is None or not (field.list_key or field.is_set):
        return False
    wanted = sides.applied if sides.desired is MISSING else sides.desired
    return isinstance(wanted, list) and all(
        not isinstance(side, list) or _has_distinct_keys(side) for side in (wanted, sides.live)
    )


def _has_distinct_keys(items: list[Value]) -> bool:
    return len({entry_key(item) for item in items}) == len(items)
