"""Constants: expressions that are read before anything has a value, such as a default. Refuses names and functions."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

from planner.lang.evaluate import evaluate
from planner.lang.functions.signature import Entry, Environment, FunctionError
from planner.lang.references import collect_calls, collect_references
from planner.lang.scope import Budget, Scope
from planner.lang.syntax import Expression
from planner.lang.values import UNKNOWN, Value
from planner.model.diagnostics import Diagnostic

__all__ = ["evaluate_constant"]


def evaluate_constant(expression: Expression) -> tuple[Value, tuple[Diagnostic, ...]]:
    """Return the value of `expression`, in which no name and no function may stand, and the mistakes in it.

    Unknown stands in place of what is wrong.
    """
    calls = collect_calls(expression)
    if calls:
        return UNKNOWN, tuple([_refuse_call(call.name, call) for call in calls])
    references = collect_references(expression)
    if references:
        return UNKNOWN, tuple(
            [
                Diagnostic(
                    code="variables-not-allowed",
                    summary="Variables not allowed",
                    detail=f'This is read before "{reference.root}" has a value. Write the value itself.',
                    span=reference.span,
                )
                for reference in references
            ]
        )
    environment = Environment(files=_NoFiles(), now=_refuse, draw=_refuse, render=_refuse)
    return evaluate(expression, Scope(names={}, environment=environment, budget=Budget()))


def _refuse_call(name: str, expression: Expression) -> Diagnostic:
    return Diagnostic(
        code="functions-not-allowed",
        summary="Function calls not allowed",
        detail=f"Functions may not be called here, where only constants are read. Write what {name}() gives itself.",
        span=expression.span,
    )


def _refuse(*_: object, **__: object) -> NoReturn:
    raise FunctionError("functions may not be called here")


@dataclass(frozen=True, slots=True)
class _NoFiles:
    """The files that an expression without functions can read."""

    read: Callable[[str], bytes] = _refuse
    exists: Callable[[str], bool] = _refuse
    list_directory: Callable[[str], tuple[Entry, ...]] = _refuse
    make_absolute: Callable[[str], str] = _refuse
    expand_home: Callable[[str], str] = _refuse
