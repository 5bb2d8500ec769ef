"""Spans: where in a source text something was written.

Offsets are kept, lines are counted only when somebody must be told.
"""

from dataclasses import dataclass

__all__ = ["Anchor", "Position", "Source", "Span", "find_position"]


@dataclass(frozen=True, slots=True)
class Source:
    """A text and the name of the file that it came from, relative to the configuration's directory."""

    file: str
    text: str


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of a source's text, in characters."""

    file: str
    start: int
    end: int

    def continues(self, other: "Span") -> bool:
        """Tell whether this range starts inside of `other`, or goes on where that ends."""
        return self.file == other.file and other.start <= self.start <= other.end


@dataclass(frozen=True, slots=True)
class Position:
    """A place for people: line and column count from 1, the column in characters."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Anchor:
    """A place in a file of the configuration, for annotations and links: `file` is relative to its directory."""

    file: str
    line: int
    column: int


def find_position(text: str, offset: int) -> Position:
    """Return the line and column of `offset` in `text`."""
    before = text[:offset]
    return Position(before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1)
