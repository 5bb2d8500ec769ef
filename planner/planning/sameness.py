"""Sameness: whether two values of a cluster say the same. The one place where planner decides it.

What the schema gives no order has none; a text that the schema gives a meaning (a size, a duration, options of a JVM)
is the same as another one that means the same; and so is a secret text with the same content. Refuses nothing: what
cannot be read is compared as it stands.
"""

from functools import cache, lru_cache

from planner.model.plan import MISSING
from planner.planning.sides import Sides, entry_key, get_member_field, merge_names
from schemas import Field, canonicalise, find_entry
from state.values import Secret, Value, is_same

__all__ = ["is_same_apart_from_order", "is_same_meaning", "is_spelled_in", "project_compared", "put_in_order"]


def is_same_meaning(one: Value, other: Value, field: Field | None) -> bool:
    """Tell whether two values mean the same, whatever the order in lists where it means nothing."""
    return is_same(one, other) or (field is not None and _has_equals(field) and _is_alike(one, other, field))


def _is_alike(one: Value, other: Value, field: Field) -> bool:
    match one, other:
        case str(), str() if field.meaning is not None:
            canonical = _canonicalise(field.meaning, one)
            return canonical is not None and canonical == _canonicalise(field.meaning, other)
        case Secret(content=content), Secret(content=others):
            return content is not None and others is not None and is_same(content, others)
        case dict(), dict():
            return one.keys() == other.keys() and all(
                is_same_meaning(member, other[name], get_member_field(field, name)) for name, member in one.items()
            )
        case list(), list() if (field.list_key or field.is_set) and len(one) == len(other):
            pairs = zip(sorted(one, key=entry_key), sorted(other, key=entry_key), strict=True)
            return all(_is_same_entry(item, another, field) for item, another in pairs)
        case _:
            return False


def _is_same_entry(one: Value, other: Value, field: Field) -> bool:
    name = entry_key(one)
    return name == entry_key(other) and is_same_meaning(one, other, find_entry(field, name))


def is_same_apart_from_order(one: Value, other: Value, field: Field | None) -> bool:
    """Tell whether two values are spelled the same, whatever the order in lists where it means nothing."""
    return is_same(one, other) or is_same(put_in_order(one, field), put_in_order(other, field))


def is_spelled_in(wanted: Value, live: Value, field: Field | None) -> bool:
    """Tell whether all of `wanted` stands in `live`, and spelled the same, whatever else the server has there."""
    match wanted, live:
        case dict(), dict():
            return all(
                name in live and is_spelled_in(member, live[name], get_member_field(field, name))
                for name, member in wanted.items()
            )
        case list(), list() if wanted != live and field is not None and (field.list_key or field.is_set):
            entries = {entry_key(item): item for item in live}
            names = [entry_key(item) for item in wanted]
            return len(entries) == len(names) == len(live) and all(
                name in entries and is_spelled_in(item, entries[name], find_entry(field, name))
                for name, item in zip(names, wanted, strict=True)
            )
        case _:
            return is_same(wanted, live)


def put_in_order(value: Value, field: Field | None) -> Value:
    """Return `value` with the lists whose order means nothing in an order of their own."""
    if field is None:
        return value
    if isinstance(value, dict):
        return {name: put_in_order(member, get_member_field(field, name)) for name, member in value.items()}
    if isinstance(value, list) and (field.list_key or field.is_set):
        return sorted(value, key=entry_key)
    return value


def project_compared(sides: Sides, field: Field | None) -> Value:
    """Return the part of live that a comparison looks at, reduced to what it means."""
    if isinstance(sides.live, dict) and (isinstance(sides.desired, dict) or isinstance(sides.applied, dict)):
        return {
            name: project_compared(sides.at(name), get_member_field(field, name))
            for name in merge_names(sides.desired, sides.applied)
            if name in sides.live
        }
    if sides.live is MISSING:
        return None
    return sides.live if field is None else _reduce(sides.live, field)


def _reduce(value: Value, field: Field) -> Value:
    """Return what `value` means: in canonical spelling, and with the lists whose order means nothing in order."""
    if isinstance(value, str):
        canonical = None if field.meaning is None else _canonicalise(field.meaning, value)
        return value if canonical is None else canonical
    if isinstance(value, Secret):
        return value if value.content is None else value.content
    if not _has_equals(field):
        return value
    if isinstance(value, dict):
        return {name: _reduce_member(member, get_member_field(field, name)) for name, member in value.items()}
    if isinstance(value, list) and (field.list_key or field.is_set):
        return [_reduce_member(item, find_entry(field, entry_key(item))) for item in sorted(value, key=entry_key)]
    return value


def _reduce_member(value: Value, field: Field | None) -> Value:
    return value if field is None else _reduce(value, field)


@cache
def _has_equals(field: Field) -> bool:
    """Tell whether what `field` holds can be put in another way and still mean the same."""
    if field.list_key or field.is_set or field.meaning is not None:
        return True
    below = (*field.fields.values(), field.others, field.items)
    return any(_has_equals(at) for at in below if at is not None)


_canonicalise = lru_cache(maxsize=8192)(canonicalise)
"""The same few values stand in every cluster of a fleet."""
