"""Stopping: the first SIGINT, SIGTERM or SIGHUP asks a run to end well, a second one ends it at once."""

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from time import monotonic

from planner.model.diagnostics import ExitCode

__all__ = ["Stop", "StoppableClock", "catch_signals"]


class Stop:
    """Whether the user wants no new request; `exit_code` says by which signal."""

    def __init__(self) -> None:
        self._asked = asyncio.Event()
        self.exit_code = ExitCode.INTERRUPTED

    def is_asked(self) -> bool:
        """Tell whether a signal came."""
        return self._asked.is_set()

    def ask(self, exit_code: ExitCode = ExitCode.INTERRUPTED) -> None:
        """Ask the run to end: what was sent is waited for and recorded, nothing new is sent."""
        self.exit_code = exit_code
        self._asked.set()

    async def wait(self) -> None:
        """Return once a signal has come."""
        await self._asked.wait()


class StoppableClock:
    """The system's clock; a sleep ends early when the run is asked to stop."""

    def __init__(self, stop: Stop) -> None:
        self._stop = stop

    def now(self) -> float:
        """Return seconds on a clock that only goes forward."""
        return monotonic()

    async def sleep(self, seconds: float, /) -> None:
        """Return after `seconds`, or as soon as the run is asked to stop."""
        try:
            async with asyncio.timeout(seconds):
                await self._stop.wait()
        except TimeoutError:
            pass


@contextmanager
def catch_signals(stop: Stop, tell: Callable[[], None]) -> Iterator[None]:
    """Turn the first signal into a request to stop, and `tell` so; the second one has its usual effect.

    A signal that is ignored stays so, as SIGHUP does under nohup.
    """
    loop = asyncio.get_running_loop()
    codes = {
        signal.SIGINT: ExitCode.INTERRUPTED,
        signal.SIGTERM: ExitCode.TERMINATED,
        signal.SIGHUP: ExitCode.TERMINATED,
    }
    caught = {number: code for number, code in codes.items() if signal.getsignal(number) is not signal.SIG_IGN}

    def release() -> None:
        for number in caught:
            loop.remove_signal_handler(number)

    def catch(exit_code: ExitCode) -> None:
        release()
        stop.ask(exit_code)
        with suppress(Exception):  # a screen that has gone is no reason not to end well
            tell()

    for number, exit_code in caught.items():
        loop.add_signal_handler(number, catch, exit_code)
    try:
        yield
    finally:
        release()
