"""Voices: how a command speaks of a plan and of what comes of it, in text for people or in JSON for machines."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from planner.cli.streams import Streams
from planner.model.diagnostics import Diagnostic, ExitCode, Failure
from planner.model.outputs import Outputs
from planner.model.plan import Plan

if TYPE_CHECKING:
    from planner.model.base import Base
    from planner.model.drift import Drift
    from planner.model.events import Event
    from planner.model.plan_comparison import PlanComparison
    from planner.model.report import Report
    from planner.model.waited import Waited

__all__ = ["Voice", "choose_voice"]


class Voice(Protocol):
    """What plan, apply and destroy say, in this order; `fail` may come at any time, and one of it and `end` is last."""

    def show_plan(self, plan: Plan, sources: Mapping[str, str], *, show_requests: bool = False) -> None:
        """Show a plan."""

    def show_base(self, base: "Base") -> None:
        """Show where the changes of a plan come from."""

    def show_drift(self, drift: "Drift", *, show_all: bool = False) -> None:
        """Show what others changed; with `show_all` also what is too much to read."""

    def compare(self, comparison: "PlanComparison") -> None:
        """Show at what two plans part."""

    def diagnose(self, diagnostics: Sequence[Diagnostic], sources: Mapping[str, str]) -> None:
        """Tell what is wrong, or could be."""

    def hint(self, text: str) -> None:
        """Say what to do next."""

    def begin(self, plan: Plan) -> None:
        """Take note that `plan` is going to be performed."""

    def tell(self, event: "Event") -> None:
        """Tell what has happened."""

    def begin_waiting(self, count: int) -> None:
        """Take note of how many clusters are going to be waited for."""

    def report_waited(self, waited: "Sequence[Waited]") -> None:
        """Tell what came of the clusters that were waited for."""

    def report(self, report: "Report", sources: Mapping[str, str]) -> None:
        """Tell what came of all."""

    def conclude(self, outputs: Outputs, diagnostics: Sequence[Diagnostic], sources: Mapping[str, str]) -> None:
        """Tell the outputs, and what else is to be said of how the clusters are now."""

    def end(self, exit_code: ExitCode, reason: str, *, plan_id: str | None = None) -> int:
        """Say how the command ended, and return its exit code."""

    def fail(self, failure: Failure) -> int:
        """Say why the command cannot go on, and return its exit code."""


def choose_voice(streams: Streams, *, as_json: bool) -> Voice:
    """Return the voice that `-json` asks for."""
    if as_json:
        from planner.cli.json_voice import JsonVoice  # noqa: PLC0415 - only -json pays for it

        return JsonVoice(streams)
    from planner.cli.text_voice import TextVoice  # noqa: PLC0415 - and only the text for this

    return TextVoice(streams)
