"""An evaluation under way: the names in sight, what it may still cost, and the mistakes found so far.

Evaluation goes on after a mistake, with an unknown value in its place, so that all of them are found at once.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from planner.lang.functions.signature import Environment
from planner.lang.scope import Budget
from planner.lang.types import Type
from planner.lang.values import NO_MARKS, UNKNOWN, MarkKind, Marks, Value, make_unknown
from planner.model.diagnostics import Diagnostic
from planner.model.spans import Span

__all__ = ["Evaluate", "Evaluation", "is_secret"]

Evaluate: TypeAlias = "Callable[[Any, Evaluation], Value]"
"""Evaluates one kind of node."""

_SECRET = frozenset({MarkKind.SENSITIVE, MarkKind.EPHEMERAL})


@dataclass(slots=True)
class Evaluation:
    """What the evaluation of a part of an expression knows.

    `handlers` has a function for each kind of node: `handlers[type(node)](node, evaluation)` is its value.
    `is_hidden`: the names may stand for parts of a secret without bearing its mark, so messages quote no value.
    """

    names: Mapping[str, Value]
    environment: Environment
    budget: Budget
    handlers: Mapping[type, Evaluate]
    diagnostics: list[Diagnostic] = field(default_factory=list)
    is_hidden: bool = False

    def report(self, code: str, summary: str, detail: str, span: Span) -> Value:
        """Note a mistake; the value that stands in its place is unknown."""
        self.diagnostics.append(Diagnostic(code=code, summary=summary, detail=detail, span=span))
        return UNKNOWN

    def fail(self, type_: Type, *marks: Marks) -> Value:
        """Return what stands for a value of `type_` that could not be had."""
        return make_unknown(type_, NO_MARKS.union(*marks))

    def bind(self, names: Mapping[str, Value], *, is_hidden: bool = False) -> "Evaluation":
        """Return an evaluation of the same expression with other names in sight; mistakes come to the same place."""
        return Evaluation(
            names, self.environment, self.budget, self.handlers, self.diagnostics, self.is_hidden or is_hidden
        )

    def attempt(self) -> "Evaluation":
        """Return an evaluation of the same names whose mistakes are its own."""
        return Evaluation(self.names, self.environment, self.budget, self.handlers, [], self.is_hidden)


def is_secret(marks: Marks) -> bool:
    """Tell whether what bears `marks` may not be quoted in a message."""
    return any(mark.kind in _SECRET for mark in marks)
