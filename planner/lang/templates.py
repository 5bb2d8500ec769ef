"""Templates: what the text of a quoted string, a heredoc or a JSON string means.

Decodes escapes, carries out strip markers and the indentation of `<<-`, and nests directives. Refuses escapes that
do not exist and directives that do not match.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Literal as OneOf
from typing import TypeAlias

from planner.lang.layout import DEPTH_LIMIT
from planner.lang.reading import Message
from planner.lang.syntax import Expression, TemplateFor, TemplateIf, TemplatePart
from planner.lang.syntax_errors import explain_depth
from planner.model.spans import Span

__all__ = [
    "ForStart",
    "IfStart",
    "Interpolation",
    "Mark",
    "Piece",
    "Report",
    "Text",
    "decode_escapes",
    "join_texts",
    "nest_pieces",
    "normalize",
    "remove_indentation",
    "split_lines",
    "strip_pieces",
]

Report: TypeAlias = Callable[[Message, Span], None]

_SPACES = "\t\n\v\f\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"
"""What Go's `unicode.IsSpace` takes for white space; Python's own idea of it has four control characters more."""
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([uU][0-9a-fA-F]*|.?))", re.DOTALL)
_LINE = re.compile(r"[^\n]*[$%][^\n{](?=\n)|[^\n]*\n|[^\n]+")
"""A line, or a part of one: Terraform reads a newline for itself where a `$` or `%` stands two characters before it."""
_SIMPLE = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


@dataclass(frozen=True, slots=True)
class Text:
    """Literal text, its escapes decoded."""

    value: str


@dataclass(frozen=True, slots=True)
class Interpolation:
    """`${ expression }`; a `~` at either end takes the white space on that side of it."""

    expression: Expression
    strip_before: bool
    strip_after: bool
    span: Span


@dataclass(frozen=True, slots=True)
class IfStart:
    """`%{ if condition }`."""

    condition: Expression
    strip_before: bool
    strip_after: bool
    span: Span


@dataclass(frozen=True, slots=True)
class ForStart:
    """`%{ for key, value in collection }`."""

    key: str | None
    value: str
    collection: Expression
    strip_before: bool
    strip_after: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Mark:
    """`%{ else }`, `%{ endif }` or `%{ endfor }`."""

    word: OneOf["else", "endif", "endfor"]
    strip_before: bool
    strip_after: bool
    span: Span


Piece: TypeAlias = Text | Interpolation | IfStart | ForStart | Mark


def normalize(text: str) -> str:
    """Return `text` in Unicode's form NFC, in which Terraform keeps all strings."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def decode_escapes(text: str, refuse: Callable[[int, int], None]) -> str:
    """Return what the characters between two quotes stand for.

    `refuse` is told the offsets in `text` of each escape that does not exist, or that names no character.
    """
    if "\\" not in text:
        return text

    def decode(match: re.Match[str]) -> str:
        code = match[1] or match[2]
        number = int(code, 16) if code else -1
        if 0 <= number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF:
            return chr(number)
        if code or match[3] not in _SIMPLE:
            refuse(match.start(), match.end())
            return match[0]
        return _SIMPLE[match[3]]

    return _ESCAPE.sub(decode, text)


def join_texts(pieces: Iterable[Piece]) -> list[Piece]:
    """Return `pieces` with neighbouring texts made one, and without empty ones."""
    joined: list[Piece] = []
    for is_text, group in groupby(pieces, lambda piece: isinstance(piece, Text)):
        if not is_text:
            joined.extend(group)
        elif text := "".join(piece.value for piece in group if isinstance(piece, Text)):
            joined.append(Text(text))
    return joined


def split_lines(pieces: list[Piece]) -> list[Piece]:
    """Return `pieces` with each text cut behind its newlines: all but quoted strings are read line by line.

    So a strip marker takes no more than what stands on its own line.
    """
    lines: list[Piece] = []
    for piece in pieces:
        match piece:
            case Text(value=value):
                lines.extend(map(Text, _LINE.findall(value)))
            case _:
                lines.append(piece)
    return lines


def strip_pieces(pieces: list[Piece]) -> list[Piece]:
    """Return `pieces` without the white space that their strip markers take from the text beside them."""
    stripped = list(pieces)
    for position, piece in enumerate(pieces):
        if isinstance(piece, Text):
            continue
        before = stripped[position - 1] if position else None
        if piece.strip_before and isinstance(before, Text):
            stripped[position - 1] = Text(before.value.rstrip(_SPACES))
        after = stripped[position + 1] if position + 1 < len(stripped) else None
        if piece.strip_after and isinstance(after, Text):
            stripped[position + 1] = Text(after.value.lstrip(_SPACES))
    return stripped


def remove_indentation(pieces: list[Piece]) -> list[Piece]:
    """Return the lines of a `<<-` heredoc without the indentation that all of them have; blank lines do not count."""
    starts = [
        position
        for position, piece in enumerate(pieces)
        if (position == 0 or _ends_line(pieces[position - 1])) and not _is_blank(piece)
    ]
    width = min((_measure_indentation(pieces[position]) for position in starts), default=0)
    outdented = list(pieces)
    for position in starts:
        piece = pieces[position]
        if isinstance(piece, Text):
            outdented[position] = Text(piece.value[width:])
    return outdented


def _ends_line(piece: Piece) -> bool:
    return isinstance(piece, Text) and piece.value.endswith("\n")


def _is_blank(piece: Piece) -> bool:
    return _ends_line(piece) and isinstance(piece, Text) and not piece.value.strip(_SPACES)


def _measure_indentation(piece: Piece) -> int:
    return len(piece.value) - len(piece.value.lstrip(_SPACES)) if isinstance(piece, Text) else 0


@dataclass(slots=True)
class _Open:
    """A directive that has not ended yet."""

    start: IfStart | ForStart
    then: list[TemplatePart]
    otherwise: list[TemplatePart] | None = None

    def collect(self) -> list[TemplatePart]:
        return self.then if self.otherwise is None else self.otherwise


def nest_pieces(pieces: list[Piece], report: Report) -> tuple[TemplatePart, ...]:
    """Return the parts of a template: text joined, directives holding what stands between their ends.

    The first directive that does not match is reported, and what follows it is left out.
    """
    whole: list[TemplatePart] = []
    opened: list[_Open] = []
    for piece in join_texts(pieces):
        parts = opened[-1].collect() if opened else whole
        match piece:
            case Text(value=value):
                parts.append(normalize(value))
            case Interpolation(expression=expression):
                parts.append(expression)
            case IfStart() | ForStart() if len(opened) < DEPTH_LIMIT:
                opened.append(_Open(piece, []))
            case IfStart() | ForStart():
                report(explain_depth(), piece.span)
                return tuple(whole)
            case Mark():
                if not _take_mark(piece, opened, whole):
                    report(_explain_mark(piece), piece.span)
                    return tuple(whole)
    if opened:
        report(_explain_open(opened[-1]), opened[-1].start.span)
    return tuple(whole)


def _take_mark(mark: Mark, opened: list[_Open], whole: list[TemplatePart]) -> bool:
    """Carry out an `else` or the end of a directive; tell whether it fits the one that is open."""
    if not opened:
        return False
    directive = opened[-1]
    match mark.word, directive.start:
        case "else", IfStart() if directive.otherwise is None:
            directive.otherwise = []
            return True
        case "endif", IfStart(condition=condition, span=span):
            then, otherwise = tuple(directive.then), tuple(directive.otherwise or ())
            node: TemplatePart = TemplateIf(condition, then, otherwise, Span(span.file, span.start, mark.span.end))
        case "endfor", ForStart(key=key, value=value, collection=collection, span=span):
            body = tuple(directive.then)
            node = TemplateFor(key, value, collection, body, Span(span.file, span.start, mark.span.end))
        case _:
            return False
    opened.pop()
    (opened[-1].collect() if opened else whole).append(node)
    return True


def _explain_mark(mark: Mark) -> Message:
    return Message(
        "unexpected-directive",
        f"Unexpected {mark.word} directive",
        f"No directive is open that `%{{ {mark.word} }}` could belong to. Remove it, or write %%{{ if these characters "
        "are meant.",
    )


def _explain_open(directive: _Open) -> Message:
    word = "if" if isinstance(directive.start, IfStart) else "for"
    return Message(
        "unclosed-directive",
        "Unexpected end of template",
        f"This `%{{ {word} }}` has no end. Add `%{{ end{word} }}`.",
    )
