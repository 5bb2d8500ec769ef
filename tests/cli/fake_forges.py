"""Fakes of the two forges on loopback: what they hold, what they were asked, and what goes wrong with them."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

__all__ = ["FakeForge", "Note", "serve"]


@dataclass
class Note:
    """One comment as the fake keeps it."""

    id: int
    body: str
    author: int | None = 1
    kind: str = "User"


@dataclass
class FakeForge:
    """The comments and labels of one pull request, and every request that was made."""

    token: str
    is_gitlab: bool = False
    notes: list[Note] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    troubles: dict[str, list[tuple[int, dict[str, str]]]] = field(default_factory=dict)
    """By the beginning of a request: answers that it gets first; status 0 performs it and cuts the connection."""
    knows_us: bool = True
    merged: str = "none"
    """The commit that the pull request became."""
    url: str = ""
    bodies: list[Any] = field(default_factory=list)

    @property
    def wrote(self) -> list[str]:
        """Every request that is not a GET."""
        return [line for line in self.asked if not line.startswith("GET")]

    def answer(self, method: str, path: str, query: dict[str, list[str]], body: dict[str, Any]) -> tuple[int, Any]:
        if path == "/user":
            return (200, {"id": 1, "login": "us"}) if self.knows_us else (403, {"message": "no"})
        if self.is_gitlab:
            return self._answer_gitlab(method, path, query, body)
        return self._answer_github(method, path, query, body)

    def _answer_github(
        self, method: str, path: str, query: dict[str, list[str]], body: dict[str, Any]
    ) -> tuple[int, Any]:
        issue = "/repos/acme/clusters/issues/7"
        one = re.fullmatch(r"/repos/acme/clusters/issues/comments/(\d+)", path)
        match method:
            case "GET" if path == f"/repos/acme/clusters/commits/{self.merged}/pulls":
                return 200, [{"number": 7, "merged_at": "2026-01-01"}, {"number": 8, "merged_at": None}]
            case "GET" if path == f"{issue}/comments":
                return 200, [
                    {"id": note.id, "body": note.body, "user": {"id": note.author, "type": note.kind}}
                    for note in self._page(query)
                ]
            case "POST" if path == f"{issue}/comments":
                return 201, {"id": self._add(body["body"])}
            case "PATCH" if one:
                return self._edit(int(one[1]), body["body"])
            case "DELETE" if one:
                return self._remove(int(one[1]))
            case "GET" if path == f"{issue}/labels":
                return 200, [{"name": name} for name in self.labels]
            case "POST" if path == f"{issue}/labels":
                self.labels += body["labels"]
                return 200, []
            case "DELETE" if path.startswith(f"{issue}/labels/"):
                self.labels.remove(path.rpartition("/")[2].replace("%3A", ":"))
                return 200, []
        return 404, {"message": "Not Found"}

    def _answer_gitlab(
        self, method: str, path: str, query: dict[str, list[str]], body: dict[str, Any]
    ) -> tuple[int, Any]:
        root = "/projects/acme%2Fclusters/merge_requests/7"
        one = re.fullmatch(re.escape(root) + r"/notes/(\d+)", path)
        match method:
            case "GET" if path == f"/projects/acme%2Fclusters/repository/commits/{self.merged}/merge_requests":
                return 200, [{"iid": 7, "state": "merged"}, {"iid": 8, "state": "opened"}]
            case "GET" if path == f"{root}/notes":
                return 200, [
                    {
                        "id": note.id,
                        "body": note.body,
                        "author": None if note.author is None else {"id": note.author},
                    }
                    for note in self._page(query)
                ]
            case "POST" if path == f"{root}/notes":
                return 201, {"id": self._add(body["body"])}
            case "PUT" if one:
                return self._edit(int(one[1]), body["body"])
            case "PUT" if path == root:
                kept = [name for name in self.labels if name not in body["remove_labels"].split(",")]
                self.labels = sorted({*kept, body["add_labels"]})
                return 200, {}
            case "DELETE" if one:
                return self._remove(int(one[1]))
        return 404, {"message": "404 Not Found"}

    def _page(self, query: dict[str, list[str]]) -> list[Note]:
        size, page = int(query["per_page"][0]), int(query["page"][0])
        return self.notes[(page - 1) * size : page * size]

    def _add(self, body: str) -> int:
        number = max((note.id for note in self.notes), default=0) + 1
        self.notes.append(Note(number, body, kind="User" if self.knows_us else "Bot"))
        return number

    def _edit(self, number: int, body: str) -> tuple[int, Any]:
        for note in self.notes:
            note.body = body if note.id == number else note.body
        return 200, {}

    def _remove(self, number: int) -> tuple[int, Any]:
        self.notes = [note for note in self.notes if note.id != number]
        return 204, None


@contextmanager
def serve(forge: FakeForge) -> Iterator[FakeForge]:
    """Serve `forge` on loopback."""

    class Handler(BaseHTTPRequestHandler):
        def _handle(self) -> None:
            parts = urlsplit(self.path)
            size = int(self.headers.get("content-length") or 0)
            body = json.loads(self.rfile.read(size)) if size else {}
            line = f"{self.command} {parts.path}"
            forge.asked.append(line)
            forge.bodies.append(body)
            given = self.headers.get("private-token") if forge.is_gitlab else self.headers.get("authorization")
            if given != (forge.token if forge.is_gitlab else f"Bearer {forge.token}"):
                self._reply(401, {"message": "Bad credentials"}, {})
                return
            for begin, answers in forge.troubles.items():
                if line.startswith(begin) and answers:
                    status, headers = answers.pop(0)
                    if status == 0:
                        forge.answer(self.command, parts.path, parse_qs(parts.query), body)
                        self.close_connection = True
                        return
                    self._reply(status, {}, headers)
                    return
            self._reply(*forge.answer(self.command, parts.path, parse_qs(parts.query), body), {})

        def _reply(self, status: int, document: object, headers: dict[str, str]) -> None:
            content = b"" if document is None else json.dumps(document).encode()
            self.send_response(status)
            for name, value in {**headers, "content-length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _handle  # noqa: N815 - the names that the server calls

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    forge.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield forge
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
