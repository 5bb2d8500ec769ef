"""Conversion of values to the type that is asked for, as Terraform converts them; marks stay where they are.

Null and unknown convert to the null and the unknown of the type. `any` in the type stands for what the value has there,
which for a list, set or map is the one type that all its elements share. Refuses what has no such form.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import assert_never

from planner.lang.mismatch import explain_mismatch
from planner.lang.number import INFINITY, NEGATIVE_INFINITY, Number, format_number, multiply, parse_number
from planner.lang.replace_dynamic import replace_dynamic
from planner.lang.sets import has_known_length, infer_element, make_set, retype
from planner.lang.types import (
    CollectionType,
    DynamicType,
    ObjectType,
    PrimitiveType,
    TupleType,
    Type,
    is_primitive,
    strip_optional,
)
from planner.lang.unify import find_element, is_convertible, is_indefinite, unify, unify_unsafe
from planner.lang.values import (
    UNKNOWN,
    Nothing,
    Value,
    items_of,
    list_members,
    make_bool,
    make_list,
    make_map,
    make_null,
    make_number,
    make_object,
    make_text,
    make_tuple,
    make_unknown,
    mark,
    members_of,
)

__all__ = ["ConversionError", "convert", "unify_values"]


class ConversionError(Exception):
    """A value is not of the type that is asked for: why, in words, without a full stop; never the value itself.

    `message` speaks of the part at `path`; as text, the error names that part too: `element 0: a number is required`.
    """

    def __init__(self, message: str, path: tuple[str | int, ...] = (), place: str = "") -> None:
        super().__init__(place + message)
        self.message = message
        self.path = path
        self.place = place

    def within(self, step: str | int, noun: str) -> "ConversionError":
        """Return this error as seen from around the part: the `noun` "attribute" or "element" that `step` names."""
        name = f'"{step}"' if isinstance(step, str) else str(step)
        return ConversionError(self.message, (step, *self.path), f"{noun} {name}: {self.place}")


def convert(value: Value, target: Type) -> Value:
    """Return `value` as `target` wants it.

    A set is put in order and loses what it holds twice. Attributes that an object type does not name are dropped, and
    optional ones that are missing become null.

    Raises:
        ConversionError: it has no such form.
    """
    if value.type == target or value.type == strip_optional(target):
        return value
    if not is_convertible(value.type, target):
        raise ConversionError(explain_mismatch(value.type, target))
    return _convert(value, target)


def unify_values(values: Sequence[Value]) -> tuple[Value, ...] | None:
    """Return all `values` as the type that they have in common, as a conditional gives them; None where there is none.

    Raises:
        ConversionError: one of them does not convert to it.
    """
    types = [value.type for value in values]
    common = unify_unsafe(types)
    if common is None:
        return None
    if isinstance(common, DynamicType) and is_indefinite(types):
        return tuple([mark(UNKNOWN, value.marks) for value in values])
    return tuple([convert(value, common) for value in values])


def _convert(value: Value, target: Type) -> Value:
    """Return `value` as `target`; that the types go together is known."""
    if isinstance(target, DynamicType) or value.type == target:
        return value
    if isinstance(value.content, Nothing):
        return Value(replace_dynamic(value.type, strip_optional(target)), value.content, value.marks)
    converted = _convert_known(value, target)
    return mark(converted, value.marks)


def _convert_known(value: Value, target: Type) -> Value:
    match target:
        case PrimitiveType():
            return _convert_primitive(value, target)
        case CollectionType(kind="map", element=element):
            return _convert_map(value, element)
        case CollectionType(kind=kind, element=element):
            return _convert_sequence(value, kind, element)
        case ObjectType():
            is_map = isinstance(value.type, CollectionType)
            return _convert_map_to_object(value, target) if is_map else _convert_object(value, target)
        case TupleType(items=items):
            pairs = zip(items_of(value), items, strict=True)
            return make_tuple(_convert_each(enumerate(pairs)))
        case DynamicType():
            return value
        case _:
            assert_never(target)


def _convert_primitive(value: Value, target: PrimitiveType) -> Value:
    match target.name:
        case "string":
            return make_text(_write(value))
        case "number":
            return make_number(_read_number(value.content))
        case "bool":
            return make_bool(_read_bool(value.content))
        case _:
            assert_never(target.name)


def _write(value: Value) -> str:
    if isinstance(value.content, bool):
        return "true" if value.content else "false"
    if not isinstance(value.content, Number):
        raise ConversionError("string required")
    try:
        return format_number(value.content)
    except ArithmeticError:
        raise ConversionError("a number with fewer digits is required") from None


_INFINITIES = {
    f"{sign}{word}": infinity
    for sign, infinity in (("", INFINITY), ("+", INFINITY), ("-", NEGATIVE_INFINITY))
    for word in ("inf", "Inf")
}
_BINARY_EXPONENT = re.compile(r"([^eEpP]+)[pP]([+-]?[0-9]{1,4})")


def _read_number(text: object) -> Number:
    found = parse_number(text) or _read_odd_number(text) if isinstance(text, str) else None
    if found is None:
        raise ConversionError("a number is required")
    return found


def _read_odd_number(text: str) -> Number | None:
    """Return the number that `text` spells in a way which only Terraform's conversion knows: `inf`, or `3p4` for 48."""
    match = _BINARY_EXPONENT.fullmatch(text)
    mantissa = parse_number(match[1]) if match else None
    if match is None or mantissa is None:
        return _INFINITIES.get(text)
    return multiply(mantissa, Number(1, int(match[2])))


def _read_bool(text: object) -> bool:
    if text in {"true", "1"}:
        return True
    if text in {"false", "0"}:
        return False
    lower = text.lower() if isinstance(text, str) else ""
    hint = f'; to convert from string, use lowercase "{lower}"' if lower in {"true", "false"} else ""
    raise ConversionError(f"a bool is required{hint}")


def _convert_each(steps: Iterable[tuple[str | int, tuple[Value, Type]]], noun: str = "element") -> list[Value]:
    """Return the parts converted; an error says at which step."""
    done: list[Value] = []
    for step, (part, target) in steps:
        try:
            done.append(_convert(part, target))
        except ConversionError as error:
            raise error.within(step, noun) from None
    return done


def _convert_sequence(value: Value, kind: str, element: Type) -> Value:
    items = items_of(value)
    source = value.type
    if isinstance(source, CollectionType) and source.kind == "set" and kind == "list" and not has_known_length(value):
        return make_unknown(replace_dynamic(source, strip_optional(CollectionType("list", element))))
    if isinstance(source, TupleType):
        element = find_element(source, element) or element
    converted = _convert_each(enumerate((item, element) for item in items))
    if kind == "list" and isinstance(source, TupleType):
        converted = _settle(converted, unify_unsafe)
    common = _find_common(converted, source, element, kind)
    if kind == "set":
        return make_set(common, converted)
    return make_list(common, [retype(item, common) for item in converted])


def _find_common(items: Sequence[Value], source: Type, element: Type, kind: str) -> Type:
    """Return the type that `items` have, of which there may be none."""
    if not items:
        is_open = isinstance(element, DynamicType) and isinstance(source, CollectionType)
        return source.element if is_open and isinstance(source, CollectionType) else strip_optional(element)
    common = infer_element(items)
    if common is None:
        raise ConversionError(f"element types must all match for conversion to {kind}")
    return common


def _settle(items: list[Value], unify_types: Callable[[Iterable[Type]], Type | None]) -> list[Value]:
    """Return converted `items` as the one type they share, where `any` inside of it left them with several."""
    types = {item.type for item in items}
    if len(types) < 2:
        return items
    common = unify_types([item.type for item in items])
    if common is None:
        raise ConversionError("cannot find a common base type for all elements")
    return _convert_each(enumerate((item, common) for item in items))


def _convert_map(value: Value, element: Type) -> Value:
    members = list_members(value)
    source = value.type
    if isinstance(source, ObjectType):
        element = find_element(source, element) or element
    converted = _convert_each((key, (member, element)) for key, member in members)
    if not (is_primitive(element) or isinstance(element, DynamicType | TupleType)):
        converted = _settle(converted, unify_unsafe if isinstance(source, ObjectType) else unify)
    common = _find_common(converted, source, element, "map")
    pairs = zip(members, converted, strict=True)
    return make_map(common, {key: retype(member, common) for (key, _), member in pairs})


def _convert_object(value: Value, target: ObjectType) -> Value:
    members = members_of(value)
    present = [(name, (members[name], wanted)) for name, wanted in target.attributes if name in members]
    converted = dict(zip([name for name, _ in present], _convert_each(present, "attribute"), strict=True))
    return _complete(converted, target)


def _complete(converted: Mapping[str, Value], target: ObjectType) -> Value:
    """Return the object with null for each attribute that is missing."""
    return make_object(
        {
            name: converted[name] if name in converted else make_null(strip_optional(wanted))
            for name, wanted in target.attributes
        }
    )


def _convert_map_to_object(value: Value, target: ObjectType) -> Value:
    members = members_of(value)
    for name, wanted in target.attributes:
        if name not in members:
            if name not in target.optional:
                raise ConversionError(f'map has no element for required attribute "{name}"')
        elif not is_convertible(members[name].type, wanted):
            reason = explain_mismatch(members[name].type, wanted)
            raise ConversionError(f'map element type is incompatible with attribute "{name}": {reason}')
    return _convert_object(value, target)
