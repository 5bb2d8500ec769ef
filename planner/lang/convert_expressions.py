"""Conversion of expressions: from the parser's tree to our syntax tree, with the exact place of each node.

Chains (`a + b + c`, `a.b[0].c`) may be of any length; everything else is refused beyond `DEPTH_LIMIT` levels.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias, cast

from planner.lang.convert_templates import convert_heredoc, convert_string
from planner.lang.convert_traversals import TRAVERSALS, convert_traversal
from planner.lang.layout import DEPTH_LIMIT, TooDeepError
from planner.lang.numerals import read_numeral
from planner.lang.reading import Message, Reading
from planner.lang.syntax import (
    Binary,
    BinaryOperator,
    Call,
    Conditional,
    Expression,
    ForExpression,
    Literal,
    ObjectExpression,
    ObjectItem,
    Parentheses,
    TupleExpression,
    Unary,
    Variable,
)
from planner.lang.trees import as_token, as_tree, find_end, find_first, find_start, is_token, read_name
from planner.model.spans import Span

if TYPE_CHECKING:
    from lark import Token, Tree

    from planner.lang.trees import Node

__all__ = ["convert_expression"]

_CONSTANTS = {"true": True, "false": False, "null": None}
_OPERATION = "binary_op"
_TERM = "expr_term"


def convert_expression(tree: "Tree[Token]", reading: Reading, depth: int = 0) -> Expression:
    """Return the expression that `tree` is.

    Raises:
        TooDeepError: it is nested too deeply.
    """
    while tree.data == _TERM and len(tree.children) == 1:
        tree = as_tree(tree.children[0])
    if depth > DEPTH_LIMIT:
        first = find_first(tree)
        raise TooDeepError(find_start(first), find_end(first))
    return _CONVERTERS[tree.data](tree, reading, depth + 1)


def _convert_parentheses(tree: "Tree[Token]", reading: Reading, depth: int) -> Expression:
    opener, operand, closer = tree.children
    inner = convert_expression(as_tree(operand), reading, depth)
    return Parentheses(inner, reading.span(find_start(opener), find_end(closer)))


def _convert_identifier(tree: "Tree[Token]", reading: Reading, _: int) -> Expression:
    token = read_name(tree)
    return Variable(str(token), reading.span(find_start(token), find_end(token)))


def _convert_constant(tree: "Tree[Token]", reading: Reading, _: int) -> Expression:
    token = read_name(tree)
    return Literal(_CONSTANTS[str(token)], reading.span(find_start(token), find_end(token)))


def _convert_number(tree: "Tree[Token]", reading: Reading, _: int) -> Expression:
    token = read_name(tree)
    span = reading.span(find_start(token), find_end(token))
    number = read_numeral(str(token))
    if isinstance(number, Message):
        reading.report(number, span)
        return Literal(None, span)
    return Literal(number, span)


def _convert_tuple(tree: "Tree[Token]", reading: Reading, depth: int) -> Expression:
    children = tree.children
    items = [convert_expression(as_tree(child), reading, depth) for child in children[1:-1] if not is_token(child)]
    return TupleExpression(tuple(items), reading.span(find_start(children[0]), find_end(children[-1])))


def _convert_object(tree: "Tree[Token]", reading: Reading, depth: int) -> Expression:
    children = tree.children
    items = []
    for child in children[1:-1]:
        if not is_token(child):
            key, _, value = as_tree(child).children
            items.append(
                ObjectItem(
                    _convert_key(as_tree(as_tree(key).children[0]), reading, depth),
                    convert_expression(as_tree(value), reading, depth),
                )
            )
    return ObjectExpression(tuple(items), reading.span(find_start(children[0]), find_end(children[-1])))


def _convert_key(tree: "Node", reading: Reading, depth: int) -> Expression:
    if is_token(tree):
        token = as_token(tree)
        return Literal(str(token), reading.span(find_start(token), find_end(token)))
    node = as_tree(tree)
    while node.data == _TERM and len(node.children) == 1:
        node = as_tree(node.children[0])
    if node.data in {"identifier", "literal_value"}:
        token = read_name(node)
        return Literal(str(token), reading.span(find_start(token), find_end(token)))
    return convert_expression(node, reading, depth)


def _convert_unary(tree: "Tree[Token]", reading: Reading, depth: int) -> Expression:
    operator, operand = tree.children
    inner = convert_expression(as_tree(operand), reading, depth)
    token = as_token(operator)
    return Unary("!" if token.type == "NOT" else "-", inner, _reach(reading, find_start(token), inner))


def _reach(reading: Reading, start: int, last: Expression) -> Span:
    """Return the span from the offset `start` to the end of `last`."""
    return Span(last.span.file, reading.span(start, start).start, last.span.end)


def _convert_operation(tree: "Tree[Token]", reading: Reading, depth: int) -> Expression:
    terms = []
    while tree.data == _OPERATION:
        left, term = tree.children
        terms.append(as_tree(term))
        tree = as_tree(left)
    result = convert_expression(tree, reading, depth)
    for term in reversed(terms):
        operator = cast("BinaryOperator", str(read_name(term.children[0])))
        right = convert_expression(as_tree(term.children[1]), reading, depth)
        result = Binary(operator, result, right, Span(result.span.file, result.span.start, right.span.end))
    return result


def _convert_conditional(tree: "Tree[Token]", reading: Reading, depth: int) -> Expression:
    condition, _, then, _, otherwise = (
        child if is_token(child) else convert_expression(as_tree(child), reading, depth) for child in tree.children
    )
    one, two, three = (cast("Expression", part) for part in (condition, then, otherwise))
    return Conditional(one, two, three, Span(one.span.file, one.span.start, three.span.end))


def _convert_call(tree: "Tree[Token]", reading: Reading, depth: int) -> Expression:
    children = tree.children
    opener = next(at for at, child in enumerate(children) if is_token(child, "LPAR"))
    names = [read_name(child) for child in children[:opener] if not is_token(child)]
    arguments: list[Expression] = []
    expand = False
    if len(children) > opener + 2:
        for child in as_tree(children[opener + 1]).children:
            if is_token(child):
                expand = expand or as_token(child).type == "ELLIPSIS"
            else:
                arguments.append(convert_expression(as_tree(child), reading, depth))
    span = reading.span(find_start(names[0]), find_end(children[-1]))
    return Call("::".join(map(str, names)), tuple(arguments), expand, span)


def _convert_for(tree: "Tree[Token]", reading: Reading, depth: int) -> Expression:
    children = tree.children
    parts = [as_tree(child) for child in children if not is_token(child)]
    tokens = {as_token(child).type for child in children if is_token(child)}
    intro = [as_tree(child) for child in parts[0].children if not is_token(child)]
    *names, collection = intro
    condition = parts.pop() if parts[-1].data == "for_cond" else None
    results = [convert_expression(part, reading, depth) for part in parts[1:]]
    test = None if condition is None else convert_expression(as_tree(condition.children[1]), reading, depth)
    return ForExpression(
        key=str(read_name(names[0])) if len(names) > 1 else None,
        value=str(read_name(names[-1])),
        collection=convert_expression(collection, reading, depth),
        result_key=results[0] if len(results) > 1 else None,
        result=results[-1],
        condition=test,
        group="ELLIPSIS" in tokens,
        span=reading.span(find_start(children[0]), find_end(children[-1])),
    )


def _convert_traversal(tree: "Tree[Token]", reading: Reading, depth: int) -> Expression:
    return convert_traversal(tree, reading, depth, convert_expression)


def _convert_quoted(tree: "Tree[Token]", reading: Reading, depth: int) -> Expression:
    return convert_string(tree, reading, lambda part: convert_expression(part, reading, depth))


def _convert_heredoc(tree: "Tree[Token]", reading: Reading, depth: int) -> Expression:
    return convert_heredoc(tree, reading, lambda part: convert_expression(part, reading, depth))


_Converter: TypeAlias = "Callable[[Tree[Token], Reading, int], Expression]"
_CONVERTERS: dict[str, _Converter] = {
    _TERM: _convert_parentheses,
    _OPERATION: _convert_operation,
    "conditional": _convert_conditional,
    "float_lit": _convert_number,
    "for_object_expr": _convert_for,
    "for_tuple_expr": _convert_for,
    "function_call": _convert_call,
    "heredoc_template": _convert_heredoc,
    "heredoc_template_trim": _convert_heredoc,
    "identifier": _convert_identifier,
    "int_lit": _convert_number,
    "literal_value": _convert_constant,
    "object": _convert_object,
    "string": _convert_quoted,
    "tuple": _convert_tuple,
    "unary_op": _convert_unary,
    **dict.fromkeys(TRAVERSALS, _convert_traversal),
}
