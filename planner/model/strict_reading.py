"""Strict reading: members of a JSON document from outside, each with the path that leads to it.

What is not exactly as expected is refused with that path, and nothing is converted: `true` is not a number, and a
number is not a text.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

from state.address import Address, parse_address
from state.values import Json, Value, decode_value

__all__ = [
    "Node",
    "PlanAltered",
    "PlanDamaged",
    "PlanOutdated",
    "check_depth",
    "read_address",
    "read_choice",
    "read_count",
    "read_document",
    "read_flag",
    "read_items",
    "read_members",
    "read_number",
    "read_optional",
    "read_seconds",
    "read_text",
]

_MAX_DEPTH = 200
"""A configuration is nested 100 levels deep at most."""

_MAX_COUNT = 2**63 - 1

_Read = TypeVar("_Read")
_Choice = TypeVar("_Choice", bound=Enum)


class PlanDamaged(ValueError):  # noqa: N818 - the name says what happened to the plan
    """A saved plan is not what was saved.

    `path` says where, empty for the whole; `problem` is what is wrong there, as the end of a sentence.
    """

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{f'`{path}`' if path else 'It'} {problem}")
        self.path = path
        self.problem = problem


class PlanAltered(PlanDamaged):
    """A saved plan is whole, and is not the one that was saved with this key."""


class PlanOutdated(PlanDamaged):
    """A saved plan is of a version that we do not read: `found`, where ours is `known`."""

    def __init__(self, found: str, known: str, *, is_newer: bool) -> None:
        super().__init__("format_version", f"is {found}, and this planner reads {known}")
        self.is_newer = is_newer


@dataclass(frozen=True, slots=True)
class Node:
    """A value of the document and the dotted path that leads to it.

    `may_hold_more` is for a document of a newer minor version: members that we do not know are then left out, not
    refused.
    """

    path: str
    value: Json
    may_hold_more: bool = False


def check_depth(document: Json) -> None:
    """Refuse a document that is nested deeper than any plan, so that nobody who works on it later runs out of stack."""
    level = [document]
    for _ in range(_MAX_DEPTH):
        level = [item for value in level if isinstance(value, dict | list) for item in _list_items(value)]
        if not level:
            return
    raise PlanDamaged("", "is nested too deeply")


def _list_items(value: dict[str, Json] | list[Json]) -> Iterable[Json]:
    return value.values() if isinstance(value, dict) else value


def read_members(node: Node, names: frozenset[str], optional: frozenset[str] = frozenset()) -> dict[str, Node]:
    """Return the members of an object by name: all of `names`, and those of `optional` that are there."""
    if not isinstance(node.value, dict):
        raise PlanDamaged(node.path, "is not an object")
    found = node.value.keys()
    missing = sorted(names - found)
    if missing:
        raise PlanDamaged(node.path, f"has no {missing[0]}")
    known = names | optional
    if found - known and not node.may_hold_more:
        raise PlanDamaged(node.path, "has a member that is not known")
    prefix = f"{node.path}." if node.path else ""
    return {name: Node(prefix + name, node.value[name], node.may_hold_more) for name in sorted(known & found)}


def read_items(node: Node) -> list[Node]:
    """Return the items of a list."""
    if not isinstance(node.value, list):
        raise PlanDamaged(node.path, "is not a list")
    return [Node(f"{node.path}[{position}]", item, node.may_hold_more) for position, item in enumerate(node.value)]


def read_text(node: Node) -> str:
    """Return a text."""
    if not isinstance(node.value, str):
        raise PlanDamaged(node.path, "is not a text")
    return node.value


def read_count(node: Node) -> int:
    """Return a whole number that is not negative."""
    if type(node.value) is not int or node.value < 0:
        raise PlanDamaged(node.path, "is not a whole number, 0 or more")
    if node.value > _MAX_COUNT:
        raise PlanDamaged(node.path, "is too large a number")
    return node.value


def read_number(node: Node) -> float:
    """Return a number that is not negative."""
    value = node.value
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
        raise PlanDamaged(node.path, "is not a number, 0 or more")
    return value


def read_seconds(node: Node) -> float:
    """Return a number of seconds."""
    value = node.value
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
        raise PlanDamaged(node.path, "is not a number of seconds, 0 or more")
    return value


def read_flag(node: Node) -> bool:
    """Return true or false."""
    if not isinstance(node.value, bool):
        raise PlanDamaged(node.path, "is neither true nor false")
    return node.value


def read_choice(node: Node, choices: type[_Choice]) -> _Choice:
    """Return the member of an enumeration that has the text as its value."""
    text = read_text(node)
    try:
        return choices(text)
    except ValueError:
        raise PlanDamaged(node.path, "is not one of the words that may stand there") from None


def read_address(node: Node) -> Address:
    """Return the address of a cluster."""
    text = read_text(node)
    try:
        return parse_address(text)
    except ValueError:
        raise PlanDamaged(node.path, "is not the address of a cluster") from None


def read_document(node: Node) -> dict[str, Value]:
    """Return an object whose members may be anything, with the secrets that `encode_value` wrote."""
    value = decode_value(node.value)
    if not isinstance(value, dict):
        raise PlanDamaged(node.path, "is not an object")
    return value


def read_optional(node: Node, read: Callable[[Node], _Read]) -> _Read | None:
    """Return what `read` makes of the value, or None where it is null."""
    return None if node.value is None else read(node)
