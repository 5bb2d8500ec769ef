"""Deltas: by how much a number changes, as it stands behind the two sides of a change.

Says it in per cent, and as the difference where that says nothing. Knows nothing of what the numbers mean.
"""

from fractions import Fraction

from planner.model.plan import Missing
from state.values import Value

__all__ = ["format_delta", "format_number_delta"]


def format_number_delta(before: "Value | Missing", after: "Value | Missing") -> str:
    """Return by how much a number changes, ` (+50 %)`; nothing where one of the sides is no number."""
    if not _is_number(before) or not _is_number(after):
        return ""
    return format_delta(Fraction(str(before)), Fraction(str(after)))


def format_delta(before: Fraction, after: Fraction) -> str:
    """Return by how much an amount changes: the percentage, or the difference where that is none worth showing."""
    change = after - before
    if not change:
        return ""
    sign = "-" if change < 0 else "+"
    percent = _round(abs(change) * 100 / abs(before)) if before else 0
    if percent:
        return f" ({sign}{percent} %)"
    return f" ({sign}{abs(change)})" if change.denominator == 1 else ""


def _is_number(side: "Value | Missing") -> bool:
    return isinstance(side, int | float) and not isinstance(side, bool)


def _round(number: Fraction) -> int:
    return int(number + Fraction(1, 2))
