"""Output changes: the part of a plan's text that says what becomes of the outputs, as Terraform shows it.

Rendered from the plan alone. A sensitive value is not in it, and what is known after apply is said to be.
"""

from collections.abc import Sequence
from dataclasses import replace

from planner.model.outputs import OutputChange
from planner.render.comparison import write_comparison
from planner.render.escaping import escape
from planner.render.layout import Look, Place, align, format_scalar, has_lines, write_value
from planner.render.marks import Marks
from state.values import Output, Secret, Value, is_same

__all__ = ["write_output_changes"]

_INDENT = 2


def write_output_changes(lines: list[str], marks: Marks, changes: Sequence[OutputChange]) -> None:
    """Write the title and what becomes of each output."""
    lines.append(f"{marks.paint.bold}Changes to Outputs:{marks.paint.end}")
    labels = align([escape(change.name) for change in changes])
    for label, change in zip(labels, changes, strict=True):
        _write_change(lines, marks, Place(_INDENT, label), change)


def _write_change(lines: list[str], marks: Marks, place: Place, change: OutputChange) -> None:
    before, after = change.before, change.after
    if before is not None and after is not None:
        _write_update(lines, marks, place, before, after)
    elif before is not None:
        _write_whole(lines, marks.remove, place, _show(before), marks.gone)
    elif after is not None:
        _write_whole(lines, marks.add, place, _show(after))


def _write_update(lines: list[str], marks: Marks, place: Place, before: Output, after: Output) -> None:
    plain = replace(marks, gone="", is_plain=True)
    sides = _show(before), _show(after)
    is_turned = _takes_lines(sides[0]) is not _takes_lines(sides[1])
    if is_turned and not any(isinstance(side, Secret) for side in sides):
        _write_turned(lines, plain, place, sides)
        return
    if is_same(*sides) and before.type != after.type:
        words = f"# {escape(before.type)} -> {escape(after.type)}"
        place = place._replace(tag=f" {marks.paint.dim}{words}{marks.paint.end}")
    write_comparison(lines, plain, place, *sides)


def _write_turned(lines: list[str], marks: Marks, place: Place, sides: tuple[Value, Value]) -> None:
    """Write a value of many lines that becomes one of a single line, or the other way round."""
    before, after = sides
    start = len(lines)
    if _takes_lines(before):
        mark, tail = marks.remove, f" {marks.arrow} {format_scalar(after)}"
        _write_whole(lines, mark, place, before, tail)
    else:
        mark, label = marks.add, f"{place.label}{format_scalar(before)} {marks.arrow} "
        _write_whole(lines, mark, place._replace(label=label), after)
    lines[start] = lines[start].replace(mark, marks.change, 1)


def _write_whole(lines: list[str], mark: str, place: Place, value: Value, tail: str = "") -> None:
    """Write all of `value`; `tail` follows its end, and nothing within it."""
    if isinstance(value, dict | list) and value:
        write_value(lines, Look(mark=mark, has_pairs=False), place, value)
        lines[-1] += tail
    else:
        write_value(lines, Look(mark=mark, tail=tail, has_pairs=False), place, value)


def _takes_lines(value: Value) -> bool:
    return has_lines(value) if isinstance(value, str) else isinstance(value, dict | list) and bool(value)


def _show(output: Output) -> Value:
    """Return what may be shown of an output: of a sensitive one nothing, not even that it is known after apply."""
    return Secret("") if output.is_sensitive else output.value
