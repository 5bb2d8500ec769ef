"""A world for two clients that apply one configuration to one account, with one state, and what befalls their runs.

A run is what `planner apply` does: take the lock, read, plan, perform, remember. Its effects are counted: each request
that changes the account, each swap of a shared state, each call by which the local one writes. Before or after any
of them it may be killed, or somebody else may come in between.
"""

import asyncio
import selectors
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Protocol, TypeAlias, TypeVar, cast

from planner.applying.apply_plan import apply_plan
from planner.applying.late import describe_known
from planner.applying.ports import Answer, Api, Limits
from planner.config.configuration import Configuration
from planner.model.desired import Desired
from planner.model.diagnostics import ExitCode
from planner.model.live import LiveCluster
from planner.workflow.apply import _choose_exit_code, _give_state, _make_ports
from planner.workflow.conclude import conclude
from planner.workflow.plan import PlanRequest, Reading, plan_reading
from planner.workflow.refresh import refresh
from planner.workflow.stopping import Stop
from state.backends.files import Files, OsFiles
from state.backends.slots import Slot, SlotContent, SwapRefused, SwapUnclear
from state.errors import StateNotWritten
from state.lock import LockInfo
from state.ports import Backend
from state.store import StateStore
from state.values import Json
from tests.applying.test_crashes import CrashError
from tests.laws.lab import Lab, LabClock, LabLoop

T = TypeVar("T")
Kills: TypeAlias = Literal["", "before", "after"]


class PatientLoop(LabLoop):
    """A loop in which waiting takes no time, except for real stores: while one is `busy`, no time passes at all."""

    def __init__(self) -> None:
        self.busy = 0
        super().__init__(_PatientSelector(self))


class _PatientSelector(selectors.DefaultSelector):
    def __init__(self, loop: PatientLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if self._loop.busy:
            return super().select(0 if timeout == 0 else 1.0)
        assert timeout is not None, "everybody waits for somebody else"
        self._loop.moment += max(timeout, 0.0)
        return super().select(0)


@dataclass(eq=False)
class Course:
    """The course of a run: how many effects it had, and what happens `at` one of them.

    `meanwhile` is done before that effect; with `kills` the run ends before or after it. `swap_fault` is what goes
    wrong with the swap of that number.
    """

    at: int = -1
    kills: Kills = ""
    meanwhile: Callable[[], Awaitable[None]] | None = None
    swap_fault: str = ""
    effects: int = 0
    swaps: int = 0
    is_dead: bool = False

    async def do(self, effect: Callable[[], Awaitable[T]]) -> T:
        """Have an effect that waits for something."""
        ends = self.begin()
        if self.meanwhile is not None and self.effects > self.at:
            come, self.meanwhile = self.meanwhile, None
            await come()
        done = await effect()
        self.end(ends=ends)
        return done

    def begin(self) -> bool:
        """Count an effect, unless the end comes before it; return whether the end comes after it."""
        self.check()
        is_struck = self.effects == self.at
        self.effects += 1
        self.end(ends=is_struck and self.kills == "before")
        return is_struck and self.kills == "after"

    def check(self) -> None:
        """Let nobody do anything after the end."""
        if self.is_dead:
            raise CrashError

    def end(self, *, ends: bool) -> None:
        if ends:
            self.is_dead = True
            raise CrashError


class CountedApi:
    """The API, whose every request that changes something is an effect."""

    def __init__(self, api: Api, course: Course) -> None:
        self._api, self._course = api, course
        self.lag = 0.0  # whoever deletes by hand here means it, and nobody waits to see

    async def list_clusters(self) -> tuple[LiveCluster, ...]:
        self._course.check()
        return await self._api.list_clusters()

    async def read_cluster(self, cluster_id: str, /) -> LiveCluster | None:
        self._course.check()
        return await self._api.read_cluster(cluster_id)

    async def send(self, method: str, path: str, body: Json = None, /, *, secrets: Collection[str] = ()) -> Answer:
        return await self._course.do(lambda: self._api.send(method, path, body, secrets=secrets))


class CountedSlot:
    """A slot of any store, whose every swap is an effect and may go wrong; the loop knows when it is asked."""

    def __init__(self, slot: Slot, course: Course) -> None:
        self._slot, self._course = slot, course
        self.name, self.restore = slot.name, slot.restore

    async def fetch(self) -> SlotContent | None:
        return await _be_busy(self._slot.fetch())

    async def swap(self, data: bytes, *, expected: str) -> str:
        return await self._course.do(lambda: self._swap(data, expected))

    async def _swap(self, data: bytes, expected: str) -> str:
        fault = self._course.swap_fault if self._course.swaps == self._course.at else ""
        self._course.swaps += 1
        match fault:
            case "fails":
                raise StateNotWritten("The store says no", "Ask it why.")
            case "lost before":
                raise SwapUnclear("The connection was cut.")
            case _:
                version = await _be_busy(self._slot.swap(data, expected=expected))
        match fault:
            case "lost after":
                raise SwapUnclear("The connection was cut.")
            case "refused after":
                raise SwapRefused
            case _:
                return version


async def _be_busy(work: Awaitable[T]) -> T:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, PatientLoop)
    loop.busy += 1
    try:
        return await work
    finally:
        loop.busy -= 1


WRITING = {"write", "sync", "sync_directory", "link", "rename", "unlink"}


def count_files(course: Course) -> Files:
    """Return the file system, whose every call that writes is an effect; what a dead process had open is closed."""

    class CountedFiles:
        def __getattr__(self, name: str) -> Callable[..., Any]:
            call: Callable[..., Any] = getattr(OsFiles(), name)

            def counted(*arguments: Any) -> Any:  # noqa: ANN401 - those of the call
                if name not in WRITING:
                    return call(*arguments)
                ends = course.begin()
                done = None if name.startswith("sync") else call(*arguments)  # nobody cuts the power here
                course.end(ends=ends)
                return done

            return counted

    return cast("Files", CountedFiles())


class Place(Protocol):
    """Where the state is kept."""

    def open(self, course: Course) -> Backend:
        """Open it as another process does, whose effects are those of `course`."""

    async def find_lock(self) -> str | None:
        """Return the id of the lock that a run left behind, where locks outlive their runs."""

    async def break_lock(self, lock_id: str) -> None:
        """Take that lock away."""

    def bury(self) -> None:
        """Do what the kernel does for a process that was killed."""

    @property
    def has_lasting_locks(self) -> bool:
        """Whether a lock outlives the process that took it."""


@dataclass(eq=False)
class Told:
    """What the user of a run hears of it: its events, its report, or why it broke off; an exit code if it ended."""

    text: str = ""
    exit_code: ExitCode | None = None
    is_locked_out: bool = False
    was_killed: bool = False


@dataclass(eq=False)
class World:
    """An account, a state, and the configuration that both clients have."""

    lab: Lab
    place: Place
    wanted: Desired = field(default_factory=Desired)

    def open_store(self, course: Course) -> StateStore:
        return StateStore(self.place.open(course), sleep=never)

    async def run(self, info: LockInfo, course: Course, told: Told) -> None:
        """Do what `planner apply` does; `told` is filled in as it goes."""
        lab, wanted, stop = self.lab, self.wanted, Stop()
        store = self.open_store(course)
        async with store.hold(info), lab.connect() as client:
            api = CountedApi(client, course)
            snapshot = await store.load()
            reading = Reading(
                desired=wanted,
                configuration=Configuration(desired=wanted),
                snapshot=snapshot,
                live=await refresh(api, snapshot, lab.parallelism),
                endpoint="emulator:lab",
            )
            planned = plan_reading(reading, PlanRequest())
            hear(told, planned.plan.warnings)
            if not planned.plan.changes:
                told.exit_code = ExitCode.DONE
                return
            planned = await _give_state(planned, store)
            ports = replace(
                _make_ports(planned, cast("Any", api), store, stop),
                clock=LabClock(stop),
                tell=lambda event: hear(told, event),
                limits=Limits(parallelism=lab.parallelism),
            )
            report = await apply_plan(planned.plan, ports)
            hear(told, report)
            conclusion = await conclude(planned, report, describe_known(report.live), store)
            told.exit_code = _choose_exit_code(report, stop) or conclusion.exit_code


def hear(told: Told, news: object) -> None:
    told.text += f"{news!r}\n"


async def never(seconds: float) -> None:
    """Wait for ever where a heartbeat would come, and for no time otherwise."""
    if seconds >= 60:
        await asyncio.Event().wait()
    await asyncio.sleep(0)
