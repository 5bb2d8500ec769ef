"""Reviews: a plan together with what the readers of one run need beside it.

Every format for readers (Markdown, HTML, JUnit, SARIF, annotations) is made from one Review and from nothing else, so
that they cannot contradict each other.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from planner.model.diagnostics import Diagnostic, ExitCode
from planner.model.plan import Plan
from state.address import Address

__all__ = ["Base", "Broken", "Origin", "Review"]


class Origin(Enum):
    """Where a change comes from, where a plan is compared with that of a base (`--base`)."""

    HEAD = "from this pull request"
    BASE = "already pending on the base"
    DRIFT = "drift"


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """What `--base` found out: `ref` is what it was compared with, `origins` say of each change where it comes from.

    `unexplained` are the clusters that the plan deletes although the file that declares them is the same; `undone` are
    those that the base would change and this plan does not.
    """

    ref: str
    commit: str = ""
    origins: Mapping[Address, Origin] = field(default_factory=dict)
    unexplained: frozenset[Address] = frozenset()
    undone: tuple[Address, ...] = ()


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
    base: Base | None = None
    run_url: str = ""
    commit: str = ""
    apply_command: str = ""
    directory: str = ""


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
