"""Parsing: the text of an HCL file, an expression or a template to its syntax tree.

Never raises for any text: what cannot be read becomes diagnostics, and the tree holds what could be. Refuses texts
above `SIZE_LIMIT`.
"""

import re
from collections.abc import Iterator

from planner.lang.convert import convert_items, make_body
from planner.lang.convert_expressions import convert_expression
from planner.lang.convert_templates import convert_template
from planner.lang.encode_tree import Item
from planner.lang.layout import TooDeepError
from planner.lang.parser import Rule, StoppedError, parse_tree
from planner.lang.reading import Message, Reading
from planner.lang.split import split_items
from planner.lang.syntax import Body, Expression, Literal
from planner.lang.syntax_errors import explain_depth
from planner.lang.templates import normalize
from planner.lang.tree_cache import TREES
from planner.lang.trees import Token, Tree
from planner.model.diagnostics import Diagnostic
from planner.model.spans import Source, Span

__all__ = ["MISTAKE_LIMIT", "SIGN_LIMIT", "SIZE_LIMIT", "parse_expression", "parse_hcl", "parse_template"]

SIZE_LIMIT = 16_000_000
"""How many characters one file may have."""

SIGN_LIMIT = 400_000
"""How many signs, such as commas, dots and newlines, one argument, top-level block or expression may have."""

MISTAKE_LIMIT = 20
"""After how many syntax errors reading a file ends: each may cost a look through all that follows it."""

_NEXT_ITEM = re.compile(r'^[^\W\d][\w-]*(?:[ \t]+(?:"[^"\n]*"|[^\W\d][\w-]*))*[ \t]*[{=]', re.MULTILINE)
"""The start of an argument or block in the first column: where reading goes on after a mistake."""


def parse_hcl(source: Source) -> tuple[Body, tuple[Diagnostic, ...]]:
    """Return the body of the HCL file `source`, and the mistakes in it.

    After a mistake, reading goes on at the next argument or block that starts in the first column.
    """
    span = Span(source.file, 0, len(source.text))
    if len(source.text) > SIZE_LIMIT:
        return Body((), (), span), (_refuse_size(source),)
    reading = Reading(source)
    body = make_body(_read_items(reading), reading, span)
    return body, tuple(sorted(reading.diagnostics, key=_find_start))


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
        return Literal(normalize(text), Reading(source, offsets=offsets).span(0, len(text))), ()
    return _parse_whole(source, "template", offsets)


def _read_items(reading: Reading) -> Iterator[Item]:
    """Yield the arguments and blocks of a file that could be read, and report the mistakes in it.

    What the cache of trees has is taken from there, one argument or block at a time; so is what it is given.
    """
    source = reading.source
    cache = TREES.get()
    for start, end in split_items(source.text, 1 if source.text.startswith("\ufeff") else 0):
        items = cache.find(source, start, end) if cache is not None else None
        if items is None:
            if _has_too_much(source.text, start, end):
                reading.report(_TOO_MUCH, reading.span(start, start + 1))
                continue
            known = reading.mistakes
            try:
                items = _convert_items(parse_tree(source.text, start, end, "start"), reading)
            except StoppedError:
                yield from _read_rest(reading, start)
                return
            if cache is not None and reading.mistakes == known:
                cache.keep(items, source, start, end)
        yield from items


def _has_too_much(text: str, start: int, end: int) -> bool:
    return end - start > SIGN_LIMIT and sum(text.count(sign, start, end) for sign in _SIGNS) > SIGN_LIMIT


_SIGNS = '\n"$%&()*+,-./:<=>?[]{|}!'
_TOO_MUCH = Message(
    "too-much-at-once",
    "Argument or block too large",
    f"What starts here has more than {SIGN_LIMIT:,} signs, such as commas, dots and newlines. Split it, or keep the "
    "data in a file of its own and read it with jsondecode(file(…)).",
)


def _read_rest(reading: Reading, at: int) -> Iterator[Item]:
    """Yield the arguments and blocks of a file behind the offset `at`, where there is a mistake, and report it.

    Reading goes on behind a mistake, but not so often that it would take long.
    """
    text = reading.source.text
    effort = 4 * len(text) + 100_000
    for _ in range(MISTAKE_LIMIT):
        try:
            tree = parse_tree(text, at, len(text), "start")
        except StoppedError as stopped:
            yield from convert_items(_hand_over([*stopped.finished]), reading)
            reading.report(stopped.message, reading.span(*stopped.place))
            effort -= stopped.reach - at
            following = _NEXT_ITEM.search(text, max(stopped.place[0], at if stopped.item is None else stopped.item + 1))
            if following is None or effort < 0:
                return
            at = following.start()
        else:
            yield from _convert_items(tree, reading)
            return


def _convert_items(tree: Tree, reading: Reading) -> tuple[Item, ...]:
    body = tree.children[0]
    return tuple(convert_items([] if isinstance(body, Token) else _hand_over(list(body.children)), reading))


def _hand_over(items: list[Tree | Token]) -> Iterator[Tree | Token]:
    """Yield `items` and let go of each, so that the trees of a large file go as its syntax tree grows."""
    items.reverse()
    while items:
        yield items.pop()


def _parse_whole(
    source: Source, rule: Rule, offsets: tuple[int, ...] | None
) -> tuple[Expression | None, tuple[Diagnostic, ...]]:
    if len(source.text) > SIZE_LIMIT:
        return None, (_refuse_size(source),)
    reading = Reading(source, offsets=offsets)
    if _has_too_much(source.text, 0, len(source.text)):
        reading.report(_TOO_MUCH, reading.span(0, 1))
        return None, tuple(reading.diagnostics)
    try:
        tree = parse_tree(source.text, 0, len(source.text), rule)
        expression = _convert_whole(tree, rule, reading)
    except StoppedError as stopped:
        reading.report(stopped.message, reading.span(*stopped.place))
        expression = None
    except TooDeepError as error:
        reading.report(explain_depth(), reading.span(error.start, error.end))
        expression = None
    return expression, tuple(reading.diagnostics)


def _convert_whole(tree: Tree, rule: Rule, reading: Reading) -> Expression:
    if rule == "template":
        span = reading.span(0, len(reading.source.text))
        return convert_template(tree, reading, lambda part: convert_expression(part, reading), span)
    return convert_expression(tree, reading)


def _find_start(diagnostic: Diagnostic) -> int:
    return diagnostic.span.start if diagnostic.span is not None else 0


def _refuse_size(source: Source) -> Diagnostic:
    return Diagnostic(
        code="file-too-large",
        summary="File too large",
        detail=f"A file may have at most {SIZE_LIMIT:,} characters. Split it into several.",
        span=Span(source.file, 0, 0),
    )
