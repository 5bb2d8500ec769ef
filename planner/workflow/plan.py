"""Planning a configuration against its state and the live account. Writes nothing anywhere."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from secrets import token_hex

from planner.config.configuration import Configuration
from planner.model.checks import find_failures
from planner.model.desired import Desired
from planner.model.diagnostics import Diagnostic, ExitCode, Failure, Severity
from planner.model.live import ApiFault, LiveCluster
from planner.model.plan import Plan
from planner.model.redaction import Redactor
from planner.model.secrets import Vault
from planner.planning.anchors import anchor_plan
from planner.planning.guard import note_exceeded
from planner.planning.impact import assess_impact
from planner.planning.make_plan import NO_STATE_KEY, PlanOptions
from planner.planning.recall import find_hindrances, recall_clusters
from planner.planning.unmarked import Hidden, find_unmarked, merge_hidden, warn_of_unmarked
from planner.workflow.accounts import check_account, has_clusters
from planner.workflow.failing import fail_by_api, fail_by_state
from planner.workflow.late import plan_with_known
from planner.workflow.plan_keys import find_no_state_key, find_plan_key
from planner.workflow.refresh import list_imported, refresh
from planner.workflow.session import Session, connect, open_store, require_configuration, require_endpoint
from state.errors import StateError
from state.snapshot import Snapshot

__all__ = [
    "PlanRequest",
    "Planned",
    "Reading",
    "fail_by_api",
    "fail_by_state",
    "plan_clusters",
    "plan_reading",
    "read_account",
    "start_reading",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRequest:
    """What the command line asks of a plan: `targets`, `excluded` and `replace` as the user wrote the addresses.

    Without `refresh` the account is not asked: the plan compares with what the state last observed.
    """

    destroy: bool = False
    targets: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    replace: tuple[str, ...] = ()
    refresh: bool = True
    live: str | None = None
    """A file of a snapshot, in the place of the account and the state."""
    trusted: str | None = None
    """The commit that is trusted, where the configuration itself is not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The three values that a plan is made of, and where they come from."""

    desired: Desired
    configuration: Configuration
    snapshot: Snapshot | None
    live: Sequence[LiveCluster] = ()
    endpoint: str = ""
    directory: str = "."
    notes: tuple[Diagnostic, ...] = ()
    """What a reader of the plan must know of where it comes from."""
    no_state_key: str = field(default=NO_STATE_KEY, repr=False)
    redactor: Redactor = field(default_factory=Redactor, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A plan and what it was made from; `secrets` is what its fingerprints stand for."""

    plan: Plan
    reading: Reading
    secrets: Vault = field(repr=False)


def start_reading(
    session: Session, desired: Desired, configuration: Configuration, snapshot: Snapshot | None = None
) -> Reading:
    """Return what was read before an account is asked."""
    return Reading(
        desired=desired,
        configuration=configuration,
        snapshot=snapshot,
        directory=session.directory,
        no_state_key=find_no_state_key(session),
        redactor=session.redactor,
    )


async def plan_clusters(session: Session, request: PlanRequest) -> Planned:
    """Return the plan for a configuration.

    Raises:
        Failure: the configuration is invalid, the state or the API cannot be read, or the plan is refused.
    """
    if request.trusted is None:
        return plan_reading(await read_account(session, request), request)
    from planner.workflow.untrusted import open_untrusted  # noqa: PLC0415 - few plans are of strangers

    with open_untrusted(session, request.trusted, live=request.live) as read:
        reading = await _read_for(session, request, read.desired, read.configuration)
        if find_plan_key(session) is None:
            # Where there is no state everybody knows the key of the fingerprints, and could guess at what they are of.
            reading = replace(reading, no_state_key=token_hex(32))
        return plan_reading(replace(reading, directory=read.directory), request)


async def read_account(session: Session, request: PlanRequest) -> Reading:
    """Return the configuration, the state, and what is live, or what `request` has in its place.

    Raises:
        Failure: the configuration is invalid, or the state or the API cannot be read.
    """
    return await _read_for(session, request, *require_configuration(session))


async def _read_for(session: Session, request: PlanRequest, desired: Desired, configuration: Configuration) -> Reading:
    if request.live is not None:
        return _read_taken(session, request.live, desired, configuration)
    try:
        snapshot = await open_store(session, desired.settings).load()
    except StateError as error:
        raise fail_by_state(error) from error
    reading = start_reading(session, desired, configuration, snapshot)
    if desired.clusters or has_clusters(snapshot):
        reading = await _read_live(session, reading) if request.refresh else _recall_live(session, reading)
    return reading


def _read_taken(session: Session, path: str, desired: Desired, configuration: Configuration) -> Reading:
    """Return what a snapshot holds, in the place of the account and the state."""
    from planner.workflow.snapshots import read_snapshot, warn_of_snapshot  # noqa: PLC0415 - few plans have one

    taken = read_snapshot(path)
    reading = start_reading(session, desired, configuration, taken.snapshot)
    return replace(reading, endpoint=taken.endpoint, live=taken.live, notes=(warn_of_snapshot(taken),))


async def _read_live(session: Session, reading: Reading) -> Reading:
    endpoint = require_endpoint(session, reading.desired.settings)
    try:
        check_account(reading.snapshot, endpoint)
        async with connect(session, endpoint, reading.desired.settings, read_only=True) as api:
            imported = list_imported(reading.desired)
            live = await refresh(api, reading.snapshot, session.parallelism, imported, announce=session.announce)
    except ApiFault as fault:
        raise fail_by_api(fault) from fault
    return replace(reading, endpoint=endpoint, live=live)


def _recall_live(session: Session, reading: Reading) -> Reading:
    endpoint = require_endpoint(session, reading.desired.settings)
    try:
        check_account(reading.snapshot, endpoint)
    except ApiFault as fault:
        raise fail_by_api(fault) from fault
    hindrances = tuple(find_hindrances(reading.desired, reading.snapshot))
    if hindrances:
        raise Failure(ExitCode.ERROR, *hindrances, sources=reading.configuration.sources)
    return replace(reading, endpoint=endpoint, live=recall_clusters(reading.snapshot))


def plan_reading(reading: Reading, request: PlanRequest) -> Planned:
    """Return the plan for what was read already.

    Raises:
        Failure: the plan is refused.
    """
    options = PlanOptions(
        endpoint=reading.endpoint,
        destroy=request.destroy,
        targets=request.targets,
        excluded=request.excluded,
        replace=request.replace,
        is_refreshed=request.refresh,
        no_state_key=reading.no_state_key,
    )
    secrets = reading.redactor.open_vault()
    try:
        plan, configuration = _plan_without_secrets(reading, options, secrets)
    except Failure as failure:
        raise Failure(failure.exit_code, *failure.diagnostics, sources=reading.configuration.sources) from failure
    broken = [one for one in find_failures(plan.checks) if one.severity is Severity.ERROR]
    if broken:
        raise Failure(ExitCode.REFUSED, *broken, sources=configuration.sources)
    desired = configuration.desired or reading.desired
    managed = len(reading.snapshot.records) if reading.snapshot else 0
    plan = replace(plan, warnings=(*reading.notes, *plan.warnings))
    plan = assess_impact(note_exceeded(plan, desired.settings.guard, managed))
    plan = _measure(plan, reading, desired, configuration)
    return Planned(
        plan=anchor_plan(plan, desired, configuration.sources),
        reading=replace(reading, desired=desired, configuration=configuration),
        secrets=secrets,
    )


def _measure(plan: Plan, reading: Reading, desired: Desired, configuration: Configuration) -> Plan:
    """Return `plan` with what its servers have and cost; a plan that changes no cluster needs no table for that."""
    settings = desired.settings
    if not plan.changes and settings.prices is None and settings.instance_types is None:
        return plan
    from planner.planning.capacity import measure_plan  # noqa: PLC0415 - most plans change nothing
    from planner.workflow.price_files import read_prices, read_sizes  # noqa: PLC0415 - likewise

    prices = read_prices(reading.directory, settings, configuration.sources)
    return measure_plan(plan, read_sizes(reading.directory, settings, configuration.sources), prices)


def _plan_without_secrets(reading: Reading, options: PlanOptions, secrets: Vault) -> tuple[Plan, Configuration]:
    """Return the plan, in which no text stands that turns out to be a secret, and the configuration that it is for."""
    hidden: Hidden = {}
    while True:
        plan, configuration = plan_with_known(reading.configuration, reading.snapshot, reading.live, options, secrets)
        more = merge_hidden(hidden, find_unmarked(plan, reading.redactor.holds))
        if more == hidden:
            break
        # What is hidden now makes more texts known as secrets, so they are looked for once more.
        hidden = more
        options = replace(options, hidden=hidden)
    return replace(plan, warnings=(*plan.warnings, *warn_of_unmarked(plan, hidden))), configuration
