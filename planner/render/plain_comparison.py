"""Plain comparison: how a value of the language that changes is written out, as Terraform writes the same change.

Unlike in a cluster, a list of name/value pairs is a list, and null is a value like any other. Lists of one length
whose elements differ are compared place by place, others by what they have in common.
"""

import json
from collections.abc import Iterator

from planner.model.plan import MISSING, Missing
from planner.render.comparison import Side, is_on_one_line, write_hidden, write_text
from planner.render.layout import SENSITIVE, Look, Place, align, format_name, format_scalar, has_lines, write_value
from planner.render.marks import Marks
from planner.render.sequences import Hidden, Kept, compare_sequences
from state.values import Secret, Value, encode_value, is_same

__all__ = ["write_plain_comparison"]

_IDENTIFYING = frozenset({"id", "name", "tags"})
"""Attributes that are shown even where they stay as they are, so that one can tell what they belong to."""


def write_plain_comparison(lines: list[str], marks: Marks, place: Place, before: Side, after: Side) -> None:
    """Write what becomes of one value, `before` and `after` being its two sides."""
    if isinstance(before, Missing) or isinstance(after, Missing):
        if not isinstance(after, Missing):
            write_value(lines, _look(marks.add), place, after)
        elif not isinstance(before, Missing):
            write_value(lines, _look(marks.remove), place, before)
        return
    match before, after:
        case (Secret(), _) | (_, Secret()):
            lines.append(f"{' ' * place.indent}{marks.change} {place.label}{SENSITIVE}{place.comma}{place.tag}")
        case dict(), dict() if before or after:
            _write_members(lines, marks, place, before, after)
        case list(), list() if before or after:
            _write_elements(lines, marks, place, before, after)
        case str(), str() if has_lines(before) or has_lines(after):
            write_text(lines, marks, place, (before, after))
        case one, other if is_on_one_line(one) and is_on_one_line(other):
            sides = f"{format_scalar(one)} {marks.arrow} {format_scalar(other)}"
            lines.append(f"{' ' * place.indent}{marks.change} {place.label}{sides}{place.comma}{place.tag}")
        case one, other:
            _write_turned(lines, marks, place, one, other)


def _look(mark: str = " ", tail: str = "") -> Look:
    return Look(mark=mark, tail=tail, has_pairs=False)


def _write_turned(lines: list[str], marks: Marks, place: Place, before: Value, after: Value) -> None:
    """Write a value that becomes one of another kind: what is in the one goes away, what is in the other comes."""
    start, margin = len(lines), " " * place.indent
    put: list[str] = []
    write_value(put, _look(marks.add), Place(place.indent), after)
    turn = f" {marks.arrow} {put[0].removeprefix(f'{margin}{marks.add} ')}"
    is_text = isinstance(before, str)  # whose last line may end in a comment
    write_value(lines, _look(marks.remove, turn if is_text else ""), place._replace(comma=""), before)
    lines[start] = lines[start].replace(marks.remove, marks.change, 1)
    lines[-1] += "" if is_text else turn
    lines.extend(put[1:])
    lines[-1] += place.comma


def _write_members(
    lines: list[str], marks: Marks, place: Place, before: dict[str, Value], after: dict[str, Value]
) -> None:
    names = sorted(before.keys() | after.keys())
    hidden = 0
    lines.append(f"{' ' * place.indent}{marks.change} {place.label}{{{place.tag}")
    for name, label in zip(names, align(list(map(format_name, names))), strict=True):
        sides = before.get(name, MISSING), after.get(name, MISSING)
        if not _is_unchanged(*sides):
            write_plain_comparison(lines, marks, Place(place.indent + 4, label), *sides)
        elif name in _IDENTIFYING:
            write_value(lines, _look(), Place(place.indent + 4, label), after[name])
        else:
            hidden += 1
    write_hidden(lines, marks, place.indent + 6, hidden, "attribute")
    lines.append(f"{' ' * place.indent}  }}{place.comma}")


def _is_unchanged(before: Side, after: Side) -> bool:
    if isinstance(before, Missing) or isinstance(after, Missing):
        return before is after
    return is_same(before, after)


def _write_elements(lines: list[str], marks: Marks, place: Place, before: list[Value], after: list[Value]) -> None:
    within = Place(place.indent + 4, comma=",")
    taken, put = _spell(before), _spell(after)
    is_paired = len(taken) == len(put) and set(taken) != set(put)
    if is_paired:
        taken, put = list(_number(taken)), list(_number(put))
    lines.append(f"{' ' * place.indent}{marks.change} {place.label}[{place.tag}")
    for step in compare_sequences(taken, put, context=1, fewest=1):
        match step:
            case Kept(at=at):
                write_value(lines, _look(), within, after[at])
            case Hidden(length=length):
                write_hidden(lines, marks, place.indent + 6, length, "element")
            case _:
                gone, new = [before[at] for at in step.before], [after[at] for at in step.after]
                _write_replaced(lines, marks, within, gone, new, is_paired=is_paired)
    lines.append(f"{' ' * place.indent}  ]{place.comma}")


def _spell(items: list[Value]) -> list[str]:
    return [json.dumps(encode_value(item), sort_keys=True) for item in items]


def _number(items: list[str]) -> Iterator[str]:
    """Yield `items` so that no two of different places are the same."""
    return (f"{position}:{item}" for position, item in enumerate(items))


def _write_replaced(  # noqa: PLR0913 - where to write, and the two sides
    lines: list[str], marks: Marks, place: Place, taken: list[Value], put: list[Value], *, is_paired: bool
) -> None:
    """Write elements that gave way to others; objects are taken for the same one that has changed."""
    at = 0
    for item in taken:
        other = put[at] if at < len(put) else None
        if is_paired or (isinstance(item, dict) and isinstance(other, dict)):
            write_plain_comparison(lines, marks, place, item, other)
            at += 1
        else:
            write_value(lines, _look(marks.remove), place, item)
    for item in put[at:]:
        write_value(lines, _look(marks.add), place, item)
