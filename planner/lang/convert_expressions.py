"""Conversion of expressions: from the parser's tree to our syntax tree, with the exact place of each node.

Chains (`a + b + c`, `a.b[0].c`) may be of any length; everything else is refused beyond `DEPTH_LIMIT` levels.
"""

from collections.abc import Callable
from typing import TypeAlias, cast

from planner.lang.convert_templates import convert_heredoc, convert_plain_string, convert_string
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
from planner.lang.trees import Token, Tree, find_first, is_token
from planner.model.spans import Span

__all__ = ["convert_expression"]

_CONSTANTS = {"true": True, "false": False, "null": None}
_OPERATION = "binary_op"
_TERM = "expr_term"
_NAMES = frozenset({"identifier", "literal_value"})


def convert_expression(tree: Tree, reading: Reading, depth: int = 0) -> Expression:
    """Return the expression that `tree` is.

    Raises:
        TooDeepError: it is nested too deeply.
    """
    if depth > DEPTH_LIMIT:
        first = find_first(tree)
        raise TooDeepError(first.start, first.end)
    return _CONVERTERS[tree.data](tree, reading, depth + 1)


def _convert_parentheses(tree: Tree, reading: Reading, depth: int) -> Expression:
    opener, operand, closer = tree.children
    inner = convert_expression(operand, reading, depth)
    return Parentheses(inner, reading.span(opener.start, closer.end))


def _convert_identifier(tree: Tree, reading: Reading, _: int) -> Expression:
    token = tree.children[0]
    return Variable(str(token), reading.span(token.start, token.end))


def _convert_constant(tree: Tree, reading: Reading, _: int) -> Expression:
    token = tree.children[0]
    return Literal(_CONSTANTS[str(token)], reading.span(token.start, token.end))


def _convert_number(tree: Tree, reading: Reading, _: int) -> Expression:
    token = tree.children[0]
    span = reading.span(token.start, token.end)
    number = read_numeral(str(token))
    if isinstance(number, Message):
        reading.report(number, span)
        return Literal(None, span)
    return Literal(number, span)


def _convert_tuple(tree: Tree, reading: Reading, depth: int) -> Expression:
    children = tree.children
    items = [convert_expression(child, reading, depth) for child in children[1:-1] if isinstance(child, Tree)]
    return TupleExpression(tuple(items), reading.span(children[0].start, children[-1].end))


def _convert_object(tree: Tree, reading: Reading, depth: int) -> Expression:
    children = tree.children
    items = []
    for child in children[1:-1]:
        if isinstance(child, Tree):
            key, _, value = child.children
            items.append(
                ObjectItem(
                    _convert_key(key, reading, depth),
                    convert_expression(value, reading, depth),
                )
            )
    return ObjectExpression(tuple(items), reading.span(children[0].start, children[-1].end))


def _convert_key(node: Tree | Token, reading: Reading, depth: int) -> Expression:
    if isinstance(node, Tree) and node.data in _NAMES:
        node = node.children[0]
    if isinstance(node, Token):
        return Literal(str(node), reading.span(node.start, node.end))
    return convert_expression(node, reading, depth)


def _convert_unary(tree: Tree, reading: Reading, depth: int) -> Expression:
    operator, operand = tree.children
    inner = convert_expression(operand, reading, depth)
    place = Span(inner.span.file, reading.span(operator.start, operator.end).start, inner.span.end)
    return Unary("!" if operator.type == "NOT" else "-", inner, place)


def _convert_operation(tree: Tree, reading: Reading, depth: int) -> Expression:
    terms = []
    while tree.data == _OPERATION:
        left, term = tree.children
        terms.append(term)
        tree = left
    result = convert_expression(tree, reading, depth)
    for term in reversed(terms):
        operator = cast("BinaryOperator", str(term.children[0].children[0]))
        right = convert_expression(term.children[1], reading, depth)
        result = Binary(operator, result, right, Span(result.span.file, result.span.start, right.span.end))
    return result


def _convert_conditional(tree: Tree, reading: Reading, depth: int) -> Expression:
    one, two, three = (convert_expression(part, reading, depth) for part in tree.children[::2])
    return Conditional(one, two, three, Span(one.span.file, one.span.start, three.span.end))


def _convert_call(tree: Tree, reading: Reading, depth: int) -> Expression:
    children = tree.children
    opener = next(at for at, child in enumerate(children) if is_token(child, "LPAR"))
    names = [child.children[0] for child in children[:opener] if isinstance(child, Tree)]
    arguments: list[Expression] = []
    expand = False
    if len(children) > opener + 2:
        for child in children[opener + 1].children:
            if isinstance(child, Token):
                expand = expand or child.type == "ELLIPSIS"
            else:
                arguments.append(convert_expression(child, reading, depth))
    span = reading.span(names[0].start, children[-1].end)
    return Call("::".join(map(str, names)), tuple(arguments), expand, span)


def _convert_for(tree: Tree, reading: Reading, depth: int) -> Expression:
    children = tree.children
    parts = [child for child in children if isinstance(child, Tree)]
    tokens = {child.type for child in children if isinstance(child, Token)}
    intro = [child for child in parts[0].children if isinstance(child, Tree)]
    *names, collection = intro
    condition = parts.pop() if parts[-1].data == "for_cond" else None
    results = [convert_expression(part, reading, depth) for part in parts[1:]]
    test = None if condition is None else convert_expression(condition.children[1], reading, depth)
    return ForExpression(
        key=str(names[0].children[0]) if len(names) > 1 else None,
        value=str(names[-1].children[0]),
        collection=convert_expression(collection, reading, depth),
        result_key=results[0] if len(results) > 1 else None,
        result=results[-1],
        condition=test,
        group="ELLIPSIS" in tokens,
        span=reading.span(children[0].start, children[-1].end),
    )


def _convert_traversal(tree: Tree, reading: Reading, depth: int) -> Expression:
    return convert_traversal(tree, reading, depth, convert_expression)


def _convert_quoted(tree: Tree, reading: Reading, depth: int) -> Expression:
    plain = convert_plain_string(tree, reading)
    return plain or convert_string(tree, reading, lambda part: convert_expression(part, reading, depth))


def _convert_heredoc(tree: Tree, reading: Reading, depth: int) -> Expression:
    return convert_heredoc(tree, reading, lambda part: convert_expression(part, reading, depth))


_Converter: TypeAlias = "Callable[[Tree, Reading, int], Expression]"
_CONVERTERS: dict[str, _Converter] = {
    _TERM: _convert_parentheses,
    _OPERATION: _convert_operation,
    "conditional": _convert_conditional,
    "float_lit": _convert_number,
    "for_object_expr": _convert_for,
    "for_tuple_expr": _convert_for,
    "function_call": _convert_call,
    "heredoc_template": _convert_heredoc,
    "identifier": _convert_identifier,
    "int_lit": _convert_number,
    "literal_value": _convert_constant,
    "object": _convert_object,
    "string": _convert_quoted,
    "tuple": _convert_tuple,
    "unary_op": _convert_unary,
    **dict.fromkeys(TRAVERSALS, _convert_traversal),
}
