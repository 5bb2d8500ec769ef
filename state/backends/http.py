"""Terraform's `http` protocol: a state at an address, with a lock beside it; GitLab and others keep states so.

The protocol has no conditional write, so what is there is read before and after each one, and the server's own lock
keeps others away in between; the lock inside of the document is kept too. Passwords come from the environment.
"""

import asyncio
import base64
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import md5, sha256
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from state.backends.slots import SlotContent, SwapRefused, SwapUnclear
from state.errors import LockHeld, LockLost, StateNotRead, StateNotWritten
from state.lock import LockInfo, decode_lock_info, describe_holder, encode_lock_info

if TYPE_CHECKING:
    import httpx

__all__ = ["HttpSettings", "HttpSlot"]

_SECONDS = 60.0
_LARGEST = 64 * 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpSettings:
    """Where the state is, how it is written, and how it is locked: without a `lock_address`, not at all."""

    address: str
    lock_address: str | None = None
    unlock_address: str | None = None
    update_method: str = "POST"
    lock_method: str = "LOCK"
    unlock_method: str = "UNLOCK"
    username: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class _Answer:
    """`is_second`: to a first try nobody heard an answer."""

    status: int
    body: bytes
    is_second: bool = False


class HttpSlot:
    """A state at an address."""

    def __init__(self, settings: HttpSettings, *, name: str) -> None:
        self._settings = settings
        self._lock_id: str | None = None
        self._trusted: ssl.SSLContext | None = None
        self.name = name

    @property
    def restore(self) -> str:
        """A sentence that says how to get a former content back."""
        return "If the server keeps versions, the former one is the state before the last write."

    async def fetch(self) -> SlotContent | None:
        """Return what is at the address.

        Raises:
            StateNotRead: the server did not hand it over.
        """
        try:
            answer = await self._send("GET", self._settings.address)
        except _Unreached as error:
            raise StateNotRead(f"{self.name} cannot be read", f"{error} Check the address and the network.") from error
        if answer.status in {204, 404} or (answer.status == 200 and not answer.body):
            return None
        if answer.status != 200:
            raise StateNotRead(f"{self.name} cannot be read", _advise(answer.status))
        return SlotContent(answer.body, _hash(answer.body))

    async def swap(self, data: bytes, *, expected: str) -> str:
        """Store `data` in the place of the version `expected`, as far as the server lets that be known.

        Raises:
            SwapRefused: another version is there, or the server says that somebody else has the lock.
            SwapUnclear: nobody can tell.
            StateNotWritten: the server does not take it.
        """
        found = await self.fetch()
        if (found.version if found else "") != expected:
            raise SwapRefused
        address = self._settings.address
        if self._lock_id is not None:
            address = _add_query(address, {"ID": self._lock_id})
        try:
            answer = await self._send(self._settings.update_method, address, data)
        except _Unreached as error:
            raise SwapUnclear(str(error)) from error
        if answer.status in {409, 412, 422, 423}:
            raise SwapRefused  # GitLab answers 422 where the serial is there already
        if answer.status >= 500 or answer.status in {202, 408, 425, 429}:
            raise SwapUnclear(f"The server answered with {answer.status}.")
        if answer.status not in {200, 201, 204}:
            raise StateNotWritten(f"{self.name} cannot be written", _advise(answer.status))
        stored = await self.fetch()
        if stored is None or stored.data != data:
            raise SwapRefused
        return stored.version

    async def lock(self, info: LockInfo) -> None:
        """Take the server's lock; where it has none, this does nothing.

        Raises:
            LockHeld: somebody else has it.
            StateNotWritten: the server does not say.
        """
        if self._settings.lock_address is None:
            return
        answer = await self._ask_lock(self._settings.lock_method, self._settings.lock_address, _write_info(info))
        if answer.status in {409, 423}:
            holder = decode_lock_info(answer.body)
            if holder is None or holder.id != info.id:  # ours, where the answer to the first try was lost
                raise self._report_held(holder, info.id if answer.is_second else "")
        elif answer.status != 200:
            raise StateNotWritten(f"{self.name} cannot be locked", _advise(answer.status))
        self._lock_id = info.id

    async def unlock(self, info: LockInfo) -> None:
        """Release the server's lock; where it has none, this does nothing.

        Raises:
            LockLost: the server has no lock with its id.
            StateNotWritten: the server does not.
        """
        self._lock_id = None
        if self._settings.lock_address is None:
            return
        address = self._settings.unlock_address or self._settings.lock_address
        # In the body and in the query: servers differ in where they look.
        answer = await self._ask_lock(
            self._settings.unlock_method, _add_query(address, {"ID": info.id}), _write_info(info)
        )
        if answer.status in {409, 423}:  # so GitLab and Gitea, where it is not locked or under another id
            raise LockLost(
                f"The lock of {self.name} has another id",
                f"The server has no lock {info.id}. Nothing was changed. The message that finds it held tells its id.",
            )
        if answer.status not in {200, 204}:
            raise StateNotWritten(f"The lock of {self.name} is not released", _advise(answer.status))

    async def _ask_lock(self, method: str, address: str, body: bytes) -> _Answer:
        try:
            return await self._send(method, address, body)
        except _Unreached:
            pass
        try:
            return replace(await self._send(method, address, body), is_second=True)
        except _Unreached as error:
            raise StateNotWritten(f"{self.name} cannot be locked", f"{error} Run this again later.") from error

    async def _send(self, method: str, address: str, body: bytes | None = None) -> _Answer:
        import httpx  # noqa: PLC0415 - loaded only where a state is kept so

        headers = {"Accept-Encoding": "identity"}
        if body is not None:
            digest = md5(body, usedforsecurity=False).digest()
            headers |= {"Content-Type": "application/json", "Content-MD5": base64.b64encode(digest).decode("ascii")}
        try:
            async with (
                asyncio.timeout(_SECONDS),  # a body that drips in keeps every other timeout away
                httpx.AsyncClient(
                    timeout=_SECONDS, auth=self._make_auth(), follow_redirects=False, verify=self._trust()
                ) as client,
                client.stream(method, address, content=body, headers=headers) as response,
            ):
                return _Answer(response.status_code, await _read(response))
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, TimeoutError) as error:
            raise _Unreached(f"No whole answer came from the server ({type(error).__name__}).") from error

    def _trust(self) -> ssl.SSLContext:
        """Return which certificates to trust, made once: loading them takes longer than most requests."""
        if self._trusted is None:
            import httpx  # noqa: PLC0415 - as above

            is_plain = self._settings.address.startswith("http:")
            self._trusted = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if is_plain else httpx.create_ssl_context()
        return self._trusted

    def _make_auth(self) -> "httpx.BasicAuth | None":
        import httpx  # noqa: PLC0415 - as above

        user = self._settings.username
        return httpx.BasicAuth(user, self._settings.password) if user or self._settings.password else None

    def _report_held(self, holder: LockInfo | None, tried: str) -> LockHeld:
        """Return that `holder` has the lock; `tried` is our own id, where the answer to our first try was lost."""
        break_it = f" If it has died, take its lock away:\n  planner force-unlock {holder.id}" if holder else ""
        if tried and holder is None:
            break_it = (
                " The answer to this run's own first try was lost, so the lock may be its own. If nobody else is at "
                f"work, take it away:\n  planner force-unlock {tried}"
            )
        return LockHeld(
            f"{self.name} is locked",
            f"{describe_holder(holder)} Wait until that run has ended and run this again; -lock-timeout waits for it."
            f"{break_it}",
            holder,
        )


class _Unreached(Exception):  # noqa: N818 - says why, as a sentence; never leaves this module
    """No whole answer came."""


async def _read(response: "httpx.Response") -> bytes:
    body = bytearray()
    async for part in response.aiter_raw():
        body += part
        if len(body) > _LARGEST:
            raise _Unreached(f"The answer is longer than {_LARGEST >> 20} MiB.")
    return bytes(body)


def _write_info(info: LockInfo) -> bytes:
    """Return the lock info with every field that Terraform sends: GitLab wants them all."""
    operation = f"OperationType{info.operation.title()}"
    return json.dumps({**json.loads(encode_lock_info(info)), "Operation": operation, "Path": ""}).encode("ascii")


def _add_query(address: str, members: Mapping[str, str]) -> str:
    parts = urlsplit(address)
    return urlunsplit(
        parts._replace(query=urlencode([*parse_qsl(parts.query, keep_blank_values=True), *members.items()]))
    )


def _hash(data: bytes) -> str:
    return sha256(data).hexdigest()


def _advise(status: int) -> str:
    match status:
        case 401:
            return "The server wants to know who you are (401). Set PLANNER_HTTP_USERNAME and PLANNER_HTTP_PASSWORD."
        case 403:
            return "The server does not let you (403). See that your user may read and write states there."
        case status if 300 <= status < 400:
            return f"The server answered with a redirect ({status}), which is never followed. Correct the address."
        case status:
            return f"The server answered with {status}. See to the address in the backend block."
