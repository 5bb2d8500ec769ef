"""Arm types: in what the types of the two values of a conditional differ, in words."""

from itertools import zip_longest

from planner.lang.types import CollectionType, ObjectType, TupleType, Type, describe_type

__all__ = ["HIDDEN_MISMATCH", "explain_mismatch"]

HIDDEN_MISMATCH = (
    "Both values must be of one type, whichever is taken; in what they differ would show a sensitive value. Give both "
    "the same type: tolist(), tomap() and tostring() convert."
)
"""What is said where the names of attributes may be secret."""


def explain_mismatch(yes: Type, no: Type) -> str:
    """Return in what two types that cannot be made one differ, and what to do."""
    return (
        f"Both values must be of one type, whichever is taken. {_find_difference(yes, no)}. Give both the same type: "
        "tolist(), tomap() and tostring() convert."
    )


def _find_difference(yes: Type, no: Type) -> str:
    if isinstance(yes, ObjectType) and isinstance(no, ObjectType):
        return _compare_objects(yes, no)
    if isinstance(yes, TupleType) and isinstance(no, TupleType):
        return _compare_tuples(yes, no)
    one, other = describe_type(yes), describe_type(no)
    if one != other:
        return f"The first is {_add_article(one)}, the second {_add_article(other)}"
    if isinstance(yes, CollectionType) and isinstance(no, CollectionType):
        return f"In their elements: {_lower(_find_difference(yes.element, no.element))}"
    return "They differ somewhere deep inside"


def _compare_objects(yes: ObjectType, no: ObjectType) -> str:
    one, other = dict(yes.attributes), dict(no.attributes)
    for name in sorted(one.keys() | other.keys()):
        if name not in other:
            return f'The first has the attribute "{name}", which the second has not'
        if name not in one:
            return f'The second has the attribute "{name}", which the first has not'
        if one[name] != other[name]:
            return f'In the attribute "{name}": {_lower(_find_difference(one[name], other[name]))}'
    return "They differ somewhere deep inside"


def _compare_tuples(yes: TupleType, no: TupleType) -> str:
    if len(yes.items) != len(no.items):
        return f"The first is a tuple of {len(yes.items)}, the second of {len(no.items)}"
    for position, (one, other) in enumerate(zip_longest(yes.items, no.items)):
        if one != other:
            return f"In element {position}: {_lower(_find_difference(one, other))}"
    return "They differ somewhere deep inside"


def _lower(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]


def _add_article(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeio' else 'a'} {noun}"
