"""A client that only reads: whatever asks it to change something, no byte of that leaves."""

import asyncio
import inspect
from dataclasses import replace

import pytest

from planner.api.client import ManagerClient, open_client
from planner.api.connection import Connection
from planner.model.live import NotSent
from state.values import Json
from tests.api.doubles import PLAIN, Canned, Script, catch_fault, make_cluster, serve_wire, use_client

READER = replace(PLAIN, read_only=True)
WRITES: list[tuple[str, str, Json]] = [
    ("POST", "/clusters", {"metadata": {"name": "web"}, "spec": {}}),
    ("PATCH", "/clusters/c-1", {"spec": {}}),
    ("PUT", "/clusters/c-1", {"spec": {}}),
    ("DELETE", "/clusters/c-1", None),
]
READS = {"list_clusters", "read_cluster", "read_version"}


@pytest.mark.parametrize("write", WRITES, ids=[write[0] for write in WRITES])
def test_no_write_leaves(write: tuple[str, str, Json]) -> None:
    script = Script(Canned(status=200, body=make_cluster()))
    fault = catch_fault(script, lambda client: client.send(*write), connection=READER)
    assert isinstance(fault, NotSent)
    assert write[0] in fault.summary
    assert script.seen == []
    use_client(script, lambda client: client.send(*write))
    assert [seen.method for seen in script.seen] == [write[0]]


@pytest.mark.parametrize("write", WRITES, ids=[write[0] for write in WRITES])
def test_no_connection_is_made_for_a_write(write: tuple[str, str, Json]) -> None:
    async def main() -> tuple[list[bytes], int]:
        async with serve_wire([b"HTTP/1.1 204 No Content\r\n\r\n"]) as server:
            connection = Connection(endpoint=f"http://127.0.0.1:{server.port}", token="t", read_only=True)
            async with open_client(connection) as client:
                with pytest.raises(NotSent):
                    await client.send(*write)
            await asyncio.sleep(0)
            return server.requests, len(server.talks)

    assert asyncio.run(main()) == ([], 0)


def test_all_that_is_not_a_write_is_read() -> None:
    """A method that is new to the client is to be tried here: with the writes, or with the reads."""
    methods = {name for name, member in inspect.getmembers(ManagerClient, inspect.isfunction) if name[0] != "_"}
    assert methods == READS | {"send"}


def test_reads_go_through() -> None:
    async def use(client: ManagerClient) -> list[object]:
        return [await client.list_clusters(), await client.read_cluster("c-1"), await client.read_version("c-1", 1)]

    script = Script(Canned(body=[make_cluster()]), Canned(body=make_cluster()))
    assert all(use_client(script, use, connection=READER))
    assert [seen.method for seen in script.seen] == ["GET", "GET", "GET"]
