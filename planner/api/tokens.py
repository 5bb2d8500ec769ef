"""Tokens: asks for the bearer token, and refuses one that cannot go into a header.

What is refused is never shown.
"""

import re

from planner.api.connection import TokenSource
from planner.model.live import NotSent

__all__ = ["check_token", "fetch_token"]

_TOKEN = re.compile(r"[!-~]{1,16384}")


async def fetch_token(source: str | TokenSource | None, rejected: str | None) -> str | None:
    """Return the token to send, other than `rejected` where `source` has another; None where there is no source.

    Raises `NotSent` for a token with a blank, a line break or anything else in it that no token has.
    """
    token = await source(rejected) if callable(source) else source
    return None if token is None else check_token(token)


def check_token(token: str, origin: str = "IMPLY_TOKEN") -> str:
    """Return `token`, which came from `origin`; raises `NotSent` where it cannot go into a header."""
    if _TOKEN.fullmatch(token):
        return token
    raise NotSent(
        "The token cannot be sent",
        "It is empty, or holds a blank, a line break or a letter outside ASCII. Nothing was sent. "
        f"Let {origin} hold the token alone, without the word Bearer before it.",
    )
