"""Diff lines: the text of changes with their symbols moved to the first column, where a `diff` block colours them.

`~` becomes `!`, which such a block colours as a change. A symbol is known by a mark of ours that no escaped text can
hold, so that a line of a text that merely looks like one keeps its place.
"""

import re
from collections.abc import Sequence

from planner.model.plan import Change
from planner.render.changes import write_changes
from planner.render.marks import Marks
from planner.render.paint import choose_paint

__all__ = ["PLAIN_MARKS", "list_diff_lines"]

_MARK = "\x01"
_SIGNS = {"+": "+", "-": "-", "~": "!"}
_MARKED = re.compile(f"{_MARK}(.)")

PLAIN_MARKS = Marks(add="+", change="~", remove="-", arrow="->", gone=" -> null", paint=choose_paint(color=False))
"""The symbols without colour."""

_DIFF_MARKS = Marks(
    add=f"{_MARK}+",
    change=f"{_MARK}~",
    remove=f"{_MARK}-",
    arrow="->",
    gone=" -> null",
    paint=choose_paint(color=False),
)


def list_diff_lines(changes: Sequence[Change]) -> list[str]:
    """Return the lines of `changes`, the first column of each being `+`, `-`, `!` or a space."""
    lines: list[str] = []
    write_changes(lines, _DIFF_MARKS, changes)
    while lines and not lines[-1]:
        lines.pop()
    return [_move_sign(line) for line in lines]


def _move_sign(line: str) -> str:
    found = _MARKED.search(line)
    if found is None:
        return line if not line or line.startswith(" ") else f" {line}"
    if found.start() == 0:  # a replacement, whose two symbols stand there already
        return _MARKED.sub(r"\1", line)
    return (_SIGNS[found[1]] + _MARKED.sub(" ", line)[1:]).rstrip()
