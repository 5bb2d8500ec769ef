"""The voice for people: the plan and the report on stdout, progress, hints and diagnostics on stderr."""

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from planner.cli.streams import Streams
from planner.model.diagnostics import Diagnostic, ExitCode, Failure
from planner.model.events import Crowd
from planner.model.outputs import Outputs
from planner.model.plan import Plan
from planner.render.plan_text import render_plan

if TYPE_CHECKING:
    from planner.cli.board import Board
    from planner.cli.pace import Pace
    from planner.model.base import Base
    from planner.model.drift import Drift
    from planner.model.events import Event
    from planner.model.plan_comparison import PlanComparison
    from planner.model.report import Report
    from planner.model.waited import Waited

__all__ = ["TextVoice"]


class TextVoice:
    """Speaks to people; on a terminal, what is under way is drawn below what has ended.

    A plan without changes is what it says most often, so what only an apply or a mistake needs is loaded then.
    """

    def __init__(self, streams: Streams) -> None:
        self._streams = streams
        self._board: Board | None = None
        self._pace: Pace | None = None
        self._has_begun = False
        self._has_shown = False

    def show_plan(self, plan: Plan, sources: Mapping[str, str], *, show_requests: bool = False) -> None:
        """Write the plan's text."""
        self._has_shown = True
        color = self._streams.color
        self._streams.write(render_plan(plan, color=color, show_requests=show_requests, sources=sources))

    def show_base(self, base: "Base") -> None:
        """Write where the changes come from, below the plan."""
        from planner.render.base_text import render_base  # noqa: PLC0415 - see the class

        self._streams.write(render_base(base, color=self._streams.color))

    def show_drift(self, drift: "Drift", *, show_all: bool = False) -> None:
        """Write the drift's text."""
        from planner.render.drift_text import render_drift  # noqa: PLC0415 - see the class

        self._streams.write(render_drift(drift, color=self._streams.color, show_all=show_all))

    def compare(self, comparison: "PlanComparison") -> None:
        """Write the comparison's text, below a blank line where the text of a plan is above it."""
        from planner.render.plan_comparison_text import render_plan_comparison  # noqa: PLC0415 - see the class

        text = render_plan_comparison(comparison, color=self._streams.color)
        self._streams.write(f"\n{text}" if self._has_shown else text)

    def diagnose(self, diagnostics: Sequence[Diagnostic], sources: Mapping[str, str]) -> None:
        """Write the diagnostics, each with its line of the configuration."""
        if diagnostics:
            from planner.render.diagnostics_text import render_diagnostics  # noqa: PLC0415 - see the class

            self._streams.note(render_diagnostics(diagnostics, sources, color=self._streams.color_notes))

    def hint(self, text: str) -> None:
        """Write the hint below a blank line."""
        self._streams.note(f"\n{text}\n")

    def begin(self, plan: Plan) -> None:
        """Leave a line between the plan and what comes of it, and draw the board where there is a terminal."""
        self._has_begun = True
        if plan.operations:
            self._streams.note("\n")
            self._open_board(len({operation.address for operation in plan.operations}))

    def begin_waiting(self, count: int) -> None:
        """Say how many clusters are waited for, and draw the board where there is a terminal."""
        if count:
            noun = "1 cluster" if count == 1 else f"{count} clusters"
            self._streams.note(f"Waiting for {noun} to settle.\n")
            self._open_board(count)

    def _open_board(self, total: int) -> None:
        if sys.stderr.isatty():
            from planner.cli.board import Board  # noqa: PLC0415 - only a terminal pays for rich

            self._board = Board(total=total)

    def tell(self, event: "Event") -> None:
        """Write the line of an event."""
        from planner.cli.pace import Pace  # noqa: PLC0415 - see the class
        from planner.render.progress_text import render_crowd, render_event  # noqa: PLC0415 - see the class

        if self._board is not None:
            self._board.tell(event, render_event(event))
            return
        self._pace = self._pace or Pace()
        chosen = self._pace.choose(event)
        line = render_crowd(chosen) if isinstance(chosen, Crowd) else render_event(chosen) if chosen else None
        if line is not None:
            self._streams.note(f"{line}\n")

    def report_waited(self, waited: "Sequence[Waited]") -> None:
        """Write the table of what was waited for."""
        from planner.render.waited_text import render_waited  # noqa: PLC0415 - see the class

        self._close()
        self._streams.write(render_waited(waited, color=self._streams.color))

    def report(self, report: "Report", sources: Mapping[str, str]) -> None:
        """Write the closing table."""
        self._close()
        if report.outcomes or self._has_begun:
            from planner.render.report_text import render_report  # noqa: PLC0415 - see the class

            self._streams.write("\n" + render_report(report, color=self._streams.color, sources=sources))

    def conclude(self, outputs: Outputs, diagnostics: Sequence[Diagnostic], sources: Mapping[str, str]) -> None:
        """Write the outputs below their title, then the diagnostics."""
        if outputs:
            from planner.render.outputs_text import render_closing  # noqa: PLC0415 - see the class

            self._streams.write("\n" + render_closing(outputs, color=self._streams.color))
        if diagnostics:
            self._streams.note("\n")
            self.diagnose(diagnostics, sources)

    def end(self, exit_code: ExitCode, reason: str, *, plan_id: str | None = None) -> int:  # noqa: ARG002 - said already
        """Return the exit code: people have read the rest."""
        self._close()
        return exit_code

    def fail(self, failure: Failure) -> int:
        """Write the diagnostics and return the exit code."""
        self._close()
        self.diagnose(failure.diagnostics, failure.sources)
        return failure.exit_code

    def _close(self) -> None:
        if self._board is not None:
            self._board.close()
            self._board = None
