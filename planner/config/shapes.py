"""Shapes: what the schema says of a field that is being read, where it says anything."""

from schemas.fields import Field

__all__ = ["PAIR", "find_child", "find_items", "is_pair_list"]

PAIR = frozenset({"name", "value"})
"""The fields of a name/value pair."""


def find_child(field: Field | None, name: str) -> Field | None:
    """Return what the member `name` of an object is, or None where the schema does not know it."""
    return field.fields.get(name, field.others) if field is not None else None


def find_items(field: Field | None) -> Field | None:
    """Return what the items of a list are, or None where the schema does not know them."""
    return field.items if field is not None else None


def is_pair_list(field: Field | None) -> bool:
    """Tell whether the field is a list of name/value pairs, for which a map may stand."""
    items = find_items(field)
    return field is not None and items is not None and field.list_key == "name" and items.fields.keys() == PAIR
