"""The transport: carries one request over httpx, once, and says what happened.

Loaded only when a client is made. It works below httpx's client, which is for browsing: here no redirect is followed,
no cookie kept, no .netrc read, no address logged. Refuses to raise for what a network does, and to send anything but
a GET over a connection that only reads.
"""

import asyncio
import os
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, MutableMapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, TypeAlias
from urllib.request import getproxies, proxy_bypass

from planner import __version__
from planner.api.bodies import BadBody, read_into
from planner.api.connection import Connection
from planner.api.endpoint import Endpoint
from planner.api.happenings import Happening, Lost, Reply, Request, Unsent, Verb
from planner.api.quick_httpx import httpx
from planner.api.quoting import escape
from planner.model.live import NotSent

__all__ = ["App", "Transport", "open_transport", "to_happening"]

_Message: TypeAlias = MutableMapping[str, Any]
App: TypeAlias = Callable[
    [_Message, Callable[[], Awaitable[_Message]], Callable[[_Message], Awaitable[None]]], Awaitable[None]
]
"""An ASGI application."""

# Assumed: a request is named by `X-Request-Id`, if at all.
_READ_HEADERS = ("date", "link", "location", "retry-after", "x-request-id")
_KEPT_OF_AN_ERROR = 64 * 2**10
# Assumed: no server closes a connection that was idle for so short a time; many do after 5 seconds. A request sent at
# that very moment is lost, and nobody can tell whether a POST was performed.
_IDLE_SECONDS = 2.0
_CONTENT_TYPES: Mapping[Verb, str] = {
    "POST": "application/json",
    "PUT": "application/json",
    "PATCH": "application/merge-patch+json",
}
_FAULTS = (httpx.HTTPError, httpx.InvalidURL, httpx.CookieConflict, httpx.StreamError, ConnectionError)
"""All that httpx raises; and ConnectionError, by which an application in this process cuts the connection."""


class Transport:
    """Connections to one server. Each carries one request at a time and is kept for the next.

    One httpx transport a connection: a shared pool looks at all of its connections for each request, which at ten
    of them costs as much as everything else.
    """

    def __init__(self, connect: Callable[[], httpx.AsyncBaseTransport], connection: Connection) -> None:
        self._connect = connect
        self._idle: list[httpx.AsyncBaseTransport] = []
        self._opened = AsyncExitStack()
        self._extensions = {"timeout": _to_timeouts(connection)}
        self._headers: dict[tuple[str | None, str | None], httpx.Headers] = {}
        self._is_read_only = connection.read_only

    async def carry(self, request: Request, token: str | None, budget: float) -> Happening:
        """Send `request` and return what happened within `budget` seconds.

        Raises `NotSent`, before there is a connection, for a request that a connection for reading must not send.
        """
        if self._is_read_only and request.verb != "GET":
            raise NotSent(
                f"A {request.verb} was stopped: this command only reads",
                "Nothing was sent. This is a mistake in planner; please report it.",
            )
        wire = self._idle.pop() if self._idle else await self._opened.enter_async_context(self._connect())
        try:
            async with asyncio.timeout(budget):
                return await _exchange(wire, self._build(request, token), request.max_bytes)
        except TimeoutError:
            return Lost(reason=f"no whole answer came within {budget:.0f} seconds")
        except BadBody as bad:
            return Lost(reason=f"the body of the answer {bad}", is_final=bad.is_final)
        except _FAULTS as fault:
            return to_happening(fault)
        finally:
            self._idle.append(wire)

    async def aclose(self) -> None:
        """Close every connection."""
        await self._opened.aclose()

    def _build(self, request: Request, token: str | None) -> httpx.Request:
        key = (request.content_type or _CONTENT_TYPES.get(request.verb), token)
        headers = self._headers.get(key) or self._headers.setdefault(key, _make_headers(*key))
        return httpx.Request(
            request.verb, request.url, headers=headers, content=request.body, extensions=self._extensions
        )


@asynccontextmanager
async def open_transport(connection: Connection, endpoint: Endpoint, app: App | None) -> AsyncIterator[Transport]:
    """Make a transport to `endpoint`, or to `app` in this process, and close it in the end.

    Raises `NotSent` where the certificates to trust or the proxy that the environment names cannot be used.
    """
    transport = Transport((lambda: httpx.ASGITransport(app)) if app else _prepare(endpoint), connection)
    try:
        yield transport
    finally:
        await transport.aclose()


def _make_headers(content_type: str | None, token: str | None) -> httpx.Headers:
    headers = httpx.Headers(
        {
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "User-Agent": f"cluster-planner/{__version__}",
        }
    )
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    if content_type is not None:
        headers["Content-Type"] = content_type
    return headers


async def _exchange(wire: httpx.AsyncBaseTransport, request: httpx.Request, max_bytes: int) -> Reply:
    response = await wire.handle_async_request(request)
    body = bytearray()
    try:
        await read_into(
            body,
            response.aiter_raw(),
            coding=response.headers.get("content-encoding", ""),
            length=response.headers.get("content-length", ""),
            max_bytes=max_bytes if response.is_success else _KEPT_OF_AN_ERROR,
        )
    except (*_FAULTS, BadBody):
        # Where the status says no, it says enough: the rest of the body would have been a message.
        if response.is_success:
            raise
    finally:
        await response.aclose()
    headers = {name: response.headers[name] for name in _READ_HEADERS if name in response.headers}
    return Reply(status=response.status_code, headers=headers, body=bytes(body))


def to_happening(fault: Exception) -> Unsent | Lost:
    """Return what `fault`, anything that httpx raises, means for the request.

    It counts as unsent only where no byte of it can have left: every case that is not sure counts as lost.
    """
    match fault:
        case httpx.ConnectTimeout():
            return Unsent(reason="no connection could be made in time")
        case httpx.PoolTimeout():
            return Unsent(reason="no connection became free in time")
        case httpx.ConnectError():
            return _judge_connect_error(fault)
        case httpx.ProxyError():
            return Unsent(
                reason=f"the proxy did not connect us ({escape(str(fault))})",
                advice="Check HTTPS_PROXY and NO_PROXY.",
                is_final=True,
            )
        case httpx.UnsupportedProtocol() | httpx.InvalidURL():
            return Unsent(reason="its address cannot be used", is_final=True)
        case httpx.TimeoutException():
            return Lost(reason="the server was silent for too long")
        case httpx.TransportError() | ConnectionError():
            return Lost(reason="the connection was cut before the whole answer was here")
        case _:
            return Lost(reason="the answer could not be understood", is_final=True)


def _judge_connect_error(fault: httpx.ConnectError) -> Unsent:
    causes = list(_walk_causes(fault))
    for cause in causes:
        if isinstance(cause, ssl.SSLError):
            reason = getattr(cause, "verify_message", "") or cause.reason or "no common protocol"
            return Unsent(
                reason=f"its identity could not be verified ({escape(reason).rstrip('.')})",
                advice="Check the endpoint. If your organisation has a certificate authority of its own, "
                "let SSL_CERT_FILE name its certificates.",
                is_final=True,
            )
    told = [_name_error(cause) for cause in causes if isinstance(cause, OSError) and cause.strerror]
    return Unsent(reason=f"no connection could be made ({escape(told[-1])})" if told else "no connection could be made")


def _name_error(cause: OSError) -> str:
    """Return the system's own words; asyncio puts others in their place, the resolver has numbers below 0."""
    return os.strerror(cause.errno) if cause.errno and cause.errno > 0 else str(cause.strerror)


def _walk_causes(fault: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = fault
    while cause is not None:
        yield cause
        if isinstance(cause, BaseExceptionGroup):
            yield from cause.exceptions
        cause = cause.__cause__ or cause.__context__


def _prepare(endpoint: Endpoint) -> Callable[[], httpx.AsyncBaseTransport]:
    """Return what makes a connection to `endpoint`, as the environment wants it (proxy, certificates)."""
    # Without TLS no authority is loaded, which would take 40 ms; nor would that context trust any.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if endpoint.is_plain else _load_certificates()
    limits = httpx.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=_IDLE_SECONDS)

    def connect() -> httpx.AsyncBaseTransport:
        return httpx.AsyncHTTPTransport(verify=context, trust_env=False, limits=limits, proxy=proxy)

    try:
        proxy = None if endpoint.is_loopback else _find_proxy(endpoint)
        connect()
    except (ImportError, ValueError, httpx.InvalidURL):
        raise NotSent(
            "The proxy that HTTPS_PROXY names cannot be used",
            "Nothing was sent. Write it as http://HOST:PORT, or let NO_PROXY name the endpoint's host.",
        ) from None
    return connect


def _load_certificates() -> ssl.SSLContext:
    try:
        return httpx.create_ssl_context()
    except OSError as fault:
        raise NotSent(
            "The certificates to trust cannot be read",
            f"SSL_CERT_FILE or SSL_CERT_DIR names none ({escape(fault.strerror or 'no certificate')}). "
            "Nothing was sent. Correct or unset it.",
        ) from None


def _find_proxy(endpoint: Endpoint) -> httpx.Proxy | None:
    host = endpoint.origin.partition("://")[2]
    proxies = getproxies()
    url = proxies.get("https") or proxies.get("all")
    if not url or proxy_bypass(host):
        return None
    return httpx.Proxy(url if "://" in url else f"http://{url}")


def _to_timeouts(connection: Connection) -> dict[str, float]:
    return {
        "connect": connection.connect_timeout,
        "read": connection.silence_timeout,
        "write": connection.silence_timeout,
        "pool": connection.connect_timeout,
    }
