"""A laboratory: an emulated account, a state in memory, and the engine between the two, from plan to apply.

Everything runs in this process through the ports that the command uses. Waiting takes no time, and every clock, the
server's too, shows that it passed.
"""

import asyncio
import selectors
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, TypeAlias, TypeVar

from planner.api.client import ManagerClient, open_client
from planner.api.connection import Connection
from planner.api.requesting import Timing
from planner.api.transport import App
from planner.applying.apply_plan import apply_plan
from planner.applying.late import describe_known
from planner.applying.ports import Limits, Ports
from planner.config.configuration import Configuration
from planner.emulator.app import EmulatorApp, Exchange, make_app
from planner.emulator.behaviour import Behaviour
from planner.emulator.trouble import Trouble
from planner.model.desired import Desired, DesiredCluster, Lifecycle
from planner.model.events import Event
from planner.model.report import Fate, Report
from planner.workflow.apply import _give_state, _make_ports
from planner.workflow.conclude import Conclusion, conclude
from planner.workflow.plan import Planned, PlanRequest, Reading, plan_reading
from planner.workflow.refresh import refresh
from planner.workflow.stopping import Stop
from state.address import Address
from state.backends.memory import MemoryBackend, Shelf
from state.lock import LockInfo
from state.ports import Backend
from state.snapshot import Snapshot
from state.store import StateStore

__all__ = [
    "BEGIN",
    "PLAIN",
    "Document",
    "Lab",
    "LabClock",
    "LabLoop",
    "Look",
    "declare",
    "guard",
    "name_requests",
    "sort_lists",
    "want",
]

T = TypeVar("T")
Document: TypeAlias = dict[str, Any]
Look: TypeAlias = Callable[[str, str, bytes], Awaitable[None]]
"""Looks at a request, its method, path and body, before the account does."""

BEGIN = 1_700_000_000.0
PLAIN = Behaviour(fills_defaults=False, adds_own_fields=False, reorders_lists=False)
"""A server that keeps what it is given, and nothing else."""


def declare(label: str, *needs: str, name: str = "", lifecycle: Lifecycle | None = None, **spec: Any) -> DesiredCluster:  # noqa: ANN401 - any field
    """Return a cluster of a configuration, by default one of the fewest words, that depends on those called `needs`."""
    return DesiredCluster(
        address=Address(label),
        document={"metadata": {"name": name or label}, "spec": {"version": "2021.06", **spec}},
        depends_on=tuple(map(Address, sorted(needs))),
        lifecycle=lifecycle or Lifecycle(),
    )


def want(*clusters: DesiredCluster) -> Desired:
    """Return a configuration of `clusters`."""
    return Desired(clusters=tuple(sorted(clusters, key=lambda cluster: cluster.address)))


class LabLoop(asyncio.SelectorEventLoop):
    """An event loop in which waiting takes no time: when nothing is ready, the clock jumps to what comes next."""

    def __init__(self, selector: selectors.BaseSelector | None = None) -> None:
        self.moment = 0.0
        super().__init__(selector or _JumpingSelector(self))

    def time(self) -> float:
        return self.moment


class _JumpingSelector(selectors.DefaultSelector):
    def __init__(self, loop: LabLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        assert timeout is not None, "everybody waits for somebody else"
        self._loop.moment += max(timeout, 0.0)
        return []


class LabClock:
    """The clock of the loop; a sleep ends early when the run is asked to stop, like the command's."""

    def __init__(self, stop: Stop) -> None:
        self._stop = stop

    def now(self) -> float:
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float, /) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stop.wait()
        except TimeoutError:
            pass


@dataclass
class Lab:
    """An account and a state; `passed` is how many seconds went by in it, `conclusion` that of the last apply.

    `bend` changes the ports of an apply, `wrap` the app that requests go to, `open_backend` what the state is kept by,
    `holder` who takes its lock, `make_loop` makes the loop that all runs in.
    """

    behaviour: Behaviour = field(default_factory=Behaviour)
    parallelism: int = 10
    shelf: Shelf = field(default_factory=Shelf)
    passed: float = 0.0
    events: list[Event] = field(default_factory=list)
    announced: list[str] = field(default_factory=list)
    stop: Stop = field(default_factory=Stop)
    conclusion: Conclusion = field(default_factory=lambda: Conclusion(outputs={}))
    bend: Callable[[Ports], Ports] = lambda ports: ports
    wrap: Callable[[EmulatorApp], App] = lambda app: app
    open_backend: Callable[[Shelf], Backend] = MemoryBackend
    holder: LockInfo | None = None
    make_loop: Callable[[], LabLoop] = LabLoop

    def __post_init__(self) -> None:
        self.app = make_app(behaviour=self.behaviour, clock=self.tell_time)

    @property
    def sent(self) -> list[Exchange]:
        """The requests so far that change something."""
        return [request for request in self.app.requests if request.method != "GET"]

    @property
    def specs(self) -> dict[str, Document]:
        """The `spec` of every live cluster by its name; no two may share one."""
        live: list[Any] = self.app.describe_clusters()
        assert len({cluster["metadata"]["name"] for cluster in live}) == len(live), "twins"
        return {cluster["metadata"]["name"]: cluster["spec"] for cluster in live}

    @property
    def ids(self) -> set[str]:
        """The ids of all live clusters."""
        live: list[Any] = self.app.describe_clusters()
        return {cluster["metadata"]["uid"] for cluster in live}

    def tell_time(self) -> float:
        """Return the server's time of day."""
        try:
            return BEGIN + self.passed + asyncio.get_running_loop().time()
        except RuntimeError:
            return BEGIN + self.passed

    def tell_date(self) -> datetime:
        """Return the same as a date."""
        return datetime.fromtimestamp(self.tell_time(), UTC)

    def trouble(self, *troubles: Trouble) -> None:
        """Let things go wrong from here on."""
        self.app.troubles.extend(troubles)

    def plan(self, desired: Desired | Configuration, **request: Any) -> Planned:  # noqa: ANN401 - the fields of a PlanRequest
        """Plan `desired` against the state and the account."""
        configuration = desired if isinstance(desired, Configuration) else Configuration(desired=desired)
        return self.run(self._plan(configuration, PlanRequest(**request)))

    def apply(self, planned: Planned, limits: Limits | None = None) -> Report:
        """Perform a plan, and leave the state written whole."""
        return self.run(self._apply(planned, limits or Limits(parallelism=self.parallelism)))

    def converge(self, *clusters: DesiredCluster, **request: Any) -> Planned:  # noqa: ANN401 - as above
        """Plan and apply a configuration of `clusters`, which must succeed, and forget what was sent for it."""
        planned = self.plan(want(*clusters), **request)
        report = self.apply(planned)
        assert {outcome.fate for outcome in report.outcomes} <= {Fate.DONE}, report
        self.app.requests.clear()
        return planned

    def load(self) -> Snapshot | None:
        """Return the state as another run would read it."""
        return asyncio.run(StateStore(self.open_backend(self.shelf)).load())

    def run(self, main: Coroutine[Any, Any, T]) -> T:
        """Run `main` where pauses take no time."""
        with asyncio.Runner(loop_factory=self.make_loop) as runner:
            try:
                return runner.run(main)
            finally:
                self.passed += runner.get_loop().time()

    async def _plan(self, configuration: Configuration, request: PlanRequest) -> Planned:
        snapshot = await StateStore(self.open_backend(self.shelf)).load()
        async with self.connect() as api:
            live = await refresh(api, snapshot, self.parallelism, now=self.tell_date, announce=self.announced.append)
        assert configuration.desired is not None
        reading = Reading(
            desired=configuration.desired,
            configuration=configuration,
            snapshot=snapshot,
            live=live,
            endpoint="emulator:lab",
        )
        return plan_reading(reading, request)

    async def _apply(self, planned: Planned, limits: Limits) -> Report:
        self.stop = Stop()
        store = StateStore(self.open_backend(self.shelf))
        await store.load()
        async with store.hold(self.holder), self.connect() as api:
            planned = await _give_state(planned, store)
            ports = _make_ports(planned, api, store, self.stop)
            report = await apply_plan(planned.plan, self._equip(ports, limits))
            self.conclusion = await conclude(planned, report, describe_known(report.live), store)
            return report

    def _equip(self, ports: Ports, limits: Limits) -> Ports:
        ports = replace(ports, timestamp=lambda: self.tell_date().isoformat(timespec="seconds"))
        return self.bend(replace(ports, clock=LabClock(self.stop), tell=self.events.append, limits=limits))

    async def send(self, method: str, path: str, body: Any = None) -> None:  # noqa: ANN401 - any JSON
        """Send a request as somebody else does."""
        async with self.connect() as api:
            await api.send(method, path, body)

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[ManagerClient]:
        """Open a client of the account, in whose pauses no chance has a part."""
        loop = asyncio.get_running_loop()
        timing = Timing(clock=loop.time, now=self.tell_time, draw=lambda: 0.5)
        connection = Connection(endpoint="", token="emulator-token", parallelism=self.parallelism)
        async with open_client(connection, app=self.wrap(self.app), timing=timing) as client:
            yield client


def sort_lists(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return `value` with every list in one order, to compare where order means nothing."""
    match value:
        case dict():
            return {name: sort_lists(member) for name, member in value.items()}
        case list():
            return sorted(map(sort_lists, value), key=repr)
        case _:
            return value


def name_requests(requests: Iterable[Exchange]) -> list[str]:
    """Return method and path of each request."""
    return [f"{request.method} {request.path.removeprefix('/api/v1')}" for request in requests]


def guard(app: EmulatorApp, look: Look) -> App:
    """Return `app` with somebody before it who looks at every request that changes something."""

    async def guarded(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - as ASGI has it
        body, is_more = b"", True
        while is_more:
            message = await receive()
            body += message.get("body", b"")
            is_more = message.get("more_body", False)

        async def replay() -> Any:  # noqa: ANN401 - as ASGI has it
            return {"type": "http.request", "body": body, "more_body": False}

        if scope["method"] != "GET":
            await look(scope["method"], scope["path"].removeprefix("/api/v1"), body)
        await app(scope, replay, send)

    return guarded
