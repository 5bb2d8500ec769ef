"""The JSON voice: one event a line, all of it on stdout, and an outcome as the last line of every path."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from planner import __version__
from planner.cli.pace import Pace
from planner.cli.streams import Streams
from planner.model.diagnostics import Diagnostic, ExitCode, Failure, give_reason
from planner.model.events import Crowd, Event
from planner.model.outputs import Outputs
from planner.model.plan import Plan
from planner.model.report import Report
from planner.render.events_json import (
    JsonEvent,
    describe_crowd,
    describe_diagnostic,
    describe_event,
    describe_outcome,
    describe_outputs,
    describe_plan,
    describe_report,
    describe_version,
    render_json_event,
)

if TYPE_CHECKING:
    from planner.model.base import Base
    from planner.model.drift import Drift
    from planner.model.plan_comparison import PlanComparison
    from planner.model.waited import Waited

__all__ = ["JsonVoice"]


_RESULTS = {
    ExitCode.ERROR: "failed",
    ExitCode.INVALID_CONFIGURATION: "failed",
    ExitCode.API_FAILED: "failed",
    ExitCode.INTERRUPTED: "interrupted",
    ExitCode.TERMINATED: "interrupted",
}
"""What a pipeline calls the ends of a command that made no plan, where that is not the name of the exit code."""


class JsonVoice:
    """Speaks in JSON lines; the first one, written with whatever is said first, says which version speaks.

    It says of which plan, too. So nothing is written before the plan is made, unless making it fails.
    """

    def __init__(self, streams: Streams) -> None:
        self._streams = streams
        self._has_spoken = False
        self._pace = Pace()
        self._plan_ids: tuple[str, ...] = ()
        self._summary: JsonEvent | None = None
        self._planned: Plan | None = None

    def show_plan(self, plan: Plan, sources: Mapping[str, str], *, show_requests: bool = False) -> None:  # noqa: ARG002 - the saved plan holds the requests
        """Write the changes and the summary."""
        self._plan_ids, self._planned = (plan.id,), plan
        self._sum_up(*describe_plan(plan), *(describe_diagnostic(warning, sources) for warning in plan.warnings))

    def show_base(self, base: "Base") -> None:
        """Write where the changes come from."""
        from planner.render.base_json import describe_base  # noqa: PLC0415 - few plans have one

        self._write(describe_base(base))

    def show_drift(self, drift: "Drift", *, show_all: bool = False) -> None:  # noqa: ARG002 - it always writes all
        """Write the clusters that others changed, and the summary."""
        from planner.render.drift_json import describe_drift  # noqa: PLC0415 - only who looks for drift pays for it

        self._write(*describe_drift(drift))

    def compare(self, comparison: "PlanComparison") -> None:
        """Write at what the two plans part."""
        from planner.render.plan_comparison_json import describe_comparison  # noqa: PLC0415 - few plans are compared

        self._plan_ids = tuple(dict.fromkeys((comparison.former.id, comparison.latter.id)))
        self._write(describe_comparison(comparison))

    def diagnose(self, diagnostics: Sequence[Diagnostic], sources: Mapping[str, str]) -> None:
        """Write an event for each diagnostic."""
        self._write(*(describe_diagnostic(diagnostic, sources) for diagnostic in diagnostics))

    def hint(self, text: str) -> None:
        """Say nothing: a machine knows what to do next."""

    def begin(self, plan: Plan) -> None:  # noqa: ARG002 - the voice for people shows it
        """Say nothing: the events to come speak for themselves."""
        self._planned = None

    def tell(self, event: Event) -> None:
        """Write an event."""
        chosen = self._pace.choose(event)
        if chosen is not None:
            self._write(describe_crowd(chosen) if isinstance(chosen, Crowd) else describe_event(chosen))

    def begin_waiting(self, count: int) -> None:
        """Say nothing: the events to come speak for themselves."""

    def report_waited(self, waited: "Sequence[Waited]") -> None:
        """Write an event for each cluster that was waited for."""
        from planner.render.waited_json import describe_waited  # noqa: PLC0415 - only who waits pays for it

        self._write(*map(describe_waited, waited))

    def report(self, report: Report, sources: Mapping[str, str]) -> None:
        """Write the diagnostics of what failed, and the summary."""
        for outcome in report.outcomes:
            self.diagnose(outcome.diagnostics, sources)
        self._sum_up(describe_report(report))

    def conclude(self, outputs: Outputs, diagnostics: Sequence[Diagnostic], sources: Mapping[str, str]) -> None:
        """Write the diagnostics and the outputs."""
        self.diagnose(diagnostics, sources)
        if outputs:
            self._write(describe_outputs(outputs))

    def end(self, exit_code: ExitCode, reason: str, *, plan_id: str | None = None) -> int:
        """Write the outcome, with the counts of the last summary, so that the last line is enough to go by."""
        result = _RESULTS.get(exit_code, "")
        if self._planned is not None:
            from planner.render.outcome_text import name_result  # noqa: PLC0415 - only who plans and stops there

            result = name_result(exit_code, self._planned)
        outcome = describe_outcome(exit_code, reason, plan_id=plan_id, summary=self._summary, result=result)
        self._write(outcome)
        return exit_code

    def fail(self, failure: Failure) -> int:
        """Write the diagnostics and the outcome."""
        self.diagnose(failure.diagnostics, failure.sources)
        return self.end(failure.exit_code, give_reason(failure.diagnostics))

    def _sum_up(self, *events: JsonEvent) -> None:
        """Write what has a summary in it, and keep that."""
        self._summary = next(event for event in events if event.type == "change_summary")
        self._write(*events)

    def _write(self, *events: JsonEvent) -> None:
        if not self._has_spoken:
            events = (describe_version(__version__, self._plan_ids), *events)
            self._has_spoken = True
        timestamp = datetime.now(UTC).isoformat(timespec="milliseconds")
        self._streams.write("".join(render_json_event(event, timestamp=timestamp) for event in events))
