"""Parsing: the text of an HCL file, an expression or a template to its syntax tree; the only door to python-hcl2.

Never raises for any text: what cannot be read becomes diagnostics, and the tree holds what could be. Refuses texts
above `SIZE_LIMIT`.
"""

import gc
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from planner.lang.convert import convert_body
from planner.lang.convert_expressions import convert_expression
from planner.lang.convert_templates import convert_template
from planner.lang.grammar import correct_grammar, read_grammar
from planner.lang.layout import NEWLINE, Frame, Layout, Region, TooDeepError
from planner.lang.reading import Reading
from planner.lang.syntax import Body, Expression, Literal
from planner.lang.syntax_errors import Stop, explain_depth, explain_stop
from planner.lang.templates import normalize
from planner.model.diagnostics import Diagnostic
from planner.model.spans import Source, Span

if TYPE_CHECKING:
    from lark import Lark, Token, Tree
    from lark.parsers.lalr_interactive_parser import InteractiveParser

__all__ = ["SIZE_LIMIT", "parse_expression", "parse_hcl", "parse_template"]

SIZE_LIMIT = 16 * 1024 * 1024
"""How many characters one file may have."""

_NEXT_ITEM = re.compile(r'^[^\W\d][\w-]*(?:[ \t]+(?:"[^"\n]*"|[^\W\d][\w-]*))*[ \t]*[{=]', re.MULTILINE)


def parse_hcl(source: Source) -> tuple[Body, tuple[Diagnostic, ...]]:
    """Return the body of the HCL file `source`, and the mistakes in it.

    After a mistake, reading goes on at the next argument or block that starts in the first column.
    """
    text = source.text
    span = Span(source.file, 0, len(text))
    if len(text) > SIZE_LIMIT:
        return Body((), (), span), (_refuse_size(source),)
    reading = _start_reading(source)
    nodes: list[Any] = []
    with paused_collection():
        at: int | None = 1 if text.startswith("\ufeff") else 0
        while at is not None:
            found, mistake, at = _parse_items(reading, at)
            nodes.extend(found)
            if mistake is not None:
                reading.diagnostics.append(mistake)
        body = _convert_items(nodes, reading, span)
    return body, tuple(reading.diagnostics)


def parse_expression(
    source: Source, offsets: tuple[int, ...] | None = None
) -> tuple[Expression | None, tuple[Diagnostic, ...]]:
    """Return the expression that `source` is as a whole; None where it is none.

    `offsets` leads from each position in the text (its end included) to where it stands in the file, where the text
    is the content of a JSON string.
    """
    return _parse_whole(source, "expression", offsets)


def parse_template(
    source: Source, offsets: tuple[int, ...] | None = None
) -> tuple[Expression | None, tuple[Diagnostic, ...]]:
    """Return the template that `source` is as a whole: text without quotes, in which a backslash means itself.

    `offsets` is as for `parse_expression`.
    """
    text = source.text
    if "${" not in text and "%{" not in text:
        return Literal(normalize(text), _start_reading(source, offsets).span(0, len(text))), ()
    return _parse_whole(source, "template", offsets)


def _parse_whole(
    source: Source, rule: str, offsets: tuple[int, ...] | None
) -> tuple[Expression | None, tuple[Diagnostic, ...]]:
    length = len(source.text)
    if length > SIZE_LIMIT:
        return None, (_refuse_size(source),)
    reading = _start_reading(source, offsets)
    try:
        tree = _parse(source.text, 0, length, rule, reading)
        if rule == "template":
            span = reading.span(0, length)
            expression = convert_template(tree, reading, lambda part: convert_expression(part, reading), span)
        else:
            expression = convert_expression(tree, reading)
    except _StoppedError as stopped:
        return None, (*reading.diagnostics, stopped.diagnostic)
    except TooDeepError as error:
        return None, (*reading.diagnostics, explain_depth(error, reading))
    return expression, tuple(reading.diagnostics)


@contextmanager
def paused_collection() -> Iterator[None]:
    """Pause Python's cyclic garbage collector: a parse makes very many objects and no cycles worth finding."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class _StoppedError(Exception):
    """The parser stopped; carries what to say, and the parser where it stopped."""

    def __init__(self, diagnostic: Diagnostic, layout: Layout, parser: "InteractiveParser") -> None:
        super().__init__(diagnostic.summary)
        self.diagnostic = diagnostic
        self.layout = layout
        self.parser = parser


class _Passing:
    """What the parser asks of a post-lexer: newlines may come anywhere, and `Layout` sorts them out."""

    always_accept = (NEWLINE,)

    def process(self, stream: "Iterator[Token]") -> "Iterator[Token]":
        return stream


@lru_cache(maxsize=1)
def _load_parser() -> "Lark":
    from lark import Lark  # noqa: PLC0415 - only a command that reads HCL pays for it

    return Lark(
        correct_grammar(read_grammar()),
        parser="lalr",
        lexer="contextual",
        start=["start", "expression", "template"],
        postlex=cast("Any", _Passing()),
        maybe_placeholders=False,
    )


_WORD = re.compile(r"[\w-]+|.", re.DOTALL)
_TEXTS = frozenset({"STRING_CHARS", "TEMPLATE_CHARS"})
_REGIONS = {"start": Region.BODY, "expression": Region.FREE, "template": Region.STRING}


def _start_reading(source: Source, offsets: tuple[int, ...] | None = None) -> Reading:
    def parse_part(start: int, end: int) -> "Tree[Token]":
        return _parse(source.text, start, end, "template", reading)

    reading = Reading(source, parse_part, offsets=offsets)
    return reading


def _parse(text: str, start: int, end: int, rule: str, reading: Reading) -> "Tree[Token]":
    """Return the parser's tree of a part of `text`, as the grammar's `rule` reads it.

    Raises:
        _StoppedError: it is not that.
        TooDeepError: it is nested too deeply.
    """
    from lark import Token, UnexpectedCharacters, UnexpectedToken  # noqa: PLC0415 - as above
    from lark.utils import TextSlice  # noqa: PLC0415 - as above

    parser = _load_parser().parse_interactive(TextSlice(text, start, end), start=rule)
    layout = Layout([Frame(_REGIONS[rule], None)])
    try:
        _feed(parser, layout)
        last = layout.last
        if rule == "start" and last is not None and last.type != NEWLINE:
            parser.feed_token(Token(NEWLINE, "", end, end_pos=end))
        return cast("Tree[Token]", parser.feed_token(Token("$END", "", end, end_pos=end)))
    except UnexpectedToken as error:
        token = error.token
        start = token.start_pos or 0
        word = _WORD.match(text, start, end) if token.type in _TEXTS else None
        stop = Stop(
            start=start,
            end=word.end() if word else token.end_pos or start,
            kind=token.type,
            expected=frozenset(error.expected),
            layout=layout,
        )
    except UnexpectedCharacters as error:
        at = error.pos_in_stream
        stop = Stop(start=at, end=at + 1, kind="", expected=frozenset(error.allowed or ()), layout=layout)
    raise _StoppedError(explain_stop(stop, reading), layout, parser)


def _feed(parser: "InteractiveParser", layout: Layout) -> None:
    feed = parser.parser_state.feed_token
    for token in parser.lexer_thread.lex(parser.parser_state):
        if token.type == NEWLINE:
            if layout.is_meant(token):
                feed(token)
                layout.enter(token)
            continue
        for newline in layout.release(token):
            feed(newline)
            layout.enter(newline)
        feed(token)
        layout.enter(token)


def _parse_items(reading: Reading, at: int) -> tuple[list[Any], Diagnostic | None, int | None]:
    """Return what stands in the file from `at` on, up to a mistake; the mistake; and where to go on after it."""
    text = reading.source.text
    try:
        tree = _parse(text, at, len(text), "start", reading)
    except _StoppedError as stopped:
        item = stopped.layout.item
        after = stopped.diagnostic.span.start if stopped.diagnostic.span else len(text)
        first = item.start_pos if item is not None and item.start_pos is not None else at
        following = _NEXT_ITEM.search(text, max(first + 1, after))
        return _find_finished(stopped.parser), stopped.diagnostic, following.start() if following else None
    except TooDeepError as error:
        return [], explain_depth(error, reading), None
    return list(cast("Tree[Token]", tree.children[0]).children), None, None


def _find_finished(parser: "InteractiveParser") -> list[Any]:
    """Return the arguments and blocks that a stopped parser had read in full."""
    items: list[Any] = []
    pending = list(reversed(parser.parser_state.value_stack))
    while pending:
        node = pending.pop()
        if isinstance(node, str):
            if node.type != NEWLINE:
                break
        elif node.data in {"attribute", "block"}:
            items.append(node)
        elif "_items" in node.data:
            pending.extend(reversed(node.children))
        else:
            break
    return items


def _convert_items(nodes: list[Any], reading: Reading, span: Span) -> Body:
    try:
        return convert_body(nodes, reading, span)
    except _StoppedError as stopped:
        reading.diagnostics.append(stopped.diagnostic)
    except TooDeepError as error:
        reading.diagnostics.append(explain_depth(error, reading))
    return Body((), (), span)


def _refuse_size(source: Source) -> Diagnostic:
    return Diagnostic(
        code="file-too-large",
        summary="File too large",
        detail=f"A file may have at most {SIZE_LIMIT // 1024 // 1024} million characters. Split it into several.",
        span=Span(source.file, 0, 0),
    )
