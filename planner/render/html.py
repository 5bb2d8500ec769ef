"""HTML: a review as one file that needs nothing else, to be looked at in a browser.

Nothing is loaded, and nothing runs but our own script, which the policy in the file knows by its hash. What comes from
outside is text.
"""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from hashlib import sha256
from html import escape as escape_html

from planner.model.checks import find_failures
from planner.model.diagnostics import Diagnostic, Severity
from planner.model.plan import Action, Cause, Change, Operation, Plan, Reason
from planner.model.plan_ids import shorten_plan_id
from planner.model.review import Broken, Origin, Review
from planner.model.summary import find_worst_impact, has_changes, summarize
from planner.render.budget import Budget
from planner.render.diagnostics_text import render_diagnostics
from planner.render.html_change import list_causes, show, write_change, write_requests
from planner.render.html_graph import write_graph
from planner.render.html_script import SCRIPT
from planner.render.html_style import STYLE
from planner.render.markdown_table import rank_change
from planner.render.outside_text import count_things
from planner.render.plan_text import format_counts
from state.address import Address

__all__ = ["render_html"]

_FEW = 3
"""So many changes are open from the beginning."""
_NAMED = 50
_LARGEST = 2_900_000
"""How many bytes the changes may take: a page that is much larger is slow to open, and to send."""


def render_html(subject: Review | Broken) -> str:
    """Return the page of `subject`, a newline at its end."""
    lines = [*_write_head(_name(subject)), *_write_body(subject), "</body>", "</html>"]
    return "\n".join(lines) + "\n"


def _name(subject: Review | Broken) -> str:
    what = "plan failed" if isinstance(subject, Broken) else f"plan {shorten_plan_id(subject.plan.id)}"
    return f"{subject.title}: {what}" if subject.title else what


def _write_head(title: str) -> Iterator[str]:
    style, script = (f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in (STYLE, SCRIPT))
    policy = f"default-src 'none'; style-src {style}; script-src {script}; base-uri 'none'; form-action 'none'"
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    yield '<meta name="viewport" content="width=device-width,initial-scale=1">'
    yield f"<title>{show(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>"
    yield '<a class="skip" href="#changes">Skip to the changes</a>'


def _write_body(subject: Review | Broken) -> Iterator[str]:
    if isinstance(subject, Broken):
        yield f"<header><h1>{show(f'{subject.title}: ' if subject.title else '')}The plan could not be made</h1>"
        yield f'<p class="meta">{show(subject.reason)}</p></header><main id="changes">'
        yield from _tell(subject.diagnostics, subject)
        yield "</main>"
        return
    changes = sorted(subject.plan.changes, key=rank_change)
    yield from _write_summary(subject, changes)
    yield '<main id="changes">'
    yield from _tell((*subject.refusals, *subject.diagnostics, *_list_warnings(subject.plan)), subject)
    yield from _write_notes(subject.plan)
    if changes:
        yield from _write_changes(subject, changes)
    graph = write_graph(changes)
    if graph:
        yield f"<h2>What waits for what</h2>\n{graph}"
    yield "</main>"
    if changes:
        yield f"<script>{SCRIPT}</script>"


def _write_summary(review: Review, changes: Sequence[Change]) -> Iterator[str]:
    plan = review.plan
    verdict = format_counts(summarize(plan)) if has_changes(plan) else "no changes to any cluster"
    yield f"<header><h1>{show(f'{review.title}: ' if review.title else '')}{verdict}</h1>"
    facts = [f"plan <code>{shorten_plan_id(plan.id)}</code>"]
    facts += [f"commit <code>{show(review.commit[:12])}</code>"] if review.commit else []
    if review.run_url.startswith("https://"):
        facts.append(f'<a href="{show(review.run_url)}" rel="noreferrer">the run</a>')
    if plan.precondition.endpoint:
        facts.append(f"account <code>{show(plan.precondition.endpoint)}</code>")
    yield f'<p class="meta">{"".join(f"<span>{fact}</span>" for fact in facts)}</p>'
    yield from _write_counts(plan)
    yield from _write_dangers(changes)
    worst = find_worst_impact(plan)
    if worst is not None:
        impact, addresses = worst
        count = count_things(len(addresses), "cluster")
        yield f'<p class="note">Worst impact: <strong>{show(impact.words)}</strong>, {count}.</p>'
    if review.base is not None:
        counts = {origin: sum(one is origin for one in review.base.origins.values()) for origin in Origin}
        yield (
            f'<p class="note">{counts[Origin.HEAD]} from this pull request, {counts[Origin.BASE]} already pending on '
            f"<code>{show(review.base.ref)}</code>, {counts[Origin.DRIFT]} drift.</p>"
        )
    if review.apply_command and has_changes(plan) and not review.refusals:
        yield f'<p class="note">To perform exactly this: <code>{show(review.apply_command)}</code></p>'
    yield "</header>"


def _write_counts(plan: Plan) -> Iterator[str]:
    summary = summarize(plan)
    causes = dict(summary.causes)
    drift = causes.get(Cause.DRIFT, 0) + causes.get(Cause.CONFLICT, 0)
    counts = [
        ("delete", summary.delete, True),
        ("replace", summary.replace, True),
        ("update", summary.update, False),
        ("create", summary.create, False),
        ("forget", summary.forget, False),
        ("import", summary.imported, False),
        ("drift", drift, True),
        ("unchanged", summary.unchanged, False),
    ]
    yield '<ul class="counts" aria-label="Numbers">'
    for name, count, is_bad in counts:
        if count or name in {"delete", "update", "create"}:
            yield f"<li{' class=bad' if is_bad and count else ''}><b>{count:,}</b>{name}</li>"
    yield "</ul>"


def _write_dangers(changes: Sequence[Change]) -> Iterator[str]:
    lost = {
        "will be deleted, with all data": [one for one in changes if one.action is Action.DELETE],
        "will be replaced: deleted with all data, then created again, empty": [
            one for one in changes if one.action is Action.REPLACE
        ],
        "will be created again, empty: somebody deleted it": [
            one for one in changes if one.action is Action.CREATE and one.reason is Reason.GONE
        ],
    }
    for what, those in lost.items():
        if those:
            names = ", ".join(f"<code>{show(str(one.address))}</code>" for one in those[:_NAMED])
            more = f" and {len(those) - _NAMED:,} more" if len(those) > _NAMED else ""
            yield '<div class="note danger" role="note">'
            yield f"<p><strong>{count_things(len(those), 'cluster')} {what}</strong></p><p>{names}{more}</p></div>"


def _write_notes(plan: Plan) -> Iterator[str]:
    if not plan.is_refreshed:
        yield '<p class="note warning">The account was not asked for this plan (-refresh=false).</p>'
    if plan.left_out:
        count = count_things(len(plan.left_out), "cluster")
        yield f'<p class="note warning">This plan is partial: {count} left out.</p>'


def _write_changes(review: Review, changes: Sequence[Change]) -> Iterator[str]:
    operations: dict[Address, list[Operation]] = {change.address: [] for change in changes}
    for operation in review.plan.operations:
        operations.setdefault(operation.address, []).append(operation)
    yield "<h2>Changes</h2>"
    yield '<div class="tools" role="toolbar" aria-label="What is shown" hidden>'
    actions = [one.value for one in Action if any(change.action is one for change in changes)]
    causes = [one.value for one in Cause if any(one.value in list_causes(change) for change in changes)]
    yield from _write_buttons("Action", "action", actions)
    yield from _write_buttons("Cause", "cause", causes)
    yield '<input id="search" type="search" placeholder="Search  ( / )" aria-label="Search in the changes">'
    yield '<button id="sides" type="button" aria-pressed="false">Side by side</button>'
    yield '<button id="all" type="button" aria-pressed="false">Open all</button>'
    yield '<span id="shown" role="status" aria-live="polite"></span></div>'
    written = [write_change(change, review, "", is_open=number < _FEW) for number, change in enumerate(changes)]
    budget = Budget(_LARGEST)
    for text in written:
        budget.must(text)
    left_out = 0
    for number, change in enumerate(changes):
        requests = write_requests(operations[change.address])
        if requests and budget.may(requests):
            yield write_change(change, review, requests, is_open=number < _FEW)
        else:
            left_out += bool(requests)
            yield written[number]
    if left_out:
        whose = count_things(left_out, "change")
        yield f"<p>The requests of {whose} are left out: they are too long for a page. All are in the saved plan.</p>"


def _write_buttons(legend: str, kind: str, values: Sequence[str]) -> Iterator[str]:
    if len(values) > 1:
        yield f"<fieldset><legend>{legend}</legend>"
        for value in values:
            yield f'<button type="button" data-{kind}="{value}" aria-pressed="false">{value}</button>'
        yield "</fieldset>"


def _list_warnings(plan: Plan) -> tuple[Diagnostic, ...]:
    return (*plan.warnings, *find_failures(plan.checks))


def _tell(diagnostics: Sequence[Diagnostic], subject: Review | Broken) -> Iterator[str]:
    for severity, kind in ((Severity.ERROR, "danger"), (Severity.WARNING, "warning")):
        told = [one for one in diagnostics if one.severity is severity]
        if told:
            text = render_diagnostics(told[:_NAMED], subject.sources, color=False).rstrip("\n")
            yield f'<div class="note {kind}"><pre>{escape_html(text)}</pre></div>'
