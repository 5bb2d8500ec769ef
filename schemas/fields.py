"""Fields: what the schema of a Cluster says of each field, as a typed tree.

The one place where our annotations (`x-…` in cluster.schema.json) are explained: beside the attributes of `Field`.
Refuses to judge a document; that is `check`'s work.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, partial
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

from schemas.credentials import holds_credentials
from schemas.druid_properties import find_property_meaning
from schemas.loading import load_cluster_schema
from schemas.meanings import Meaning

__all__ = [
    "Field",
    "Kind",
    "cluster_field",
    "find_child",
    "find_entry",
    "find_field",
    "find_named",
    "is_sensitive_entry",
    "is_sensitive_name",
]

Kind: TypeAlias = Literal["object", "list", "string", "integer", "boolean", "name", "any"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Field:
    """One field of a Cluster, without its name: the object or list that holds it knows that."""

    kind: Kind
    """`name` is a string or an object with a `name`; `any` is every JSON value."""
    title: str = ""
    description: str = ""

    read_only: bool = False
    """`readOnly`: the server sets it; a configuration cannot."""
    immutable: bool = False
    """`x-immutable`: fixed when the cluster is created; no request can change it later."""
    sensitive: bool = False
    """`x-sensitive`: the value, with all that is below it, is secret and must never be shown or stored."""
    sensitive_names: str | None = None
    """`x-sensitive-names`, on a list of name/value pairs: a regular expression that is searched for in an entry's name,
    letters in either case; where it is found, the entry's value is secret. Ask `is_sensitive_name`. It catches too much
    rather than too little: `druid.auth.tokenizer` counts as secret because of `token`. `is_sensitive_entry` looks
    for such names in what a value sets, too."""
    list_key: str | None = None
    """`x-list-key`: the list's entries are objects, told apart by this field; no two share it, order has no meaning."""
    is_set: bool = False
    """`x-set`: no two items of the list have the same name, and order has no meaning."""
    meaning: Meaning | None = None
    """`x-meaning`: what a text says, if other spellings say the same; it is compared by what it says."""
    values: str | None = None
    """`x-values`, on a list of name/value pairs: the catalogue that tells what each value means by its name. Ask
    `find_entry`."""
    default: Any = None
    """`default`: what the server fills in where nothing is said; None where that is not known."""
    expected: str | None = None
    """`x-expected`: what a good value is, as it stands in a message after "must be"."""
    impact: str | None = None
    """`x-impact`: what a change of it does to the cluster's users, for all that is below it and does not say otherwise.

    `none`; `restart` and the kinds of servers (`master`, `query`, `data`) that restart one after another;
    `interruption`; `data-loss`; `servers`, a number of servers; `state`, whether the cluster is there at all.
    # Assumed: which field restarts which servers; the API's documents only say that a change of the configuration is
    # rolled out server by server.
    """

    fields: Mapping[str, "Field"] = field(default_factory=lambda: MappingProxyType({}))
    """`properties`: the known fields of an object."""
    required: tuple[str, ...] = ()
    """`required`: the fields that an object must have; others may be needed because of another field's value."""
    others: "Field | None" = None
    """`additionalProperties`: what the unknown fields of an object are; None where there must be none."""
    items: "Field | None" = None
    """`items`: what the items of a list are."""

    allowed: tuple[str, ...] = ()
    """`enum`: the only good values, if there are just some."""
    minimum: int | None = None
    maximum: int | None = None


@cache
def cluster_field() -> Field:
    """Return the field that a whole Cluster is: `metadata`, `spec` and `status` are its fields."""
    return _read_field(load_cluster_schema())


def find_field(path: tuple[str | int, ...], *, root: Field | None = None) -> Field | None:
    """Return what stands at `path` below `root` (a whole Cluster, unless told), or None where nothing may stand."""
    at: Field | None = root or cluster_field()
    for step in path:
        if at is None:
            return None
        at = find_child(at, step)
    return at


def find_child(parent: Field, step: str | int) -> Field | None:
    """Return what stands one step below `parent`, or None where nothing may stand; below `any` is `any` again."""
    if parent.kind == "any":
        return parent
    return parent.items if isinstance(step, int) else parent.fields.get(step, parent.others)


def find_named(path: Iterable[str | int]) -> Field | None:
    """Return what stands at `path` of a Cluster, in which entries of lists go by their names, or None."""
    at: Field | None = cluster_field()
    for step in path:
        if at is None:
            return None
        at = find_entry(at, step) if at.kind == "list" and isinstance(step, str) else find_child(at, step)
    return at


def find_entry(listed: Field, name: str) -> Field | None:
    """Return what the entry called `name` of the list `listed` is; the meaning of its value may depend on the name."""
    meaning = find_property_meaning(name) if listed.values == "druid-properties" else None
    return listed.items if meaning is None or listed.items is None else _make_entry(listed.items, meaning)


@cache
def _make_entry(entry: Field, meaning: Meaning) -> Field:
    value = replace(entry.fields["value"], meaning=meaning)
    return replace(entry, fields=MappingProxyType({**entry.fields, "value": value}))


def is_sensitive_name(listed: Field, name: str) -> bool:
    """Tell whether the entry called `name` of the list `listed` holds a secret."""
    return listed.sensitive_names is not None and _compile(listed.sensitive_names).search(name) is not None


def is_sensitive_entry(listed: Field, name: str, value: object) -> bool:
    """Tell whether the entry called `name` of the list `listed` holds a secret, by its name or by its `value`.

    Options of a JVM may set what is secret, and an address may hold a password.
    """
    if is_sensitive_name(listed, name):
        return True
    return (
        listed.sensitive_names is not None
        and isinstance(value, str)
        and holds_credentials(value, partial(is_sensitive_name, listed))
    )


@cache
def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _read_field(schema: dict[str, Any]) -> Field:
    others = schema.get("additionalProperties", True)
    kind = _read_kind(schema.get("type"))
    return Field(
        kind=kind,
        title=schema.get("title", ""),
        description=schema.get("description", ""),
        read_only=schema.get("readOnly", False),
        immutable=schema.get("x-immutable", False),
        sensitive=schema.get("x-sensitive", False),
        sensitive_names=schema.get("x-sensitive-names"),
        list_key=schema.get("x-list-key"),
        is_set=schema.get("x-set", False),
        meaning=schema.get("x-meaning"),
        values=schema.get("x-values"),
        default=schema.get("default"),
        expected=schema.get("x-expected"),
        impact=schema.get("x-impact"),
        fields=MappingProxyType({name: _read_field(child) for name, child in schema.get("properties", {}).items()}),
        required=tuple(schema.get("required", ())),
        others=_read_others(others) if kind in {"object", "name"} else None,
        items=_read_field(schema["items"]) if "items" in schema else None,
        allowed=tuple(schema.get("enum", ())),
        minimum=schema.get("minimum"),
        maximum=schema.get("maximum"),
    )


def _read_others(schema: bool | dict[str, Any]) -> Field | None:  # noqa: FBT001 - `false` is a JSON Schema
    match schema:
        case False:
            return None
        case True:
            return Field(kind="any")
        case dict():
            return _read_field(schema)


def _read_kind(types: str | list[str] | None) -> Kind:
    match types:
        case None:
            return "any"
        case "array":
            return "list"
        case "object" | "string" | "integer" | "boolean":
            return types
        case ["string", "object"]:
            return "name"
        case _:
            raise ValueError(f"no kind of field has the type {types!r}")
