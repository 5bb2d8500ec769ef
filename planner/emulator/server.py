"""The server: the emulated API over HTTP, through uvicorn. On loopback, unless somebody insists.

A connection that a trouble ends early is closed here, which ASGI alone cannot do.
"""

import socket
import threading
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, TypeAlias

from planner.emulator.app import ConnectionLostError, EmulatorApp

if TYPE_CHECKING:
    import asyncio

    import uvicorn

__all__ = ["RemoteHostError", "run_server", "serve"]

_Message: TypeAlias = MutableMapping[str, Any]
_Receive: TypeAlias = Callable[[], Awaitable[_Message]]
_Send: TypeAlias = Callable[[_Message], Awaitable[None]]
_App: TypeAlias = Callable[[_Message, _Receive, _Send], Awaitable[None]]


class RemoteHostError(ValueError):
    """The address can be reached from other machines, and nobody said that this is meant."""


def serve(
    app: EmulatorApp,
    *,
    host: str = "127.0.0.1",
    port: int = 8080,
    allows_remote: bool = False,
    announce: Callable[[str], None] = lambda _: None,
) -> None:
    """Serve `app` until interrupted; `announce` gets the base URL once the port is open. Port 0 is any free one.

    Raises:
        RemoteHostError: `host` is not loopback, and `allows_remote` is not set.
        ImportError: uvicorn is not installed.
        OSError: The address is taken, or not ours.
        KeyboardInterrupt: It was interrupted, and what was under way was answered.
    """
    if not allows_remote and not _is_loopback(host):
        raise RemoteHostError(f"{host} can be reached from other machines")
    server = _make_server(app)
    with _listen(host, port) as listener:
        announce(_write_url(host, listener.getsockname()[1]))
        server.run(sockets=[listener])


@contextmanager
def run_server(app: _App) -> Iterator[str]:
    """Serve `app`, an emulator or who stands before one, on a free loopback port while the block runs.

    It runs in a thread; gives the base URL.
    """
    server = _make_server(app)
    with _listen("127.0.0.1", 0) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            yield _write_url("127.0.0.1", listener.getsockname()[1])
        finally:
            server.should_exit = True
            thread.join()


def _make_server(app: _App) -> "uvicorn.Server":
    import uvicorn  # noqa: PLC0415 - only a server pays for it
    from uvicorn.protocols.http.h11_impl import H11Protocol  # noqa: PLC0415 - likewise

    class ClosingProtocol(H11Protocol):
        """HTTP/1.1 whose connections can end in the middle of an answer."""

        def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - passed on as they are
            super().__init__(*args, **kwargs)
            inner = self.app

            async def close_when_lost(scope: _Message, receive: _Receive, send: _Send) -> None:
                try:
                    await inner(scope, receive, send)
                except ConnectionLostError:
                    await _close(self.transport, receive)

            self.app = close_when_lost

    return uvicorn.Server(
        uvicorn.Config(
            app,
            http=ClosingProtocol,
            ws="none",
            lifespan="off",
            log_level="warning",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            date_header=False,
            timeout_graceful_shutdown=1,
        )
    )


async def _close(transport: "asyncio.Transport", receive: _Receive) -> None:
    """Close a connection, and wait until the protocol knows: it would answer 500 otherwise."""
    transport.close()
    while (await receive())["type"] != "http.disconnect":
        pass


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _listen(host: str, port: int) -> socket.socket:
    """Return an open port; made by hand, as asyncio spares only sockets that say TCP the delay of small packets."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(2048)
    except BaseException:
        listener.close()
        raise
    return listener


def _write_url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
