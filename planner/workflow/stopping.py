"""Stopping: the first SIGINT, SIGTERM or SIGHUP asks a run to end well, a second one ends it at once.

To end well takes seconds: an answer that does not come by then is taken for lost, and the next run looks what became of
its request.
"""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Collection, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from time import monotonic
from typing import Any, TypeVar

from planner.applying.ports import Answer, Api
from planner.model.diagnostics import ExitCode
from planner.model.live import AnswerLost, LiveCluster
from state.values import Json

__all__ = ["Stop", "StoppableApi", "StoppableClock", "Terminated", "catch_signals", "run_until_terminated"]

_GRACE = 3.0
"""Seconds for what is under way when the run is asked to stop."""


_CODES = {
    signal.SIGINT: ExitCode.INTERRUPTED,
    signal.SIGTERM: ExitCode.TERMINATED,
    signal.SIGHUP: ExitCode.TERMINATED,
}

_T = TypeVar("_T")


class Stop:
    """Whether the user wants no new request; `exit_code` says by which signal."""

    def __init__(self) -> None:
        self._asked = asyncio.Event()
        self._limits: set[asyncio.Timeout] = set()
        self._deadline = 0.0
        self.exit_code = ExitCode.INTERRUPTED

    def is_asked(self) -> bool:
        """Tell whether a signal came."""
        return self._asked.is_set()

    def ask(self, exit_code: ExitCode = ExitCode.INTERRUPTED) -> None:
        """Ask the run to end: what was sent is waited for some seconds and recorded, nothing new is sent."""
        self.exit_code = exit_code
        if self.is_asked():
            return
        self._asked.set()
        self._deadline = asyncio.get_running_loop().time() + _GRACE
        for limit in self._limits:
            limit.reschedule(self._deadline)

    async def wait(self) -> None:
        """Return once a signal has come."""
        await self._asked.wait()

    @asynccontextmanager
    async def hurry(self) -> AsyncIterator[None]:
        """Give what is done inside no more than some seconds once the run is asked to stop.

        Raises:
            TimeoutError: they are over.
        """
        async with asyncio.timeout_at(self._deadline if self.is_asked() else None) as limit:
            self._limits.add(limit)
            try:
                yield
            finally:
                self._limits.discard(limit)


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


class StoppableApi:
    """The API; once the run is asked to stop, no answer is waited for any longer than some seconds."""

    def __init__(self, api: Api, stop: Stop) -> None:
        self._api = api
        self._stop = stop

    async def list_clusters(self) -> tuple[LiveCluster, ...]:
        """Return every cluster of the account."""
        async with self._hurry("GET /clusters"):
            return await self._api.list_clusters()

    async def read_cluster(self, cluster_id: str, /) -> LiveCluster | None:
        """Return one cluster, or None if there is none with this id."""
        async with self._hurry(f"GET /clusters/{cluster_id}"):
            return await self._api.read_cluster(cluster_id)

    async def send(self, method: str, path: str, body: Json = None, /, *, secrets: Collection[str] = ()) -> Answer:
        """Send a request that changes something."""
        async with self._hurry(f"{method} {path}"):
            return await self._api.send(method, path, body, secrets=secrets)

    @asynccontextmanager
    async def _hurry(self, request: str) -> AsyncIterator[None]:
        try:
            async with self._stop.hurry():
                yield
        except TimeoutError as over:
            raise AnswerLost(
                f"{request} was not answered",
                f"The run was stopped and waited {_GRACE:.0f} seconds more. Plan again: a plan sees what came of it.",
            ) from over


@contextmanager
def catch_signals(stop: Stop, tell: Callable[[], None]) -> Iterator[None]:
    """Turn the first signal into a request to stop, and `tell` so; the second one has its usual effect.

    A signal that is ignored stays so, as SIGHUP does under nohup.
    """
    loop = asyncio.get_running_loop()
    before = {number: signal.getsignal(number) for number in _CODES}
    caught = {number: code for number, code in _CODES.items() if before[number] is not signal.SIG_IGN}

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
        if not stop.is_asked():  # whoever was told of signals before is told of the next one
            for number in caught:
                signal.signal(number, before[number])


class Terminated(BaseException):
    """The process was told to end, before or after the part in which an apply ends well by itself."""


async def run_until_terminated(work: Coroutine[Any, Any, _T]) -> _T:
    """Return what `work` comes to; SIGTERM and SIGHUP cancel it, so that it gives back what it holds.

    A second one ends the process at once.

    Raises:
        Terminated: one came.
    """
    task, loop = asyncio.current_task(), asyncio.get_running_loop()
    caught = [number for number in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(number) is signal.SIG_DFL]
    has_come = False

    def end(*_: object) -> None:
        nonlocal has_come
        has_come = True
        for number in caught:
            signal.signal(number, signal.SIG_DFL)
        if task is not None:
            loop.call_soon_threadsafe(task.cancel)

    for number in caught:
        signal.signal(number, end)
    try:
        return await work
    except asyncio.CancelledError:
        if has_come:
            raise Terminated from None
        raise
    finally:
        for number in caught:
            signal.signal(number, signal.SIG_DFL)
