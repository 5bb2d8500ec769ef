"""Happenings: what may become of one request on the wire, whoever carries it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

__all__ = ["Happening", "Lost", "Reply", "Request", "Unsent", "Verb"]

Verb: TypeAlias = Literal["GET", "POST", "PATCH", "PUT", "DELETE"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request, ready to go: `url` is whole, `body` encoded."""

    verb: Verb
    url: str
    body: bytes | None = field(default=None, repr=False)
    max_bytes: int
    """How much of an answer is read, after decompression."""
    content_type: str | None = None
    """What the body is; None for what the Manager API takes with this verb."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsent:
    """It never left us. `is_final` where the next attempt would meet the same: a certificate that is not trusted."""

    reason: str
    advice: str = ""
    is_final: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """It was sent, wholly or in part, and no whole answer that could be understood came back."""

    reason: str
    advice: str = ""
    is_final: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The server answered. `headers` holds those that we read, in lower case; `body` is decompressed."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)

    @property
    def is_success(self) -> bool:
        """Whether the status is any of 2xx: all of them are success, with or without a body."""
        return 200 <= self.status < 300


Happening: TypeAlias = Unsent | Lost | Reply
