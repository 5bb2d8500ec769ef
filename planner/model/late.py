"""Late values: where they stand in a document, and how they get there.

A late value is known after apply; until then its mark stands in its place, in the plan as in everything shown of it.
"""

from collections.abc import Iterator, Mapping
from typing import cast

from planner.model.paths import Key, Path
from state.values import Json, Late, Value

__all__ = ["find_late", "holds_late", "merge_late", "place_late"]


def find_late(value: Value, path: Path = ()) -> Iterator[tuple[Path, Late]]:
    """Yield each late value in `value` with its path; an entry with a name is named by it."""
    match value:
        case Late():
            yield path, value
        case dict():
            for name, member in value.items():
                yield from find_late(member, (*path, name))
        case list():
            for position, item in enumerate(value):
                key = item.get("name") if isinstance(item, dict) else None
                yield from find_late(item, (*path, Key(key) if isinstance(key, str) else position))
        case _:
            pass


def holds_late(value: Value) -> bool:
    """Tell whether `value` is late, or anything in it."""
    match value:
        case Late():
            return True
        case dict():
            return any(map(holds_late, value.values()))
        case list():
            return any(map(holds_late, value))
        case _:
            return False


def merge_late(value: Value) -> Late:
    """Return the late value that stands for all of `value`: it waits for whatever a part of it waits for."""
    return Late(tuple(sorted({source for _, late in find_late(value) for source in late.sources})))


def place_late(document: Mapping[str, Json], late: Mapping[Path, Late]) -> dict[str, Value]:
    """Return `document` with each of `late` at its path, the positions of list items being whole numbers."""
    placed = cast("Value", dict(document))  # all JSON is a value
    for path, value in late.items():
        placed = _place(placed, path, value)
    return placed if isinstance(placed, dict) else {}


def _place(value: Value, path: Path, late: Late) -> Value:
    if not path:
        return late
    step, *rest = path
    match value, step:
        case dict(), str():
            return {**value, step: _place(value.get(step), tuple(rest), late)}
        case list(), int():
            return [_place(item, tuple(rest), late) if at == step else item for at, item in enumerate(value)]
        case None, str():
            return {step: _place(None, tuple(rest), late)}
        case _:
            return value
