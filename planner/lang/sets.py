"""Sets: which elements are the same, and the order in which Terraform goes through them.

Strings go by their code points, numbers by size, false before true, and all else by a text that is made of its parts.
Unknown elements come behind the known ones and are each of their own; null is last. Refuses elements of several types.
"""

from collections.abc import Iterable
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal
from fractions import Fraction
from functools import cmp_to_key
from zlib import crc32

from planner.lang.equality import equals
from planner.lang.number import Number, compare, format_number
from planner.lang.quoting import quote
from planner.lang.types import (
    BOOL,
    DYNAMIC,
    NUMBER,
    STRING,
    DynamicType,
    ObjectType,
    PrimitiveType,
    TupleType,
    Type,
    set_of,
)
from planner.lang.values import (
    TRUE,
    Content,
    Marks,
    Nothing,
    Value,
    bool_of,
    is_known,
    is_null,
    is_wholly_known,
    items_of,
    list_members,
    number_of,
    text_of,
    unmark_deep,
)

__all__ = ["has_known_length", "infer_element", "make_set", "retype"]

_TEN_DIGITS = Context(prec=10, Emax=MAX_EMAX, Emin=MIN_EMIN)


def make_set(element: Type, values: Iterable[Value]) -> Value:
    """Return the set of `values`, all of the type `element`; it bears the marks that they and their parts bore."""
    marks: Marks = frozenset()
    items: list[Value] = []
    for value in values:
        bare, own = unmark_deep(value)
        marks |= own
        items.append(retype(bare, element))
    return Value(set_of(element), tuple(_sort(element, _drop_equal(element, items))), marks)


def has_known_length(value: Value) -> bool:
    """Tell whether it is certain how many elements a known set has: two unknown ones might turn out to be the same."""
    items = items_of(value)
    return len(items) == 1 or all(map(is_wholly_known, items))


def infer_element(values: Iterable[Value]) -> Type | None:
    """Return the type that all `values` have, `DYNAMIC` where there are none; None where they differ.

    One whose type is not known fits every other.
    """
    found: Type = DYNAMIC
    for value in values:
        type_ = value.type
        if type_ is found or isinstance(type_, DynamicType) or type_ == found:
            continue
        if not isinstance(found, DynamicType):
            return None
        found = type_
    return found


def retype(value: Value, element: Type) -> Value:
    """Return `value`; a null or unknown one that had no type yet is of the type `element`."""
    if isinstance(value.type, DynamicType) and value.type != element:
        return Value(element, value.content, value.marks)
    return value


def _drop_equal(element: Type, items: list[Value]) -> list[Value]:
    """Return `items` in the order of Terraform's buckets, the first one of those that are equal."""
    if isinstance(element, PrimitiveType) and not any(map(_is_negative_zero, items)):
        rest: list[Value] = []
        plain: dict[Content, Value] = {}
        for item in items:
            if isinstance(item.content, Nothing):
                rest.append(item)
            else:
                plain.setdefault(item.content, item)
        return [*plain.values(), *_drop_equal(DYNAMIC, rest)] if rest else [*plain.values()]
    buckets: dict[int, list[Value]] = {}
    for item in items:
        bucket = buckets.setdefault(crc32(_spell(item).encode("utf-8", "surrogatepass")), [])
        if not any(equals(item, other) == TRUE for other in bucket):
            bucket.append(item)
    return [item for key in sorted(buckets) for item in buckets[key]]


def _is_negative_zero(item: Value) -> bool:
    """Tell whether `item` is the zero that stands beside the other one in a set, though the two are equal."""
    return isinstance(item.content, Number) and item.content.is_negative_zero


def _sort(element: Type, items: list[Value]) -> list[Value]:
    known = [item for item in items if is_known(item) and not is_null(item)]
    unknown = [item for item in items if not is_known(item)]
    nulls = [item for item in items if is_null(item)]
    if element == STRING:
        known.sort(key=text_of)
    elif element == NUMBER:
        known.sort(key=cmp_to_key(_compare_numbers))
    elif element == BOOL:
        known.sort(key=bool_of)
    else:
        known.sort(key=_spell)
    return [*known, *unknown, *nulls]


def _compare_numbers(one: Value, other: Value) -> int:
    return compare(number_of(one), number_of(other))


def _spell(value: Value) -> str:
    """Return the text by which elements are put in order that have no order of their own."""
    if not is_known(value):
        return "?"
    if is_null(value):
        return "~"
    content = value.content
    if isinstance(content, bool):
        return "T" if content else "F"
    if isinstance(content, Number):
        return _spell_number(content)
    if isinstance(content, str):
        return quote(content)
    if isinstance(content, tuple):
        inner = "".join([f"{_spell(item)};" for item in content])
        return f"<{inner}>" if isinstance(value.type, TupleType) else f"[{inner}]"
    members = list_members(value)
    if isinstance(value.type, ObjectType):
        return f"<{''.join([f'{_spell(member)};' for _, member in members])}>"
    return f"{{{''.join([f'{quote(key)}:{_spell(member)};' for key, member in members])}}}"


def _spell_number(number: Number) -> str:
    """Return `number` in ten digits, as `%.10g` writes it."""
    if number.exponent is None or not number.mantissa:
        return format_number(number)
    if abs(number.mantissa) < 10**10 and number.is_whole and number.exponent < 34:
        whole = number.mantissa << number.exponent
        if abs(whole) < 10**10:
            return str(whole)
    exact = Fraction(number.mantissa) * Fraction(2) ** number.exponent
    rounded = _TEN_DIGITS.divide(Decimal(exact.numerator), Decimal(exact.denominator))
    return f"{rounded:.10g}"
