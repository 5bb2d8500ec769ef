"""Conditions: `validation`, `precondition`, `postcondition` and `assert`, and what comes of them.

Refuses a condition that is no bool, and a message that is secret or no text.
"""

from collections.abc import Iterable

from planner.config.declarations import Condition
from planner.config.expected import ASSERTION
from planner.lang.content import read_content
from planner.lang.conversion import ConversionError, convert
from planner.lang.evaluate import evaluate
from planner.lang.references import collect_calls, collect_references
from planner.lang.scope import Scope
from planner.lang.syntax import Block
from planner.lang.types import BOOL, STRING
from planner.lang.values import MarkKind, Value, bool_of, collect_marks, is_known, is_null, text_of, unmark_deep
from planner.model.diagnostics import Diagnostic, has_errors
from planner.model.spans import Span
from state.address import Address

__all__ = ["HIDDEN_MESSAGE", "judge", "read_conditions"]

HIDDEN_MESSAGE = "hidden-error-message"
"""The code of what is told where the message of a condition cannot be shown."""


def read_conditions(blocks: Iterable[Block], type_: str, found: list[Diagnostic]) -> tuple[Condition, ...]:
    """Return the conditions that the blocks of `type_` among `blocks` hold."""
    conditions: list[Condition] = []
    for block in blocks:
        if block.type != type_:
            continue
        content, diagnostics = read_content(block.body, ASSERTION, block.header)
        found.extend(diagnostics)
        parts = content.attributes
        if parts.keys() >= {"condition", "error_message"}:
            condition, message = parts["condition"].expression, parts["error_message"].expression
            conditions.append(Condition(condition=condition, message=message, span=block.header))
            if not collect_references(condition) and not collect_calls(condition):
                found.append(_checks_nothing(type_, condition.span))
    return tuple(conditions)


def judge(
    condition: Condition, scope: Scope, summary: str, code: str, address: Address | None = None
) -> tuple[bool | None, tuple[Diagnostic, ...]]:
    """Tell whether `condition` holds (None: not known yet), and say why not, under the `summary` given."""
    value, diagnostics = evaluate(condition.condition, scope)
    if has_errors(diagnostics):
        return False, diagnostics
    plain, _ = unmark_deep(value)
    if not is_known(plain):
        return None, diagnostics
    span = condition.condition.span
    if is_null(plain):
        return False, (*diagnostics, _invalid("Condition expression must return either true or false, not null.", span))
    try:
        holds = bool_of(convert(plain, BOOL))
    except ConversionError as error:
        return False, (*diagnostics, _invalid(f"Invalid condition result value: {error}.", span))
    if holds:
        return True, diagnostics
    text, problems = _read_message(condition, scope)
    failed = Diagnostic(code=code, summary=summary, detail=text, span=span, address=address)
    return False, (*diagnostics, *problems, failed)


def _read_message(condition: Condition, scope: Scope) -> tuple[str, tuple[Diagnostic, ...]]:
    """Return what the configuration says where the condition does not hold."""
    value, diagnostics = evaluate(condition.message, scope)
    if has_errors(diagnostics):
        return _NO_MESSAGE, diagnostics
    problem = _find_problem(value)
    if problem is not None:
        span = condition.message.span
        return _NO_MESSAGE, (Diagnostic(code=HIDDEN_MESSAGE, summary=problem[0], detail=problem[1], span=span),)
    plain, _ = unmark_deep(value)
    if not is_known(plain):
        return _NO_MESSAGE, ()
    try:
        return text_of(convert(plain, STRING)).strip() or _NO_MESSAGE, ()
    except (ConversionError, TypeError):
        detail = "The error message must be a string, and this is none. Write a sentence in quotes."
        return _NO_MESSAGE, (
            Diagnostic(
                code="invalid-error-message",
                summary="Invalid error message",
                detail=detail,
                span=condition.message.span,
            ),
        )


_NO_MESSAGE = "The condition does not hold, and its error message cannot be shown."


def _find_problem(value: Value) -> tuple[str, str] | None:
    kinds = {one.kind for one in collect_marks(value)}
    if MarkKind.SENSITIVE in kinds:
        return (
            "Error message refers to sensitive values",
            "The message would show a sensitive value, so it is left out. Write one without it, or use nonsensitive().",
        )
    if MarkKind.EPHEMERAL in kinds:
        return (
            "Error message refers to ephemeral values",
            "The message would show an ephemeral value, so it is left out. Write a message without it.",
        )
    return None


def _checks_nothing(type_: str, span: Span) -> Diagnostic:
    return Diagnostic(
        code="invalid-condition",
        summary=f"Invalid {type_} expression",
        detail="The condition refers to nothing, so that it would always be the same. Refer to what it is about, or "
        f"remove the {type_}.",
        span=span,
    )


def _invalid(detail: str, span: Span) -> Diagnostic:
    return Diagnostic(
        code="invalid-condition",
        summary="Invalid condition result",
        detail=f"{detail} Write a condition such as var.replicas > 0.",
        span=span,
    )
