"""Meanings: how a text that means an amount, a list or options is written out when it changes.

An amount is shown with what it changes by, options flag by flag, and JSON as the value that it holds. Whatever cannot
be read so is left to be written as a text like any other.
"""

import json

from planner.model.paths import Key, Path
from planner.render.comparison import Side, write_comparison, write_hidden
from planner.render.deltas import format_delta
from planner.render.escaping import escape, guard_line
from planner.render.layout import Place, format_scalar
from planner.render.marks import Marks
from schemas import FlagChanges, Meaning, compare_flags, find_named, measure
from state.values import Value

__all__ = ["find_meaning", "write_by_meaning"]


def find_meaning(path: Path) -> Meaning | None:
    """Return what the text at `path` of a cluster means; None where it is a text like any other."""
    field = find_named(step.name if isinstance(step, Key) else step for step in path)
    return None if field is None else field.meaning


def write_by_meaning(
    lines: list[str], marks: Marks, place: Place, sides: tuple[Side, Side], meaning: Meaning | None
) -> bool:
    """Write what becomes of a text that means something; tell whether that could be done."""
    before, after = sides
    if meaning is None or not isinstance(before, str) or not isinstance(after, str):
        return False
    match meaning:
        case "jvm-options" | "jvm-options-list":
            changes = compare_flags(before, after, is_list=meaning == "jvm-options-list")
            if changes is not None:
                _write_flags(lines, marks, place, changes)
            return changes is not None
        case "json" | "locations":
            return _write_json(lines, marks, place, before, after)
        case _:
            return _write_amount(lines, marks, place, (before, after), meaning)


def _write_flags(lines: list[str], marks: Marks, place: Place, changes: FlagChanges) -> None:
    margin = " " * place.indent
    lines.append(f"{margin}{marks.change} {place.label}[{place.tag}")
    for mark, flags in ((marks.remove, changes.gone), (marks.add, changes.come)):
        lines.extend(f"{margin}    {mark} {guard_line(escape(flag))}" for flag in flags)
    write_hidden(lines, marks, place.indent + 6, changes.kept, "flag")
    lines.append(f"{margin}  ]{place.comma}")


def _write_json(lines: list[str], marks: Marks, place: Place, before: str, after: str) -> bool:
    one, other = _read_json(before), _read_json(after)
    if not any(isinstance(one, kind) and isinstance(other, kind) for kind in (dict, list)):
        return False
    write_comparison(lines, marks, place, one, other)
    return True


def _read_json(text: str) -> Value:
    try:
        document: Value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return document


def _write_amount(lines: list[str], marks: Marks, place: Place, sides: tuple[str, str], meaning: Meaning) -> bool:
    before, after = (measure(meaning, side) for side in sides)
    if not before or after is None:
        return False  # from nothing, there is no share; and what the unit is, the text says
    shown = f"{format_scalar(sides[0])} {marks.arrow} {format_scalar(sides[1])}{format_delta(before, after)}"
    lines.append(f"{' ' * place.indent}{marks.change} {place.label}{shown}{place.comma}{place.tag}")
    return True
