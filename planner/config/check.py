"""Checks each cluster against the schema, and all of them against each other.

Refuses what the API would refuse, at the line that says it. Never shows a sensitive value.
"""

from planner.config.draft import Draft, PlainPath, UnknownFields
from planner.model.diagnostics import Diagnostic, Severity
from planner.model.paths import format_path
from schemas.check import check_cluster
from schemas.rules import drop_read_only
from schemas.violations import Code, Violation
from state.values import Json

__all__ = ["check_draft"]

_SUMMARIES: dict[Code, str] = {
    "duplicate-name": "Duplicate name in a list",
    "forbidden-field": "Field not allowed here",
    "malformed-value": "Malformed value",
    "missing-field": "Missing required field",
    "not-allowed-value": "Value not allowed",
    "null-value": "Value must not be null",
    "out-of-range": "Value out of range",
    "read-only-field": "Read-only field is ignored",
    "too-deep": "Value nested too deep",
    "unknown-field": "Unsupported field",
    "wrong-type": "Wrong type of value",
}


def check_draft(draft: Draft, unknown_fields: UnknownFields) -> tuple[dict[str, Json], tuple[Diagnostic, ...]]:
    """Return the draft's document without its read-only fields, and what is wrong with it."""
    violations = [
        violation
        for violation in check_cluster(draft.document, hidden=draft.sensitive)
        if not any(violation.path[: len(path)] == path for path in draft.unknown)
    ]
    if not violations:
        return draft.document, ()
    found = tuple(_describe(draft, violation, unknown_fields) for violation in violations)
    return drop_read_only(draft.document), found


def _describe(draft: Draft, violation: Violation, unknown_fields: UnknownFields) -> Diagnostic:
    is_mild = violation.code == "read-only-field" or (violation.code == "unknown-field" and unknown_fields == "warn")
    place = draft.locate(violation.path)
    return Diagnostic(
        severity=Severity.WARNING if is_mild else Severity.ERROR,
        code=violation.code,
        summary=_SUMMARIES[violation.code],
        detail=_explain(draft, violation, is_mild=is_mild),
        span=place.key if violation.key else place.value,
        address=draft.address,
    )


def _explain(draft: Draft, violation: Violation, *, is_mild: bool) -> str:
    hidden = next((path for path in sorted(draft.sensitive, key=len) if _is_below(violation.path, path)), None)
    if hidden is not None:
        return (
            f"`{format_path(hidden)}` is not as the schema has it. It depends on a sensitive variable, so what is "
            "wrong in it is not shown. Correct the value of the variable."
        )
    detail = f"{violation.message}."
    if violation.suggestion:
        return f'{detail} Did you mean "{violation.suggestion}"?'
    return detail if is_mild or violation.code != "unknown-field" else f"{detail} {_REMOVE}"


_REMOVE = 'Remove it; or, if the API does have it, write unknown_fields = "warn" into the planner block.'


def _is_below(path: PlainPath, above: PlainPath) -> bool:
    """Tell whether `path` leads into what stands at `above`: the very names of what is in there may be secret."""
    return len(path) > len(above) and path[: len(above)] == above
