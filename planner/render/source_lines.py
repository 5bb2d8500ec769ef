"""Source lines: the line of a file that a diagnostic points at, and the block around it.

A line without end is cut to what stands around the place; what may be a secret is not shown.
"""

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from planner.model.spans import Position, Span
from planner.render.layout import SENSITIVE
from planner.render.source_secrets import find_heredocs, find_hidden

__all__ = ["Excerpt", "SourceLines", "find_excerpt", "read_sources"]

_LONGEST = 200
_LEAD = 60
_HEADER = re.compile(r'[A-Za-z_][\w-]*(?:\s+(?:"[^"]*"|[A-Za-z_][\w-]*))*\s*(?=\{)')


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLines:
    """The text of a file, cut into lines: once for all the diagnostics in it."""

    text: str
    lines: Sequence[str]
    starts: Sequence[int]
    heredocs: Mapping[int, int]
    hidden: dict[int, int | None] = field(default_factory=dict)
    """What `find_hidden` said, by line: a file of one long line can have thousands of mistakes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """One line of a file as it may be shown: `code[start:end]` is what the diagnostic points at.

    `context` is the header of the block that the line is in, empty where it is in none, or is the header itself.
    """

    begin: Position
    finish: Position
    code: str
    start: int
    end: int
    context: str


def read_sources(sources: Mapping[str, str], files: set[str]) -> dict[str, SourceLines]:
    """Return those `files` of `sources` that are there, cut into lines."""
    return {file: _read_source(sources[file]) for file in sorted(files) if file in sources}


def find_excerpt(source: SourceLines, span: Span) -> Excerpt:
    """Return what to show of `source` for `span`; a span beyond the text points at its end."""
    begin, finish = _find_position(source, span.start), _find_position(source, max(span.start, span.end))
    number = begin.line - 1
    line = source.lines[number].removesuffix("\r")
    start = begin.column - 1
    end = finish.column - 1 if finish.line == begin.line else len(line)
    if number not in source.hidden:
        source.hidden[number] = find_hidden(source.lines, source.heredocs, number)
    hidden = source.hidden[number]
    if hidden is not None and hidden < len(line):
        line = line[:hidden] + SENSITIVE
        start, end = min(start, hidden), len(line) if end > hidden else end
    code, cut = _cut(line, start)
    return Excerpt(
        begin=begin,
        finish=finish,
        code=code,
        start=max(0, min(start - cut, len(code))),
        end=max(0, min(end - cut, len(code))),
        context=_find_context(source, number),
    )


def _read_source(text: str) -> SourceLines:
    lines = text.split("\n")
    starts = [0]
    for line in lines[:-1]:
        starts.append(starts[-1] + len(line) + 1)
    return SourceLines(text=text, lines=lines, starts=starts, heredocs=find_heredocs(lines))


def _find_position(source: SourceLines, offset: int) -> Position:
    at = max(0, min(offset, len(source.text)))
    line = bisect_right(source.starts, at)
    return Position(line, at - source.starts[line - 1] + 1)


def _cut(line: str, start: int) -> tuple[str, int]:
    """Return the part of a long line around `start`, and how many characters before it are gone."""
    if len(line) <= _LONGEST:
        return line, 0
    first = max(0, min(start - _LEAD, len(line) - _LONGEST))
    lead = "…" if first else ""
    trail = "…" if first + _LONGEST < len(line) else ""
    return f"{lead}{line[first : first + _LONGEST]}{trail}", first - len(lead)


def _find_context(source: SourceLines, number: int) -> str:
    for above in range(number - 1, -1, -1):
        line = source.lines[above]
        if above in source.heredocs or not line.strip() or line[0] in " \t#/":
            continue
        header = _HEADER.match(line)
        is_inside = source.lines[number][:1] in {" ", "\t", "}"} or number in source.heredocs
        return header[0].rstrip() if header and is_inside else ""
    return ""
