"""Conversion of expressions: from the parser's tree to our syntax tree, with the exact place of each node.

Chains (`a + b + c`, `a.b[0].c`) may be of any length; everything else is refused beyond `DEPTH_LIMIT` levels.
"""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, TypeAlias, cast

from planner.lang.convert_templates import convert_heredoc, convert_string
from planner.lang.layout import DEPTH_LIMIT, TooDeepError
from planner.lang.reading import Message, Reading
from planner.lang.syntax import (
    Binary,
    BinaryOperator,
    Call,
    Conditional,
    Expression,
    ForExpression,
    GetAttribute,
    Index,
    Literal,
    ObjectExpression,
    ObjectItem,
    Parentheses,
    Splat,
    TupleExpression,
    Unary,
    Variable,
)
from planner.model.spans import Span

if TYPE_CHECKING:
    from lark import Token, Tree

    Node: TypeAlias = Tree[Token] | Token

__all__ = ["NUMBER_LIMIT", "convert_expression", "read_name"]

NUMBER_LIMIT = 4000
"""How many digits a number may have, written out, on either side of its point."""

_CONSTANTS = {"true": True, "false": False, "null": None}
_OPERATION = "binary_op"
_TERM = "expr_term"


def convert_expression(tree: "Tree[Token]", reading: Reading, depth: int = 0) -> Expression:
    """Return the expression that `tree` is.

    Raises:
        TooDeepError: it is nested too deeply.
    """
    while tree.data == _TERM and len(tree.children) == 1:
        tree = _as_tree(tree.children[0])
    if depth > DEPTH_LIMIT:
        first = _find_first(tree)
        raise TooDeepError(_start(first), _end(first))
    return _CONVERTERS[tree.data](tree, reading, depth + 1)


def read_name(tree: "Tree[Token]") -> "Token":
    """Return the one token of an identifier, or of a keyword that stands for one."""
    return _as_token(tree.children[0])


def _as_tree(node: "Node") -> "Tree[Token]":
    return cast("Tree[Token]", node)


def _as_token(node: "Node") -> "Token":
    return cast("Token", node)


def _start(token: "Token") -> int:
    return cast("int", token.start_pos)


def _end(token: "Token") -> int:
    return cast("int", token.end_pos)


def _find_first(node: "Node") -> "Token":
    """Return the token that an expression starts with."""
    while not isinstance(node, str):
        node = node.children[0]
    return node


def _convert_parentheses(tree: "Tree[Token]", reading: Reading, depth: int) -> Expression:
    opener, operand, closer = tree.children
    inner = convert_expression(_as_tree(operand), reading, depth)
    return Parentheses(inner, reading.span(_start(_as_token(opener)), _end(_as_token(closer))))


def _convert_identifier(tree: "Tree[Token]", reading: Reading, _: int) -> Expression:
    token = read_name(tree)
    return Variable(str(token), reading.span(_start(token), _end(token)))


def _convert_constant(tree: "Tree[Token]", reading: Reading, _: int) -> Expression:
    token = read_name(tree)
    return Literal(_CONSTANTS[str(token)], reading.span(_start(token), _end(token)))


def _convert_number(tree: "Tree[Token]", reading: Reading, _: int) -> Expression:
    token = read_name(tree)
    span = reading.span(_start(token), _end(token))
    try:
        number = Decimal(str(token))
    except InvalidOperation:
        reading.report(
            Message("invalid-number", "Invalid number literal", "This is not a number. Write it as 12, 1.5 or 1.5e3."),
            span,
        )
        return Literal(Decimal(0), span)
    if number and max(abs(number.adjusted()), len(token)) > NUMBER_LIMIT:
        reading.report(
            Message(
                "invalid-number",
                "Invalid number literal",
                f"This number would have more than {NUMBER_LIMIT} digits. Use a smaller number.",
            ),
            span,
        )
        return Literal(Decimal(0), span)
    return Literal(number, span)


def _convert_tuple(tree: "Tree[Token]", reading: Reading, depth: int) -> Expression:
    children = tree.children
    items = [convert_expression(_as_tree(child), reading, depth) for child in children[1:-1] if not _is_token(child)]
    return TupleExpression(tuple(items), reading.span(_start(_as_token(children[0])), _end(_as_token(children[-1]))))


def _is_token(node: "Node") -> bool:
    return isinstance(node, str)


def _convert_object(tree: "Tree[Token]", reading: Reading, depth: int) -> Expression:
    children = tree.children
    items = []
    for child in children[1:-1]:
        if not _is_token(child):
            key, _, value = _as_tree(child).children
            items.append(
                ObjectItem(
                    _convert_key(_as_tree(_as_tree(key).children[0]), reading, depth),
                    convert_expression(_as_tree(value), reading, depth),
                )
            )
    return ObjectExpression(tuple(items), reading.span(_start(_as_token(children[0])), _end(_as_token(children[-1]))))


def _convert_key(tree: "Node", reading: Reading, depth: int) -> Expression:
    if _is_token(tree):
        token = _as_token(tree)
        return Literal(str(token), reading.span(_start(token), _end(token)))
    node = _as_tree(tree)
    while node.data == _TERM and len(node.children) == 1:
        node = _as_tree(node.children[0])
    if node.data in {"identifier", "literal_value"}:
        token = read_name(node)
        return Literal(str(token), reading.span(_start(token), _end(token)))
    return convert_expression(node, reading, depth)


def _convert_unary(tree: "Tree[Token]", reading: Reading, depth: int) -> Expression:
    operator, operand = tree.children
    inner = convert_expression(_as_tree(operand), reading, depth)
    token = _as_token(operator)
    return Unary("!" if token.type == "NOT" else "-", inner, _reach(reading, _start(token), inner))


def _reach(reading: Reading, start: int, last: Expression) -> Span:
    """Return the span from the offset `start` to the end of `last`."""
    return Span(last.span.file, reading.span(start, start).start, last.span.end)


def _convert_operation(tree: "Tree[Token]", reading: Reading, depth: int) -> Expression:
    terms = []
    while tree.data == _OPERATION:
        left, term = tree.children
        terms.append(_as_tree(term))
        tree = _as_tree(left)
    result = convert_expression(tree, reading, depth)
    for term in reversed(terms):
        operator = cast("BinaryOperator", str(read_name(_as_tree(term.children[0]))))
        right = convert_expression(_as_tree(term.children[1]), reading, depth)
        result = Binary(operator, result, right, Span(result.span.file, result.span.start, right.span.end))
    return result


def _convert_conditional(tree: "Tree[Token]", reading: Reading, depth: int) -> Expression:
    condition, _, then, _, otherwise = (
        child if _is_token(child) else convert_expression(_as_tree(child), reading, depth) for child in tree.children
    )
    one, two, three = (cast("Expression", part) for part in (condition, then, otherwise))
    return Conditional(one, two, three, Span(one.span.file, one.span.start, three.span.end))


def _convert_call(tree: "Tree[Token]", reading: Reading, depth: int) -> Expression:
    children = tree.children
    opener = next(at for at, child in enumerate(children) if _is_token(child) and _as_token(child).type == "LPAR")
    names = [read_name(_as_tree(child)) for child in children[:opener] if not _is_token(child)]
    arguments: list[Expression] = []
    expand = False
    if len(children) > opener + 2:
        for child in _as_tree(children[opener + 1]).children:
            if _is_token(child):
                expand = expand or _as_token(child).type == "ELLIPSIS"
            else:
                arguments.append(convert_expression(_as_tree(child), reading, depth))
    span = reading.span(_start(names[0]), _end(_as_token(children[-1])))
    return Call("::".join(map(str, names)), tuple(arguments), expand, span)


def _convert_for(tree: "Tree[Token]", reading: Reading, depth: int) -> Expression:
    children = tree.children
    parts = [_as_tree(child) for child in children if not _is_token(child)]
    tokens = {_as_token(child).type for child in children if _is_token(child)}
    intro = [_as_tree(child) for child in parts[0].children if not _is_token(child)]
    *names, collection = intro
    condition = parts.pop() if parts[-1].data == "for_cond" else None
    results = [convert_expression(part, reading, depth) for part in parts[1:]]
    test = None if condition is None else convert_expression(_as_tree(condition.children[1]), reading, depth)
    return ForExpression(
        key=str(read_name(names[0])) if len(names) > 1 else None,
        value=str(read_name(names[-1])),
        collection=convert_expression(collection, reading, depth),
        result_key=results[0] if len(results) > 1 else None,
        result=results[-1],
        condition=test,
        group="ELLIPSIS" in tokens,
        span=reading.span(_start(_as_token(children[0])), _end(_as_token(children[-1]))),
    )


def _convert_postfix(tree: "Tree[Token]", reading: Reading, depth: int) -> Expression:
    steps: list[Node] = []
    while tree.data in _POSTFIXES or (tree.data == _TERM and len(tree.children) == 1):
        if tree.data in _POSTFIXES:
            suffix = _as_tree(tree.children[1])
            steps.extend(reversed(suffix.children) if suffix.data in {"attr_splat", "full_splat"} else [suffix])
        tree = _as_tree(tree.children[0])
    steps.reverse()
    return _apply_steps(convert_expression(tree, reading, depth), steps, reading, depth)


def _apply_steps(operand: Expression, steps: "list[Node]", reading: Reading, depth: int) -> Expression:
    """Return `operand` with the attributes, indexes and splats of `steps` applied from left to right.

    After `[*]` all that follows is done to each element; after `.*` only attributes and legacy indexes are.
    """
    for position, step in enumerate(steps):
        if not _is_token(step):
            operand = _apply_step(operand, _as_tree(step), reading, depth)
            continue
        if depth > DEPTH_LIMIT:
            raise TooDeepError(_start(_as_token(step)), _end(_as_token(step)))
        rest = steps[position + 1 :]
        taken = len(rest) if _as_token(step).type == "FULL_SPLAT_START" else _count_attributes(rest, reading)
        span = reading.span(_start(_as_token(step)), _end(_as_token(step)))
        each = _apply_steps(Variable("*", span), rest[:taken], reading, depth + 1)
        splat = Splat(operand, each, Span(span.file, operand.span.start, each.span.end))
        return _apply_steps(splat, rest[taken:], reading, depth + 1)
    return operand


def _count_attributes(steps: "list[Node]", reading: Reading) -> int:
    for position, step in enumerate(steps):
        if _is_token(step):
            token = _as_token(step)
            if token.type == "ATTR_SPLAT":
                reading.report(
                    Message(
                        "nested-splat",
                        "Nested splat expression not allowed",
                        "A second `.*` cannot follow in the same expression. Use `[*]` for both.",
                    ),
                    reading.span(_start(token), _end(token)),
                )
            return position
        if _as_tree(step).data == "braces_index":
            return position
    return len(steps)


def _apply_step(operand: Expression, step: "Tree[Token]", reading: Reading, depth: int) -> Expression:
    last = step.children[-1]
    if step.data == "get_attr":
        name = read_name(_as_tree(last))
        return GetAttribute(operand, str(name), _extend(operand, reading, name))
    if step.data == "short_index":
        return _apply_legacy_index(operand, _as_token(last), reading)
    key = convert_expression(_as_tree(step.children[1]), reading, depth)
    return Index(operand, key, _extend(operand, reading, _as_token(last)))


def _apply_legacy_index(operand: Expression, number: "Token", reading: Reading) -> Expression:
    span = reading.span(_start(number), _end(number))
    if number.type == "FLOAT_LITERAL":
        reading.report(
            Message(
                "invalid-legacy-index",
                "Invalid legacy index syntax",
                "Two indexes cannot be chained with dots. Put each into brackets, as in [0][1].",
            ),
            span,
        )
    return Index(operand, Literal(Decimal(str(number).partition(".")[0]), span), _extend(operand, reading, number))


def _extend(operand: Expression, reading: Reading, last: "Token") -> Span:
    """Return the span from the start of `operand` to the end of the token `last`."""
    return Span(operand.span.file, operand.span.start, reading.span(_end(last), _end(last)).end)


def _convert_quoted(tree: "Tree[Token]", reading: Reading, depth: int) -> Expression:
    return convert_string(tree, reading, lambda part: convert_expression(part, reading, depth))


def _convert_heredoc(tree: "Tree[Token]", reading: Reading, depth: int) -> Expression:
    return convert_heredoc(tree, reading, lambda part: convert_expression(part, reading, depth))


_POSTFIXES = frozenset({"index_expr_term", "get_attr_expr_term", "attr_splat_expr_term", "full_splat_expr_term"})
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
    **dict.fromkeys(_POSTFIXES, _convert_postfix),
}
