"""Editing the state by hand: records get another address, or are forgotten. Asks no API and changes no cluster.

The state before the edit is kept as its backup. The configuration is asked only where the state is.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

from planner.model.desired import Endpoint, Move
from planner.model.diagnostics import Diagnostic, ExitCode, Failure
from planner.model.spans import Span
from planner.planning.endpoints import AddressIndex, format_endpoint, is_single, name_kind, parse_endpoint
from planner.planning.moves import follow_moves
from planner.workflow.plan import fail_by_state
from planner.workflow.session import Session, hold_state, open_store, read_files
from state.address import Address
from state.entries import Entry, IntentClosed, RecordDropped, RecordMoved
from state.errors import StateError
from state.record import Record
from state.snapshot import Snapshot, fold_all
from state.store import StateStore

__all__ = ["move_records", "remove_records"]

_LOOK = "planner state list shows the addresses that there are."


async def move_records(
    session: Session, source: str, target: str, *, dry_run: bool
) -> Sequence[tuple[Address, Address]]:
    """Give what the state knows at `source`, a cluster or a module, the address `target`; return each old and new one.

    Raises:
        Failure: one of the two is no address, nothing is recorded at the first, or something is at the second.
    """
    move = Move(source=_read_endpoint(source), target=_read_endpoint(target), span=Span("", 0, 0))
    async with _hold(session, "state mv", dry_run=dry_run) as (store, snapshot):
        pairs = _find_moved(move, snapshot)
        moved = fold_all(snapshot, [RecordMoved(*pair) for pair in pairs])
        records = _redirect(moved.records, dict(pairs))
        if not dry_run:
            await store.save(replace(moved, records=records, serial=snapshot.serial))
    return pairs


async def remove_records(session: Session, texts: Sequence[str], *, dry_run: bool) -> Sequence[Address]:
    """Make the state forget what it knows at the addresses that `texts` spell, clusters and modules; return them.

    Raises:
        Failure: one of them is no address, or nothing is recorded there.
    """
    endpoints = [_read_endpoint(text) for text in texts]
    async with _hold(session, "state rm", dry_run=dry_run) as (store, snapshot):
        doomed = sorted({address for endpoint in endpoints for address in _require(endpoint, snapshot)})
        entries: list[Entry] = [RecordDropped(address) for address in doomed]
        entries += [IntentClosed(intent.key) for intent in snapshot.intents if intent.address in doomed]
        if not dry_run:
            await store.save(replace(fold_all(snapshot, entries), serial=snapshot.serial))
    return doomed


@asynccontextmanager
async def _hold(session: Session, operation: str, *, dry_run: bool) -> AsyncIterator[tuple[StateStore, Snapshot]]:
    """Give the state, locked unless it is only looked at."""
    store = open_store(session, read_files(session).settings)
    try:
        async with hold_state(replace(session, lock=session.lock and not dry_run), store, operation):
            snapshot = await store.load()
            if snapshot is None:
                raise _refuse("no-state", "There is no state yet", "The first apply makes one.")
            yield store, snapshot
    except StateError as error:
        raise fail_by_state(error) from error


def _find_moved(move: Move, snapshot: Snapshot) -> list[tuple[Address, Address]]:
    source, target = format_endpoint(move.source), format_endpoint(move.target)
    if name_kind(move.source) != name_kind(move.target):
        why = f"Cannot move {source} to {target}: the target must be a {name_kind(move.source)}, too."
        raise _refuse("invalid-target", "Invalid target address", why)
    followed = follow_moves([move], snapshot.records)
    if followed.warnings or source == target:
        why = f"Cannot move {source} to {target}: there is something at that address in the state. {_LOOK}"
        raise _refuse("invalid-target", "Invalid target address", why)
    if not followed.sources:
        why = f"Cannot move {source}: it does not match anything in the state. {_LOOK}"
        raise _refuse("invalid-source", "Invalid source address", why)
    return sorted((former, address) for address, former in followed.sources.items())


def _require(endpoint: Endpoint, snapshot: Snapshot) -> list[Address]:
    found = AddressIndex(snapshot.records).find(endpoint, whole=not is_single(endpoint))
    if not found:
        why = f"The state knows nothing at {format_endpoint(endpoint)}, so nothing was removed. {_LOOK}"
        raise _refuse("invalid-target", "Invalid target address", why)
    return found


def _redirect(records: Mapping[Address, Record], moved: Mapping[Address, Address]) -> dict[Address, Record]:
    """Return `records` with what they depend on by its new address: it is the same cluster."""
    return {
        address: replace(record, depends_on=tuple(moved.get(needed, needed) for needed in record.depends_on))
        for address, record in records.items()
    }


def _read_endpoint(text: str) -> Endpoint:
    """Return the cluster or the module that `text` names."""
    try:
        return parse_endpoint(text)
    except ValueError as error:
        why = f"{error}. Name a cluster, such as cluster.web, or a module, such as module.fleet."
        raise _refuse("not-an-address", "That is not an address", why) from None


def _refuse(code: str, summary: str, detail: str) -> Failure:
    return Failure(ExitCode.ERROR, Diagnostic(code=code, summary=summary, detail=detail))
