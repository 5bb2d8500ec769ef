"""The client: the Manager API as clusters and typed faults.

Sends what it is told to, checks what it gets, and repeats only what is safe to repeat. Refuses to decide anything else:
what a lost answer means for a cluster is for the caller to find out, by reading.
"""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.api.connection import Connection
from planner.api.endpoint import EMBEDDED, Endpoint, check_id, check_path, normalise_endpoint, resolve_next
from planner.api.faults import to_strange
from planner.api.happenings import Reply, Request
from planner.api.links import find_next
from planner.api.reading import Strange, read_clusters, to_live
from planner.api.requesting import Requester, Sound, Timing
from planner.api.wire import encode_body
from planner.model.live import LiveCluster, NotSent
from state.values import Json

if TYPE_CHECKING:
    from planner.api.transport import App

__all__ = ["Answer", "ManagerClient", "open_client"]

_MAX_PAGES = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A 2xx, or the 404 of a DELETE; `cluster` is the one in the body, None where the body holds none."""

    status: int
    cluster: LiveCluster | None = None


class ManagerClient:
    """One account's Manager API; made by `open_client`. Every method raises `ApiFault`."""

    def __init__(self, requester: Requester, endpoint: Endpoint, connection: Connection) -> None:
        self._requester = requester
        self._endpoint = endpoint
        self._connection = connection

    async def list_clusters(self) -> tuple[LiveCluster, ...]:
        """Return every cluster of the account, in the server's order; all pages, or a fault."""
        found: dict[str, LiveCluster] = {}
        url: str | None = f"{self._endpoint.base}/clusters"
        seen: set[str] = set()
        room = self._connection.max_list_bytes
        while url is not None:
            seen.add(url)
            request = Request(verb="GET", url=url, max_bytes=room)
            sound = await self._requester.perform(request, "/clusters")
            room -= len(sound.reply.body)
            try:
                found |= {cluster.id: cluster for cluster in read_clusters(sound.document)}
                url = self._turn_page(url, sound.reply, seen)
            except Strange as strange:
                raise to_strange("GET /clusters", str(strange)) from None
        return tuple(found.values())

    @property
    def lag(self) -> float:
        """How many seconds a cluster that was just made may be out of sight."""
        return self._connection.lag

    async def read_cluster(self, cluster_id: str, /) -> LiveCluster | None:
        """Return the cluster with this id, or None where there is none."""
        return await self._read(cluster_id, f"/clusters/{check_id(cluster_id)}")

    async def read_version(self, cluster_id: str, resource_version: int, /) -> LiveCluster | None:
        """Return the cluster as it was at an earlier resource version, or None where that is not kept."""
        if resource_version < 0:
            raise NotSent(f"There is no resource version {resource_version}", "Nothing was sent. Versions start at 0.")
        return await self._read(cluster_id, f"/clusters/{check_id(cluster_id)}/history/{resource_version:d}")

    async def send(self, method: str, path: str, body: Json = None, /, *, secrets: Collection[str] = ()) -> Answer:
        """Send a request that changes something, and return the answer of success.

        `path` is below `/api/v1`: `/clusters` for a POST, `/clusters/{id}` for PATCH, PUT and DELETE. `body` is the
        document to create, the merge patch, or the whole cluster. `secrets` are texts in it that a fault must not
        repeat, should the server quote them.
        """
        verb, path = check_path(method, path)
        request = Request(
            verb=verb,
            url=f"{self._endpoint.base}{path}",
            body=None if verb == "DELETE" else encode_body(body),
            max_bytes=self._connection.max_cluster_bytes,
        )
        expects = (404,) if verb == "DELETE" else ()
        sound = await self._requester.perform(request, path, expects=expects, secrets=secrets)
        return Answer(status=sound.reply.status, cluster=_find_cluster(sound, path))

    async def _read(self, cluster_id: str, path: str) -> LiveCluster | None:
        request = Request(verb="GET", url=f"{self._endpoint.base}{path}", max_bytes=self._connection.max_cluster_bytes)
        sound = await self._requester.perform(request, path, expects=(404,))
        if sound.reply.status == 404:
            return None
        try:
            cluster = to_live(sound.document)
        except Strange as strange:
            raise to_strange(f"GET {path}", str(strange)) from None
        if cluster.id != cluster_id:
            raise to_strange(f"GET {path}", "describes another cluster")
        return cluster

    def _turn_page(self, url: str, reply: Reply, seen: Collection[str]) -> str | None:
        """Return the address of the next page; raises `Strange` where we cannot or must not go there."""
        try:
            link = find_next(reply.headers.get("link", ""))
        except ValueError:
            raise Strange("has a Link header that cannot be read, so there may be more pages") from None
        if link is None:
            return None
        target = resolve_next(url, link, self._endpoint.origin)
        if target is None:
            raise Strange("names a next page on another server, where the token must not go")
        if target in seen or len(seen) >= _MAX_PAGES:
            raise Strange("names next pages without end")
        return target


@asynccontextmanager
async def open_client(
    connection: Connection, *, app: "App | None" = None, timing: Timing | None = None
) -> AsyncIterator[ManagerClient]:
    """Make a client for `connection`, and close its connections in the end.

    With `app`, an ASGI application in this process, nothing touches the network, and `connection.endpoint` is not
    looked at. Raises `NotSent` for an endpoint, a proxy or certificates that cannot be used.
    """
    endpoint = EMBEDDED if app is not None else normalise_endpoint(connection.endpoint)
    if connection.token is None and not endpoint.is_loopback:
        raise NotSent(
            "There is no token for the Manager API",
            "Nothing was sent. Set IMPLY_TOKEN to a bearer token of an OAuth client that has the role manage-clusters; "
            "or IMPLY_CLIENT_ID, IMPLY_CLIENT_SECRET and IMPLY_TOKEN_URL to that client itself, as tokens live for "
            "minutes and an apply may take longer.",
        )
    from planner.api.transport import open_transport  # noqa: PLC0415 - httpx takes longer to load than a plan to make

    host = endpoint.origin.partition("://")[2]
    async with open_transport(connection, endpoint, app) as transport:
        requester = Requester(transport, connection, host, timing or Timing())
        yield ManagerClient(requester, endpoint, connection)


def _find_cluster(sound: Sound, path: str) -> LiveCluster | None:
    """Return the cluster that a write was answered with: none, or one that is not whom we wrote to, is read back."""
    try:
        cluster = to_live(sound.document)
    except Strange:
        return None
    return cluster if path in {"/clusters", f"/clusters/{cluster.id}"} else None
