"""A plan's text, in Terraform's symbols and words, so that nobody who knows them must learn it.

Rendered from the plan and from nothing else. No secret can be in it, for there is none in a plan; text from outside
is escaped for terminals and for the logs of pipelines.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from planner.model.checks import find_failures, list_unjudged
from planner.model.impact import Severity
from planner.model.paths import format_path
from planner.model.plan import Action, Cause, Change, Difference, Ignored, LeftOut, Plan, Summary
from planner.model.plan_ids import shorten_plan_id
from planner.model.summary import find_worst_impact, has_drift, summarize
from planner.render.changes import is_shown, write_changes
from planner.render.escaping import escape
from planner.render.marks import Marks, make_marks
from planner.render.paint import choose_paint
from planner.render.requests_text import write_requests

__all__ = ["format_counts", "format_plan_id", "render_plan", "render_summary", "tell_capacity"]

_NO_SOURCES: Mapping[str, str] = {}
_BLOCKS = 10
"""How many blocks are written out for pasting."""
_NAMED = 5
"""How many fields of a cluster, and how many clusters, a note names: after an import all of them may be adopted."""
_IMPORTED = 10
"""How many clusters that come under management a note lists: in all of them everything is adopted."""


def render_plan(
    plan: Plan, *, color: bool, show_requests: bool = False, sources: Mapping[str, str] = _NO_SOURCES
) -> str:
    """Return the text of `plan`, a newline at its end.

    `sources` are the texts of the configuration's files by name, for the lines that warnings point at.
    """
    paint = choose_paint(color=color)
    marks = make_marks(paint)
    lines = [f"{paint.bold}Plan {format_plan_id(plan.id)}{paint.end}", ""]
    _write_notes(lines, marks, plan)
    if plan.changes:
        _write_legend(lines, marks, plan)
        write_changes(lines, marks, plan.changes)
    if show_requests and plan.operations:
        write_requests(lines, paint, plan)
        lines.append("")
    _write_overview(lines, marks, plan)
    if plan.changes or not plan.outputs:
        lines.append(render_summary(plan, color=color))
        lines.extend(_explain_left_alone(plan))
        lines.extend(_tell_worst_impact(plan))
        lines.extend(tell_capacity(plan))
    if plan.outputs:
        _write_outputs(lines, marks, plan)
    lines.extend(_list_unjudged(plan))
    lines.extend(_suggest_moves(plan))
    text = "\n".join(lines) + "\n"
    warnings = (*plan.warnings, *find_failures(plan.checks))
    if warnings:
        from planner.render.diagnostics_text import render_diagnostics  # noqa: PLC0415 - most plans have none

        text += "\n" + render_diagnostics(warnings, sources, color=color).rstrip("\n") + "\n"
    return text


def format_plan_id(plan_id: str) -> str:
    """Return the short form of a plan's id: `pl-` and ten digits."""
    return escape(shorten_plan_id(plan_id))


def render_summary(plan: Plan, *, color: bool) -> str:
    """Return the one line that sums `plan` up, without a newline."""
    paint = choose_paint(color=color)
    if not plan.changes and not plan.outputs and not plan.unchanged:
        what = "Nothing that this plan is about is there." if plan.is_partial else "No clusters are managed here."
        return f"{paint.green}{paint.bold}No changes.{paint.end}{paint.bold} {what}{paint.end}"
    if not plan.changes and not plan.outputs:
        count = f"{plan.unchanged} {'live' if plan.is_refreshed else 'recorded'} cluster"
        count += "" if plan.unchanged == 1 else "s"
        which = "The clusters that this plan is about" if plan.is_partial else "The clusters"
        source = "" if plan.is_refreshed else ", as the state last observed them"
        return (
            f"{paint.green}{paint.bold}No changes.{paint.end}{paint.bold} {which} match the configuration{source}."
            f"{paint.end}\n\nplanner compared the configuration with {count} and found nothing to do."
        )
    return f"{paint.bold}Plan:{paint.end} {format_counts(summarize(plan))}."


def _write_overview(lines: list[str], marks: Marks, plan: Plan) -> None:
    """Write it above the last line, which is what stands on the screen in the end."""
    from planner.render.overview_text import is_large, write_overview  # noqa: PLC0415 - most plans are small

    if is_large(plan.changes):
        write_overview(lines, marks, plan.changes)
        lines.append("")


def _write_outputs(lines: list[str], marks: Marks, plan: Plan) -> None:
    from planner.render.output_changes import write_output_changes  # noqa: PLC0415 - most plans have none

    if plan.changes:
        lines.append("")
    write_output_changes(lines, marks, plan.outputs)
    if not plan.changes:
        lines.extend(("", "Applying this plan saves these outputs in the state and changes no cluster."))


def _suggest_moves(plan: Plan) -> Iterator[str]:
    """Yield the blocks to write down for what was recognised without one."""
    moves = plan.suggested_moves
    if not moves:
        return
    yield ""
    yield "What has moved was recognised without a moved block. To write it down, for readers and other states, add:"
    for move in moves[:_BLOCKS]:
        yield ""
        yield "moved {"
        yield f"  from = {escape(move.source)}"
        yield f"  to   = {escape(move.target)}"
        yield "}"
    if len(moves) > _BLOCKS:
        yield ""
        yield f"and {len(moves) - _BLOCKS} more, which stand under suggested_moves in the JSON of the saved plan."


def _list_unjudged(plan: Plan) -> Iterator[str]:
    labels = list_unjudged(plan.checks)
    if labels:
        yield ""
        yield f"Checks known after apply: {', '.join(map(escape, labels))}."


def format_counts(summary: Summary) -> str:
    """Return the numbers of a plan in words, without a full stop."""
    always = {"create": summary.create, "update": summary.update, "delete": summary.delete}
    rarely = {"replace": summary.replace, "forget": summary.forget}
    counts = [f"{summary.imported} to import"] if summary.imported else []
    counts += [f"{count} to {verb}" for verb, count in always.items()]
    counts += [f"{count} to {verb}" for verb, count in rarely.items() if count]
    parts = [", ".join(counts)]
    if summary.moved:
        parts.append(f"{summary.moved} moved")
    told = {Cause.EDIT, Cause.DRIFT, Cause.CONFLICT, Cause.ADOPT}
    causes = {cause: f"{count} {cause.value}" for cause, count in summary.causes if cause in told}
    if causes.keys() - {Cause.EDIT}:  # that everything is an edit need not be said
        parts.append(", ".join(causes.values()))
    return "; ".join(parts)


def _explain_left_alone(plan: Plan) -> Iterator[str]:
    counts = Counter(
        difference.cause
        for change in plan.changes
        for difference in change.differences
        if not is_shown(difference, change)
    )
    counts.update(difference.cause for ignored in plan.ignored for difference in ignored.differences)
    words = {
        Cause.DEFAULT: "that the server chose (default)",
        Cause.ECHO: "that it spells its own way (echo)",
        Cause.IGNORED: "that ignore_changes names (ignored)",
    }
    told = [f"{counts[cause]} {text}" for cause, text in words.items() if counts[cause]]
    if told:
        yield f"Values left as they are: {', '.join(told)}."


def _tell_worst_impact(plan: Plan) -> Iterator[str]:
    """Yield the line that says how bad it gets; nothing where no cluster changes."""
    worst = find_worst_impact(plan)
    if worst is not None:
        impact, addresses = worst
        names = ", ".join(escape(str(address)) for address in addresses[:_NAMED])
        more = f" and {len(addresses) - _NAMED:,} more" if len(addresses) > _NAMED else ""
        which = f" ({names}{more})" if impact.severity is not Severity.NONE else ""
        yield f"Worst impact: {escape(impact.words)}{which}."


def tell_capacity(plan: Plan) -> Iterator[str]:
    """Yield how the servers of the clusters that change do, and what they cost; nothing where it stays the same."""
    if plan.capacity is not None and plan.capacity.words:
        yield f"Capacity: {escape(plan.capacity.words)}."
    if plan.cost is not None and plan.cost.words:
        yield f"Cost: {escape(plan.cost.words)}."


def _write_notes(lines: list[str], marks: Marks, plan: Plan) -> None:
    """Write what is left out, and what others did: a reader must not take what is put back for what was asked for."""
    if not plan.is_refreshed:
        told = [f"  It was compared with what the state last observed, at serial {plan.precondition.serial}."]
        told += ["  What others changed since then does not show, and apply refuses what no longer holds."]
        _write_note(lines, marks, "The account was not asked for this plan (-refresh=false)", told)
    _write_note(lines, marks, *_tell_left_out(plan))
    drifted = [change for change in plan.changes if has_drift(change)]
    if drifted:
        from planner.render.outside_text import list_outside, write_outside  # noqa: PLC0415 - most plans have none

        told = []
        write_outside(told, marks, ("LAST APPLIED", "LIVE", "WILL BE"), list_outside(drifted))
        _write_note(lines, marks, "Clusters have changed outside of planner since the last apply", told)
    adopted = [change for change in plan.changes if any(one.cause is Cause.ADOPT for one in change.differences)]
    if adopted:
        told = _tell_adopted(marks, adopted)
        _write_note(lines, marks, "The live clusters already have what the configuration newly asks for", told)
    told_of = [one for one in plan.ignored if any(each.cause is Cause.IGNORED for each in one.differences)]
    ignored = [_tell_ignored(one) for one in told_of[:_NAMED]]
    more = len(told_of) - _NAMED
    ignored.extend([f"  and {more} more cluster{'' if more == 1 else 's'}"] if more > 0 else [])
    _write_note(lines, marks, "Some values differ from the configuration, which says to leave them alone", ignored)


def _write_note(lines: list[str], marks: Marks, title: str, told: list[str]) -> None:
    if told:
        paint = marks.paint
        lines.extend((f"{paint.cyan}{paint.bold}Note: {title}{paint.end}", "", *told, ""))


def _tell_left_out(plan: Plan) -> tuple[str, list[str]]:
    """Return the title of the note about a partial plan, and what is pending for the clusters that it leaves out."""
    if not plan.left_out:
        return "", []
    pending = [one for one in plan.left_out if one.is_pending]
    told = [f"  {escape(str(one.address))}: {_name_pending(one)}" for one in pending[:_NAMED]]
    more = len(pending) - _NAMED
    told.extend([f"  and {more} more"] if more > 0 else [])
    count = f"{len(plan.left_out)} cluster{'' if len(plan.left_out) == 1 else 's'}"
    option = "-target" if plan.targets else "-exclude"
    title = f"This plan is partial: {option} leaves out {count}"
    if not pending:
        return title, ["  No changes are pending for what is left out."]
    return f"{title}, of which {len(pending)} {'has' if len(pending) == 1 else 'have'} changes pending", told


def _name_pending(left_out: LeftOut) -> str:
    return "only the state" if left_out.action is Action.NO_OP else left_out.action.value


def _tell_adopted(marks: Marks, changes: Sequence[Change]) -> list[str]:
    """Return what is adopted: a table of the values, and of clusters that come under management the names alone."""
    from planner.render.outside_text import count_things, list_adopted, write_outside  # noqa: PLC0415 - as above

    told: list[str] = []
    write_outside(told, marks, ("LAST APPLIED", "LIVE AND WANTED"), list_adopted(changes))
    imported = [change for change in changes if change.importing is not None]
    for change in imported[:_IMPORTED]:
        names = _name_some([one for one in change.differences if one.cause is Cause.ADOPT])
        told.append(f"  {escape(str(change.address))}: {names} (adopt: nothing is sent)")
    more = len(imported) - _IMPORTED
    return [*told, *([f"  and {count_things(more, 'more cluster')}"] if more > 0 else [])]


def _tell_ignored(ignored: Ignored) -> str:
    left_alone = [difference for difference in ignored.differences if difference.cause is Cause.IGNORED]
    return f"  {escape(str(ignored.address))}: {_name_some(left_alone)} (ignored: nothing is sent)"


def _name_some(differences: Sequence[Difference]) -> str:
    paths = [escape(format_path(difference.path)) for difference in differences]
    more = f" and {len(paths) - _NAMED} more" if len(paths) > _NAMED else ""
    return f"{', '.join(paths[:_NAMED])}{more}"


def _write_legend(lines: list[str], marks: Marks, plan: Plan) -> None:
    actions = {change.action for change in plan.changes}
    meanings = {
        Action.CREATE: f"  {marks.add} create",
        Action.UPDATE: f"  {marks.change} update in-place",
        Action.REPLACE: f"{marks.remove}/{marks.add} delete, then create again",
        Action.DELETE: f"  {marks.remove} delete",
        Action.FORGET: "  . forget, but do not delete",
    }
    used = [meaning for action, meaning in meanings.items() if action in actions]
    if used:
        lines.extend(("planner will do the following, marked with these symbols:", *used, ""))
