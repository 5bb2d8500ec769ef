"""Operators: arithmetic, comparison, logic, and the choice between two values.

Both operands are always evaluated, as Terraform does. Refuses null, and what cannot be converted to the operator's
type, with a diagnostic.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from planner.lang import number
from planner.lang.conversion import ConversionError, convert
from planner.lang.equality import equals
from planner.lang.evaluation import Evaluation
from planner.lang.number import Number
from planner.lang.syntax import Binary, Expression, Unary
from planner.lang.types import BOOL, NUMBER, PrimitiveType, describe_type
from planner.lang.values import (
    Nothing,
    Value,
    bool_of,
    make_bool,
    make_unknown,
    mark,
)
from planner.model.spans import Span

__all__ = ["evaluate_binary", "evaluate_unary"]

_ARITHMETIC: Mapping[str, Callable[[Number, Number], Number]] = {
    "+": number.add,
    "-": number.subtract,
    "*": number.multiply,
    "/": number.divide,
    "%": number.remainder,
}
_COMPARISONS: Mapping[str, Callable[[int], bool]] = {
    "<": lambda order: order < 0,
    "<=": lambda order: order <= 0,
    ">": lambda order: order > 0,
    ">=": lambda order: order >= 0,
}


@dataclass(frozen=True, slots=True)
class _Kind:
    """The types that an operator needs and gives."""

    operands: PrimitiveType
    result: PrimitiveType


_KINDS: Mapping[str, _Kind] = {
    **dict.fromkeys(_ARITHMETIC, _Kind(NUMBER, NUMBER)),
    **dict.fromkeys(_COMPARISONS, _Kind(NUMBER, BOOL)),
    **dict.fromkeys(("&&", "||"), _Kind(BOOL, BOOL)),
}


def evaluate_binary(node: Binary, evaluation: Evaluation) -> Value:
    """Return the value of a chain of operations, which may be of any length to the left."""
    chain: list[Binary] = [node]
    first: Expression = node.left
    while type(first) is Binary:
        chain.append(first)
        first = first.left
    found = len(evaluation.diagnostics)
    value = evaluation.handlers[type(first)](first, evaluation)
    for step in reversed(chain):
        evaluation.budget.take(8)
        right = evaluation.handlers[type(step.right)](step.right, evaluation)
        value = _operate(step, value, right, evaluation, found)
    return value


def _operate(node: Binary, left: Value, right: Value, evaluation: Evaluation, found: int) -> Value:
    """Return the value of one operation; nothing more is said where its operands had mistakes: more than `found`."""
    operator = node.operator
    if operator == "==" or operator == "!=":  # noqa: PLR1714 - a set takes longer
        return _compare_equal(node, left, right, evaluation, found)
    kind = _KINDS[operator]
    marks = left.marks | right.marks
    type_ = kind.operands
    one = left if left.type is type_ else _convert_operand(left, type_, operator, node.left.span, evaluation)
    other = right if right.type is type_ else _convert_operand(right, type_, operator, node.right.span, evaluation)
    if len(evaluation.diagnostics) > found or one is None or other is None:
        return make_unknown(kind.result, marks)
    content, second = one.content, other.content
    if content is Nothing.NULL or second is Nothing.NULL:
        _refuse_null(node, type_, evaluation)
        return make_unknown(kind.result, marks)
    if isinstance(content, Number) and isinstance(second, Number):
        value = _calculate(node, content, second, evaluation)
    elif isinstance(content, bool) and isinstance(second, bool):
        value = make_bool(content and second if operator == "&&" else content or second)
    else:
        value = make_unknown(kind.result)
    return mark(value, marks) if marks else value


def _compare_equal(node: Binary, left: Value, right: Value, evaluation: Evaluation, found: int) -> Value:
    if len(evaluation.diagnostics) > found:
        return make_unknown(BOOL, left.marks | right.marks)
    if left.type is right.type and type(left.content) is type(right.content) is str:
        return mark(make_bool((left.content == right.content) == (node.operator == "==")), left.marks | right.marks)
    evaluation.budget.survey(left)
    evaluation.budget.survey(right)
    result = equals(left, right)
    if node.operator == "==" or not isinstance(result.content, bool):
        return result
    return mark(make_bool(not result.content), result.marks)


def _convert_operand(
    value: Value, type_: PrimitiveType, operator: str, span: Span, evaluation: Evaluation
) -> Value | None:
    """Return an operand as a `type_`; None, and a report, where it is none."""
    try:
        return convert(value, type_)
    except ConversionError:
        evaluation.report(*_explain_operand(operator, value, type_), span)
        return None


def _explain_operand(operator: str, value: Value, type_: PrimitiveType) -> tuple[str, str, str]:
    given = describe_type(value.type)
    problem = f"this is of type {given}" if given != "string" else "this string is none"
    detail = f"`{operator}` needs a {type_.name}, and {problem}. Use a {type_.name}."
    return "invalid-operand", "Invalid operand", detail


def _refuse_null(node: Binary | Unary, type_: PrimitiveType, evaluation: Evaluation) -> None:
    evaluation.report(
        "invalid-operand",
        "Operation failed",
        f"`{node.operator}` needs a {type_.name}, and this is null. Use a {type_.name}, or test for null first.",
        node.span,
    )


def _calculate(node: Binary, one: Number, other: Number, evaluation: Evaluation) -> Value:
    judge = _COMPARISONS.get(node.operator)
    if judge is not None:
        return make_bool(judge(number.compare(one, other)))
    try:
        return Value(NUMBER, _ARITHMETIC[node.operator](one, other))
    except ArithmeticError as error:
        evaluation.report(
            "no-result",
            "Operation failed",
            f"`{node.operator}` has no result for these numbers: {error}. Use others.",
            node.span,
        )
        return make_unknown(NUMBER)


def evaluate_unary(node: Unary, evaluation: Evaluation) -> Value:
    """Return the value of `-a` or `!a`."""
    evaluation.budget.take(8)
    type_ = NUMBER if node.operator == "-" else BOOL
    found = len(evaluation.diagnostics)
    operand = evaluation.handlers[type(node.operand)](node.operand, evaluation)
    try:
        value = operand if operand.type is type_ else convert(operand, type_)
    except ConversionError:
        evaluation.report(*_explain_operand(node.operator, operand, type_), node.operand.span)
        return make_unknown(type_, operand.marks)
    if len(evaluation.diagnostics) > found or value.content is Nothing.UNKNOWN:
        return make_unknown(type_, value.marks)
    if value.content is Nothing.NULL:
        _refuse_null(node, type_, evaluation)
        return make_unknown(type_, value.marks)
    if isinstance(value.content, Number):
        return Value(NUMBER, number.negate(value.content), value.marks)
    return Value(BOOL, not bool_of(value), value.marks)
