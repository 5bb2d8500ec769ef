"""The report of an apply: always the whole table of done, failed, skipped and not started, then the truth in a line.

It never says "complete" of an apply that left something undone, and never leaves a cluster out.
"""

from collections.abc import Mapping

from planner.model.plan import Action
from planner.model.report import Fate, Outcome, Report
from planner.render.diagnostics_text import render_diagnostics
from planner.render.durations import format_duration
from planner.render.escaping import escape, measure_width
from planner.render.paint import Paint, choose_paint

__all__ = ["render_report", "render_verdict"]

_NO_SOURCES: Mapping[str, str] = {}
_TITLES = ("CLUSTER", "ACTION", "OUTCOME", "TIME", "ID")


def render_report(report: Report, *, color: bool, sources: Mapping[str, str] = _NO_SOURCES) -> str:
    """Return the closing table, the diagnostics of what failed, and the last line; a newline at the end."""
    paint = choose_paint(color=color)
    lines = _write_table(report.outcomes, paint) if report.outcomes else []
    diagnostics = [diagnostic for outcome in report.outcomes for diagnostic in outcome.diagnostics]
    text = "".join(f"{line}\n" for line in [*lines, *([""] if lines else [])])
    text += render_diagnostics(diagnostics, sources, color=color)
    return f"{text}{render_verdict(report, color=color)}\n"


def render_verdict(report: Report, *, color: bool) -> str:
    """Return the last line of a report, without a newline."""
    paint = choose_paint(color=color)
    counts = _count_done(report)
    undone = [f"{report.count(fate)} {fate.value}" for fate in Fate if fate is not Fate.DONE and report.count(fate)]
    if report.is_taken and undone and not report.interrupted:
        return f"{paint.green}{paint.bold}Apply sent. Clusters: {counts}; {', '.join(undone)}.{paint.end}"
    if not undone and not report.interrupted:
        word, counts = ("Destroy", _count_gone(report)) if _has_only_deleted(report) else ("Apply", counts)
        return f"{paint.green}{paint.bold}{word} complete! Clusters: {counts}.{paint.end}"
    word = "interrupted" if report.interrupted else "incomplete"
    told = "; ".join([counts, *([", ".join(undone)] if undone else [])])
    return f"{paint.red}{paint.bold}Apply {word}. Clusters: {told}.{paint.end}"


def _write_table(outcomes: tuple[Outcome, ...], paint: Paint) -> list[str]:
    rows = [_TITLES, *map(_list_cells, outcomes)]
    widths = [max(measure_width(row[column]) for row in rows) for column in range(len(_TITLES))]
    styles = [paint.bold, *(_choose_style(outcome.fate, paint) for outcome in outcomes)]
    lines = []
    for style, row in zip(styles, rows, strict=True):
        cells = [f"{cell}{' ' * (width - measure_width(cell))}" for cell, width in zip(row, widths, strict=True)]
        lines.append(f"  {style}{'  '.join(cells).rstrip()}{paint.end}")
    told = [fate for fate in Fate if fate is not Fate.SETTLING or any(outcome.fate is fate for outcome in outcomes)]
    counts = ", ".join(f"{sum(outcome.fate is fate for outcome in outcomes)} {fate.value}" for fate in told)
    return [*lines, "", f"  {counts}"]


def _list_cells(outcome: Outcome) -> tuple[str, ...]:
    began = outcome.fate in {Fate.DONE, Fate.FAILED}
    return (
        escape(str(outcome.address)),
        "import" if outcome.is_imported and outcome.action is Action.NO_OP else outcome.action.value,
        outcome.fate.value,
        format_duration(outcome.seconds) if began else "",
        escape(outcome.id or ""),
    )


def _choose_style(fate: Fate, paint: Paint) -> str:
    match fate:
        case Fate.DONE:
            return paint.green
        case Fate.SETTLING:
            return paint.cyan
        case Fate.FAILED:
            return paint.red
        case Fate.SKIPPED | Fate.NOT_STARTED:
            return paint.yellow


def _has_only_deleted(report: Report) -> bool:
    actions = {outcome.action for outcome in report.outcomes}
    return Action.DELETE in actions and actions <= {Action.DELETE, Action.FORGET}


def _count_gone(report: Report) -> str:
    forgotten = report.count(Fate.DONE, Action.FORGET)
    return f"{report.count(Fate.DONE, Action.DELETE)} deleted{f', {forgotten} forgotten' if forgotten else ''}"


def _count_done(report: Report) -> str:
    always = {Action.CREATE: "created", Action.UPDATE: "updated", Action.DELETE: "deleted"}
    rarely = {Action.REPLACE: "replaced", Action.FORGET: "forgotten"}
    done = {action: report.count(Fate.DONE, action) for action in Action}
    imported = sum(outcome.is_imported for outcome in report.outcomes)
    counts = [f"{imported} imported"] if imported else []
    counts += [f"{done[action]} {word}" for action, word in always.items()]
    counts += [f"{done[action]} {word}" for action, word in rarely.items() if done[action]]
    return ", ".join(counts)
