"""Doubles for the tests of the client: a scripted server in this process, one on a socket, and time that obeys."""

import asyncio
import json
import selectors
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable, MutableMapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

from planner.api.client import ManagerClient, open_client
from planner.api.connection import Connection
from planner.api.requesting import Timing
from planner.model.live import ApiFault
from state.values import Json

T = TypeVar("T")
Message: TypeAlias = MutableMapping[str, Any]

TOKEN = "canary-token-7f3a"


def make_cluster(uid: str = "c-1", name: str = "web", **status: Json) -> dict[str, Json]:
    return {"metadata": {"uid": uid, "name": name}, "spec": {"version": "2021.06"}, "status": status}


@dataclass(frozen=True, slots=True, kw_only=True)
class Canned:
    """One scripted answer; a `body` that is not bytes is sent as JSON."""

    status: int = 200
    body: "Json | bytes" = b""
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One request as the server saw it; `target` is the path with its query, header names are in lower case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def line(self) -> str:
        return f"{self.method} {self.target}"


class Script:
    """An ASGI application that gives the answers it was given, one a request, the last one for ever."""

    def __init__(self, *answers: Canned | Exception) -> None:
        self.answers = list(answers)
        self.seen: list[Seen] = []

    async def __call__(
        self, scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
    ) -> None:
        self.seen.append(await _see(scope, receive))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        body = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
        headers = [(name.encode(), value.encode()) for name, value in answer.headers]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    @property
    def lines(self) -> list[str]:
        return [seen.line for seen in self.seen]


async def _see(scope: Message, receive: Callable[[], Awaitable[Message]]) -> Seen:
    body, is_more = b"", True
    while is_more:
        message = await receive()
        body += message["body"]
        is_more = message["more_body"]
    query = f"?{scope['query_string'].decode()}" if scope["query_string"] else ""
    return Seen(
        method=scope["method"],
        target=scope["raw_path"].decode() + query,
        headers={name.decode(): value.decode() for name, value in scope["headers"]},
        body=body,
    )


@dataclass(slots=True)
class Watch:
    """Time that passes only in pauses, each of which is noted; chance always draws the same number."""

    seconds: float = 1000.0
    drawn: float = 0.5
    pauses: list[float] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.seconds += seconds

    @property
    def timing(self) -> Timing:
        return Timing(
            clock=lambda: self.seconds, now=lambda: 1_700_000_000.0, sleep=self.sleep, draw=lambda: self.drawn
        )


@dataclass
class Purse:
    """A source of tokens that knows some, and notes which were rejected."""

    tokens: list[str]
    rejected: list[str | None] = field(default_factory=list)

    async def __call__(self, rejected: str | None) -> str:
        self.rejected.append(rejected)
        if rejected == self.tokens[0] and len(self.tokens) > 1:
            del self.tokens[0]
        return self.tokens[0]


Use: TypeAlias = Callable[[ManagerClient], Awaitable[T]]


PLAIN = Connection(endpoint="", token=TOKEN)
"""A connection to an application in this process."""


def use_client(script: Script, use: Use[T], *, connection: Connection = PLAIN, watch: Watch | None = None) -> T:
    """Return what `use` makes of a client of `script`."""

    async def main() -> T:
        async with open_client(connection, app=script, timing=(watch or Watch()).timing) as client:
            return await use(client)

    return asyncio.run(main())


def catch_fault(
    script: Script, use: Use[object], *, connection: Connection = PLAIN, watch: Watch | None = None
) -> ApiFault:
    """Return the fault that `use` ends in."""
    try:
        outcome = use_client(script, use, connection=connection, watch=watch)
    except ApiFault as fault:
        return fault
    raise AssertionError(f"no fault, but {outcome!r}")


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop for real sockets in which waiting takes no time: when nothing is ready, the clock jumps."""

    def __init__(self) -> None:
        self.moment = 0.0
        super().__init__(_JumpingSelector(self))

    def time(self) -> float:
        return self.moment


class _JumpingSelector(selectors.DefaultSelector):
    def __init__(self, loop: VirtualLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        # What was written to a loopback socket is there at once; two milliseconds are for a busy machine.
        ready: list[tuple[selectors.SelectorKey, int]] = super().select(0)
        if ready or timeout == 0:
            return ready
        ready = super().select(0.002 if timeout is not None else 5)
        if not ready and timeout is not None:
            self._loop.moment += timeout
        return ready


def run_virtual(main: Coroutine[None, None, T]) -> T:
    """Run `main` in a loop where pauses take no time."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(main)


RESET = "reset"
Act: TypeAlias = bytes | float | str
"""What a server on a socket does: sends bytes, waits for seconds, resets the connection; in the end it closes it."""


class WireServer:
    """A server on a loopback socket that answers each connection's one request by a list of acts."""

    def __init__(self, scripts: Iterable[Sequence[Act]]) -> None:
        self.scripts = list(scripts)
        self.requests: list[bytes] = []
        self.port = 0
        self.talks: set[asyncio.Task[None]] = set()

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.talks.add(asyncio.ensure_future(self.talk(reader, writer)))

    async def stop(self) -> None:
        for talk in self.talks:
            talk.cancel()
        await asyncio.gather(*self.talks, return_exceptions=True)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        script = self.scripts.pop(0) if len(self.scripts) > 1 else self.scripts[0]
        try:
            self.requests.append(await reader.read(2**16))
            for act in script:
                await _perform(act, writer)
        except ConnectionError:
            pass
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()


async def _perform(act: Act, writer: asyncio.StreamWriter) -> None:
    match act:
        case bytes():
            writer.write(act)
            await writer.drain()
        case float():
            await asyncio.sleep(act)
        case _:
            linger = struct.pack("ii", 1, 0)
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            writer.transport.abort()


@asynccontextmanager
async def serve_wire(*scripts: Sequence[Act]) -> AsyncIterator[WireServer]:
    server = WireServer(scripts)
    listener = await asyncio.start_server(server.accept, "127.0.0.1", 0)
    server.port = listener.sockets[0].getsockname()[1]
    async with listener:
        yield server
        await server.stop()
