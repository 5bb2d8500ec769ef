"""Runs as text and as JSON: what the last applies did, the newest first, a few lines each."""

import json
from collections.abc import Iterable, Iterator, Sequence

from planner.model.plan_ids import shorten_plan_id
from planner.render.durations import format_duration
from planner.render.escaping import escape
from state.run import Run

__all__ = ["render_runs", "render_runs_json"]

_SHOWN = 10
_ENDS = {
    0: "done",
    5: "done, but a postcondition does not hold",
    8: "applied in part",
    130: "interrupted",
    143: "interrupted",
}


def render_runs(runs: Sequence[Run]) -> str:
    """Return the runs as text, in their order."""
    if not runs:
        return "No run is remembered yet.\n"
    return "\n".join("".join(f"{line}\n" for line in _describe(run)) for run in runs)


def render_runs_json(runs: Iterable[Run]) -> str:
    """Return the runs as one JSON document: a list, the newest first."""
    documents = [
        {
            "plan_id": run.plan_id,
            "operation": run.operation,
            "began": run.began,
            "seconds": run.seconds,
            "who": run.who,
            "planner": run.version,
            "commit": run.commit,
            "link": run.link,
            "exit_code": run.exit_code,
            "total": run.total,
            "changes": [
                {"address": str(one.address), "action": one.action, "fate": one.fate, "seconds": one.seconds}
                for one in run.changes
            ],
        }
        for run in runs
    ]
    return json.dumps({"format_version": "1.0", "runs": documents}, indent=2) + "\n"


def _describe(run: Run) -> Iterator[str]:
    took = format_duration(run.seconds)
    end = _ENDS.get(run.exit_code, f"ended with {run.exit_code}")
    yield f"{escape(run.began)}  {shorten_plan_id(run.plan_id)}  {escape(run.operation)}, {end}, in {took}"
    origin = ", ".join(
        part
        for part in (
            f"by {escape(run.who)}",
            f"commit {escape(run.commit[:12])}" if run.commit else "",
            escape(run.link),
        )
        if part
    )
    yield f"    {origin}"
    width = max((len(str(change.address)) for change in run.changes[:_SHOWN]), default=0)
    for change in run.changes[:_SHOWN]:
        address = escape(str(change.address)).ljust(width)
        yield f"    {address}  {escape(change.action)}  {escape(change.fate)}  {format_duration(change.seconds)}"
    if run.total > _SHOWN:
        yield f"    # ({run.total - _SHOWN} more)"
