"""Diagnostics: what we tell people about a mistake, and the exception that carries them.

Each has a stable code, a summary without a full stop, and a detail in sentences that ends with what to do.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, IntEnum
from types import MappingProxyType

from planner.model.spans import Span
from state.address import Address

__all__ = ["Diagnostic", "ExitCode", "Failure", "Severity", "give_reason", "has_errors"]


class Severity(Enum):
    """How bad it is: an error stops the command, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One message for people.

    `code` is stable and in kebab-case (`unknown-field`); scripts may rely on it.
    """

    severity: Severity = Severity.ERROR
    code: str
    summary: str
    detail: str = ""
    span: Span | None = None
    address: Address | None = None


class ExitCode(IntEnum):
    """The process's exit code; the numbers are a promise to pipelines."""

    DONE = 0
    ERROR = 1
    CHANGES_PRESENT = 2
    INVALID_CONFIGURATION = 3
    API_FAILED = 4
    REFUSED = 5
    STALE_PLAN = 6
    LOCKED = 7
    APPLIED_IN_PART = 8
    INTERRUPTED = 130
    TERMINATED = 143


class Failure(Exception):  # noqa: N818 - a failure to do what the user asked, not a programming error
    """The command cannot go on: why, in diagnostics, and the exit code that says so.

    `sources` holds the texts that the diagnostics' spans point into, by file.
    """

    def __init__(
        self, exit_code: ExitCode, *diagnostics: Diagnostic, sources: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        super().__init__("; ".join(diagnostic.summary for diagnostic in diagnostics))
        self.exit_code = exit_code
        self.diagnostics = diagnostics
        self.sources = sources


def has_errors(diagnostics: tuple[Diagnostic, ...] | list[Diagnostic]) -> bool:
    """Tell whether any of `diagnostics` is an error."""
    return any(diagnostic.severity is Severity.ERROR for diagnostic in diagnostics)


def give_reason(diagnostics: Sequence[Diagnostic]) -> str:
    """Return in a few words why a command failed: the first error, and how many more there are."""
    errors = [one for one in diagnostics if one.severity is Severity.ERROR]
    if not errors:
        return "failed"
    return errors[0].summary + (f", and {len(errors) - 1:,} more" if len(errors) > 1 else "")
