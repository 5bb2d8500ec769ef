"""Differences: a cluster's document with the values that differ, nested as the document is, and the rest counted.

What is shown is what the plan lists. That two documents differ elsewhere too, such as in the order of a list that has
none, is not for the renderer to find.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from planner.model.paths import Key, Path, Step
from planner.model.plan import MISSING, Cause, Missing
from planner.render.comparison import Side, is_on_one_line, write_comparison, write_hidden
from planner.render.escaping import quote
from planner.render.layout import Place, align, format_name, format_scalar
from planner.render.marks import Marks, mark_cause
from planner.render.meanings import write_by_meaning
from schemas import Meaning
from state.values import Secret, Value

__all__ = ["Branch", "Leaf", "has_path", "write_branch"]

_LONGEST_NOTE = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One value that differs; without a cause where the plan gives none."""

    before: Side
    after: Side
    cause: Cause | None = None
    applied: Side = MISSING
    meaning: Meaning | None = None


_Located: TypeAlias = tuple[Path, Leaf]


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A part of the document: its two sides, and what differs in it, each with what is left of its path."""

    before: Side
    after: Side
    leaves: tuple[_Located, ...]


def write_branch(lines: list[str], marks: Marks, indent: int, branch: Branch) -> None:
    """Write the members of an object, or the elements of a list, that differ, then how many do not."""
    parts = _split(branch)
    names = [_format_step(step, part) for step, part in parts.items()]
    for name, label, part in zip(names, align(names), parts.values(), strict=True):
        place = Place(indent, label) if name else Place(indent, comma=",")
        _write_part(lines, marks, place, part)
    known = _list_members(branch.before, parts).keys() | _list_members(branch.after, parts).keys()
    write_hidden(lines, marks, indent + 2, len(known - parts.keys()), "attribute" if all(names) else "element")


def has_path(side: Side, path: Path) -> bool:
    """Tell whether `path` leads to a value in `side`."""
    for step in path:
        side = _list_members(side, [step]).get(step, MISSING)
    return not isinstance(side, Missing)


def _split(branch: Branch) -> dict[Step, Branch]:
    """Return the members of `branch` in which something differs, in the order in which they are shown."""
    leaves: dict[Step, list[_Located]] = {}
    for (step, *rest), leaf in branch.leaves:
        leaves.setdefault(step, []).append((tuple(rest), leaf))
    before, after = (_list_members(side, leaves) for side in (branch.before, branch.after))
    return {
        step: Branch(before=before.get(step, MISSING), after=after.get(step, MISSING), leaves=tuple(leaves[step]))
        for step in sorted(leaves, key=_order)
    }


def _list_members(side: Side, like: Iterable[Step]) -> dict[Step, Value]:
    """Return what stands in `side` by the step that leads there: those of a list by key where those in `like` are."""
    match side:
        case dict():
            return {name: side[name] for name in side}
        case list() if any(isinstance(step, Key) for step in like):
            return {key: item for item in side if (key := _find_key(item)) is not None}
        case list():
            return dict(enumerate(side))
        case _:
            return {}


def _find_key(item: Value) -> Key | None:
    match item:
        case str(name) | {"name": str(name)}:
            return Key(name)
        case _:
            return None


def _write_part(lines: list[str], marks: Marks, place: Place, part: Branch) -> None:
    whole = [leaf for path, leaf in part.leaves if not path]
    deeper = tuple(located for located in part.leaves if located[0])
    if any(map(_is_pair, _list_sides(part))):
        whole = [_unwrap(leaf) for leaf in whole] + [leaf for path, leaf in deeper if path == ("value",)]
        deeper = tuple(located for located in deeper if located[0] != ("value",))
    for leaf in whole:
        tag = "" if leaf.cause is None else mark_cause(marks.paint, leaf.cause, _tell_applied(leaf))
        tagged = place._replace(tag=tag)
        if not write_by_meaning(lines, marks, tagged, (leaf.before, leaf.after), leaf.meaning):
            write_comparison(lines, marks, tagged, leaf.before, leaf.after)
    if deeper:
        _write_container(lines, marks, place, Branch(before=part.before, after=part.after, leaves=deeper))


def _tell_applied(leaf: Leaf) -> str:
    """Return what stands behind the cause of a conflict: the third value, which is on neither side of the line."""
    if leaf.cause is not Cause.CONFLICT or isinstance(leaf.applied, Secret):
        return ""
    if isinstance(leaf.applied, Missing):
        return ", not applied before"
    text = format_scalar(leaf.applied) if is_on_one_line(leaf.applied) else ""
    return f", last applied {text}" if text and len(text) <= _LONGEST_NOTE else ""


def _write_container(lines: list[str], marks: Marks, place: Place, part: Branch) -> None:
    is_list = any(not _format_step(step, inner) for step, inner in _split(part).items())
    start, end = "[]" if is_list else "{}"
    margin = " " * place.indent
    lines.append(f"{margin}{_choose_mark(marks, part)} {place.label}{start}")
    write_branch(lines, marks, place.indent + 4, part)
    lines.append(f"{margin}  {end}{place.comma}")


def _choose_mark(marks: Marks, part: Branch) -> str:
    if isinstance(part.before, Missing):
        return marks.add
    return marks.remove if isinstance(part.after, Missing) else marks.change


def _format_step(step: Step, part: Branch) -> str:
    """Return the name of a member; empty for an element of a list, whose position says nothing to people."""
    match step:
        case Key(name=name):
            return quote(name) if _has_members(part) else ""
        case str():
            return format_name(step)
        case int():
            return ""


def _has_members(part: Branch) -> bool:
    return any(isinstance(side, dict) for side in _list_sides(part))


def _list_sides(part: Branch) -> list[Side]:
    """Return what stands at `part` itself, in the documents and in the differences."""
    sides = [part.before, part.after]
    sides.extend(side for path, leaf in part.leaves if not path for side in (leaf.before, leaf.after))
    return sides


def _order(step: Step) -> tuple[int, int, str]:
    match step:
        case Key(name=name):
            return (2, 0, name)
        case str():
            return (1, 0, step)
        case int():
            return (0, step, "")


def _is_pair(side: Side) -> bool:
    return isinstance(side, dict) and side.keys() == {"name", "value"}


def _unwrap(leaf: Leaf) -> Leaf:
    """Return a leaf that holds a name/value pair, or already its value alone, as one that holds the value."""
    before, after, applied = (
        side["value"] if isinstance(side, dict) and _is_pair(side) else side
        for side in (leaf.before, leaf.after, leaf.applied)
    )
    return Leaf(before=before, after=after, cause=leaf.cause, applied=applied, meaning=leaf.meaning)
