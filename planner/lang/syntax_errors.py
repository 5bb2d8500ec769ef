"""Syntax errors: what to tell people where the parser stopped, under Terraform's summaries."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from planner.lang.layout import DEPTH_LIMIT, NEWLINE, Construct, Frame, Layout
from planner.lang.reading import Message

if TYPE_CHECKING:
    from lark import Token

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

_HEREDOC = re.compile(r"<<-?[^\W\d][\w-]*\r?\n")
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
    if frame.opener is not None and (not stop.character or _is_left_open(stop, frame)):
        return _UNCLOSED[frame.construct], _place(frame.opener)
    heredoc = _HEREDOC.match(text, stop.start)
    if heredoc is not None and stop.expected >= _STARTERS:
        return _UNTERMINATED_HEREDOC, heredoc.span()
    return (_explain_character(stop) or _explain_token(stop, frame)), here


def _is_left_open(stop: Stop, frame: Frame) -> bool:
    """Tell whether an interpolation was not closed before the quotation mark that was meant to end the string."""
    return frame.construct is Construct.INTERPOLATION and stop.character == '"' and "}" not in stop.text


def _place(token: "Token") -> _Place:
    return token.start_pos or 0, token.end_pos or 0


def _explain_text(stop: Stop, frame: Frame) -> tuple[Message, _Place]:
    if stop.character == "\\":
        return _LONE_BACKSLASH, (stop.start, stop.start + 1)
    start = stop.start if frame.opener is None else frame.opener.start_pos or 0
    return _MULTI_LINE_STRING, (start, max(start + 1, stop.start))


_LONE_BACKSLASH = Message(
    "invalid-escape",
    "Invalid escape sequence",
    "A backslash must be followed by what it escapes. Write \\\\ for a backslash itself.",
)
_MULTI_LINE_STRING = Message(
    "multi-line-string",
    "Invalid multi-line string",
    "A quoted string must end on the line where it starts. Close it with a quotation mark; for text of several lines "
    "use \\n, or a heredoc (<<EOT).",
)
_UNTERMINATED_HEREDOC = Message(
    "unterminated-heredoc",
    "Unterminated template string",
    "The marker that starts this heredoc does not stand alone on a later line. Add that line, with a newline behind "
    "it.",
)
_UNCLOSED: dict[Construct, Message] = {
    Construct.BODY: Message(
        "unclosed-block",
        "Unclosed configuration block",
        "There is no closing brace for this block before the end of the file. Add one; the mistake may also be a "
        "brace too many or too few inside the block.",
    ),
    Construct.CALL: Message(
        "unclosed-call",
        "Unterminated function call",
        "There is no closing parenthesis for this function call before the end of the file. Add one.",
    ),
    Construct.DIRECTIVE: Message(
        "unclosed-directive",
        "Unclosed template control sequence",
        "There is no closing brace for this directive. Add one, or write %%{ if these characters are meant.",
    ),
    Construct.INDEX: Message(
        "unclosed-index",
        "Missing close bracket on index",
        "There is no closing bracket for this index before the end of the file. Add one.",
    ),
    Construct.INTERPOLATION: Message(
        "unclosed-interpolation",
        "Unclosed template interpolation sequence",
        "There is no closing brace for this interpolation. Add one, or write $${ if these characters are meant.",
    ),
    Construct.OBJECT: Message(
        "unclosed-object",
        "Unterminated object constructor expression",
        "There is no closing brace for this object before the end of the file. Add one.",
    ),
    Construct.PARENTHESES: Message(
        "unbalanced-parentheses",
        "Unbalanced parentheses",
        "There is no closing parenthesis for this one before the end of the file. Add one.",
    ),
    Construct.TUPLE: Message(
        "unclosed-tuple",
        "Unterminated tuple constructor expression",
        "There is no closing bracket for this list before the end of the file. Add one.",
    ),
    Construct.FOR: Message(
        "invalid-for",
        "Invalid 'for' expression",
        "This `for` expression is not closed before the end of the file. Add its closing bracket or brace.",
    ),
}
_UNCLOSED[Construct.BRACES] = _UNCLOSED[Construct.OBJECT]


_BITWISE = {"&": " For a logical AND write &&.", "|": " For a logical OR write ||.", "^": "", "~": ""}
_NOT_VALID = {
    "'": 'Single quotes are not valid. Use double quotes (") around strings.',
    "`": "The backtick is not valid. Use a heredoc (<<EOT) for text of several lines.",
    ";": "The semicolon is not valid. End an argument with a newline, and separate values with commas.",
}
_ORDINARY = frozenset('_"()[]{}.,:?=+-*/%<>!&|#\n')


_STRAY = frozenset({"", "STRING_CHARS", "TEMPLATE_CHARS", "STRIP_MARKER", "INTERP_START", "ESCAPED_INTERPOLATION"})
"""What the grammar takes a character for that belongs to no token where it stands."""


def _explain_character(stop: Stop) -> Message | None:
    """Return what is wrong with a character that belongs to no token; None where the fault is not in it."""
    if stop.kind not in _STRAY:
        return None
    character = stop.character
    if character in _BITWISE and stop.text[:2] not in {"&&", "||"}:
        detail = f"Bitwise operators do not exist.{_BITWISE[character] or ' Remove it.'}"
        return Message("unsupported-operator", "Unsupported operator", detail)
    if character in _NOT_VALID:
        return Message("invalid-character", "Invalid character", _NOT_VALID[character])
    if character.isalnum() or character in _ORDINARY:
        return None
    detail = "This character is not used in the language. Remove it, or put it into a quoted string."
    return Message("invalid-character", "Invalid character", detail)


def _explain_token(stop: Stop, frame: Frame) -> Message:
    last = stop.layout.last.type if stop.layout.last is not None else ""
    if stop.expected >= _STARTERS:
        return _explain_missing_expression(stop)
    if last == "DOT":
        return Message(
            "invalid-name", "Invalid attribute name", "A name must follow the dot. Add it, or remove the dot."
        )
    if "COLON" in stop.expected and "EQ" not in stop.expected and frame.construct is not Construct.FOR:
        return _MISSING_ALTERNATIVE
    if "COLONS" in stop.expected and "PLUS" not in stop.expected:
        return _MISSING_CALL
    match frame.construct:
        case Construct.BODY:
            return _explain_body(stop, frame, last)
        case Construct.OBJECT:
            return _explain_object(stop)
        case Construct.DIRECTIVE if last == "DIRECTIVE_START":
            return _INVALID_KEYWORD if stop.character.isalpha() else _INVALID_DIRECTIVE
        case Construct.CALL if last == "ELLIPSIS":
            return _AFTER_ELLIPSIS
        case construct:
            return _MISPLACED.get(construct, _EXTRA)


_MISSING_ALTERNATIVE = Message(
    "missing-alternative",
    "Missing false expression in conditional",
    "A colon and the value for the other case must follow. A conditional has the form CONDITION ? VALUE : VALUE.",
)
_MISSING_CALL = Message(
    "missing-parenthesis",
    "Missing open parenthesis",
    "Only the name of a function may hold `::`, and its arguments in parentheses must follow. Add them.",
)
_AFTER_ELLIPSIS = Message(
    "missing-parenthesis",
    "Missing closing parenthesis",
    "An argument with `...` must be the last one. Close the parenthesis behind it.",
)
_INVALID_KEYWORD = Message(
    "invalid-directive",
    "Invalid template control keyword",
    "A directive starts with if, else, endif, for or endfor. Use one of them, or write %%{ if these characters are "
    "meant.",
)
_INVALID_DIRECTIVE = Message(
    "invalid-directive",
    "Invalid template directive",
    "A directive has the form %{ if … }, %{ else }, %{ endif }, %{ for … in … } or %{ endfor }. Correct this one.",
)
_EXTRA = Message(
    "extra-characters",
    "Extra characters after expression",
    "An expression ended before this. Remove the rest, or add the operator that is missing.",
)
_MISPLACED: dict[Construct, Message] = {
    Construct.CALL: Message(
        "missing-separator",
        "Missing argument separator",
        "A comma must stand between two arguments of a function. Add one, or close the parenthesis.",
    ),
    Construct.DIRECTIVE: _INVALID_DIRECTIVE,
    Construct.FOR: Message(
        "invalid-for",
        "Invalid 'for' expression",
        "A `for` has the form [for NAME in COLLECTION : VALUE] or {for NAME, NAME in COLLECTION : KEY => VALUE}, with "
        "`if` and a condition at the end if wanted. Correct this one.",
    ),
    Construct.INDEX: Message(
        "unclosed-index",
        "Missing close bracket on index",
        "The index ended before this. Close its bracket.",
    ),
    Construct.INTERPOLATION: Message(
        "extra-characters",
        "Extra characters after interpolation expression",
        "The expression ended before this. Close the interpolation with a brace, or add the operator that is missing.",
    ),
    Construct.PARENTHESES: Message(
        "unbalanced-parentheses",
        "Unbalanced parentheses",
        "The expression ended before this. Close its parenthesis, or add the operator that is missing.",
    ),
    Construct.TUPLE: Message(
        "missing-separator",
        "Missing item separator",
        "A comma must stand between two items of a list. Add one, or close the bracket.",
    ),
}


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
    if stop.character == "\n":
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
            return Message(
                "single-line-block",
                "Argument definition required",
                "A block on one line can hold a single argument and no block. Put each on a line of its own.",
            )
        return Message(
            "single-line-block",
            "Invalid single-argument block definition",
            "A block on one line can hold a single argument, and its brace must close on that line. Put each argument "
            "on a line of its own.",
        )
    if frame.in_value:
        return Message(
            "missing-newline",
            "Missing newline after argument",
            "An argument ends at the end of its line. Start a new line here.",
        )
    return _explain_item(stop, last)


def _explain_item(stop: Stop, last: str) -> Message:
    """Return what is wrong in a body outside the value of an argument."""
    if last == "RBRACE":
        return Message(
            "missing-newline",
            "Missing newline after block definition",
            "A block ends at the end of its line. Start a new line here.",
        )
    if last in {"", NEWLINE, "LBRACE"} and stop.character == '"':
        return Message(
            "invalid-name",
            "Invalid argument name",
            "The name of an argument stands without quotation marks. Remove them.",
        )
    if last not in {"", NEWLINE, "LBRACE"} and stop.layout.last is not stop.layout.item:
        return Message(
            "invalid-block",
            "Invalid block definition",
            'A block has the form TYPE "LABEL" {, all on one line. Correct its header.',
        )
    return Message(
        "invalid-body",
        "Argument or block definition required",
        "An argument or a block must stand here. To set an argument, write its name, an equals sign and a value.",
    )
