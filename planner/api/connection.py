"""The connection: where the API is, who we are, and how long and how much we put up with.

Settings only. The token is never part of what a connection shows of itself.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

__all__ = ["Connection", "TokenSource"]


class TokenSource(Protocol):
    """Gives a bearer token; asked before each request, so it remembers the one it has."""

    async def __call__(self, rejected: str | None, /) -> str:
        """Return a token, and not `rejected`, which the server has just refused, if there is another.

        Several requests may report the same rejected token; one new token is meant for all of them.
        Raises `NotSent` where no token can be had.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """How to reach one account; all times in seconds, all sizes in bytes after decompression.

    `deadline` is for one request with all its retries, waiting for a free connection not counted: after it nothing
    of that request is under way any more on our side. `read_only` lets nothing but a GET leave. `renewal` is what to do
    when no token is accepted any more. `log` is given a line about each attempt at a request. `mask` hides secrets
    in what a server says, before that is cut to a length. `lag` is how long a cluster that was just made may be out of
    sight; a server that cannot lag has 0.
    """

    endpoint: str
    token: str | TokenSource | None = field(default=None, repr=False)
    renewal: str = "Set IMPLY_TOKEN to a new one."
    deadline: float = 180.0
    connect_timeout: float = 10.0
    silence_timeout: float = 60.0
    max_cluster_bytes: int = 8 * 2**20
    max_list_bytes: int = 64 * 2**20
    parallelism: int = 10
    log: Callable[[str], None] | None = field(default=None, repr=False, compare=False)
    mask: Callable[[str], str] = field(default=str, repr=False, compare=False)
    read_only: bool = False
    lag: float = 60.0

    def __post_init__(self) -> None:
        limits = (self.deadline, self.connect_timeout, self.silence_timeout)
        sizes = (self.max_cluster_bytes, self.max_list_bytes, self.parallelism)
        if min(*limits, *sizes) <= 0:
            raise ValueError("every limit of a connection is more than 0")
