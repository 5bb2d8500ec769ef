"""Output changes: the part of a plan's text that says what becomes of the outputs, as Terraform shows it.

Rendered from the plan alone. A sensitive value is not in it, and what is known after apply is said to be.
"""

from collections.abc import Sequence

from planner.model.outputs import OutputChange
from planner.render.escaping import escape
from planner.render.layout import Look, Place, align, write_value
from planner.render.marks import Marks
from planner.render.plain_comparison import write_plain_comparison
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
    sides = _show(before), _show(after)
    if is_same(*sides) and before.type != after.type:
        words = f"# {escape(before.type)} -> {escape(after.type)}"
        place = place._replace(tag=f" {marks.paint.dim}{words}{marks.paint.end}")
    write_plain_comparison(lines, marks, place, *sides)


def _write_whole(lines: list[str], mark: str, place: Place, value: Value, tail: str = "") -> None:
    """Write all of `value`; `tail` follows its end, and nothing within it."""
    if isinstance(value, dict | list) and value:
        write_value(lines, Look(mark=mark, has_pairs=False), place, value)
        lines[-1] += tail
    else:
        write_value(lines, Look(mark=mark, tail=tail, has_pairs=False), place, value)


def _show(output: Output) -> Value:
    """Return what may be shown of an output: of a sensitive one nothing, not even that it is known after apply."""
    return Secret("") if output.is_sensitive else output.value
