"""Replacing a name in the state: a cluster was renamed in the account, and is the same one.

Asks the account whether the recorded id bears that name, and changes nothing there. The state before is kept as a
backup.
"""

from dataclasses import replace

from planner.model.diagnostics import Diagnostic, ExitCode, Failure
from planner.model.live import ApiFault, LiveCluster
from planner.workflow.accounts import check_account
from planner.workflow.inspect_state import read_address
from planner.workflow.plan import fail_by_api, fail_by_state
from planner.workflow.session import Session, connect, hold_state, open_store, read_files, require_endpoint
from state.address import Address
from state.errors import StateError
from state.record import Record
from state.snapshot import Snapshot
from state.values import Value

__all__ = ["replace_name"]


async def replace_name(session: Session, address_text: str, name: str, *, dry_run: bool) -> Record:
    """Give the cluster that the state knows at an address the name that it has in the account; return it as it was.

    Raises:
        Failure: there is no such cluster in the state, or its id bears another name or stands for nothing.
    """
    address, settings = read_address(address_text), read_files(session).settings
    endpoint, store = require_endpoint(session, settings), open_store(session, settings)
    holding = replace(session, lock=session.lock and not dry_run)
    try:
        async with (
            hold_state(holding, store, "state replace-name"),
            connect(session, endpoint, settings, read_only=True) as api,
        ):
            snapshot = await store.load()
            record = _require_record(snapshot, address)
            check_account(snapshot, endpoint)
            _check_name(record, await api.read_cluster(record.id), name)
            if snapshot is not None and not dry_run:
                renamed = replace(
                    record,
                    name=name,
                    applied=_rename(record.applied, name),
                    observed=None if record.observed is None else _rename(record.observed, name),
                )
                await store.save(replace(snapshot, records={**snapshot.records, address: renamed}))
    except StateError as error:
        raise fail_by_state(error) from error
    except ApiFault as fault:
        raise fail_by_api(fault) from fault
    return record


def _require_record(snapshot: Snapshot | None, address: Address) -> Record:
    record = snapshot.records.get(address) if snapshot else None
    if record is None:
        raise _refuse(
            "not-in-state",
            f"The state knows no {address}",
            "planner state list shows the addresses that there are.",
        )
    return record


def _check_name(record: Record, live: LiveCluster | None, name: str) -> None:
    if live is None:
        raise _refuse(
            "no-such-cluster",
            f"The account has no cluster {record.id}",
            f"That is the id which the state has for {record.address}. Nothing was changed. planner plan shows what "
            "becomes of it.",
        )
    if live.name != name:
        raise _refuse(
            "other-name",
            f'The cluster {record.id} is not named "{name}"',
            f'Its name in the account is "{live.name}". Nothing was changed. Make sure that it is {record.address}, '
            "and give that name.",
        )


def _rename(document: dict[str, Value], name: str) -> dict[str, Value]:
    """Return a document with another name, where it has one."""
    metadata = document.get("metadata")
    if not isinstance(metadata, dict) or "name" not in metadata:
        return document
    return {**document, "metadata": {**metadata, "name": name}}


def _refuse(code: str, summary: str, detail: str) -> Failure:
    return Failure(ExitCode.ERROR, Diagnostic(code=code, summary=summary, detail=detail))
