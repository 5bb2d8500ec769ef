"""Ports: what applying needs of the world. Refuses to know HTTP, files or time except through them."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from planner.model.desired import Known
from planner.model.diagnostics import Diagnostic
from planner.model.events import Event
from planner.model.live import LiveCluster
from planner.model.plan import Change, Operation
from planner.model.spans import Span
from state.address import Address
from state.entries import Entry
from state.values import Json, Value

__all__ = ["Answer", "Api", "Clock", "Completed", "Judgement", "Limits", "Ports", "WatchPorts", "Watching"]


class Answer(Protocol):
    """A 2xx answer; `cluster` is what it holds, if it holds a cluster."""

    @property
    def cluster(self) -> LiveCluster | None:
        """The cluster in the answer's body."""


class Api(Protocol):
    """The Manager API. Every method raises `ApiFault` when it cannot do what it says."""

    async def list_clusters(self) -> tuple[LiveCluster, ...]:
        """Return every cluster of the account."""

    async def read_cluster(self, cluster_id: str, /) -> LiveCluster | None:
        """Return one cluster, or None if there is none with this id."""

    async def send(self, method: str, path: str, body: Json = None, /, *, secrets: Collection[str] = ()) -> Answer:
        """Send a request that changes something; `path` is below `/api/v1`, `secrets` what no fault may repeat."""


class Clock(Protocol):
    """Time, in seconds, on a clock that only goes forward."""

    def now(self) -> float:
        """Return the time."""

    async def sleep(self, seconds: float, /) -> None:
        """Return after `seconds`, or as soon as the run is asked to stop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a live cluster comes to: the document to remember, and whether it is as its change wants it."""

    observed: dict[str, Value]
    is_as_planned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """A change and its operations with the values that came late, or the problems for which it cannot be performed."""

    change: Change
    operations: tuple[Operation, ...]
    problems: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """`parallelism`: requests at once. `settle_seconds`: how long one cluster may take until it has settled.

    Without `waits` only what something else depends on is waited for.
    """

    parallelism: int = 10
    settle_seconds: float = 4 * 3600.0
    waits: bool = True


class WatchPorts(Protocol):
    """What it takes to watch a cluster; `Ports` has it all, and more."""

    @property
    def api(self) -> Api:
        """The Manager API."""

    @property
    def clock(self) -> Clock:
        """Time."""

    @property
    def tell(self) -> Callable[[Event], None]:
        """Tells what happens."""

    @property
    def is_stopped(self) -> Callable[[], bool]:
        """Tells whether the user wants an end."""

    @property
    def limits(self) -> Limits:
        """How long, and how much at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watching:
    """The ports of who only watches."""

    api: Api
    clock: Clock
    tell: Callable[[Event], None]
    is_stopped: Callable[[], bool]
    limits: Limits = Limits()


def _find_nothing(_change: Change, _operation: Operation, _live: LiveCluster) -> str | None:
    return None


def _complete_nothing(change: Change, operations: tuple[Operation, ...], _: Known) -> Completed:
    return Completed(change=change, operations=operations)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Everything that applying touches.

    `record` writes an entry to the state so that it is there after a crash. `judge` compares a live cluster with its
    change. `find_span` leads from the `target` of a refused request to the configuration. `new_key` makes the key of
    an intent, `timestamp` the time of day (RFC 3339, UTC). `is_stopped` tells whether the user wants no new request.
    `left_open` holds the keys of the intents that earlier runs left open, `restless` the clusters that are not at rest:
    with some the server is not done yet, on others it has given up. What depends on them waits, or is skipped.
    `live` holds the clusters that we manage as they were before the apply. `complete` fills in what is late in a change
    and its operations, given what is known of the clusters that have settled, and judges the conditions that waited.
    `find_changed` says what of a live cluster is no longer as an operation of a change was planned against, both as
    they were planned; None where nothing is.
    """

    api: Api
    clock: Clock
    record: Callable[[Entry], Awaitable[None]]
    judge: Callable[[Change, LiveCluster], Judgement]
    find_span: Callable[[Address, str], Span | None]
    tell: Callable[[Event], None]
    new_key: Callable[[], str]
    timestamp: Callable[[], str]
    is_stopped: Callable[[], bool]
    secrets: Mapping[str, Json]
    limits: Limits = Limits()
    left_open: Mapping[Address, tuple[str, ...]] = field(default_factory=dict)
    restless: Mapping[Address, LiveCluster] = field(default_factory=dict)
    live: Mapping[Address, LiveCluster] = field(default_factory=dict)
    complete: Callable[[Change, tuple[Operation, ...], Known], Completed] = _complete_nothing
    find_changed: Callable[[Change, Operation, LiveCluster], str | None] = _find_nothing
