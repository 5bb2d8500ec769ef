"""`depends_on`: the clusters and modules that something waits for, as references. Refuses all other expressions."""

from collections.abc import Iterator

from planner.config.declarations import Dependency
from planner.lang.references import Position, Reference, read_traversal
from planner.lang.syntax import Attribute, TupleExpression
from planner.model.diagnostics import Diagnostic
from planner.model.spans import Span

__all__ = ["is_cluster", "is_module", "read_dependencies"]


def read_dependencies(attribute: Attribute | None, found: list[Diagnostic]) -> Iterator[Dependency]:
    """Yield the entries of a `depends_on`."""
    if attribute is None:
        return
    if not isinstance(attribute.expression, TupleExpression):
        found.append(_not_a_reference(attribute.expression.span))
        return
    for item in attribute.expression.items:
        reference = read_traversal(item)
        if reference is not None and (is_cluster(reference) or is_module(reference) or _is_value(reference)):
            yield Dependency(reference, item.span)
        else:
            found.append(_not_a_reference(item.span))


def is_cluster(reference: Reference) -> bool:
    """Tell whether `reference` names a cluster, or one instance of it, and nothing in it."""
    return reference.root == "cluster" and _is_whole(reference)


def is_module(reference: Reference) -> bool:
    """Tell whether `reference` names a module call, or one instance of it, and nothing in it."""
    return reference.root == "module" and _is_whole(reference)


def _is_value(reference: Reference) -> bool:
    """Tell whether `reference` names a value that may wait for clusters: then what it waits for is meant."""
    match reference.root, reference.steps:
        case ("var" | "local", (str(),)) | ("module", (str(), str()) | (str(), Position(), str())):
            return True
        case _:
            return False


def _is_whole(reference: Reference) -> bool:
    match reference.steps:
        case (str(),):
            return True
        case (str(), Position(key=key)):
            return key is not None
        case _:
            return False


def _not_a_reference(span: Span) -> Diagnostic:
    example = '["cluster.a", "module.b"]' if span.file.endswith(".json") else "[cluster.a, module.b]"
    return Diagnostic(
        code="invalid-dependency",
        summary="Invalid depends_on",
        detail=f"depends_on must be a list of references to clusters or modules. Write it like {example}.",
        span=span,
    )
