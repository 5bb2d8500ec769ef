"""Anchoring: where in the configuration each change of a plan, and each of its differences, was written. Pure.

Offsets become lines and columns here, once, so that a plan can be read without the files that it was made from.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import replace

from planner.model.desired import Desired, DesiredCluster
from planner.model.paths import Path, position_path
from planner.model.plan import Action, Change, Difference, Plan
from planner.model.spans import Anchor, Span

__all__ = ["anchor_plan"]


def anchor_plan(plan: Plan, desired: Desired, sources: Mapping[str, str]) -> Plan:
    """Return `plan` with an anchor wherever the configuration says what will be; `sources` are its texts by file.

    A cluster that goes has none: nothing says it any more. A value that comes from elsewhere is anchored where the
    cluster takes it.
    """
    clusters = {cluster.address: cluster for cluster in desired.clusters}
    lines = _Lines(sources)
    changes = (_anchor_change(change, clusters.get(change.address), lines) for change in plan.changes)
    return replace(plan, changes=tuple(changes))


class _Lines:
    """Where the lines of each file begin; found for a file when somebody first asks."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        self._sources = sources
        self._begins: dict[str, list[int]] = {}

    def locate(self, span: Span | None) -> Anchor | None:
        """Return the place of `span`; None where there is none, or its file is not known."""
        if span is None or span.file not in self._sources:
            return None
        begins = self._begins.get(span.file)
        if begins is None:
            text = self._sources[span.file]
            begins = [0, *(at + 1 for at, character in enumerate(text) if character == "\n")]
            self._begins[span.file] = begins
        line = bisect_right(begins, span.start)
        return Anchor(span.file, line, span.start - begins[line - 1] + 1)


def _anchor_change(change: Change, cluster: DesiredCluster | None, lines: _Lines) -> Change:
    if cluster is None or change.action in {Action.DELETE, Action.FORGET}:
        return change
    return replace(
        change,
        anchor=lines.locate(cluster.find_span(())),
        differences=tuple(_anchor_difference(one, cluster, lines) for one in change.differences),
    )


def _anchor_difference(one: Difference, cluster: DesiredCluster, lines: _Lines) -> Difference:
    path: Path = position_path(one.path, cluster.document)
    return replace(one, anchor=lines.locate(cluster.find_span(path)))
