"""Constants: arguments that are read before anything has a value, so that no name and no function may stand in them.

Refuses references and calls, and values of another kind than the argument takes.
"""

from typing import TypeVar

from planner.lang.constants import evaluate_constant
from planner.lang.conversion import ConversionError, convert
from planner.lang.syntax import Attribute
from planner.lang.types import BOOL, STRING, is_primitive
from planner.lang.values import Value, is_wholly_known
from planner.model.diagnostics import Diagnostic

__all__ = ["read_bool", "read_constant", "read_text"]

_Kind = TypeVar("_Kind", bool, str)


def read_bool(attribute: Attribute | None, found: list[Diagnostic]) -> bool | None:
    """Return what an argument says that is true or false; None where there is none, or it is wrong."""
    return _read(attribute, bool, "true or false", found)


def read_text(attribute: Attribute | None, found: list[Diagnostic]) -> str | None:
    """Return what an argument says that is a string; None where there is none, or it is wrong."""
    return _read(attribute, str, "a string", found)


def read_constant(attribute: Attribute, found: list[Diagnostic]) -> Value:
    """Return what an argument says; an unknown value stands for what is wrong in it."""
    value, diagnostics = evaluate_constant(attribute.expression)
    found.extend(diagnostics)
    return value


def _read(attribute: Attribute | None, kind: type[_Kind], words: str, found: list[Diagnostic]) -> _Kind | None:
    if attribute is None:
        return None
    value = read_constant(attribute, found)
    content = _convert(value, kind).content
    if isinstance(content, kind):
        return content
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


def _convert(value: Value, kind: type) -> Value:
    """Return `value` as Terraform takes it where it wants this kind: "true" for true, and a number for a text."""
    try:
        return convert(value, BOOL if kind is bool else STRING) if is_primitive(value.type) else value
    except ConversionError:
        return value
