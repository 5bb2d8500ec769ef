"""Settable: the part of a live cluster that a configuration can ask for, with or without what goes without saying.

What the server sets, what the schema does not know and what no configuration can say is left out; of the last it is
told why.
"""

import math
import unicodedata
from collections.abc import Collection, Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, cast

from planner.model.paths import format_path
from planner.planning.sides import entry_key
from schemas import Field, check_cluster, cluster_field
from state.values import Json, Value

__all__ = ["LeftOut", "Settable", "find_settable"]

_PlainPath = tuple[str | int, ...]

_MOST_BITS = 900
"""How long a whole number may be, and how far from the point a number may begin, for the language to take it."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A field that is live and that no configuration can ask for, and why, as a sentence without its full stop."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settable:
    """A document that is a good configuration; None where the cluster cannot be declared at all."""

    document: dict[str, Json] | None
    left_out: tuple[LeftOut, ...] = ()


def find_settable(
    live: dict[str, Json], *, hidden: Collection[_PlainPath] = (), keeps_defaults: bool, takes_any_text: bool
) -> Settable:
    """Return what of the document `live` can be declared, in the order of the schema.

    `hidden` are paths of values that no reason may quote. `keeps_defaults` keeps what the server would fill in anyhow.
    `takes_any_text` is for bare Clusters, whose texts the language does not touch.
    """
    document: Any = _select(deepcopy(live), cluster_field(), keeps_defaults=keeps_defaults)
    left_out: list[LeftOut] = []
    while (problem := _find_problem(document, hidden, takes_any_text=takes_any_text)) is not None:
        path, reason = problem
        removed = _remove(document, path)
        left_out.append(LeftOut(format_path(removed or path), reason))
        if removed is None:
            return Settable(document=None, left_out=tuple(left_out))
        document = _select(document, cluster_field(), keeps_defaults=keeps_defaults)  # what it was in may be empty now
    return Settable(document=document, left_out=tuple(left_out))


def _select(value: Json, field: Field, *, keeps_defaults: bool) -> Json:
    """Return `value` without what cannot be set or goes without saying, its matched lists in one order."""
    if isinstance(value, dict) and field.kind == "object" and field.fields:
        members = {
            name: _select(value[name], child, keeps_defaults=keeps_defaults)
            for name, child in field.fields.items()
            if not child.read_only and value.get(name) is not None
        }
        if not keeps_defaults:
            members = _drop_defaults(members, field)
        return members | {name: _sort(value[name]) for name in sorted(value.keys() - field.fields) if field.others}
    if isinstance(value, list) and field.items is not None:
        items = [_select(item, field.items, keeps_defaults=True) for item in value]
        return sorted(items, key=_find_key) if field.list_key or field.is_set else items
    return _sort(value)


def _sort(value: Json) -> Json:
    """Return `value` with the members of objects in one order: the server may give them in any."""
    match value:
        case dict():
            return {name: _sort(value[name]) for name in sorted(value)}
        case list():
            return [_sort(item) for item in value]
        case _:
            return value


def _find_key(item: Json) -> str:
    return entry_key(cast("Value", item))  # all JSON is a value


def _drop_defaults(members: dict[str, Json], field: Field) -> dict[str, Json]:
    """Return `members` without those that go without saying; what is required stays where anything else does."""
    told = {name for name, member in members.items() if not _is_default(member, field.fields[name])}
    kept = told.union(field.required) if told else told
    return {name: member for name, member in members.items() if name in kept}


def _is_default(value: Json, field: Field) -> bool:
    return value in ({}, []) or (field.default is not None and value == field.default)


def _find_problem(
    document: Any,  # noqa: ANN401 - any JSON
    hidden: Collection[_PlainPath],
    *,
    takes_any_text: bool,
) -> tuple[_PlainPath, str] | None:
    """Return the first place at which `document` is no configuration, and why."""
    unsayable = next(_find_unsayable(document, (), takes_any_text=takes_any_text), None)
    if unsayable is not None:
        return unsayable
    violations = check_cluster(document, hidden=hidden)
    return (violations[0].path, violations[0].message) if violations else None


def _find_unsayable(value: Json, path: _PlainPath, *, takes_any_text: bool) -> Iterator[tuple[_PlainPath, str]]:
    """Yield each place below `path` that would be read as something else, and why."""
    match value:
        case None:
            yield path, "it holds null, which a configuration reads as not set"
        case str() if not takes_any_text and not unicodedata.is_normalized("NFC", value):
            yield path, "it holds a text in another form than NFC, the only one that the language has"
        case int() | float() if not _is_sayable_number(value):
            yield path, "it holds a number that is too large or too near to zero"
        case dict():
            for name, member in value.items():
                yield from _find_unsayable(name, (*path, name), takes_any_text=takes_any_text)
                yield from _find_unsayable(member, (*path, name), takes_any_text=takes_any_text)
        case list():
            for position, item in enumerate(value):
                yield from _find_unsayable(item, (*path, position), takes_any_text=takes_any_text)
        case _:
            pass


def _is_sayable_number(number: float) -> bool:
    if isinstance(number, int):
        return number.bit_length() <= _MOST_BITS
    return number == 0 or abs(math.frexp(number)[1]) <= _MOST_BITS


def _remove(document: Any, path: _PlainPath) -> _PlainPath | None:  # noqa: ANN401 - any JSON
    """Take the field at `path` out of `document`, or the nearest one around it that may go, and return its path.

    A list goes as a whole: it is the configuration's as a whole or not at all.
    """
    field, parents = cluster_field(), []
    for step in path:
        if isinstance(step, int) or not isinstance(document, dict) or step not in document:
            break
        parents.append((document, field, step))
        document, child = document[step], field.fields.get(step)
        if child is None:
            break
        field = child
    for length in range(len(parents), 0, -1):
        members, around, name = parents[length - 1]
        if name not in around.required:
            del members[name]
            return path[:length]
    return None
