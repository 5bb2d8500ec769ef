"""Failing: the failure that ends a command where the API or the state broke off."""

from planner.model.diagnostics import Diagnostic, ExitCode, Failure
from planner.model.live import ApiFault
from state.errors import LockHeld, StateError

__all__ = ["fail_by_api", "fail_by_state"]


def fail_by_api(fault: ApiFault) -> Failure:
    """Return the failure that a fault of the API is outside an apply."""
    return Failure(ExitCode.API_FAILED, Diagnostic(code="api-failed", summary=fault.summary, detail=fault.advice))


def fail_by_state(error: StateError) -> Failure:
    """Return the failure that an error of the state is."""
    exit_code = ExitCode.LOCKED if isinstance(error, LockHeld) else ExitCode.ERROR
    return Failure(exit_code, Diagnostic(code="state", summary=error.summary, detail=error.advice))
