"""The fast acceptor: the schema of a Cluster, compiled into closures.

It says yes or no and never why, in a fortieth of the time that jsonschema takes. Yes means that there is nothing to
report: jsonschema accepts the document, no read-only field is set, no name comes twice in a list, and JSON can hold
it all. Refuses to compile a schema that uses a keyword it does not know.
"""

import math
import re
from collections.abc import Callable
from functools import cache
from typing import Any, TypeAlias

from schemas.loading import load_cluster_schema
from schemas.plain import is_plain, is_sendable_number, is_sendable_text

__all__ = ["compile_acceptor", "is_acceptable"]

Acceptor: TypeAlias = Callable[[Any], bool]

_ANNOTATIONS = {"$comment", "$schema", "default", "description", "format", "readOnly", "title", "type"}


def is_acceptable(document: object) -> bool:
    """Tell whether `document` is a Cluster in which nothing is wrong.

    Only plain JSON as `json.loads` makes it is acceptable: a subclass of `dict` or `str` is left to `check_cluster`.
    """
    return _cluster_acceptor()(document)


@cache
def _cluster_acceptor() -> Acceptor:
    return compile_acceptor(load_cluster_schema())


def compile_acceptor(schema: dict[str, Any] | bool, depth: int = 0) -> Acceptor:  # noqa: FBT001 - `true` is a schema
    """Return a function that tells whether a value fits `schema`, which holds no `$ref`.

    `depth` is how many objects and lists the value stands in.

    Raises:
        ValueError: the schema uses JSON Schema in a way that the compiler does not know.
    """
    if isinstance(schema, bool):
        return _accept_any(depth) if schema else _refuse
    if schema.get("readOnly"):
        return _refuse
    match schema.get("type"):
        case "object":
            return _compile_object(schema, depth)
        case "array":
            return _compile_list(schema, depth)
        case "string":
            return _compile_string(schema)
        case "integer":
            return _compile_integer(schema)
        case "boolean":
            _know_all(schema)
            return _is_boolean
        case ["string", "object"]:
            return _compile_name(schema, depth)
        case None:
            _know_all(schema)
            return _accept_any(depth)
        case other:
            raise ValueError(f"the acceptor does not know the type {other!r}")


def _know_all(schema: dict[str, Any], *keywords: str) -> None:
    unknown = {keyword for keyword in schema if not keyword.startswith("x-")} - _ANNOTATIONS - {*keywords}
    if unknown:
        raise ValueError(f"the acceptor does not know {', '.join(sorted(unknown))} in a {schema.get('type')}")


def _compile_object(schema: dict[str, Any], depth: int) -> Acceptor:
    _know_all(schema, "additionalProperties", "allOf", "properties", "required")
    fields = {name: compile_acceptor(field, depth + 1) for name, field in schema.get("properties", {}).items()}
    required = tuple(schema.get("required", ()))
    others = compile_acceptor(schema.get("additionalProperties", True), depth + 1)
    conditions = tuple(_compile_condition(condition) for condition in schema.get("allOf", ()))

    def accept(value: Any) -> bool:  # noqa: ANN401 - it judges any value
        if type(value) is not dict:
            return False
        for name, member in value.items():
            accept_field = fields.get(name)
            if accept_field is None:
                if not (type(name) is str and is_sendable_text(name) and others(member)):
                    return False
            elif not accept_field(member):
                return False
        # Plain loops: a generator for `all` would cost more than all the rest on the many small objects.
        for name in required:
            if name not in value:
                return False
        return not conditions or all(condition(value) for condition in conditions)

    return accept


def _compile_list(schema: dict[str, Any], depth: int) -> Acceptor:
    _know_all(schema, "items")
    accept_item = compile_acceptor(schema.get("items", True), depth + 1)
    if "x-list-key" not in schema and "x-set" not in schema:
        return lambda value: type(value) is list and all(map(accept_item, value))

    key = schema.get("x-list-key", "name")

    def accept(value: Any) -> bool:  # noqa: ANN401 - it judges any value
        if type(value) is not list or not all(map(accept_item, value)):
            return False
        return len({item if type(item) is str else item[key] for item in value}) == len(value)

    return accept


def _compile_string(schema: dict[str, Any]) -> Acceptor:
    if "enum" in schema:
        _know_all(schema, "enum")
        allowed = frozenset(schema["enum"])
        return lambda value: type(value) is str and value in allowed
    if "pattern" in schema:
        _know_all(schema, "pattern")
        search = re.compile(schema["pattern"]).search
        return lambda value: type(value) is str and search(value) is not None and is_sendable_text(value)
    _know_all(schema, "minLength")
    shortest = schema.get("minLength", 0)
    return lambda value: type(value) is str and len(value) >= shortest and (value.isascii() or is_sendable_text(value))


def _compile_name(schema: dict[str, Any], depth: int) -> Acceptor:
    _know_all(schema, "minLength", "properties", "required")
    accept_string = _compile_string({"minLength": schema.get("minLength", 0)})
    accept_object = _compile_object({key: schema[key] for key in ("properties", "required") if key in schema}, depth)
    return lambda value: accept_string(value) or accept_object(value)


def _compile_integer(schema: dict[str, Any]) -> Acceptor:
    _know_all(schema, "maximum", "minimum")
    least = schema.get("minimum", -math.inf)
    most = schema.get("maximum", math.inf)

    def accept(value: Any) -> bool:  # noqa: ANN401 - it judges any value
        # JSON Schema has 3.0 for a whole number, and so has the server.
        if type(value) is not int and not (type(value) is float and value.is_integer()):
            return False
        return bool(least <= value <= most) and is_sendable_number(value)

    return accept


def _compile_condition(schema: dict[str, Any]) -> Acceptor:
    """Compile `{"if": {a field has one of some values}, "then": {fields that must, and must not, be there}}`."""
    tested, then = schema["if"], schema["then"]
    (field,) = tested["required"]
    values = _read_values(tested["properties"][field])
    required: tuple[str, ...] = tuple(then.get("required", ()))
    forbidden: tuple[str, ...] = tuple(then.get("properties", ()))
    understood: dict[str, Any] = {"required": [*required]} if required else {}
    if forbidden:
        understood["properties"] = dict.fromkeys(forbidden, False)
    test = {"required": [field], "properties": {field: tested["properties"][field]}}
    if schema != {"if": test, "then": understood}:
        raise ValueError(f"the acceptor does not know a condition such as {schema!r}")

    def accept(value: Any) -> bool:  # noqa: ANN401 - it judges any object
        if value.get(field) not in values:
            return True
        return all(name in value for name in required) and not any(name in value for name in forbidden)

    return accept


def _read_values(schema: dict[str, Any]) -> tuple[Any, ...]:
    match schema:
        case {"const": value} if len(schema) == 1:
            return (value,)
        case {"enum": [*values]} if len(schema) == 1:
            return tuple(values)
        case _:
            raise ValueError(f"the acceptor does not know a condition on {schema!r}")


def _accept_any(depth: int) -> Acceptor:
    return lambda value: is_plain(value, depth)


def _is_boolean(value: object) -> bool:
    return type(value) is bool


def _refuse(_: object) -> bool:
    return False
