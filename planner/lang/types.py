"""Types: what kind of value an expression has, or a variable asks for. Data, and the words for it.

`DYNAMIC` is the type of what is not known yet at all, and `any` in a constraint.
"""

from dataclasses import dataclass
from typing import Final, TypeAlias, assert_never
from typing import Literal as OneOf

__all__ = [
    "BOOL",
    "DYNAMIC",
    "NUMBER",
    "STRING",
    "CollectionType",
    "DynamicType",
    "ObjectType",
    "PrimitiveType",
    "TupleType",
    "Type",
    "describe_type",
    "format_type",
    "has_dynamic",
    "is_primitive",
    "list_of",
    "make_object_type",
    "map_of",
    "set_of",
    "strip_optional",
]


@dataclass(frozen=True, slots=True)
class PrimitiveType:
    """`string`, `number` or `bool`."""

    name: OneOf["string", "number", "bool"]


@dataclass(frozen=True, slots=True)
class DynamicType:
    """`any` in a constraint; of a value: null or unknown, and nobody knows of which type."""


@dataclass(slots=True, unsafe_hash=True)
class CollectionType:
    """`list(T)`, `set(T)` or `map(T)`."""

    # Frozen to the type checker alone, as values are: each tuple and object that is made has a type made for it.
    kind: Final[OneOf["list", "set", "map"]]
    element: Final["Type"]


@dataclass(slots=True, unsafe_hash=True)
class ObjectType:
    """`object({ name = T, … })`, the attributes in the order of their names; only a constraint has `optional` ones.

    Their defaults are not part of the type: see `planner.lang.defaults`.
    """

    attributes: Final[tuple[tuple[str, "Type"], ...]]
    optional: Final[frozenset[str]] = frozenset()


@dataclass(slots=True, unsafe_hash=True)
class TupleType:
    """`tuple([T, …])`."""

    items: Final[tuple["Type", ...]]


Type: TypeAlias = PrimitiveType | DynamicType | CollectionType | ObjectType | TupleType

STRING = PrimitiveType("string")
NUMBER = PrimitiveType("number")
BOOL = PrimitiveType("bool")
DYNAMIC = DynamicType()


def list_of(element: Type) -> CollectionType:
    """Return `list(element)`."""
    return CollectionType("list", element)


def set_of(element: Type) -> CollectionType:
    """Return `set(element)`."""
    return CollectionType("set", element)


def map_of(element: Type) -> CollectionType:
    """Return `map(element)`."""
    return CollectionType("map", element)


def make_object_type(attributes: dict[str, Type], optional: frozenset[str] = frozenset()) -> ObjectType:
    """Return the object type with these `attributes`, whatever their order."""
    return ObjectType(tuple([(name, attributes[name]) for name in sorted(attributes)]), optional)


def is_primitive(type_: Type) -> bool:
    """Tell whether `type_` is `string`, `number` or `bool`."""
    return isinstance(type_, PrimitiveType)


def has_dynamic(type_: Type) -> bool:
    """Tell whether any part of `type_` is not known."""
    match type_:
        case DynamicType():
            return True
        case PrimitiveType():
            return False
        case CollectionType(element=element):
            return has_dynamic(element)
        case ObjectType(attributes=attributes):
            return any(has_dynamic(inner) for _, inner in attributes)
        case TupleType(items=items):
            return any(map(has_dynamic, items))
        case _:
            assert_never(type_)


def strip_optional(type_: Type) -> Type:
    """Return `type_` as a value has it that was converted to it: with no attribute `optional`, however deep."""
    match type_:
        case PrimitiveType() | DynamicType():
            return type_
        case CollectionType(kind=kind, element=element):
            stripped = strip_optional(element)
            return type_ if stripped is element else CollectionType(kind, stripped)
        case ObjectType(attributes=attributes, optional=optional):
            members = tuple([(name, strip_optional(inner)) for name, inner in attributes])
            is_same = not optional and all(new[1] is old[1] for new, old in zip(members, attributes, strict=True))
            return type_ if is_same else ObjectType(members)
        case TupleType(items=items):
            parts = tuple(map(strip_optional, items))
            return type_ if all(new is old for new, old in zip(parts, items, strict=True)) else TupleType(parts)
        case _:
            assert_never(type_)


def format_type(type_: Type) -> str:
    """Return `type_` as a configuration would write it; defaults are left out."""
    match type_:
        case PrimitiveType(name=name):
            return name
        case DynamicType():
            return "any"
        case CollectionType(kind=kind, element=element):
            return f"{kind}({format_type(element)})"
        case ObjectType(attributes=attributes, optional=optional):
            members = (f"{name} = {_format_member(inner, is_optional=name in optional)}" for name, inner in attributes)
            return f"object({{{', '.join(members)}}})"
        case TupleType(items=items):
            return f"tuple([{', '.join(map(format_type, items))}])"
        case _:
            assert_never(type_)


def _format_member(type_: Type, *, is_optional: bool) -> str:
    text = format_type(type_)
    return f"optional({text})" if is_optional else text


def describe_type(type_: Type) -> str:
    """Return the words for `type_` in a message: `list of string`, `object`, `dynamic`."""
    match type_:
        case PrimitiveType(name=name):
            return name
        case DynamicType():
            return "dynamic"
        case CollectionType(kind=kind, element=element):
            return f"{kind} of {'any single type' if isinstance(element, DynamicType) else describe_type(element)}"
        case ObjectType():
            return "object"
        case TupleType():
            return "tuple"
        case _:
            assert_never(type_)
