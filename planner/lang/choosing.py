"""Choosing: `condition ? then : otherwise`, of one type whichever of the two is taken.

Both values are evaluated, for their types; only the mistakes of the one that is taken count. Refuses values that have
no type in common.
"""

from collections.abc import Mapping
from typing import TypeAlias

from planner.lang.arm_types import HIDDEN_MISMATCH, explain_mismatch
from planner.lang.conversion import ConversionError, convert
from planner.lang.evaluation import Evaluation, is_secret
from planner.lang.number import Number
from planner.lang.syntax import Conditional, Expression
from planner.lang.types import BOOL, DYNAMIC, CollectionType, DynamicType, Type
from planner.lang.unify import unify_unsafe
from planner.lang.values import SENSITIVE, Nothing, Value, bool_of, is_wholly_known, make_null, make_unknown, mark
from planner.model.spans import Span

__all__ = ["Arm", "choose", "evaluate_conditional"]

Arm: TypeAlias = tuple[Value, Evaluation]
"""One of the two values, and the evaluation that has its mistakes."""


def evaluate_conditional(node: Conditional, evaluation: Evaluation) -> Value:
    """Return the value of the arm that the condition takes."""
    evaluation.budget.take(12)
    then, otherwise = evaluation.attempt(), evaluation.attempt()
    yes = evaluation.handlers[type(node.then)](node.then, then)
    no = evaluation.handlers[type(node.otherwise)](node.otherwise, otherwise)
    span = Span(node.span.file, node.then.span.start, node.otherwise.span.end)
    return choose(node.condition, (yes, then), (no, otherwise), span, evaluation)


def choose(condition: Expression, then: Arm, otherwise: Arm, span: Span, evaluation: Evaluation) -> Value:
    """Return the value of `then` or `otherwise`, whichever `condition` takes, in the type that both can have."""
    yes, no = then[0], otherwise[0]
    type_ = _find_type(yes, no)
    if type_ is None:
        is_hidden = evaluation.is_hidden or is_secret(evaluation.budget.survey(yes) | evaluation.budget.survey(no))
        detail = HIDDEN_MISMATCH if is_hidden else explain_mismatch(yes.type, no.type)
        evaluation.report("inconsistent-types", "Inconsistent conditional result types", detail, span)
        return make_unknown(DYNAMIC, yes.marks | no.marks)
    test = _evaluate_condition(condition, evaluation)
    if test is None:
        return make_unknown(type_, yes.marks | no.marks)
    marks = test.marks | yes.marks | no.marks
    if test.content is Nothing.UNKNOWN:
        if yes.content is Nothing.NULL and no.content is Nothing.NULL:
            return mark(make_null(type_), marks)
        inner = evaluation.budget.survey(yes) | evaluation.budget.survey(no)
        # Secrets deep inside are marked again once they are known; there is nothing to hide before.
        return mark(_leave_open(yes, no, type_), marks | (inner - {SENSITIVE}))
    value, taken = then if bool_of(test) else otherwise
    evaluation.diagnostics.extend(taken.diagnostics)
    if type_ is not value.type and not isinstance(type_, DynamicType):
        value = _convert_result(value, type_, span, evaluation)
    return mark(value, marks) if marks else value


def _leave_open(yes: Value, no: Value, type_: Type) -> Value:
    """Return what is known of the result before the condition is: equal numbers, and lists of one length."""
    one, other = yes.content, no.content
    if isinstance(one, Number) and one == other:
        return Value(type_, one)
    if not (isinstance(type_, CollectionType) and yes.type == no.type):
        return make_unknown(type_)
    if isinstance(one, tuple) and isinstance(other, tuple) and len(one) == len(other):
        if not one or (len(one) == 1 and is_wholly_known(yes) and is_wholly_known(no)) or type_.kind == "list":
            return Value(type_, (make_unknown(type_.element),) * len(one))
    elif isinstance(one, Mapping) and isinstance(other, Mapping) and not one and not other:
        return yes
    return make_unknown(type_)


def _find_type(yes: Value, no: Value) -> Type | None:
    """Return the type of the result; None where the two cannot have the same."""
    one, other = yes.type, no.type
    if one is other or one == other:
        return one
    if _is_bare_null(yes):
        return other
    if _is_bare_null(no):
        return one
    if isinstance(one, DynamicType) or isinstance(other, DynamicType):
        return DYNAMIC
    return unify_unsafe([one, other])


def _is_bare_null(value: Value) -> bool:
    return value.content is Nothing.NULL and isinstance(value.type, DynamicType) and not value.marks


def _evaluate_condition(node: Expression, evaluation: Evaluation) -> Value | None:
    """Return the condition as a bool; None where it is none, which is reported."""
    value = evaluation.handlers[type(node)](node, evaluation)
    if value.content is Nothing.NULL:
        evaluation.report(
            "null-condition",
            "Null condition",
            "The condition is null, and must be true or false. Test the value against null first.",
            node.span,
        )
        return None
    if value.content is Nothing.UNKNOWN or value.type is BOOL:
        return value
    try:
        return convert(value, BOOL)
    except ConversionError:
        evaluation.report(
            "invalid-condition",
            "Incorrect condition type",
            "The condition must be a bool. Compare the value with something, as in `a != b`.",
            node.span,
        )
        return None


def _convert_result(value: Value, type_: Type, span: Span, evaluation: Evaluation) -> Value:
    is_hidden = evaluation.is_hidden or is_secret(evaluation.budget.survey(value))
    try:
        return convert(value, type_)
    except ConversionError as error:
        reason = "which part, would show a sensitive value" if is_hidden else str(error)
        evaluation.report(
            "inconsistent-types",
            "Inconsistent conditional result types",
            f"The value that the condition takes cannot become what both would have to be: {reason}. Convert one of "
            "the two with a function such as tostring() or tolist().",
            span,
        )
        return make_unknown(type_, value.marks)
