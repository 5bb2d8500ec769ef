"""Importing: from now on, a cluster that is there already is managed under an address of ours. Sends nothing."""

import shlex

from planner.model.diagnostics import Diagnostic, ExitCode, Failure
from planner.model.live import ApiFault, LiveCluster
from planner.planning.changes import find_sensitive, seal_live
from planner.planning.imports import find_importable, group_account, make_imported_record
from planner.planning.make_plan import make_rules
from planner.planning.unmarked import seal_unmarked
from planner.workflow.accounts import check_account, name_account
from planner.workflow.inspect_state import read_address
from planner.workflow.plan import fail_by_api, fail_by_state
from planner.workflow.refresh import refresh
from planner.workflow.session import (
    Session,
    connect,
    hold_state,
    open_store,
    require_configuration,
    require_endpoint,
)
from state.address import Address
from state.entries import RecordPut
from state.errors import StateError
from state.record import Record
from state.snapshot import Snapshot
from state.store import make_new_snapshot

__all__ = ["import_cluster"]


async def import_cluster(session: Session, address_text: str, id_or_name: str) -> Record:
    """Record the live cluster with this id, or else this name, under an address that the configuration declares.

    Raises:
        Failure: there is no such address or cluster, or one of the two is taken.
    """
    address = read_address(address_text)
    desired, _ = require_configuration(session)
    declared = next((cluster for cluster in desired.clusters if cluster.address == address), None)
    if declared is None:
        raise _refuse(
            "not-declared",
            f"The configuration declares no {address}",
            "Write its block first, then import it: otherwise the next plan would delete the cluster. This prints one "
            "that asks for what is live:\n"
            f"  planner dump -no-import -name {shlex.quote(id_or_name)}",
        )
    store = open_store(session, desired.settings)
    endpoint = require_endpoint(session, desired.settings)
    try:
        async with (
            hold_state(session, store, "import"),
            connect(session, endpoint, desired.settings, read_only=True) as api,
        ):
            check_account(await store.load(), endpoint)
            snapshot = store.snapshot or await store.save(make_new_snapshot(name_account(endpoint)))
            listed = await refresh(api, None, session.parallelism, [id_or_name])
            live = _choose(snapshot, listed, address, id_or_name)
            rules = make_rules(snapshot)
            secrets = session.redactor.open_vault()
            seen = seal_live(live, rules, find_sensitive(declared, None, rules), secrets)
            observed = seal_unmarked(seen, session.redactor.holds, rules)
            record = make_imported_record(address, live, observed)
            await store.record(RecordPut(record))
    except StateError as error:
        raise fail_by_state(error) from error
    except ApiFault as fault:
        raise fail_by_api(fault) from fault
    return record


def _choose(snapshot: Snapshot, live: tuple[LiveCluster, ...], address: Address, id_or_name: str) -> LiveCluster:
    if address in snapshot.records:
        raise _refuse(
            "address-taken",
            f"{address} is managed already",
            f"The state knows it as the cluster {snapshot.records[address].id}. Choose another address; or let the "
            f"state forget that one first:\n  planner state rm '{address}'",
        )
    managed = {record.id: record.address for record in snapshot.records.values()}
    found = find_importable(id_or_name, address, group_account(live), managed)
    if isinstance(found, Diagnostic):
        raise Failure(ExitCode.ERROR, found)
    return found


def _refuse(code: str, summary: str, detail: str) -> Failure:
    return Failure(ExitCode.ERROR, Diagnostic(code=code, summary=summary, detail=detail))
