"""Credentials: which of the ways to a token the environment offers, and whether it is whole.

Secrets come from the environment, a file or a command; never from a configuration and never from a command line.
Refuses half of a pair, and a token endpoint that the secret must not go to.
"""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias, assert_never

from planner.api.endpoint import Endpoint, normalise_token_url
from planner.api.quoting import quote
from planner.model.live import NotSent

__all__ = ["ClientCredentials", "Credentials", "TokenCommand", "TokenFile", "advise_renewal", "find_credentials"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientCredentials:
    """A service account, which asks `token_url` for its tokens: the client-credentials grant, RFC 6749 section 4.4."""

    client_id: str
    client_secret: str = field(repr=False)
    token_url: Endpoint


@dataclass(frozen=True, slots=True)
class TokenFile:
    """A file that holds a token, and that somebody else keeps fresh."""

    path: str


@dataclass(frozen=True, slots=True)
class TokenCommand:
    """A program and its arguments; it prints a token."""

    words: tuple[str, ...] = field(repr=False)


Credentials: TypeAlias = str | ClientCredentials | TokenFile | TokenCommand
"""A text is the token itself."""


def find_credentials(
    environment: Mapping[str, str], *, client_id: str | None = None, token_url: str | None = None
) -> Credentials | None:
    """Return the first that is set: `IMPLY_TOKEN`, `IMPLY_TOKEN_FILE`, `IMPLY_TOKEN_COMMAND`, a client and its secret.

    The environment's `IMPLY_CLIENT_ID` and `IMPLY_TOKEN_URL` stand in where the provider block does not say them.

    Raises:
        NotSent: something is missing beside what is set, or cannot be used.
    """
    # A variable that is empty is not set: a pipeline passes a secret that it does not have as an empty text.
    if environment.get("IMPLY_TOKEN"):
        return environment["IMPLY_TOKEN"]
    if environment.get("IMPLY_TOKEN_FILE"):
        return TokenFile(environment["IMPLY_TOKEN_FILE"])
    if environment.get("IMPLY_TOKEN_COMMAND"):
        return TokenCommand(_split_words(environment["IMPLY_TOKEN_COMMAND"]))
    return _find_client(
        {
            "IMPLY_CLIENT_ID": client_id or environment.get("IMPLY_CLIENT_ID") or "",
            "IMPLY_CLIENT_SECRET": environment.get("IMPLY_CLIENT_SECRET") or "",
            "IMPLY_TOKEN_URL": token_url or environment.get("IMPLY_TOKEN_URL") or "",
        }
    )


def advise_renewal(credentials: Credentials | None) -> str:
    """Return what to do about a token that the server refuses although no newer one is to be had."""
    match credentials:
        case None | str():
            return "Set IMPLY_TOKEN to a new one."
        case TokenFile(path=path):
            return f"See that a new one is written into {quote(path)}."
        case TokenCommand(words=words):
            return f"See that {quote(words[0])} prints a new one."
        case ClientCredentials(token_url=token_url):
            return f"The token endpoint {quote(token_url.base)} has just given it: see that it is that of this account."
        case _:
            assert_never(credentials)


def _find_client(parts: Mapping[str, str]) -> ClientCredentials | None:
    if not parts["IMPLY_CLIENT_SECRET"]:
        # An id and an address are no secrets: they may be written down where somebody works with a token of their own.
        return None
    missing = [name for name, value in parts.items() if not value]
    if missing:
        raise NotSent(
            "The credentials of the OAuth client are not complete",
            f"IMPLY_CLIENT_SECRET is set and {' and '.join(missing)} not. Nothing was sent. "
            "Set what is missing; the id and the address may stand in the provider block, as client_id and token_url.",
        )
    return ClientCredentials(
        client_id=parts["IMPLY_CLIENT_ID"],
        client_secret=parts["IMPLY_CLIENT_SECRET"],
        token_url=normalise_token_url(parts["IMPLY_TOKEN_URL"]),
    )


def _split_words(text: str) -> tuple[str, ...]:
    """Return the words of a command, as a shell splits them; no shell runs it."""
    try:
        words = tuple(shlex.split(text))
    except ValueError:
        words = ()
    if not words:
        raise NotSent(
            "The command in IMPLY_TOKEN_COMMAND cannot be run",
            "It has no words, or a quotation mark that is not closed. Nothing was sent. Correct it.",
        )
    return words
