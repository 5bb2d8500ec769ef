"""The endpoint: where the Manager API is, and which addresses below it we may ask for.

Refuses an address that would carry the token in the clear or somewhere else: plain http to anything but this
machine, names and passwords, queries, fragments, and ids that could change the path.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, ip_address
from urllib.parse import SplitResult, urljoin, urlsplit

from planner.api.happenings import Verb
from planner.api.quoting import quote
from planner.model.live import NotSent

__all__ = [
    "EMBEDDED",
    "Endpoint",
    "check_id",
    "check_path",
    "is_id",
    "normalise_endpoint",
    "normalise_token_url",
    "resolve_next",
]

_PREFIX = "/api/v1"
_WRITES: Mapping[str, Verb] = {"POST": "POST", "PATCH": "PATCH", "PUT": "PUT", "DELETE": "DELETE"}
_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")
_HOST_NAME = re.compile(r"(?=.{1,253}\Z)[a-z0-9]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9_-]*[a-z0-9])?)*")
_PATH = re.compile(r"(/[A-Za-z0-9._~-]+)*")
_TARGET = re.compile(r"[!-~]{1,8192}")
_PORTS = {"http": 80, "https": 443}
_LOOPBACK = IPv4Network("127.0.0.0/8")
_EXAMPLE = "Write it as https://YOUR-NAME.implycloud.com, in the provider block or in IMPLY_ENDPOINT."
_EXAMPLE_FOR_TOKENS = (
    "Write it whole, starting with https://, in the provider block as token_url or in IMPLY_TOKEN_URL."
)


class _Unusable(Exception):  # noqa: N818 - says why; never leaves this module
    """The text is no address that we use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A checked address: `origin` is scheme, host and port, `base` the origin with the path of the API."""

    origin: str
    base: str
    is_loopback: bool

    @property
    def is_plain(self) -> bool:
        """Whether requests travel unencrypted; then they never leave this machine."""
        return self.origin.startswith("http:")


EMBEDDED = Endpoint(origin="http://localhost", base=f"http://localhost{_PREFIX}", is_loopback=True)
"""The endpoint of an application in this process: nothing is resolved or connected, only a Host header is needed."""


def normalise_endpoint(text: str) -> Endpoint:
    """Return the one form of the endpoint that the user wrote, with or without a final slash or `/api/v1`.

    Raises `NotSent` where it is no address, or one that the token must not go to.
    """
    origin, path, is_loopback = _normalise(text, "endpoint", "The token", _EXAMPLE)
    path = path.removesuffix(_PREFIX).rstrip("/")
    return Endpoint(origin=origin, base=f"{origin}{path}{_PREFIX}", is_loopback=is_loopback)


def normalise_token_url(text: str) -> Endpoint:
    """Return the address at which tokens are to be had; its `base` is the whole of it.

    Raises `NotSent` where it is no address, or one that the secret must not go to.
    """
    origin, path, is_loopback = _normalise(text, "token endpoint", "The client secret", _EXAMPLE_FOR_TOKENS)
    return Endpoint(origin=origin, base=f"{origin}{path}", is_loopback=is_loopback)


def _normalise(text: str, what: str, secret: str, example: str) -> tuple[str, str, bool]:
    """Return the origin and the path of an address, and whether it is on this machine; `secret` is what goes there."""
    try:
        origin, path, is_loopback = _check_parts(text, _split(text))
    except _Unusable as unusable:
        # What stands before an @ may be a password.
        shown = "(not shown)" if "@" in text else quote(text)
        raise NotSent(f"The {what} {shown} cannot be used", f"{unusable} {example}") from None
    if origin.startswith("http:") and not is_loopback:
        raise NotSent(
            f"The {what} {quote(text)} is not encrypted",
            f"{secret} would be readable on its way. Plain http is only for this machine; use https.",
        )
    return origin, path, is_loopback


def _check_parts(text: str, parts: SplitResult) -> tuple[str, str, bool]:
    if parts.scheme not in _PORTS:
        raise _Unusable("It must start with https://.")
    if "@" in parts.netloc:
        raise _Unusable("A name or a password in an address would be seen by everyone it is shown to.")
    if "?" in text or "#" in text:
        raise _Unusable("A query or a fragment has no place in it.")
    path = parts.path.rstrip("/")
    if not _PATH.fullmatch(path) or {".", ".."} & set(path.split("/")):
        raise _Unusable("Its path holds more than plain names.")
    host, is_loopback = _check_host(parts)
    return f"{parts.scheme}://{host}{_check_port(parts)}", path, is_loopback


def is_id(text: str) -> bool:
    """Tell whether `text` may stand for a cluster in an address, without changing where the address leads."""
    return _ID.fullmatch(text) is not None and text not in {".", ".."}


def check_id(cluster_id: str) -> str:
    """Return `cluster_id`; raises `NotSent` where it must not be put into an address."""
    if is_id(cluster_id):
        return cluster_id
    raise NotSent(
        f'"{quote(cluster_id)}" is not the id of a cluster',
        "An id is letters, digits, points, hyphens and underlines, 128 at most. Nothing was sent. "
        "Check where the id came from: the state, an import, or the server.",
    )


def check_path(method: str, path: str) -> tuple[Verb, str]:
    """Return `method` and `path`; raises `NotSent` where the API has no such operation that changes something."""
    verb = _WRITES.get(method)
    if verb == "POST" and path == "/clusters":
        return verb, path
    parent, _, cluster_id = path.rpartition("/")
    if verb is not None and verb != "POST" and parent == "/clusters":
        check_id(cluster_id)
        return verb, path
    raise NotSent(
        f"The Manager API has no operation {quote(method)} {quote(path)}",
        "Nothing was sent. The plan holds a request that this version cannot perform; make the plan again.",
    )


def resolve_next(current: str, link: str, origin: str) -> str | None:
    """Return the whole address of the next page, or None where the link leads away from `origin`.

    The answer is put together from our own origin, so the token cannot follow a link that two parsers read differently.
    """
    if not _TARGET.fullmatch(link):
        return None
    try:
        parts = urlsplit(urljoin(current, link))
        own = urlsplit(origin)
        is_ours = (parts.scheme, parts.hostname, _port_of(parts)) == (own.scheme, own.hostname, _port_of(own))
    except ValueError:
        return None
    if not is_ours or "@" in parts.netloc or not parts.path.startswith("/"):
        return None
    return f"{origin}{parts.path}" + (f"?{parts.query}" if parts.query else "")


def _split(text: str) -> SplitResult:
    if not _TARGET.fullmatch(text):
        raise _Unusable("An address has no spaces and no letters outside ASCII.")
    try:
        return urlsplit(text)
    except ValueError:
        raise _Unusable("It is no address.") from None


def _check_host(parts: SplitResult) -> tuple[str, bool]:
    """Return the host as an address spells it, and whether it is this machine."""
    name = parts.hostname or ""
    address = _read_address(name)
    match address:
        case IPv6Address(scope_id=None):
            return f"[{address}]", address == IPv6Address("::1")
        case IPv4Address():
            return str(address), address in _LOOPBACK
        case None if _HOST_NAME.fullmatch(name) and "[" not in parts.netloc:
            return name, name == "localhost"
        case _:
            raise _Unusable("It names no host.")


def _read_address(name: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(name)
    except ValueError:
        return None


def _check_port(parts: SplitResult) -> str:
    try:
        port = parts.port
    except ValueError:
        raise _Unusable("Its port is not a number from 1 to 65535.") from None
    if port == 0:
        raise _Unusable("Its port is not a number from 1 to 65535.")
    return "" if port is None or port == _PORTS[parts.scheme] else f":{port}"


def _port_of(parts: SplitResult) -> int | None:
    return parts.port or _PORTS.get(parts.scheme)
