"""Defaults: what stands in the place of optional attributes that an object leaves out, or gives as null.

They are filled in before the value is converted to its type, at any depth. Refuses nothing: what does not fit the type
is left for the conversion to say.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from planner.lang.conversion import ConversionError, unify_values
from planner.lang.sets import infer_element, make_set, retype
from planner.lang.types import CollectionType, Type
from planner.lang.values import (
    Value,
    is_known,
    is_null,
    items_of,
    make_list,
    make_map,
    make_object,
    make_tuple,
    mark,
    members_of,
)

__all__ = ["Defaults", "apply_defaults"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What a type constraint says of defaults.

    `values` are those of an object's own attributes, of the attributes' types. `attributes` and `items` hold the
    defaults inside of the parts of an object or a tuple, `element` those inside of each element of a collection.
    """

    values: Mapping[str, Value] = field(default_factory=dict)
    attributes: "Mapping[str, Defaults]" = field(default_factory=dict)
    items: "Mapping[int, Defaults]" = field(default_factory=dict)
    element: "Defaults | None" = None

    @property
    def is_empty(self) -> bool:
        """Whether there is no default at all."""
        return self.element is None and not (self.values or self.attributes or self.items)


def apply_defaults(value: Value, defaults: Defaults | None) -> Value:
    """Return `value` with its defaults filled in; it may be of another type then, and is still to be converted.

    Null and unknown values stay what they are; a null attribute becomes its default.
    """
    if defaults is None or not is_known(value) or is_null(value):
        return value
    if isinstance(value.content, Mapping):
        return mark(_fill_mapping(value, defaults), value.marks)
    if isinstance(value.content, tuple):
        return mark(_fill_sequence(value, defaults), value.marks)
    return value


def _fill_sequence(value: Value, defaults: Defaults) -> Value:
    items = [
        apply_defaults(item, defaults.items.get(position) or defaults.element)
        for position, item in enumerate(items_of(value))
    ]
    if not items or not isinstance(value.type, CollectionType):
        return make_tuple(items) if items else value
    unified = _unify(items)
    if unified is None:
        return make_tuple(items)
    element, items = unified
    return make_set(element, items) if value.type.kind == "set" else make_list(element, items)


def _fill_mapping(value: Value, defaults: Defaults) -> Value:
    members = {
        key: apply_defaults(member, defaults.attributes.get(key) or defaults.element)
        for key, member in members_of(value).items()
    }
    for key, default in defaults.values.items():
        given = members.get(key)
        if given is None or is_null(given):
            filled = apply_defaults(default, defaults.attributes.get(key))
            members[key] = filled if given is None else mark(filled, given.marks)
    if not members or not isinstance(value.type, CollectionType):
        return make_object(members) if members else value
    unified = _unify(list(members.values()))
    if unified is None:
        return make_object(members)
    element, items = unified
    return make_map(element, dict(zip(members, items, strict=True)))


def _unify(items: list[Value]) -> tuple[Type, list[Value]] | None:
    """Return `items` as the one type that they share, and this; None where there is none."""
    try:
        unified = unify_values(items)
    except ConversionError:
        return None
    element = None if unified is None else infer_element(unified)
    if unified is None or element is None:
        return None
    return element, [retype(item, element) for item in unified]
