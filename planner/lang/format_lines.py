"""Lines: how far each is indented, and what stands below what, as `terraform fmt` has it.

A line is up to three cells: what leads it, an argument's `=` with its value, a comment. Looks at brackets and not at
what they mean, so a heredoc is one line as long as nothing in it is broken.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from planner.lang.format_spaces import join_tokens
from planner.lang.graphemes import count_graphemes
from planner.lang.tokens import Token

__all__ = ["arrange_lines"]

_BRACKETS = {"(": 1, "[": 1, "{": 1, "template-start": 1, ")": -1, "]": -1, "}": -1, "template-end": -1}


@dataclass(frozen=True, slots=True)
class _Line:
    """The tokens of a line, by cell; a cell that is not there is empty."""

    lead: Sequence[Token]
    value: Sequence[Token]
    comment: Sequence[Token]


def arrange_lines(tokens: Sequence[Token]) -> str:
    """Return the text of `tokens`, none of them blanks, indented and aligned."""
    lines = [_split_cells(line) for line in _split_lines(tokens)]
    indents = _measure_indents(lines)
    leads = [" " * indent + join_tokens(line.lead) for line, indent in zip(lines, indents, strict=True)]
    widths = [_measure_width(lead, line.lead) for lead, line in zip(leads, lines, strict=True)]
    values = _align([join_tokens(line.value) for line in lines], widths)
    widths = [
        width + _measure_width(value, line.value) for width, value, line in zip(widths, values, lines, strict=True)
    ]
    comments = _align([join_tokens(line.comment) for line in lines], widths)
    return "".join(cell for row in zip(leads, values, comments, strict=True) for cell in row)


def _split_lines(tokens: Sequence[Token]) -> list[Sequence[Token]]:
    lines: list[Sequence[Token]] = []
    start = 0
    for at, (kind, text) in enumerate(tokens, 1):
        if kind == "newline" or (kind == "comment" and text.endswith("\n")):
            lines.append(tokens[start:at])
            start = at
    if start < len(tokens):
        lines.append(tokens[start:])
    return lines


def _split_cells(line: Sequence[Token]) -> _Line:
    comment: Sequence[Token] = ()
    if len(line) > 1 and line[-1].kind == "comment":
        line, comment = line[:-1], line[-1:]
    for at, (kind, _) in enumerate(line):
        if kind == "=" and at > 0:
            # A value that goes on below is aligned with nothing.
            is_whole = _count_brackets(line[at:]) == 0
            return _Line(line[:at], line[at:], comment) if is_whole else _Line(line, (), comment)
    return _Line(line, (), comment)


def _count_brackets(tokens: Sequence[Token]) -> int:
    """Return how many more brackets are opened than closed."""
    return sum(_BRACKETS.get(kind, 0) for kind, _ in tokens)


def _measure_indents(lines: Sequence[_Line]) -> list[int]:
    """Return how many spaces each line starts with.

    A line that opens brackets indents what follows by one step, however many they are; the step is taken back when
    as many are closed.
    """
    opened: list[int] = []
    indents: list[int] = []
    for line in lines:
        if line.lead[0].kind == "newline":
            indents.append(0)
            continue
        change = _count_brackets(_cut_heredoc(line.lead)) + _count_brackets(line.value)
        if change < 0:
            _close(opened, -change)
        indents.append(2 * len(opened))
        if change > 0:
            opened.append(change)
    return indents


def _cut_heredoc(lead: Sequence[Token]) -> Sequence[Token]:
    for at, (kind, _) in enumerate(lead):
        if kind == "heredoc-start":
            return lead[:at]
    return lead


def _close(opened: list[int], count: int) -> None:
    while count > 0 and opened:
        if count < opened[-1]:
            opened[-1] -= count
            return
        count -= opened.pop()


def _align(cells: Sequence[str], widths: Sequence[int]) -> list[str]:
    """Return `cells` with spaces before them, so that those of neighbouring lines start in the same column.

    `widths` says how wide that is which stands before each. An empty cell stays empty, and parts its neighbours.
    """
    aligned: list[str] = []
    for is_empty, group in groupby(zip(cells, widths, strict=True), lambda pair: pair[0] == ""):
        pairs = list(group)
        column = max(width for _, width in pairs) + 1
        aligned.extend("" if is_empty else " " * (column - width) + cell for cell, width in pairs)
    return aligned


def _measure_width(text: str, tokens: Sequence[Token]) -> int:
    """Return how many columns `text`, which `tokens` were joined to, takes."""
    if text.isascii():
        return count_graphemes(text)
    return len(text) + sum(count_graphemes(token.text) - len(token.text) for token in tokens)
