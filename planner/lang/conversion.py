"""Conversion of values to the type that is asked for, as Terraform converts them; marks stay where they are.

Null and unknown convert to the null and the unknown of the type. `any` in the type stands for what the value has there,
which for a list, set or map is the one type that all its elements share. Refuses what has no such form.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache, partial
from typing import TypeAlias, assert_never

from planner.lang.mismatch import explain_mismatch
from planner.lang.primitive_conversion import ConversionError, convert_to_bool, convert_to_number, convert_to_text
from planner.lang.replace_dynamic import replace_dynamic
from planner.lang.sets import has_known_length, infer_element, make_set, retype
from planner.lang.types import (
    CollectionType,
    DynamicType,
    ObjectType,
    PrimitiveType,
    TupleType,
    Type,
    has_dynamic,
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
    make_list,
    make_map,
    make_null,
    make_object,
    make_tuple,
    make_unknown,
    mark,
    members_of,
)

__all__ = ["ConversionError", "convert", "unify_values"]

_Convert: TypeAlias = Callable[[Value], Value]
"""Converts a value to one certain type, which the type of the value is known to go together with."""


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
    return _plan(target)(value)


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


@lru_cache(maxsize=512)
def _plan(target: Type) -> _Convert:
    """Return what converts values to `target`; what can be known of it before there is a value is found out once."""
    if isinstance(target, DynamicType):
        return _keep
    stripped = strip_optional(target)
    convert_known = _plan_known(target, stripped)

    def run(value: Value) -> Value:
        if value.type == stripped:
            return value
        if isinstance(value.content, Nothing):
            return Value(replace_dynamic(value.type, stripped), value.content, value.marks)
        converted = convert_known(value)
        return mark(converted, value.marks) if value.marks else converted

    return run


def _keep(value: Value) -> Value:
    return value


def _plan_known(target: Type, stripped: Type) -> _Convert:
    """Return what converts known values; `stripped` is `target` without optional attributes."""
    match target:
        case PrimitiveType(name="string"):
            return convert_to_text
        case PrimitiveType(name="number"):
            return convert_to_number
        case PrimitiveType():
            return convert_to_bool
        case CollectionType(kind="map", element=element):
            return partial(_convert_map, element, _plan(element), _find_fixed(element))
        case CollectionType(element=element):
            return partial(_convert_sequence, target, _plan(element), _find_fixed(element))
        case ObjectType():
            return _plan_object(target, _find_fixed(stripped))
        case TupleType(items=items):
            return partial(_convert_tuple, tuple(map(_plan, items)))
        case DynamicType():
            return _keep
        case _:
            assert_never(target)


def _find_fixed(target: Type) -> Type | None:
    """Return the type that all values have which are converted to `target`; None where that depends on the value."""
    return None if has_dynamic(target) else strip_optional(target)


def _convert_each(convert_part: _Convert, steps: Iterable[tuple[str | int, Value]]) -> list[Value]:
    """Return the elements converted; an error says at which step."""
    done: list[Value] = []
    for step, part in steps:
        try:
            done.append(convert_part(part))
        except ConversionError as error:
            raise error.within(step, "element") from None
    return done


def _convert_tuple(plans: tuple[_Convert, ...], value: Value) -> Value:
    done: list[Value] = []
    for plan, part in zip(plans, items_of(value), strict=True):
        done.extend(_convert_each(plan, ((len(done), part),)))
    return make_tuple(done)


def _convert_sequence(target: CollectionType, convert_item: _Convert, fixed: Type | None, value: Value) -> Value:
    items = items_of(value)
    kind, element, source = target.kind, target.element, value.type
    if isinstance(source, CollectionType) and source.kind == "set" and kind == "list" and not has_known_length(value):
        return make_unknown(replace_dynamic(source, strip_optional(target)))
    if isinstance(source, TupleType):
        own = find_element(source, element)
        if own is not None and own != element:
            return _plan(CollectionType(kind, own))(value)
    converted = _convert_each(convert_item, enumerate(items))
    if fixed is None and kind == "list" and isinstance(source, TupleType):
        converted = _settle(converted, unify_unsafe)
    common = fixed or _find_common(converted, source, element, kind)
    if kind == "set":
        return make_set(common, converted)
    return make_list(common, converted if fixed else [retype(item, common) for item in converted])


def _find_common(items: Sequence[Value], source: Type, element: Type, kind: str) -> Type:
    """Return the type that `items` have, of which there may be none."""
    if not items:
        is_open = isinstance(element, DynamicType) and isinstance(source, CollectionType)
        return source.element if is_open and isinstance(source, CollectionType) else strip_optional(element)
    common = infer_element(items)
    if common is None:
        part = "attribute" if isinstance(source, ObjectType) else "element"
        raise ConversionError(f"{part} types must all match for conversion to {kind}")
    return common


def _settle(items: list[Value], unify_types: Callable[[Iterable[Type]], Type | None]) -> list[Value]:
    """Return converted `items` as the one type they share, where `any` inside of it left them with several."""
    types = dict.fromkeys(item.type for item in items)
    if len(types) < 2:
        return items
    common = unify_types(types)
    if common is None:
        raise ConversionError("cannot find a common base type for all elements")
    return _convert_each(_plan(common), enumerate(items))


def _convert_map(element: Type, convert_member: _Convert, fixed: Type | None, value: Value) -> Value:
    source = value.type
    if isinstance(source, ObjectType):
        own = find_element(source, element)
        if own is not None and own != element:
            return _plan(CollectionType("map", own))(value)
    members = list_members(value)
    converted = _convert_each(convert_member, members)
    if fixed is None and not (is_primitive(element) or isinstance(element, DynamicType | TupleType)):
        converted = _settle(converted, unify_unsafe if isinstance(source, ObjectType) else unify)
    common = fixed or _find_common(converted, source, element, "map")
    pairs = zip(members, converted, strict=True)
    return make_map(common, {key: member if fixed else retype(member, common) for (key, _), member in pairs})


def _plan_object(target: ObjectType, fixed: Type | None) -> _Convert:
    """Return what makes an object; an attribute that is missing is null there."""
    parts = [(name, _plan(wanted), make_null(strip_optional(wanted))) for name, wanted in target.attributes]

    def run(value: Value) -> Value:
        members = members_of(value)
        if isinstance(value.type, CollectionType):
            _check_members(members, target)
        done: dict[str, Value] = {}
        for name, convert_part, missing in parts:
            part = members.get(name)
            try:
                done[name] = missing if part is None else convert_part(part)
            except ConversionError as error:
                raise error.within(name, "attribute") from None
        return make_object(done) if fixed is None else Value(fixed, done)

    return run


def _check_members(members: Mapping[str, Value], target: ObjectType) -> None:
    """Refuse a map that cannot become an object of type `target`, which its type alone does not show."""
    for name, wanted in target.attributes:
        if name not in members:
            if name not in target.optional:
                raise ConversionError(f'map has no element for required attribute "{name}"')
        elif not is_convertible(members[name].type, wanted):
            reason = explain_mismatch(members[name].type, wanted)
            raise ConversionError(f'map element type is incompatible with attribute "{name}": {reason}')
