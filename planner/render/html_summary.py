"""The head of a review in HTML: the verdict, the numbers, and what is lost."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from planner.model.plan import Action, Cause, Change, Plan, Reason
from planner.model.plan_ids import shorten_plan_id
from planner.model.review import Review
from planner.model.summary import find_worst_impact, has_changes, summarize
from planner.render.html_escaping import escape_html, show
from planner.render.html_notes import write_diagnostics
from planner.render.html_tree import link_change
from planner.render.outside_text import count_things
from planner.render.plan_text import format_counts, tell_capacity

__all__ = ["write_summary"]

_NAMED = 50
_LOST = {Action.DELETE, Action.REPLACE}


def write_summary(review: Review, changes: Sequence[Change]) -> Iterator[str]:
    """Yield the head of the page for `review`; `changes` are those of its plan, the worst first."""
    plan = review.plan
    title = f"{show(review.title)} \u00b7 " if review.title else ""
    yield f'<header><p class="eyebrow">{title}plan <code>{shorten_plan_id(plan.id)}</code></p>'
    verdict, is_bad = _find_verdict(plan)
    yield f"<h1{' class=bad' if is_bad else ''}>{verdict}</h1>"
    lead = format_counts(replace(summarize(plan), causes=()))
    if not plan.changes:
        count = count_things(plan.unchanged, "cluster")
        lead = f"{count} as {'the configuration asks' if plan.is_refreshed else 'the state last observed'}."
    yield f'<p class="lead">{lead}</p>'
    yield from _write_facts(review)
    if review.refusals:
        yield '<p class="refused">Apply refuses this plan.</p>'
        yield from write_diagnostics(review.refusals, review.sources)
    yield from _write_counts(plan)
    yield from _write_dangers(review, changes)
    yield from _write_standing(review)
    yield "</header>"


def _find_verdict(plan: Plan) -> tuple[str, bool]:
    """Return what somebody reads who reads one line, and whether it is bad."""
    lost = sum(change.action in _LOST for change in plan.changes)
    if lost:
        return f"{count_things(lost, 'cluster')} will lose all data", True
    if has_changes(plan):
        told = sum(change.action is not Action.NO_OP for change in plan.changes)
        if told:
            return f"{count_things(told, 'change')}, no cluster is deleted", False
        return ("Only the state changes" if plan.changes else "Only outputs change"), False
    return ("Only the state is brought up to date" if plan.changes else "No changes"), False


def _write_facts(review: Review) -> Iterator[str]:
    plan = review.plan
    facts = [f"commit <code>{show(review.commit[:12])}</code>"] if review.commit else []
    if review.run_url.startswith("https://"):
        facts.append(f'<a href="{show(review.run_url)}" rel="noreferrer">the run</a>')
    if plan.precondition.endpoint:
        facts.append(f"account <code>{show(plan.precondition.endpoint)}</code>")
    yield f'<p class="meta">{"".join(f"<span>{fact}</span>" for fact in facts)}</p>'


def _write_counts(plan: Plan) -> Iterator[str]:
    summary = summarize(plan)
    causes = dict(summary.causes)
    counts = [
        ("delete", summary.delete),
        ("replace", summary.replace),
        ("update", summary.update),
        ("create", summary.create),
        ("forget", summary.forget),
        ("import", summary.imported),
        ("move", summary.moved),
        ("unchanged", summary.unchanged),
        ("drift", causes.get(Cause.DRIFT, 0)),
        ("conflict", causes.get(Cause.CONFLICT, 0)),
    ]
    yield '<ul class="counts" aria-label="Numbers">'
    for name, count in counts:
        if count or name in {"delete", "update", "create"}:
            kind = f"c-{name}" if count else "zero"
            values = f"{'value' if count == 1 else 'values'} in " if name in {"drift", "conflict"} else ""
            yield f'<li class="{kind}"><b>{count:,}</b> {values}{name}</li>'
    yield "</ul>"


def _write_dangers(review: Review, changes: Sequence[Change]) -> Iterator[str]:
    lost = {
        "will be deleted, with all data": [one for one in changes if one.action is Action.DELETE],
        "will be replaced: deleted with all data, then created again, empty": [
            one for one in changes if one.action is Action.REPLACE
        ],
        "will be created again, empty: somebody deleted it": [
            one for one in changes if one.action is Action.CREATE and one.reason is Reason.GONE
        ],
    }
    if not any(lost.values()):
        return
    unexplained = review.base.unexplained if review.base is not None else frozenset()
    yield '<div class="note danger" role="note">'
    for what, those in lost.items():
        if those:
            yield f"<p><strong>{count_things(len(those), 'cluster')} {what}</strong></p><ul class=names>"
            for one in those[:_NAMED]:
                odd = " the file that declares it did not change" if one.address in unexplained else ""
                yield f'<li><a href="{link_change(one.address)}"><code>{show(str(one.address))}</code></a>{odd}</li>'
            yield f"<li>and {len(those) - _NAMED:,} more</li></ul>" if len(those) > _NAMED else "</ul>"
    yield "</div>"


def _write_standing(review: Review) -> Iterator[str]:
    """Yield how bad it gets, where it comes from, and what performs it."""
    plan = review.plan
    worst = find_worst_impact(plan)
    if worst is not None:
        impact, addresses = worst
        count = count_things(len(addresses), "cluster")
        yield f'<p class="note">Worst impact: <strong>{show(impact.words)}</strong>, {count}.</p>'
    yield from (f'<p class="note">{escape_html(line)}</p>' for line in tell_capacity(plan))
    if review.base is not None:
        head, pending, drift = review.base.count()
        yield (
            f'<p class="note">{head} from this pull request, {pending} already pending on '
            f"<code>{show(review.base.ref)}</code>, {drift} drift.</p>"
        )
    if review.apply_command and has_changes(plan) and not review.refusals:
        yield f'<p class="note">To perform exactly this: <code class="command">{show(review.apply_command)}</code></p>'
    elif review.refusals and (allowing := review.allowing_command):
        yield f'<p class="note">If all of this is meant: <code class="command">{show(allowing)}</code></p>'
