"""Syntax errors: what to tell people where the parser stopped, under Terraform's summaries."""

import re
from dataclasses import dataclass
from typing import TypeAlias

from planner.lang.layout import DEPTH_LIMIT, NEWLINE, Construct, Frame, Layout
from planner.lang.reading import Message
from planner.lang.syntax_messages import (
    AFTER_ELLIPSIS,
    EXTRA,
    INVALID_BLOCK,
    INVALID_BODY,
    INVALID_DIRECTIVE,
    INVALID_KEYWORD,
    LONE_BACKSLASH,
    MISPLACED,
    MISSING_ALTERNATIVE,
    MISSING_BLOCK_NEWLINE,
    MISSING_CALL,
    MISSING_FUNCTION,
    MISSING_NEWLINE,
    MULTI_LINE_STRING,
    ONLY_ARGUMENT,
    QUOTED_NAME,
    QUOTED_ONLY_NAME,
    SINGLE_LINE_BLOCK,
    UNCLOSED,
    UNCLOSED_SPLAT,
    UNEXPECTED_COMMA,
    UNTERMINATED_HEREDOC,
    UNTERMINATED_LABEL,
    UNTERMINATED_STRING,
)
from planner.lang.trees import Token

__all__ = ["Stop", "explain_depth", "explain_stop"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Where the parser stopped: `expected` are the tokens that it could take there.

    `kind` is the token that was found, empty where the text makes none. Out of place, the grammar's name for it can
    mislead; the `text` does not.
    """

    start: int
    end: int
    text: str
    """The rest of the line, the character itself where that is a newline; empty at the end."""
    kind: str
    expected: frozenset[str]
    layout: Layout

    @property
    def character(self) -> str:
        """The first character that could not be taken; empty at the end."""
        return self.text[:1]


_Place: TypeAlias = tuple[int, int]

_DIRECTIVE = re.compile(r"\s*([a-z]+)")
_STARTERS = frozenset({"LPAR", "LSQB", "NOT"})
"""Where the parser could take these, it is waiting for an expression."""


def explain_depth() -> Message:
    """Return what to say about something that is nested too deeply."""
    return Message(
        "nesting-too-deep",
        "Nesting too deep",
        f"At most {DEPTH_LIMIT} levels can be nested in each other. Split the expression or the block.",
    )


def explain_stop(stop: Stop, text: str) -> tuple[Message, tuple[int, int]]:
    """Return what to say about the place in `text` where the parser stopped, and which characters to point at."""
    frame = stop.layout.frames[-1]
    here = (stop.start, stop.end)
    if frame.construct is Construct.TEXT:
        return _explain_text(stop, frame)
    if stop.expected == {"RSQB"} and stop.layout.last is not None and stop.layout.last.type == "ASTERISK":
        return UNCLOSED_SPLAT, here
    if frame.opener is not None and (not stop.character or _is_left_open(stop, frame)):
        return UNCLOSED[frame.construct], _place(frame.opener)
    message = _explain_character(stop) or _explain_token(stop, frame, text)
    item = stop.layout.item
    if item is not None and item is stop.layout.last and message is INVALID_BODY:
        return message, _place(item)
    return message, here


def _is_left_open(stop: Stop, frame: Frame) -> bool:
    """Tell whether an interpolation was not closed before the quotation mark that was meant to end the string."""
    return frame.construct is Construct.INTERPOLATION and stop.character == '"' and "}" not in stop.text


def _place(token: Token) -> _Place:
    return token.start, token.end


def _explain_text(stop: Stop, frame: Frame) -> tuple[Message, _Place]:
    opener = frame.opener
    if stop.character == "\\":
        return LONE_BACKSLASH, (stop.start, stop.start + 1)
    if opener is not None and opener.type == "HEREDOC_START":
        return UNTERMINATED_HEREDOC, _place(opener)
    start = stop.start if opener is None else opener.start
    here = (start, max(start + 1, stop.start))
    if stop.character:
        return MULTI_LINE_STRING, here
    around = stop.layout.frames[-2] if opener is not None else frame
    is_label = around.construct is Construct.BODY and not around.in_value
    return (UNTERMINATED_LABEL if is_label else UNTERMINATED_STRING), here


_BITWISE = {"&": " For a logical AND write &&.", "|": " For a logical OR write ||.", "^": "", "~": ""}
_NOT_VALID = {
    "'": 'Single quotes are not valid. Use double quotes (") around strings.',
    "`": "The backtick is not valid. Use a heredoc (<<EOT) for text of several lines.",
    ";": "The semicolon is not valid. End an argument with a newline, and separate values with commas.",
}
_ORDINARY = frozenset('_"()[]{}.,:?=+-*/%<>!&|#\n')


def _explain_character(stop: Stop) -> Message | None:
    """Return what is wrong with a character that belongs to no token; None where the fault is not in it."""
    if stop.kind:
        return None
    character = stop.character
    if character in _BITWISE and stop.text[:2] not in {"&&", "||"}:
        detail = f"Bitwise operators do not exist.{_BITWISE[character] or ' Remove it.'}"
        return Message("unsupported-operator", "Unsupported operator", detail)
    if character in _NOT_VALID:
        return Message("invalid-character", "Invalid character", _NOT_VALID[character])
    if character in _ORDINARY:
        return None
    detail = "This character is not used in the language. Remove it, or put it into a quoted string."
    return Message("invalid-character", "Invalid character", detail)


def _explain_token(stop: Stop, frame: Frame, text: str) -> Message:
    last = stop.layout.last.type if stop.layout.last is not None else ""
    if last == "COLONS":
        return MISSING_FUNCTION
    if stop.expected >= _STARTERS:
        return _explain_missing_expression(stop)
    if last == "DOT":
        return Message(
            "invalid-name", "Invalid attribute name", "A name must follow the dot. Add it, or remove the dot."
        )
    if "COLON" in stop.expected and "EQ" not in stop.expected and frame.construct is not Construct.FOR:
        return MISSING_ALTERNATIVE
    if "COLONS" in stop.expected and "PLUS" not in stop.expected:
        return MISSING_CALL
    match frame.construct:
        case Construct.BODY:
            return _explain_body(stop, frame, last)
        case Construct.OBJECT:
            return _explain_object(stop)
        case Construct.DIRECTIVE:
            return _explain_directive(stop, last, text[frame.opener.end : stop.start] if frame.opener else "")
        case Construct.CALL if last == "ELLIPSIS":
            return AFTER_ELLIPSIS
        case construct:
            return MISPLACED.get(construct, EXTRA)


def _explain_directive(stop: Stop, last: str, before: str) -> Message:
    """Return what is wrong in a directive behind `before`."""
    if last == "DIRECTIVE_START":
        return INVALID_KEYWORD if stop.character.isalpha() else INVALID_DIRECTIVE
    word = _DIRECTIVE.match(before)
    if word is not None and "RBRACE" in stop.expected:
        detail = f"The `{word[1]}` of this directive ended before this. Close it with a brace, or remove the rest."
        return Message("invalid-directive", f"Extra characters in {word[1]} marker", detail)
    if word is not None and word[1] == "for":
        detail = (
            "A `for` directive has the form %{ for NAME in COLLECTION }, with a second NAME after a comma if wanted. "
        )
        return Message("invalid-directive", "Invalid 'for' directive", f"{detail}Correct this one.")
    return INVALID_DIRECTIVE


def _explain_missing_expression(stop: Stop) -> Message:
    if not stop.character:
        return Message("missing-expression", "Missing expression", "An expression must stand here. Write a value.")
    return Message(
        "invalid-expression",
        "Invalid expression",
        "An expression must start here, and this cannot start one. Write a value, or remove what asks for one.",
    )


def _explain_object(stop: Stop) -> Message:
    if "EQ" not in stop.expected:
        return Message(
            "missing-separator",
            "Missing attribute separator",
            "A newline or comma must stand between two members of an object. Add one.",
        )
    if stop.character in {"\n", ","}:
        return Message(
            "missing-value",
            "Missing attribute value",
            "An equals sign and a value must follow the key on the same line. Add them.",
        )
    return Message(
        "missing-value",
        "Missing key/value separator",
        "An equals sign and a value must follow the key. Add them; a key that is not a plain name needs quotation "
        "marks.",
    )


def _explain_body(stop: Stop, frame: Frame, last: str) -> Message:
    if frame.on_one_line and last != NEWLINE:
        if not frame.in_value and stop.layout.last is stop.layout.item:
            return ONLY_ARGUMENT if stop.character in {"{", '"'} or stop.character.isidentifier() else INVALID_BODY
        return SINGLE_LINE_BLOCK
    if frame.in_value:
        return UNEXPECTED_COMMA if stop.character == "," else MISSING_NEWLINE
    return _explain_item(stop, last)


def _explain_item(stop: Stop, last: str) -> Message:
    """Return what is wrong in a body outside the value of an argument."""
    if last == "RBRACE":
        return MISSING_BLOCK_NEWLINE
    if last in {"", NEWLINE, "LBRACE"} and stop.character == '"':
        return QUOTED_ONLY_NAME if last == "LBRACE" else QUOTED_NAME
    if last not in {"", NEWLINE, "LBRACE"} and stop.layout.last is not stop.layout.item:
        return INVALID_BLOCK
    return INVALID_BODY
