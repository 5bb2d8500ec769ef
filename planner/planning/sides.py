"""Sides: the four values at one place of a cluster that a comparison looks at, and what entries of lists go by.

Data and names only: what is the same, and why something differs, is told elsewhere.
"""

import json
from dataclasses import dataclass
from typing import TypeAlias

from planner.model.plan import MISSING, Missing
from schemas import Field
from state.values import Value, encode_value

__all__ = ["Side", "Sides", "entry_key", "get_member", "get_member_field", "key_entries", "merge_names"]

Side: TypeAlias = Value | Missing


@dataclass(frozen=True, slots=True)
class Sides:
    """The four values at one place: what is wanted, what we last asked for, what the server then said, what it says."""

    desired: Side
    applied: Side
    observed: Side
    live: Side

    def at(self, name: str) -> "Sides":
        """Return the four values of one member."""
        return Sides(
            get_member(self.desired, name),
            get_member(self.applied, name),
            get_member(self.observed, name),
            get_member(self.live, name),
        )


def key_entries(side: Side) -> Side:
    """Return the entries of a list by their keys, or nothing where there is no list."""
    return {entry_key(item): item for item in side} if isinstance(side, list) else MISSING


def entry_key(item: Value) -> str:
    """Return what an item of a keyed list or set is matched by: its `name`, its text, or else the whole of it."""
    if isinstance(item, str):
        return item
    # Not a match statement: it is asked of each entry of each list, and a mapping pattern takes its time.
    name = item.get("name") if isinstance(item, dict) else None
    return name if isinstance(name, str) else json.dumps(encode_value(item), sort_keys=True)


def merge_names(*sides: Side) -> list[str]:
    """Return the names of the members of all `sides`, each once, in the order in which they first occur."""
    names: dict[str, None] = {}
    for side in sides:
        if isinstance(side, dict):
            names.update(dict.fromkeys(side))
    return list(names)


def get_member(side: Side, name: str) -> Side:
    """Return one member of an object, or nothing where there is none."""
    return side.get(name, MISSING) if isinstance(side, dict) else MISSING


def get_member_field(field: Field | None, name: str) -> Field | None:
    """Return what the schema says of one member of an object."""
    return field.fields.get(name, field.others) if field is not None else None
