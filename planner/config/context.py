"""A context: what names stand for while blocks are read. Refuses nothing itself."""

from dataclasses import dataclass

from planner.lang.evaluate import Evaluated, Scope, evaluate
from planner.lang.syntax import Expression
from planner.model.diagnostics import Diagnostic

__all__ = ["Context"]


@dataclass(frozen=True, slots=True)
class Context:
    """What names stand for, and where mistakes are put as they are found."""

    scope: Scope
    found: list[Diagnostic]

    def evaluate(self, expression: Expression) -> Evaluated:
        """Return what `expression` comes to; its mistakes are put with the others."""
        evaluated = evaluate(expression, self.scope)
        self.found.extend(evaluated.diagnostics)
        return evaluated
