"""Token sources: where tokens come from, each as one function that gives the next one.

A file and a command are read anew when they have to be; nothing of what they hold is ever shown.
"""

import asyncio
import math
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, assert_never

from planner.api.connection import Connection, TokenSource
from planner.api.credentials import ClientCredentials, Credentials, TokenCommand, TokenFile
from planner.api.quoting import escape, quote
from planner.api.requesting import Timing
from planner.api.token_keeping import Grant, TokenKeeper, read_life
from planner.api.tokens import check_token
from planner.api.wire import Unreadable, decode_body
from planner.model.live import NotSent

if TYPE_CHECKING:
    from planner.api.transport import App

__all__ = ["open_token_source"]

_LONGEST_TOKEN = 64 * 2**10
_COMMAND_SECONDS = 60.0


@asynccontextmanager
async def open_token_source(
    credentials: Credentials | None, connection: Connection, *, app: "App | None" = None, timing: Timing | None = None
) -> AsyncIterator[str | TokenSource | None]:
    """Make what gives the tokens, and close its connections in the end.

    The limits of `connection` hold for the token endpoint too. With `app`, an application in this process, nothing
    touches the network.
    """
    timing = timing or Timing()
    match credentials:
        case None | str():
            yield credentials
        case TokenFile(path=path):
            # Whoever keeps the file fresh says nothing when he does; reading it costs less than a refused request.
            yield TokenKeeper(_make_reader(path), timing.clock)
        case TokenCommand(words=words):
            yield TokenKeeper(_make_runner(words), timing.clock)
        case ClientCredentials(token_url=token_url):
            from planner.api.token_request import TokenRequester  # noqa: PLC0415 - only who needs tokens pays for it
            from planner.api.transport import open_transport  # noqa: PLC0415 - httpx takes long to load

            async with open_transport(connection, token_url, app) as transport:
                requester = TokenRequester(
                    carrier=transport, credentials=credentials, timing=timing, log=connection.log
                )
                yield TokenKeeper(requester, timing.clock)
        case _:
            assert_never(credentials)


def _make_reader(path: str) -> Callable[[], Awaitable[Grant]]:
    async def read() -> Grant:
        return Grant(token=check_token(_read_file(path).strip(), f"the file {quote(path)}"), seconds=0)

    return read


def _read_file(path: str) -> str:
    try:
        # A pipe without a writer must not hold us up.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(descriptor, "rb") as file:  # noqa: PTH123 - it has been opened
            content = file.read(_LONGEST_TOKEN + 1)
    except (OSError, ValueError) as error:
        reason = (
            os.strerror(error.errno) if isinstance(error, OSError) and error.errno else "no file can have that name"
        )
        raise NotSent(
            f"The token cannot be read from {quote(path)}",
            f"{escape(reason)}. Nothing was sent. Correct IMPLY_TOKEN_FILE, or have the file written first.",
        ) from None
    # A token that is no text, or too long for one, is refused with the others.
    return content.decode("latin-1")


def _make_runner(words: tuple[str, ...]) -> Callable[[], Awaitable[Grant]]:
    async def run() -> Grant:
        return _read_printed(await _run_command(words), words[0])

    return run


async def _run_command(words: tuple[str, ...]) -> bytes:
    """Return what a program prints; what it says on stderr, and asks on the terminal, is between it and the user."""
    try:
        process = await asyncio.create_subprocess_exec(
            *words, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE
        )
    except (OSError, ValueError) as error:
        reason = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else "not a command"
        raise _fail_command(words[0], f"{escape(reason)}.") from None
    try:
        async with asyncio.timeout(_COMMAND_SECONDS):
            printed, _ = await process.communicate()
    except TimeoutError:
        raise _fail_command(words[0], f"It had not ended after {_COMMAND_SECONDS:.0f} seconds.") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise _fail_command(words[0], f"It ended with {process.returncode}.")
    return printed


def _read_printed(printed: bytes, program: str) -> Grant:
    """Return the token alone, or the `access_token` and `expires_in` of an object, as a token endpoint answers."""
    text = printed[: _LONGEST_TOKEN + 1].decode("latin-1").strip()
    if not text.startswith("{"):
        return Grant(token=check_token(text, "the command in IMPLY_TOKEN_COMMAND"), seconds=math.inf)
    try:
        document = decode_body(printed)
    except Unreadable as unreadable:
        raise _fail_command(program, f"What it printed {unreadable}.") from None
    token = document.get("access_token") if isinstance(document, dict) else None
    if not isinstance(document, dict) or not isinstance(token, str):
        raise _fail_command(program, "What it printed has no access_token.")
    seconds = read_life(document.get("expires_in")) or math.inf
    return Grant(token=check_token(token, "the command in IMPLY_TOKEN_COMMAND"), seconds=seconds)


def _fail_command(program: str, why: str) -> NotSent:
    return NotSent(
        f"The command {quote(program)} gives no token",
        f"{why} Nothing was sent. Run what IMPLY_TOKEN_COMMAND holds by hand: it must print the token alone, or JSON "
        "with access_token.",
    )
