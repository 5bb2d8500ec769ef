"""Events as lines of JSON, in Terraform's envelope: what `-json` writes while a plan is made and applied.

`@message` is the line that a person would read, so that a reader who knows no type can still print something. Types
and payloads may grow; readers ignore what they do not know. When it is, the caller says.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from planner.model.diagnostics import Diagnostic, ExitCode, Severity
from planner.model.drift_documents import encode_drifted, list_drift
from planner.model.events import ChangeEnded, Crowd, Event, OperationAnswered, OperationStarted, StillSettling
from planner.model.output_documents import name_output_action
from planner.model.outputs import OutputChange, Outputs
from planner.model.plan import Action, Change, Difference, Method, Operation, Plan, Reason
from planner.model.plan_encoding import encode_left_out, encode_suggested_move, encode_summary
from planner.model.plan_ids import shorten_plan_id
from planner.model.report import Fate, Outcome, Report
from planner.model.summary import summarize
from planner.render.diagnostics_json import diagnostic_document
from planner.render.escaping import escape
from planner.render.output_types import find_type
from planner.render.outputs_json import list_outputs
from planner.render.plan_text import render_summary
from planner.render.progress_text import render_crowd, render_event
from planner.render.report_text import render_verdict
from state.address import Address
from state.values import Json

__all__ = [
    "JsonEvent",
    "describe_address",
    "describe_crowd",
    "describe_diagnostic",
    "describe_event",
    "describe_outcome",
    "describe_outputs",
    "describe_plan",
    "describe_report",
    "describe_version",
    "render_json_event",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonEvent:
    """One line of the stream; `payload` holds the one or two members that its type is about."""

    type: str
    message: str
    payload: dict[str, Json] = field(default_factory=dict)
    level: Literal["info", "warn", "error"] = "info"


def render_json_event(event: JsonEvent, *, timestamp: str) -> str:
    """Return the line for `event`, a newline at its end; `timestamp` is RFC 3339."""
    envelope: dict[str, Json] = {
        "@level": event.level,
        "@message": event.message,
        "@module": "planner",
        "@timestamp": timestamp,
        "type": event.type,
    }
    return json.dumps({**envelope, **event.payload}) + "\n"


def describe_version(version: str, plan_ids: Sequence[str] = ()) -> JsonEvent:
    """Return the first line of every stream: who speaks, the version of this format, and of which plan, if of any.

    Of two plans that are compared the later one is the plan, and the other one the former.
    """
    payload: dict[str, Json] = {"planner": version, "ui": "1.0"}
    if plan_ids:
        payload |= dict(zip(("plan_id", "former_plan_id"), reversed(plan_ids), strict=False))
    told = f", plan {' -> '.join(map(shorten_plan_id, plan_ids))}" if plan_ids else ""
    return JsonEvent(type="version", message=f"planner {version}{told}", payload=payload)


def describe_plan(plan: Plan) -> Iterator[JsonEvent]:
    """Return what a plan says: what changed outside of planner, each planned change, the summary, and the outputs."""
    for change in plan.changes:
        told, is_gone = list_drift(change), change.reason is Reason.GONE
        if told or is_gone:
            drifted = replace(change, action=Action.DELETE if is_gone else Action.UPDATE)
            yield _describe_change("resource_drift", drifted, "Changed outside of planner", told)
    for change in plan.changes:
        yield _describe_change("planned_change", change, f"Plan to {change.action.value}")
    counts: dict[str, Json] = {**encode_summary(summarize(plan)), "operation": "plan"}
    if not plan.is_refreshed:
        counts["refreshed"] = False
    payload: dict[str, Json] = {"changes": counts, "plan_id": plan.id}
    if plan.is_partial:
        payload |= {"complete": False, "left_out": [encode_left_out(one) for one in plan.left_out]}
    if plan.suggested_moves:
        payload["suggested_moves"] = [encode_suggested_move(move) for move in plan.suggested_moves]
    yield JsonEvent(
        type="change_summary",
        message=render_summary(plan, color=False).partition("\n")[0],
        payload=payload,
    )
    if plan.outputs:
        yield _describe_output_changes(plan.outputs)


def describe_outputs(outputs: Outputs) -> JsonEvent:
    """Return what the outputs are after an apply; sensitive ones are without their value."""
    listed = list_outputs(outputs)
    for name, output in outputs.items():
        if output.is_sensitive:
            listed[name] = {"sensitive": True, "type": find_type(output)}
    return JsonEvent(type="outputs", message=f"Outputs: {len(outputs)}", payload={"outputs": listed})


def describe_report(report: Report) -> JsonEvent:
    """Return the summary of an apply: what was done, by action, and how much was not."""
    counts: dict[str, Json] = {action.value: report.count(Fate.DONE, action) for action in Action}
    counts["import"] = sum(outcome.is_imported for outcome in report.outcomes)
    fates: dict[str, Json] = {fate.value.replace(" ", "_"): report.count(fate) for fate in Fate}
    return JsonEvent(
        type="change_summary",
        message=render_verdict(report, color=False),
        payload={"changes": {**counts, **fates, "operation": "apply"}, "plan_id": report.plan_id},
        level="info" if report.is_taken else "error",
    )


def describe_diagnostic(diagnostic: Diagnostic, sources: Mapping[str, str]) -> JsonEvent:
    """Return one diagnostic."""
    is_error = diagnostic.severity is Severity.ERROR
    return JsonEvent(
        type="diagnostic",
        message=f"{'Error' if is_error else 'Warning'}: {escape(diagnostic.summary)}",
        payload={"diagnostic": diagnostic_document(diagnostic, sources)},
        level="error" if is_error else "warn",
    )


def describe_outcome(
    exit_code: ExitCode, reason: str, *, plan_id: str | None = None, summary: JsonEvent | None = None, result: str = ""
) -> JsonEvent:
    """Return the last line of every stream: how the command ended, and why, with the counts of the last `summary`.

    `result` is that in one word, where it is another than the name of the exit code.
    """
    name = exit_code.name.lower()
    outcome: dict[str, Json] = {
        "exit_code": int(exit_code),
        "code": name,
        "result": result or name,
        "reason": reason,
    }
    if plan_id is not None:
        outcome["plan_id"] = plan_id
    if summary is not None:
        outcome["changes"] = summary.payload["changes"]
    is_good = exit_code in {ExitCode.DONE, ExitCode.CHANGES_PRESENT}
    return JsonEvent(
        type="outcome", message=escape(reason), payload={"outcome": outcome}, level="info" if is_good else "error"
    )


def describe_event(event: Event) -> JsonEvent:
    """Return what an apply tells while it runs."""
    message = render_event(event) or ""
    match event:
        case OperationStarted(operation=operation):
            return JsonEvent(type="apply_start", message=message, payload={"hook": _describe_operation(operation)})
        case OperationAnswered(operation=operation, id=id_):
            message = f"{escape(str(operation.address))}: Taken by the server [id={escape(id_)}]"
            hook = {**_describe_operation(operation), "id_key": "id", "id_value": id_}
            if event.estimate:
                hook["eta_seconds"] = int(event.estimate.seconds)
            return JsonEvent(type="apply_progress", message=message, payload={"hook": hook})
        case StillSettling(operation=operation, id=id_, phase=phase, seconds=seconds):
            hook = {**_describe_operation(operation), "id_key": "id", "id_value": id_}
            hook |= {"phase": phase, "elapsed_seconds": int(seconds)}
            left = event.estimate.left(seconds) if event.estimate else None
            if left is not None:
                hook["eta_seconds"] = int(left)
            return JsonEvent(type="apply_progress", message=message, payload={"hook": hook})
        case ChangeEnded(outcome=outcome):
            return _describe_end(outcome, message)


def describe_crowd(crowd: Crowd) -> JsonEvent:
    """Return one event for many clusters that are on their way."""
    counts: dict[str, Json] = {_name_action(method): number for method, number in crowd.counts}
    longest = describe_event(crowd.longest).payload["hook"]
    payload: dict[str, Json] = {"progress": {"settling": crowd.count, "actions": counts, "longest": longest}}
    return JsonEvent(type="apply_progress_summary", message=render_crowd(crowd), payload=payload)


def _describe_output_changes(changes: Sequence[OutputChange]) -> JsonEvent:
    described: dict[str, Json] = {
        change.name: {
            "sensitive": any(side is not None and side.is_sensitive for side in (change.before, change.after)),
            "action": name_output_action(change),
        }
        for change in changes
    }
    return JsonEvent(type="outputs", message=f"Outputs: {len(changes)}", payload={"outputs": described})


def _describe_end(outcome: Outcome, message: str) -> JsonEvent:
    is_taken = outcome.fate in {Fate.DONE, Fate.SETTLING}
    hook: dict[str, Json] = {
        "resource": describe_address(outcome.address),
        "action": outcome.action.value,
        "fate": outcome.fate.value,
        "elapsed_seconds": int(outcome.seconds),
    }
    if outcome.is_overtaken:
        hook["reason"] = "changed_since_plan"
    if outcome.id is not None:
        hook |= {"id_key": "id", "id_value": outcome.id}
    return JsonEvent(
        type="apply_complete" if is_taken else "apply_errored",
        message=message,
        payload={"hook": hook},
        level="info" if is_taken else "error",
    )


def _describe_change(type_: str, change: Change, told: str, differences: Sequence[Difference] = ()) -> JsonEvent:
    described: dict[str, Json] = {
        "resource": describe_address(change.address),
        "action": change.action.value,
    }
    if change.moved_from is not None:
        described["previous_resource"] = describe_address(change.moved_from)
        described["recognised"] = change.is_recognised
    if change.importing is not None:
        described["importing"] = {"id": change.importing}
    if change.triggered_by:
        described["triggered_by"] = [describe_address(address) for address in change.triggered_by]
    if change.rolls_back_to is not None:
        described["rolls_back_to"] = change.rolls_back_to
    if change.reason is not None:
        described["reason"] = change.reason.value
    if differences:
        described["differences"] = [_describe_drifted(one) for one in differences]
    message = f"{escape(str(change.address))}: {told}"
    return JsonEvent(type=type_, message=message, payload={"change": described})


def _describe_drifted(one: Difference) -> Json:
    return encode_drifted(one.path, one.cause, before=one.applied, after=one.before, wanted=one.after)


def _describe_operation(operation: Operation) -> dict[str, Json]:
    return {"resource": describe_address(operation.address), "action": _name_action(operation.method)}


def _name_action(method: Method) -> str:
    match method:
        case Method.POST:
            return Action.CREATE.value
        case Method.PATCH | Method.PUT:
            return Action.UPDATE.value
        case Method.DELETE:
            return Action.DELETE.value


def describe_address(address: Address) -> dict[str, Json]:
    """Return the address of a cluster, and its parts."""
    return {
        "addr": str(address),
        "module": ".".join(map(str, address.module)),
        "resource": str(Address(address.name, address.key)),
        "implied_provider": "imply",
        "resource_type": "cluster",
        "resource_name": address.name,
        "resource_key": address.key,
    }
