"""Equality of values, as `==` has it: of the same type and the same in all parts; two nulls are always equal.

What is unknown makes the answer unknown, unless it is false whatever the unknown part turns out to be. All marks of
both sides come to the answer. Refuses nothing.
"""

from collections.abc import Iterable

from planner.lang.number import Number
from planner.lang.types import (
    BOOL,
    CollectionType,
    DynamicType,
    ObjectType,
    PrimitiveType,
    TupleType,
    Type,
    has_dynamic,
)
from planner.lang.values import (
    Nothing,
    Value,
    is_known,
    is_null,
    is_wholly_known,
    items_of,
    make_bool,
    make_unknown,
    mark,
    members_of,
    unmark_deep,
)

__all__ = ["equals", "is_identical"]

_UNKNOWN = make_unknown(BOOL)


def equals(one: Value, other: Value) -> Value:
    """Return whether `one` and `other` are equal: a bool, maybe unknown, with the marks of both and of their parts."""
    left, left_marks = unmark_deep(one)
    right, right_marks = unmark_deep(other)
    answer = _compare(left, right, is_whole=True)
    return mark(_UNKNOWN if answer is None else make_bool(answer), left_marks | right_marks)


def is_identical(one: Value, other: Value) -> bool:
    """Tell whether two values have the same type, content and marks, what is unknown being the same as itself."""
    return one == other


def _compare(one: Value, other: Value, *, is_whole: bool = False) -> bool | None:
    """Return whether two values without marks are equal; None where that is not known yet.

    The types of parts are known, once those of the wholes are.
    """
    if not is_known(one) or not is_known(other):
        return _compare_unknown(one, other)
    if is_null(one) or is_null(other):
        return is_null(one) and is_null(other)
    if isinstance(one.type, PrimitiveType):
        return one.type == other.type and one.content == other.content
    if is_whole and not (_has_known_type(one) and _has_known_type(other)):
        return None if _conforms(one.type, other.type) or _conforms(other.type, one.type) else False
    return one.type == other.type and _compare_parts(one, other)


def _compare_unknown(one: Value, other: Value) -> bool | None:
    """Return False where the types alone tell the two apart; a null would be equal to a null of any type."""
    if not is_known(one) and not is_known(other):
        return None
    known, unknown = (one, other) if is_known(one) else (other, one)
    if is_null(known) or has_dynamic(unknown.type) or known.type == unknown.type:
        return None
    return False


def _compare_parts(one: Value, other: Value) -> bool | None:
    if isinstance(one.content, tuple):
        left, right = items_of(one), items_of(other)
        if isinstance(one.type, CollectionType) and one.type.kind == "set":
            return _compare_sets(left, right)
        return len(left) == len(right) and _compare_all(zip(left, right, strict=True))
    members, others = members_of(one), members_of(other)
    if members.keys() != others.keys():
        return False
    answers = {_compare(members[key], others[key]) for key in members}
    return False if False in answers else None if None in answers else True


def _compare_all(pairs: Iterable[tuple[Value, Value]]) -> bool | None:
    """Return False at the first pair that differs, None at the first of which it is not known."""
    for one, other in pairs:
        answer = _compare(one, other)
        if answer is not True:
            return answer
    return True


def _compare_sets(one: tuple[Value, ...], other: tuple[Value, ...]) -> bool | None:
    if not all(map(is_known, one)) or not all(map(is_known, other)):
        return None
    if all(map(is_wholly_known, one)) and all(map(is_wholly_known, other)):
        return one == other
    return _holds_all(one, other) and _holds_all(other, one)


def _holds_all(holder: tuple[Value, ...], items: tuple[Value, ...]) -> bool:
    return all(any(_compare(item, held) is True for held in holder) for item in items)


def _has_known_type(value: Value) -> bool:
    """Tell whether the type of each part of `value` is known; that of a null is."""
    content = value.content
    if content is Nothing.NULL:
        return True
    if content is Nothing.UNKNOWN:
        return not has_dynamic(value.type)
    if isinstance(content, tuple):
        return all(map(_has_known_type, content))
    if isinstance(content, str | bool | Number):
        return True
    return all(map(_has_known_type, content.values()))


def _conforms(given: Type, wanted: Type) -> bool:
    """Tell whether a value of type `given` may turn out to be of type `wanted` once that is known."""
    if isinstance(wanted, DynamicType) or given == wanted:
        return True
    match given, wanted:
        case CollectionType(), CollectionType():
            return given.kind == wanted.kind and _conforms(given.element, wanted.element)
        case TupleType(), TupleType():
            return len(given.items) == len(wanted.items) and all(map(_conforms, given.items, wanted.items))
        case ObjectType(), ObjectType():
            left, right = dict(given.attributes), dict(wanted.attributes)
            return left.keys() == right.keys() and all(_conforms(left[name], right[name]) for name in left)
        case _:
            return False
