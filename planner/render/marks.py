"""Marks: the symbols and comments at the edges of a plan's lines, painted once for a whole plan.

The symbols are Terraform's. That a cluster comes, stays or goes can always be told without colour.
"""

from dataclasses import dataclass

from planner.model.plan import Cause
from planner.render.paint import Paint

__all__ = ["Marks", "make_marks", "mark_cause"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What stands before a value and within a change: `gone` follows what is taken away."""

    add: str
    change: str
    remove: str
    arrow: str
    gone: str
    paint: Paint


def make_marks(paint: Paint) -> Marks:
    """Return the symbols in the colours of `paint`."""
    return Marks(
        add=f"{paint.green}+{paint.end}",
        change=f"{paint.yellow}~{paint.end}",
        remove=f"{paint.red}-{paint.end}",
        arrow=f"{paint.yellow}->{paint.end}",
        gone=f" {paint.dim}-> null{paint.end}",
        paint=paint,
    )


def mark_cause(paint: Paint, cause: Cause, note: str = "") -> str:
    """Return the comment at the end of a line that says why it differs, and a `note` on that."""
    match cause:
        case Cause.DRIFT:
            style = paint.cyan
        case Cause.CONFLICT:
            style = paint.red
        case _:
            style = paint.dim
    return f" {style}# {cause.value}{note}{paint.end}"
