"""Real stores for the tests, on this machine: moto for S3, PostgreSQL where it is installed, and a server of states."""

import json
import os
import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

PG_CTL = shutil.which("pg_ctl")
INITDB = shutil.which("initdb")


@contextmanager
def run_moto() -> Iterator[str]:
    """Serve S3 with moto; gives the base URL, with a bucket called `states`."""
    moto = pytest.importorskip("moto.server", reason="moto is not installed")
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        url = f"http://{host}:{port}"
        httpx.put(f"{url}/states", headers={"Authorization": "AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/s3/x"})
        yield url
    finally:
        server.stop()


@contextmanager
def run_postgres() -> Iterator[str]:
    """Start a PostgreSQL of its own; gives its connection string, by a socket that nobody else can reach."""
    if PG_CTL is None or INITDB is None:
        pytest.skip("no PostgreSQL is installed (initdb, pg_ctl)")
    # It refuses to run as root.
    user = "nobody" if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="planner-pg-", ignore_cleanup_errors=True) as text:
        directory = Path(text)
        if user is not None:
            shutil.chown(directory, user)
        data = directory / "data"
        make = [INITDB, "-D", str(data), "-A", "trust", "-U", "planner", "--no-sync", "--no-locale", "-E", "UTF8"]
        subprocess.run(  # noqa: S603 - a program of this machine, found on the PATH
            make, check=True, user=user, capture_output=True, cwd="/"
        )
        options = f"-k {directory} -c listen_addresses= -c fsync=off"

        def control(*arguments: str) -> None:
            subprocess.run(  # noqa: S603 - as above
                [PG_CTL, "-D", str(data), "-w", *arguments], check=True, user=user, stdout=subprocess.DEVNULL, cwd="/"
            )

        control("-l", str(directory / "log"), "-o", options, "start")
        try:
            yield f"host={directory} dbname=postgres user=planner"
        finally:
            control("-m", "immediate", "stop")


@dataclass
class StateServer:
    """Terraform's `http` protocol as a server speaks it: states and locks by path, and a list of what was asked.

    `unlocks_by_query` and `demands_id` are how some servers differ; `conflicts_bare` answers a held lock without info.
    """

    states: dict[str, bytes] = field(default_factory=dict)
    locks: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    demands_id: bool = False
    conflicts_bare: bool = False
    password: str = ""
    knows_serials: bool = False
    """A serial that is stored is refused, as GitLab does."""
    fail_next: list[int] = field(default_factory=list)
    drop_next: list[str] = field(default_factory=list)
    url: str = ""

    def read_serial(self, path: str) -> object:
        """Return the serial of what is stored at `path`, None where nothing is."""
        return json.loads(self.states[path])["serial"] if path in self.states else None


@contextmanager
def run_state_server() -> Iterator[StateServer]:  # noqa: C901 - one server; each method is small
    """Serve states, each with a lock of its own."""
    state = StateServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            """Be quiet."""

        def answer(self, status: int, body: bytes = b"") -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def begin(self) -> tuple[str, str, bytes]:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            state.asked.append(f"{self.command} {self.path}")
            return parts.path, parse_qs(parts.query).get("ID", [""])[0], body

        def is_stopped(self) -> bool:
            if state.password and state.password not in (self.headers.get("Authorization") or ""):
                self.answer(401)
                return True
            if state.fail_next:
                self.answer(state.fail_next.pop(0))
                return True
            return False

        def do_GET(self) -> None:
            path, _, _ = self.begin()
            if self.is_stopped():
                return
            found = state.states.get(path)
            self.answer(404) if found is None else self.answer(200, found)

        def do_POST(self) -> None:
            path, given, body = self.begin()
            if self.is_stopped():
                return
            held = state.locks.get(path)
            if held is not None and state.demands_id and given != held["ID"]:
                self.answer(423, json.dumps(held).encode())
                return
            serial = json.loads(body).get("serial")
            if serial is None or (state.knows_serials and serial == state.read_serial(path)):
                self.answer(422)
                return
            state.states[path] = body
            if "POST" in state.drop_next:
                state.drop_next.remove("POST")
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            self.answer(200)

        def do_LOCK(self) -> None:
            path, _, body = self.begin()
            if self.is_stopped():
                return
            if path in state.locks:
                self.answer(409, b"" if state.conflicts_bare else json.dumps(state.locks[path]).encode())
                return
            info = json.loads(body)
            missing = {"ID", "Operation", "Info", "Who", "Version", "Created", "Path"} - info.keys()
            if missing:
                self.answer(400)
                return
            state.locks[path] = info
            self.answer(200)

        def do_UNLOCK(self) -> None:
            path, given, body = self.begin()
            if self.is_stopped():
                return
            held = state.locks.get(path)
            named = given or (json.loads(body)["ID"] if body else "")
            if held is not None and named not in {"", held["ID"]}:
                self.answer(409, json.dumps(held).encode())
                return
            state.locks.pop(path, None)
            self.answer(200)

        def do_DELETE(self) -> None:
            path, _, _ = self.begin()
            state.states.pop(path, None)
            self.answer(200)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
