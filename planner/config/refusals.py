"""Refusals: one clear message for each part of the language that this version does not have."""

from collections.abc import Iterator

from planner.config.expected import UNSUPPORTED
from planner.lang.content import Content
from planner.model.diagnostics import Diagnostic
from planner.model.spans import Span

__all__ = ["refuse_feature", "refuse_features"]


def refuse_features(content: Content) -> Iterator[Diagnostic]:
    """Yield a message for each block and argument that the language has, and this version does not read."""
    for name, attribute in content.attributes.items():
        if name in UNSUPPORTED:
            yield refuse_feature(name, attribute.name_span)
    for block in content.blocks:
        if block.type in UNSUPPORTED:
            yield refuse_feature(block.type, block.header)


def refuse_feature(name: str, span: Span) -> Diagnostic:
    """Return the message that `name`, a block or an argument of the language, is not read yet."""
    return Diagnostic(
        code="unsupported-feature",
        summary=f'"{name}" is not supported by this version',
        detail=f"The language has {name}, and this version of planner cannot read it yet. {UNSUPPORTED[name]}.",
        span=span,
    )
