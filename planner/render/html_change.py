"""One change of a review in HTML: its line, its differences inline and side by side, its requests."""

from collections.abc import Iterator, Sequence
from html import escape as escape_html
from urllib.parse import quote

from planner.model.paths import format_path
from planner.model.plan import MISSING, Action, Cause, Change, Difference, Missing, Operation, Reason
from planner.model.review import Origin, Review
from planner.model.spans import Anchor
from planner.render.changes import is_shown
from planner.render.deltas import format_number_delta
from planner.render.diff_lines import list_diff_lines
from planner.render.escaping import escape, guard_line
from planner.render.layout import has_lines
from planner.render.outside_text import format_side, format_sides
from planner.render.requests_text import format_json
from state.values import Value

__all__ = ["list_causes", "show", "write_change", "write_requests"]

_SIGNS = {
    Action.CREATE: "+",
    Action.UPDATE: "~",
    Action.REPLACE: "-/+",
    Action.DELETE: "-",
    Action.FORGET: ".",
    Action.NO_OP: "=",
}
_DOT = " \u00b7 "
_SHOWN = 2
"""How many fields the line of a change names."""


def show(text: str) -> str:
    """Return text from outside for a place in HTML, an attribute in quotes too: nothing in it is markup, or unseen."""
    return escape_html(escape(text))


def write_change(change: Change, review: Review, requests: str, *, is_open: bool) -> str:
    """Return the HTML for `change`; `requests` is that of the requests that it makes."""
    return "\n".join(_write(change, review, requests, is_open=is_open))


def write_requests(operations: Sequence[Operation]) -> str:
    """Return the HTML of some requests, each with its body."""
    return "\n".join(line for operation in operations for line in _write_request(operation))


def _write(change: Change, review: Review, requests: str, *, is_open: bool) -> Iterator[str]:
    address, causes = show(str(change.address)), list_causes(change)
    action = change.action.value
    yield (
        f'<details class="change a-{action}" id="{address}" data-action="{action}" data-causes="{" ".join(causes)}"'
        f"{' open' if is_open else ''}>"
    )
    yield f'<summary><span class="sign mono" aria-hidden="true">{_SIGNS[change.action]}</span>'
    yield f'<span class="addr mono">{address}</span><span class="what">{_tell_what(change)}</span>'
    yield "".join(_write_tags(change, causes, review))
    yield '</summary><div class="body">'
    yield from _write_facts(change, review)
    lines = "\n".join(escape_html(line) for line in list_diff_lines([change]))
    if lines:
        shown = [one for one in change.differences if is_shown(one, change) and one.path]
        # What comes or goes as a whole has nothing to stand beside.
        yield f'<pre class="diff{" inline" if shown else ""}">{lines}</pre>'
        yield from _write_sides(shown, review)
    yield f"{requests}</div></details>"


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
    if review.base is not None and review.base.origins.get(change.address) is Origin.BASE:
        yield '<span class="tag">pending on the base</span>'
    if review.base is not None and change.address in review.base.unexplained:
        yield '<span class="tag t-bad">not explained by the files</span>'
    if change.impact is not None and change.impact.severity.rank:
        yield f'<span class="tag t-impact">{show(change.impact.words)}</span>'


def _write_facts(change: Change, review: Review) -> Iterator[str]:
    facts = [f"name <code>{show(change.name)}</code>"]
    if change.id is not None:
        facts.append(f"id <code>{show(change.id)}</code>")
    if change.anchor is not None:
        facts.append(f"declared at {_link(change.anchor, review)}")
    if change.depends_on:
        names = (f'<a href="#{quote(escape(str(one)))}"><code>{show(str(one))}</code></a>' for one in change.depends_on)
        facts.append(f"after {', '.join(names)}")
    yield f"<p>{_DOT.join(facts)}</p>"
    if change.impact is not None and change.impact.detail:
        yield f"<p>{show(change.impact.detail)}</p>"
    if change.is_protected and change.action in {Action.DELETE, Action.REPLACE}:
        yield "<p><strong>Protected by prevent_destroy, so this plan is refused.</strong></p>"


def _write_sides(shown: Sequence[Difference], review: Review) -> Iterator[str]:
    """Yield the table of what differs, side by side; nothing where nothing does."""
    if shown:
        yield '<table class="side"><thead><tr><th scope="col">field</th><th scope="col">before</th>'
        yield '<th scope="col">after</th><th scope="col">why, and where</th></tr></thead><tbody>'
        yield from (_write_row(one, review) for one in shown)
        yield "</tbody></table>"


def _write_row(one: Difference, review: Review) -> str:
    applied = ""
    if one.cause in {Cause.DRIFT, Cause.CONFLICT} and one.applied is not MISSING:
        applied = f", last applied <code>{escape_html(format_sides((one.applied,))[0])}</code>"
    place = f"<br>{_link(one.anchor, review)}" if one.anchor is not None else ""
    kinds = [
        "none" if isinstance(side, Missing) else name for side, name in ((one.before, "before"), (one.after, "after"))
    ]
    return (
        f'<tr><th scope="row" class="mono">{show(format_path(one.path))}</th>'
        f'<td class="{kinds[0]}"><pre>{_write_side(one.before)}</pre></td>'
        f'<td class="{kinds[1]}"><pre>{_write_side(one.after)}</pre></td>'
        f"<td>{one.cause.value}{applied}{place}</td></tr>"
    )


def _write_side(side: "Value | Missing") -> str:
    if isinstance(side, str) and has_lines(side):
        return "\n".join(escape_html(guard_line(escape(line))) for line in side.split("\n"))
    return escape_html(format_side(side))


def _write_request(operation: Operation) -> Iterator[str]:
    line = f"{operation.number}. {operation.method.value} /api/v1{operation.path}"
    after = f", after {', '.join(map(str, operation.after))}" if operation.after else ""
    yield f"<details><summary class=mono>{show(line)}{after}</summary>"
    if operation.body is not None:
        yield f"<pre>{escape_html(chr(10).join(format_json(operation.body)))}</pre>"
    yield "</details>"


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
