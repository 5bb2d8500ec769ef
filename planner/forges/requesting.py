"""Requesting: one request to a forge, with what such servers ask of a client: patience within limits.

Follows no redirect, sends a token to nothing but the API that it was given, and takes no more than it can hold.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

__all__ = ["NEAR", "AnswerLost", "BadToken", "Delayed", "Forbidden", "ForgeFault", "ForgeServer", "NoSuchThing"]

NEAR = frozenset({"localhost", "127.0.0.1", "::1"})
"""Hosts that are this machine."""

_MOST_BYTES = 32 * 2**20
_TIMEOUT = 30.0
_DIGITS = 12
_TRIES = 4
_LONGEST_WAIT = 60.0
"""Seconds that a limit of requests may make us wait, in all."""


class ForgeFault(Exception):  # noqa: N818 - the field says fault
    """The forge did not do what it was asked; the text says why, for people."""


class Forbidden(ForgeFault):
    """The token may not do that, or there is none."""


class BadToken(ForgeFault):
    """The forge does not know the token, or not any more."""


class Delayed(ForgeFault):
    """The forge takes no more requests for `seconds`, longer than is waited for."""

    def __init__(self, text: str, seconds: float) -> None:
        super().__init__(text)
        self.seconds = seconds


class NoSuchThing(ForgeFault):
    """There is no such repository or pull request, or the token may not see it."""


class AnswerLost(ForgeFault):
    """Nobody knows whether it was done."""


@dataclass(slots=True)
class ForgeServer:
    """One API: where it is, the headers that say who we are, and how to wait."""

    url: str
    headers: Mapping[str, str] = field(repr=False)
    sleep: Callable[[float], Awaitable[None]]
    now: Callable[[], float]
    waited: float = 0.0

    async def request(self, method: str, path: str, body: object = None, *, query: str = "") -> Any:  # noqa: ANN401 - JSON
        """Return what the server answers, None for no content; what may be repeated is, a few times.

        Raises:
            ForgeFault: it does not, or says that something is wrong.
        """
        may_repeat = method in {"GET", "PUT", "PATCH", "DELETE"}
        for attempt in range(_TRIES):
            is_last = attempt == _TRIES - 1
            try:
                status, headers, content = await self._send(method, f"{path}{query}", body)
            except httpx.HTTPError as error:
                if may_repeat and not is_last:
                    await self._wait(2.0**attempt)
                    continue
                raise AnswerLost(f"no answer to {method} {path}: {type(error).__name__}") from None
            except (httpx.InvalidURL, ImportError, OSError, ValueError) as error:
                # An address, a proxy or a file of certificates that cannot be used: nothing was sent.
                raise ForgeFault(f"{method} {path} cannot be asked for: {type(error).__name__}") from None
            pause = _find_pause(status, headers, self.now())
            if pause is not None:
                if is_last or self.waited + pause > _LONGEST_WAIT:
                    raise Delayed(f"{method} {path} was answered with {status}: too many requests", pause)
                await self._wait(pause)
                continue
            if status >= 500 and may_repeat and not is_last:
                await self._wait(2.0**attempt)
                continue
            return _read(method, path, status, content)
        raise AnswerLost(f"no answer to {method} {path}")

    async def _send(self, method: str, path: str, body: object) -> tuple[int, Mapping[str, str], bytes]:
        # What is on this machine is not behind a proxy, and a proxy is not to have the token.
        is_near = httpx.URL(self.url).host in NEAR
        async with httpx.AsyncClient(timeout=_TIMEOUT, follow_redirects=False, trust_env=not is_near) as client:
            request = client.build_request(
                method, f"{self.url}{path}", headers=self.headers, json=body if body is not None else None
            )
            response = await client.send(request, stream=True)
            try:
                content = b""
                async for part in response.aiter_bytes():
                    content += part
                    if len(content) > _MOST_BYTES:
                        raise ForgeFault(f"the answer to {method} {path} is larger than 32 MiB")
            finally:
                await response.aclose()
        return response.status_code, {name.lower(): value for name, value in response.headers.items()}, content

    async def _wait(self, seconds: float) -> None:
        self.waited += seconds
        await self.sleep(seconds)


def _read_seconds(text: str) -> float:
    """Return the number; one of many digits is longer than anybody waits, whatever it is."""
    return float(text) if len(text) <= _DIGITS else float(10**_DIGITS)


def _find_pause(status: int, headers: Mapping[str, str], now: float) -> float | None:
    """Return the seconds after which a server that has had too many requests takes them again; None for no such thing.

    https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api describes the headers.
    """
    if status not in {403, 429}:
        return None
    if headers.get("retry-after", "").isdecimal():
        return _read_seconds(headers["retry-after"])
    if headers.get("x-ratelimit-remaining") == "0" and headers.get("x-ratelimit-reset", "").isdecimal():
        return max(_read_seconds(headers["x-ratelimit-reset"]) - now, 0.0) + 1.0
    return 1.0 if status == 429 else None


def _read(method: str, path: str, status: int, content: bytes) -> Any:  # noqa: ANN401 - JSON
    match status:
        case 401:
            raise BadToken(f"{method} {path}: the token is not known ({status})")
        case 403 if b"secondary rate limit" in content.lower():
            raise Delayed(f"{method} {path} was answered with {status}: too many requests", 60.0)
        case 403:
            raise Forbidden(f"{method} {path} is forbidden ({status})")
        case 404 | 410:
            raise NoSuchThing(f"{method} {path}: there is no such thing ({status})")
        case _ if status >= 500:
            raise AnswerLost(f"{method} {path} failed at the server ({status})")
        case _ if not 200 <= status < 300:
            raise ForgeFault(f"{method} {path} was answered with {status}")
    if not content:
        return None
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        raise ForgeFault(f"the answer to {method} {path} is no JSON") from None
