"""Which of several types is the more general one, where one of them has to be chosen; data only, decides nothing else.

The order is partial: types of which neither is more general are left in the order in which they were given.
"""

from collections.abc import Iterable, Sequence

from planner.lang.types import STRING, CollectionType, DynamicType, ObjectType, PrimitiveType, TupleType, Type

__all__ = ["sort_types"]


def sort_types(types: Sequence[Type]) -> list[Type]:
    """Return `types` with the more general ones first; what may be anything comes last."""
    below: list[list[int]] = [[] for _ in types]
    waiting = [0] * len(types)
    for one in range(len(types)):
        for other in range(one + 1, len(types)):
            order = _compare(types[one], types[other])
            if order:
                upper, lower = (one, other) if order < 0 else (other, one)
                below[upper].append(lower)
                waiting[lower] += 1
    queue = [at for at, count in enumerate(waiting) if not count]
    for at in queue:
        for lower in below[at]:
            waiting[lower] -= 1
            if not waiting[lower]:
                queue.append(lower)
    return [types[at] for at in queue]


def _compare(one: Type, other: Type) -> int:
    """Return a number below 0 where `one` is more general, above where `other` is, and 0 where neither is."""
    match one, other:
        case (DynamicType(), _) | (_, DynamicType()):
            return isinstance(one, DynamicType) - isinstance(other, DynamicType)
        case PrimitiveType(), PrimitiveType():
            return (other == STRING) - (one == STRING)
        case CollectionType(), CollectionType() if one.kind == other.kind:
            return _compare(one.element, other.element)
        case ObjectType(), ObjectType():
            return _compare_objects(one, other)
        case TupleType(), TupleType() if len(one.items) == len(other.items):
            return _join(map(_compare, one.items, other.items))
        case _:
            return _rank(one, other) - _rank(other, one)


def _compare_objects(one: ObjectType, other: ObjectType) -> int:
    left, right = dict(one.attributes), dict(other.attributes)
    if left.keys() != right.keys():
        return 0
    return _join(_compare(inner, right[name]) for name, inner in left.items())


def _join(orders: Iterable[int]) -> int:
    """Return the order that all parts agree on, 0 where they do not."""
    signs = {order for order in orders if order}
    return signs.pop() if len(signs) == 1 else 0


def _rank(one: Type, other: Type) -> int:
    """Return 1 where `one` is of a kind to which that of `other` is more general."""
    match one, other:
        case ObjectType(), CollectionType(kind="map"):
            return 1
        case TupleType(), CollectionType(kind="list"):
            return 1
        case CollectionType(kind="set"), (TupleType() | CollectionType(kind="list")):
            return 1
        case _:
            return 0
