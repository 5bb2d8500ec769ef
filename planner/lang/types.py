"""Types: what a `variable` block can ask of a value. Data, and the words for it."""

from dataclasses import dataclass
from typing import Literal as OneOf
from typing import TypeAlias, assert_never

from planner.lang.values import LangValue

__all__ = [
    "AnyType",
    "CollectionType",
    "ObjectAttribute",
    "ObjectType",
    "PrimitiveType",
    "TupleType",
    "Type",
    "format_type",
    "is_primitive",
]


@dataclass(frozen=True, slots=True)
class PrimitiveType:
    """`string`, `number` or `bool`."""

    name: OneOf["string", "number", "bool"]


@dataclass(frozen=True, slots=True)
class AnyType:
    """`any`: whatever the value is; inside a collection one type for all of its elements."""


@dataclass(frozen=True, slots=True)
class CollectionType:
    """`list(T)`, `set(T)` or `map(T)`."""

    kind: OneOf["list", "set", "map"]
    element: "Type"


@dataclass(frozen=True, slots=True)
class ObjectAttribute:
    """One attribute of an object type; an optional one that is left out, or null, is `default`."""

    type: "Type"
    is_optional: bool = False
    default: LangValue = None


@dataclass(frozen=True, slots=True)
class ObjectType:
    """`object({ name = T, … })`, the attributes in the order of the text."""

    attributes: tuple[tuple[str, ObjectAttribute], ...]


@dataclass(frozen=True, slots=True)
class TupleType:
    """`tuple([T, …])`."""

    items: tuple["Type", ...]


Type: TypeAlias = PrimitiveType | AnyType | CollectionType | ObjectType | TupleType


def is_primitive(type_: Type) -> bool:
    """Tell whether `type_` is `string`, `number` or `bool`."""
    return isinstance(type_, PrimitiveType)


def format_type(type_: Type) -> str:
    """Return `type_` as a configuration would write it; defaults are left out."""
    match type_:
        case PrimitiveType(name=name):
            return name
        case AnyType():
            return "any"
        case CollectionType(kind=kind, element=element):
            return f"{kind}({format_type(element)})"
        case ObjectType(attributes=attributes):
            return f"object({{{', '.join(f'{name} = {_format_attribute(one)}' for name, one in attributes)}}})"
        case TupleType(items=items):
            return f"tuple([{', '.join(map(format_type, items))}])"
        case _:
            assert_never(type_)


def _format_attribute(attribute: ObjectAttribute) -> str:
    text = format_type(attribute.type)
    return f"optional({text})" if attribute.is_optional else text
