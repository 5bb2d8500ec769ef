"""Computed values: what an expression came to, as the fields of a Cluster take it.

Numbers and bools become strings where pairs want them; null in an object is left out. Refuses numbers that JSON's
readers do not agree on.
"""

from collections.abc import Mapping
from decimal import Decimal

from planner.config.context import Context
from planner.config.draft import Place
from planner.config.nodes import Node, make_list, make_object
from planner.config.shapes import find_child, find_items, is_pair_list
from planner.lang.values import UNKNOWN, LangValue, to_json, to_text
from planner.model.diagnostics import Diagnostic
from planner.model.paths import Path
from planner.model.spans import Span
from schemas.fields import Field

__all__ = ["decode_value", "make_pair", "make_text"]

_LARGEST_EXPONENT = 300


def decode_value(
    value: LangValue, sensitive: frozenset[Path], field: Field | None, place: Place, context: Context
) -> Node:
    """Return a value that was computed as the field takes it; all its parts are where the expression is."""
    node = _decode_known(value, sensitive, field, place, context)
    is_sensitive = () in sensitive
    return Node(node.value, place, node.members, is_sensitive=is_sensitive, is_unknown=node.is_unknown)


def _decode_known(
    value: LangValue, sensitive: frozenset[Path], field: Field | None, place: Place, context: Context
) -> Node:
    match value:
        case Mapping() if is_pair_list(field):
            texts = {name: make_text(member) for name, member in value.items()}
            members = _decode_members(texts, sensitive, None, place, context)
            pairs = (make_pair(name, member, place) for name, member in members.items())
            return make_list([pair for pair in pairs if pair is not None], place)
        case Mapping():
            return make_object(_decode_members(value, sensitive, field, place, context), place)
        case tuple():
            child = find_items(field)
            items = [decode_value(item, _below(sensitive, at), child, place, context) for at, item in enumerate(value)]
            return make_list(items, place)
        case Decimal() if not value.is_finite() or abs(value.adjusted()) > _LARGEST_EXPONENT:
            context.found.append(_too_large(place.value))
            return Node(None, place, is_unknown=True)
        case _ if value is UNKNOWN:
            return Node(None, place, is_unknown=True)
        case _:
            return Node(to_json(value), place)


def _decode_members(
    value: Mapping[str, LangValue], sensitive: frozenset[Path], field: Field | None, place: Place, context: Context
) -> dict[str, Node]:
    return {
        name: decode_value(member, _below(sensitive, name), find_child(field, name), place, context)
        for name, member in value.items()
    }


def _below(paths: frozenset[Path], step: str | int) -> frozenset[Path]:
    return frozenset(path[1:] for path in paths if path[:1] == (step,))


def make_text(value: LangValue) -> LangValue:
    """Return a number or bool as the string that Terraform converts it to; anything else as it is."""
    text = to_text(value)
    return value if text is None else text


def make_pair(name: str, value: Node, place: Place) -> Node | None:
    """Return the name/value pair that an entry of a map stands for; None where the value is null: not set."""
    if value.value is None and not value.is_unknown:
        return None
    return make_object({"name": Node(name, Place(place.key, place.key)), "value": value}, place)


def _too_large(span: Span) -> Diagnostic:
    return Diagnostic(
        code="number-too-large",
        summary="Number out of range",
        detail="The number is too large, or too near to zero, to be sent. Write a smaller one.",
        span=span,
    )
