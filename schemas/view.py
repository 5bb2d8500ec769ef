"""Views: a document under judgement, and what of it may be shown in a message.

A view's document is plain JSON. Refuses to show a secret: what the schema marks, what a name marks, what the caller
hides, and everything into which such a value might have slipped by mistake.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from schemas.fields import Field, cluster_field, find_child, is_sensitive_entry
from schemas.violations import Path
from schemas.wording import describe_kind, describe_value, format_path

__all__ = ["View", "find_place", "find_value", "is_hidden", "show_path", "show_value"]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A document, and the paths in it whose values are secret beyond what the schema says."""

    document: Any
    hidden: frozenset[Path] = frozenset()
    names: dict[int, Counter[str]] = field(default_factory=dict, compare=False, repr=False)
    """How often each name stands in a keyed list, by the list's `id`; counted when first asked for."""
    orders: dict[int, dict[str, int]] = field(default_factory=dict, compare=False, repr=False)
    """Where each key stands in an object, by the object's `id`; counted when first asked for."""


@dataclass(frozen=True, slots=True)
class _Step:
    """One step of a path: from a container, which is `field` if the schema knows it, to what is in it."""

    field: Field | None
    container: Any
    step: str | int
    path: Path
    """The path up to and with this step."""


def is_hidden(view: View, path: Path) -> bool:
    """Tell whether the caller hides the value at `path`, or what it is in."""
    return any(path[:length] in view.hidden for length in range(len(path) + 1))


def find_value(view: View, path: Path) -> Any:  # noqa: ANN401 - any value of a document
    """Return the value at `path`, or None where there is none."""
    value = view.document
    for step in path:
        value = _get(value, step)
    return value


def find_place(view: View, path: Path) -> tuple[int, ...]:
    """Return numbers that sort paths in the order of the document; what is missing comes after what is there."""
    return tuple(_find_position(view, step) for step in _walk(view, path))


def show_path(view: View, path: Path) -> str:
    """Return `path` for a message; an entry of a keyed list goes by its name where that tells it from the others."""
    return format_path(path, [_find_label(view, step) for step in _walk(view, path)])


def show_value(view: View, path: Path, value: object) -> str:
    """Return what `value`, at `path`, is: itself, or only its kind where it may be a secret."""
    return describe_value(value) if _is_shown(view, path) else describe_kind(value)


def _is_shown(view: View, path: Path) -> bool:
    if is_hidden(view, path):
        return False
    last: Field | None = cluster_field()
    for step in _walk(view, path):
        if step.field is None or step.field.sensitive or _is_in_secret_entry(step, path):
            return False
        last = find_child(step.field, step.step)
    return last is not None and not _has_secrets(last)


def _is_in_secret_entry(step: _Step, path: Path) -> bool:
    """Tell whether a step into a list leads to an entry whose name, or lack of one, makes the rest of it secret."""
    if step.field is None or step.field.sensitive_names is None or path == (*step.path, step.field.list_key):
        return False
    entry = _get(step.container, step.step)
    name = _get(entry, step.field.list_key or "name")
    return not isinstance(name, str) or is_sensitive_entry(step.field, name, _get(entry, "value"))


@cache
def _has_secrets(field: Field) -> bool:
    inner = [*field.fields.values(), field.items, field.others]
    return field.sensitive or field.sensitive_names is not None or any(_has_secrets(child) for child in inner if child)


def _find_label(view: View, step: _Step) -> str | None:
    """Return the name of the entry that `step` leads to, if it is one of a keyed list and nothing else has the name."""
    if step.field is None or step.field.list_key is None or not isinstance(step.container, list):
        return None
    key = step.field.list_key
    name = _get(_get(step.container, step.step), key)
    if not isinstance(name, str) or not name or is_hidden(view, (*step.path, key)):
        return None
    counts = view.names.get(id(step.container))
    if counts is None:
        names = [_get(entry, key) for entry in step.container]
        counts = view.names[id(step.container)] = Counter(name for name in names if isinstance(name, str))
    return name if counts[name] == 1 else None


def _find_position(view: View, step: _Step) -> int:
    if isinstance(step.step, int):
        return step.step
    if not isinstance(step.container, dict):
        return 0
    order = view.orders.get(id(step.container))
    if order is None:
        order = view.orders[id(step.container)] = {name: position for position, name in enumerate(step.container)}
    known = [] if step.field is None else list(step.field.fields)
    absent = len(order) + (known.index(step.step) if step.step in known else len(known))
    return order.get(step.step, absent)


def _walk(view: View, path: Path) -> Iterator[_Step]:
    place: Field | None = cluster_field()
    value = view.document
    for position, step in enumerate(path):
        yield _Step(place, value, step, path[: position + 1])
        place = None if place is None else find_child(place, step)
        value = _get(value, step)


def _get(value: Any, step: str | int) -> Any:  # noqa: ANN401 - any value of a document
    match value, step:
        case dict(), str():
            return value.get(step)
        case list(), int() if step < len(value):
            return value[step]
        case _:
            return None
