"""The history of a cluster: which resource versions the server keeps, and what changed with each. Sends only GET."""

from planner.model.diagnostics import Diagnostic
from planner.model.history import History
from planner.model.live import ApiFault
from planner.planning.history import compare_versions
from planner.planning.make_plan import make_rules
from planner.workflow.accounts import check_account
from planner.workflow.late import revise_with_live
from planner.workflow.plan import fail_by_api, fail_by_state
from planner.workflow.refresh import refresh
from planner.workflow.session import Session, connect, open_store, read_files, require_endpoint
from planner.workflow.versions import find_live, find_managed, pair_managed, read_versions
from state.errors import StateError

__all__ = ["load_history"]


async def load_history(session: Session, address: str, limit: int) -> tuple[History, tuple[Diagnostic, ...]]:
    """Return the newest `limit` versions of the cluster at `address`, and what is wrong with the configuration.

    The configuration is only asked where the state and the account are, and what it says of the cluster; where it is
    invalid, the history does without.

    Raises:
        Failure: the state or the API cannot be read, or there is no such cluster.
    """
    configuration = read_files(session)
    endpoint = require_endpoint(session, configuration.settings)
    try:
        snapshot = await open_store(session, configuration.settings).load()
        record = find_managed(snapshot, address)
        check_account(snapshot, endpoint)
        async with connect(session, endpoint, configuration.settings, read_only=True) as api:
            live = await refresh(api, snapshot, session.parallelism)
            current = find_live(record, live)
            versions = await read_versions(api, current, limit + 1, session.parallelism)
    except StateError as error:
        raise fail_by_state(error) from error
    except ApiFault as fault:
        raise fail_by_api(fault) from fault
    revised = revise_with_live(configuration, snapshot, live)
    pair = pair_managed(record, revised.desired, snapshot, current)
    entries = compare_versions(pair, record, versions, make_rules(snapshot))
    shown = entries
    while sum(entry.is_kept for entry in shown) > limit:
        shown = shown[:-1]
    history = History(
        address=record.address,
        id=record.id,
        name=current.name,
        current=current.resource_version or 0,
        recorded=record.resource_version,
        versions=shown,
        has_more=len(shown) < len(entries),
    )
    return history, () if revised.desired is not None else revised.diagnostics
