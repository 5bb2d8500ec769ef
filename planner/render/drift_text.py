"""Drift as text: what others changed, the worst first, and how much more there is.

Rendered from the drift and from nothing else; no secret can be in it. Text from outside is escaped.
"""

from collections.abc import Iterator

from planner.model.drift import ClusterDrift, Drift, Drifted
from planner.model.paths import format_path
from planner.model.plan import Missing
from planner.render.escaping import escape
from planner.render.marks import make_marks
from planner.render.outside_text import Outside, Row, count_things, is_too_much, write_outside
from planner.render.paint import choose_paint
from state.values import is_same

__all__ = ["render_drift", "render_drift_summary"]

_TITLE = "Clusters have changed outside of planner since the last apply"


def render_drift(drift: Drift, *, color: bool, show_all: bool = False) -> str:
    """Return the text of `drift`, a newline at its end; without `show_all` no more of it than can be read."""
    paint = choose_paint(color=color)
    lines: list[str] = []
    clusters = [cluster for cluster in drift.clusters if cluster.is_drift]
    if clusters:
        has_echo = any(_is_spelled_otherwise(one) for cluster in clusters for one in cluster.drifted)
        heads = ("LAST APPLIED", "AS THE SERVER HAD IT", "LIVE") if has_echo else ("LAST APPLIED", "LIVE")
        lines.extend((f"{paint.cyan}{paint.bold}{_TITLE}{paint.end}", ""))
        outside = [_describe(cluster, has_echo=has_echo) for cluster in clusters]
        write_outside(lines, make_marks(paint), heads, outside, is_whole=show_all)
        if not show_all and is_too_much(outside):
            lines.append("  planner drift -all shows all of it, and so does -json.")
        lines.append("")
    style = paint.bold if clusters else f"{paint.green}{paint.bold}"
    word, _, rest = render_drift_summary(drift).partition(" ")
    lines.append(f"{style}{word}{paint.end} {rest}")
    lines.extend(_explain(drift))
    return "\n".join(lines) + "\n"


def render_drift_summary(drift: Drift) -> str:
    """Return the one line that sums `drift` up, without a newline."""
    gone = sum(cluster.is_gone for cluster in drift.clusters)
    changed = [cluster for cluster in drift.clusters if cluster.drifted]
    if not drift.compared:
        return "No drift. No clusters are managed here."
    if not gone and not changed:
        return "No drift. The clusters are as the last apply left them."
    values = count_things(sum(len(cluster.drifted) for cluster in changed), "value")
    parts = [f"{values} of {count_things(len(changed), 'cluster')}"] if changed else []
    parts += [f"{count_things(gone, 'cluster')} deleted"] if gone else []
    return f"Drift: {', '.join(parts)}."


def _describe(cluster: ClusterDrift, *, has_echo: bool) -> Outside:
    rows = tuple(
        Row(
            label=escape(format_path(one.path)),
            sides=(one.applied, one.observed, one.live) if has_echo else (one.applied, one.live),
            cause=one.cause,
        )
        for one in cluster.drifted
    )
    return Outside(address=str(cluster.address), rows=rows, is_gone=cluster.is_gone)


def _is_spelled_otherwise(one: Drifted) -> bool:
    if isinstance(one.applied, Missing) or isinstance(one.observed, Missing):
        return one.applied is not one.observed
    return not is_same(one.applied, one.observed)


def _explain(drift: Drift) -> Iterator[str]:
    if drift.compared:
        limit = ", limited by -target" if drift.targets else ""
        yield ""
        yield f"planner compared {count_things(drift.compared, 'cluster')} with what the state remembers{limit}."
    ignored = sum(len(cluster.ignored) for cluster in drift.clusters)
    if ignored:
        yield f"Values left as they are: {ignored} that ignore_changes names (ignored)."
    if drift.unmanaged:
        plural = "is" if drift.unmanaged == 1 else "are"
        yield f"{count_things(drift.unmanaged, 'other cluster')} in the account {plural} not managed here."
