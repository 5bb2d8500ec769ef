"""Which types become which: what converts to what, and the one type that several have in common.

Of types alone, never of values. A conversion is safe where no value can fail and nothing is lost: a number to a string
is, a string to a number or a list to a set is not. What has no type in common is None, and never an error.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from planner.lang.type_order import sort_types
from planner.lang.types import (
    DYNAMIC,
    STRING,
    CollectionType,
    DynamicType,
    ObjectType,
    PrimitiveType,
    TupleType,
    Type,
    list_of,
    make_object_type,
    map_of,
)

__all__ = ["find_element", "is_convertible", "is_indefinite", "unify", "unify_unsafe"]

_Unify = Callable[[Sequence[Type]], "Type | None"]


def unify(types: Iterable[Type]) -> Type | None:
    """Return the type that all `types` convert to safely; None where there is none, or no type at all."""
    return _unify(tuple(dict.fromkeys(types)), is_safe=True)


def unify_unsafe(types: Iterable[Type]) -> Type | None:
    """Return the type that all `types` may convert to, though a value might still fail."""
    return _unify(tuple(dict.fromkeys(types)), is_safe=False)


def is_indefinite(types: Iterable[Type]) -> bool:
    """Tell whether nothing can be said of what `types` have in common before the one that is not known is known.

    So it is where a type of an unknown kind stands among collections, objects or tuples of one kind: their common type
    is `DYNAMIC`, and a value that is converted to it becomes unknown.
    """
    kinds = set(map(_name_kind, types))
    return "dynamic" in kinds and len(kinds) == 2 and "primitive" not in kinds


def _name_kind(type_: Type) -> str:
    match type_:
        case PrimitiveType():
            return "primitive"
        case DynamicType():
            return "dynamic"
        case CollectionType(kind=kind):
            return kind
        case ObjectType():
            return "object"
        case TupleType():
            return "tuple"


def _unify(types: tuple[Type, ...], *, is_safe: bool) -> Type | None:
    if len(types) == 1:
        return types[0]
    kinds = set(map(_name_kind, types))
    if is_indefinite(types):
        return DYNAMIC
    structural = _unify_structural(types, kinds, is_safe=is_safe)
    if structural is not None or (len(kinds) == 1 and "primitive" not in kinds) or {"object", "tuple"} <= kinds:
        return structural
    for wanted in sort_types(types):
        if all(is_convertible(type_, wanted, is_safe=is_safe) for type_ in types):
            return wanted
    return None


def _unify_structural(types: tuple[Type, ...], kinds: set[str], *, is_safe: bool) -> Type | None:
    """Return a type that may be none of `types`, made of what is common to their parts."""
    unify_parts = partial(_unify_all, is_safe=is_safe)
    match sorted(kinds - {"dynamic"}):
        case ["list" | "set" | "map" as kind]:
            element = unify_parts([type_.element for type_ in types if isinstance(type_, CollectionType)])
            return None if element is None else CollectionType(kind, element)
        case ["map", "object"]:
            return _unify_as(types, ObjectType, "map", is_safe=is_safe)
        case ["list", "tuple"]:
            return _unify_as(types, TupleType, "list", is_safe=is_safe)
        case ["object"]:
            objects = [type_ for type_ in types if isinstance(type_, ObjectType)]
            return _unify_objects(objects, unify_parts, is_safe=is_safe)
        case ["tuple"]:
            tuples = [type_ for type_ in types if isinstance(type_, TupleType)]
            return _unify_tuples(tuples, unify_parts, is_safe=is_safe)
        case _:
            return None


def _unify_all(types: Sequence[Type], *, is_safe: bool) -> Type | None:
    return _unify(tuple(dict.fromkeys(types)), is_safe=is_safe) if types else None


def _unify_as(
    types: tuple[Type, ...], kind: type[ObjectType | TupleType], wanted: str, *, is_safe: bool
) -> Type | None:
    """Return the map (or list) that also the objects (or tuples) among `types` can be read as."""
    structures = [type_ for type_ in types if isinstance(type_, kind)]
    common = _unify_into_collection(structures, wanted, is_safe=is_safe)
    if common is None:
        return None
    replaced = dict.fromkeys(common if isinstance(type_, kind) else type_ for type_ in types)
    found = _unify(tuple(replaced), is_safe=is_safe)
    return found if found is not None and _name_kind(found) == wanted else None


def _unify_objects(types: list[ObjectType], unify_parts: _Unify, *, is_safe: bool) -> Type | None:
    members = [dict(type_.attributes) for type_ in types]
    if any(other.keys() != members[0].keys() for other in members):
        return _unify_into_collection(types, "map", is_safe=is_safe)
    attributes: dict[str, Type] = {}
    for name in members[0]:
        common = unify_parts([member[name] for member in members])
        if common is None:
            return None
        attributes[name] = common
    wanted = make_object_type(attributes)
    if all(is_convertible(type_, wanted, is_safe=is_safe) for type_ in types):
        return wanted
    return _unify_into_collection(types, "map", is_safe=is_safe)


def _unify_tuples(types: list[TupleType], unify_parts: _Unify, *, is_safe: bool) -> Type | None:
    if any(len(type_.items) != len(types[0].items) for type_ in types):
        return _unify_into_collection(types, "list", is_safe=is_safe)
    items: list[Type] = []
    for across in zip(*[type_.items for type_ in types], strict=True):
        common = unify_parts(across)
        if common is None:
            return None
        items.append(common)
    wanted = TupleType(tuple(items))
    if all(is_convertible(type_, wanted, is_safe=is_safe) for type_ in types):
        return wanted
    return _unify_into_collection(types, "list", is_safe=is_safe)


def _unify_into_collection(types: Sequence[ObjectType | TupleType], wanted: str, *, is_safe: bool) -> Type | None:
    element = _unify_all([part for type_ in types for part in _list_parts(type_)], is_safe=is_safe)
    if element is None:
        return None
    found = map_of(element) if wanted == "map" else list_of(element)
    return found if all(is_convertible(type_, found, is_safe=is_safe) for type_ in types) else None


def _list_parts(type_: ObjectType | TupleType) -> list[Type]:
    return list(type_.items) if isinstance(type_, TupleType) else [inner for _, inner in type_.attributes]


def is_convertible(source: Type, target: Type, *, is_safe: bool = False) -> bool:
    """Tell whether a value of type `source` may become one of type `target`; the value itself may still not do."""
    if source == target:
        return True
    match source, target:
        case _, DynamicType():
            return True
        case DynamicType(), _:
            return not is_safe
        case PrimitiveType(), PrimitiveType():
            return target == STRING or (source == STRING and not is_safe)
        case ObjectType(), ObjectType():
            return _is_object_convertible(source, target, is_safe=is_safe)
        case TupleType(), TupleType():
            return len(source.items) == len(target.items) and all(
                is_convertible(given, wanted, is_safe=is_safe)
                for given, wanted in zip(source.items, target.items, strict=True)
            )
        case CollectionType(), CollectionType():
            return _is_kind_convertible(source.kind, target.kind, is_safe=is_safe) and is_convertible(
                source.element, target.element, is_safe=is_safe
            )
        case ((ObjectType() | TupleType()), CollectionType()):
            return _is_structure_convertible(source, target, is_safe=is_safe)
        case CollectionType(kind="map"), ObjectType():
            return not is_safe and all(
                name in target.optional or is_convertible(source.element, wanted) for name, wanted in target.attributes
            )
        case _:
            return False


def _is_kind_convertible(source: str, target: str, *, is_safe: bool) -> bool:
    if source == target:
        return True
    return (source == "set" and target == "list") or (source == "list" and target == "set" and not is_safe)


def _is_object_convertible(source: ObjectType, target: ObjectType, *, is_safe: bool) -> bool:
    given = dict(source.attributes)
    return all(
        is_convertible(given[name], wanted, is_safe=is_safe) if name in given else name in target.optional
        for name, wanted in target.attributes
    )


def _is_structure_convertible(source: ObjectType | TupleType, target: CollectionType, *, is_safe: bool) -> bool:
    if isinstance(source, ObjectType) != (target.kind == "map"):
        return False
    parts = _list_parts(source)
    if not parts:
        return True
    element = find_element(source, target.element, is_safe=is_safe)
    if element is None:
        return False
    if target.kind != "map" and isinstance(element, DynamicType) and any(part != DYNAMIC for part in parts):
        return False
    return all(is_convertible(part, element, is_safe=is_safe) for part in dict.fromkeys(parts))


def find_element(source: ObjectType | TupleType, element: Type, *, is_safe: bool = False) -> Type | None:
    """Return the type of the elements when `source` becomes a collection of `element`; for `any`, what they share."""
    if not isinstance(element, DynamicType):
        return element
    parts = _list_parts(source)
    return _unify_all(parts, is_safe=is_safe) if parts else element
