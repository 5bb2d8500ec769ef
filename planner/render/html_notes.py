"""The notes of a review in HTML: what one should know of the plan as a whole, beside its changes."""

from collections.abc import Iterator, Mapping, Sequence

from planner.model.checks import list_unjudged
from planner.model.diagnostics import Diagnostic, Severity
from planner.model.plan import Action, Cause, Change, Plan
from planner.render.diagnostics_text import render_diagnostics
from planner.render.diff_lines import PLAIN_MARKS
from planner.render.html_escaping import escape_html, show
from planner.render.outside_text import count_things
from planner.render.overview_text import is_large, write_overview

__all__ = ["write_diagnostics", "write_notes", "write_outputs", "write_overview_section"]

_NAMED = 50


def write_diagnostics(diagnostics: Sequence[Diagnostic], sources: Mapping[str, str]) -> Iterator[str]:
    """Yield what went wrong, as it stands in a terminal, and then the warnings."""
    for severity, kind in ((Severity.ERROR, "danger"), (Severity.WARNING, "warning")):
        told = [one for one in diagnostics if one.severity is severity]
        if told:
            text = render_diagnostics(told[:_NAMED], sources, color=False).rstrip("\n")
            more = f"<p>and {len(told) - _NAMED:,} more</p>" if len(told) > _NAMED else ""
            yield f'<div class="note {kind}"><pre>{escape_html(text)}</pre>{more}</div>'


def write_notes(plan: Plan) -> Iterator[str]:
    """Yield what limits the plan, what is left alone, and what may be written down."""
    if not plan.is_refreshed:
        yield '<p class="note warning">The account was not asked for this plan (-refresh=false): what others changed '
        yield "since the state was written does not show.</p>"
    if plan.left_out:
        pending = [one for one in plan.left_out if one.is_pending]
        count = count_things(len(plan.left_out), "cluster")
        yield f'<div class="note warning"><p>This plan is partial: {count} left out, {len(pending):,} of them '
        yield "with changes pending.</p>"
        yield from _fold("What is pending", [f"{one.address}: {_name(one.action)}" for one in pending])
        yield "</div>"
    adopted = [one for one in plan.changes if any(each.cause is Cause.ADOPT for each in one.differences)]
    if adopted:
        count = count_things(len(adopted), "live cluster")
        yield f'<div class="note"><p>{count} already as newly asked for, in part or whole (adopt): nothing is sent '
        yield "for that.</p></div>"
    ignored = [one for one in plan.ignored if any(each.cause is Cause.IGNORED for each in one.differences)]
    if ignored:
        count = count_things(len(ignored), "cluster")
        yield f'<div class="note"><p>Of {count} some values are left alone, as ignore_changes says.</p>'
        yield from _fold("Which", [str(one.address) for one in ignored])
        yield "</div>"
    if labels := list_unjudged(plan.checks):
        yield f'<p class="note">Checks known after apply: {show(", ".join(labels))}.</p>'
    if plan.suggested_moves:
        blocks = "\n\n".join(
            f"moved {{\n  from = {show(one.source)}\n  to   = {show(one.target)}\n}}"
            for one in plan.suggested_moves[:_NAMED]
        )
        yield '<div class="note"><p>What has moved was recognised without a moved block.</p>'
        yield f"<details><summary>The blocks to write down</summary><pre>{blocks}</pre></details></div>"


def write_overview_section(changes: Sequence[Change]) -> Iterator[str]:
    """Yield what happens in short, where there are many changes."""
    if is_large(changes):
        lines: list[str] = []
        write_overview(lines, PLAIN_MARKS, changes)
        text = escape_html("\n".join(lines[1:]))
        yield f'<section><h2>In short</h2><pre class="short">{text}</pre></section>'


def write_outputs(plan: Plan) -> Iterator[str]:
    """Yield what becomes of the outputs."""
    if plan.outputs:
        from planner.render.output_changes import write_output_changes  # noqa: PLC0415 - most plans have none

        lines: list[str] = []
        write_output_changes(lines, PLAIN_MARKS, plan.outputs)
        text = escape_html("\n".join(lines[1:]))
        yield f"<section><h2>Outputs that change</h2><pre>{text}</pre></section>"


def _name(action: Action) -> str:
    return "only the state" if action is Action.NO_OP else action.value


def _fold(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        items = "".join(f"<li><code>{show(line)}</code></li>" for line in lines[:_NAMED])
        more = f"<li>and {len(lines) - _NAMED:,} more</li>" if len(lines) > _NAMED else ""
        yield f"<details><summary>{title}</summary><ul>{items}{more}</ul></details>"
