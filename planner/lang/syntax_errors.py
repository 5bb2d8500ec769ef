"""Syntax errors: what to tell people where the parser stopped, in Terraform's summaries."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.lang.layout import DEPTH_LIMIT, Frame, Layout, Region, TooDeepError
from planner.model.diagnostics import Diagnostic

if TYPE_CHECKING:
    from lark import Token

    from planner.lang.reading import Reading

__all__ = ["Stop", "explain_depth", "explain_stop"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Where the parser stopped: `kind` is the token that it met (empty: no token), `expected` what it could take."""

    start: int
    end: int
    kind: str
    expected: frozenset[str]
    layout: Layout


def explain_depth(error: TooDeepError, reading: "Reading") -> Diagnostic:
    """Return what to say about something that is nested too deeply."""
    return Diagnostic(
        code="nesting-too-deep",
        summary="Nesting too deep",
        detail=f"At most {DEPTH_LIMIT} levels can be nested in each other. Split the expression or the block.",
        span=reading.span(error.start, error.end),
    )


def explain_stop(stop: Stop, reading: "Reading") -> Diagnostic:
    """Return what to say about the place where the parser stopped."""
    code, summary, detail, start, end = _explain(stop, reading.source.text)
    return Diagnostic(code=code, summary=summary, detail=detail, span=reading.span(start, end))


_Message = tuple[str, str, str, int, int]


def _explain(stop: Stop, text: str) -> _Message:
    frame = stop.layout.frames[-1]
    character = text[stop.start : stop.start + 1]
    if frame.region is Region.STRING:
        return _explain_string(stop, frame, text)
    if stop.kind == "$END" and frame.opener is not None:
        return _explain_end(stop, frame, frame.opener)
    message = _explain_character(character, stop)
    if message is not None:
        return message
    return _explain_token(stop, frame)


def _explain_string(stop: Stop, frame: Frame, text: str) -> _Message:
    start = (frame.opener.start_pos or 0) if frame.opener is not None else stop.start
    if text[stop.start : stop.start + 1] == "\\":
        return (
            "invalid-escape",
            "Invalid escape sequence",
            "A backslash must be followed by what it escapes. Write \\\\ for a backslash itself.",
            stop.start,
            stop.start + 1,
        )
    return (
        "multi-line-string",
        "Invalid multi-line string",
        "A quoted string must end on the line where it starts. Close it with a quotation mark; for text of several "
        "lines use \\n, or a heredoc (<<EOT).",
        start,
        max(start + 1, stop.start),
    )


_UNCLOSED = {
    "LPAR": ("Unbalanced parentheses", "This parenthesis is never closed. Add a closing parenthesis."),
    "LSQB": ("Unterminated tuple constructor expression", "This bracket is never closed. Add a closing bracket."),
    "INTERP_START": (
        "Unclosed template interpolation sequence",
        "There is no closing brace for this interpolation. Add one, or write $${ if these characters are meant.",
    ),
    "DIRECTIVE_START": (
        "Unclosed template control sequence",
        "There is no closing brace for this directive. Add one, or write %%{ if these characters are meant.",
    ),
    "LBRACE": ("Unterminated object constructor expression", "This brace is never closed. Add a closing brace."),
}


def _explain_end(stop: Stop, frame: Frame, opener: "Token") -> _Message:
    start, end = opener.start_pos or 0, opener.end_pos or 0
    if frame.region is Region.BODY:
        return (
            "unclosed-block",
            "Unclosed configuration block",
            "There is no closing brace for this block before the end of the file. Add one; the mistake may also be a "
            "brace too many or too few inside the block.",
            start,
            end,
        )
    summary, detail = _UNCLOSED[opener.type]
    return "unclosed-bracket", summary, detail, start, end


def _explain_character(character: str, stop: Stop) -> _Message | None:
    details = {
        "'": 'Single quotes are not valid. Use double quotes (") around strings.',
        "`": "The backtick is not valid. Use a heredoc (<<EOT) for text of several lines.",
        ";": "The semicolon is not valid. End an argument with a newline, and separate values with commas.",
        "&": "Bitwise operators do not exist. For a logical AND write &&.",
        "|": "Bitwise operators do not exist. For a logical OR write ||.",
        "^": "Bitwise operators do not exist. Remove it.",
        "~": "Bitwise operators do not exist. Remove it.",
    }
    if stop.kind and stop.kind not in {"STRING_CHARS", "TEMPLATE_CHARS"}:
        return None
    if character in details:
        summary = "Unsupported operator" if character in "&|^~" else "Invalid character"
        return "invalid-character", summary, details[character], stop.start, stop.start + 1
    if stop.kind and (character.isalnum() or character in '_ "()[]{}.,:?=+-*/%<>!\n'):
        return None
    return (
        "invalid-character",
        "Invalid character",
        "This character is not used in the language. Remove it, or put it into a quoted string.",
        stop.start,
        stop.start + 1,
    )


def _explain_token(stop: Stop, frame: Frame) -> _Message:
    place = (stop.start, max(stop.end, stop.start))
    last = stop.layout.last
    if "LPAR" in stop.expected and "LSQB" in stop.expected and "NOT" in stop.expected:
        return (
            "invalid-expression",
            "Invalid expression",
            "An expression must start here, and this cannot start one. Write a value, or remove what asks for one.",
            *place,
        )
    if last is not None and last.type in {"DOT", "ATTR_SPLAT"}:
        return (
            "invalid-name",
            "Invalid attribute name",
            "A name must follow the dot. Add it, or remove the dot.",
            *place,
        )
    if frame.region is Region.BODY and frame.in_value:
        return (
            "missing-newline",
            "Missing newline after argument",
            "An argument ends at the end of its line. Start a new line here.",
            *place,
        )
    if frame.region is Region.BODY:
        return (
            "invalid-body",
            "Argument or block definition required",
            "An argument or a block must stand here. To set an argument, write its name, an equals sign and a value.",
            *place,
        )
    if frame.region is Region.OBJECT:
        return (
            "invalid-object",
            "Missing attribute separator" if "COMMA" in stop.expected else "Missing key/value separator",
            "The parts of an object are a key, an equals sign and a value, and a comma or newline behind each value.",
            *place,
        )
    return (
        "invalid-expression",
        "Invalid expression",
        "This cannot stand here. Check the brackets and operators before it.",
        *place,
    )
