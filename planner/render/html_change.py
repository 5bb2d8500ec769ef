"""One change of a review in HTML: its line, its differences inline and side by side, its requests."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from urllib.parse import quote

from planner.model.paths import format_path
from planner.model.plan import Action, Cause, Change, Difference, Operation, Reason
from planner.model.review import Review
from planner.model.spans import Anchor
from planner.render.changes import explain_change, is_shown
from planner.render.deltas import format_number_delta
from planner.render.diff_lines import list_diff_lines
from planner.render.escaping import escape
from planner.render.html_escaping import escape_html, show
from planner.render.html_sides import write_sides
from planner.render.html_tree import link_change
from planner.render.layout import Look, Place, write_value
from planner.render.outside_text import format_sides
from planner.render.requests_text import format_json

__all__ = ["CLOSE", "list_causes", "write_head", "write_requests", "write_values", "write_whole"]

CLOSE = "</div></details>"
"""The end of a change."""


_SIGNS = {
    Action.CREATE: "+",
    Action.UPDATE: "~",
    Action.REPLACE: "-/+",
    Action.DELETE: "-",
    Action.FORGET: ".",
    Action.NO_OP: "=",
}
_DOT = " \u00b7 "
_PLACES = 8
"""How many lines are named that set values."""
_SHOWN = 2
"""How many fields the line of a change names."""


def write_head(change: Change, review: Review, *, is_open: bool) -> str:
    """Return the HTML for the line of `change` and what one should know of it; `CLOSE` ends it."""
    return "\n".join(_write_head(change, review, is_open=is_open))


def write_values(change: Change, review: Review) -> str:
    """Return the HTML for what differs, inline and side by side; nothing where nothing does."""
    # What stands above the block in a terminal stands among the facts here.
    lines = "\n".join(escape_html(line) for line in list_diff_lines([change])[len(explain_change(change)) :])
    if not lines:
        return ""
    shown = [one for one in change.differences if is_shown(one, change) and one.path]
    # What comes or goes as a whole has nothing to stand beside.
    inline = f'<pre class="diff{" inline" if shown else ""}">{lines}</pre>'
    link = partial(_link, review=review)
    return "\n".join((inline, *_list_places(shown, link), *write_sides(shown, link)))


def _list_places(shown: Sequence[Difference], link: Callable[[Anchor], str]) -> Iterator[str]:
    """Yield the lines that set what differs, for who reads it inline; side by side each stands beside its value."""
    places: dict[Anchor, list[str]] = {}
    for one in shown:
        if one.anchor is not None:
            places.setdefault(one.anchor, []).append(format_path(one.path[-1:]))
    if places:
        told = [f"{link(anchor)} {escape_html(escape(', '.join(names)))}" for anchor, names in places.items()]
        more = f" and {len(told) - _PLACES:,} more" if len(told) > _PLACES else ""
        yield f'<p class="inline dim">set at {_DOT.join(told[:_PLACES])}{more}</p>'


def write_requests(operations: Sequence[Operation]) -> str:
    """Return the HTML of some requests, each with its body."""
    return "\n".join(line for operation in operations for line in _write_request(operation))


def write_request_lines(operations: Sequence[Operation]) -> str:
    """Return the HTML of some requests without their bodies, where these have no room."""
    return "\n".join(f'<p class="mono">{_name_request(operation)}</p>' for operation in operations)


def write_whole(change: Change) -> str:
    """Return the HTML of an updated cluster as a whole; nothing of one that is shown whole already."""
    if change.action is not Action.UPDATE or not change.after:
        return ""
    lines: list[str] = []
    for name in sorted(change.after):
        write_value(lines, Look(), Place(0, f"{name} = "), change.after[name])
    text = escape_html("\n".join(line[2:] for line in lines))
    return f"<details><summary>The whole cluster, as it will be</summary><pre>{text}</pre></details>"


def _write_head(change: Change, review: Review, *, is_open: bool) -> Iterator[str]:
    address, causes = show(str(change.address)), list_causes(change)
    action = change.action.value
    yield (
        f'<details class="change a-{action}" id="{address}" data-action="{action}" data-causes="{" ".join(causes)}"'
        f"{' open' if is_open else ''}>"
    )
    yield f'<summary><span class="sign mono" aria-hidden="true">{_SIGNS[change.action]}</span>'
    yield f'<h3 class="addr mono">{address}</h3><span class="what">{_tell_what(change)}</span>'
    yield "".join(_write_tags(change, causes, review))
    yield '</summary><div class="body">'
    yield from _write_facts(change, review)


def list_causes(change: Change) -> list[str]:
    """Return the causes of what is sent, and of a cluster that somebody deleted drift."""
    causes = {one.cause for one in change.differences if is_shown(one, change)}
    told = [cause.value for cause in Cause if cause in causes]
    if change.reason is Reason.GONE and Cause.DRIFT not in causes:
        told.append(Cause.DRIFT.value)
    if not told and change.action in {Action.CREATE, Action.DELETE, Action.FORGET}:
        told.append(Cause.EDIT.value)
    return told


def _tell_what(change: Change) -> str:
    match change.action:
        case Action.CREATE if change.reason is Reason.GONE:
            return "created again, empty: somebody deleted it"
        case Action.CREATE:
            return "create"
        case Action.DELETE:
            return "delete, with all data"
        case Action.REPLACE:
            return "delete with all data, then create again, empty"
        case Action.FORGET if change.reason is Reason.GONE:
            return "forget: somebody deleted it"
        case Action.FORGET:
            return "forget, keep the cluster"
        case Action.UPDATE | Action.NO_OP:
            return _tell_fields(change)


def _tell_fields(change: Change) -> str:
    shown = [one for one in change.differences if is_shown(one, change) and one.path]
    told = []
    for one in shown[:_SHOWN]:
        sides = " \u2192 ".join(format_sides((one.before, one.after)))
        told.append(f"{escape(format_path(one.path))} {sides}{format_number_delta(one.before, one.after)}")
    if len(shown) > _SHOWN:
        told.append(f"{len(shown) - _SHOWN} more")
    return escape_html(", ".join(told)) or "only the state is brought up to date"


def _write_tags(change: Change, causes: Sequence[str], review: Review) -> Iterator[str]:
    for cause in causes:
        yield f'<span class="tag t-{cause}">{cause}</span>'
    if review.base is not None and (pending := review.base.tell_pending(change.address)):
        yield f'<span class="tag">{pending}</span>'
    if review.base is not None and change.address in review.base.unexplained:
        yield '<span class="tag t-bad">not explained by the files</span>'
    if change.impact is not None:
        look = "tag t-impact" if change.impact.severity.rank else "tag"
        yield f'<span class="{look}">{show(change.impact.words)}</span>'


def _write_facts(change: Change, review: Review) -> Iterator[str]:
    facts = [f"name <code>{show(change.name)}</code>"]
    if change.id is not None:
        facts.append(f"id <code>{show(change.id)}</code>")
    if change.anchor is not None:
        facts.append(f"declared at {_link(change.anchor, review)}")
    if change.depends_on:
        names = (f'<a href="{link_change(one)}"><code>{show(str(one))}</code></a>' for one in change.depends_on)
        facts.append(f"depends on {', '.join(names)}")
    yield f"<p>{_DOT.join(facts)}</p>"
    title, *notes = explain_change(change)
    is_odd = change.action is Action.NO_OP or change.reason is Reason.GONE or change.rolls_back_to is not None
    told = [note for note in ([title, *notes] if is_odd else notes) if not note.startswith("impact: ")]
    if told:
        yield f'<ul class="facts">{"".join(f"<li>{escape_html(note)}</li>" for note in told)}</ul>'
    if change.impact is not None and change.impact.detail:
        yield f"<p>{show(change.impact.detail)}</p>"


def _write_request(operation: Operation) -> Iterator[str]:
    yield f"<details><summary class=mono>{_name_request(operation)}</summary>"
    if operation.body is not None:
        yield f"<pre>{escape_html(chr(10).join(format_json(operation.body)))}</pre>"
    yield "</details>"


def _name_request(operation: Operation) -> str:
    after = f", after {', '.join(map(str, operation.after))}" if operation.after else ""
    return show(f"{operation.number}. {operation.method.value} /api/v1{operation.path}") + after


def _link(anchor: Anchor, review: Review) -> str:
    """Return the place, as a link where the run tells which forge it is on."""
    file = f"{review.directory}/{anchor.file}" if review.directory else anchor.file
    label = f"<code>{show(f'{file}:{anchor.line}')}</code>"
    for middle, blob in (("/actions/runs/", "/blob/"), ("/-/jobs/", "/-/blob/")):
        root, found, _ = review.run_url.partition(middle)
        if found and root.startswith("https://") and review.commit:
            path = quote(f"{review.commit}/{file}", errors="replace")
            return f'<a href="{show(root)}{blob}{path}#L{anchor.line}" rel="noreferrer">{label}</a>'
    return label
