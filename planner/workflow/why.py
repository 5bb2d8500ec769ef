"""Why a field is as it is: the configuration, the state, the account and the plan are asked. Sends only GET."""

from collections.abc import Sequence
from dataclasses import replace

from planner.config.configuration import Configuration
from planner.config.read import read_trace
from planner.model.desired import Desired, Known
from planner.model.diagnostics import Diagnostic, ExitCode, Failure
from planner.model.live import ApiFault, LiveCluster
from planner.model.paths import Key, Path, position_path
from planner.model.plan import Missing, Plan
from planner.model.secrets import find_secrets
from planner.model.spans import find_position
from planner.model.why import Origin, Why
from planner.planning.explain import explain_field
from planner.planning.field_paths import UnknownFieldError, read_field_path, split_target
from planner.planning.make_plan import make_rules
from planner.planning.pair import Pair, pair_clusters
from planner.planning.readdress import check_past
from planner.workflow.accounts import check_account
from planner.workflow.late import list_known, revise_with_live
from planner.workflow.plan import PlanRequest, Reading, fail_by_api, fail_by_state, plan_reading
from planner.workflow.refresh import refresh
from planner.workflow.session import (
    Session,
    connect,
    open_store,
    read_with,
    require_configuration,
    require_endpoint,
)
from state.address import Address
from state.errors import StateError
from state.snapshot import Snapshot

__all__ = ["explain"]


async def explain(session: Session, text: str) -> Why:
    """Return why the field that `text` names, an address and a path, is as it is.

    Raises:
        Failure: there is no such cluster or field; the configuration is invalid, or the state or the API cannot be
            read.
    """
    address, path = _read_target(text)
    desired, configuration = require_configuration(session)
    endpoint = require_endpoint(session, desired.settings)
    try:
        snapshot = await open_store(session, desired.settings).load()
        check_account(snapshot, endpoint)
        async with connect(session, endpoint, desired.settings, read_only=True) as api:
            live = await refresh(api, snapshot, session.parallelism)
    except StateError as error:
        raise fail_by_state(error) from error
    except ApiFault as fault:
        raise fail_by_api(fault) from fault
    reading = Reading(
        desired=desired,
        configuration=configuration,
        snapshot=snapshot,
        live=live,
        endpoint=endpoint,
        redactor=session.redactor,
    )
    plan, refusal = _plan(reading)
    revised = revise_with_live(configuration, snapshot, live)
    pair = _find_pair(address, revised.desired or desired, snapshot, live)
    why = explain_field(pair, path, plan, make_rules(snapshot))
    origin = _trace(session, why, pair, revised, list_known(configuration, snapshot, live))
    return replace(why, origin=origin, refusal=refusal)


def _read_target(text: str) -> tuple[Address, Path]:
    try:
        address, rest = split_target(text)
    except ValueError as error:
        raise _fail("not-an-address", "That is not the address of a field", f"{error}.") from None
    try:
        path, _ = read_field_path(rest)
    except UnknownFieldError as error:
        from planner.lang.suggest import suggest  # noqa: PLC0415 - only who mistypes pays for it

        known = ", ".join(sorted(error.known))
        hint = suggest(error.name, error.known) or (f" There are: {known}." if known else "")
        raise _fail("unknown-field", "There is no such field", f"{error}.{hint}") from None
    if not path:
        raise _fail("no-field", "Which field of it?", f"Add its path, as in {address}.spec.query.replicas.")
    return address, path


def _plan(reading: Reading) -> tuple[Plan | None, tuple[Diagnostic, ...]]:
    try:
        return plan_reading(reading, PlanRequest()).plan, ()
    except Failure as failure:
        return None, failure.diagnostics


def _find_pair(address: Address, desired: Desired, snapshot: Snapshot | None, live: Sequence[LiveCluster]) -> Pair:
    """Return the cluster at `address`, be it the one that the configuration gives or that the state has."""
    if check_past(desired):
        desired = replace(desired, moves=(), removals=(), imports=())  # which refuses the plan, as is told
    pairs = pair_clusters(desired, snapshot, live).pairs
    for pair in pairs:
        if address in {pair.address, pair.moved_from}:
            return pair
    from planner.lang.suggest import suggest  # noqa: PLC0415 - only who mistypes pays for it

    hint = suggest(str(address), (str(pair.address) for pair in pairs))
    raise _fail(
        "no-cluster",
        f"There is no {address}",
        f"Neither the configuration declares it nor does the state know it.{hint}",
    )


def _trace(session: Session, why: Why, pair: Pair, configuration: Configuration, known: Known) -> Origin | None:
    """Return where the configuration sets the field; None where it does not."""
    if pair.desired is None or isinstance(why.configured, Missing):
        return None
    is_entry = isinstance(why.path[-1], Key) and isinstance(why.configured, dict)
    path = (*why.path, "value") if is_entry else why.path
    span = pair.desired.find_span(position_path(path, pair.desired.document))
    if span is None:
        return None
    hides = isinstance(why.configured, list | dict) and not is_entry
    is_secret = hides or any(True for _ in find_secrets(why.configured))
    if span.file.endswith(".cluster.json"):
        return Origin(name=str(pair.address), place=_describe(configuration, span.file, span.start))
    trace = read_with(session, lambda directory, inputs: read_trace(directory, inputs, known))
    return trace(pair.address, span, is_secret)


def _describe(configuration: Configuration, file: str, start: int) -> str:
    position = find_position(configuration.sources.get(file, ""), start)
    return f"{file}:{position.line}:{position.column}"


def _fail(code: str, summary: str, detail: str) -> Failure:
    return Failure(ExitCode.ERROR, Diagnostic(code=code, summary=summary, detail=detail))
