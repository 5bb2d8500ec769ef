"""Values of clusters: what `cluster.a` stands for in an expression.

What the configuration sets is known at once. All else is what the server says, where the cluster is there already,
and otherwise an unknown value that waits for it.
"""

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from planner.config.draft import Draft, PlainPath
from planner.lang.json_values import from_json
from planner.lang.types import BOOL, DYNAMIC, NUMBER, STRING, Type
from planner.lang.values import (
    NULL,
    SENSITIVE,
    UNKNOWN,
    Mark,
    MarkKind,
    Value,
    make_object,
    make_tuple,
    make_unknown,
    mark,
)
from planner.model.paths import format_path
from schemas.fields import Field, cluster_field, find_child, is_sensitive_entry
from state.values import Json, Late

__all__ = ["make_cluster_value"]

_TYPES: Mapping[str, Type] = {"string": STRING, "integer": NUMBER, "boolean": BOOL}
_PARTS = ("metadata", "spec", "status")


class _Absent:
    """The place of a side that has no value here."""


_ABSENT = _Absent()
_Side: TypeAlias = "Json | _Absent"


def make_cluster_value(draft: Draft, live: Mapping[str, Json] | None) -> Value:
    """Return the value of the cluster of `draft`; `live` is what is known of it, None where it is not there yet."""
    root = cluster_field()
    return make_object(
        {
            name: _make(
                root.fields.get(name),
                draft.document.get(name, {}) if name != "status" else _ABSENT,
                live.get(name, _ABSENT) if live is not None else _ABSENT,
                (name,),
                draft,
            )
            for name in _PARTS
        }
    )


def _make(field: Field | None, configured: _Side, live: _Side, path: PlainPath, draft: Draft) -> Value:
    if path in draft.late:
        marks = frozenset(Mark(MarkKind.LATE, source) for source in draft.late[path].sources)
        return make_unknown(_find_type(field), marks)
    if path in draft.unknown:
        return UNKNOWN
    value = _choose(field, configured, live, path, draft)
    is_secret = path in draft.sensitive or (field is not None and field.sensitive)
    return mark(value, frozenset({SENSITIVE})) if is_secret else value


def _choose(field: Field | None, configured: _Side, live: _Side, path: PlainPath, draft: Draft) -> Value:
    match configured:
        case dict():
            return _make_object(field, configured, live, path, draft)
        case list():
            items = field.items if field is not None else None
            made = [_make(items, item, _ABSENT, (*path, at), draft) for at, item in enumerate(configured)]
            return make_tuple(_hide_named(field, configured, made))
        case _Absent():
            return _read_live(field, live, path, draft)
        case _:
            return from_json(configured)


def _make_object(
    field: Field | None, configured: Mapping[str, Json], live: _Side, path: PlainPath, draft: Draft
) -> Value:
    """Return an object of which the configuration sets a part: all fields that the schema has are there."""
    is_open = path[0] == "spec" and len(path) == 1
    is_field = field is not None and field.kind == "object"
    known = set(field.fields) if field is not None and (is_field or is_open) else set()
    served = set(live) if isinstance(live, Mapping) else set()
    members: dict[str, Value] = {}
    for name in sorted({*configured, *known, *served}):
        child = find_child(field, name) if field is not None else None
        given = configured.get(name, _ABSENT)
        member = live.get(name) if isinstance(live, Mapping) else live
        is_free = field is None or not field.fields
        if isinstance(given, _Absent) and is_free and isinstance(live, _Absent):
            continue
        members[name] = _make(child, given, member, (*path, name), draft)
    return make_object(members)


def _read_live(field: Field | None, live: _Side, path: PlainPath, draft: Draft) -> Value:
    if isinstance(live, _Absent):
        source = f"{draft.address}.{format_path(path)}"
        return make_unknown(_find_type(field), frozenset({Mark(MarkKind.LATE, source)}))
    return _reveal(field, live)


def _reveal(field: Field | None, live: "Json | Late") -> Value:
    """Return what the server says of a field; a field that the schema knows and the server leaves out is null.

    Where the account was not asked, what the state does not hold is late.
    """
    match live:
        case dict():
            names = {*live, *(field.fields if field is not None else ())}
            members = {name: _reveal(_find_child(field, name), live.get(name)) for name in sorted(names)}
            value = make_object(members)
        case list():
            items = field.items if field is not None else None
            value = make_tuple(_hide_named(field, live, [_reveal(items, item) for item in live]))
        case Late(sources=sources):
            return make_unknown(_find_type(field), frozenset(Mark(MarkKind.LATE, source) for source in sources))
        case None:
            return NULL
        case _:
            value = from_json(live)
    return mark(value, frozenset({SENSITIVE})) if field is not None and field.sensitive else value


def _find_child(field: Field | None, name: str) -> Field | None:
    return find_child(field, name) if field is not None else None


def _hide_named(field: Field | None, entries: list[Json], made: Iterable[Value]) -> Iterable[Value]:
    """Return the values of a list, those of pairs marked whose names say that they are secret."""
    if field is None or field.sensitive_names is None:
        return made
    return [
        mark(value, frozenset({SENSITIVE})) if _is_secret_pair(field, entry) else value
        for entry, value in zip(entries, made, strict=True)
    ]


def _is_secret_pair(field: Field, entry: Json) -> bool:
    if not isinstance(entry, dict):
        return False
    name = entry.get("name")
    return isinstance(name, str) and is_sensitive_entry(field, name, entry.get("value"))


def _find_type(field: Field | None) -> Type:
    return DYNAMIC if field is None else _TYPES.get(field.kind, DYNAMIC)
