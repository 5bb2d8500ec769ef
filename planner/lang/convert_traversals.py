"""Conversion of traversals: `a.b[0]`, and the splats `a[*].b` and `a.*.b`, to the syntax tree.

Refuses the legacy forms that Terraform refuses: two indexes chained with dots, and `.*` behind `.*`.
"""

from collections.abc import Callable
from typing import TypeAlias

from planner.lang.layout import DEPTH_LIMIT, TooDeepError
from planner.lang.numerals import read_numeral
from planner.lang.reading import Message, Reading
from planner.lang.syntax import Expression, GetAttribute, Index, Literal, Splat, Variable
from planner.lang.trees import Token, Tree
from planner.model.spans import Span

__all__ = ["TRAVERSALS", "convert_traversal"]

Convert: TypeAlias = Callable[[Tree, Reading, int], Expression]

TRAVERSALS = frozenset({"index_expr_term", "get_attr_expr_term", "attr_splat_expr_term", "full_splat_expr_term"})
"""The grammar's names for one more step of a traversal."""
_SPLATS = frozenset({"attr_splat", "full_splat"})


def convert_traversal(tree: Tree, reading: Reading, depth: int, convert: Convert) -> Expression:
    """Return the traversal `tree`; `convert` takes what it starts from and the keys of its indexes."""
    steps: list[Tree | Token] = []
    while tree.data in TRAVERSALS:
        tree, step = tree.children
        steps.append(_join_splat(step) if step.data in _SPLATS else step)
    steps.reverse()
    return _apply_steps(convert(tree, reading, depth), steps, reading, depth, convert)


def _join_splat(splat: Tree) -> Token:
    tokens = splat.children
    return Token(splat.data, "".join(tokens), tokens[0].start, tokens[-1].end)


def _apply_steps(
    operand: Expression, steps: list[Tree | Token], reading: Reading, depth: int, convert: Convert
) -> Expression:
    """Return `operand` with the attributes, indexes and splats of `steps` applied from left to right.

    After `[*]` all that follows is done to each element; after `.*` only attributes and legacy indexes are.
    """
    for position, step in enumerate(steps):
        if isinstance(step, Tree):
            operand = _apply_step(operand, step, reading, depth, convert)
            continue
        if depth > DEPTH_LIMIT:
            raise TooDeepError(step.start, step.end)
        rest = steps[position + 1 :]
        taken = len(rest) if step.type == "full_splat" else _count_attributes(rest, reading)
        marker = Variable("*", reading.span(step.start, step.end))
        each = _apply_steps(marker, rest[:taken], reading, depth + 1, convert)
        splat = Splat(operand, each, Span(operand.span.file, operand.span.start, each.span.end))
        return _apply_steps(splat, rest[taken:], reading, depth + 1, convert)
    return operand


def _count_attributes(steps: list[Tree | Token], reading: Reading) -> int:
    """Return how many of `steps` belong to a `.*` before them."""
    for position, step in enumerate(steps):
        if isinstance(step, Token):
            if step.type == "attr_splat":
                reading.report(_NESTED_SPLAT, reading.span(step.start, step.end))
            return position
        if step.data == "braces_index":
            return position
    return len(steps)


_NESTED_SPLAT = Message(
    "nested-splat",
    "Nested splat expression not allowed",
    "A second `.*` cannot follow in the same expression. Use `[*]` for both.",
)


def _apply_step(operand: Expression, step: Tree, reading: Reading, depth: int, convert: Convert) -> Expression:
    last = step.children[-1]
    if step.data == "get_attr":
        name = last.children[0]
        return GetAttribute(operand, str(name), _extend(operand, reading, name))
    if step.data == "short_index":
        return Index(operand, _read_position(last, reading), _extend(operand, reading, last))
    key = convert(step.children[1], reading, depth)
    return Index(operand, key, _extend(operand, reading, last))


def _read_position(number: Token, reading: Reading) -> Literal:
    """Return the index that is written as `.0`."""
    span = reading.span(number.start, number.end)
    value = _CHAINED_INDEXES if "." in number else read_numeral(str(number))
    if isinstance(value, Message):
        reading.report(value, span)
        return Literal(None, span)
    return Literal(value, span)


_CHAINED_INDEXES = Message(
    "invalid-legacy-index",
    "Invalid legacy index syntax",
    "Two indexes cannot be chained with dots. Put each into brackets, as in [0][1].",
)


def _extend(operand: Expression, reading: Reading, last: Token) -> Span:
    """Return the span from the start of `operand` to the end of the token `last`."""
    return Span(operand.span.file, operand.span.start, reading.span(last.end, last.end).end)
