"""Refreshing: what is live now, by one list call; what the list does not settle is read by id, more than once."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Protocol

from planner.api.endpoint import is_id
from planner.model.desired import Desired
from planner.model.live import LiveCluster
from state.record import Intent
from state.snapshot import Snapshot

__all__ = ["Account", "list_imported", "refresh"]

# Assumed: a server that does not know a cluster for a moment, as some do behind a load balancer, does so no longer.
_APART = 2.0
"""Seconds between two looks at a cluster that seems to be gone."""
_GRACE = 60.0
"""Seconds for which an interrupted create is waited for at most, whatever a server may lag."""

_UNDER_WAY = 5.0
"""Seconds that may pass between the intent and what the server makes of the request."""


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


async def refresh(  # noqa: PLR0913 - the account, what is known of it, and how to look
    api: Account,
    snapshot: Snapshot | None,
    parallelism: int,
    wanted: Iterable[str] = (),
    *,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    announce: Callable[[str], None] | None = None,
) -> tuple[LiveCluster, ...]:
    """Return every live cluster of the account.

    Whoever is going to create clusters gives `announce`: what an interrupted create of ours may have made is then
    waited for, as long as that is younger than a server may lag, and a sentence says so first.
    A cluster of ours that the list leaves out is looked for by its id before anybody calls it gone: twice, a moment
    apart, and one that we made a moment ago for as long as a server may lag. So is one that is `wanted`, by an id or a
    name. What is no id is put into no address.

    Raises:
        ApiFault: the API could not be asked.
    """
    began = now()
    listed = await _list_claimed(api, snapshot, began, announce) if announce else await api.list_clusters()
    known = {cluster.id for cluster in listed}
    names = {cluster.name for cluster in listed}
    ours = {record.id: record for record in snapshot.records.values()} if snapshot else {}
    missing = sorted((ours.keys() | {text for text in wanted if text not in names and is_id(text)}) - known)
    places = asyncio.Semaphore(parallelism)

    async def read(cluster_id: str) -> LiveCluster | None:
        async with places:
            return await api.read_cluster(cluster_id)

    async def look(cluster_id: str) -> LiveCluster | None:
        found = await read(cluster_id)
        if cluster_id not in ours or not api.lag:
            return found
        left = max(_APART, _find_lag_left(ours[cluster_id].made_at, began, api.lag))
        while found is None and left > 0:
            await asyncio.sleep(min(_APART, left))
            left -= _APART
            found = await read(cluster_id)
        return found

    found = await asyncio.gather(*map(look, missing))
    return (*listed, *(cluster for cluster in found if cluster is not None))


async def _list_claimed(
    api: Account, snapshot: Snapshot | None, began: datetime, announce: Callable[[str], None]
) -> tuple[LiveCluster, ...]:
    """List the account; what an interrupted create may have made is waited for while it may be out of sight.

    A request that was under way when its run died may land late, too. After that, it was never performed.
    """
    listed = await api.list_clusters()
    unseen = _find_unseen(listed, snapshot)
    grace = min(api.lag, _GRACE) + _UNDER_WAY if api.lag else 0.0
    left = max((_find_lag_left(intent.at, began, grace) for intent in unseen), default=0.0)
    if left > 0:
        names = ", ".join(f'"{intent.name}"' for intent in unseen)
        announce(f"An interrupted create may still bring up {names}: looking for it, {round(left)} seconds at most.")
    while unseen and left > 0:
        await asyncio.sleep(min(_APART, left))
        left -= _APART
        listed = await api.list_clusters()
        unseen = _find_unseen(listed, snapshot)
    return listed


def _find_unseen(listed: Iterable[LiveCluster], snapshot: Snapshot | None) -> list[Intent]:
    """Return the open creates of which the account shows nothing."""
    if snapshot is None:
        return []
    ours = {record.id for record in snapshot.records.values()}
    shown = [(live.name, live.id) for live in listed if live.id not in ours]
    creates = [intent for intent in snapshot.intents if intent.kind == "create"]
    return [
        intent
        for intent in creates
        if not any(name == intent.name and cluster_id not in intent.before for name, cluster_id in shown)
    ]


def _find_lag_left(made_at: str | None, now: datetime, lag: float) -> float:
    """Return for how many seconds more the server may not show the cluster yet; the clocks of two machines differ."""
    try:
        age = (now - datetime.fromisoformat(made_at or "")).total_seconds()
    except (ValueError, TypeError):
        return 0.0
    return min(lag, lag - age)
