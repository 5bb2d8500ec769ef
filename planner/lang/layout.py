"""Layout: which newlines mean something.

Inside parentheses, brackets, interpolations and `for` expressions a newline is a blank; between the members of an
object and in a body it ends something. Refuses brackets that are nested deeper than `DEPTH_LIMIT`.
"""

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lark import Token

__all__ = ["DEPTH_LIMIT", "NEWLINE", "Construct", "Frame", "Layout", "TooDeepError"]

DEPTH_LIMIT = 100
"""How many brackets, blocks and templates may be open at once, and how deep an expression may be."""

NEWLINE = "NL_OR_COMMENT"
"""The grammar's name for the token of a newline."""


class Construct(Enum):
    """What is open."""

    BODY = "body"
    """A file or a block."""
    BRACES = "braces"
    """The `{` of an expression, before it is known whether an object or a `for` follows."""
    CALL = "call"
    DIRECTIVE = "directive"
    FOR = "for"
    INDEX = "index"
    INTERPOLATION = "interpolation"
    OBJECT = "object"
    PARENTHESES = "parentheses"
    TEXT = "text"
    """A quoted string, or a template as a whole."""
    TUPLE = "tuple"
    WHOLE = "whole"
    """An expression as a whole."""


class TooDeepError(Exception):
    """Something is nested deeper than `DEPTH_LIMIT`; carries the offsets of what opens one level too many."""

    def __init__(self, start: int, end: int) -> None:
        super().__init__(f"nested more than {DEPTH_LIMIT} deep at {start}")
        self.start = start
        self.end = end


@dataclass(slots=True)
class Frame:
    """Something that is open; `opener` is the token that opened it, None for a text as a whole."""

    construct: Construct
    opener: "Token | None" = None
    in_value: bool = False
    """In a body: behind the `=` of an argument."""
    on_one_line: bool = False
    """A block whose first argument stands on the line of its brace."""


_MEANT = frozenset({Construct.BODY, Construct.OBJECT, Construct.TEXT})
_CLOSERS = frozenset({"RPAR", "RSQB", "RBRACE"})
_OPERANDS = frozenset(
    {"NAME", "RPAR", "RSQB", "RBRACE", "DBLQUOTE", "INT_LITERAL", "FLOAT_LITERAL", "NULL", "TRUE", "FALSE"}
)
_STARTS = {"INTERP_START": Construct.INTERPOLATION, "DIRECTIVE_START": Construct.DIRECTIVE}


@dataclass(slots=True)
class Layout:
    """What is open while a text is read from left to right, and the last tokens that the parser took."""

    frames: list[Frame]
    last: "Token | None" = None
    item: "Token | None" = None
    """The first token of the argument or block that is being read."""
    top_item: "Token | None" = None
    """The same, of those of the file itself."""
    _held: list["Token"] = field(default_factory=list)

    def is_meant(self, newline: "Token") -> bool:
        """Tell whether `newline`, the next token, says anything here."""
        construct = self.frames[-1].construct
        if construct is Construct.BRACES:
            self._held = [newline]
            return False
        return construct in _MEANT and (self.last is None or self.last.type != NEWLINE)

    def release(self, token: "Token") -> list["Token"]:
        """Return the newlines that, now that `token` is known to come next, were meant after all."""
        frame = self.frames[-1]
        if frame.construct is not Construct.BRACES:
            if token.type == "FOR" and frame.construct is Construct.TUPLE and self.last is frame.opener:
                frame.construct = Construct.FOR
            return []
        held, self._held = self._held, []
        frame.construct = Construct.FOR if token.type == "FOR" else Construct.OBJECT
        return held if frame.construct is Construct.OBJECT else []

    def enter(self, token: "Token") -> None:
        """Note that the parser took `token`.

        Raises:
            TooDeepError: it opens one level too many.
        """
        kind = token.type
        frame = self.frames[-1]
        last, self.last = self.last, token
        if frame.construct is Construct.BODY and not frame.in_value:
            self._enter_body(token, last, frame)
        if kind == NEWLINE:
            frame.in_value = False
        elif kind == "EQ":
            frame.in_value = True
        elif kind == "LBRACE":
            is_block = frame.construct is Construct.BODY and not frame.in_value
            self._open(Construct.BODY if is_block else Construct.BRACES, token)
        elif kind == "LPAR":
            self._open(Construct.CALL if last is not None and last.type == "NAME" else Construct.PARENTHESES, token)
        elif kind == "LSQB":
            is_index = last is not None and last.type in _OPERANDS
            self._open(Construct.INDEX if is_index else Construct.TUPLE, token)
        elif kind in _STARTS:
            self._open(_STARTS[kind], token)
        elif kind == "DBLQUOTE" and frame.construct is not Construct.TEXT:
            self._open(Construct.TEXT, token)
        elif kind in _CLOSERS or kind == "DBLQUOTE":
            self.frames.pop()

    def _enter_body(self, token: "Token", last: "Token | None", frame: Frame) -> None:
        if token.type != NEWLINE and (last is None or last.type == NEWLINE or last is frame.opener):
            self.item = token
            frame.on_one_line = last is not None and last is frame.opener
            if len(self.frames) == 1:
                self.top_item = token

    def _open(self, construct: Construct, opener: "Token") -> None:
        if len(self.frames) > DEPTH_LIMIT:
            raise TooDeepError(opener.start_pos or 0, opener.end_pos or 0)
        self.frames.append(Frame(construct, opener))
