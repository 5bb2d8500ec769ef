"""Refreshing: what is live now, by one list call; what the list does not settle is read by id."""

import asyncio
from typing import TYPE_CHECKING

from planner.model.live import LiveCluster
from state.snapshot import Snapshot

if TYPE_CHECKING:
    from planner.applying.ports import Api  # a plan applies nothing, and need not load what does

__all__ = ["refresh"]


async def refresh(api: "Api", snapshot: Snapshot | None, parallelism: int) -> tuple[LiveCluster, ...]:
    """Return every live cluster of the account.

    A cluster of ours that the list leaves out is looked for by its id before anybody calls it gone.

    Raises:
        ApiFault: the API could not be asked.
    """
    listed = await api.list_clusters()
    known = {cluster.id for cluster in listed}
    missing = sorted({record.id for record in snapshot.records.values()} - known) if snapshot else []
    places = asyncio.Semaphore(parallelism)

    async def look(cluster_id: str) -> LiveCluster | None:
        async with places:
            return await api.read_cluster(cluster_id)

    found = await asyncio.gather(*map(look, missing))
    return (*listed, *(cluster for cluster in found if cluster is not None))
