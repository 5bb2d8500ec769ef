"""Remembering a run: who applied what, when, and what came of it, in the state itself; and showing the last ones."""

from collections.abc import Mapping
from contextlib import suppress

from planner import __version__
from planner.model.plan import Plan, Reason
from planner.model.report import Fate, Report
from planner.workflow.failing import fail_by_state
from planner.workflow.run_links import find_commit, find_run_link
from planner.workflow.session import Session, open_store, read_files
from state.entries import RunEnded
from state.errors import StateError
from state.lock import name_user
from state.run import MOST_CHANGES, Run, RunChange
from state.store import StateStore

__all__ = ["describe_run", "list_runs", "remember_run"]


def describe_run(  # noqa: PLR0913 - what a run was, each from somewhere else
    plan: Plan, report: Report, environment: Mapping[str, str], *, began: str, seconds: float, exit_code: int
) -> Run:
    """Return what is to be remembered of a run; what did not go well comes first, as somebody will look for it."""
    changes = [
        RunChange(
            address=outcome.address,
            action=outcome.action.value,
            fate=outcome.fate.value,
            seconds=round(outcome.seconds, 1),
        )
        for outcome in sorted(report.outcomes, key=lambda outcome: outcome.fate is Fate.DONE)
    ]
    return Run(
        plan_id=report.plan_id,
        operation=_name_operation(plan),
        began=began,
        seconds=round(seconds, 1),
        who=name_user(),
        version=__version__,
        total=len(changes),
        commit=find_commit(environment),
        link=find_run_link(environment) or "",
        exit_code=exit_code,
        changes=tuple(changes[:MOST_CHANGES]),
    )


async def remember_run(store: StateStore, run: Run) -> None:
    """Record a run; where that cannot be written it is not remembered, and nothing else is lost."""
    with suppress(StateError):
        await store.record(RunEnded(run))


def _name_operation(plan: Plan) -> str:
    if any(change.rolls_back_to is not None for change in plan.changes):
        return "rollback"
    is_destroyed = plan.changes and all(change.reason is Reason.DESTROY for change in plan.changes)
    return "destroy" if is_destroyed else "apply"


async def list_runs(session: Session) -> tuple[Run, ...]:
    """Return the runs that the state remembers, the newest first.

    Raises:
        Failure: the state cannot be read.
    """
    try:
        snapshot = await open_store(session, read_files(session).settings).load()
    except StateError as error:
        raise fail_by_state(error) from error
    return tuple(reversed(snapshot.runs)) if snapshot else ()
