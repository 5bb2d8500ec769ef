"""Nodes: a value of a document together with the place where each part of it is written.

What the block form, the object form and the JSON syntax all become, before the places are put aside.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from planner.config.draft import Place, PlainPath
from planner.model.paths import Key, Path, Step
from state.values import Json, Late

__all__ = [
    "Node",
    "find_place",
    "list_late",
    "list_sensitive",
    "list_unknown",
    "make_list",
    "make_object",
    "make_unknown",
]


@dataclass(slots=True)
class Node:
    """One value; `members` are those parts of an object or list that have a place of their own.

    `is_sensitive`: it depends on a sensitive variable. `is_unknown`: what it is cannot be said, for a reason that has
    been told already, or because it waits for the references in `late`; `value` is then None. `is_plain`: nothing in it
    is sensitive, unknown or late, so that nobody need look.
    """

    # Frozen to the type checker alone, as `planner.lang.values.Value` is: a fleet makes hundreds of thousands.
    value: Final[Json]
    place: Final[Place]
    members: Final[Mapping[str | int, "Node"]] = field(default_factory=dict)
    is_sensitive: Final[bool] = False
    is_unknown: Final[bool] = False
    late: Final[tuple[str, ...]] = ()
    is_plain: Final[bool] = True


def make_object(members: Mapping[str, Node], place: Place) -> Node:
    """Return the object that `members` make; those that are null are not set and left out."""
    kept: dict[str | int, Node] = {}
    value: dict[str, Json] = {}
    is_plain = True
    for name, member in members.items():
        if member.value is not None or member.is_unknown:
            kept[name], value[name] = member, member.value
            is_plain = is_plain and member.is_plain
    return Node(value, place, kept, is_plain=is_plain)


def make_list(items: Sequence[Node], place: Place) -> Node:
    """Return the list that `items` make."""
    value: list[Json] = [item.value for item in items]
    return Node(value, place, dict(enumerate(items)), is_plain=all(item.is_plain for item in items))


def make_unknown(place: Place, late: tuple[str, ...] = ()) -> Node:
    """Return the place of a value that cannot be said: it waits for the references in `late`, or is a mistake."""
    return Node(None, place, is_unknown=True, late=late, is_plain=False)


def find_place(node: Node, path: Path) -> Place:
    """Return where the value at `path` below `node` is written, or the nearest value around it."""
    for step in path:
        member = node.members.get(_resolve(node.value, step))
        if member is None:
            break
        node = member
    return node.place


def list_sensitive(node: Node) -> Iterator[PlainPath]:
    """Yield the paths of the values below `node` that depend on a sensitive variable."""
    return (path for path, one in _walk(node, ()) if one.is_sensitive)


def list_unknown(node: Node) -> Iterator[PlainPath]:
    """Yield the paths of the values below `node` that could not be found out."""
    return (path for path, one in _walk(node, ()) if one.is_unknown)


def list_late(node: Node) -> Iterator[tuple[PlainPath, Late]]:
    """Yield the paths of the values below `node` that are known after apply, and what they wait for."""
    return ((path, Late(one.late)) for path, one in _walk(node, ()) if one.late)


def _walk(node: Node, path: PlainPath) -> Iterator[tuple[PlainPath, Node]]:
    """Yield `node` and all below it that may be more than plain."""
    if node.is_plain:
        return
    yield path, node
    for step, member in node.members.items():
        yield from _walk(member, (*path, step))


def _resolve(value: Json, step: Step) -> str | int:
    """Return the step as it is in the document: an entry of a keyed list by its position."""
    if not isinstance(step, Key):
        return step
    entries = value if isinstance(value, list) else []
    return next(
        (at for at, entry in enumerate(entries) if isinstance(entry, dict) and entry.get("name") == step.name), -1
    )
