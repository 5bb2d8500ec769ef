"""Encoding a plan: its parts as the objects of the saved document.

What the members mean stands in `plan.schema.json`. What Terraform has a name for goes by that name, and is left out
where Terraform leaves it out. All others are always there, but for a side that a difference does not have: null is a
value of its own.
"""

from planner.model.base import Base
from planner.model.capacity import Amounts, Capacity, Cost, Doubt
from planner.model.diagnostics import Diagnostic
from planner.model.impact import Impact
from planner.model.mirrors import list_late, mirror_late, mirror_secrets, take_out_late
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
from planner.model.spans import Anchor, Span
from state.address import Address
from state.values import Json, Timeouts, Value, encode_value

__all__ = [
    "ACTIONS",
    "encode_base",
    "encode_capacity",
    "encode_change",
    "encode_cost",
    "encode_diagnostic",
    "encode_difference",
    "encode_ignored",
    "encode_late",
    "encode_left_out",
    "encode_operation",
    "encode_path",
    "encode_place",
    "encode_precondition",
    "encode_sides",
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


_PROVIDER = "imply"


def encode_change(change: Change) -> dict[str, Json]:
    """Return one change."""
    before, after = (_encode_document(side, with_contents=True) for side in (change.before, change.after))
    return {
        **encode_place(change.address),
        **_encode_circumstances(change),
        "applied": _encode_document(change.applied),
        "change": {
            "actions": [*ACTIONS[change.action]],
            **encode_sides(before, after),
            **({} if change.importing is None else {"importing": {"id": change.importing}}),
        },
        "cluster_id": change.id,
        "cluster_name": change.name,
        "compared": change.compared,
        "depends_on": [str(address) for address in change.depends_on],
        "differences": [encode_difference(difference) for difference in change.differences],
        "json_patch": [dict(step) for step in change.json_patch],
        "late": encode_late(after),
        "late_fingerprint": change.late_fingerprint,
        "left_alone": [encode_path(path) for path in change.left_alone],
        "prevent_destroy": change.prevent_destroy,
        "protected": change.is_protected,
        "recognised": change.is_recognised,
        "resource_version": change.resource_version,
        "rolls_back_to": change.rolls_back_to,
        "timeouts": _encode_timeouts(change.timeouts),
        "triggered_by": [str(address) for address in change.triggered_by],
        **_encode_anchor(change.anchor),
        **({} if change.impact is None else {"impact": _encode_impact(change.impact)}),
    }


def encode_sides(before: Json, after: Json) -> dict[str, Json]:
    """Return both sides of a change as Terraform has them: beside the values, where they are secret or come late."""
    return {
        "before": before,
        "after": take_out_late(after),
        "after_unknown": {} if after is None else _mirror_side(after, mirror_late(after)),
        "before_sensitive": _mirror_side(before, mirror_secrets(before)),
        "after_sensitive": _mirror_side(after, mirror_secrets(after)),
    }


def encode_late(after: Json) -> list[Json]:
    """Return what comes late in `after`, by its path: the references that it waits for."""
    return [{"path": [*path], "references": [*late.sources]} for path, late in list_late(after)]


def _mirror_side(side: Json, mirror: Json) -> Json:
    """Return `mirror`, and where it is empty what Terraform has there: an object has one without members."""
    return {} if mirror is False and isinstance(side, dict) else mirror


def encode_place(address: Address) -> dict[str, Json]:
    """Return which cluster something is about, in the words of Terraform's resource changes."""
    place: dict[str, Json] = {
        "address": str(address),
        "mode": "managed",
        "name": address.name,
        "provider_name": _PROVIDER,
        "type": "cluster",
    }
    if address.module:
        place["module_address"] = ".".join(map(str, address.module))
    if address.key is not None:
        place["index"] = address.key
    return place


def _encode_circumstances(change: Change) -> dict[str, Json]:
    """Return where a cluster comes from and why its change is there, as far as there is something to tell."""
    told: dict[str, Json] = {}
    if change.moved_from is not None:
        told["previous_address"] = str(change.moved_from)
    if change.reason is not None:
        told["action_reason"] = change.reason.value
    return told


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
        encoded["before"] = encode_value(difference.before, with_contents=True)
    if not isinstance(difference.after, Missing):
        encoded["after"] = encode_value(difference.after, with_contents=True)
    if not isinstance(difference.applied, Missing):
        encoded["applied"] = encode_value(difference.applied)
    return {**encoded, **_encode_anchor(difference.anchor)}


def encode_path(path: Path) -> list[Json]:
    """Return a path: names, positions, and keys as objects."""
    return [{"key": step.name} if isinstance(step, Key) else step for step in path]


def _encode_document(document: dict[str, Value] | None, *, with_contents: bool = False) -> Json:
    return None if document is None else encode_value(document, with_contents=with_contents)


def encode_base(base: Base) -> dict[str, Json]:
    """Return what the plan was compared with, and where its changes come from."""
    origins = sorted(base.origins.items())
    return {
        "commit": base.commit,
        "origins": [{"address": str(address), "origin": origin.value} for address, origin in origins],
        "ref": base.ref,
        "undone": [str(address) for address in base.undone],
        "unexplained": [str(address) for address in sorted(base.unexplained)],
    }


def encode_capacity(capacity: Capacity) -> dict[str, Json]:
    """Return the servers of the clusters that change."""
    return {
        "after": _encode_amounts(capacity.after),
        "before": _encode_amounts(capacity.before),
        "unknown": _encode_doubt(capacity.doubt),
    }


def _encode_amounts(amounts: Amounts) -> dict[str, Json]:
    return {
        "disk_gb": amounts.disk_gb,
        "memory_gib": amounts.memory_gib,
        "servers": amounts.servers,
        "vcpu": amounts.vcpu,
    }


def encode_cost(cost: Cost) -> dict[str, Json]:
    """Return what they cost in a month."""
    return {
        "after": cost.after,
        "before": cost.before,
        "currency": cost.currency,
        "delta": cost.delta,
        "unknown": _encode_doubt(cost.doubt),
    }


def _encode_doubt(doubt: Doubt) -> dict[str, Json]:
    return {"after": [*doubt.after], "before": [*doubt.before], "staying": [*doubt.staying]}


def _encode_anchor(anchor: Anchor | None) -> dict[str, Json]:
    if anchor is None:
        return {}
    return {"source": {"column": anchor.column, "filename": anchor.file, "line": anchor.line}}


def _encode_impact(impact: Impact) -> dict[str, Json]:
    return {"detail": impact.detail, "servers": [*impact.servers], "severity": impact.severity.name.lower()}


def _encode_address(address: Address | None) -> str | None:
    return None if address is None else str(address)


def _encode_span(span: Span | None) -> Json:
    return None if span is None else {"end": span.end, "filename": span.file, "start": span.start}
