"""What was waited for, as text: a line for each cluster, what is in the way, and the truth in a line."""

from collections.abc import Sequence

from planner.model.waited import Waited
from planner.render.diagnostics_text import render_diagnostics
from planner.render.durations import format_duration
from planner.render.escaping import escape, measure_width
from planner.render.paint import choose_paint

__all__ = ["render_waited", "render_waited_verdict"]

_TITLES = ("CLUSTER", "OUTCOME", "STATE", "WAITED", "ID")


def render_waited(waited: Sequence[Waited], *, color: bool) -> str:
    """Return the table, the diagnostics and the last line; a newline at the end."""
    paint = choose_paint(color=color)
    if not waited:
        return f"{render_waited_verdict(waited)}\n"
    rows = [_TITLES, *map(_list_cells, waited)]
    widths = [max(measure_width(row[column]) for row in rows) for column in range(len(_TITLES))]
    styles = [paint.bold, *(paint.green if one.is_settled else paint.red for one in waited)]
    lines = []
    for style, row in zip(styles, rows, strict=True):
        cells = [f"{cell}{' ' * (width - measure_width(cell))}" for cell, width in zip(row, widths, strict=True)]
        lines.append(f"  {style}{'  '.join(cells).rstrip()}{paint.end}")
    told = render_diagnostics([one.diagnostic for one in waited if one.diagnostic], {}, color=color)
    style = paint.green if all(one.is_settled for one in waited) else paint.red
    verdict = f"{style}{paint.bold}{render_waited_verdict(waited)}{paint.end}"
    return "\n" + "\n".join(lines) + f"\n\n{told}{verdict}\n"


def render_waited_verdict(waited: Sequence[Waited]) -> str:
    """Return the last line, without a newline."""
    if not waited:
        return "Nothing to wait for: every cluster has settled, and the state knows it."
    settled = sum(one.is_settled for one in waited)
    if settled == len(waited):
        return f"Wait complete! Clusters: {settled} settled."
    return f"Wait incomplete. Clusters: {settled} settled, {len(waited) - settled} not settled."


def _list_cells(one: Waited) -> tuple[str, ...]:
    outcome = ("gone" if one.is_gone else "settled") if one.is_settled else "not settled"
    return (escape(str(one.address)), outcome, escape(one.phase), format_duration(one.seconds), escape(one.id))
