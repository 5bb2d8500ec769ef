"""Evaluation: a syntax tree and the values of its names to a value.

Evaluates literals, tuples, objects, templates with interpolations, and input variables. Refuses the rest of the
language with a diagnostic that says so.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import assert_never

from planner.lang.access import find_attribute, find_element
from planner.lang.reading import Message
from planner.lang.references import Reference, collect_references
from planner.lang.suggest import suggest
from planner.lang.syntax import (
    Binary,
    Call,
    Conditional,
    Expression,
    ForExpression,
    GetAttribute,
    Index,
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
from planner.lang.templates import normalize
from planner.lang.values import (
    UNKNOWN,
    LangValue,
    Sensitive,
    describe_kind,
    find_sensitive,
    reveal,
    to_bool,
    to_number,
    to_text,
)
from planner.model.diagnostics import Diagnostic
from planner.model.paths import Path
from planner.model.spans import Span

__all__ = ["TEXT_LIMIT", "Evaluated", "Scope", "evaluate"]

TEXT_LIMIT = 1024 * 1024
"""How many characters a template may come to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What the names in an expression stand for: the values of the input variables, and which of them are secret."""

    variables: Mapping[str, LangValue] = field(default_factory=dict)
    sensitive: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluated:
    """What an expression came to.

    `value` bears no marks: `sensitive` says where in it secrets stand. Where `diagnostics` has errors, `UNKNOWN`
    stands in `value` in place of what failed.
    """

    value: LangValue
    sensitive: frozenset[Path] = frozenset()
    references: tuple[Reference, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


def evaluate(expression: Expression, scope: Scope) -> Evaluated:
    """Return the value of `expression`; its mistakes are collected, not raised."""
    references = collect_references(expression)
    evaluation = _Evaluation(scope)
    for reference in references:
        _check_reference(reference, evaluation)
    value = _evaluate(expression, evaluation)
    return Evaluated(
        value=reveal(value),
        sensitive=find_sensitive(value),
        references=references,
        diagnostics=tuple(evaluation.diagnostics),
    )


@dataclass(slots=True)
class _Evaluation:
    scope: Scope
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def report(self, message: Message, span: Span) -> LangValue:
        """Note a mistake; what stands in its place is not known."""
        self.diagnostics.append(
            Diagnostic(code=message.code, summary=message.summary, detail=message.detail, span=span)
        )
        return UNKNOWN


def _check_reference(reference: Reference, evaluation: _Evaluation) -> None:
    declared = evaluation.scope.variables
    if reference.root != "var":
        _refuse(f"references to `{reference.root}`", reference.span, evaluation)
    elif not reference.path:
        evaluation.report(_WHOLE_VARIABLES, reference.span)
    elif reference.path[0] not in declared:
        evaluation.report(_explain_undeclared(reference.path[0], declared), reference.span)


_WHOLE_VARIABLES = Message(
    "invalid-reference",
    "Invalid reference",
    'The "var" object cannot be used as a whole. Name one variable, as in var.NAME.',
)


def _explain_undeclared(name: str, declared: Mapping[str, LangValue]) -> Message:
    return Message(
        "undeclared-variable",
        "Reference to undeclared input variable",
        f'An input variable with the name "{name}" has not been declared.{suggest(name, declared)} Declare it with a '
        f'variable "{name}" {{}} block, or correct the name.',
    )


def _refuse(what: str, span: Span, evaluation: _Evaluation) -> LangValue:
    detail = (
        f"This version evaluates literals, templates and var.NAME; {what} are not evaluated. Write the value itself, "
        "or take it from a variable."
    )
    return evaluation.report(Message("not-evaluated", "Expression not supported", detail), span)


def _evaluate(node: Expression, evaluation: _Evaluation) -> LangValue:  # noqa: C901, PLR0912 - one line for each kind of node
    match node:
        case Literal(value=value):
            return value
        case Template():
            return _evaluate_template(node, evaluation)
        case TupleExpression(items=items):
            return tuple([_evaluate(item, evaluation) for item in items])
        case ObjectExpression():
            return _evaluate_object(node, evaluation)
        case Parentheses(operand=operand):
            return _evaluate(operand, evaluation)
        case Unary():
            return _evaluate_unary(node, evaluation)
        case Variable() | GetAttribute() | Index():
            return _evaluate_traversal(node, evaluation)
        case Splat(span=span):
            return _refuse("splat expressions (`[*]`)", span, evaluation)
        case Binary(operator=operator, span=span):
            return _refuse(f"operators such as `{operator}`", span, evaluation)
        case Conditional(span=span):
            return _refuse("conditionals (`? :`)", span, evaluation)
        case Call(span=span):
            return _refuse("function calls", span, evaluation)
        case ForExpression(span=span):
            return _refuse("`for` expressions", span, evaluation)
        case _:
            assert_never(node)


def _evaluate_template(node: Template, evaluation: _Evaluation) -> LangValue:
    if len(node.parts) == 1 and not isinstance(node.parts[0], str | TemplateIf | TemplateFor):
        return _evaluate(node.parts[0], evaluation)
    texts: list[str] = []
    size = 0
    is_sensitive = is_unknown = False
    for part in node.parts:
        text, is_secret = _unmark(_evaluate_part(part, evaluation))
        is_sensitive = is_sensitive or is_secret
        if isinstance(text, str):
            texts.append(text)
            size += len(text)
        else:
            is_unknown = True
        if size > TEXT_LIMIT:
            return evaluation.report(_TEXT_TOO_LONG, node.span)
    return _mark(UNKNOWN if is_unknown else normalize("".join(texts)), is_sensitive)


_TEXT_TOO_LONG = Message(
    "text-too-long",
    "Text too long",
    f"This template comes to more than {TEXT_LIMIT:,} characters. Make it shorter.",
)


def _evaluate_part(part: TemplatePart, evaluation: _Evaluation) -> LangValue:
    """Return a part of a template as a string; `UNKNOWN` where it is none, which has been reported."""
    match part:
        case str():
            return part
        case TemplateIf(span=span) | TemplateFor(span=span):
            return _refuse("template directives (`%{ … }`)", span, evaluation)
        case _:
            return _evaluate_text(part, _explain_interpolation, evaluation)


def _evaluate_text(node: Expression, explain: Callable[[LangValue], Message], evaluation: _Evaluation) -> LangValue:
    """Return the value of `node` as a string; `UNKNOWN`, and a report in the words of `explain`, where it is none."""
    value, is_sensitive = _unmark(_evaluate(node, evaluation))
    if value is UNKNOWN:
        return _mark(value, is_sensitive)
    text = to_text(value)
    return evaluation.report(explain(value), node.span) if text is None else _mark(text, is_sensitive)


def _explain_interpolation(value: LangValue) -> Message:
    return Message(
        "invalid-interpolation",
        "Invalid template interpolation value",
        f"Text is required here, and this is {_describe(value)}. Interpolate a string, a number or a bool.",
    )


def _explain_key(value: LangValue) -> Message:
    return Message(
        "invalid-key",
        "Null value as key" if value is None else "Incorrect key type",
        f"A key must be a string, and this is {_describe(value)}. Use a string.",
    )


def _describe(value: LangValue) -> str:
    return "null" if value is None else f"of type {describe_kind(value)}"


def _evaluate_object(node: ObjectExpression, evaluation: _Evaluation) -> LangValue:
    members: dict[str, LangValue] = {}
    is_sensitive = is_unknown = False
    for item in node.items:
        key, is_secret = _unmark(_evaluate_key(item.key, evaluation))
        is_sensitive = is_sensitive or is_secret
        value = _evaluate(item.value, evaluation)
        if isinstance(key, str):
            members[key] = value
        else:
            is_unknown = True
    return _mark(UNKNOWN if is_unknown else members, is_sensitive)


def _evaluate_key(node: Expression, evaluation: _Evaluation) -> LangValue:
    if isinstance(node, GetAttribute | Index):
        return evaluation.report(_AMBIGUOUS_KEY, node.span)
    return _evaluate_text(node, _explain_key, evaluation)


_AMBIGUOUS_KEY = Message(
    "ambiguous-key",
    "Ambiguous attribute key",
    "This could be a name with dots or a reference. Put quotation marks around it for the one, or parentheses for the "
    "other.",
)


def _evaluate_unary(node: Unary, evaluation: _Evaluation) -> LangValue:
    value, is_sensitive = _unmark(_evaluate(node.operand, evaluation))
    if value is UNKNOWN:
        return _mark(value, is_sensitive)
    negated = _negate(node, value)
    if negated is None:
        return evaluation.report(_explain_operand(node, value), node.operand.span)
    return _mark(negated, is_sensitive)


def _negate(node: Unary, value: LangValue) -> LangValue:
    if node.operator == "!":
        flag = to_bool(value)
        return None if flag is None else not flag
    number = to_number(value)
    return None if number is None else number.copy_negate()


def _explain_operand(node: Unary, value: LangValue) -> Message:
    wanted = "number" if node.operator == "-" else "bool"
    summary = "Operation failed" if value is None else "Invalid operand"
    detail = f"`{node.operator}` needs a {wanted}, and this is {_describe(value)}. Use a {wanted}."
    return Message("invalid-operand", summary, detail)


def _evaluate_traversal(node: Variable | GetAttribute | Index, evaluation: _Evaluation) -> LangValue:
    steps: list[GetAttribute | Index] = []
    base: Expression = node
    while isinstance(base, GetAttribute | Index):
        steps.append(base)
        base = base.operand
    steps.reverse()
    if isinstance(base, Variable):
        value = _find_variable(base, steps[0] if steps else None, evaluation.scope)
        steps = steps[1:]
    else:
        value = _evaluate(base, evaluation)
    for step in steps:
        value = _evaluate_step(value, step, evaluation)
    return value


def _find_variable(root: Variable, step: GetAttribute | Index | None, scope: Scope) -> LangValue:
    """Return the value of an input variable; `UNKNOWN` for all else, which has been reported."""
    if root.name != "var" or not isinstance(step, GetAttribute):
        return UNKNOWN
    value = scope.variables.get(step.name, UNKNOWN)
    return Sensitive(value) if step.name in scope.sensitive else value


def _evaluate_step(value: LangValue, step: GetAttribute | Index, evaluation: _Evaluation) -> LangValue:
    inner, is_sensitive = _unmark(value)
    match step:
        case GetAttribute(name=name):
            found = find_attribute(inner, name)
        case Index(key=key):
            position, is_secret = _unmark(_evaluate(key, evaluation))
            is_sensitive = is_sensitive or is_secret
            found = find_element(inner, position)
        case _:
            assert_never(step)
    if isinstance(found, Message):
        return evaluation.report(found, step.span)
    return _mark(found, is_sensitive)


def _unmark(value: LangValue) -> tuple[LangValue, bool]:
    """Return `value` without its own mark, and whether it had one."""
    return (value.value, True) if isinstance(value, Sensitive) else (value, False)


def _mark(value: LangValue, is_sensitive: bool) -> LangValue:  # noqa: FBT001 - the second half of what _unmark gives
    return Sensitive(value) if is_sensitive and not isinstance(value, Sensitive) else value
