"""`count` and `for_each`: which instances there are, and what `each` and `count` are in each.

Refuses what is not known before an apply, keys that are secret or different each time, and more than `INSTANCE_LIMIT`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeAlias

from planner.config.declarations import Repetition
from planner.lang.content import Content
from planner.lang.conversion import ConversionError, convert
from planner.lang.number import to_int
from planner.lang.types import NUMBER, STRING, CollectionType, DynamicType, ObjectType, describe_type
from planner.lang.values import (
    UNKNOWN,
    MarkKind,
    Value,
    has_mark,
    is_known,
    is_null,
    is_wholly_known,
    items_of,
    list_members,
    make_int,
    make_object,
    make_text,
    number_of,
    text_of,
)
from planner.model.diagnostics import Diagnostic
from planner.model.spans import Span

__all__ = ["INSTANCE_LIMIT", "SINGLE", "UNTOLD", "Instance", "Key", "expand", "read_repetition"]

INSTANCE_LIMIT = 10_000
"""How many instances one block may have."""

UNTOLD = "unknown-instances"
"""The code of the message that says nothing where anything else is wrong."""

Key: TypeAlias = str | int | None


@dataclass(frozen=True, slots=True)
class Instance:
    """One instance: its key, and the root names that have a value in it alone (`each` or `count`)."""

    key: Key = None
    names: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))


SINGLE = (Instance(),)
"""The instances of a block that is not repeated."""


def read_repetition(content: Content, found: list[Diagnostic]) -> Repetition | None:
    """Return how often a block is there; None for once."""
    count, for_each = content.attributes.get("count"), content.attributes.get("for_each")
    if count is not None and for_each is not None:
        found.append(_both(for_each.name_span))
    if for_each is not None:
        return Repetition("for_each", for_each.expression)
    return Repetition("count", count.expression) if count is not None else None


def expand(repetition: Repetition, value: Value, found: list[Diagnostic]) -> tuple[Instance, ...] | None:
    """Return the instances that `value`, what the expression of `repetition` came to, makes; None where it is wrong."""
    span = repetition.expression.span
    if value is UNKNOWN or (not is_known(value) and not has_mark(value, MarkKind.LATE)):
        return None  # for a reason that has been told
    instances: tuple[Instance, ...] | _Problem | None = _find_mark(value, repetition)
    if instances is None:
        instances = _expand_count(value) if repetition.kind == "count" else _expand_for_each(value)
    if isinstance(instances, _Problem):
        found.append(Diagnostic(code=instances.code, summary=instances.summary, detail=instances.detail, span=span))
        return None
    return instances


@dataclass(frozen=True, slots=True)
class _Problem:
    """Why a value makes no instances."""

    code: str
    summary: str
    detail: str


def _no_count(detail: str, summary: str = "Invalid count argument") -> _Problem:
    return _Problem("invalid-count", summary, detail)


def _no_each(detail: str, summary: str = "Invalid for_each argument") -> _Problem:
    return _Problem("invalid-for-each", summary, detail)


def _find_mark(value: Value, repetition: Repetition) -> _Problem | None:
    """Return why `value` cannot be used, by its marks; those of a map's values do no harm.

    How many there are of something is no secret, in Terraform neither; what they are called may be one.
    """
    is_count = repetition.kind == "count"
    make, what = (_no_count if is_count else _no_each), f'"{repetition.kind}"'
    if has_mark(value, MarkKind.SENSITIVE) and not is_count:
        return make(
            f"A sensitive value, or one made of it, cannot be used for {what}: the instances are named in every plan. "
            "Use what is not secret in it, with nonsensitive() if need be."
        )
    if has_mark(value, MarkKind.EPHEMERAL):
        return make(f"An ephemeral value cannot be used for {what}, because the instances are kept. Use another value.")
    volatile = next((one.source for one in value.marks if one.kind is MarkKind.VOLATILE), None)
    if volatile is not None:
        return make(f"{volatile}() gives another result each time, so that every plan would differ. Use a fixed value.")
    return _find_unknown(value, repetition)


def _find_unknown(value: Value, repetition: Repetition) -> _Problem | None:
    """Return that nobody can tell the instances; where no cluster is waited for, a mistake is why, told elsewhere."""
    is_set = isinstance(value.type, CollectionType) and value.type.kind == "set"
    is_clear = is_wholly_known(value) if is_set else is_known(value)
    if is_clear or has_mark(value, MarkKind.LATE):
        return None
    summary = f"Invalid {repetition.kind} argument"
    detail = f'Nobody can tell what the "{repetition.kind}" value is, so that there are no instances. Write it out.'
    return _Problem(UNTOLD, summary, detail)


def _expand_count(value: Value) -> tuple[Instance, ...] | _Problem:
    if not is_known(value):
        return _no_count(
            'The "count" value depends on clusters that are not there yet, so that nobody can tell how many instances '
            "there are. Write a number that is known, or apply what it depends on first, with -target."
        )
    if is_null(value):
        return _no_count('The "count" value is null. A whole number, 0 or more, is required.')
    try:
        number = number_of(convert(value, NUMBER))
    except ConversionError as error:
        return _no_count(
            f'The "count" value is unsuitable: {error}. A whole number, 0 or more, is required.', "Incorrect value type"
        )
    if not number.is_whole or number.mantissa < 0:
        return _no_count('The "count" value is unsuitable: it must be a whole number, 0 or more.')
    if number.exponent is not None and number.exponent + number.mantissa.bit_length() > 62:
        return _no_count(_count_too_many("a number of that size"))
    count = to_int(number)
    if count > INSTANCE_LIMIT:
        return _no_count(_count_too_many(f"{count:,}"))
    return tuple(Instance(index, {"count": make_object({"index": make_int(index)})}) for index in range(count))


def _expand_for_each(value: Value) -> tuple[Instance, ...] | _Problem:
    if is_null(value):
        return _no_each('The "for_each" value is null. A map, or a set of strings, is required.')
    match value.type:
        case ObjectType() | CollectionType(kind="map"):
            return _expand_map(value)
        case CollectionType(kind="set", element=element):
            return _expand_set(value, is_text=element == STRING or isinstance(element, DynamicType))
        case DynamicType() if not is_known(value):
            return _no_each(_LATE_KEYS)
        case _:
            is_sequence = isinstance(value.content, tuple)
            advice = "Put toset() around it, if its elements are strings." if is_sequence else "Use one of these."
            return _no_each(
                f"A map, or a set of strings, is required, and this is of type {describe_type(value.type)}. {advice}"
            )


_LATE_KEYS = (
    'The "for_each" value has keys that depend on clusters which are not there yet, so that nobody can tell which '
    "instances there are. Use a map whose keys are written in the configuration, and leave what comes late to its "
    "values."
)


def _expand_map(value: Value) -> tuple[Instance, ...] | _Problem:
    if not is_known(value):
        return _no_each(_LATE_KEYS)
    members = list_members(value)
    if len(members) > INSTANCE_LIMIT:
        return _no_each(_count_too_many(f"{len(members):,}"))
    return tuple(_make_each(key, member) for key, member in members)


def _expand_set(value: Value, *, is_text: bool) -> tuple[Instance, ...] | _Problem:
    if not is_known(value) or not is_wholly_known(value):
        return _no_each(_LATE_KEYS)
    items = items_of(value)
    if items and not is_text:
        return _no_each(
            f"A set must hold strings alone here, and this is a {describe_type(value.type)}. Convert its elements to "
            "strings, or use a map.",
            _SET,
        )
    if any(map(is_null, items)):
        return _no_each('The "for_each" set holds null. Leave null out, for example with compact().', _SET)
    if len(items) > INSTANCE_LIMIT:
        return _no_each(_count_too_many(f"{len(items):,}"))
    return tuple(_make_each(text_of(item), item) for item in items)


_SET = "Invalid for_each set argument"


def _make_each(key: str, value: Value) -> Instance:
    return Instance(key, {"each": make_object({"key": make_text(key), "value": value})})


def _count_too_many(count: str) -> str:
    return f"This makes {count} instances, and one block may have {INSTANCE_LIMIT:,}. Use fewer."


def _both(span: Span) -> Diagnostic:
    return Diagnostic(
        code="count-and-for-each",
        summary='Invalid combination of "count" and "for_each"',
        detail='"count" and "for_each" each say which instances there are. Keep one of the two.',
        span=span,
    )
