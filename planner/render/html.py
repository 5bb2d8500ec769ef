"""HTML: a review as one file that needs nothing else, to be looked at in a browser.

Nothing is loaded, and nothing runs but our own script, which the policy in the file knows by its hash. What comes from
outside is text.
"""

from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256

from planner.model.checks import find_failures
from planner.model.plan import Action, Cause, Change, Operation
from planner.model.plan_ids import shorten_plan_id
from planner.model.review import Broken, Review
from planner.render.budget import Budget
from planner.render.html_change import (
    CLOSE,
    list_causes,
    write_head,
    write_request_lines,
    write_requests,
    write_values,
    write_whole,
)
from planner.render.html_escaping import show
from planner.render.html_graph import write_graph
from planner.render.html_notes import write_diagnostics, write_notes, write_outputs, write_overview_section
from planner.render.html_script import SCRIPT
from planner.render.html_style import STYLE
from planner.render.html_summary import write_summary
from planner.render.html_tree import write_tree
from planner.render.markdown_table import rank_change
from planner.render.outside_text import count_things
from state.address import Address

__all__ = ["render_html"]

_BODIES = "bodies of the requests"
_FEW = 3
"""So many changes are open from the beginning."""
_LARGEST = 2_900_000
"""How many bytes the page may take: one that is much larger is slow to open, and to send."""


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
        title = f'<p class="eyebrow">{show(subject.title)}</p>' if subject.title else ""
        yield f'<header>{title}<h1 class="bad">The plan could not be made</h1>'
        yield f'<p class="lead">{show(subject.reason)}</p></header><main id="changes" class="alone">'
        yield from write_diagnostics(subject.diagnostics, subject.sources)
        yield "</main>"
        return
    plan = subject.plan
    changes = sorted(plan.changes, key=rank_change)
    yield from write_summary(subject, changes)
    tree = list(write_tree(changes))
    graph = list(write_graph(changes))
    yield '<div class="page">' if tree else '<div class="page alone">'
    yield from tree
    yield "<main>" if changes else '<main id="changes">'
    told = (*subject.diagnostics, *plan.warnings, *find_failures(plan.checks))
    yield from write_diagnostics(told, subject.sources)
    yield from write_notes(plan)
    yield from write_overview_section(changes)
    if changes:
        budget = Budget(_LARGEST - len(STYLE) - len(SCRIPT))
        for text in (*tree, *graph):
            budget.must(text)
        yield from _write_changes(subject, changes, budget)
    yield from write_outputs(plan)
    yield from graph
    yield "</main></div>"
    if changes:
        yield f"<script>{SCRIPT}</script>"


def _write_changes(review: Review, changes: Sequence[Change], budget: Budget) -> Iterator[str]:
    operations: dict[Address, list[Operation]] = {change.address: [] for change in changes}
    for operation in review.plan.operations:
        operations.setdefault(operation.address, []).append(operation)
    yield '<section><div class="bar"><h2 id="changes">Changes</h2>'
    yield '<p class="keys" hidden>keys: <kbd>/</kbd> search, <kbd>j</kbd> <kbd>k</kbd> next and previous, '
    yield "<kbd>s</kbd> side by side</p></div>"
    yield from _write_tools(changes)
    yield from _write_each(review, changes, operations, budget)
    yield '<p id="none" class="dim" hidden>No change fits.</p></section>'


def _write_each(
    review: Review, changes: Sequence[Change], operations: Mapping[Address, Sequence[Operation]], budget: Budget
) -> Iterator[str]:
    """Yield the changes: the line and the requests of each, then as much as there is room for, the worst first."""
    pages = [[write_head(change, review, is_open=number < _FEW)] for number, change in enumerate(changes)]
    lines = [write_request_lines(operations[change.address]) for change in changes]
    for (head,), line in zip(pages, lines, strict=True):
        budget.must(head + CLOSE)
        budget.must(line)
    left_out = Counter[str]()
    parts: dict[str, Callable[[Change], str]] = {
        "values": lambda change: write_values(change, review),
        _BODIES: lambda change: write_requests(operations[change.address]),
        "": write_whole,
    }
    for what, write in parts.items():
        for page, line, change in zip(pages, lines, changes, strict=True):
            text = write(change)
            if text and budget.may(text):
                page.append(text)
            elif text:
                left_out[what] += 1
                page.extend([line] if what == _BODIES else [])
    for page in pages:
        yield "\n".join(page) + CLOSE
    for what, count in left_out.items():
        if what:  # whole clusters are only a help for reading
            yield f'<p class="dim">The {what} of {count_things(count, "change")} are left out: they are too long for a '
            yield "page. All are in the saved plan.</p>"


def _write_tools(changes: Sequence[Change]) -> Iterator[str]:
    """Yield the filters, which nothing can be done with without the script, and which it shows therefore."""
    actions = Counter(change.action.value for change in changes)
    causes = Counter(cause for change in changes for cause in list_causes(change))
    yield '<div class="tools" role="group" aria-label="What is shown" hidden>'
    yield from _write_buttons("Action", "action", {one.value: actions[one.value] for one in Action})
    yield from _write_buttons("Cause", "cause", {one.value: causes[one.value] for one in Cause})
    yield '<input id="search" type="search" placeholder="Search  ( / )" aria-label="Search in the changes">'
    yield '<button id="sides" type="button" aria-pressed="false">Side by side</button>'
    yield '<button id="all" type="button" aria-pressed="false">Open all</button>'
    yield '<button id="clear" type="button" hidden>Show all</button>'
    yield '<span id="shown" role="status" aria-live="polite"></span></div>'


def _write_buttons(legend: str, kind: str, counts: Mapping[str, int]) -> Iterator[str]:
    there = {value: count for value, count in counts.items() if count}
    if len(there) > 1:
        yield f"<fieldset><legend>{legend}</legend>"
        for value, count in there.items():
            label = "state only" if value == Action.NO_OP.value else value
            yield f'<button type="button" data-{kind}="{value}" aria-pressed="false">{label} <b>{count:,}</b></button>'
        yield "</fieldset>"
