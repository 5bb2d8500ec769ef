"""Layout: which newlines mean something.

Inside parentheses, brackets, interpolations and `for` expressions a newline is a blank; between the members of an
object and in a body it ends something. Refuses brackets that are nested deeper than `DEPTH_LIMIT`.
"""

import re
from dataclasses import dataclass, field
from enum import Enum

from planner.lang.trees import Token

__all__ = ["DEPTH_LIMIT", "NEWLINE", "Construct", "Frame", "Layout", "TooDeepError", "Writing"]

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
    """A quoted string, a heredoc, or a template as a whole."""
    TUPLE = "tuple"
    WHOLE = "whole"
    """An expression as a whole."""


class Writing(Enum):
    """How the characters are to be read that come next."""

    CODE = "code"
    QUOTED = "quoted"
    """The text of a string, up to its quotation mark."""
    LINES = "lines"
    """The text of a heredoc, or of a template as a whole."""


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
    opener: Token | None = None
    in_value: bool = False
    """In a body: behind the `=` of an argument."""
    on_one_line: bool = False
    """A block whose first argument stands on the line of its brace."""
    is_splat: bool = False
    """An index that holds a star."""
    writing: Writing = Writing.CODE
    closing: re.Pattern[str] | None = None
    """In a heredoc: the line that ends it."""


_MEANT = frozenset({Construct.BODY, Construct.OBJECT, Construct.TEXT})
_OPERANDS = frozenset(
    {
        *("NAME", "NULL", "TRUE", "FALSE", "INT_LITERAL", "FLOAT_LITERAL"),
        *("RPAR", "RSQB", "RBRACE", "DBLQUOTE", "HEREDOC_END"),
    }
)
_BRACKETS = frozenset(
    {
        *("EQ", NEWLINE, "LBRACE", "LPAR", "LSQB", "INTERP_START", "DIRECTIVE_START", "DBLQUOTE", "HEREDOC_START"),
        *("RPAR", "RSQB", "RBRACE", "HEREDOC_END"),
    }
)
"""The tokens that change what is open."""


@dataclass(slots=True)
class Layout:
    """What is open while a text is read from left to right, and the last tokens that the parser took."""

    frames: list[Frame]
    last: Token | None = None
    item: Token | None = None
    """The first token of the argument or block that is being read."""
    top_item: Token | None = None
    """The same, of those of the file itself."""
    _held: list[Token] = field(default_factory=list)

    def is_meant(self, newline: Token) -> bool:
        """Tell whether `newline`, the next token, says anything here."""
        frame = self.frames[-1]
        if frame.construct is Construct.BRACES or (frame.construct is Construct.INDEX and self.last is frame.opener):
            self._held = [newline]
            return False
        if frame.construct is Construct.INDEX:
            return frame.is_splat and self._ends_lines_around()
        return frame.construct in _MEANT and (self.last is None or self.last.type != NEWLINE)

    def release(self, token: Token) -> list[Token]:
        """Return the newlines that, now that `token` is known to come next, were meant after all."""
        frame = self.frames[-1]
        construct = frame.construct
        if construct is Construct.BRACES:
            held, self._held = self._held, []
            frame.construct = Construct.FOR if token.type == "FOR" else Construct.OBJECT
            return held if frame.construct is Construct.OBJECT else []
        if construct is Construct.INDEX and self.last is frame.opener:
            held, self._held = self._held, []
            frame.is_splat = token.type == "ASTERISK"
            return held if frame.is_splat and self._ends_lines_around() else []
        if token.type == "FOR" and construct is Construct.TUPLE and self.last is frame.opener:
            frame.construct = Construct.FOR
        return []

    def _ends_lines_around(self) -> bool:
        """Tell whether a newline would mean something around what was opened last."""
        return self.frames[-2].construct in _MEANT

    def enter(self, token: Token) -> None:
        """Note that the parser took `token`.

        Raises:
            TooDeepError: it opens one level too many.
        """
        frame = self.frames[-1]
        last, self.last = self.last, token
        if frame.construct is Construct.BODY and not frame.in_value:
            self._enter_body(token, last, frame)
        if token.type in _BRACKETS:
            self._enter_bracket(token, last, frame)

    def _enter_body(self, token: Token, last: Token | None, frame: Frame) -> None:
        if token.type != NEWLINE and (last is None or last.type == NEWLINE or last is frame.opener):
            self.item = token
            frame.on_one_line = last is not None and last is frame.opener
            if len(self.frames) == 1:
                self.top_item = token

    def _enter_bracket(self, token: Token, last: Token | None, frame: Frame) -> None:
        match token.type:
            case "EQ":
                frame.in_value = True
            case kind if kind == NEWLINE:
                frame.in_value = False
            case "LBRACE":
                is_block = frame.construct is Construct.BODY and not frame.in_value
                self._open(Construct.BODY if is_block else Construct.BRACES, token)
            case "LPAR":
                self._open(Construct.CALL if last is not None and last.type == "NAME" else Construct.PARENTHESES, token)
            case "LSQB":
                is_index = last is not None and last.type in _OPERANDS
                self._open(Construct.INDEX if is_index else Construct.TUPLE, token)
            case "INTERP_START":
                self._open(Construct.INTERPOLATION, token)
            case "DIRECTIVE_START":
                self._open(Construct.DIRECTIVE, token)
            case "HEREDOC_START":
                marker = re.escape(token[2:].lstrip("-").rstrip())
                self._open(Construct.TEXT, token, Writing.LINES, re.compile(rf"[^\S\n]*{marker}[^\S\n]*(?=\n)"))
            case "DBLQUOTE" if frame.writing is Writing.CODE:
                self._open(Construct.TEXT, token, Writing.QUOTED)
            case _:
                self.frames.pop()

    def _open(
        self,
        construct: Construct,
        opener: Token,
        writing: Writing = Writing.CODE,
        closing: re.Pattern[str] | None = None,
    ) -> None:
        if len(self.frames) > DEPTH_LIMIT:
            raise TooDeepError(opener.start, opener.end)
        self.frames.append(Frame(construct, opener, writing=writing, closing=closing))
