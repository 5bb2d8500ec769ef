"""Constants: arguments that are read before any variable has a value, so that none may stand in them.

Refuses references, and values of another kind than the argument takes.
"""

from typing import TypeVar

from planner.lang.evaluate import Scope, evaluate
from planner.lang.references import collect_references
from planner.lang.syntax import Attribute
from planner.lang.values import UNKNOWN, LangValue, has_unknown
from planner.model.diagnostics import Diagnostic

__all__ = ["read_bool", "read_constant", "read_text"]

_Kind = TypeVar("_Kind", bool, str)


def read_bool(attribute: Attribute | None, found: list[Diagnostic]) -> bool | None:
    """Return what an argument says that is true or false; None where there is none, or it is wrong."""
    return _read(attribute, bool, "true or false", found)


def read_text(attribute: Attribute | None, found: list[Diagnostic]) -> str | None:
    """Return what an argument says that is a string; None where there is none, or it is wrong."""
    return _read(attribute, str, "a string", found)


def read_constant(attribute: Attribute, found: list[Diagnostic]) -> LangValue:
    """Return what an argument says; `UNKNOWN` stands for what is wrong in it."""
    references = collect_references(attribute.expression)
    if references:
        found.append(
            Diagnostic(
                code="variables-not-allowed",
                summary="Variables not allowed",
                detail=f'"{attribute.name}" is read before variables have values. Write the value itself.',
                span=references[0].span,
            )
        )
        return UNKNOWN
    evaluated = evaluate(attribute.expression, Scope())
    found.extend(evaluated.diagnostics)
    return evaluated.value


def _read(attribute: Attribute | None, kind: type[_Kind], words: str, found: list[Diagnostic]) -> _Kind | None:
    if attribute is None:
        return None
    value = read_constant(attribute, found)
    if isinstance(value, kind):
        return value
    if not has_unknown(value):
        found.append(
            Diagnostic(
                code="unsuitable-value",
                summary="Unsuitable value type",
                detail=f'"{attribute.name}" must be {words}. Correct the value.',
                span=attribute.expression.span,
            )
        )
    return None
