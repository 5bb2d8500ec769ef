"""Splats: `operand[*]…` and `operand.*…`, the same done to each element.

What is no list, set or tuple counts as the only element of one, and null as an empty one. Refuses lists that are null.
"""

from planner.lang.evaluation import Evaluation, is_secret
from planner.lang.syntax import Splat
from planner.lang.types import DYNAMIC, CollectionType, DynamicType, TupleType, Type, list_of
from planner.lang.values import (
    EMPTY_TUPLE,
    UNKNOWN,
    Nothing,
    Value,
    items_of,
    make_list,
    make_tuple,
    make_unknown,
    mark,
)

__all__ = ["evaluate_splat"]

_ITEM = "*"


def evaluate_splat(node: Splat, evaluation: Evaluation) -> Value:
    """Return the results of what follows the splat, one for each element."""
    found = len(evaluation.diagnostics)
    value = evaluation.handlers[type(node.operand)](node.operand, evaluation)
    if len(evaluation.diagnostics) > found:
        return UNKNOWN
    type_ = value.type
    is_sequence = isinstance(type_, TupleType) or (isinstance(type_, CollectionType) and type_.kind != "map")
    if value.content is Nothing.NULL:
        return _refuse_null(node, value, evaluation) if is_sequence else mark(EMPTY_TUPLE, value.marks)
    if isinstance(type_, DynamicType):
        return mark(UNKNOWN, value.marks)
    if not is_sequence:
        return _apply_to_one(node, value, evaluation)
    if value.content is Nothing.UNKNOWN:
        return make_unknown(_find_type(node, type_, evaluation), value.marks)
    return _apply_to_all(node, value, evaluation)


def _refuse_null(node: Splat, value: Value, evaluation: Evaluation) -> Value:
    evaluation.report(
        "splat-of-null",
        "Splat of null value",
        "This list is null, so it has no elements. Give it a value, or use coalesce(…, []).",
        node.operand.span,
    )
    return mark(UNKNOWN, value.marks)


def _apply(node: Splat, item: Value, evaluation: Evaluation, *, is_hidden: bool) -> Value:
    evaluation.budget.take(12)
    inner = evaluation.bind({**evaluation.names, _ITEM: item}, is_hidden=is_hidden)
    return inner.handlers[type(node.each)](node.each, inner)


def _apply_to_one(node: Splat, value: Value, evaluation: Evaluation) -> Value:
    """Return the result for what is no list: a tuple of it, or unknown where it may still turn out to be null."""
    found = len(evaluation.diagnostics)
    result = _apply(node, value, evaluation, is_hidden=False)
    if len(evaluation.diagnostics) > found and value.content is not Nothing.UNKNOWN:
        return make_unknown(TupleType((result.type,)), value.marks)
    if value.content is Nothing.UNKNOWN:
        return mark(UNKNOWN, value.marks | evaluation.budget.survey(result))
    return mark(make_tuple([result]), value.marks)


def _find_type(node: Splat, type_: Type, evaluation: Evaluation) -> Type:
    """Return the type of the result for a list that is not known."""
    if isinstance(type_, TupleType):
        items = [_apply(node, make_unknown(item), evaluation, is_hidden=True).type for item in type_.items]
        return TupleType(tuple(items))
    element = type_.element if isinstance(type_, CollectionType) else DYNAMIC
    return list_of(_apply(node, make_unknown(element), evaluation, is_hidden=True).type)


def _apply_to_all(node: Splat, value: Value, evaluation: Evaluation) -> Value:
    is_hidden = is_secret(value.marks)
    found = len(evaluation.diagnostics)
    results: list[Value] = []
    for item in items_of(value):
        results.append(_apply(node, item, evaluation, is_hidden=is_hidden))
        if len(evaluation.diagnostics) > found:
            return make_unknown(_find_type(node, value.type, evaluation.attempt()), value.marks)
    if isinstance(value.type, TupleType):
        return mark(make_tuple(results), value.marks)
    return mark(_make_list(node, value, results, evaluation), value.marks)


def _make_list(node: Splat, value: Value, results: list[Value], evaluation: Evaluation) -> Value:
    if not results:
        type_ = _find_type(node, value.type, evaluation)
        return Value(type_, ())
    element: Type = DYNAMIC
    for result in results:
        if isinstance(element, DynamicType):
            element = result.type
        elif result.type != element and not isinstance(result.type, DynamicType):
            return evaluation.report(
                "inconsistent-types",
                "Invalid nested splat expressions",
                "The inner splat gives values of different types, which cannot be in one list. Use a `for` expression "
                "instead.",
                node.each.span,
            )
    alike = [Value(element, result.content, result.marks) for result in results]
    return make_list(element, alike)
