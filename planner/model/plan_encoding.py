"""Encoding a plan: its parts as the objects of the saved document.

What the members mean stands in `plan.schema.json`. All of them are always there, but for a side that a difference does
not have: null is a value of its own.
"""

import json

from planner.model.diagnostics import Diagnostic
from planner.model.late import find_late
from planner.model.paths import Key, Path
from planner.model.plan import (
    Action,
    Cause,
    Change,
    Difference,
    Ignored,
    LeftOut,
    Missing,
    Operation,
    Precondition,
    SuggestedMove,
    Summary,
)
from planner.model.spans import Span
from state.address import Address
from state.values import Json, Timeouts, Value, encode_value

__all__ = [
    "ACTIONS",
    "encode_change",
    "encode_diagnostic",
    "encode_difference",
    "encode_ignored",
    "encode_late",
    "encode_left_out",
    "encode_operation",
    "encode_path",
    "encode_precondition",
    "encode_suggested_move",
    "encode_summary",
]

ACTIONS: dict[Action, tuple[str, ...]] = {
    Action.CREATE: ("create",),
    Action.UPDATE: ("update",),
    Action.REPLACE: ("delete", "create"),
    Action.DELETE: ("delete",),
    Action.FORGET: ("forget",),
    Action.NO_OP: ("no-op",),
}
"""What each action is called: a list, as in Terraform, so that a reader may just look for "delete" in it."""


def encode_change(change: Change) -> dict[str, Json]:
    """Return one change."""
    return {
        "actions": [*ACTIONS[change.action]],
        "address": str(change.address),
        "after": _encode_document(change.after),
        "applied": _encode_document(change.applied),
        "before": _encode_document(change.before),
        "compared": change.compared,
        "depends_on": [str(address) for address in change.depends_on],
        "differences": [encode_difference(difference) for difference in change.differences],
        "id": change.id,
        "importing": None if change.importing is None else {"id": change.importing},
        "json_patch": [dict(step) for step in change.json_patch],
        "late": encode_late(change.after),
        "late_fingerprint": change.late_fingerprint,
        "left_alone": [encode_path(path) for path in change.left_alone],
        "name": change.name,
        "prevent_destroy": change.prevent_destroy,
        "previous_address": _encode_address(change.moved_from),
        "protected": change.is_protected,
        "reason": None if change.reason is None else change.reason.value,
        "recognised": change.is_recognised,
        "resource_version": change.resource_version,
        "rolls_back_to": change.rolls_back_to,
        "timeouts": _encode_timeouts(change.timeouts),
        "triggered_by": [str(address) for address in change.triggered_by],
    }


def encode_late(after: dict[str, Value] | None) -> list[Json]:
    """Return the paths of what is known after apply, so that nobody has to look for it in the whole of `after`."""
    paths: list[Json] = [encode_path(path) for path, _ in find_late(after or {})]
    return sorted(paths, key=json.dumps)


def encode_ignored(ignored: Ignored) -> dict[str, Json]:
    """Return what is left alone of one cluster."""
    return {
        "address": str(ignored.address),
        "differences": [encode_difference(difference) for difference in ignored.differences],
    }


def encode_left_out(left_out: LeftOut) -> dict[str, Json]:
    """Return one cluster that a partial plan is not about."""
    return {"actions": [*ACTIONS[left_out.action]], "address": str(left_out.address), "pending": left_out.is_pending}


def encode_suggested_move(move: SuggestedMove) -> dict[str, Json]:
    """Return one block to write down."""
    return {"from": move.source, "to": move.target}


def encode_operation(operation: Operation) -> dict[str, Json]:
    """Return one operation."""
    return {
        "address": str(operation.address),
        "after": [*operation.after],
        "body": _encode_document(operation.body),
        "method": operation.method.value,
        "number": operation.number,
        "path": operation.path,
    }


def encode_precondition(precondition: Precondition) -> dict[str, Json]:
    """Return what must still be so when the plan is applied."""
    return {"endpoint": precondition.endpoint, "lineage": precondition.lineage, "serial": precondition.serial}


def encode_summary(summary: Summary) -> dict[str, Json]:
    """Return the numbers of a plan; every cause is there, with 0 where it does not occur."""
    counts = dict(summary.causes)
    return {
        "causes": {cause.value: counts.get(cause, 0) for cause in Cause},
        "create": summary.create,
        "delete": summary.delete,
        "forget": summary.forget,
        "import": summary.imported,
        "moved": summary.moved,
        "replace": summary.replace,
        "unchanged": summary.unchanged,
        "update": summary.update,
    }


def encode_diagnostic(diagnostic: Diagnostic) -> dict[str, Json]:
    """Return one diagnostic; its range is in characters from the start of the file."""
    return {
        "address": _encode_address(diagnostic.address),
        "code": diagnostic.code,
        "detail": diagnostic.detail,
        "range": _encode_span(diagnostic.span),
        "severity": diagnostic.severity.value,
        "summary": diagnostic.summary,
    }


def _encode_timeouts(timeouts: Timeouts) -> dict[str, Json]:
    said = {"create": timeouts.create, "delete": timeouts.delete, "update": timeouts.update}
    return {name: seconds for name, seconds in said.items() if seconds is not None}


def encode_difference(difference: Difference) -> dict[str, Json]:
    """Return one difference; a side that it does not have is left out."""
    encoded: dict[str, Json] = {"cause": difference.cause.value, "path": encode_path(difference.path)}
    if not isinstance(difference.before, Missing):
        encoded["before"] = encode_value(difference.before)
    if not isinstance(difference.after, Missing):
        encoded["after"] = encode_value(difference.after)
    if not isinstance(difference.applied, Missing):
        encoded["applied"] = encode_value(difference.applied)
    return encoded


def encode_path(path: Path) -> list[Json]:
    """Return a path: names, positions, and keys as objects."""
    return [{"key": step.name} if isinstance(step, Key) else step for step in path]


def _encode_document(document: dict[str, Value] | None) -> Json:
    return None if document is None else encode_value(document)


def _encode_address(address: Address | None) -> str | None:
    return None if address is None else str(address)


def _encode_span(span: Span | None) -> Json:
    return None if span is None else {"end": span.end, "filename": span.file, "start": span.start}
