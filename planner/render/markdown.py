"""Markdown: a review as a comment on a pull request, or as the summary of a pipeline's step.

What is lost comes first, and loudest; then a table of the changes with why and what it does to the cluster's users;
then, folded, the differences. Where a host takes no more, differences are left out, then rows, and it is said which.
Made from the review alone, so that the same plan always gives the same text.
"""

from collections.abc import Iterator, Mapping, Sequence

from planner.model.base import Base
from planner.model.checks import find_failures, list_unjudged
from planner.model.diagnostics import Diagnostic, Severity
from planner.model.plan import Action, Cause, Change, Plan, Reason
from planner.model.plan_ids import shorten_plan_id
from planner.model.review import Broken, Review
from planner.model.summary import find_worst_impact, has_changes, has_drift, summarize
from planner.render.budget import Budget, Host
from planner.render.diagnostics_text import render_diagnostics
from planner.render.diff_lines import PLAIN_MARKS, list_diff_lines
from planner.render.escaping import escape
from planner.render.markdown_escaping import fence, span, span_shown
from planner.render.markdown_table import HEAD, rank_change, write_row
from planner.render.outside_text import count_things, list_outside, write_outside
from planner.render.overview_text import is_large, write_overview
from planner.render.plan_text import format_counts, tell_capacity

__all__ = ["render_broken_markdown", "render_failed_markdown", "render_markdown"]

_NAMED = 20
"""How many clusters a warning names."""
_ROWS = 200
"""How many rows the table has: more than that is not read, and its differences are worth more than they are."""
_TOLD = 10
"""How many diagnostics are written out."""


def render_markdown(review: Review, host: Host = Host.GITHUB, *, reserved: int = 0) -> str:
    """Return the Markdown of `review`, a newline at its end, no longer than `host` takes beside `reserved` bytes."""
    plan = review.plan
    changes = sorted(plan.changes, key=rank_change)  # which keeps the order of addresses among equals
    head = [_write_title(review), *_write_dangers(review, changes), *_write_standing(review)]
    foot = [*_write_notes(review), *_write_foot(review)]
    # What stands where the rest is left out takes room too.
    budget = Budget(host.limit - reserved - 1_500)
    for block in (*head, *foot):
        budget.must(f"{block}\n")
    table = _write_table(review, changes, budget)
    drift = _write_drift(changes, budget)
    diff = _write_diffs(changes, budget)
    return "\n\n".join((*head, *table, *drift, *diff, *foot)) + "\n"


def render_broken_markdown(broken: Broken, host: Host = Host.GITHUB) -> str:
    """Return the Markdown for a plan that could not be made: why, and what to do."""
    title = f"### {_title(broken.title)}the plan failed: {span(broken.reason)}"
    blocks = [title, *_tell(broken.diagnostics, broken.sources, host), *_link(broken.run_url, broken.commit)]
    return "\n\n".join(blocks) + "\n"


def render_failed_markdown(title: str, run_url: str, commit: str) -> str:
    """Return the Markdown that stands for a plan that could not be made, where no more than that is known."""
    told = "There is no plan for the last commit, so that nothing here can be applied. The log of its run says why."
    return "\n\n".join([f"### {_title(title)}the plan failed", told, *_link(run_url, commit)]) + "\n"


def _title(title: str) -> str:
    return f"{span(title)}: " if title else ""


def _write_title(review: Review) -> str:
    """Return the line that somebody reads who reads one line."""
    plan = review.plan
    if has_changes(plan):
        verdict = f"{format_counts(summarize(plan))}"
    elif plan.changes:
        verdict = "no changes to any cluster; only the state is brought up to date"
    else:
        verdict = "no changes"
    return f"### {_title(review.title)}{verdict} · `{shorten_plan_id(plan.id)}`"


def _write_standing(review: Review) -> Iterator[str]:
    """Yield how bad it gets, whether it may be applied, and where it comes from."""
    worst = find_worst_impact(review.plan)
    if worst is not None:
        impact, addresses = worst
        yield f"Worst impact: **{impact.words}** ({count_things(len(addresses), 'cluster')})."
    if told := [span_shown(line.rstrip(".")) for line in tell_capacity(review.plan)]:
        yield " · ".join(told)
    if review.refusals:
        reasons = "\n".join(f"> - {span(one.summary)}" for one in review.refusals[:_TOLD])
        yield f"> [!WARNING]\n> **Apply refuses this plan:**\n{reasons}{_and_more(review.refusals)}"
    if review.base is not None:
        yield _tell_base(review.base)


def _and_more(diagnostics: Sequence[Diagnostic]) -> str:
    more = len(diagnostics) - _TOLD
    return f"\n> - and {more} more" if more > 0 else ""


def _tell_base(base: Base) -> str:
    head, pending, drift = base.count()
    told = [f"**{head} from this pull request**", f"{pending} already pending on {span(base.ref)}"]
    told += [f"{drift} drift"] if drift else []
    return ", ".join(told) + "."


def _write_dangers(review: Review, changes: Sequence[Change]) -> Iterator[str]:
    """Yield what is lost: it must be seen by whoever reads nothing else."""
    lost = {
        "will be deleted, with all data": [one for one in changes if one.action is Action.DELETE],
        "will be replaced: deleted with all data, then created again, empty": [
            one for one in changes if one.action is Action.REPLACE
        ],
        "will be created again, empty: somebody deleted it": [
            one for one in changes if one.action is Action.CREATE and one.reason is Reason.GONE
        ],
    }
    unexplained = review.base.unexplained if review.base else frozenset()
    lines = []
    for what, those in lost.items():
        if not those:
            continue
        lines.append(f"> **{count_things(len(those), 'cluster')} {what}**")
        lines.append(">")
        for one in those[:_NAMED]:
            notes = [f"id {span(one.id)}"] if one.id else []
            notes += ["**the file that declares it did not change**"] if one.address in unexplained else []
            lines.append(f"> - {' · '.join((span(str(one.address)), *notes))}")
        if len(those) > _NAMED:
            lines.append(f"> - and {len(those) - _NAMED:,} more")
        lines.append(">")
    if lines:
        yield "\n".join(["> [!CAUTION]", *lines[:-1]])


def _write_table(review: Review, changes: Sequence[Change], budget: Budget) -> list[str]:
    """Return the table of the changes, and what happens in short where there are many."""
    if not changes:
        return []
    blocks = []
    if is_large(changes):
        lines: list[str] = []
        write_overview(lines, PLAIN_MARKS, changes)
        overview = fence(lines)
        if budget.may(overview):
            blocks.append(overview)
    budget.must(HEAD)
    rows: list[str] = []
    for change in changes[:_ROWS]:
        row = write_row(change, review.base)
        if not budget.may(row):
            break
        rows.append(row)
    if rows:
        blocks.append("\n".join((HEAD, *rows)))
    if len(rows) < len(changes):
        blocks.append(f"{count_things(len(changes) - len(rows), 'more change')} not in this table.")
    return blocks


def _write_drift(changes: Sequence[Change], budget: Budget) -> list[str]:
    drifted = [change for change in changes if has_drift(change)]
    if not drifted:
        return []
    lines: list[str] = []
    write_outside(lines, PLAIN_MARKS, ("LAST APPLIED", "LIVE", "WILL BE"), list_outside(drifted))
    title = f"Changed outside of planner since the last apply: {count_things(len(drifted), 'cluster')}"
    block = _fold(title, fence(lines, "text"), is_open=True)
    return [block] if budget.may(f"{block}\n") else [f"{title}. Too long to be listed here."]


def _write_diffs(changes: Sequence[Change], budget: Budget) -> list[str]:
    """Return the differences of as many changes as there is room for, whole ones, the worst first."""
    shown: list[list[str]] = []
    left_out = 0
    for change in changes:
        if change.action is Action.NO_OP and not change.differences:
            continue
        lines = list_diff_lines([change])
        if budget.may("\n".join((*lines, ""))):
            shown.append(lines)
        else:
            left_out += 1
    blocks = []
    if shown:
        lines = [line for each in shown for line in (*each, "")][:-1]
        title = f"Differences ({count_things(len(lines), 'line')})"
        blocks.append(_fold(title, fence(lines, "diff"), is_open=len(lines) <= 12))
    if left_out:
        whose = count_things(left_out, "change")
        blocks.append(
            f"The differences of {whose} are left out: there is no room for more. All are in the output of the run, "
            "and in the plan where it was saved (`planner show`)."
        )
    return blocks


def _write_notes(review: Review) -> Iterator[str]:
    plan = review.plan
    if not plan.is_refreshed:
        yield (
            "**The account was not asked for this plan** (`-refresh=false`): what others changed since the state was "
            "written does not show."
        )
    if plan.left_out:
        pending = sum(one.is_pending for one in plan.left_out)
        yield (
            f"**This plan is partial**: {count_things(len(plan.left_out), 'cluster')} left out, of which {pending} "
            f"{'has' if pending == 1 else 'have'} changes pending."
        )
    adopted = [one for one in plan.changes if any(each.cause is Cause.ADOPT for each in one.differences)]
    if adopted:
        yield f"{count_things(len(adopted), 'live cluster')} already as newly asked for, in part or whole (adopt)."
    if labels := list_unjudged(plan.checks):
        yield f"Checks known after apply: {', '.join(map(span, labels))}."
    if plan.outputs:
        yield f"Outputs that change: {', '.join(span(one.name) for one in plan.outputs[:_NAMED])}."
    yield from _tell((*review.refusals, *review.diagnostics, *_list_warnings(plan)), review.sources, Host.BITBUCKET)


def _list_warnings(plan: Plan) -> tuple[Diagnostic, ...]:
    return (*plan.warnings, *find_failures(plan.checks))


def _tell(diagnostics: Sequence[Diagnostic], sources: Mapping[str, str], host: Host) -> Iterator[str]:
    """Yield the diagnostics as they stand in a terminal, errors first, in at most a quarter of what `host` takes."""
    ordered = sorted(diagnostics, key=lambda one: one.severity is not Severity.ERROR)
    room = Budget(host.limit // 4)
    texts = []
    for one in ordered[:_TOLD]:
        text = render_diagnostics([one], sources, color=False).rstrip("\n")
        if room.may(text):
            texts.append(text)
    if not ordered:
        return
    lines = [line for text in texts for line in (*text.split("\n"), "")][:-1]
    errors = sum(one.severity is Severity.ERROR for one in ordered)
    counts = [count_things(errors, "error")] if errors else []
    counts += [count_things(len(ordered) - errors, "warning")] if len(ordered) > errors else []
    title = " and ".join(counts)
    title += f", of which {len(texts)} are shown" if len(texts) < len(ordered) else ""
    yield _fold(title, fence(lines, "text"), is_open=bool(errors)) if lines else f"{title}."


def _write_foot(review: Review) -> Iterator[str]:
    plan = review.plan
    if review.apply_command and has_changes(plan) and not review.refusals:
        command = fence([escape(review.apply_command)], "sh")
        yield f"**Next:** after the merge, this does exactly what stands here:\n\n{command}"
    elif review.refusals and (allowing := review.allowing_command):
        command = fence([escape(allowing)], "sh")
        yield f"**Next:** if all of this is meant, then after the merge this allows it to this very plan:\n\n{command}"
    yield from _link(review.run_url, review.commit)


def _link(run_url: str, commit: str) -> Iterator[str]:
    parts = [f"commit {span(commit[:12])}"] if commit else []
    parts += [f"run {span(run_url)}"] if run_url else []
    if parts:
        yield f"{' · '.join(parts)}"


def _fold(title: str, block: str, *, is_open: bool = False) -> str:
    """Return `block` below a title that opens it; both are ours, or in a fence."""
    return f"<details{' open' if is_open else ''}><summary>{title}</summary>\n\n{block}\n\n</details>"
