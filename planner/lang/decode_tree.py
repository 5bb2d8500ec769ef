"""Decoding of trees: rows, as `encode_tree` makes them, to arguments and blocks in a file.

Trusts nothing: rows that make no tree, or one with places outside its text, are refused.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar, get_args

from planner.lang.encode_tree import CODES, Item, Row
from planner.lang.numerals import read_numeral
from planner.lang.reading import Message
from planner.lang.syntax import (
    Attribute,
    Binary,
    BinaryOperator,
    Block,
    Body,
    Call,
    Conditional,
    Directive,
    Expression,
    ForExpression,
    GetAttribute,
    Index,
    Label,
    Literal,
    ObjectExpression,
    ObjectItem,
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
from planner.model.spans import Source, Span

__all__ = ["decode_items"]

_OPERATORS = frozenset(get_args(BinaryOperator))
_NUMERAL = re.compile(r"[0-9][0-9.eE+-]*")
_T = TypeVar("_T")


def decode_items(rows: Iterable[Row], source: Source, start: int, end: int) -> tuple[Item, ...]:
    """Return the arguments and blocks that `rows` say, read from `source` between `start` and `end`.

    Raises:
        ValueError: there are none that `encode_items` could have made these rows of.
    """
    stacks = _Stacks(source.text)
    length = end - start
    file = source.file
    try:
        for row in rows:
            kind, first, last = row[0], row[1], row[2]
            if not (type(first) is type(last) is int and 0 <= first <= last <= length):
                raise ValueError("a row is not of this text")
            _DECODERS[kind](row, Span(file, start + first, start + last), stacks)
    except (ArithmeticError, LookupError, TypeError) as error:
        raise ValueError("a row is not one of a tree") from error
    if stacks.expressions or stacks.directives or stacks.labels or stacks.bodies:
        raise ValueError("rows are left over")
    return tuple(sorted([*stacks.attributes, *stacks.blocks], key=lambda item: item.span.start))


@dataclass(slots=True)
class _Stacks:
    """The nodes that are not yet part of another, each kind by itself."""

    text: str
    expressions: list[Expression] = field(default_factory=list)
    directives: list[Directive] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    bodies: list[Body] = field(default_factory=list)
    attributes: list[Attribute] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)

    def take_parts(self, marks: Any) -> tuple[TemplatePart, ...]:  # noqa: ANN401 - whatever the row holds
        """Return the parts of a template, the texts among `marks` and the latest nodes in the places of the others."""
        if type(marks) is not list:
            raise TypeError("the parts of a template are no list")
        parts: list[TemplatePart] = []
        for mark in reversed(marks):
            if type(mark) is str:
                parts.append(mark)
            else:
                parts.append(self.directives.pop() if mark == 1 else self.expressions.pop())
        return tuple(reversed(parts))


def _take(stack: list[_T], count: Any) -> tuple[_T, ...]:  # noqa: ANN401 - as above
    """Return the latest `count` nodes of `stack` without leaving them there."""
    if type(count) is not int or not 0 <= count <= len(stack):
        raise TypeError("there are not that many parts")
    at = len(stack) - count
    taken = tuple(stack[at:])
    del stack[at:]
    return taken


def _check_text(value: Any) -> str:  # noqa: ANN401 - as above
    if type(value) is not str:
        raise TypeError("a name is no text")
    return value


def _check_key(value: Any) -> str | None:  # noqa: ANN401 - as above
    return None if value is None else _check_text(value)


def _check_flag(value: Any) -> bool:  # noqa: ANN401 - as above
    if type(value) is not bool:
        raise TypeError("a flag is neither true nor false")
    return value


def _check_place(value: Any, span: Span, row: Row) -> Span:  # noqa: ANN401 - as above
    """Return the place from the start of `span`, which is that of `row`, to the offset `value`, which is inside it."""
    if type(value) is not int or not row[1] <= value <= row[2]:
        raise TypeError("a place is outside its node")
    return Span(span.file, span.start, span.start - row[1] + value)


def _decode_literal(row: Row, span: Span, stacks: _Stacks) -> None:
    if len(row) == len(("kind", "start", "end")):
        text = stacks.text[span.start : span.end]
        number = read_numeral(text) if _NUMERAL.fullmatch(text) else None
        if number is None or isinstance(number, Message):
            raise TypeError("there is no number in the place of one")
        stacks.expressions.append(Literal(number, span))
    elif row[3] is None or type(row[3]) in {str, bool}:
        stacks.expressions.append(Literal(row[3], span))
    else:
        raise TypeError("a constant is none")


def _decode_template(row: Row, span: Span, stacks: _Stacks) -> None:
    stacks.expressions.append(Template(stacks.take_parts(row[3]), span))


def _decode_template_if(row: Row, span: Span, stacks: _Stacks) -> None:
    otherwise = stacks.take_parts(row[4])
    then = stacks.take_parts(row[3])
    stacks.directives.append(TemplateIf(stacks.expressions.pop(), then, otherwise, span))


def _decode_template_for(row: Row, span: Span, stacks: _Stacks) -> None:
    body = stacks.take_parts(row[5])
    key, value = _check_key(row[3]), _check_text(row[4])
    stacks.directives.append(TemplateFor(key, value, stacks.expressions.pop(), body, span))


def _decode_tuple(row: Row, span: Span, stacks: _Stacks) -> None:
    stacks.expressions.append(TupleExpression(_take(stacks.expressions, row[3]), span))


def _decode_object(row: Row, span: Span, stacks: _Stacks) -> None:
    parts = _take(stacks.expressions, row[3] * 2)
    members = tuple(map(ObjectItem, parts[::2], parts[1::2]))
    stacks.expressions.append(ObjectExpression(members, span))


def _decode_variable(row: Row, span: Span, stacks: _Stacks) -> None:
    stacks.expressions.append(Variable(_check_text(row[3]), span))


def _decode_get_attribute(row: Row, span: Span, stacks: _Stacks) -> None:
    stacks.expressions.append(GetAttribute(stacks.expressions.pop(), _check_text(row[3]), span))


def _decode_index(_: Row, span: Span, stacks: _Stacks) -> None:
    operand, key = _take(stacks.expressions, 2)
    stacks.expressions.append(Index(operand, key, span))


def _decode_splat(_: Row, span: Span, stacks: _Stacks) -> None:
    operand, each = _take(stacks.expressions, 2)
    stacks.expressions.append(Splat(operand, each, span))


def _decode_unary(row: Row, span: Span, stacks: _Stacks) -> None:
    operator = row[3]
    if operator not in {"-", "!"}:
        raise TypeError("an operator is none")
    stacks.expressions.append(Unary(operator, stacks.expressions.pop(), span))


def _decode_binary(row: Row, span: Span, stacks: _Stacks) -> None:
    operator = row[3]
    if operator not in _OPERATORS:
        raise TypeError("an operator is none")
    left, right = _take(stacks.expressions, 2)
    stacks.expressions.append(Binary(operator, left, right, span))


def _decode_conditional(_: Row, span: Span, stacks: _Stacks) -> None:
    condition, then, otherwise = _take(stacks.expressions, 3)
    stacks.expressions.append(Conditional(condition, then, otherwise, span))


def _decode_call(row: Row, span: Span, stacks: _Stacks) -> None:
    name, expand = _check_text(row[3]), _check_flag(row[5])
    stacks.expressions.append(Call(name, _take(stacks.expressions, row[4]), expand, span))


def _decode_for(row: Row, span: Span, stacks: _Stacks) -> None:
    _, _, _, key, value, has_key, has_condition, group = row
    condition = stacks.expressions.pop() if _check_flag(has_condition) else None
    result = stacks.expressions.pop()
    result_key = stacks.expressions.pop() if _check_flag(has_key) else None
    node = ForExpression(
        key=_check_key(key),
        value=_check_text(value),
        collection=stacks.expressions.pop(),
        result_key=result_key,
        result=result,
        condition=condition,
        group=_check_flag(group),
        span=span,
    )
    stacks.expressions.append(node)


def _decode_parentheses(_: Row, span: Span, stacks: _Stacks) -> None:
    stacks.expressions.append(Parentheses(stacks.expressions.pop(), span))


def _decode_attribute(row: Row, span: Span, stacks: _Stacks) -> None:
    name = _check_text(row[3])
    stacks.attributes.append(Attribute(name, stacks.expressions.pop(), _check_place(row[4], span, row), span))


def _decode_label(row: Row, span: Span, stacks: _Stacks) -> None:
    stacks.labels.append(Label(_check_text(row[3]), span))


def _decode_body(row: Row, span: Span, stacks: _Stacks) -> None:
    stacks.bodies.append(Body(_take(stacks.attributes, row[3]), _take(stacks.blocks, row[4]), span))


def _decode_block(row: Row, span: Span, stacks: _Stacks) -> None:
    stacks.blocks.append(
        Block(
            type=_check_text(row[3]),
            labels=_take(stacks.labels, row[4]),
            body=stacks.bodies.pop(),
            header=_check_place(row[5], span, row),
            span=span,
        )
    )


_DECODERS_OF: dict[type, Callable[[Row, Span, _Stacks], None]] = {
    Literal: _decode_literal,
    Template: _decode_template,
    TemplateIf: _decode_template_if,
    TemplateFor: _decode_template_for,
    TupleExpression: _decode_tuple,
    ObjectExpression: _decode_object,
    Variable: _decode_variable,
    GetAttribute: _decode_get_attribute,
    Index: _decode_index,
    Splat: _decode_splat,
    Unary: _decode_unary,
    Binary: _decode_binary,
    Conditional: _decode_conditional,
    Call: _decode_call,
    ForExpression: _decode_for,
    Parentheses: _decode_parentheses,
    Attribute: _decode_attribute,
    Label: _decode_label,
    Body: _decode_body,
    Block: _decode_block,
}
_DECODERS = tuple(_DECODERS_OF[kind] for kind in CODES)
