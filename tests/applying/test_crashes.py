"""Killed at any effect of an apply and run again: it converges, no cluster is made twice, none is lost.

For every n, the nth effect is the last: a request before it is sent or after it was performed, an entry before it is
written or after. Then comes another run, and then the invariants. The account would take two clusters of one name.
"""

from collections.abc import Awaitable, Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import count
from typing import TypeVar

import pytest

from planner.applying.ports import Answer, Api, Ports
from planner.emulator.behaviour import Behaviour
from planner.model.desired import Desired
from planner.model.live import LiveCluster
from planner.model.report import Fate, Report
from state.backends.memory import MemoryBackend, Shelf
from state.entries import Entry
from state.errors import StateNotWritten
from state.snapshot import Snapshot
from state.store import StateStore
from state.values import Json
from tests.applying.invariants import SECRET, Recorder, assert_exit_code, assert_told
from tests.laws.lab import Lab, declare, guard, want

T = TypeVar("T")

BEFORE = want(declare("changed", awsKeyPair="old", commonRuntimeProperties=SECRET), declare("gone"))
AFTER = want(
    declare("changed", awsKeyPair="new", commonRuntimeProperties=SECRET),
    declare("new", "changed", awsKeyPair="first", commonRuntimeProperties=SECRET),
)
WANTED = {"changed": {"awsKeyPair": "new"}, "new": {"awsKeyPair": "first"}}
MOST_EFFECTS = 60


class CrashError(BaseException):
    """The process is killed: nothing catches this, and nothing happens after it."""


@dataclass
class Fuse:
    """Lets so many effects pass, and no more: half an effect is one that nobody hears of."""

    left: int

    def burn(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise CrashError

    async def do(self, effect: Callable[[], Awaitable[T]]) -> T:
        """Perform `effect`, unless the end comes before it; the end may come after it too."""
        self.burn()
        done = await effect()
        self.burn()
        return done


@dataclass
class CrashingApi:
    """The API, up to the end; after a look is before what comes next."""

    api: Api
    fuse: Fuse

    async def list_clusters(self) -> tuple[LiveCluster, ...]:
        self.fuse.burn()
        return await self.api.list_clusters()

    async def read_cluster(self, cluster_id: str, /) -> LiveCluster | None:
        self.fuse.burn()
        return await self.api.read_cluster(cluster_id)

    async def send(self, method: str, path: str, body: Json = None, /, *, secrets: Collection[str] = ()) -> Answer:
        return await self.fuse.do(lambda: self.api.send(method, path, body, secrets=secrets))


class Witness:
    """Looks into the state at every request: is there an intent that names it?"""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self.unannounced: list[str] = []
        lab.wrap = lambda app: guard(app, self.look)

    async def look(self, method: str, path: str, body: bytes) -> None:
        snapshot = await StateStore(self._lab.open_backend(self._lab.shelf)).load()
        kinds = {"POST": "create", "PATCH": "update", "PUT": "update", "DELETE": "delete"}
        named = [
            intent
            for intent in (snapshot.intents if snapshot else ())
            if intent.kind == kinds[method] and (intent.id == path.rpartition("/")[2] or intent.name.encode() in body)
        ]
        if not named:
            self.unannounced.append(f"{method} {path}")


def explode(fuse: Fuse) -> Callable[[Ports], Ports]:
    def bend(ports: Ports) -> Ports:
        def record(entry: Entry) -> Awaitable[None]:
            return fuse.do(lambda: ports.record(entry))

        return replace(ports, api=CrashingApi(ports.api, fuse), record=record)

    return bend


def load(lab: Lab) -> Snapshot:
    snapshot = lab.load()
    assert snapshot is not None
    return snapshot


def crash(behaviour: Behaviour, before: Desired, after: Desired, effects: int) -> tuple[Lab, Witness, bool]:
    """Return a lab in which an apply was killed after `effects` effects, and whether it was; what was kept is there."""
    lab = Lab(behaviour)
    lab.converge(*before.clusters)
    witness, recorder = Witness(lab), Recorder()
    planned = lab.plan(after)
    fuse = Fuse(effects)
    lab.bend = lambda ports: recorder.watch(explode(fuse)(ports))
    try:
        lab.apply(planned)
    except BaseExceptionGroup as group:
        crashes, others = group.split(CrashError)
        assert crashes is not None
        assert others is None
    lab.bend = lambda ports: ports
    recorder.assert_kept(load(lab))  # I4
    return lab, witness, fuse.left < 0


BEHAVIOURS = {
    "settled at once": Behaviour(names_unique=False),
    "slow to settle": Behaviour(names_unique=False, settle_seconds=5),
    "answers without a cluster": Behaviour(names_unique=False, answers_write_with_cluster=False),
}


@pytest.mark.parametrize("behaviour", BEHAVIOURS.values(), ids=BEHAVIOURS)
def test_killed_at_any_effect(behaviour: Behaviour) -> None:
    kills = 0
    for effects in range(MOST_EFFECTS):
        lab, witness, was_killed = crash(behaviour, BEFORE, AFTER, effects)
        kills += was_killed
        left = load(lab)
        live = lab.ids
        announced = {intent.name for intent in left.intents}
        known = {record.id for record in left.records.values()}
        assert {lab.app.account.clusters[uid].name for uid in live - known} <= announced  # I1: known, or announced

        report = lab.apply(lab.plan(AFTER))

        assert {outcome.fate for outcome in report.outcomes} <= {Fate.DONE}, effects
        assert lab.specs.keys() == {"changed", "new"}  # I2: and no two of one name
        assert lab.specs["changed"]["awsKeyPair"] == "new"
        state = load(lab)
        assert {record.id for record in state.records.values()} == lab.ids  # I1
        assert state.intents == ()
        assert (state.lineage, state.serial >= left.serial) == (left.lineage, True)  # I3
        assert witness.unannounced == []  # I5
        assert lab.plan(AFTER).plan.changes == ()  # I6
        if not was_killed:
            break
    assert 15 < kills < MOST_EFFECTS, "every effect was the last one once"


@pytest.mark.parametrize("behaviour", BEHAVIOURS.values(), ids=BEHAVIOURS)
def test_a_replacement_killed_at_any_effect(behaviour: Behaviour) -> None:
    """Killed between its two requests, a replacement goes on with what it began: one cluster is there in the end."""
    kills = 0
    for effects in range(MOST_EFFECTS):
        lab = Lab(behaviour)
        lab.converge(declare("web"))
        former = lab.ids
        fuse = Fuse(effects)
        planned = lab.plan(want(declare("web")), replace=("cluster.web",))
        lab.bend = explode(fuse)
        with suppress(BaseExceptionGroup):
            lab.apply(planned)
        kills += fuse.left < 0
        lab.bend = lambda ports: ports

        lab.apply(lab.plan(want(declare("web"))))

        assert lab.specs.keys() == {"web"}, effects
        assert {record.id for record in load(lab).records.values()} == lab.ids
        assert {intent.kind for intent in load(lab).intents} <= {"delete"}  # one that was never sent claims nothing
        assert lab.plan(want(declare("web"))).plan.changes == ()
        if fuse.left >= 0:
            assert former.isdisjoint(lab.ids)
            break
    assert 8 < kills < MOST_EFFECTS


def test_killed_and_killed_again() -> None:
    """A second run that is killed as well loses nothing either."""
    for first in range(0, 40, 3):
        for second in range(0, 30, 4):
            lab, _, _ = crash(BEHAVIOURS["settled at once"], BEFORE, AFTER, first)
            lab.bend = explode(Fuse(second))
            with suppress(BaseExceptionGroup, CrashError):
                lab.apply(lab.plan(AFTER))
            lab.bend = lambda ports: ports
            lab.converge(*AFTER.clusters)
            assert lab.specs.keys() == {"changed", "new"}
            assert {record.id for record in load(lab).records.values()} == lab.ids
            assert load(lab).intents == ()


class FullDisk(MemoryBackend):
    """A state of which some writes find no room, by their numbers."""

    def __init__(self, shelf: Shelf, numbers: Iterator[int], is_full: Callable[[int], bool]) -> None:
        super().__init__(shelf)
        self._numbers, self._is_full = numbers, is_full

    async def write(self, content: bytes, *, expected: str, offset: int) -> str:
        self._take_room()
        return await super().write(content, expected=expected, offset=offset)

    async def append(self, line: bytes, *, expected: str, offset: int) -> None:
        self._take_room()
        await super().append(line, expected=expected, offset=offset)

    def _take_room(self) -> None:
        if self._is_full(next(self._numbers)):
            raise StateNotWritten("The state cannot be written", "The disk is full. Make room and apply again.")


@pytest.mark.parametrize("lasts", [False, True], ids=["once", "for ever"])
@pytest.mark.parametrize("replaced", [(), ("cluster.changed",)], ids=["update", "replacement"])
@pytest.mark.parametrize("writes", range(14))
def test_a_full_disk_stops_the_run_and_loses_no_id(writes: int, replaced: tuple[str, ...], lasts: bool) -> None:  # noqa: FBT001 - a parameter of a test
    """Nothing is sent for a cluster that cannot be written down; the id of one that was made is told at least."""
    lab = Lab(Behaviour(names_unique=False, settle_seconds=1))
    lab.converge(*BEFORE.clusters)
    witness, recorder, numbers = Witness(lab), Recorder(), count()
    planned = lab.plan(AFTER, replace=replaced)
    lab.bend = recorder.watch
    lab.open_backend = lambda shelf: FullDisk(
        shelf, numbers, lambda number: number == writes or (lasts and number > writes)
    )

    told: object = None
    try:
        told = lab.apply(planned)
    except StateNotWritten as error:
        told = str(error)

    lab.open_backend, lab.bend = MemoryBackend, lambda ports: ports
    left = load(lab)
    recorder.assert_kept(left)  # I4
    if isinstance(told, Report):
        assert_exit_code(lab, told, WANTED, left)  # I9
    assert_told(lab, left, [told])  # I10
    if replaced:  # the former cluster may be on its way out, and takes no change until it has gone
        lab.apply(lab.plan(AFTER))
        lab.passed += 1
    lab.converge(*AFTER.clusters)
    assert lab.specs.keys() == WANTED.keys()  # I2
    assert {record.id for record in load(lab).records.values()} == lab.ids  # I1
    assert witness.unannounced == []  # I5
    assert lab.plan(AFTER).plan.changes == ()  # I6


def test_a_list_that_lags_behind_a_create_makes_no_twin() -> None:
    """The next run does not see the cluster yet: the account refuses the name, and the run after it takes it over."""
    lab = Lab(Behaviour(list_lag_seconds=3600))
    desired = want(declare("new"))
    for effects in range(20):
        lab.bend = explode(Fuse(effects))
        planned = lab.plan(desired)
        with suppress(BaseExceptionGroup):
            lab.apply(planned)
        if lab.app.account.clusters:
            break
    lab.bend = lambda ports: ports

    early = lab.apply(lab.plan(desired))
    assert [outcome.fate for outcome in early.outcomes] == [Fate.FAILED]
    lab.passed += 3600
    lab.converge(*desired.clusters)

    assert {record.id for record in load(lab).records.values()} == lab.ids
    assert load(lab).intents == ()
    assert len(lab.ids) == 1
