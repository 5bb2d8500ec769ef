"""What type a null or unknown value has after conversion: `any` in the type asked for stands for what it had there."""

from planner.lang.types import CollectionType, DynamicType, ObjectType, TupleType, Type, make_object_type
from planner.lang.unify import unify_unsafe

__all__ = ["replace_dynamic"]


def replace_dynamic(given: Type, wanted: Type) -> Type:
    """Return `wanted`, which values of type `given` convert to, with that of `given` in the place of each `any`."""
    if isinstance(given, DynamicType):
        return wanted
    match wanted:
        case DynamicType():
            return given
        case CollectionType(kind=kind, element=element):
            inner = _find_element(given)
            return wanted if inner is None else CollectionType(kind, replace_dynamic(inner, element))
        case ObjectType(attributes=attributes):
            return make_object_type({name: _replace_attribute(given, name, inner) for name, inner in attributes})
        case TupleType(items=items):
            if isinstance(given, TupleType) and len(given.items) == len(items):
                return TupleType(tuple(map(replace_dynamic, given.items, items)))
            return wanted
        case _:
            return wanted


def _find_element(given: Type) -> Type | None:
    """Return the type that the elements of a collection have which is made of a value of type `given`."""
    match given:
        case CollectionType(element=element):
            return element
        case ObjectType(attributes=attributes):
            return unify_unsafe([inner for _, inner in attributes])
        case TupleType(items=items):
            return unify_unsafe(items)
        case _:
            return None


def _replace_attribute(given: Type, name: str, wanted: Type) -> Type:
    match given:
        case CollectionType(kind="map", element=element):
            return replace_dynamic(element, wanted)
        case ObjectType(attributes=attributes):
            return next((replace_dynamic(inner, wanted) for key, inner in attributes if key == name), wanted)
        case _:
            return wanted
