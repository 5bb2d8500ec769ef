"""Performing: one change from its first request until the server is done with it.

Each request is written down before it is sent, and its outcome before anything else happens. Decides nothing: what to
send stands in the plan.
"""

from collections.abc import Mapping
from dataclasses import replace

from planner.applying.faults import Knowledge, describe_fault, judge_fault
from planner.applying.late import NotCompleted, complete_change
from planner.applying.ports import Ports
from planner.applying.remember import close_left_open
from planner.applying.requests import send_create, send_delete, send_update
from planner.applying.settling import Verdict, judge_settled
from planner.applying.waiting import Unsettled, wait_until_gone, wait_until_settled
from planner.model.diagnostics import Diagnostic
from planner.model.events import OperationAnswered, OperationStarted
from planner.model.live import ApiFault, LiveCluster
from planner.model.plan import Change, Method, Operation
from planner.model.report import Fate, Outcome
from state.address import Address
from state.entries import IntentClosed, IntentOpened, RecordDropped, RecordPut
from state.errors import StateError, StateNotWritten
from state.record import Intent, IntentKind, Record

__all__ = ["perform_change"]

_KINDS: dict[Method, IntentKind] = {
    Method.POST: "create",
    Method.PATCH: "update",
    Method.PUT: "update",
    Method.DELETE: "delete",
}


async def perform_change(
    change: Change, operations: tuple[Operation, ...], settled: Mapping[Address, LiveCluster], ports: Ports
) -> tuple[Outcome, LiveCluster | None]:
    """Perform the operations of `change` in order and wait until the server is done.

    What is late in them is filled in from the `settled` clusters first. Returns what came of it, and the cluster as it
    then is; None where it is gone, or where nobody can tell.
    """
    began = ports.clock.now()
    outcome = Outcome(address=change.address, action=change.action, fate=Fate.DONE, id=change.id, name=change.name)
    live: LiveCluster | None = None
    try:
        change, operations = complete_change(change, operations, settled, ports)
        for operation in operations:
            live = await _perform(change, operation, ports)
            outcome = replace(outcome, id=live.id if live else change.id or "")
    except NotCompleted as error:
        outcome = replace(outcome, fate=Fate.FAILED, diagnostics=error.diagnostics)
    except ApiFault as fault:
        diagnostics = describe_fault(fault, change.address, ports.find_span)
        cluster_id = fault.cluster_id if isinstance(fault, Unsettled) else outcome.id
        outcome = replace(outcome, fate=Fate.FAILED, id=cluster_id, diagnostics=diagnostics)
    except StateError as error:
        diagnostic = Diagnostic(
            code="state-not-written", summary=error.summary, detail=error.advice, address=change.address
        )
        outcome = replace(outcome, fate=Fate.FAILED, diagnostics=(diagnostic,))
    except Exception as error:  # noqa: BLE001 - a bug in one change must not cut off the others in mid-request
        diagnostic = Diagnostic(
            code="bug",
            summary=f"planner failed in a way that it should not ({type(error).__name__})",
            detail="This is a bug in planner. What was sent is recorded; the next plan shows where the cluster stands.",
            address=change.address,
        )
        outcome = replace(outcome, fate=Fate.FAILED, diagnostics=(diagnostic,))
    return replace(outcome, seconds=ports.clock.now() - began), live if outcome.fate is Fate.DONE else None


async def _perform(change: Change, operation: Operation, ports: Ports) -> LiveCluster | None:
    """Perform one operation and return the cluster as it then is, or None where it is gone."""
    intent = _make_intent(change, operation, ports)
    await ports.record(IntentOpened(intent))
    ports.tell(OperationStarted(operation=operation))
    try:
        live = await _send(change, operation, ports)
    except ApiFault as fault:
        if judge_fault(fault) is Knowledge.NOT_PERFORMED:
            await ports.record(IntentClosed(intent.key))
        raise
    cluster_id = live.id if live else intent.id or ""
    ports.tell(OperationAnswered(operation=operation, id=cluster_id, phase=live.state or "" if live else ""))
    if live is None:
        await wait_until_gone(operation, cluster_id, ports)
        await ports.record(RecordDropped(change.address, closes=intent.key))
        await close_left_open(change.address, ports)
        return None
    return await _record_and_settle(change, operation, live, intent, ports)


async def _send(change: Change, operation: Operation, ports: Ports) -> LiveCluster | None:
    """Send the request and return the cluster as it is then, or None after a DELETE."""
    match operation.method:
        case Method.POST:
            return await send_create(change, operation, ports)
        case Method.PATCH | Method.PUT:
            return await send_update(change, operation, ports)
        case Method.DELETE:
            await send_delete(operation, ports)
            return None


async def _record_and_settle(
    change: Change, operation: Operation, live: LiveCluster, intent: Intent, ports: Ports
) -> LiveCluster:
    """Record the cluster, wait until the server is done with it, and return it as it then is."""
    try:
        await ports.record(RecordPut(_make_record(change, live, ports), closes=intent.key))
    except StateError as error:
        # The id may exist nowhere else: people are told it, whatever happens to the state.
        advice = f'The cluster "{change.name}" has the id {live.id}. {error.advice}'
        raise StateNotWritten(error.summary, advice) from error
    await close_left_open(change.address, ports)
    if judge_settled(live) is Verdict.SETTLED:
        return live
    settled = await wait_until_settled(operation, live, ports)
    record = _make_record(change, settled, ports)
    if _was_edited(change, live, settled, ports):
        record = replace(record, observed=ports.judge(change, live).observed)
    await ports.record(RecordPut(record))
    return settled


def _was_edited(change: Change, answered: LiveCluster, settled: LiveCluster, ports: Ports) -> bool:
    """Tell whether somebody changed what we had asked for while we waited: then the next plan must show it as drift."""
    versions = (answered.resource_version, settled.resource_version)
    if versions[0] == versions[1] or None in versions:
        return False
    return ports.judge(change, answered).is_as_planned and not ports.judge(change, settled).is_as_planned


def _make_intent(change: Change, operation: Operation, ports: Ports) -> Intent:
    kind = _KINDS[operation.method]
    return Intent(
        key=ports.new_key(),
        address=change.address,
        kind=kind,
        name=change.name,
        id=None if kind == "create" else change.id,
        before=(change.id,) if kind == "create" and change.id else (),
        applied=None if kind == "delete" else change.applied,
        at=ports.timestamp(),
    )


def _make_record(change: Change, live: LiveCluster, ports: Ports) -> Record:
    """Return what we then know of the cluster; what is not settled has not been observed."""
    is_settled = judge_settled(live) is Verdict.SETTLED
    return Record(
        address=change.address,
        id=live.id,
        name=live.name,
        applied=change.applied or {},
        observed=ports.judge(change, live).observed if is_settled else None,
        resource_version=live.resource_version,
        prevent_destroy=change.prevent_destroy,
        depends_on=change.depends_on,
        timeouts=change.timeouts,
    )
