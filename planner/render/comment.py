"""Comments: the Markdown of a review below what it remembers, opening with what changed since the last one."""

from dataclasses import replace
from hashlib import sha256

from planner.model.comment import NO_PLAN, Marker, Since, compare_markers, format_marker, make_marker
from planner.model.review import Review
from planner.render.budget import Host
from planner.render.markdown import render_failed_markdown, render_markdown
from planner.render.outside_text import count_things

__all__ = ["render_comment", "render_failed_comment"]


def render_comment(review: Review, key: str, host: Host, former: Marker | None = None) -> tuple[Marker, str]:
    """Return what the comment about `review` remembers, and its whole text."""
    marker = make_marker(review.plan, key)
    reserved = len(format_marker(marker)) + 300
    # Whether it says anything new does not depend on which run says it.
    timeless = render_markdown(replace(review, run_url="", commit=""), host, reserved=reserved)
    marker = replace(marker, text=sha256(timeless.encode()).hexdigest()[:16])
    body = render_markdown(review, host, reserved=reserved)
    opening = [] if former is None or former.plan_id == marker.plan_id else [_open(former, marker), ""]
    return marker, "\n".join((format_marker(marker), *opening, body))


def render_failed_comment(key: str, title: str, run_url: str, commit: str) -> tuple[Marker, str]:
    """Return what a comment remembers that says that there is no plan any more, and its whole text."""
    about = sha256(f"{commit}\n{run_url}".encode()).hexdigest()[:16]
    marker = Marker(key=key, plan_id=NO_PLAN, text=about, changes=None)
    return marker, f"{format_marker(marker)}\n{render_failed_markdown(title, run_url, commit)}"


def _open(former: Marker, latter: Marker) -> str:
    if former.plan_id == NO_PLAN:
        return "*The plan before this one failed.*"
    since = compare_markers(former, latter)
    if since is None:
        return "*It is not known what changed since the last comment.*"
    return f"*Since the last comment: {_tell(since)}.*"


def _tell(since: Since) -> str:
    told = []
    if since.added:
        told.append(f"+{count_things(since.added, 'change')}")
    if since.removed:
        told.append(f"-{count_things(since.removed, 'change')}")
    if since.changed:
        told.append(f"{since.changed:,} other than before")
    told.append(f"{since.same:,} the same")
    return ", ".join(told)
