"""Waiting for what earlier runs have begun: until the server is done with each cluster, and the state says so.

Sends nothing but GET. It watches without the lock, so that it stands in nobody's way, and takes it for the moment in
which it writes down what has settled.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from planner.applying.ports import Limits, Watching
from planner.applying.settling import Verdict, judge_settled
from planner.applying.waiting import Patience, Unsettled, choose_patience, wait_until_gone, wait_until_settled
from planner.model.diagnostics import Diagnostic, ExitCode, Failure, Severity
from planner.model.events import Event
from planner.model.live import ApiFault, LiveCluster
from planner.model.plan import Action, Change, Method, Operation
from planner.model.waited import Waited
from planner.planning.make_plan import make_rules
from planner.planning.unmarked import seal_unmarked
from planner.planning.verify import is_as_planned, observe
from planner.workflow.accounts import check_account
from planner.workflow.estimating import tell_estimates
from planner.workflow.failing import fail_by_api, fail_by_state
from planner.workflow.refresh import refresh
from planner.workflow.session import Session, connect, hold_state, open_store, read_files, require_endpoint
from planner.workflow.stopping import Stop, StoppableApi, StoppableClock, catch_signals
from state.address import Address
from state.entries import Entry, RecordDropped, RecordPut
from state.errors import LockHeld, StateError
from state.record import Record
from state.snapshot import Snapshot
from state.store import StateStore

__all__ = ["Limits", "WaitScreen", "WaitedFor", "wait_for_clusters"]


_DOUBT_SECONDS = 60.0
"""How long a cluster may look as if nobody had asked for its end, before it is said that its deletion did not begin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitScreen:
    """The user's side: `begin` is told for how many clusters, `tell` what happens, `stopping` that a signal came."""

    begin: Callable[[int], None]
    tell: Callable[[Event], None]
    stopping: Callable[[], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitedFor:
    """What came of it, in the order of the addresses; `notes` are about the state."""

    waited: tuple[Waited, ...]
    exit_code: ExitCode
    notes: tuple[Diagnostic, ...] = ()

    @property
    def reason(self) -> str:
        """The exit code in words."""
        match self.exit_code:
            case ExitCode.DONE:
                return "settled" if self.waited else "nothing to wait for"
            case ExitCode.APPLIED_IN_PART:
                return "not all have settled"
            case _:
                return "stopped by a signal"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Awaited:
    """One cluster that is waited for: what we know of it, how it was last seen, and the intents to delete it."""

    record: Record
    live: LiveCluster | None
    deletes: tuple[str, ...] = ()


async def wait_for_clusters(
    session: Session, addresses: Sequence[str], screen: WaitScreen, limits: Limits
) -> WaitedFor:
    """Wait until the clusters at `addresses`, or all of the state, have settled, and let the state know.

    An address without a key stands for all of its instances, that of a module for all that is in it. The configuration
    is only asked where the state and the account are.

    Raises:
        Failure: there is no such cluster, or the state or the API cannot be read.
    """
    settings = read_files(session).settings
    store = open_store(session, settings)
    try:
        snapshot = await store.load()
    except StateError as error:
        raise fail_by_state(error) from error
    chosen = _choose(snapshot, addresses)
    if snapshot is None or not chosen:
        return WaitedFor(waited=(), exit_code=ExitCode.DONE)
    endpoint = require_endpoint(session, settings)
    stop = Stop()
    try:
        check_account(snapshot, endpoint)
        async with connect(session, endpoint, settings, read_only=True) as api:
            live = {cluster.id: cluster for cluster in await refresh(api, snapshot, session.parallelism)}
            awaited = list(_find_restless(snapshot, chosen, live))
            watching = Watching(
                api=StoppableApi(api, stop),
                clock=StoppableClock(stop),
                tell=tell_estimates(screen.tell, snapshot, {one.record.address: _name_action(one) for one in awaited}),
                is_stopped=stop.is_asked,
                limits=limits,
            )
            with catch_signals(stop, screen.stopping):
                screen.begin(len(awaited))
                ended = await asyncio.gather(*(_wait_for(one, watching) for one in awaited))
    except ApiFault as fault:
        raise fail_by_api(fault) from fault
    seen = {one.record.address: found for one, (_, found) in zip(awaited, ended, strict=True)}
    waited, notes = await _remember(session, store, [told for told, _ in ended], seen)
    if stop.is_asked():
        exit_code = stop.exit_code
    else:
        exit_code = ExitCode.DONE if all(one.is_settled for one in waited) else ExitCode.APPLIED_IN_PART
    return WaitedFor(waited=waited, exit_code=exit_code, notes=notes)


def _choose(snapshot: Snapshot | None, texts: Sequence[str]) -> list[Record]:
    records = [snapshot.records[address] for address in sorted(snapshot.records)] if snapshot else []
    if not texts:
        return records
    chosen: dict[Address, Record] = {}
    for text in texts:
        found = {record.address: record for record in records if _is_meant(str(record.address), text)}
        if not found:
            raise Failure(
                ExitCode.ERROR,
                Diagnostic(
                    code="no-record",
                    summary=f"The state knows no cluster {text}",
                    detail="planner state list shows the addresses that it knows.",
                ),
            )
        chosen |= found
    return [chosen[address] for address in sorted(chosen)]


def _is_meant(address: str, text: str) -> bool:
    return address == text or address.startswith((f"{text}[", f"{text}."))


def _find_restless(snapshot: Snapshot, records: Sequence[Record], live: Mapping[str, LiveCluster]) -> list[_Awaited]:
    """Return those with which the server is not done, or of which the state does not know yet that it is."""
    deletes: dict[Address, tuple[str, ...]] = {}
    for intent in snapshot.intents:
        if intent.kind == "delete":
            deletes[intent.address] = (*deletes.get(intent.address, ()), intent.key)
    awaited = [
        _Awaited(record=record, live=live.get(record.id), deletes=deletes.get(record.address, ())) for record in records
    ]
    return [one for one in awaited if not _is_known_settled(one)]


def _is_known_settled(one: _Awaited) -> bool:
    if one.deletes or one.record.observed is None:
        return False
    return one.live is None or judge_settled(one.live) is Verdict.SETTLED


async def _wait_for(one: _Awaited, watching: Watching) -> tuple[Waited, LiveCluster | None]:
    """Wait for one cluster; return what came of it, and how it was seen once it had settled."""
    began, record = watching.clock.now(), one.record
    operation = _make_operation(one)
    patience = choose_patience(operation, record.timeouts, watching.limits)
    waited = Waited(address=record.address, id=record.id)
    settled: LiveCluster | None = None
    is_begun = True
    try:
        if one.deletes:
            is_begun = one.live is None or judge_settled(one.live) is not Verdict.SETTLED
            patience = patience if is_begun else Patience(_DOUBT_SECONDS)
            await wait_until_gone(operation, record.id, watching, patience)
            waited = replace(waited, is_gone=True)
        elif one.live is None:
            waited = replace(waited, is_settled=False, diagnostic=_report_missing(record))
        else:
            settled = await wait_until_settled(operation, one.live, watching, patience)
            waited = replace(waited, phase=settled.state or "")
    except Unsettled as error:
        problem = Diagnostic(code=error.code, summary=error.summary, detail=error.advice, address=record.address)
        if error.code == "settle-timeout" and not is_begun:
            problem = _report_not_deleted(record)
        waited = replace(waited, is_settled=False, diagnostic=problem)
    return replace(waited, seconds=watching.clock.now() - began), settled


def _make_operation(one: _Awaited) -> Operation:
    """Return the request that the cluster is on its way from, as far as that can be told: it names what is done."""
    if one.deletes:
        method = Method.DELETE
    else:
        method = Method.POST if one.record.observed is None and _is_young(one.live) else Method.PATCH
    return Operation(number=0, address=one.record.address, method=method, path=f"/clusters/{one.record.id}")


def _name_action(one: _Awaited) -> str:
    match _make_operation(one).method:
        case Method.POST:
            return Action.CREATE.value
        case Method.DELETE:
            return Action.DELETE.value
        case Method.PATCH | Method.PUT:
            return Action.UPDATE.value


def _is_young(live: LiveCluster | None) -> bool:
    return live is not None and (live.state or "").upper().startswith("CREAT")


async def _remember(
    session: Session, store: StateStore, waited: list[Waited], seen: Mapping[Address, LiveCluster | None]
) -> tuple[tuple[Waited, ...], tuple[Diagnostic, ...]]:
    """Write down what has settled, as the run that began it would have; what others wrote meanwhile stays."""
    if not any(one.is_settled for one in waited):
        return tuple(waited), ()
    try:
        async with hold_state(session, store, "wait"):
            snapshot = await store.load()
            told = list(waited)
            for number, one in enumerate(waited):
                entries, warning = _record(session, snapshot, one, seen.get(one.address))
                for entry in entries:
                    await store.record(entry)
                if warning is not None:
                    told[number] = replace(one, diagnostic=warning)
            return tuple(told), ()
    except LockHeld:
        return tuple(waited), (_report_locked(),)
    except StateError as error:
        raise fail_by_state(error) from error


def _record(
    session: Session, snapshot: Snapshot | None, one: Waited, settled: LiveCluster | None
) -> tuple[list[Entry], Diagnostic | None]:
    record = snapshot.records.get(one.address) if snapshot else None
    if snapshot is None or record is None or record.id != one.id or not one.is_settled:
        return [], None
    if one.is_gone:
        keys = [intent.key for intent in snapshot.intents if intent.address == one.address and intent.kind == "delete"]
        return [RecordDropped(one.address, closes=key) for key in keys], None
    if settled is None or record.observed is not None:
        return [], None
    change = Change(
        address=record.address,
        action=Action.NO_OP,
        name=record.name,
        id=record.id,
        applied=record.applied,
        after=record.applied,
    )
    rules = make_rules(snapshot)
    versions = (record.resource_version, settled.resource_version)
    is_edited = versions[0] != versions[1] and None not in versions
    if is_edited and not is_as_planned(change, settled, snapshot, rules):
        return [], _report_edited(record)
    observed = seal_unmarked(
        observe(change, settled, snapshot, rules), session.redactor.holds, rules, told=record.applied
    )
    seen = replace(record, observed=observed, resource_version=settled.resource_version)
    return [RecordPut(seen)], None


def _report_missing(record: Record) -> Diagnostic:
    return Diagnostic(
        code="cluster-gone",
        summary=f"{record.address} is gone",
        detail=f"The account knows no cluster {record.id}: somebody may have deleted it. planner plan says what "
        "becomes of it.",
        address=record.address,
    )


def _report_not_deleted(record: Record) -> Diagnostic:
    return Diagnostic(
        code="not-deleted",
        summary=f"{record.address} is there, although its deletion was asked for",
        detail="The request may not have reached the server, or it was undone. planner plan shows what is still to do.",
        address=record.address,
    )


def _report_edited(record: Record) -> Diagnostic:
    return Diagnostic(
        severity=Severity.WARNING,
        code="edited-while-settling",
        summary=f"{record.address} is not as it was asked to be",
        detail="Somebody else has changed it while it settled. planner plan shows the difference.",
        address=record.address,
    )


def _report_locked() -> Diagnostic:
    return Diagnostic(
        severity=Severity.WARNING,
        code="locked",
        summary="The state does not say yet that these clusters have settled",
        detail="Another run holds its lock. Nothing is lost: the next plan looks at the clusters themselves.",
    )
