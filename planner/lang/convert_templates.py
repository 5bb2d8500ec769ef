"""Conversion of templates: from the parser's tree of a quoted string or heredoc to a `Literal` or a `Template`."""

from collections.abc import Callable, Iterable
from typing import TypeAlias

from planner.lang.reading import Message, Reading
from planner.lang.syntax import Expression, Literal, Template, TemplateFor, TemplateIf, TemplatePart
from planner.lang.templates import (
    ForStart,
    IfStart,
    Interpolation,
    Mark,
    Piece,
    Text,
    decode_escapes,
    join_texts,
    nest_pieces,
    normalize,
    remove_indentation,
    split_lines,
    strip_pieces,
)
from planner.lang.trees import Token, Tree, is_token
from planner.model.spans import Span

__all__ = ["convert_heredoc", "convert_plain_string", "convert_string", "convert_template"]

Convert: TypeAlias = Callable[[Tree], Expression]
_MARKS = {"template_else": "else", "template_endif": "endif", "template_endfor": "endfor"}


def convert_plain_string(tree: Tree, reading: Reading) -> Literal | None:
    """Return the quoted string `tree` where it is text as it stands, which most are, and None otherwise."""
    children = tree.children
    opener, closer = children[0], children[-1]
    if len(children) != len((opener, "text", closer)):
        return None
    text = children[1]
    if not isinstance(text, Token) or text.type != "STRING_CHARS" or "\\" in text:
        return None
    return Literal(normalize(str(text)), reading.span(opener.start, closer.end))


def convert_string(tree: Tree, reading: Reading, convert: Convert) -> Expression:
    """Return the quoted string `tree`; `convert` takes the expressions in it."""
    opener, closer = tree.children[0], tree.children[-1]
    pieces = _collect_pieces(tree.children[1:-1], reading, convert)
    return _make_template(strip_pieces(pieces), reading, reading.span(opener.start, closer.end))


def convert_heredoc(tree: Tree, reading: Reading, convert: Convert) -> Expression:
    """Return the heredoc `tree`; `convert` takes the expressions in it."""
    opener, closer = tree.children[0], tree.children[-1]
    pieces = strip_pieces(split_lines(_collect_pieces(tree.children[1:-1], reading, convert)))
    if opener.startswith("<<-"):
        pieces = remove_indentation(pieces)
    return _make_template(pieces, reading, reading.span(opener.start, closer.start + len(closer.rstrip())))


def convert_template(tree: Tree, reading: Reading, convert: Convert, span: Span) -> Expression:
    """Return the template `tree`, which stands at `span` without quotes; like a heredoc it is read line by line."""
    pieces = split_lines(_collect_pieces(tree.children, reading, convert))
    return _make_template(strip_pieces(pieces), reading, span)


def _make_template(pieces: list[Piece], reading: Reading, span: Span) -> Expression:
    """Return a `Literal` where `pieces` are only text, a `Template` otherwise."""
    parts: tuple[TemplatePart, ...] = nest_pieces(pieces, reading.report)
    match parts:
        case ():
            return Literal("", span)
        case (str() as text,):
            return Literal(text, span)
        case (part,) if not isinstance(part, TemplateIf | TemplateFor) and any(isinstance(one, Text) for one in pieces):
            return Template((part, ""), span)  # text stood beside it, and makes a string of it though it was stripped
        case _:
            return Template(parts, span)


def _collect_pieces(nodes: Iterable[Tree | Token], reading: Reading, convert: Convert) -> list[Piece]:
    return join_texts(
        Text(_decode(node, reading)) if isinstance(node, Token) else _convert_sequence(node, reading, convert)
        for node in nodes
    )


def _decode(token: Token, reading: Reading) -> str:
    if token.type == "ESCAPE":
        return token[1:]
    if token.type != "STRING_CHARS":
        return str(token)
    start = token.start

    def refuse(first: int, last: int) -> None:
        reading.report(
            Message(
                "invalid-escape",
                "Invalid escape sequence",
                r"The escapes are \n, \r, \t, \", \\, \uXXXX and \UXXXXXXXX. Write \\ for a backslash itself.",
            ),
            reading.span(start + first, start + last),
        )

    return decode_escapes(str(token), refuse)


def _convert_sequence(tree: Tree, reading: Reading, convert: Convert) -> Piece:
    first, last = tree.children[0], tree.children[-1]
    before = first.endswith("~")
    after = any(is_token(child, "STRIP_MARKER") for child in tree.children)
    span = reading.span(first.start, last.end)
    inner = [child for child in tree.children if isinstance(child, Tree)]
    match tree.data:
        case "interpolation":
            return Interpolation(convert(inner[0]), before, after, span)
        case "template_if_start":
            return IfStart(convert(inner[0]), before, after, span)
        case "template_for_start":
            *names, collection = inner
            key = str(names[0].children[0]) if len(names) > 1 else None
            return ForStart(key, str(names[-1].children[0]), convert(collection), before, after, span)
        case word:
            return Mark(_MARKS[word], before, after, span)  # type: ignore[arg-type]
