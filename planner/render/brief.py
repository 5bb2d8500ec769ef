"""Briefly: one value in a few words, for a line among many. Says less than the value; shows no secret."""

from planner.model.plan import Missing
from planner.render.layout import LATE, SENSITIVE, format_scalar
from state.values import Late, Secret, Value

__all__ = ["format_briefly"]

_LONGEST = 40


def format_briefly(side: "Value | Missing") -> str:
    """Return a value on one short line: a long text is cut, and what holds others may only be counted."""
    match side:
        case Missing():
            return "(not set)"
        case Secret():
            return SENSITIVE
        case Late():
            return LATE
        case {"name": str(), "value": value, **rest} if not rest:
            return format_briefly(value)
        case dict() if side:
            return f"{{{_count(len(side), 'attribute')}}}"
        case list() if side:
            inline = f"[{', '.join(map(format_briefly, side))}]"
            return inline if len(inline) <= _LONGEST else f"[{_count(len(side), 'element')}]"
        case str() if len(side) > _LONGEST:
            return f"{format_scalar(side[:_LONGEST])}…"
        case _:
            return format_scalar(side)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
