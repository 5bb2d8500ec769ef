"""Refreshing: what is live now, by one list call; what the list does not settle is read by id, more than once."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Protocol

from planner.api.endpoint import is_id
from planner.model.desired import Desired
from planner.model.live import LiveCluster
from state.record import Record
from state.snapshot import Snapshot

__all__ = ["Account", "list_imported", "refresh"]

# Assumed: a server that does not know a cluster for a moment, as some do behind a load balancer, does so no longer.
_APART = 2.0
"""Seconds between two looks at a cluster that seems to be gone."""


class Account(Protocol):
    """The account, to be looked at."""

    @property
    def lag(self) -> float:
        """How many seconds a cluster that was just made may be out of sight; 0 where none ever is."""

    async def list_clusters(self) -> tuple[LiveCluster, ...]:
        """Return every cluster that it shows."""

    async def read_cluster(self, cluster_id: str, /) -> LiveCluster | None:
        """Return one cluster, or None if there is none with this id."""


def list_imported(desired: Desired) -> list[str]:
    """Return the ids and names by which the `import` blocks of a configuration call clusters."""
    return [block.id for block in desired.imports]


async def refresh(
    api: Account,
    snapshot: Snapshot | None,
    parallelism: int,
    wanted: Iterable[str] = (),
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> tuple[LiveCluster, ...]:
    """Return every live cluster of the account.

    A cluster of ours that the list leaves out is looked for by its id before anybody calls it gone: twice, a moment
    apart, and one that we made a moment ago for as long as a server may lag. So is one that is `wanted`, by an id or a
    name. What is no id is put into no address.

    Raises:
        ApiFault: the API could not be asked.
    """
    listed = await api.list_clusters()
    known = {cluster.id for cluster in listed}
    names = {cluster.name for cluster in listed}
    ours = {record.id: record for record in snapshot.records.values()} if snapshot else {}
    missing = sorted((ours.keys() | {text for text in wanted if text not in names and is_id(text)}) - known)
    places = asyncio.Semaphore(parallelism)
    began = now()

    async def read(cluster_id: str) -> LiveCluster | None:
        async with places:
            return await api.read_cluster(cluster_id)

    async def look(cluster_id: str) -> LiveCluster | None:
        found = await read(cluster_id)
        if cluster_id not in ours or not api.lag:
            return found
        left = max(_APART, _find_lag_left(ours[cluster_id], began, api.lag))
        while found is None and left > 0:
            await asyncio.sleep(min(_APART, left))
            left -= _APART
            found = await read(cluster_id)
        return found

    found = await asyncio.gather(*map(look, missing))
    return (*listed, *(cluster for cluster in found if cluster is not None))


def _find_lag_left(record: Record, now: datetime, lag: float) -> float:
    """Return for how many seconds more the server may not show the cluster yet; the clocks of two machines differ."""
    try:
        age = (now - datetime.fromisoformat(record.made_at)).total_seconds()
    except (ValueError, TypeError):
        return 0.0
    return min(lag, lag - age)
