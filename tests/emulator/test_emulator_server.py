"""The server: the same API over sockets, with connections that end early."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from planner.emulator.app import EmulatorApp, make_app
from planner.emulator.embedded import open_account_file
from planner.emulator.scripting import parse_trouble
from planner.emulator.server import RemoteHostError, run_server, serve
from tests.emulator.emulated import make_body

SERVE = """
import sys
from pathlib import Path
from planner.emulator.embedded import open_account_file
from planner.emulator.server import serve
serve(open_account_file(Path(sys.argv[1])), port=0, announce=lambda url: print(url, flush=True))
"""


@contextmanager
def connect(*troubles: str) -> Iterator[tuple[httpx.Client, EmulatorApp]]:
    app = make_app(troubles=map(parse_trouble, troubles))
    headers = {"authorization": "Bearer emulator-token"}
    with run_server(app) as url, httpx.Client(base_url=f"{url}/api/v1", headers=headers) as client:
        yield client, app


def post(client: httpx.Client, name: str) -> int:
    return client.post("/clusters", json=make_body(name)).status_code


def test_the_api_is_served_over_a_socket() -> None:
    with connect() as (client, app):
        assert post(client, "web") == 201
        answer = client.get("/clusters")

    assert answer.json() == app.describe_clusters()
    assert len(answer.headers.get_list("date")) == 1
    assert "server" not in answer.headers


def test_a_lost_answer_is_a_closed_connection_and_the_next_request_is_served() -> None:
    with connect("lose-request@POST", "lose-answer@POST#2") as (client, app):
        for name in ("a", "b"):
            with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
                post(client, name)
        assert post(client, "c") == 201

    assert [exchange.status for exchange in app.requests] == [None, None, 201]
    assert [cluster.name for cluster in app.account.clusters.values()] == ["b", "c"]


def test_a_cut_answer_ends_before_its_announced_length() -> None:
    with connect("cut@GET", "cut-quietly@GET#2", "empty@GET#3", "drip=0.0001@GET#4") as (client, _):
        with pytest.raises(httpx.RemoteProtocolError, match="received 1 bytes, expected 2"):
            client.get("/clusters")
        assert [client.get("/clusters").content for _ in range(4)] == [b"[", b"", b"[]", b"[]"]


def test_a_body_beyond_all_measure_is_refused() -> None:
    with connect() as (client, app):
        answer = client.post("/clusters", content=b" " * 8_000_001, headers={"content-type": "application/json"})

    assert answer.status_code == 413
    assert app.requests[0].request.body == b""


def test_a_client_that_leaves_in_mid_request_has_asked_for_nothing() -> None:
    with connect() as (client, app):
        with socket.create_connection((client.base_url.host, client.base_url.port or 0)) as half:
            half.sendall(b"POST /api/v1/clusters HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{")
        assert client.get("/clusters").json() == []

    assert [exchange.method for exchange in app.requests] == ["GET"]


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.com"])  # noqa: S104 - is refused
def test_an_address_that_others_can_reach_is_refused(host: str) -> None:
    with pytest.raises(RemoteHostError, match="can be reached from other machines"):
        serve(make_app(), host=host, port=0)


def test_a_port_that_is_taken_is_an_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match="in use"):
        serve(make_app(), port=taken.getsockname()[1])


@pytest.mark.parametrize(("how", "code"), [(signal.SIGTERM, -signal.SIGTERM), (signal.SIGKILL, -signal.SIGKILL)])
def test_what_was_answered_is_in_the_file_however_the_server_ends(tmp_path: Path, how: int, code: int) -> None:
    path = tmp_path / "account.json"
    process = subprocess.Popen(  # noqa: S603 - this interpreter, and the text above
        [sys.executable, "-c", SERVE, str(path)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout
        url = process.stdout.readline().strip()
        with httpx.Client(base_url=f"{url}/api/v1") as client:
            assert [post(client, name) for name in "abc"] == [201, 201, 201]
    finally:
        process.send_signal(how)
        process.communicate(timeout=20)

    assert process.returncode == code
    with run_file(path) as client:
        assert [cluster["metadata"]["name"] for cluster in client.get("/clusters").json()] == ["a", "b", "c"]


@contextmanager
def run_file(path: Path) -> Iterator[httpx.Client]:
    with run_server(open_account_file(path)) as url, httpx.Client(base_url=f"{url}/api/v1") as client:
        yield client
