"""Checks: what people are told of the conditions in a configuration.

A check only warns, whatever comes of it. A postcondition of a cluster is a promise: that it is broken is an error.
"""

from collections.abc import Iterable
from dataclasses import replace

from planner.model.desired import CheckResult
from planner.model.diagnostics import Diagnostic, Severity
from state.address import Address, parse_address

__all__ = ["describe_failure", "find_failures", "list_unjudged"]


def find_failures(checks: Iterable[CheckResult]) -> tuple[Diagnostic, ...]:
    """Return a diagnostic for each condition that does not hold: a warning, or of a postcondition an error."""
    return tuple(_report(check) for check in checks if check.passed is False)


def list_unjudged(checks: Iterable[CheckResult]) -> tuple[str, ...]:
    """Return the labels of the conditions that cannot be judged yet, each once."""
    return tuple(dict.fromkeys(check.label for check in checks if check.passed is None))


def describe_failure(check: CheckResult) -> str:
    """Return what to tell of a condition that does not hold."""
    if check.problem is not None:
        return check.problem.detail
    return f"A condition of {check.label} does not hold. See what it says in the configuration."


def _report(check: CheckResult) -> Diagnostic:
    address = _read_address(check.label)
    severity = Severity.WARNING if address is None else Severity.ERROR
    if check.problem is not None:
        return replace(check.problem, severity=severity, address=check.problem.address or address)
    return Diagnostic(
        severity=severity,
        code="check-failed" if address is None else "postcondition-failed",
        summary="Check block assertion failed" if address is None else "Resource postcondition failed",
        detail=describe_failure(check),
        address=address,
    )


def _read_address(label: str) -> Address | None:
    try:
        return parse_address(label)
    except ValueError:
        return None
