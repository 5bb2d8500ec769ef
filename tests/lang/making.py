"""Short ways to write down types and values in tables of expectations."""

from collections.abc import Iterable
from typing import Any

from planner.lang.number import parse_number
from planner.lang.sets import make_set
from planner.lang.types import CollectionType, ObjectType, TupleType, Type, make_object_type
from planner.lang.values import (
    NULL,
    SENSITIVE,
    Mark,
    MarkKind,
    Value,
    make_bool,
    make_list,
    make_map,
    make_number,
    make_object,
    make_text,
    make_tuple,
    mark,
)

__all__ = ["EPHEMERAL", "ephemeral", "list_value", "map_value", "obj", "of", "secret", "set_value", "tup"]

EPHEMERAL = Mark(MarkKind.EPHEMERAL)


def obj(attributes: dict[str, Type] | None = None, optional: Iterable[str] = ()) -> ObjectType:
    """Return an object type."""
    return make_object_type(attributes or {}, frozenset(optional))


def tup(*items: Type) -> TupleType:
    """Return a tuple type."""
    return TupleType(items)


def of(given: Any) -> Value:  # noqa: ANN401 - any Python value
    """Return what a configuration would have that writes `given`: lists are tuples and dicts objects."""
    match given:
        case Value():
            return given
        case None:
            return NULL
        case bool():
            return make_bool(given)
        case int() | float():
            number = parse_number(str(given))
            assert number is not None
            return make_number(number)
        case str():
            return make_text(given)
        case list():
            return make_tuple(map(of, given))
        case dict():
            return make_object({key: of(member) for key, member in given.items()})
        case _:
            raise TypeError(given)


def list_value(element: Type, *items: Any) -> Value:  # noqa: ANN401
    """Return a list."""
    return make_list(element, [_typed(item, element) for item in items])


def set_value(element: Type, *items: Any) -> Value:  # noqa: ANN401
    """Return a set."""
    return make_set(element, [_typed(item, element) for item in items])


def map_value(element: Type, members: dict[str, Any]) -> Value:
    """Return a map."""
    return make_map(element, {key: _typed(member, element) for key, member in members.items()})


def _typed(item: Any, element: Type) -> Value:  # noqa: ANN401
    if item is None:
        return Value(element, NULL.content)
    match element:
        case CollectionType(kind="map", element=inner) if isinstance(item, dict):
            return map_value(inner, item)
        case CollectionType(kind="list", element=inner) if isinstance(item, list):
            return list_value(inner, *item)
        case CollectionType(kind="set", element=inner) if isinstance(item, list):
            return set_value(inner, *item)
        case ObjectType(attributes=attributes) if isinstance(item, dict):
            return make_object({name: _typed(item[name], inner) for name, inner in attributes})
        case TupleType(items=inners) if isinstance(item, list):
            return make_tuple(map(_typed, item, inners))
        case _:
            return of(item)


def secret(given: Any) -> Value:  # noqa: ANN401
    """Return a sensitive value."""
    return mark(of(given), frozenset({SENSITIVE}))


def ephemeral(given: Any) -> Value:  # noqa: ANN401
    """Return an ephemeral value."""
    return mark(of(given), frozenset({EPHEMERAL}))
