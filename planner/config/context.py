"""A context: what names stand for while a cluster is read, and what its instances have in common."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from planner.config.block_references import collect_body
from planner.config.nodes import Node
from planner.lang.evaluate import evaluate
from planner.lang.references import collect_references
from planner.lang.scope import Scope
from planner.lang.syntax import Body, Expression
from planner.lang.values import Value
from planner.model.diagnostics import Diagnostic

__all__ = ["Context", "Shared"]

_VARYING = frozenset({"each", "count"})


@dataclass(slots=True)
class Shared:
    """What is the same in all instances of a block, and so is decoded once; by the identity of syntax and field."""

    nodes: dict[tuple[int, int], Node] = field(default_factory=dict)
    is_fixed: dict[int, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Context:
    """What names stand for, and where mistakes are put as they are found.

    `iterators` are the names that `dynamic` blocks bind around here. `shared` is None where there is one instance.
    """

    scope: Scope
    found: list[Diagnostic]
    shared: Shared | None = None
    iterators: frozenset[str] = frozenset()

    def evaluate(self, expression: Expression) -> Value:
        """Return what `expression` comes to; its mistakes are put with the others."""
        value, diagnostics = evaluate(expression, self.scope)
        self.found.extend(diagnostics)
        return value

    def bind(self, names: Mapping[str, Value]) -> "Context":
        """Return the context in the content of a `dynamic` block, whose iterator `names` holds."""
        scope = replace(self.scope, names={**self.scope.names, **names})
        return Context(scope, self.found, self.shared, self.iterators | names.keys())

    def is_fixed(self, syntax: Expression | Body) -> bool:
        """Tell whether `syntax` means the same in each instance; only to be asked where something is shared."""
        if self.shared is None:
            return False
        known = self.shared.is_fixed.get(id(syntax))
        if known is None:
            found = collect_body(syntax) if isinstance(syntax, Body) else collect_references(syntax)
            known = not any(one.root in _VARYING or one.root in self.iterators for one in found)
            self.shared.is_fixed[id(syntax)] = known
        return known
