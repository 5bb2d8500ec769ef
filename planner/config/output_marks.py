"""Marks of outputs: what is secret, or must not be kept, stays so on its way out of a module.

Refuses outputs of the root that would show a secret, and ephemeral values where nobody said that they may come.
"""

from collections.abc import Iterator

from planner.config.declarations import Output
from planner.lang.values import SENSITIVE, Mark, MarkKind, Value, collect_marks, is_wholly_known, mark
from planner.model.diagnostics import Diagnostic
from planner.model.spans import Span

__all__ = ["check_output", "mark_output"]


def mark_output(output: Output, value: Value) -> Value:
    """Return what an output that comes to `value` is to those who refer to it."""
    if output.is_sensitive:
        value = mark(value, frozenset({SENSITIVE}))
    return mark(value, frozenset({Mark(MarkKind.EPHEMERAL)})) if output.is_ephemeral else value


def check_output(output: Output, value: Value, *, is_root: bool) -> Iterator[Diagnostic]:
    """Yield what is wrong with an output that comes to `value`; `is_root`: it is one of the root module."""
    kinds = {one.kind for one in collect_marks(value)}
    if is_root and MarkKind.SENSITIVE in kinds and not output.is_sensitive:
        yield _sensitive(output.span)
    if is_root and output.is_ephemeral:
        yield _ephemeral_in_root(output.span)
    elif MarkKind.EPHEMERAL in kinds and not output.is_ephemeral:
        yield _ephemeral(output.value.span, is_root=is_root)
    elif output.is_ephemeral and MarkKind.EPHEMERAL not in kinds and is_wholly_known(value):
        yield _not_ephemeral(output.value.span)


def _sensitive(span: Span) -> Diagnostic:
    return Diagnostic(
        code="sensitive-output",
        summary="Output refers to sensitive values",
        detail="Outputs are shown after each apply, and this one is made of a sensitive value. Add sensitive = true to "
        "it, or use nonsensitive() for what is not secret.",
        span=span,
    )


def _ephemeral_in_root(span: Span) -> Diagnostic:
    return Diagnostic(
        code="ephemeral-output",
        summary="Ephemeral output not allowed",
        detail="Outputs of the root module are kept in the state, so that none can be ephemeral. Remove ephemeral.",
        span=span,
    )


def _ephemeral(span: Span, *, is_root: bool) -> Diagnostic:
    if is_root:
        why, advice = "is kept in the state", "Leave the value out of it."
    else:
        why, advice = "is not declared as ephemeral", "Add ephemeral = true to it, or leave the value out."
    return Diagnostic(
        code="ephemeral-output",
        summary="Ephemeral value not allowed",
        detail=f"This output {why}, and its value is made of an ephemeral one. {advice}",
        span=span,
    )


def _not_ephemeral(span: Span) -> Diagnostic:
    return Diagnostic(
        code="ephemeral-output",
        summary="Value not allowed in ephemeral output",
        detail="This output is declared as ephemeral, and its value is not. Remove ephemeral.",
        span=span,
    )
