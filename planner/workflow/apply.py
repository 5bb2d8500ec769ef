"""Applying a configuration: plan, agree, perform, remember. What was agreed to is what happens."""

import uuid
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from planner.api.client import ManagerClient
from planner.applying.apply_plan import apply_plan
from planner.applying.late import describe_known
from planner.applying.ports import Completed, Judgement, Limits, Ports
from planner.applying.settling import Verdict, judge_settled
from planner.model.desired import Known, Settings
from planner.model.diagnostics import Diagnostic, ExitCode, Failure
from planner.model.events import Event
from planner.model.live import ApiFault, LiveCluster
from planner.model.outputs import Outputs
from planner.model.paths import parse_path
from planner.model.plan import Action, Change, Operation, Plan
from planner.model.report import Fate, Report
from planner.model.spans import Span
from planner.planning.make_plan import make_rules
from planner.planning.rekey import rekey_plan
from planner.planning.since import find_changed
from planner.planning.unmarked import seal_change, seal_unmarked
from planner.planning.verify import is_as_planned, observe
from planner.workflow.accounts import check_account, has_clusters, name_account
from planner.workflow.approval import NO_APPROVAL, Approval, check_approval
from planner.workflow.check_plan import check_live
from planner.workflow.collecting import resume_collector
from planner.workflow.conclude import conclude
from planner.workflow.estimating import tell_estimates
from planner.workflow.late import make_complete
from planner.workflow.plan import Planned, PlanRequest, fail_by_api, fail_by_state, plan_reading, start_reading
from planner.workflow.refresh import list_imported, refresh
from planner.workflow.remember_run import describe_run, remember_run
from planner.workflow.rescuing import Rescue, rescue
from planner.workflow.session import (
    Session,
    connect,
    hold_state,
    open_store,
    require_configuration,
    require_endpoint,
)
from planner.workflow.stopping import Stop, StoppableApi, StoppableClock, catch_signals
from state.address import Address
from state.errors import StateError
from state.snapshot import Snapshot
from state.store import StateStore, make_new_snapshot

__all__ = [
    "Applied",
    "Limits",
    "Screen",
    "agree_and_perform",
    "apply_clusters",
    "hold_account",
    "hold_alone",
    "perform_plan",
    "show_and_check",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """The user's side of an apply.

    `show` is given the plan; `agree` tells whether the user wants it, and is not asked about what changes nothing;
    None takes every plan. `compare` is given the approved plan and the one that has come out instead. `begin` is told
    that a plan is going to be performed, `tell` what happens then, and `stopping` that a signal has asked for its end.
    """

    show: Callable[[Planned], None]
    agree: Callable[[Plan], bool] | None
    begin: Callable[[Plan], None]
    tell: Callable[[Event], None]
    stopping: Callable[[], None] = lambda: None
    compare: Callable[[Plan, Plan], None] = lambda _approved, _plan: None


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What came of an apply; the exit code says it in one number. `sources` are for the diagnostics.

    `outputs` are those that the state holds now, where all that was planned is done; `diagnostics` say what else is so
    once the clusters have settled.
    """

    report: Report
    exit_code: ExitCode
    sources: Mapping[str, str] = field(default_factory=dict)
    outputs: Outputs = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()
    is_changed: bool = True

    @property
    def reason(self) -> str:
        """The exit code in words."""
        match self.exit_code:
            case ExitCode.DONE:
                if self.report.count(Fate.SETTLING):
                    return "applied, and not waited for"
                return "applied" if self.is_changed else "no changes"
            case ExitCode.APPLIED_IN_PART:
                return "applied in part"
            case ExitCode.REFUSED:
                return "a postcondition does not hold"
            case ExitCode.ERROR | ExitCode.INVALID_CONFIGURATION:
                return "applied, but the outputs could not be told"
            case _:
                return "stopped by a signal"


async def apply_clusters(
    session: Session, request: PlanRequest, screen: Screen, limits: Limits, approval: Approval = NO_APPROVAL
) -> Applied:
    """Plan, ask, and perform.

    Raises:
        Failure: the configuration is invalid, the state is locked or unreadable, the API cannot be reached, the plan
            is refused or not the approved one, or the user does not agree.
    """
    desired, configuration = require_configuration(session)
    store, operation = open_store(session, desired.settings), "destroy" if request.destroy else "apply"
    reading = start_reading(session, desired, configuration)
    if not desired.clusters:
        async with hold_alone(session, store, operation):
            reading = replace(reading, snapshot=await store.load())
            if not has_clusters(reading.snapshot):  # so there is nothing to ask an account
                planned = plan_reading(reading, request)
                return await agree_and_perform(
                    session, planned, None, store, screen=screen, limits=limits, approval=approval
                )
    endpoint = require_endpoint(session, desired.settings)
    async with hold_account(session, store, desired.settings, operation) as api:
        snapshot = await store.load()
        check_account(snapshot, endpoint)
        imported = list_imported(desired)
        live = await refresh(api, snapshot, session.parallelism, imported, announce=session.announce)
        planned = plan_reading(replace(reading, snapshot=snapshot, live=live, endpoint=endpoint), request)
        return await agree_and_perform(session, planned, api, store, screen=screen, limits=limits, approval=approval)


async def agree_and_perform(  # noqa: PLR0913 - what was planned, with what to perform it, and who agrees to it
    session: Session,
    planned: Planned,
    api: ManagerClient | None,
    store: StateStore,
    *,
    screen: Screen,
    limits: Limits,
    approval: Approval,
) -> Applied:
    """Show a plan that was just made, ask, and perform it; no `api` is needed where it is about no cluster.

    Raises:
        Failure: it is refused or not the approved one, the user does not agree, or a cluster has changed meanwhile.
    """
    show_and_check(planned, screen, approval)
    if screen.agree is not None and _needs_consent(planned.plan):
        if not screen.agree(planned.plan):
            raise Failure(ExitCode.ERROR, _report_cancelled())
        if api is not None:
            # People take their time to agree: what they agreed to must still be so.
            reading, imported = planned.reading, list_imported(planned.reading.desired)
            live = await refresh(api, reading.snapshot, session.parallelism, imported)
            check_live(planned.plan, reading.snapshot, live, reading.no_state_key)
    return await perform_plan(session, planned, api, store, screen=screen, limits=limits)


def show_and_check(planned: Planned, screen: Screen, approval: Approval) -> None:
    """Show a plan, whatever comes of it: whoever is refused one must see what it was.

    Raises:
        Failure: it is not the approved one, or does more than it may.
    """
    screen.show(planned)
    approved = approval.approved
    if approved is not None and approved.id != planned.plan.id:
        screen.compare(approved, planned.plan)
    check_approval(planned, approval)


def _needs_consent(plan: Plan) -> bool:
    """Tell whether a plan sends something, changes an output that others read, or has the state know other than before.

    That is: a cluster becomes ours or nobody's, or is no longer protected.
    In another account than ours, all clusters seem to be gone; and what is ours can be deleted.
    """
    return bool(plan.operations or plan.outputs) or any(
        change.action is Action.FORGET or change.importing is not None or change.lifts_protection
        for change in plan.changes
    )


@asynccontextmanager
async def hold_account(
    session: Session, store: StateStore, settings: Settings, operation: str
) -> AsyncIterator[ManagerClient]:
    """Hold the lock of the state and a connection; what goes wrong with either becomes a failure."""
    try:
        endpoint = require_endpoint(session, settings)
        async with hold_state(session, store, operation), connect(session, endpoint, settings) as api:
            yield api
    except StateError as error:
        raise fail_by_state(error) from error
    except ApiFault as fault:
        raise fail_by_api(fault) from fault


@asynccontextmanager
async def hold_alone(session: Session, store: StateStore, operation: str) -> AsyncIterator[None]:
    """Hold the lock of the state, and ask no account."""
    try:
        async with hold_state(session, store, operation):
            yield
    except StateError as error:
        raise fail_by_state(error) from error


async def perform_plan(  # noqa: PLR0913 - what was planned, with what to perform it, and who watches
    session: Session, planned: Planned, api: ManagerClient | None, store: StateStore, *, screen: Screen, limits: Limits
) -> Applied:
    """Perform a plan; whatever comes of it, the state holds the truth afterwards."""
    if not planned.plan.changes and not planned.plan.outputs:
        outputs = planned.reading.snapshot.outputs if planned.reading.snapshot else {}
        report = Report(plan_id=planned.plan.id)
        return Applied(report=report, exit_code=ExitCode.DONE, outputs=outputs, is_changed=False)
    planned = await _give_state(planned, store)
    if api is None:
        return await _conclude_alone(planned, store, screen)
    resume_collector()
    stop = Stop()
    actions = {change.address: change.action.value for change in planned.plan.changes}
    tell = tell_estimates(_isolate(screen.tell), planned.reading.snapshot, actions)
    kept = Rescue(session.directory)
    ports = replace(_make_ports(planned, api, store, stop), record=rescue(store, kept), tell=tell, limits=limits)
    screen.begin(planned.plan)
    began, began_at = ports.clock.now(), ports.timestamp()
    with catch_signals(stop, screen.stopping):
        report = await apply_plan(planned.plan, ports)
    conclusion = await conclude(planned, report, describe_known(report.live), store)
    told = {one for outcome in report.outcomes for one in outcome.diagnostics}
    exit_code = _choose_exit_code(report, stop) or conclusion.exit_code
    seconds = ports.clock.now() - began
    run = describe_run(planned.plan, report, session.environment, began=began_at, seconds=seconds, exit_code=exit_code)
    await remember_run(store, run)
    return Applied(
        report=report,
        exit_code=exit_code,
        sources=planned.reading.configuration.sources,
        outputs=conclusion.outputs if exit_code in {ExitCode.DONE, ExitCode.REFUSED} else {},
        diagnostics=(*(one for one in conclusion.diagnostics if one not in told), *kept.describe()),
    )


async def _conclude_alone(planned: Planned, store: StateStore, screen: Screen) -> Applied:
    """Remember the outputs of a plan that is about no cluster."""
    screen.begin(planned.plan)
    report = Report(plan_id=planned.plan.id)
    conclusion = await conclude(planned, report, {}, store)
    return Applied(
        report=report,
        exit_code=conclusion.exit_code,
        sources=planned.reading.configuration.sources,
        outputs=conclusion.outputs,
        diagnostics=conclusion.diagnostics,
    )


async def _give_state(planned: Planned, store: StateStore) -> Planned:
    """Make the state if there is none, write the plan's fingerprints with its key, and let it belong to the account."""
    snapshot, endpoint = planned.reading.snapshot, planned.reading.endpoint
    account = name_account(endpoint) if endpoint else snapshot.account if snapshot else ""
    if snapshot is None:
        snapshot = await store.save(make_new_snapshot(account))
        plan = rekey_plan(planned.plan, planned.secrets, snapshot.fingerprint_key)
        return replace(planned, plan=plan, reading=replace(planned.reading, snapshot=snapshot))
    if snapshot.account != account:
        snapshot = await store.save(replace(snapshot, account=account))
    return replace(planned, reading=replace(planned.reading, snapshot=snapshot))


def _isolate(tell: Callable[[Event], None]) -> Callable[[Event], None]:
    """Return `tell` so that a screen which fails, or has gone, never stops an apply."""

    def tell_or_not(event: Event) -> None:
        with suppress(Exception):
            tell(event)

    return tell_or_not


def _make_ports(planned: Planned, api: ManagerClient, store: StateStore, stop: Stop) -> Ports:
    """Put the effects of an apply together; this is done here and nowhere else."""
    snapshot = planned.reading.snapshot
    rules = make_rules(snapshot)
    clusters = {cluster.address: cluster for cluster in planned.reading.desired.clusters}
    live = _find_owned(planned)

    holds = planned.reading.redactor.holds
    evaluate = make_complete(planned.reading.configuration, snapshot, planned.secrets)

    def complete(change: Change, operations: tuple[Operation, ...], known: Known) -> Completed:
        completed = evaluate(change, operations, known)
        return replace(completed, change=seal_change(completed.change, holds, rules))

    def judge(change: Change, live: LiveCluster) -> Judgement:
        return Judgement(
            observed=seal_unmarked(observe(change, live, snapshot, rules), holds, rules, told=change.applied),
            is_as_planned=is_as_planned(change, live, snapshot, rules),
        )

    def find_span(address: Address, target: str) -> Span | None:
        cluster = clusters.get(address)
        return cluster.find_span(parse_path(target)) if cluster else None

    return Ports(
        api=StoppableApi(api, stop),
        clock=StoppableClock(stop),
        record=store.record,
        judge=judge,
        find_span=find_span,
        tell=lambda _: None,
        new_key=lambda: str(uuid.uuid4()),
        timestamp=lambda: datetime.now(UTC).isoformat(timespec="seconds"),
        is_stopped=stop.is_asked,
        secrets=planned.secrets,
        left_open=_group_left_open(snapshot),
        restless={at: cluster for at, cluster in live.items() if judge_settled(cluster) is not Verdict.SETTLED},
        live=live,
        find_changed=lambda change, operation, live: find_changed(change, operation, live, snapshot, rules),
        complete=complete,
    )


def _find_owned(planned: Planned) -> Mapping[Address, LiveCluster]:
    """Return the live clusters that we manage, by the addresses that they have once the plan is applied."""
    snapshot = planned.reading.snapshot
    owners = {record.id: address for address, record in snapshot.records.items()} if snapshot else {}
    owners |= {change.id: change.address for change in planned.plan.changes if change.id is not None}
    return {owners[live.id]: live for live in planned.reading.live if live.id in owners}


def _group_left_open(snapshot: Snapshot | None) -> Mapping[Address, tuple[str, ...]]:
    keys: dict[Address, tuple[str, ...]] = {}
    for intent in snapshot.intents if snapshot else ():
        keys[intent.address] = (*keys.get(intent.address, ()), intent.key)
    return keys


def _choose_exit_code(report: Report, stop: Stop) -> ExitCode:
    if stop.is_asked():
        return stop.exit_code
    return ExitCode.DONE if report.is_taken else ExitCode.APPLIED_IN_PART


def _report_cancelled() -> Diagnostic:
    return Diagnostic(
        code="cancelled", summary="Apply cancelled", detail="Nothing was sent. Only the answer yes is taken as consent."
    )
