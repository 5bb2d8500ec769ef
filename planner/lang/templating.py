"""Templates: text with interpolations and directives to a string.

One that is a single interpolation keeps the type of its value. Refuses null, and what is no string, number or bool.
"""

from planner.lang.choosing import choose
from planner.lang.conversion import ConversionError, convert
from planner.lang.evaluation import Evaluation
from planner.lang.loops import iterate
from planner.lang.syntax import Expression, Template, TemplateFor, TemplateIf, TemplatePart
from planner.lang.templates import normalize
from planner.lang.types import STRING, describe_type
from planner.lang.values import NO_MARKS, Marks, Nothing, Value, make_unknown
from planner.model.spans import Span

__all__ = ["evaluate_template", "evaluate_template_for", "evaluate_template_if"]


def evaluate_template(node: Template, evaluation: Evaluation) -> Value:
    """Return what a template comes to."""
    parts = node.parts
    if len(parts) == 1 and not isinstance(parts[0], str | TemplateIf | TemplateFor):
        return evaluation.handlers[type(parts[0])](parts[0], evaluation)
    return _fill(parts, evaluation)


def _fill(parts: tuple[TemplatePart, ...], evaluation: Evaluation) -> Value:
    """Return `parts` as one string; unknown where one of them is, and without what cannot be text."""
    texts: list[str] = []
    marks: Marks = NO_MARKS
    is_known = True
    for part in parts:
        if isinstance(part, str):
            texts.append(part)
            continue
        value = _evaluate_part(part, evaluation)
        if value.marks:
            marks |= value.marks
        if isinstance(value.content, str):
            texts.append(value.content)
        else:
            is_known = False
    return _join(texts, marks, evaluation) if is_known else make_unknown(STRING, marks)


def _join(texts: list[str], marks: Marks, evaluation: Evaluation) -> Value:
    evaluation.budget.take_text(sum(map(len, texts)))
    return Value(STRING, normalize("".join(texts)), marks)


def _evaluate_part(part: Expression | TemplateIf | TemplateFor, evaluation: Evaluation) -> Value:
    """Return a part as a string, known or not; an empty one where it is none, which is reported."""
    evaluation.budget.take(4)
    value = evaluation.handlers[type(part)](part, evaluation)
    if value.type is STRING and value.content is not Nothing.NULL:
        return value
    if value.content is Nothing.NULL:
        return _refuse("null", value.marks, part.span, evaluation)
    if value.content is Nothing.UNKNOWN:
        return make_unknown(STRING, value.marks)
    try:
        return convert(value, STRING)
    except ConversionError:
        return _refuse(f"of type {describe_type(value.type)}", value.marks, part.span, evaluation)


def _refuse(what: str, marks: Marks, span: Span, evaluation: Evaluation) -> Value:
    evaluation.report(
        "invalid-interpolation",
        "Invalid template interpolation value",
        f"Only text can stand in a template, and this is {what}. Interpolate a string, a number or a bool; "
        "jsonencode() makes text of anything.",
        span,
    )
    return Value(STRING, "", marks)


def evaluate_template_if(node: TemplateIf, evaluation: Evaluation) -> Value:
    """Return what the chosen branch of an `if` directive comes to."""
    then, otherwise = evaluation.attempt(), evaluation.attempt()
    yes, no = _fill(node.then, then), _fill(node.otherwise, otherwise)
    return choose(node.condition, (yes, then), (no, otherwise), node.span, evaluation)


def evaluate_template_for(node: TemplateFor, evaluation: Evaluation) -> Value:
    """Return the bodies of a `for` directive, one for each element, one after the other."""
    iteration = iterate(node.key, node.value, node.collection, None, evaluation)
    if iteration is None or iteration.elements is None:
        return make_unknown(STRING, NO_MARKS if iteration is None else iteration.marks)
    marks = iteration.marks
    texts: list[str] = []
    for inner in iteration.visit():
        text = _fill(node.body, inner)
        marks |= text.marks
        if isinstance(text.content, str):
            texts.append(text.content)
        else:
            iteration.is_known = False
    return _join(texts, marks, evaluation) if iteration.is_known else make_unknown(STRING, marks)
