"""Conversion of templates: from the parser's tree of a quoted string or heredoc to a `Literal` or a `Template`."""

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TypeAlias, cast

from planner.lang.reading import Message, Reading
from planner.lang.syntax import Expression, Literal, Template, TemplatePart
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
    remove_indentation,
    split_lines,
    strip_pieces,
)
from planner.lang.trees import as_token, as_tree, find_end, find_start, is_token, read_name
from planner.model.spans import Span

if TYPE_CHECKING:
    from lark import Token, Tree

    from planner.lang.trees import Node

    Convert: TypeAlias = Callable[[Tree[Token]], Expression]

__all__ = ["convert_heredoc", "convert_string", "convert_template", "make_template"]

_OPENING = re.compile(r"<<(-?)([^\W\d][\w-]*)\r?\n")
_MARKS = {"template_else": "else", "template_endif": "endif", "template_endfor": "endfor"}


def convert_string(tree: "Tree[Token]", reading: Reading, convert: "Convert") -> Expression:
    """Return the quoted string `tree`; `convert` takes the expressions in it."""
    first, last = as_token(tree.children[0]), as_token(tree.children[-1])
    pieces = _collect_pieces(tree.children[1:-1], reading, convert)
    span = reading.span(find_start(first), find_end(last))
    return make_template(strip_pieces(pieces), reading, span)


def convert_heredoc(tree: "Tree[Token]", reading: Reading, convert: "Convert") -> Expression:
    """Return the heredoc `tree`; `convert` takes the expressions in it."""
    token = as_token(tree.children[0])
    start = find_start(token)
    opening = cast("re.Match[str]", _OPENING.match(token))
    closing = token.rfind("\n") + 1
    template = reading.parse_template(start + opening.end(), start + closing)
    parts = template.children if template is not None else []
    pieces = strip_pieces(split_lines(_collect_pieces(parts, reading, convert)))
    if opening[1]:
        pieces = remove_indentation(pieces)
    return make_template(pieces, reading, reading.span(start, start + len(token.rstrip())))


def convert_template(tree: "Tree[Token]", reading: Reading, convert: "Convert", span: Span) -> Expression:
    """Return the template `tree`, which stands at `span` without quotes."""
    return make_template(strip_pieces(_collect_pieces(tree.children, reading, convert)), reading, span)


def make_template(pieces: list[Piece], reading: Reading, span: Span) -> Expression:
    """Return a `Literal` where `pieces` are only text, a `Template` otherwise."""
    parts: tuple[TemplatePart, ...] = nest_pieces(pieces, reading.report)
    match parts:
        case ():
            return Literal("", span)
        case (str() as text,):
            return Literal(text, span)
        case _:
            return Template(parts, span)


def _collect_pieces(nodes: "Iterable[Node]", reading: Reading, convert: "Convert") -> list[Piece]:
    parts = (as_tree(node).children[0] for node in nodes)
    return join_texts(
        Text(_decode(part, reading)) if isinstance(part, str) else _convert_sequence(part, reading, convert)
        for part in parts
    )


def _decode(token: "Token", reading: Reading) -> str:
    if token.type in {"ESCAPED_INTERPOLATION", "ESCAPED_DIRECTIVE"}:
        return token[1:]
    if token.type != "STRING_CHARS":
        return str(token)
    start = find_start(token)

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


def _convert_sequence(tree: "Tree[Token]", reading: Reading, convert: "Convert") -> Piece:
    first, last = as_token(tree.children[0]), as_token(tree.children[-1])
    before = first.endswith("~")
    after = any(is_token(child, "STRIP_MARKER") for child in tree.children)
    span = reading.span(find_start(first), find_end(last))
    inner = [child for child in tree.children if not isinstance(child, str)]
    match str(tree.data):
        case "interpolation":
            return Interpolation(convert(inner[0]), before, after, span)
        case "template_if_start":
            return IfStart(convert(inner[0]), before, after, span)
        case "template_for_start":
            *names, collection = inner
            key, value = (
                [str(read_name(name)) for name in names] if len(names) > 1 else [None, str(read_name(names[0]))]
            )
            return ForStart(key, cast("str", value), convert(collection), before, after, span)
        case word:
            return Mark(_MARKS[word], before, after, span)  # type: ignore[arg-type]
