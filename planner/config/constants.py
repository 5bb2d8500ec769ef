"""Constants: arguments that are read before anything has a value, so that no name and no function may stand in them.

Refuses references and calls, and values of another kind than the argument takes.
"""

from typing import TypeVar

from planner.config.scopes import make_constant_scope
from planner.lang.evaluate import evaluate
from planner.lang.references import collect_references, find_call
from planner.lang.syntax import Attribute, Expression
from planner.lang.values import UNKNOWN, Value, is_wholly_known
from planner.model.diagnostics import Diagnostic

__all__ = ["read_bool", "read_constant", "read_constant_expression", "read_text"]

_Kind = TypeVar("_Kind", bool, str)


def read_bool(attribute: Attribute | None, found: list[Diagnostic]) -> bool | None:
    """Return what an argument says that is true or false; None where there is none, or it is wrong."""
    return _read(attribute, bool, "true or false", found)


def read_text(attribute: Attribute | None, found: list[Diagnostic]) -> str | None:
    """Return what an argument says that is a string; None where there is none, or it is wrong."""
    return _read(attribute, str, "a string", found)


def read_constant(attribute: Attribute, found: list[Diagnostic]) -> Value:
    """Return what an argument says; an unknown value stands for what is wrong in it."""
    return read_constant_expression(attribute.expression, f'"{attribute.name}"', found)


def read_constant_expression(expression: Expression, what: str, found: list[Diagnostic]) -> Value:
    """Return what `expression` says, with no names and no functions; `what` it is, in words, for the message."""
    references, call = collect_references(expression), find_call(expression)
    if references:
        found.append(
            Diagnostic(
                code="variables-not-allowed",
                summary="Variables not allowed",
                detail=f"{what} is read before variables have values. Write the value itself.",
                span=references[0].span,
            )
        )
        return UNKNOWN
    if call is not None:
        found.append(
            Diagnostic(
                code="functions-not-allowed",
                summary="Function calls not allowed",
                detail=f"{what} is read before anything is computed, so that no function can be called in it. Write "
                "the value itself, or compute it in a local value.",
                span=call.span,
            )
        )
        return UNKNOWN
    value, diagnostics = evaluate(expression, make_constant_scope())
    found.extend(diagnostics)
    return value


def _read(attribute: Attribute | None, kind: type[_Kind], words: str, found: list[Diagnostic]) -> _Kind | None:
    if attribute is None:
        return None
    value = read_constant(attribute, found)
    if isinstance(value.content, kind):
        return value.content
    if is_wholly_known(value):
        found.append(
            Diagnostic(
                code="unsuitable-value",
                summary="Unsuitable value type",
                detail=f'"{attribute.name}" must be {words}. Correct the value.',
                span=attribute.expression.span,
            )
        )
    return None
