"""The transport against real sockets, and its reading of whatever httpx raises; waiting takes no time."""

import asyncio
import gzip
import logging
import ssl
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace

import httpx
import pytest

from planner.api.client import ManagerClient, open_client
from planner.api.connection import Connection
from planner.api.happenings import Lost, Unsent
from planner.api.requesting import Timing
from planner.api.transport import to_happening
from planner.model.live import AnswerLost, ApiFault, NotSent, Refused
from tests.api.doubles import RESET, TOKEN, Act, Use, run_virtual, serve_wire


def walk_exceptions(kind: type[Exception]) -> Iterator[type[Exception]]:
    yield kind
    for child in kind.__subclasses__():
        yield from walk_exceptions(child)


RAISED = sorted(
    {
        kind
        for root in (httpx.HTTPError, httpx.InvalidURL, httpx.CookieConflict, httpx.StreamError)
        for kind in walk_exceptions(root)
    },
    key=lambda kind: kind.__name__,
)
UNSENT = {
    "ConnectError",
    "ConnectTimeout",
    "InvalidURL",
    "PoolTimeout",
    "ProxyError",
    "UnsupportedProtocol",
}
"""What happens before the first byte of a request; everything else may have come after the last."""


def test_the_list_of_exceptions_is_all_that_httpx_names() -> None:
    named = {member for member in vars(httpx).values() if isinstance(member, type) and issubclass(member, Exception)}
    assert named <= set(RAISED)


@pytest.mark.parametrize("kind", RAISED)
def test_no_exception_of_httpx_is_without_a_meaning(kind: type[Exception]) -> None:
    fault = kind.__new__(kind, "text")
    Exception.__init__(fault, "text")
    assert isinstance(to_happening(fault), Unsent if kind.__name__ in UNSENT else Lost)


def test_a_certificate_that_is_not_trusted_is_named_and_final() -> None:
    reason = ssl.SSLCertVerificationError(1, "certificate verify failed")
    reason.verify_message = "Hostname mismatch, certificate is not valid for 'acme.example'."
    fault = httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED]")
    fault.__cause__ = reason
    happening = to_happening(fault)
    assert isinstance(happening, Unsent)
    assert happening.is_final
    assert "Hostname mismatch, certificate is not valid for 'acme.example'" in happening.reason


async def use_wire(use: Use[object], *scripts: Sequence[Act], **limits: float) -> tuple[object, list[bytes], float]:
    """Return what `use` comes to, a fault included, the heads of the requests, and the seconds it took."""
    loop = asyncio.get_running_loop()
    timing = Timing(clock=loop.time, draw=lambda: 0.5)
    async with serve_wire(*scripts) as server:
        connection = replace(Connection(endpoint=f"http://127.0.0.1:{server.port}", token=TOKEN), **limits)  # type: ignore[arg-type]
        async with open_client(connection, timing=timing) as client:
            start = loop.time()
            try:
                outcome: object = await use(client)
            except ApiFault as fault:
                outcome = fault
            return outcome, server.requests, loop.time() - start


POST: Use[object] = lambda client: client.send("POST", "/clusters", {"metadata": {"name": "web"}})  # noqa: E731 - a value
OK = b"HTTP/1.1 200 OK\r\n"
EMPTY_LIST = OK + b"Content-Length: 2\r\n\r\n[]"


def test_a_sound_answer_over_a_socket() -> None:
    outcome, requests, _ = run_virtual(use_wire(ManagerClient.list_clusters, [EMPTY_LIST]))
    assert outcome == ()
    [head] = requests
    assert head.startswith(b"GET /api/v1/clusters HTTP/1.1\r\n")
    assert f"Authorization: Bearer {TOKEN}\r\n".encode() in head


TROUBLE: dict[str, Sequence[Act]] = {
    "closed at once": [],
    "reset at once": [RESET],
    "reset in the headers": [OK, RESET],
    "reset in the body": [OK + b"Content-Length: 100\r\n\r\n[", RESET],
    "short by its length": [OK + b"Content-Length: 100\r\n\r\n[]"],
    "cut between chunks": [OK + b"Transfer-Encoding: chunked\r\n\r\n1\r\n[\r\n"],
    "cut without a length": [OK + b"\r\n[{"],
    "not HTTP": [b"SSH-2.0-OpenSSH\r\n"],
    "half a status": [b"HTTP/1.1 20"],
    "two lengths": [OK + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n[]"],
    "endless header": [OK + b"X: " + b"x" * 200_000],
    "silence": [600.0],
    "silence in the body": [OK + b"Content-Length: 2\r\n\r\n[", 600.0],
    "a drip": [OK + b"Content-Length: 9000\r\n\r\n", *[act for _ in range(2000) for act in (b" ", 0.4)]],
    "a drip of headers": [OK, *[act for _ in range(2000) for act in (b"X: y\r\n", 0.4)]],
    "a flood of 1xx": [b"HTTP/1.1 103 Early Hints\r\n\r\n", 0.4] * 2000,
}


@pytest.mark.parametrize("trouble", TROUBLE)
def test_an_answer_that_does_not_come_whole_leaves_a_write_in_doubt(trouble: str) -> None:
    outcome, requests, seconds = run_virtual(use_wire(POST, TROUBLE[trouble], deadline=30.0, silence_timeout=5.0))
    assert type(outcome) is AnswerLost
    assert len(requests) == 1
    assert seconds <= 31


@pytest.mark.parametrize("trouble", sorted(TROUBLE.keys() - {"a drip", "a drip of headers", "a flood of 1xx"}))
def test_an_answer_that_does_not_come_whole_is_read_again(trouble: str) -> None:
    outcome, requests, _ = run_virtual(
        use_wire(ManagerClient.list_clusters, TROUBLE[trouble], [EMPTY_LIST], silence_timeout=5.0)
    )
    assert outcome == ()
    assert len(requests) == 2


@pytest.mark.parametrize("trouble", ["a drip", "a drip of headers", "a flood of 1xx"])
def test_nothing_that_drips_outlasts_the_deadline(trouble: str) -> None:
    outcome, _, seconds = run_virtual(use_wire(ManagerClient.list_clusters, TROUBLE[trouble], deadline=30.0))
    assert isinstance(outcome, AnswerLost)
    assert 29 <= seconds <= 31


def test_a_refusal_stands_although_its_body_is_cut() -> None:
    cut = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 100\r\n\r\n<html>what"
    outcome, _, _ = run_virtual(use_wire(POST, [cut]))
    assert isinstance(outcome, Refused)
    assert "<html>what" in str(outcome)


def test_a_refusal_stands_although_its_body_has_no_end() -> None:
    endless = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 99999999\r\n\r\n" + b"x" * 200_000
    outcome, _, seconds = run_virtual(use_wire(POST, [endless, 600.0]))
    assert isinstance(outcome, Refused)
    assert seconds < 1


def test_nobody_listening_means_nothing_was_sent() -> None:
    async def main() -> None:
        async with serve_wire([]) as server:
            port = server.port
        loop = asyncio.get_running_loop()
        connection = Connection(endpoint=f"http://127.0.0.1:{port}", token=TOKEN)
        async with open_client(connection, timing=Timing(clock=loop.time, draw=lambda: 0.5)) as client:
            with pytest.raises(NotSent, match=r"Connection refused\). It was tried 5 times"):
                await POST(client)

    run_virtual(main())


def test_a_server_without_tls_is_never_spoken_to_in_the_clear() -> None:
    async def main() -> list[bytes]:
        async with serve_wire([EMPTY_LIST]) as server:
            connection = Connection(endpoint=f"https://127.0.0.1:{server.port}", token=TOKEN)
            async with open_client(connection) as client:
                with pytest.raises(NotSent, match="could not be verified"):
                    await client.list_clusters()
            return server.requests

    [heard] = run_virtual(main())
    assert TOKEN.encode() not in heard


def test_a_redirect_is_not_followed() -> None:
    async def main() -> tuple[object, list[bytes]]:
        async with serve_wire([EMPTY_LIST]) as other:
            location = f"Location: http://127.0.0.1:{other.port}/api/v1/clusters\r\n".encode()
            away = b"HTTP/1.1 307 Temporary Redirect\r\nContent-Length: 0\r\n" + location + b"\r\n"
            outcome, requests, _ = await use_wire(POST, [away])
            assert len(requests) == 1
            return outcome, other.requests

    outcome, followed = run_virtual(main())
    assert isinstance(outcome, AnswerLost)
    assert followed == []


def pack(coding: str, body: bytes) -> bytes:
    return OK + f"Content-Encoding: {coding}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


@pytest.mark.parametrize(
    "answer",
    [pack("gzip", gzip.compress(b"[]", mtime=0)), pack("deflate", zlib.compress(b"[]")), pack("identity", b"[]")],
)
def test_a_compression_that_nobody_asked_for_is_read(answer: bytes) -> None:
    outcome, _, _ = run_virtual(use_wire(ManagerClient.list_clusters, [answer]))
    assert outcome == ()


@pytest.mark.parametrize(
    ("answer", "reason", "attempts"),
    [
        (pack("gzip", gzip.compress(b" " * 50_000_000, mtime=0)), "longer than", 1),
        (pack("identity", b" " * 2_000_000), "longer than", 1),
        (pack("br", b"[]"), "not asked for", 1),
        (pack("gzip", gzip.compress(b"[" + b" " * 9999 + b"]", mtime=0)[:-20]), "ended too early", 5),
        (pack("gzip", gzip.compress(b"[]", mtime=0) + gzip.compress(b"[]", mtime=0)), "goes on after its end", 5),
        (pack("gzip", b"plain"), "is damaged", 5),
    ],
)
def test_a_body_that_cannot_be_bounded_or_trusted_is_refused(answer: bytes, reason: str, attempts: int) -> None:
    outcome, requests, _ = run_virtual(use_wire(ManagerClient.list_clusters, [answer], max_list_bytes=1_000_000))
    assert isinstance(outcome, AnswerLost)
    assert reason in str(outcome)
    assert len(requests) == attempts


def test_a_connection_is_used_again() -> None:
    async def main() -> int:
        ports: set[int] = set()

        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            ports.add(writer.get_extra_info("peername")[1])
            while await reader.read(2**16):
                writer.write(EMPTY_LIST)
            writer.close()

        async with await asyncio.start_server(talk, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            async with open_client(Connection(endpoint=f"http://127.0.0.1:{port}")) as client:
                for _ in range(5):
                    assert await client.list_clusters() == ()
            await asyncio.sleep(1)
        return len(ports)

    assert run_virtual(main()) == 1


def test_a_cancelled_request_leaves_the_client_usable() -> None:
    async def main() -> object:
        async def use(client: ManagerClient) -> object:
            waiting = asyncio.ensure_future(client.list_clusters())
            await asyncio.sleep(1)
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
            return await client.list_clusters()

        outcome, _, _ = await use_wire(use, [30.0], [EMPTY_LIST], parallelism=1)
        return outcome

    assert run_virtual(main()) == ()


def test_the_environments_proxy_and_netrc_have_no_part_in_loopback(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    netrc = tmp_path_factory.mktemp("home") / ".netrc"
    netrc.write_text("machine 127.0.0.1 login me password canary\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("all_proxy", "http://127.0.0.1:9")
    outcome, [head], _ = run_virtual(use_wire(ManagerClient.list_clusters, [EMPTY_LIST]))
    assert outcome == ()
    assert b"Basic" not in head


@pytest.mark.parametrize("proxy", ["ftp://proxy.example", "socks9://proxy.example"])
def test_a_proxy_that_cannot_be_used_is_said_before_anything_is_sent(
    monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    monkeypatch.setenv("https_proxy", proxy)
    monkeypatch.delenv("no_proxy", raising=False)

    async def main() -> None:
        async with open_client(Connection(endpoint="https://acme.example", token=TOKEN)):
            pass

    with pytest.raises(NotSent, match="HTTPS_PROXY"):
        asyncio.run(main())


def test_https_goes_through_the_environments_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> list[bytes]:
        refusal = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"
        async with serve_wire([refusal]) as server:
            monkeypatch.setenv("https_proxy", f"127.0.0.1:{server.port}")
            monkeypatch.delenv("no_proxy", raising=False)
            async with open_client(Connection(endpoint="https://acme.example", token=TOKEN)) as client:
                with pytest.raises(NotSent, match="407") as caught:
                    await client.list_clusters()
                assert "HTTPS_PROXY" in caught.value.advice
            return server.requests

    [head] = run_virtual(main())
    assert head.startswith(b"CONNECT acme.example:443 ")
    assert TOKEN.encode() not in head


def test_certificates_that_are_not_there_are_said_before_anything_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/at/all.pem")

    async def main() -> None:
        async with open_client(Connection(endpoint="https://acme.example", token=TOKEN)):
            pass

    with pytest.raises(NotSent, match="SSL_CERT_FILE"):
        asyncio.run(main())


def test_no_log_holds_the_token(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    run_virtual(use_wire(POST, [b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"]))
    assert TOKEN not in caplog.text
