"""The app: the emulated API as an ASGI application, in process or under a server.

Effects stand here and nowhere deeper: the store, the clock, the pauses, and connections that end early. ASGI has no
word for the last; the app raises `hang_up()`. In process that is what the caller's transport raises (make it
`httpx.ReadError` for a client of httpx); `planner.emulator.server` closes the socket instead.
"""

import time
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass
from email.utils import formatdate
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import parse_qsl

from planner.emulator.account import Account, Commit
from planner.emulator.behaviour import Behaviour
from planner.emulator.course import Course, HandEditError, edit_cluster, remove_cluster, run_course
from planner.emulator.describing import describe_cluster
from planner.emulator.exchange import Answer, Request, Scene, refuse
from planner.emulator.json_text import Json, read_json
from planner.emulator.settling import is_gone
from planner.emulator.store import MemoryStore, Store, StoreError

if TYPE_CHECKING:
    from planner.emulator.trouble import Action, Trouble

__all__ = ["ConnectionLostError", "EmulatorApp", "Exchange", "make_app"]

_Message: TypeAlias = MutableMapping[str, Any]
_Receive: TypeAlias = Callable[[], Awaitable[_Message]]
_Send: TypeAlias = Callable[[_Message], Awaitable[None]]

_BODY_LIMIT = 8_000_000


class ConnectionLostError(ConnectionResetError):
    """The connection ends without a whole answer, as a trouble asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request that came in, and the status that went out: None where no answer did."""

    request: Request
    status: int | None

    @property
    def method(self) -> str:
        """The request's method."""
        return self.request.method

    @property
    def path(self) -> str:
        """The request's path, from the root of the host."""
        return self.request.path

    @property
    def document(self) -> Json:
        """The request's body as JSON; None where there was none."""
        return read_json(self.request.body) if self.request.body else None


def make_app(  # noqa: PLR0913 - each is one effect or one setting of an emulator, and all have defaults
    account: Account | None = None,
    *,
    behaviour: Behaviour | None = None,
    clock: Callable[[], float] = time.time,
    troubles: "Iterable[Trouble]" = (),
    hang_up: Callable[[], Exception] = ConnectionLostError,
    store: Store | None = None,
    keeps_requests: bool = True,
) -> "EmulatorApp":
    """Return an emulator: of `account` in memory (an empty one, unless told), or of what `store` keeps.

    `clock` gives seconds since the epoch; clusters settle and tokens expire by it.
    """
    return EmulatorApp(
        store=store or MemoryStore(account or Account()),
        behaviour=behaviour or Behaviour(),
        clock=clock,
        troubles=tuple(troubles),
        hang_up=hang_up,
        keeps_requests=keeps_requests,
    )


class EmulatorApp:
    """An emulated Manager API. Call it as an ASGI application; look at it, and meddle with it, through the rest.

    `requests` lists what came in, in order. `troubles` are those still to strike; add to them at any time.
    """

    def __init__(  # noqa: PLR0913 - made by `make_app`
        self,
        *,
        store: Store,
        behaviour: Behaviour,
        clock: Callable[[], float],
        troubles: "tuple[Trouble, ...]",
        hang_up: Callable[[], Exception],
        keeps_requests: bool,
    ) -> None:
        self.behaviour = behaviour
        self.requests: list[Exchange] = []
        self.troubles = list(troubles)
        self._store = store
        self._clock = clock
        self._hang_up = hang_up
        self._keeps_requests = keeps_requests
        self._count = 0

    @property
    def account(self) -> Account:
        """The account as it is."""
        return self._store.read()

    def describe_clusters(self) -> list[Json]:
        """Return the clusters as the API shows them now, by order of creation, late to be listed or not."""
        now = self._clock()
        return [
            read_json(describe_cluster(cluster, now, self.behaviour).encode())
            for cluster in self.account.clusters.values()
            if not is_gone(cluster, now)
        ]

    def edit_cluster(self, name: str, patch: dict[str, Json]) -> None:
        """Change a cluster behind the client's back.

        Raises:
            HandEditError: There is no such cluster, or its configuration would not be valid.
        """
        self._meddle(lambda scene: edit_cluster(scene, name, patch))

    def remove_cluster(self, name: str) -> None:
        """Delete a cluster behind the client's back.

        Raises:
            HandEditError: There is no such cluster.
        """
        self._meddle(lambda scene: remove_cluster(scene, name))

    async def __call__(self, scope: _Message, receive: _Receive, send: _Send) -> None:
        """Serve one request, as ASGI has it; there is nothing to start or stop."""
        if scope["type"] == "lifespan":
            await _live(receive, send)
        elif scope["type"] == "http":
            await self._serve(scope, receive, send)

    async def _serve(self, scope: _Message, receive: _Receive, send: _Send) -> None:
        body = await _read_body(receive)
        request = _read_request(scope, body or b"")
        course = _refuse_size() if body is None else self._run(request)
        if self._keeps_requests:
            self.requests.append(Exchange(request=request, status=None if course.is_lost else course.answer.status))
        if course.delay:
            await _pause(course.delay)
        if course.is_lost and not course.is_cut:
            raise self._hang_up()
        await self._send(course, send)

    def _run(self, request: Request) -> Course:
        actions = self._find_actions(request)

        def decide(account: Account) -> tuple[tuple[Commit, ...], Course]:
            course = _play(self._look(account), request, actions)
            return course.commits, course

        try:
            return self._store.transact(decide)
        except (StoreError, HandEditError) as error:
            return Course(commits=(), answer=refuse(500, "InternalError", f"The emulator failed: {error}.").answer)

    def _find_actions(self, request: Request) -> "tuple[Action, ...]":
        if not self.troubles:
            return ()
        from planner.emulator.trouble import find_troubles  # noqa: PLC0415 - loaded only where there are troubles

        actions, self.troubles[:] = find_troubles(self.troubles, request)
        return actions

    def _meddle(self, change: Callable[[Scene], tuple[Commit, ...]]) -> None:
        self._store.transact(lambda account: (change(self._look(account)), None))

    def _look(self, account: Account) -> Scene:
        return Scene(account=account, now=self._clock(), behaviour=self.behaviour)

    async def _send(self, course: Course, send: _Send) -> None:
        answer, body = course.answer, course.answer.body
        part = body[: len(body) // 2] if course.is_cut else body
        length = len(body) if course.is_lost else len(part)
        await send({"type": "http.response.start", "status": answer.status, "headers": self._head(answer, length)})
        if course.drip:
            for position in range(len(part)):
                await _pause(course.drip)
                await send(_body(part[position : position + 1], more=True))
            part = b""
        await send(_body(part, more=course.is_lost))
        if course.is_lost:
            raise self._hang_up()

    def _head(self, answer: Answer, length: int) -> list[tuple[bytes, bytes]]:
        self._count += 1
        headers = [
            *answer.headers,
            ("date", formatdate(self._clock(), usegmt=True)),
            ("x-request-id", f"emulated-{self._count}"),
        ]
        if answer.status != 204:
            headers.append(("content-length", str(length)))
        return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]


def _play(scene: Scene, request: Request, actions: "tuple[Action, ...]") -> Course:
    if not actions:
        return run_course(scene, request)
    from planner.emulator.striking import run_struck_course  # noqa: PLC0415 - loaded only where there are troubles

    return run_struck_course(scene, request, actions)


async def _live(receive: _Receive, send: _Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


async def _read_body(receive: _Receive) -> bytes | None:
    """Return the body of a request, or None for one that is too large to be meant.

    Raises:
        ConnectionLostError: The client left before it had sent all of it.
    """
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ConnectionLostError
        part = message.get("body", b"")
        size += len(part)
        if size <= _BODY_LIMIT:
            parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts) if size <= _BODY_LIMIT else None


def _read_request(scope: _Message, body: bytes) -> Request:
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    return Request(
        method=scope["method"],
        path=scope["path"],
        query=dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)),
        headers=headers,
        body=body,
        origin=f"{scope['scheme']}://{headers.get('host', 'localhost')}",
    )


def _refuse_size() -> Course:
    return Course(commits=(), answer=refuse(413, "ContentTooLarge", "The body is too large.").answer)


def _body(part: bytes, *, more: bool) -> _Message:
    return {"type": "http.response.body", "body": part, "more_body": more}


async def _pause(seconds: float) -> None:
    import asyncio  # noqa: PLC0415 - an account in a file pays for it only when a pause is asked for

    await asyncio.sleep(seconds)
