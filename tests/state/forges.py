"""Two forges that keep states by Terraform's `http` protocol, each with its own ideas of it.

GitLab's are those of `lib/api/terraform/state.rb` and `remote_state_handler.rb` there; Gitea's those of its registry of
Terraform states since 1.26, `routers/api/packages/terraform/terraform.go`. Both keep a lock apart from the state.
"""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeAlias
from urllib.parse import parse_qs, urlsplit

Reply: TypeAlias = tuple[int, bytes]
LOCK_FIELDS = {"ID", "Operation", "Info", "Who", "Version", "Created", "Path"}


@dataclass
class Kept:
    """What a forge keeps of one state: its last content, all serials that it had, and who has the lock."""

    content: bytes | None = None
    serials: list[int] = field(default_factory=list)
    lock: dict[str, Any] | None = None

    @property
    def lock_id(self) -> str | None:
        return self.lock["ID"] if self.lock else None


@dataclass(frozen=True)
class Asked:
    """A request: `given` is the lock's id in the query, None where there is none."""

    method: str
    path: str
    given: str | None
    body: bytes


@dataclass
class Forge:
    """A forge at work: what it keeps by path, what it refused, and after how many writes or locks an answer is lost."""

    answer: Callable[["Forge", Asked], Reply]
    kept: dict[str, Kept] = field(default_factory=dict)
    refused: list[tuple[str, int]] = field(default_factory=list)
    loses_answer_after: int = -1
    loses_lock_after: int = -1
    url: str = ""

    def get(self, path: str) -> Kept:
        return self.kept.setdefault(path, Kept())

    def loses(self, *, locks: bool) -> bool:
        """Tell whether this is the POST whose answer is lost."""
        if locks:
            self.loses_lock_after -= 1
            return self.loses_lock_after == -1
        self.loses_answer_after -= 1
        return self.loses_answer_after == -1


def answer_as_gitlab(forge: Forge, asked: Asked) -> Reply:
    """The lock is at `…/lock`, takes all of Terraform's fields, and must be named in each write while it is held."""
    kept = forge.get(asked.path.removesuffix("/lock"))
    if asked.path.endswith("/lock"):
        return _lock_as_gitlab(kept, asked)
    match asked.method:
        case "GET":
            return (200, kept.content) if kept.content is not None else (204, b"")
        case "POST" if asked.given != kept.lock_id:
            return 409, b""
        case "POST":
            serial = json.loads(asked.body).get("serial")
            if not isinstance(serial, int):
                return 422, b'{"message":"No serial in payload"}'
            if serial in kept.serials:
                return 422, b'{"message":"Version has already been taken"}'
            _store(kept, asked.body, serial)
            return 200, b""
        case _:
            return 405, b""


def _lock_as_gitlab(kept: Kept, asked: Asked) -> Reply:
    match asked.method:
        case "POST":
            info = json.loads(asked.body)
            if LOCK_FIELDS - info.keys():
                return 400, json.dumps({"error": f"{sorted(LOCK_FIELDS - info.keys())} is missing"}).encode()
            if kept.lock is not None:  # who holds it, by the name of the user there; the rest is what was asked with
                return 409, json.dumps({**info, "ID": kept.lock_id, "Who": "ann"}).encode()
            kept.lock = info
            return 200, json.dumps(info).encode()
        case "DELETE":
            if asked.given not in {None, kept.lock_id}:
                return 409, b""
            kept.lock = None
            return 200, b""
        case _:
            return 405, b""


def answer_as_gitea(forge: Forge, asked: Asked) -> Reply:
    """Each write names a lock, held or not; no answer says who holds it; the serials are Gitea's own."""
    kept = forge.get(asked.path.removesuffix("/lock"))
    if asked.path.endswith("/lock"):
        return _lock_as_gitea(kept, asked)
    match asked.method:
        case "GET":
            return (200, kept.content) if kept.content is not None else (204, b"")
        case "POST" if not asked.given:
            return _complain(400, "Missing ID query parameter")
        case "POST" if kept.lock_id not in {None, asked.given}:
            return _complain(409, "State is locked")
        case "POST":
            _store(kept, asked.body, len(kept.serials) + 1)
            return 200, b'{"message":"State updated successfully"}'
        case _:
            return 405, b""


def _lock_as_gitea(kept: Kept, asked: Asked) -> Reply:
    info = json.loads(asked.body) if asked.body else {}
    match asked.method:
        case "POST" if kept.lock is not None:
            return _complain(409, "State is already locked")
        case "POST":
            kept.lock = info
            return 200, b'{"message":"State locked successfully"}'
        case "DELETE" if "ID" not in info:
            return _complain(400, "Missing lock ID")
        case "DELETE" if info["ID"] != kept.lock_id:
            return _complain(409, "State is not locked or lock ID mismatch")
        case "DELETE":
            kept.lock = None
            return 200, b'{"message":"State unlocked successfully"}'
        case _:
            return 405, b""


def _complain(status: int, message: str) -> Reply:
    return status, json.dumps({"errors": [{"status": status, "message": message}]}).encode()


def _store(kept: Kept, content: bytes, serial: int) -> None:
    kept.content = content
    kept.serials.append(serial)


@contextmanager
def run_forge(answer: Callable[[Forge, Asked], Reply]) -> Iterator[Forge]:
    """Serve the states of a forge that answers like `answer`."""
    forge = Forge(answer)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            """Be quiet."""

        def handle_any(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            given = parse_qs(parts.query).get("ID", [None])[0]
            asked = Asked(self.command, parts.path, given, body)
            status, reply = forge.answer(forge, asked)
            if status >= 400:
                forge.refused.append((f"{asked.method} {asked.path.rpartition('/')[2]}", status))
            if self.command == "POST" and forge.loses(locks=asked.path.endswith("/lock")):
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            self.send_response(status)
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

        do_GET = do_POST = do_DELETE = handle_any  # noqa: N815 - names that the library looks for

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    forge.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield forge
    finally:
        server.shutdown()
        server.server_close()
