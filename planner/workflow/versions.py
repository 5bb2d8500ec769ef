"""Versions: the resource versions of one cluster that we manage, as far as the server keeps them. Sends only GET."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from planner.model.desired import Desired
from planner.model.diagnostics import Diagnostic, ExitCode, Failure
from planner.model.live import LiveCluster
from planner.model.plan import Plan
from planner.model.secrets import Vault
from planner.planning.make_plan import make_rules
from planner.planning.pair import Pair, pair_clusters
from planner.planning.readdress import check_past
from planner.planning.unmarked import recall_hidden
from planner.planning.verify import collect_version
from planner.workflow.inspect_state import read_address
from state.address import Address
from state.record import Record
from state.snapshot import Snapshot

if TYPE_CHECKING:
    from planner.api.client import ManagerClient

__all__ = ["collect_versions", "find_live", "find_managed", "pair_managed", "read_versions"]

_MISSING_IN_A_ROW = 3
"""After so many versions that the server does not keep, older ones are not looked for."""


def find_managed(snapshot: Snapshot | None, text: str) -> Record:
    """Return what the state knows of the cluster at the address that `text` spells.

    Raises:
        Failure: it is no address, or the state knows none there.
    """
    address = read_address(text)
    record = snapshot.records.get(address) if snapshot else None
    if record is None:
        raise Failure(ExitCode.ERROR, _report_unknown(address, snapshot.records if snapshot else {}))
    return record


def find_live(record: Record, live: Iterable[LiveCluster]) -> LiveCluster:
    """Return the live cluster of `record`.

    Raises:
        Failure: it is gone, or the server does not number its versions.
    """
    found = next((cluster for cluster in live if cluster.id == record.id), None)
    if found is None:
        why = "Its history went with it, so there is nothing to go back to. planner plan shows what would be created."
        raise _fail("cluster-gone", f"{record.address} is gone", why)
    if found.resource_version is None:
        raise _fail(
            "no-versions",
            f"The server does not say which resource version {record.address} has",
            "Without it nobody can tell one version from another. Change the configuration instead.",
        )
    return found


def pair_managed(record: Record, desired: Desired | None, snapshot: Snapshot | None, live: LiveCluster) -> Pair:
    """Return the cluster of `record` with what the configuration says of it, under whatever address it does."""
    if desired is not None and snapshot is not None and not check_past(desired):
        for pair in pair_clusters(desired, snapshot, [live]).pairs:
            if pair.record is not None and pair.record.id == record.id:
                return Pair(address=record.address, desired=pair.desired, record=record, live=live)
    return Pair(address=record.address, record=record, live=live)


async def read_versions(
    api: "ManagerClient", current: LiveCluster, count: int, parallelism: int
) -> Mapping[int, LiveCluster | None]:
    """Return the newest `count` versions of a cluster that the server keeps, newest first, the `current` one included.

    None stands for one in between that it does not keep.

    Raises:
        ApiFault: the API could not be asked.
    """
    newest = current.resource_version or 0
    found: dict[int, LiveCluster | None] = {newest: current}
    while not _is_enough(found, count):
        lowest = min(found)
        wanted = min(count - sum(version is not None for version in found.values()), parallelism)
        numbers = range(lowest - 1, max(lowest - 1 - wanted, -1), -1)
        versions = await asyncio.gather(*(api.read_version(current.id, number) for number in numbers))
        found.update(zip(numbers, versions, strict=True))
    return _cut(found, count)


async def collect_versions(plan: Plan, snapshot: Snapshot | None, api: "ManagerClient", vault: Vault) -> None:
    """Put into `vault` the secrets of the versions that a saved plan rolls back to: it does not hold them itself.

    Raises:
        ApiFault: the API could not be asked.
    """
    rules = make_rules(snapshot, hidden=recall_hidden(plan))
    for change in plan.changes:
        if change.rolls_back_to is not None and change.id is not None:
            version = await api.read_version(change.id, change.rolls_back_to)
            if version is not None:
                collect_version(change, version, snapshot, rules, vault)


def _is_enough(found: Mapping[int, LiveCluster | None], count: int) -> bool:
    oldest = list(found.values())[-_MISSING_IN_A_ROW:]
    is_forgotten = len(oldest) == _MISSING_IN_A_ROW and not any(oldest)
    return min(found) == 0 or is_forgotten or sum(version is not None for version in found.values()) >= count


def _cut(found: Mapping[int, LiveCluster | None], count: int) -> Mapping[int, LiveCluster | None]:
    """Return the first `count` versions that are kept, and nothing after the last of them."""
    kept = [number for number, version in found.items() if version is not None][:count]
    return {number: version for number, version in found.items() if number >= kept[-1]}


def _fail(code: str, summary: str, detail: str) -> Failure:
    return Failure(ExitCode.ERROR, Diagnostic(code=code, summary=summary, detail=detail))


def _report_unknown(address: Address, records: Mapping[Address, Record]) -> Diagnostic:
    from planner.lang.suggest import suggest  # noqa: PLC0415 - only who mistypes pays for it

    return Diagnostic(
        code="no-record",
        summary=f"The state knows no cluster {address}",
        detail=f"planner state list shows the addresses that it knows.{suggest(str(address), map(str, records))}",
    )
