"""A plain client of the Manager API, and one of an emulator behind whose scenes a test can look."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from planner.emulator.account import Account
from planner.emulator.app import EmulatorApp, make_app
from planner.emulator.behaviour import Behaviour
from planner.emulator.store import Store
from planner.emulator.trouble import Trouble

MERGE_PATCH = "application/merge-patch+json"


@dataclass
class Clock:
    """A clock that moves when it is told to."""

    now: float = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass(kw_only=True)
class Api:
    """A client of whatever serves the Manager API at `url` through `transport`, with a good token."""

    transport: httpx.AsyncBaseTransport
    url: str = "http://emulator/api/v1"
    token: str = "emulator-token"
    headers: dict[str, str] = field(default_factory=dict)

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        content: bytes | None = None,
        media_type: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Send one request, with `body` as JSON or `content` as it is."""
        given = {"authorization": f"Bearer {self.token}", **self.headers, **(headers or {})}
        if media_type is not None or method == "PATCH":
            given["content-type"] = media_type or MERGE_PATCH

        async def send() -> httpx.Response:
            async with httpx.AsyncClient(transport=self.transport, base_url=self.url) as client:
                return await client.request(method, path, json=body, content=content, headers=given)

        return asyncio.run(send())

    def create(self, name: str = "web", **spec: object) -> dict[str, Any]:
        """Create a cluster, and return it as it is read back."""
        assert self.call("POST", "/clusters", make_body(name, **spec)).is_success
        return next(cluster for cluster in self.list() if cluster["metadata"]["name"] == name)

    def list(self) -> list[dict[str, Any]]:
        """Return all clusters, through whatever envelope and pages they come in."""
        clusters: list[dict[str, Any]] = []
        path: str | None = "/clusters"
        while path:
            answer = self.call("GET", path)
            assert answer.status_code == 200
            document = answer.json()
            clusters += document if isinstance(document, list) else next(iter(document.values()))
            path = follow(answer)
        return clusters

    def read(self, uid: str) -> dict[str, Any]:
        """Return one cluster."""
        answer = self.call("GET", f"/clusters/{uid}")
        assert answer.status_code == 200
        document: dict[str, Any] = answer.json()
        return document


@dataclass(kw_only=True)
class Emulated(Api):
    """A client of an emulator, with the emulator and its clock."""

    app: EmulatorApp
    clock: Clock


def follow(answer: httpx.Response) -> str | None:
    """Return where the page after `answer` is; the link may be relative to the request."""
    link = answer.links.get("next", {}).get("url")
    return str(answer.url.join(link)) if link else None


def make_body(name: str = "web", **spec: object) -> dict[str, Any]:
    """Return a cluster as a client sends it."""
    return {"metadata": {"name": name}, "spec": {"version": "2021.06", **spec}}


def emulate(
    behaviour: Behaviour | None = None,
    *,
    account: Account | None = None,
    store: Store | None = None,
    troubles: Iterable[Trouble] = (),
) -> Emulated:
    """Return a client of a new emulator."""
    clock = Clock()
    app = make_app(
        account,
        behaviour=behaviour,
        clock=clock,
        store=store,
        troubles=troubles,
        hang_up=lambda: httpx.ReadError("the connection ended"),
    )
    return Emulated(transport=httpx.ASGITransport(app), app=app, clock=clock)
