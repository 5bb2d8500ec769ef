"""Performing: one change from its first request until the server is done with it.

Each request is written down before it is sent, and its outcome before anything else happens. Decides nothing: what to
send stands in the plan.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from planner.applying.faults import Knowledge, describe_fault, judge_fault
from planner.applying.late import NotCompleted, complete_change
from planner.applying.meanwhile import Namesakes, Overtaken, look_again, report_edited, report_in_between
from planner.applying.ports import Ports
from planner.applying.remember import close_left_open
from planner.applying.requests import send_create, send_delete, send_update
from planner.applying.settling import Verdict, judge_settled
from planner.applying.waiting import Unsettled, choose_patience, wait_until_gone, wait_until_settled
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


@dataclass(frozen=True, slots=True)
class _Performed:
    """What came of an operation: the cluster as it then is, None where it is gone, and what is to be told of it.

    `is_settled`: the server is done; otherwise nobody has waited for that.
    """

    live: LiveCluster | None
    told: tuple[Diagnostic, ...] = ()
    is_settled: bool = True


async def perform_change(  # noqa: PLR0913 - a change, what it needs to know, and through what
    change: Change,
    operations: tuple[Operation, ...],
    settled: Mapping[Address, LiveCluster],
    namesakes: Namesakes,
    ports: Ports,
    *,
    waits: bool = True,
) -> tuple[Outcome, LiveCluster | None]:
    """Perform the operations of `change` in order and wait until the server is done.

    What is late in them is filled in from the `settled` clusters first, and right before each is looked whether its
    cluster, or for a create the `namesakes`, still let it be sent. Returns what came of it, and the cluster as it then
    is; None where it is gone, or where nobody can tell. Without `waits` it ends as soon as the last request was taken.
    """
    began = ports.clock.now()
    outcome = Outcome(address=change.address, action=change.action, fate=Fate.DONE, id=change.id, name=change.name)
    live: LiveCluster | None = None
    fate = Fate.SKIPPED
    try:
        completed, requests = complete_change(change, operations, settled, ports)
        for planned, request in zip(operations, requests, strict=True):
            before = await look_again(change, planned, namesakes, ports)
            fate = Fate.FAILED
            find_changed = partial(ports.find_changed, change, planned)
            is_last = planned is operations[-1]
            performed = await _perform(completed, request, before, find_changed, ports, waits=waits or not is_last)
            live = performed.live
            told = (*outcome.diagnostics, *performed.told)
            fate_so_far = Fate.DONE if performed.is_settled else Fate.SETTLING
            outcome = replace(outcome, fate=fate_so_far, id=live.id if live else change.id or "", diagnostics=told)
    except Overtaken as error:
        outcome = replace(outcome, fate=fate, is_overtaken=True, diagnostics=(*outcome.diagnostics, error.diagnostic))
    except Exception as error:  # noqa: BLE001 - a bug in one change must not cut off the others in mid-request
        cluster_id = error.cluster_id if isinstance(error, Unsettled) else outcome.id
        diagnostics = (*outcome.diagnostics, *_describe_failure(error, change, ports))
        outcome = replace(outcome, fate=Fate.FAILED, id=cluster_id, diagnostics=diagnostics)
    is_taken = outcome.fate in {Fate.DONE, Fate.SETTLING}
    return replace(outcome, seconds=ports.clock.now() - began), live if is_taken else None


def _describe_failure(error: Exception, change: Change, ports: Ports) -> tuple[Diagnostic, ...]:
    match error:
        case NotCompleted():
            return error.diagnostics
        case ApiFault():
            return describe_fault(error, change.address, ports.find_span)
        case StateError():
            code, summary, detail = "state-not-written", error.summary, error.advice
        case _:
            code = "bug"
            summary = f"planner failed in a way that it should not ({type(error).__name__})"
            detail = (
                "This is a bug in planner. What was sent is recorded; the next plan shows where the cluster stands."
            )
    return (Diagnostic(code=code, summary=summary, detail=detail, address=change.address),)


async def _perform(  # noqa: PLR0913 - as above
    change: Change,
    operation: Operation,
    before: LiveCluster | None,
    find_changed: Callable[[LiveCluster], str | None],
    ports: Ports,
    *,
    waits: bool,
) -> _Performed:
    """Perform one operation; `before` is its cluster right before it, where there is one."""
    if operation.method is Method.DELETE and before is None:
        await ports.record(RecordDropped(change.address))
        await close_left_open(change.address, ports)
        return _Performed(None)
    intent = _make_intent(change, operation, ports)
    await ports.record(IntentOpened(intent))
    ports.tell(OperationStarted(operation=operation))
    try:
        sent = await _send(change, operation, before, find_changed, ports)
    except ApiFault as fault:
        if judge_fault(fault) is Knowledge.NOT_PERFORMED:
            await ports.record(IntentClosed(intent.key))
        raise
    live = sent.live
    cluster_id = live.id if live else intent.id or ""
    ports.tell(OperationAnswered(operation=operation, id=cluster_id, phase=live.state or "" if live else ""))
    if live is None and not waits:
        # The intent stays open: what became of the cluster is found out by whoever looks next, as after a kill.
        return replace(sent, is_settled=False)
    if live is None:
        await wait_until_gone(operation, cluster_id, ports, choose_patience(operation, change.timeouts, ports.limits))
        await ports.record(RecordDropped(change.address, closes=intent.key))
        await close_left_open(change.address, ports)
        return sent
    settled = await _record_and_settle(change, operation, live, intent, ports, waits=waits)
    return replace(settled, told=(*sent.told, *settled.told))


async def _send(
    change: Change,
    operation: Operation,
    before: LiveCluster | None,
    find_changed: Callable[[LiveCluster], str | None],
    ports: Ports,
) -> _Performed:
    """Send the request; there is no cluster after a DELETE."""
    match operation.method:
        case Method.POST:
            return _Performed(await send_create(change, operation, ports))
        case Method.PATCH | Method.PUT:
            former = before.resource_version if before else None
            updated = await send_update(change, operation, former, find_changed, ports)
            warning = report_in_between(change, operation, updated.former, updated.live)
            return _Performed(updated.live, (warning,) if warning else ())
        case Method.DELETE:
            await send_delete(operation, ports)
            return _Performed(None)


async def _record_and_settle(  # noqa: PLR0913 - as above
    change: Change, operation: Operation, live: LiveCluster, intent: Intent, ports: Ports, *, waits: bool
) -> _Performed:
    """Record the cluster, wait until the server is done with it, and return it as it then is."""
    made_at = ports.timestamp() if operation.method is Method.POST else ""
    try:
        await ports.record(RecordPut(_make_record(change, live, ports, made_at), closes=intent.key))
    except StateError as error:
        # The id may exist nowhere else: people are told it, whatever happens to the state.
        advice = f'The cluster "{change.name}" has the id {live.id}. {error.advice}'
        raise StateNotWritten(error.summary, advice) from error
    await close_left_open(change.address, ports)
    if judge_settled(live) is Verdict.SETTLED:
        return _Performed(live)
    if not waits:
        return _Performed(live, is_settled=False)
    patience = choose_patience(operation, change.timeouts, ports.limits)
    settled = await wait_until_settled(operation, live, ports, patience)
    record = _make_record(change, settled, ports, made_at)
    if not _was_edited(change, live, settled, ports):
        await ports.record(RecordPut(record))
        return _Performed(settled)
    await ports.record(RecordPut(replace(record, observed=ports.judge(change, live).observed)))
    return _Performed(settled, (report_edited(change, live, settled),))


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


def _make_record(change: Change, live: LiveCluster, ports: Ports, made_at: str) -> Record:
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
        made_at=made_at,
    )
