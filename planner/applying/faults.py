"""Faults: what a failed request tells us, and how it is told to people.

The decision is a pure function of what happened: was the request performed, was it not, or can nobody tell?
"""

from collections.abc import Callable
from enum import Enum

from planner.applying.waiting import Unsettled
from planner.model.diagnostics import Diagnostic
from planner.model.live import AnswerLost, ApiFault, ErrorDetail, NotSent, Refused
from planner.model.spans import Span
from state.address import Address

__all__ = ["Knowledge", "describe_fault", "judge_fault"]

_MAY_HAVE_ACTED = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Statuses after which a request may have been performed all the same."""


class Knowledge(Enum):
    """What is known of a request that failed."""

    NOT_PERFORMED = "not performed"
    UNKNOWN = "unknown"


def judge_fault(fault: ApiFault) -> Knowledge:
    """Tell whether the request that ended in `fault` may have been performed."""
    match fault:
        case NotSent():
            return Knowledge.NOT_PERFORMED
        case Refused(status=status):
            return Knowledge.UNKNOWN if status in _MAY_HAVE_ACTED or status >= 500 else Knowledge.NOT_PERFORMED
        case AnswerLost():
            return Knowledge.UNKNOWN
        case _:
            return Knowledge.UNKNOWN


def describe_fault(
    fault: ApiFault, address: Address, find_span: Callable[[Address, str], Span | None]
) -> tuple[Diagnostic, ...]:
    """Return the diagnostics for `fault`: one for each detail of a 400, each with the place that set its field."""
    if isinstance(fault, Refused) and fault.details:
        return tuple(_describe_detail(detail, address, find_span) for detail in fault.details)
    code = _choose_code(fault)
    detail = fault.advice
    if isinstance(fault, Refused) and fault.request_id:
        detail = f"{detail} Request id: {fault.request_id}.".lstrip()
    return (Diagnostic(code=code, summary=fault.summary, detail=detail, address=address),)


def _choose_code(fault: ApiFault) -> str:
    match fault:
        case Refused(status=status):
            return f"api-{status}"
        case Unsettled(code=code):
            return code
        case NotSent():
            return "api-not-reached"
        case _:
            return "api-answer-lost"


def _describe_detail(
    detail: ErrorDetail, address: Address, find_span: Callable[[Address, str], Span | None]
) -> Diagnostic:
    return Diagnostic(
        code=f"api-{detail.code}" if detail.code else "api-400",
        summary=f"The API refused {detail.target or 'the request'}",
        detail=f"{detail.message.rstrip('.')}. Nothing was changed; correct the value and apply again.",
        span=find_span(address, detail.target),
        address=address,
    )
