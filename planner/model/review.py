"""Reviews: a plan together with what the readers of one run need beside it.

Every format for readers (Markdown, HTML, JUnit, SARIF, annotations) is made from one Review and from nothing else, so
that they cannot contradict each other.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from planner.model.base import Base
from planner.model.diagnostics import Diagnostic, ExitCode
from planner.model.guard import format_allowance
from planner.model.plan import Plan

__all__ = ["Broken", "Review"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One plan as a reviewer meets it.

    `title` tells plans of one pull request apart (a directory, a workspace); `refusals` are why apply would refuse it;
    `diagnostics` are the warnings of the configuration, `sources` the texts that diagnostics point into. `run_url` is
    the CI run, `commit` what was planned, `apply_command` what performs exactly this plan; each is empty where there
    is none.
    """

    plan: Plan
    title: str = ""
    refusals: tuple[Diagnostic, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)
    run_url: str = ""
    commit: str = ""
    apply_command: str = ""
    directory: str = ""

    @property
    def base(self) -> Base | None:
        """What the plan was compared with."""
        return self.plan.base

    @property
    def allowing_command(self) -> str:
        """What performs the plan although limits refuse it; empty where they do not, or something else does too."""
        if not self.apply_command or not self.plan.guards or any(one.code != "guard" for one in self.refusals):
            return ""
        allowed = [f"-allow {format_allowance(one.kind, None, self.plan.id)}" for one in self.plan.guards]
        return " ".join((self.apply_command, *allowed))


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A plan that could not be made, as a reviewer meets it: why, in diagnostics, and in a few words (`reason`).

    The rest is as in a Review.
    """

    exit_code: ExitCode
    reason: str
    title: str = ""
    diagnostics: tuple[Diagnostic, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)
    run_url: str = ""
    commit: str = ""
    directory: str = ""
