"""Evaluation: a syntax tree and the values of its names to a value.

Evaluates literals, tuples, objects, templates with interpolations, and input variables. Refuses the rest of the
language with a diagnostic that says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import assert_never

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
    Unknown,
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

    def report(self, code: str, summary: str, detail: str, span: Span) -> LangValue:
        self.diagnostics.append(Diagnostic(code=code, summary=summary, detail=detail, span=span))
        return UNKNOWN


def _check_reference(reference: Reference, evaluation: _Evaluation) -> None:
    if reference.root != "var":
        _refuse(f"references to `{reference.root}`", reference.span, evaluation)
        return
    if not reference.path:
        evaluation.report(
            "invalid-reference",
            "Invalid reference",
            'The "var" object cannot be used as a whole. Name one variable, as in var.NAME.',
            reference.span,
        )
        return
    name = reference.path[0]
    declared = evaluation.scope.variables
    if name not in declared:
        evaluation.report(
            "undeclared-variable",
            "Reference to undeclared input variable",
            f'An input variable with the name "{name}" has not been declared.{suggest(name, declared)} '
            f'Declare it with a variable "{name}" {{}} block, or correct the name.',
            reference.span,
        )


def _refuse(what: str, span: Span, evaluation: _Evaluation) -> LangValue:
    return evaluation.report(
        "not-evaluated",
        "Expression not supported",
        f"This version evaluates literals, templates and var.NAME; {what} are not evaluated. Write the value itself, "
        "or take it from a variable.",
        span,
    )


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
        text = _evaluate_part(part, evaluation)
        if isinstance(text, Sensitive):
            is_sensitive, text = True, text.value
        if isinstance(text, str):
            texts.append(text)
            size += len(text)
        else:
            is_unknown = True
        if size > TEXT_LIMIT:
            return _refuse_size(node.span, evaluation)
    whole: LangValue = UNKNOWN if is_unknown else normalize("".join(texts))
    return Sensitive(whole) if is_sensitive else whole


def _evaluate_part(part: TemplatePart, evaluation: _Evaluation) -> LangValue:
    match part:
        case str():
            return part
        case TemplateIf(span=span) | TemplateFor(span=span):
            return _refuse("template directives (`%{ … }`)", span, evaluation)
        case _:
            return _evaluate_interpolation(part, evaluation)


def _refuse_size(span: Span, evaluation: _Evaluation) -> LangValue:
    return evaluation.report(
        "text-too-long",
        "Text too long",
        f"This template comes to more than {TEXT_LIMIT} characters. Make it shorter.",
        span,
    )


def _evaluate_interpolation(part: Expression, evaluation: _Evaluation) -> LangValue:
    value = _evaluate(part, evaluation)
    inner = value.value if isinstance(value, Sensitive) else value
    if inner is UNKNOWN:
        return value
    text = to_text(inner)
    if text is None:
        what = "null" if inner is None else f"a value of type {describe_kind(inner)}"
        return evaluation.report(
            "invalid-interpolation",
            "Invalid template interpolation value",
            f"Text is required here, and this is {what}. Interpolate a string, a number or a bool.",
            part.span,
        )
    return Sensitive(text) if isinstance(value, Sensitive) else text


def _evaluate_object(node: ObjectExpression, evaluation: _Evaluation) -> LangValue:
    members: dict[str, LangValue] = {}
    is_sensitive = is_unknown = False
    for item in node.items:
        key = _evaluate_key(item.key, evaluation)
        value = _evaluate(item.value, evaluation)
        if isinstance(key, Sensitive):
            is_sensitive, key = True, key.value
        if isinstance(key, str):
            members[key] = value
        else:
            is_unknown = True
    whole: LangValue = UNKNOWN if is_unknown else members
    return Sensitive(whole) if is_sensitive else whole


def _evaluate_key(node: Expression, evaluation: _Evaluation) -> LangValue:
    """Return the key of a member as a string; `UNKNOWN` where it is none, which has been reported."""
    if isinstance(node, GetAttribute | Index):
        return evaluation.report(
            "ambiguous-key",
            "Ambiguous attribute key",
            "This could be a name with dots or a reference. Put quotation marks around it for the one, or "
            "parentheses for the other.",
            node.span,
        )
    value = _evaluate(node, evaluation)
    inner = value.value if isinstance(value, Sensitive) else value
    if inner is UNKNOWN:
        return value
    text = to_text(inner)
    if text is None:
        return evaluation.report(
            "invalid-key",
            "Null value as key" if inner is None else "Incorrect key type",
            f"A key must be a string, and this is of type {describe_kind(inner)}. Use a string.",
            node.span,
        )
    return Sensitive(text) if isinstance(value, Sensitive) else text


def _evaluate_unary(node: Unary, evaluation: _Evaluation) -> LangValue:
    value = _evaluate(node.operand, evaluation)
    inner = value.value if isinstance(value, Sensitive) else value
    if inner is UNKNOWN:
        return value
    negated = _negate(node, inner)
    if negated is None:
        wanted = "number" if node.operator == "-" else "bool"
        return evaluation.report(
            "invalid-operand",
            "Invalid operand",
            f"`{node.operator}` needs a {wanted}, and this is of type {describe_kind(inner)}. Use a {wanted}.",
            node.operand.span,
        )
    return Sensitive(negated) if isinstance(value, Sensitive) else negated


def _negate(node: Unary, value: LangValue) -> LangValue:
    if node.operator == "!":
        flag = to_bool(value)
        return None if flag is None else not flag
    number = to_number(value)
    return None if number is None else number.copy_negate()


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
    is_sensitive = isinstance(value, Sensitive)
    inner = value.value if isinstance(value, Sensitive) else value
    match step:
        case GetAttribute():
            found = _get_attribute(inner, step, evaluation)
        case Index(key=key):
            position = _evaluate(key, evaluation)
            if isinstance(position, Sensitive):
                is_sensitive, position = True, position.value
            found = _get_element(inner, position, step, evaluation)
        case _:
            assert_never(step)
    return Sensitive(found) if is_sensitive else found


def _get_attribute(value: LangValue, step: GetAttribute, evaluation: _Evaluation) -> LangValue:
    if isinstance(value, Unknown):
        return UNKNOWN
    if value is None:
        return evaluation.report(
            "attribute-of-null",
            "Attempt to get attribute from null value",
            f'This value is null, so it has no attribute "{step.name}". Give the variable a value first.',
            step.span,
        )
    if not isinstance(value, Mapping):
        return evaluation.report(
            "unsupported-attribute",
            "Unsupported attribute",
            f"A value of type {describe_kind(value)} has no attributes. Remove `.{step.name}`.",
            step.span,
        )
    if step.name not in value:
        return evaluation.report(
            "unsupported-attribute",
            "Unsupported attribute",
            f'This object does not have an attribute named "{step.name}".{suggest(step.name, value)} '
            "Use one of the names that it has.",
            step.span,
        )
    return value[step.name]


def _get_element(value: LangValue, key: LangValue, step: Index, evaluation: _Evaluation) -> LangValue:
    if value is UNKNOWN or key is UNKNOWN:
        return UNKNOWN
    if isinstance(value, tuple):
        number = to_number(key)
        if number is not None and number == number.to_integral_value() and 0 <= number < len(value):
            return value[int(number)]
        detail = f"Elements are counted from 0, and there are {len(value)} of them. Use a whole number in that range."
    elif isinstance(value, Mapping):
        text = to_text(key)
        if text is not None and text in value:
            return value[text]
        detail = "The given key does not identify an element of this object. Use one of the keys that it has."
    elif value is None:
        detail = "This value is null, so it has no elements. Give the variable a value first."
    else:
        detail = f"A value of type {describe_kind(value)} has no elements. Remove the index."
    return evaluation.report("invalid-index", "Invalid index", detail, step.span)
