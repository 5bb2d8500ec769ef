"""Reading arguments and writing results: numbers, kinds of types, text, and the limits on what a function may build.

Refuses, with `FunctionError`, a fraction where a whole number is needed and results that would fill the memory.
"""

import math
from collections.abc import Hashable, Mapping

from planner.lang.functions.signature import FunctionError, TooLargeError
from planner.lang.number import to_float, to_int
from planner.lang.templates import normalize
from planner.lang.types import CollectionType, TupleType, Type
from planner.lang.values import Value, make_text, number_of

__all__ = [
    "ELEMENT_LIMIT",
    "TEXT_LIMIT",
    "check_count",
    "check_size",
    "element_of",
    "is_collection",
    "is_sequence",
    "item_types_of",
    "make_key",
    "read_float",
    "read_whole",
    "write_text",
]

TEXT_LIMIT = 1024 * 1024
"""How many characters the text may have that a function makes."""
ELEMENT_LIMIT = 200_000
"""How many elements the collection may have that a function makes."""

_LARGEST = 2**63 - 1


def read_whole(value: Value, argument: int | None = None) -> int:
    """Return the whole number that `value` is.

    Raises:
        FunctionError: it has a fraction, or more than 64 bits; `argument` is the position to blame.
    """
    number = number_of(value)
    whole = to_int(number) if number.is_whole and number.is_finite and _is_small(value) else None
    if whole is None or not -_LARGEST - 1 <= whole <= _LARGEST:
        raise FunctionError("a whole number is needed, of no more than 64 bits", argument)
    return whole


def _is_small(value: Value) -> bool:
    number = number_of(value)
    return number.mantissa.bit_length() + (number.exponent or 0) <= 64


def read_float(value: Value) -> float:
    """Return the float nearest to `value`.

    Raises:
        FunctionError: it is finite and too large for a float.
    """
    number = number_of(value)
    nearest = to_float(number)
    if math.isinf(nearest) and number.is_finite:
        raise FunctionError("the number is too large for a logarithm or a power; use one below 1e308")
    return nearest


def check_size(count: int) -> None:
    """Raise `TooLargeError` where a text of `count` characters is too large."""
    if count > TEXT_LIMIT:
        raise TooLargeError(f"the result would have more than {TEXT_LIMIT:,} characters; ask for less")


def check_count(count: int) -> None:
    """Raise `TooLargeError` where a collection of `count` elements is too large."""
    if count > ELEMENT_LIMIT:
        raise TooLargeError(f"the result would have more than {ELEMENT_LIMIT:,} elements; ask for fewer")


def make_key(value: Value) -> Hashable:
    """Return what is equal for two values of the same type, wholly known, just where the values are."""
    content = value.content
    if isinstance(content, tuple):
        return tuple(map(make_key, content))
    if isinstance(content, Mapping):
        return frozenset((key, make_key(member)) for key, member in content.items())
    return content


def is_collection(type_: Type, *kinds: str) -> bool:
    """Tell whether `type_` is a list, a set or a map, as `kinds` says."""
    return isinstance(type_, CollectionType) and type_.kind in kinds


def is_sequence(type_: Type) -> bool:
    """Tell whether `type_` is a list or a tuple."""
    return isinstance(type_, TupleType) or is_collection(type_, "list")


def element_of(type_: Type) -> Type:
    """Return the type of the elements of a list, set or map."""
    if isinstance(type_, CollectionType):
        return type_.element
    raise TypeError(f"a collection is needed, and this is {type_}")


def item_types_of(type_: Type, count: int) -> tuple[Type, ...]:
    """Return the types of the `count` elements of a list, set or tuple."""
    return type_.items if isinstance(type_, TupleType) else (element_of(type_),) * count


def write_text(text: str) -> Value:
    """Return the string of `text`, which may be in any form of Unicode."""
    return make_text(normalize(text))
