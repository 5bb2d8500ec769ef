"""Looking for drift: the state and the live account, compared. Writes nothing, and can send nothing but a GET."""

from dataclasses import dataclass, replace

from planner.config.configuration import Configuration
from planner.model.diagnostics import Diagnostic, Severity
from planner.model.drift import Drift
from planner.model.live import ApiFault
from planner.planning.find_drift import find_drift
from planner.workflow.accounts import check_account
from planner.workflow.plan import fail_by_api, fail_by_state
from planner.workflow.refresh import refresh
from planner.workflow.session import Session, connect, open_store, require_configuration, require_endpoint
from state.errors import StateError

__all__ = ["FoundDrift", "look_for_drift"]


_NO_STATE = Diagnostic(
    severity=Severity.WARNING,
    code="no-state",
    summary="There is no state, so no cluster is known to be managed here",
    detail="Drift is what differs from the last apply. If there was one, its state is somewhere else: in another "
    "workspace or backend, or on the machine that applied, where no backend is configured.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundDrift:
    """The drift, and the configuration that said where to look for it."""

    drift: Drift
    configuration: Configuration


async def look_for_drift(session: Session, targets: tuple[str, ...] = ()) -> FoundDrift:
    """Return what others changed since the last apply.

    Raises:
        Failure: the configuration is invalid, or the state or the API cannot be read.
    """
    desired, configuration = require_configuration(session)
    try:
        snapshot = await open_store(session, desired.settings).load()
    except StateError as error:
        raise fail_by_state(error) from error
    if snapshot is None or not snapshot.records:
        drift = find_drift(desired, snapshot, (), targets)
        if snapshot is None and desired.clusters:
            drift = replace(drift, warnings=(*drift.warnings, _NO_STATE))
        return FoundDrift(drift=drift, configuration=configuration)
    endpoint = require_endpoint(session, desired.settings)
    try:
        check_account(snapshot, endpoint)
        async with connect(session, endpoint, desired.settings, read_only=True) as api:
            live = await refresh(api, snapshot, session.parallelism)
    except ApiFault as fault:
        raise fail_by_api(fault) from fault
    return FoundDrift(drift=find_drift(desired, snapshot, live, targets), configuration=configuration)
