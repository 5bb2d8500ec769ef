"""Layout: which newlines mean something.

Inside parentheses, brackets, interpolations and `for` expressions a newline is a blank; between the members of an
object and in a body it ends something. Refuses brackets that are nested deeper than `DEPTH_LIMIT`.
"""

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lark import Token

__all__ = ["DEPTH_LIMIT", "Frame", "Layout", "Region", "TooDeepError"]

DEPTH_LIMIT = 100
"""How many brackets, blocks and templates may be open at once, and how deep an expression may be."""

NEWLINE = "NL_OR_COMMENT"


class Region(Enum):
    """What a stretch of text is, as far as newlines go."""

    BODY = "body"
    OBJECT = "object"
    UNDECIDED = "undecided"
    """After the `{` of an expression: an object, or a `for` if that word comes next."""
    FREE = "free"
    STRING = "string"


class TooDeepError(Exception):
    """Something is nested deeper than `DEPTH_LIMIT`; carries the offsets of what opens one level too many."""

    def __init__(self, start: int, end: int) -> None:
        super().__init__(f"nested more than {DEPTH_LIMIT} deep at {start}")
        self.start = start
        self.end = end


@dataclass(slots=True)
class Frame:
    """One open region; `opener` is the token that opened it, None for the whole text."""

    region: Region
    opener: "Token | None"
    in_value: bool = False
    """In a body: after the `=` of an argument."""


_CLOSERS = frozenset({"RPAR", "RSQB", "RBRACE"})
_FREE_OPENERS = frozenset({"LPAR", "LSQB", "INTERP_START", "DIRECTIVE_START"})


@dataclass(slots=True)
class Layout:
    """The regions that are open while a text is read from left to right, and the tokens that were let through."""

    frames: list[Frame]
    last: "Token | None" = None
    """The last token that the parser took."""
    item: "Token | None" = None
    """The first token of the argument or block that is being read."""
    _held: list["Token"] = field(default_factory=list)

    def is_meant(self, newline: "Token") -> bool:
        """Tell whether `newline`, the next token, says anything here."""
        region = self.frames[-1].region
        if region is Region.UNDECIDED:
            self._held = [newline]
            return False
        return region is not Region.FREE and (self.last is None or self.last.type != NEWLINE)

    def release(self, token: "Token") -> list["Token"]:
        """Return the newlines that, now that `token` is known to come next, were meant after all."""
        frame = self.frames[-1]
        if frame.region is not Region.UNDECIDED:
            return []
        held, self._held = self._held, []
        if token.type == "FOR":
            frame.region = Region.FREE
            return []
        frame.region = Region.OBJECT
        return held

    def enter(self, token: "Token") -> None:
        """Note that the parser took `token`."""
        kind = token.type
        frame = self.frames[-1]
        if frame.region is Region.BODY and not frame.in_value and (self.last is None or self.last.type == NEWLINE):
            self.item = token
        self.last = token
        if kind == NEWLINE or kind == "EQ":
            frame.in_value = kind == "EQ"
        elif kind == "LBRACE":
            is_block = frame.region is Region.BODY and not frame.in_value
            self._open(Region.BODY if is_block else Region.UNDECIDED, token)
        elif kind in _FREE_OPENERS:
            self._open(Region.FREE, token)
        elif kind == "DBLQUOTE" and frame.region is not Region.STRING:
            self._open(Region.STRING, token)
        elif kind in _CLOSERS or kind == "DBLQUOTE":
            self.frames.pop()

    def _open(self, region: Region, opener: "Token") -> None:
        if len(self.frames) > DEPTH_LIMIT:
            raise TooDeepError(opener.start_pos or 0, opener.end_pos or 0)
        self.frames.append(Frame(region, opener))
