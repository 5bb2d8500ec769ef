"""Concluding an apply: what the configuration says once the clusters have settled, outputs and checks, is evaluated.

Nothing is sent any more. The outputs go into the state; what cannot be told, because a change did not get done, stays.
"""

from dataclasses import dataclass

from planner.config.configuration import Configuration
from planner.model.checks import find_failures
from planner.model.desired import CheckResult, Known
from planner.model.diagnostics import Diagnostic, ExitCode, has_errors
from planner.model.late import holds_late
from planner.model.outputs import Outputs
from planner.model.plan import Plan
from planner.model.report import Fate, Report
from planner.planning.make_plan import make_rules
from planner.planning.outputs import seal_outputs, settle_outputs
from planner.workflow.plan import Planned
from state.entries import OutputsPut
from state.errors import StateError
from state.store import StateStore

__all__ = ["Conclusion", "conclude"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusion:
    """The outputs as the state has them, what is to be told, and the exit code that it comes to by itself."""

    outputs: Outputs
    diagnostics: tuple[Diagnostic, ...] = ()
    exit_code: ExitCode = ExitCode.DONE


async def conclude(planned: Planned, report: Report, known: Known, store: StateStore) -> Conclusion:
    """Evaluate outputs and checks with what is `known` of the clusters now, and let the state hold the outputs.

    An apply that was interrupted leaves them as they were.
    """
    former = store.snapshot.outputs if store.snapshot else {}
    if report.interrupted:
        return Conclusion(outputs=former)
    configuration = _revise(planned, report, known)
    if configuration is not None and configuration.desired is None:
        return Conclusion(
            outputs=former, diagnostics=configuration.diagnostics, exit_code=ExitCode.INVALID_CONFIGURATION
        )
    revised = configuration.desired if configuration else None
    key = make_rules(store.snapshot).key
    sealed = seal_outputs(revised.outputs, key, dict(planned.secrets)) if revised else None
    outputs = settle_outputs(planned.plan.outputs, former, sealed)
    try:
        if outputs != former:
            await store.record(OutputsPut(outputs))
    except StateError as error:
        problem = Diagnostic(code="state-not-written", summary=error.summary, detail=error.advice)
        return Conclusion(outputs=former, diagnostics=(problem,), exit_code=ExitCode.ERROR)
    return _judge(outputs, planned.plan.checks if revised is None else revised.checks)


def _judge(outputs: Outputs, checks: tuple[CheckResult, ...]) -> Conclusion:
    failures = find_failures(checks)
    exit_code = ExitCode.REFUSED if has_errors(failures) else ExitCode.DONE
    return Conclusion(outputs=outputs, diagnostics=failures, exit_code=exit_code)


def _revise(planned: Planned, report: Report, known: Known) -> Configuration | None:
    """Return the configuration as it is now; None where it says what it said before, or nobody asks."""
    revise = planned.reading.configuration.revise
    is_done = report.count(Fate.DONE) == len(report.outcomes)
    if revise is None or not _is_open(planned.plan, is_done=is_done):
        return None
    return revise(known)


def _is_open(plan: Plan, *, is_done: bool) -> bool:
    """Tell whether anything could have turned out otherwise than it was planned."""
    wanted = [change.after for change in plan.outputs if change.after is not None]
    return bool(plan.checks) or any(not is_done or holds_late(output.value) for output in wanted)
