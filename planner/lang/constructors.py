"""Constructors: `[a, b]` and `{ a = 1 }` to a tuple and an object; of two members with one key the last one wins.

Refuses keys that are null or no string, and bare references as keys: those could be names with dots.
"""

from planner.lang.conversion import ConversionError, convert
from planner.lang.evaluation import Evaluation
from planner.lang.syntax import Expression, GetAttribute, Index, Literal, ObjectExpression, ObjectItem, TupleExpression
from planner.lang.syntax import Variable as Name
from planner.lang.types import STRING, describe_type
from planner.lang.values import NO_MARKS, UNKNOWN, Marks, Nothing, Value, make_object, make_tuple, mark

__all__ = ["evaluate_object", "evaluate_tuple"]


def evaluate_tuple(node: TupleExpression, evaluation: Evaluation) -> Value:
    """Return a tuple of the values of the items."""
    evaluation.budget.take(4 * len(node.items))
    handlers = evaluation.handlers
    return make_tuple([handlers[type(item)](item, evaluation) for item in node.items])


def evaluate_object(node: ObjectExpression, evaluation: Evaluation) -> Value:
    """Return an object; of unknown type where a key is not known."""
    evaluation.budget.take(4 * len(node.items))
    handlers = evaluation.handlers
    members: dict[str, Value] = {}
    marks: Marks = NO_MARKS
    is_known = True
    for item in node.items:
        key: str | None
        key_node = item.key
        if isinstance(key_node, Literal) and isinstance(key_node.value, str):
            key = key_node.value
            value = handlers[type(item.value)](item.value, evaluation)
        else:
            key, key_marks, value = _evaluate_item(item, evaluation)
            marks |= key_marks
        if key is None:
            is_known = False
            marks |= evaluation.budget.survey(value)
        else:
            members[key] = value
    if not is_known:
        return mark(UNKNOWN, marks.union(*map(evaluation.budget.survey, members.values())))
    return mark(make_object(members), marks)


def _evaluate_item(item: ObjectItem, evaluation: Evaluation) -> tuple[str | None, Marks, Value]:
    """Return the key of an item, its marks, and the value; None for a key that is not known, or reported."""
    found = len(evaluation.diagnostics)
    key = _evaluate_key(item.key, evaluation)
    is_wrong = len(evaluation.diagnostics) > found
    value = evaluation.handlers[type(item.value)](item.value, evaluation)
    if is_wrong:
        return None, key.marks, value
    if key.content is Nothing.NULL:
        detail = "A key must be a string, and this is null. Use a string."
        evaluation.report("invalid-key", "Null value as key", detail, item.key.span)
        return None, key.marks, value
    try:
        text = key if key.type is STRING else convert(key, STRING)
    except ConversionError:
        detail = f"A key must be a string, and this is of type {describe_type(key.type)}. Use a string."
        evaluation.report("invalid-key", "Incorrect key type", detail, item.key.span)
        return None, key.marks, value
    return None if text.content is Nothing.UNKNOWN else str(text.content), key.marks, value


def _evaluate_key(node: Expression, evaluation: Evaluation) -> Value:
    if isinstance(node, GetAttribute | Index) and _is_bare(node):
        return evaluation.report(
            "ambiguous-key",
            "Ambiguous attribute key",
            "This could be a name with dots or a reference. Put quotation marks around it for the one, or parentheses "
            "for the other.",
            node.span,
        )
    return evaluation.handlers[type(node)](node, evaluation)


def _is_bare(node: Expression) -> bool:
    """Tell whether `node` is a reference with constant steps: `a.b`, `a.b[0]`."""
    while isinstance(node, GetAttribute | Index):
        if isinstance(node, Index) and not isinstance(node.key, Literal):
            return False
        node = node.operand
    return isinstance(node, Name)
