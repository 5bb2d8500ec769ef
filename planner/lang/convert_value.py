"""Conversion of values to the type that is asked for, as Terraform converts them; refuses what has no such form."""

from collections.abc import Mapping
from decimal import Decimal
from typing import assert_never

from planner.lang.types import AnyType, CollectionType, ObjectType, PrimitiveType, TupleType, Type
from planner.lang.values import UNKNOWN, LangValue, Sensitive, to_bool, to_number, to_text

__all__ = ["ConversionError", "convert"]


class ConversionError(Exception):
    """A value is not of the type that is asked for; reads as part of a sentence: `element 0: a number is required`."""


def convert(value: LangValue, type_: Type) -> LangValue:
    """Return `value` as `type_` wants it; null fits every type.

    A set is put in order and loses what it holds twice. Attributes that an object type does not name are dropped.

    Raises:
        ConversionError: it has no such form.
    """
    if value is None or value is UNKNOWN:
        return value
    if isinstance(value, Sensitive):
        return Sensitive(convert(value.value, type_))
    match type_:
        case AnyType():
            return value
        case PrimitiveType():
            return _convert_primitive(value, type_)
        case CollectionType(kind="map"):
            return _convert_map(value, type_)
        case CollectionType():
            return _convert_sequence(value, type_)
        case ObjectType():
            return _convert_object(value, type_)
        case TupleType():
            return _convert_tuple(value, type_)
        case _:
            assert_never(type_)


def _convert_primitive(value: LangValue, type_: PrimitiveType) -> LangValue:
    converted: LangValue
    match type_.name:
        case "string":
            converted = to_text(value)
        case "number":
            converted = to_number(value)
        case "bool":
            converted = to_bool(value)
        case _:
            assert_never(type_.name)
    if converted is None:
        raise ConversionError(f"a {type_.name} is required")
    return converted


def _convert_within(value: LangValue, type_: Type, place: str) -> LangValue:
    try:
        return convert(value, type_)
    except ConversionError as error:
        raise ConversionError(f"{place}: {error}") from None


def _convert_sequence(value: LangValue, type_: CollectionType) -> LangValue:
    if not isinstance(value, tuple):
        raise ConversionError(f"a {type_.kind} is required")
    element = _find_element(value, type_)
    items = tuple([_convert_within(item, element, f"element {at}") for at, item in enumerate(value)])
    return _order_set(items) if type_.kind == "set" else items


def _convert_map(value: LangValue, type_: CollectionType) -> LangValue:
    if not isinstance(value, Mapping):
        raise ConversionError("a map is required")
    element = _find_element(tuple(value.values()), type_)
    return {key: _convert_within(item, element, f'element "{key}"') for key, item in value.items()}


def _find_element(items: tuple[LangValue, ...], type_: CollectionType) -> Type:
    """Return the type of the elements: for `any` the one that all primitive `items` can be converted to."""
    if not isinstance(type_.element, AnyType):
        return type_.element
    kinds = {_find_primitive(item) for item in items} - {None}
    if len(kinds) <= 1 or not all(isinstance(kind, PrimitiveType) for kind in kinds):
        return type_.element
    if PrimitiveType("string") in kinds:
        return PrimitiveType("string")
    raise ConversionError(f"all elements of a {type_.kind} must have the same type")


def _find_primitive(value: LangValue) -> Type | None:
    match value:
        case Sensitive(value=inner):
            return _find_primitive(inner)
        case bool():
            return PrimitiveType("bool")
        case Decimal():
            return PrimitiveType("number")
        case str():
            return PrimitiveType("string")
        case None:
            return None
        case _:
            return AnyType()


def _order_set(items: tuple[LangValue, ...]) -> LangValue:
    """Return the elements of a set as Terraform goes through them: each once, strings and numbers ascending."""
    if any(isinstance(item, Sensitive) for item in items):
        return Sensitive(_order_set(tuple([item.value if isinstance(item, Sensitive) else item for item in items])))
    texts = {item for item in items if isinstance(item, str)}
    numbers = {item for item in items if isinstance(item, bool | Decimal)}
    rest: list[LangValue] = []
    for item in items:
        if not isinstance(item, str | bool | Decimal) and item not in rest:
            rest.append(item)
    return (*rest, *sorted(numbers), *sorted(texts))


def _convert_object(value: LangValue, type_: ObjectType) -> LangValue:
    if not isinstance(value, Mapping):
        raise ConversionError("an object is required")
    converted: dict[str, LangValue] = {}
    for name, attribute in type_.attributes:
        if name not in value and not attribute.is_optional:
            raise ConversionError(f'attribute "{name}" is required')
        given = value.get(name)
        if given is None:
            converted[name] = attribute.default
        else:
            converted[name] = _convert_within(given, attribute.type, f'attribute "{name}"')
    return converted


def _convert_tuple(value: LangValue, type_: TupleType) -> LangValue:
    if not isinstance(value, tuple):
        raise ConversionError("a tuple is required")
    if len(value) != len(type_.items):
        raise ConversionError(f"a tuple of {len(type_.items)} elements is required, and this has {len(value)}")
    pairs = zip(value, type_.items, strict=True)
    return tuple([_convert_within(item, inner, f"element {at}") for at, (item, inner) in enumerate(pairs)])
