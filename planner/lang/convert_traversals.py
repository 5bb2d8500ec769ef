"""Conversion of traversals: `a.b[0]`, and the splats `a[*].b` and `a.*.b`, to the syntax tree.

Refuses the legacy forms that Terraform refuses: two indexes chained with dots, and `.*` behind `.*`.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from planner.lang.layout import DEPTH_LIMIT, TooDeepError
from planner.lang.number import parse_number
from planner.lang.reading import Message, Reading
from planner.lang.syntax import Expression, GetAttribute, Index, Literal, Splat, Variable
from planner.lang.trees import as_token, as_tree, find_end, find_start, is_token, read_name
from planner.model.spans import Span

if TYPE_CHECKING:
    from lark import Token, Tree

    from planner.lang.trees import Node

    Convert: TypeAlias = Callable[[Tree[Token], Reading, int], Expression]

__all__ = ["TRAVERSALS", "convert_traversal"]

TRAVERSALS = frozenset({"index_expr_term", "get_attr_expr_term", "attr_splat_expr_term", "full_splat_expr_term"})
"""The grammar's names for one more step of a traversal."""


def convert_traversal(tree: "Tree[Token]", reading: Reading, depth: int, convert: "Convert") -> Expression:
    """Return the traversal `tree`; `convert` takes what it starts from and the keys of its indexes."""
    steps: list[Node] = []
    while tree.data in TRAVERSALS or (tree.data == "expr_term" and len(tree.children) == 1):
        if tree.data in TRAVERSALS:
            suffix = as_tree(tree.children[1])
            steps.extend(reversed(suffix.children) if suffix.data in {"attr_splat", "full_splat"} else [suffix])
        tree = as_tree(tree.children[0])
    steps.reverse()
    return _apply_steps(convert(tree, reading, depth), steps, reading, depth, convert)


def _apply_steps(
    operand: Expression, steps: "list[Node]", reading: Reading, depth: int, convert: "Convert"
) -> Expression:
    """Return `operand` with the attributes, indexes and splats of `steps` applied from left to right.

    After `[*]` all that follows is done to each element; after `.*` only attributes and legacy indexes are.
    """
    for position, step in enumerate(steps):
        if not is_token(step):
            operand = _apply_step(operand, as_tree(step), reading, depth, convert)
            continue
        if depth > DEPTH_LIMIT:
            raise TooDeepError(find_start(step), find_end(step))
        rest = steps[position + 1 :]
        taken = len(rest) if is_token(step, "FULL_SPLAT_START") else _count_attributes(rest, reading)
        marker = Variable("*", reading.span(find_start(step), find_end(step)))
        each = _apply_steps(marker, rest[:taken], reading, depth + 1, convert)
        splat = Splat(operand, each, Span(operand.span.file, operand.span.start, each.span.end))
        return _apply_steps(splat, rest[taken:], reading, depth + 1, convert)
    return operand


def _count_attributes(steps: "list[Node]", reading: Reading) -> int:
    """Return how many of `steps` belong to a `.*` before them."""
    for position, step in enumerate(steps):
        if is_token(step, "ATTR_SPLAT"):
            reading.report(_NESTED_SPLAT, reading.span(find_start(step), find_end(step)))
        if is_token(step) or as_tree(step).data == "braces_index":
            return position
    return len(steps)


_NESTED_SPLAT = Message(
    "nested-splat",
    "Nested splat expression not allowed",
    "A second `.*` cannot follow in the same expression. Use `[*]` for both.",
)


def _apply_step(
    operand: Expression, step: "Tree[Token]", reading: Reading, depth: int, convert: "Convert"
) -> Expression:
    last = step.children[-1]
    if step.data == "get_attr":
        name = read_name(last)
        return GetAttribute(operand, str(name), _extend(operand, reading, name))
    if step.data == "short_index":
        return Index(operand, _read_position(as_token(last), reading), _extend(operand, reading, last))
    key = convert(as_tree(step.children[1]), reading, depth)
    return Index(operand, key, _extend(operand, reading, last))


def _read_position(number: "Token", reading: Reading) -> Literal:
    """Return the index that is written as `.0`."""
    span = reading.span(find_start(number), find_end(number))
    if is_token(number, "FLOAT_LITERAL"):
        reading.report(_CHAINED_INDEXES, span)
    return Literal(parse_number(str(number).partition(".")[0]), span)


_CHAINED_INDEXES = Message(
    "invalid-legacy-index",
    "Invalid legacy index syntax",
    "Two indexes cannot be chained with dots. Put each into brackets, as in [0][1].",
)


def _extend(operand: Expression, reading: Reading, last: "Node") -> Span:
    """Return the span from the start of `operand` to the end of the token `last`."""
    return Span(operand.span.file, operand.span.start, reading.span(find_end(last), find_end(last)).end)
