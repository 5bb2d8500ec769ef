"""Looking at the state: what we remember, without asking the API."""

from collections.abc import Sequence
from dataclasses import dataclass

from planner.model.diagnostics import Diagnostic, ExitCode, Failure
from planner.model.outputs import Outputs
from planner.workflow.plan import fail_by_state
from planner.workflow.session import Session, open_store, read_files
from state.address import Address, parse_address
from state.errors import StateError
from state.record import Record
from state.snapshot import Snapshot
from state.values import Json, Value, encode_value

__all__ = ["Remembered", "find_record", "list_all", "list_records", "load_state", "read_address"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """One cluster as the state has it: its document for people, and all details for machines; secrets stay sealed."""

    address: Address
    id: str
    document: dict[str, Value]
    details: dict[str, Json]


async def load_state(session: Session) -> Snapshot | None:
    """Return the state of the configuration in the session's directory, or None where there is none yet.

    The configuration is asked only where the state is, so one that is invalid does not stand in the way.

    Raises:
        Failure: the state cannot be read.
    """
    settings = read_files(session).settings
    try:
        return await open_store(session, settings).load()
    except StateError as error:
        raise fail_by_state(error) from error


async def list_records(session: Session) -> Sequence[Remembered]:
    """Return what is remembered of all clusters, in the order of their addresses."""
    return (await list_all(session))[0]


async def list_all(session: Session) -> tuple[Sequence[Remembered], Outputs]:
    """Return what is remembered of all clusters, in the order of their addresses, and the outputs."""
    snapshot = await load_state(session)
    if snapshot is None:
        return [], {}
    return [_describe(snapshot.records[address]) for address in sorted(snapshot.records)], snapshot.outputs


async def find_record(session: Session, text: str) -> Remembered:
    """Return what is remembered of the cluster at the address that `text` spells.

    Raises:
        Failure: it is no address, or nothing is recorded there.
    """
    address = read_address(text)
    snapshot = await load_state(session)
    record = snapshot.records.get(address) if snapshot else None
    if record is None:
        raise Failure(
            ExitCode.ERROR,
            Diagnostic(
                code="no-record",
                summary=f"The state knows no cluster {address}",
                detail="planner state list shows the addresses that it knows.",
            ),
        )
    return _describe(record)


def read_address(text: str) -> Address:
    """Return the address that `text` spells.

    Raises:
        Failure: it is none.
    """
    try:
        return parse_address(text)
    except ValueError as error:
        raise Failure(
            ExitCode.ERROR, Diagnostic(code="not-an-address", summary="That is not an address", detail=str(error))
        ) from None


def _describe(record: Record) -> Remembered:
    details: dict[str, Json] = {
        "address": str(record.address),
        "id": record.id,
        "name": record.name,
        "applied": encode_value(record.applied),
        "observed": encode_value(record.observed),
        "resource_version": record.resource_version,
        "prevent_destroy": record.prevent_destroy,
        "depends_on": [str(address) for address in record.depends_on],
    }
    return Remembered(address=record.address, id=record.id, document=record.observed or record.applied, details=details)
