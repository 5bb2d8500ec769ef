"""Rolling a cluster back to an earlier resource version: a plan like any other, which is shown, agreed to, performed.

The configuration is asked for its settings and for what it says of the cluster; one that is invalid does not stand in
the way, for that may be why somebody rolls back.
"""

from dataclasses import dataclass, replace

from planner.api.client import ManagerClient
from planner.config.configuration import Configuration
from planner.model.desired import Desired
from planner.model.diagnostics import Diagnostic, ExitCode, Failure
from planner.model.live import ApiFault, LiveCluster
from planner.model.plan import Plan
from planner.model.secrets import Vault
from planner.planning.guard import note_exceeded
from planner.planning.rollback import Rollback, find_later, plan_rollback
from planner.planning.unmarked import Hidden, find_unmarked, merge_hidden
from planner.workflow.accounts import check_account
from planner.workflow.apply import Applied, Limits, Screen, agree_and_perform, hold_account
from planner.workflow.approval import NO_APPROVAL, Approval
from planner.workflow.late import revise_with_live
from planner.workflow.plan import Planned, Reading, fail_by_api, fail_by_state
from planner.workflow.refresh import refresh
from planner.workflow.rollback_advice import advise
from planner.workflow.session import Session, connect, open_store, read_files, require_endpoint
from planner.workflow.versions import find_live, find_managed, pair_managed, read_versions
from state.errors import StateError
from state.record import Record
from state.snapshot import Snapshot

__all__ = ["RollbackRequest", "apply_rollback", "plan_to_roll_back", "plan_version"]

_NAMED = 10
"""How many versions are looked at, to name those that are there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RollbackRequest:
    """What is rolled back, an address as the user wrote it; `to` is None for the version before the present one."""

    address: str
    to: int | None


async def plan_to_roll_back(session: Session, request: RollbackRequest) -> Planned:
    """Return the plan of a rollback. Writes nothing anywhere.

    Raises:
        Failure: the state or the API cannot be read, or there is no such cluster or version.
    """
    configuration = read_files(session)
    endpoint = require_endpoint(session, configuration.settings)
    try:
        snapshot = await open_store(session, configuration.settings).load()
        find_managed(snapshot, request.address)
        check_account(snapshot, endpoint)
        async with connect(session, endpoint, configuration.settings, read_only=True) as api:
            reading = await _read(session, configuration, snapshot, endpoint, api)
            return await plan_version(reading, request, api, session.parallelism)
    except StateError as error:
        raise fail_by_state(error) from error
    except ApiFault as fault:
        raise fail_by_api(fault) from fault


async def apply_rollback(
    session: Session, request: RollbackRequest, screen: Screen, limits: Limits, approval: Approval = NO_APPROVAL
) -> Applied:
    """Plan a rollback, ask, and perform it.

    Raises:
        Failure: as for `plan_to_roll_back`; the state is locked, the plan is refused or not the approved one, or the
            user does not agree.
    """
    configuration = read_files(session)
    endpoint = require_endpoint(session, configuration.settings)
    store = open_store(session, configuration.settings)
    async with hold_account(session, store, configuration.settings, "rollback") as api:
        snapshot = await store.load()
        find_managed(snapshot, request.address)
        check_account(snapshot, endpoint)
        reading = await _read(session, configuration, snapshot, endpoint, api)
        planned = await plan_version(reading, request, api, session.parallelism)
        return await agree_and_perform(session, planned, api, store, screen=screen, limits=limits, approval=approval)


async def _read(
    session: Session, configuration: Configuration, snapshot: Snapshot | None, endpoint: str, api: ManagerClient
) -> Reading:
    live = await refresh(api, snapshot, session.parallelism)
    revised = revise_with_live(configuration, snapshot, live)
    return Reading(
        desired=revised.desired or Desired(settings=configuration.settings),
        configuration=revised,
        snapshot=snapshot,
        live=live,
        endpoint=endpoint,
        redactor=session.redactor,
    )


async def plan_version(reading: Reading, request: RollbackRequest, api: ManagerClient, parallelism: int) -> Planned:
    """Return the plan of a rollback from what was read, and the version of it that `api` gives.

    Raises:
        Failure: there is no such cluster or version, or a secret of it is not known.
        ApiFault: the API could not be asked.
    """
    record, snapshot = find_managed(reading.snapshot, request.address), reading.snapshot
    live = find_live(record, reading.live)
    version = await _find_version(record, live, request, api, parallelism)
    desired = reading.configuration.desired
    rollback = Rollback(
        pair=pair_managed(record, desired, snapshot, live),
        record=record,
        live=live,
        number=version.resource_version or 0,
        version=version,
    )
    secrets = reading.redactor.open_vault()
    plan, problems, hidden = _plan_without_secrets(rollback, reading, secrets)
    if problems:
        raise Failure(ExitCode.ERROR, *problems)
    later = [(change, find_later(rollback, change, snapshot, hidden)) for change in plan.changes]
    advice = [
        one for change, sent in later for one in advise(rollback.pair.desired, change, sent, reading.configuration)
    ]
    managed = len(snapshot.records) if snapshot else 0
    plan = note_exceeded(replace(plan, warnings=(*plan.warnings, *advice)), reading.desired.settings.guard, managed)
    # What is wrong with the configuration is no matter here, and has been told in one sentence.
    configuration = replace(reading.configuration, diagnostics=())
    return Planned(plan=plan, reading=replace(reading, configuration=configuration), secrets=secrets)


def _plan_without_secrets(
    rollback: Rollback, reading: Reading, secrets: Vault
) -> tuple[Plan, tuple[Diagnostic, ...], Hidden]:
    """Return the plan, in which no text stands that is known to be a secret, what is wrong, and what is hidden."""
    hidden: Hidden = {}
    while True:
        plan, problems = plan_rollback(rollback, reading.snapshot, reading.endpoint, secrets, hidden)
        more = merge_hidden(hidden, find_unmarked(plan, reading.redactor.holds))
        if more == hidden:
            return plan, problems, hidden
        hidden = more


async def _find_version(
    record: Record, live: LiveCluster, request: RollbackRequest, api: ManagerClient, parallelism: int
) -> LiveCluster:
    """Return the version that is asked for, with its number."""
    if request.to is None:
        found = [version for version in (await read_versions(api, live, 2, parallelism)).values() if version][1:]
        version = found[0] if found else None
    elif request.to == live.resource_version:
        version = live
    else:
        version = await api.read_version(live.id, request.to) if request.to < (live.resource_version or 0) else None
    if version is None:
        raise await _report_missing(record, live, request, api, parallelism)
    return version if version.resource_version is not None else replace(version, resource_version=request.to)


async def _report_missing(
    record: Record, live: LiveCluster, request: RollbackRequest, api: ManagerClient, parallelism: int
) -> Failure:
    kept = await read_versions(api, live, _NAMED, parallelism)
    numbers = ", ".join(str(number) for number, version in kept.items() if version is not None)
    wanted = "earlier resource version" if request.to is None else f"resource version {request.to}"
    return _fail(
        "no-version",
        f"{record.address} has no {wanted}",
        f"Its newest are: {numbers}; the first of them is the present one. To see what changed with each, run:\n"
        f"  planner history '{record.address}'",
    )


def _fail(code: str, summary: str, detail: str) -> Failure:
    return Failure(ExitCode.ERROR, Diagnostic(code=code, summary=summary, detail=detail))
