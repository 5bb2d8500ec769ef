"""Comparison: how a value that changes is written out, `before -> after`, with what stays the same folded away.

Objects and lists of name/value pairs are compared member by member, other lists element by element, texts line by
line. Decides nothing: that the value differs, and why, it is told.
"""

import json
from collections.abc import Callable
from typing import TypeAlias

from planner.model.plan import MISSING, Missing
from planner.render.deltas import format_number_delta
from planner.render.escaping import escape, guard_line, quote
from planner.render.layout import (
    LATE,
    SENSITIVE,
    Look,
    Place,
    align,
    choose_delimiter,
    format_name,
    format_scalar,
    has_lines,
    read_pairs,
    write_heredoc_end,
    write_value,
)
from planner.render.marks import Marks
from planner.render.sequences import Hidden, Kept, compare_sequences
from state.values import Late, Secret, Value, encode_value, is_same

__all__ = ["Side", "is_on_one_line", "write_comparison", "write_hidden", "write_text"]

Side: TypeAlias = "Value | Missing"
"""One side of a comparison, where there may be no value."""

_LINES_AROUND = 3
_ELEMENTS_AROUND = 1


def write_comparison(lines: list[str], marks: Marks, place: Place, before: Side, after: Side) -> None:
    """Write what becomes of one value, `before` and `after` being its two sides."""
    if isinstance(before, Missing):
        if not isinstance(after, Missing):
            write_value(lines, Look(mark=marks.add), place, after)
    elif isinstance(after, Missing) or (after is None and before is not None):
        write_value(lines, _look_removed(marks, place), place, before)
    elif isinstance(after, Late):
        _write_late(lines, marks, place, before)
    elif isinstance(before, Secret) and isinstance(after, Secret) and _is_told(before, after):
        write_comparison(lines, marks, place, before.content, after.content)
    elif isinstance(before, Secret) or isinstance(after, Secret):
        lines.append(f"{' ' * place.indent}{marks.change} {place.label}{SENSITIVE}{place.comma}{place.tag}")
    elif isinstance(before, str) and isinstance(after, str) and (has_lines(before) or has_lines(after)):
        write_text(lines, marks, place, (before, after))
    elif isinstance(before, dict | list) and isinstance(after, dict | list) and (before or after):
        _write_containers(lines, marks, place, (before, after))
    elif is_on_one_line(before) and is_on_one_line(after):
        indent, label, comma, tag = place
        sides = f"{format_scalar(before)} {marks.arrow} {format_scalar(after)}"
        delta = format_number_delta(before, after)
        lines.append(f"{' ' * indent}{marks.change} {label}{sides}{delta}{comma}{tag}")
    else:
        _write_both(lines, marks, place, (before, after))


def _is_told(before: Secret, after: Secret) -> bool:
    """Tell whether it is known of two secrets what in them is another value."""
    return (
        any(isinstance(before.content, kind) and isinstance(after.content, kind) for kind in (dict, list))
        and before.content != after.content
    )


def _write_late(lines: list[str], marks: Marks, place: Place, before: Value) -> None:
    """Write that a value gives way to one that is known after apply."""
    tail = f" {marks.arrow} {LATE}"
    if not isinstance(before, dict | list) or not before:
        write_value(lines, Look(mark=marks.change, tail=tail), place, before)
        return
    # The value itself changes; what is in it goes away.
    whole: list[str] = []
    write_value(whole, Look(mark=marks.remove), place._replace(comma=""), before)
    first, *inside, last = whole
    lines.extend((first.replace(marks.remove, marks.change, 1), *inside, f"{last}{tail}{place.comma}"))


def write_hidden(lines: list[str], marks: Marks, indent: int, count: int, noun: str) -> None:
    """Write that `count` things of a kind are the same on both sides; nothing where there are none."""
    if count:
        plural = "" if count == 1 else "s"
        lines.append(f"{' ' * indent}{marks.paint.dim}# ({count} unchanged {noun}{plural} hidden){marks.paint.end}")


def is_on_one_line(value: Value) -> bool:
    """Tell whether `value` takes a single line."""
    match value:
        case dict() | list():
            return not value
        case str():
            return not has_lines(value)
        case _:
            return True


def _look_removed(marks: Marks, place: Place) -> Look:
    """Return the look of what goes away; of the elements of a list, which end in a comma, none turns to null."""
    return Look(mark=marks.remove, tail="" if place.comma else marks.gone)


def _write_both(lines: list[str], marks: Marks, place: Place, sides: tuple[Value, Value]) -> None:
    write_value(lines, _look_removed(marks, place), place, sides[0])
    write_value(lines, Look(mark=marks.add), place, sides[1])


def _write_containers(
    lines: list[str],
    marks: Marks,
    place: Place,
    sides: tuple[dict[str, Value] | list[Value], dict[str, Value] | list[Value]],
) -> None:
    before, after = sides
    if isinstance(before, dict) and isinstance(after, dict):
        _write_members(lines, marks, place, _pair_members(before, after, format_name))
    elif isinstance(before, list) and isinstance(after, list):
        members = _pair_entries(before, after)
        if members is None:
            _write_elements(lines, marks, place, (before, after))
        else:
            _write_members(lines, marks, place, members)
    else:
        _write_both(lines, marks, place, sides)


def _pair_members(
    before: dict[str, Value], after: dict[str, Value], format_key: Callable[[str], str]
) -> dict[str, tuple[Side, Side]]:
    names = sorted(before.keys() | after.keys())
    return {format_key(name): (before.get(name, MISSING), after.get(name, MISSING)) for name in names}


def _pair_entries(before: list[Value], after: list[Value]) -> dict[str, tuple[Side, Side]] | None:
    """Return the entries of two lists by name; None where they have none, or nothing but their order differs."""
    for read in (read_pairs, _read_named):
        entries_before, entries_after = read(before), read(after)
        if entries_before is not None and entries_after is not None:
            members = _pair_members(entries_before, entries_after, quote)
            return None if all(_is_unchanged(*sides) for sides in members.values()) else members
    return None


def _read_named(items: list[Value]) -> dict[str, Value] | None:
    named = {item["name"]: item for item in items if isinstance(item, dict) and isinstance(item.get("name"), str)}
    return {str(name): item for name, item in named.items()} if len(named) == len(items) else None


def _write_members(lines: list[str], marks: Marks, place: Place, members: dict[str, tuple[Side, Side]]) -> None:
    indent, label, comma, tag = place
    changed = {name: sides for name, sides in members.items() if not _is_unchanged(*sides)}
    lines.append(f"{' ' * indent}{marks.change} {label}{{{tag}")
    for inner, (before, after) in zip(align(list(changed)), changed.values(), strict=True):
        write_comparison(lines, marks, Place(indent + 4, inner), before, after)
    write_hidden(lines, marks, indent + 6, len(members) - len(changed), "attribute")
    lines.append(f"{' ' * indent}  }}{comma}")


def _is_unchanged(before: Side, after: Side) -> bool:
    if isinstance(before, Missing) or isinstance(after, Missing):
        return before is after
    return is_same(before, after)


def _write_elements(lines: list[str], marks: Marks, place: Place, sides: tuple[list[Value], list[Value]]) -> None:
    before, after = sides
    indent, label, comma, tag = place
    lines.append(f"{' ' * indent}{marks.change} {label}[{tag}")
    for step in compare_sequences(_spell(before), _spell(after), context=_ELEMENTS_AROUND):
        match step:
            case Kept(at=at):
                write_value(lines, Look(), Place(indent + 4, comma=","), after[at])
            case Hidden(length=length):
                write_hidden(lines, marks, indent + 6, length, "element")
            case _:
                taken = [before[at] for at in step.before]
                put = [after[at] for at in step.after]
                _write_replaced(lines, marks, Place(indent + 4, comma=","), (taken, put))
    lines.append(f"{' ' * indent}  ]{comma}")


def _spell(items: list[Value]) -> list[str]:
    return [json.dumps(encode_value(item), sort_keys=True) for item in items]


def _write_replaced(lines: list[str], marks: Marks, place: Place, sides: tuple[list[Value], list[Value]]) -> None:
    """Write elements that gave way to others: pair by pair where as many came as went."""
    taken, put = sides
    if len(taken) == len(put):
        for before, after in zip(taken, put, strict=True):
            write_comparison(lines, marks, place, before, after)
        return
    for item in taken:
        write_value(lines, Look(mark=marks.remove), place, item)
    for item in put:
        write_value(lines, Look(mark=marks.add), place, item)


def write_text(lines: list[str], marks: Marks, place: Place, sides: tuple[str, str]) -> None:
    """Write what becomes of a text, line by line."""
    before, after = (side.removesuffix("\n").split("\n") for side in sides)
    indent, label, _, tag = place
    word = choose_delimiter(*sides)
    lines.append(f"{' ' * indent}{marks.change} {label}<<-{word}{tag}")
    for step in compare_sequences(before, after, context=_LINES_AROUND):
        match step:
            case Kept(at=at):
                lines.append(guard_line(f"{' ' * (indent + 6)}{escape(after[at])}"))
            case Hidden(length=length):
                write_hidden(lines, marks, indent + 4, length, "line")
            case _:
                lines.extend(f"{' ' * (indent + 4)}{marks.remove} {escape(before[at])}" for at in step.before)
                lines.extend(f"{' ' * (indent + 4)}{marks.add} {escape(after[at])}" for at in step.after)
    write_heredoc_end(lines, place, word, _note_newline(*sides))


def _note_newline(before: str, after: str) -> str:
    match before.endswith("\n"), after.endswith("\n"):
        case (True, True):
            return ""
        case (True, False):
            return "newline at the end removed"
        case (False, True):
            return "newline at the end added"
        case _:
            return "no newline at the end"
