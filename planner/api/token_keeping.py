"""Keeping tokens: one for all requests, renewed before it ends, and fetched by one of those that want it at once.

Refuses to trust a lifetime that makes no sense: such a token is good for one use, so nothing can loop.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from state.values import Json

__all__ = ["Grant", "TokenKeeper", "read_life"]

_LONGEST_MARGIN = 60.0
"""Seconds. A token is renewed so long before its end, or at half of its life, whichever is later."""
_LONGEST_LIFE = 365 * 24 * 3600
"""Seconds. A longer life is a mistake, such as one in milliseconds, and is not relied on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A token, and the seconds that it is good for: infinite until it is refused, 0 for one use."""

    token: str = field(repr=False)
    seconds: float


class TokenKeeper:
    """A source of tokens that remembers the one it has; `clock` gives seconds that only go forward."""

    def __init__(self, fetch: Callable[[], Awaitable[Grant]], clock: Callable[[], float]) -> None:
        self._fetch = fetch
        self._clock = clock
        self._lock = asyncio.Lock()
        self._grant: Grant | None = None
        self._renew_at = 0.0

    async def __call__(self, rejected: str | None, /) -> str:
        """Return a token that is not `rejected`, if there is one."""
        async with self._lock:
            if self._grant is None or self._grant.token == rejected or self._clock() >= self._renew_at:
                # Its life began no later than it was asked for.
                asked_at = self._clock()
                self._grant = await self._fetch()
                self._renew_at = asked_at + max(self._grant.seconds - _LONGEST_MARGIN, self._grant.seconds / 2)
            return self._grant.token


def read_life(expires_in: Json) -> float | None:
    """Return the seconds that a grant says its token lives; None where it does not say it as a number that can be."""
    if isinstance(expires_in, int | float) and not isinstance(expires_in, bool) and 0 < expires_in <= _LONGEST_LIFE:
        return float(expires_in)
    return None
