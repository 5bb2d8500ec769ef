"""Encoding of trees: arguments and blocks as rows of plain numbers and texts; see `decode_tree` for the way back.

A row is a node behind the rows of its parts, so that no tree is too deep. Places count from the start of the text
that was read, so that the rows hold wherever it stands.
"""

from collections.abc import Iterable
from typing import Any, TypeAlias

from planner.lang.syntax import (
    Attribute,
    Binary,
    Block,
    Body,
    Call,
    Conditional,
    Expression,
    ForExpression,
    GetAttribute,
    Index,
    Label,
    Literal,
    ObjectExpression,
    Parentheses,
    Splat,
    Template,
    TemplateFor,
    TemplateIf,
    TemplatePart,
    TupleExpression,
    Unary,
    Variable,
)

__all__ = ["CODES", "Item", "Row", "encode_items"]

Item: TypeAlias = Attribute | Block
Row: TypeAlias = list[Any]
_Node: TypeAlias = Item | Body | Label | TemplateIf | TemplateFor | Expression

CODES: tuple[type[_Node], ...] = (
    Literal,
    Template,
    TemplateIf,
    TemplateFor,
    TupleExpression,
    ObjectExpression,
    Variable,
    GetAttribute,
    Index,
    Splat,
    Unary,
    Binary,
    Conditional,
    Call,
    ForExpression,
    Parentheses,
    Attribute,
    Label,
    Body,
    Block,
)
"""The kinds of rows: a row starts with the position of its node's class in this, and with the node's place."""

_NUMBERS = {kind: number for number, kind in enumerate(CODES)}


def encode_items(items: Iterable[Item], start: int) -> list[Row]:
    """Return the rows of `items`, which were read from a text that starts at `start`."""
    rows: list[Row] = []
    pending: list[_Node | Row] = [*items]
    pending.reverse()
    while pending:
        node = pending.pop()
        if isinstance(node, list):
            rows.append(node)
            continue
        details, parts = _take_apart(node, start)
        pending.append([_NUMBERS[type(node)], node.span.start - start, node.span.end - start, *details])
        pending.extend(reversed(parts))
    return rows


def _take_apart(node: _Node, start: int) -> tuple[Row, list[Any]]:
    """Return what a row says of `node` besides its kind and place, and the parts of it that have rows of their own."""
    match node:
        case Attribute(name=name, expression=expression, name_span=place):
            return [name, place.end - start], [expression]
        case Label(text=text):
            return [text], []
        case Body(attributes=attributes, blocks=blocks):
            return [len(attributes), len(blocks)], [*attributes, *blocks]
        case Block(type=kind, labels=labels, header=header, body=body):
            return [kind, len(labels), header.end - start], [*labels, body]
        case TemplateIf(condition=condition, then=then, otherwise=otherwise):
            return [_mark_texts(then), _mark_texts(otherwise)], [condition, *_drop_texts(then), *_drop_texts(otherwise)]
        case TemplateFor(key=key, value=value, collection=collection, body=parts):
            return [key, value, _mark_texts(parts)], [collection, *_drop_texts(parts)]
        case _:
            return _take_expression_apart(node)


def _take_expression_apart(node: Expression) -> tuple[Row, list[Any]]:  # noqa: C901, PLR0912 - one line for each kind of node
    match node:
        case Literal(value=None | bool() | str() as value):
            return [value], []
        case Literal():
            return [], []
        case Variable(name=name):
            return [name], []
        case Template(parts=parts):
            return [_mark_texts(parts)], _drop_texts(parts)
        case TupleExpression(items=items):
            return [len(items)], [*items]
        case ObjectExpression(items=members):
            return [len(members)], [part for member in members for part in (member.key, member.value)]
        case GetAttribute(operand=operand, name=name):
            return [name], [operand]
        case Index(operand=operand, key=other) | Splat(operand=operand, each=other):
            return [], [operand, other]
        case Unary(operator=operator, operand=operand):
            return [operator], [operand]
        case Binary(operator=operator, left=left, right=right):
            return [operator], [left, right]
        case Conditional(condition=condition, then=then, otherwise=otherwise):
            return [], [condition, then, otherwise]
        case Call(name=name, arguments=arguments, expand=expand):
            return [name, len(arguments), expand], [*arguments]
        case ForExpression(key=key, value=value, group=group):
            inner = (node.collection, node.result_key, node.result, node.condition)
            marks = [key, value, node.result_key is not None, node.condition is not None, group]
            return marks, [part for part in inner if part is not None]
        case Parentheses(operand=operand):
            return [], [operand]


def _mark_texts(parts: tuple[TemplatePart, ...]) -> list[str | int]:
    """Return the texts of a template; in the places of its other parts, 1 for a directive and 0 for an expression."""
    return [part if isinstance(part, str) else int(isinstance(part, TemplateIf | TemplateFor)) for part in parts]


def _drop_texts(parts: tuple[TemplatePart, ...]) -> list[TemplatePart]:
    return [part for part in parts if not isinstance(part, str)]
