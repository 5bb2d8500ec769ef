"""Refreshing: what is live now, by one list call; what the list does not settle is read by id."""

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING

from planner.api.endpoint import is_id
from planner.model.desired import Desired
from planner.model.live import LiveCluster
from state.snapshot import Snapshot

if TYPE_CHECKING:
    from planner.applying.ports import Api  # a plan applies nothing, and need not load what does

__all__ = ["list_imported", "refresh"]


def list_imported(desired: Desired) -> list[str]:
    """Return the ids and names by which the `import` blocks of a configuration call clusters."""
    return [block.id for block in desired.imports]


async def refresh(
    api: "Api", snapshot: Snapshot | None, parallelism: int, wanted: Iterable[str] = ()
) -> tuple[LiveCluster, ...]:
    """Return every live cluster of the account.

    A cluster of ours that the list leaves out is looked for by its id before anybody calls it gone; so is one that is
    `wanted`, by an id or a name. What is no id is put into no address.

    Raises:
        ApiFault: the API could not be asked.
    """
    listed = await api.list_clusters()
    known = {cluster.id for cluster in listed}
    names = {cluster.name for cluster in listed}
    ours = {record.id for record in snapshot.records.values()} if snapshot else set()
    missing = sorted((ours | {text for text in wanted if text not in names and is_id(text)}) - known)
    places = asyncio.Semaphore(parallelism)

    async def look(cluster_id: str) -> LiveCluster | None:
        async with places:
            return await api.read_cluster(cluster_id)

    found = await asyncio.gather(*map(look, missing))
    return (*listed, *(cluster for cluster in found if cluster is not None))
