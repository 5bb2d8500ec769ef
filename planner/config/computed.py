"""Computed values: what an expression came to, as the fields of a Cluster take it.

Numbers and bools become strings where pairs want them; null in an object is left out. Refuses numbers that JSON's
readers do not agree on, and what must not be kept or would be another one each time.
"""

from collections.abc import Mapping
from dataclasses import replace

from planner.config.context import Context
from planner.config.draft import Place
from planner.config.nodes import Node, make_list, make_object, make_unknown
from planner.config.shapes import find_child, find_items, is_pair_list
from planner.lang.conversion import ConversionError, convert
from planner.lang.json_values import to_json
from planner.lang.number import Number
from planner.lang.types import STRING, is_primitive
from planner.lang.values import (
    Mark,
    MarkKind,
    Nothing,
    Value,
    has_mark,
    is_null,
    list_members,
)
from planner.model.diagnostics import Diagnostic
from planner.model.spans import Span
from schemas.fields import Field

__all__ = ["decode_value", "make_pair", "make_text"]

_LARGEST_EXPONENT = 1000
"""How many bits before or behind the point a number may begin: JSON's readers take about 300 digits."""


def decode_value(value: Value, field: Field | None, place: Place, context: Context) -> Node:
    """Return a value that was computed as the field takes it; all its parts are where the expression is."""
    if value.marks:
        problem = _find_problem(value, place.value)
        if problem is not None:
            context.found.append(problem)
            return make_unknown(place)
        node = _decode_content(value, field, place, context)
        is_sensitive = has_mark(value, MarkKind.SENSITIVE)
        return replace(node, is_sensitive=is_sensitive, is_plain=node.is_plain and not is_sensitive)
    return _decode_content(value, field, place, context)


def _decode_content(value: Value, field: Field | None, place: Place, context: Context) -> Node:
    content = value.content
    match content:
        case str() | bool():
            return Node(content, place)
        case Number():
            if content.exponent is None or abs(content.exponent + content.mantissa.bit_length()) > _LARGEST_EXPONENT:
                context.found.append(_too_large(place.value))
                return make_unknown(place)
            return Node(to_json(value), place)
        case Nothing.NULL:
            return Node(None, place)
        case Nothing.UNKNOWN:
            return make_unknown(place, _list_late(value))
        case tuple():
            child = find_items(field)
            return make_list([decode_value(item, child, place, context) for item in content], place)
        case Mapping() if is_pair_list(field):
            entries = ((name, make_text(member)) for name, member in list_members(value))
            pairs = (make_pair(name, decode_value(text, None, place, context), place) for name, text in entries)
            return make_list([pair for pair in pairs if pair is not None], place)
        case _:
            members = {
                name: decode_value(member, find_child(field, name), place, context)
                for name, member in list_members(value)
            }
            return make_object(members, place)


def _list_late(value: Value) -> tuple[str, ...]:
    return tuple(sorted(one.source for one in value.marks if one.kind is MarkKind.LATE))


def make_text(value: Value) -> Value:
    """Return a number or bool as the string that Terraform converts it to; anything else as it is."""
    if not is_primitive(value.type) or is_null(value):
        return value
    try:
        return convert(value, STRING)
    except ConversionError:
        return value


def make_pair(name: str, value: Node, place: Place) -> Node | None:
    """Return the name/value pair that an entry of a map stands for; None where the value is null: not set."""
    if value.value is None and not value.is_unknown:
        return None
    return make_object({"name": Node(name, Place(place.key, place.key)), "value": value}, place)


def _find_problem(value: Value, span: Span) -> Diagnostic | None:
    """Return why a value must not be in a cluster, by its own marks."""
    for one in sorted(value.marks, key=_order):
        match one.kind:
            case MarkKind.EPHEMERAL:
                return Diagnostic(
                    code="ephemeral-value",
                    summary="Invalid use of ephemeral value",
                    detail="An ephemeral value is kept nowhere, and what a cluster is given is kept in the state. "
                    "Use a sensitive variable instead.",
                    span=span,
                )
            case MarkKind.VOLATILE:
                return Diagnostic(
                    code="volatile-value",
                    summary="Value that is another one each time",
                    detail=f"{one.source}() gives another result each time it is called, so that every plan would "
                    "change this cluster, and what is applied would not be what was reviewed. Write a fixed value, or "
                    "pass it in as a variable.",
                    span=span,
                )
            case _:
                pass
    return None


def _order(mark: Mark) -> tuple[str, str]:
    return mark.kind.value, mark.source


def _too_large(span: Span) -> Diagnostic:
    return Diagnostic(
        code="number-too-large",
        summary="Number out of range",
        detail="The number is too large, or too near to zero, to be sent. Write a smaller one.",
        span=span,
    )
