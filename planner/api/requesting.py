"""Requesting: one request with all its attempts, until there is an answer or nothing more to try.

A request holds one of the client's slots from its first attempt to its end, pauses included: a server that asks for
patience gets it from all of them. Refuses to repeat what might then be done twice.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import Protocol

from planner.api.connection import Connection
from planner.api.faults import Asked, is_doubtful, to_fault
from planner.api.happenings import Happening, Lost, Reply, Request, Unsent
from planner.api.request_log import describe_exchange
from planner.api.retrying import GiveUp, Renew, Retry, decide
from planner.api.tokens import fetch_token
from planner.api.waiting import read_retry_after
from planner.api.wire import Unreadable, decode_body
from state.values import Json

__all__ = ["Carrier", "Requester", "Sound", "Timing"]


_QUOTABLE = 64 * 2**10


class Carrier(Protocol):
    """Sends a request once."""

    async def carry(self, request: Request, token: str | None, budget: float) -> Happening:
        """Return what happened to `request` within `budget` seconds."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Time and chance: seconds that only go forward, the time of day since 1970, a pause, a number from 0 to 1."""

    clock: Callable[[], float] = time.monotonic
    now: Callable[[], float] = time.time
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    draw: Callable[[], float] = random.random


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """An answer that can be used: a 2xx, or a status that the caller expects; `document` is None without a body."""

    reply: Reply
    document: Json


class Requester:
    """Performs requests over one carrier, `connection.parallelism` of them at once."""

    def __init__(self, carrier: Carrier, connection: Connection, host: str, timing: Timing) -> None:
        self._carrier = carrier
        self._connection = connection
        self._host = host
        self._timing = timing
        self._slots = asyncio.Semaphore(connection.parallelism)

    async def perform(
        self, request: Request, path: str, *, expects: Collection[int] = (), secrets: Collection[str] = ()
    ) -> Sound:
        """Return the answer to `request`, which messages call by `path`; a status in `expects` is as good as a 2xx.

        Raises `ApiFault` for everything else.
        """
        async with self._slots:
            return await self._attempt(request, path, expects, secrets)

    async def _attempt(self, request: Request, path: str, expects: Collection[int], secrets: Collection[str]) -> Sound:
        end = self._timing.clock() + self._connection.deadline
        token = await fetch_token(self._connection.token, None)
        attempt, is_renewed, doubt = 0, False, False
        while True:
            attempt += 1
            happening = await self._send(request, token, end, attempt)
            asked = Asked(
                verb=request.verb,
                path=path,
                host=self._host,
                secrets=secrets if token is None else (*secrets, token),
                mask=self._connection.mask,
                has_token=token is not None,
                renewal=self._connection.renewal,
            )
            sound = judge(happening, asked, expects)
            if isinstance(sound, Sound):
                return sound
            doubt = doubt or is_doubtful(asked.verb, sound)
            wait = read_retry_after(sound.headers, self._timing.now()) if isinstance(sound, Reply) else None
            verdict = decide(
                request.verb,
                sound,
                attempt=attempt,
                budget=end - self._timing.clock(),
                draw=self._timing.draw(),
                asked=wait,
                is_renewed=is_renewed,
            )
            fault = to_fault(asked, sound, attempts=attempt, retry_after=wait, doubt=doubt)
            match verdict:
                case GiveUp():
                    raise fault
                case Retry(delay=delay):
                    await self._timing.sleep(delay)
                case Renew():
                    is_renewed, rejected = True, token
                    token = await fetch_token(self._connection.token, rejected)
                    if token == rejected:
                        raise fault

    async def _send(self, request: Request, token: str | None, end: float, attempt: int) -> Happening:
        began = self._timing.clock()
        if end - began <= 0:
            return Unsent(reason="its time was over before it could be sent", is_final=True)
        happening = await self._carrier.carry(request, token, end - began)
        if self._connection.log is not None:
            seconds = self._timing.clock() - began
            self._connection.log(describe_exchange(request, happening, seconds=seconds, attempt=attempt))
        return happening


def judge(happening: Happening, asked: Asked, expects: Collection[int]) -> Sound | Happening:
    """Return what `happening` is worth: a sound answer; or itself; or `Lost`, for a 2xx that cannot be understood.

    A write may be answered without a body, a read may not. A body that is there must be JSON in both: what else
    comes with a 2xx was cut short, or written by something between us and the API.
    """
    if not isinstance(happening, Reply):
        return happening
    if happening.status in expects:
        return Sound(reply=happening, document=None)
    if not happening.is_success:
        return happening
    if not happening.body.strip():
        return Lost(reason="it has no body") if asked.verb == "GET" else Sound(reply=happening, document=None)
    try:
        return Sound(reply=happening, document=decode_body(happening.body))
    except Unreadable as unreadable:
        return Lost(reason=f"the body of the answer {unreadable}{_quote_start(happening.body, asked)}")


def _quote_start(body: bytes, asked: Asked) -> str:
    """Return how a page of something in between starts; a cluster may hold secrets that nobody here knows."""
    text = body[:_QUOTABLE].decode("utf-8", "replace")
    return "" if text.lstrip("\ufeff \t\r\n")[:1] in {"[", "{", ""} else f'; it starts "{asked.quote(text)}"'
