"""Two clients apply one configuration to one account, whatever befalls them: a stateful model of whole runs."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias, cast

import pytest
from hypothesis import seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from planner.emulator.behaviour import Behaviour
from planner.emulator.scripting import parse_trouble
from planner.model.diagnostics import ExitCode
from planner.model.live import ApiFault
from state.backends.document import DocumentBackend, Pace
from state.backends.local import LocalBackend
from state.backends.memory import MemorySlot, Shelf
from state.backends.object_store import ObjectSlot
from state.backends.postgres import PostgresSlot
from state.backends.slots import Slot
from state.errors import LockHeld, StateError
from state.ports import Backend
from state.snapshot import Snapshot
from tests.applying.test_crashes import CrashError
from tests.applying.two_runs import CountedSlot, Course, PatientLoop, Place, Told, World, count_files, hear, never
from tests.laws.lab import Document, Lab, declare, guard, want
from tests.state.conftest import open_s3
from tests.state.faulty_slots import FAULTS, make_info
from tests.state.servers import run_moto, run_postgres

SECRET = [{"name": "druid.x.password", "value": "canary-of-two-clients"}]
KINDS = {"POST": "create", "PATCH": "update", "PUT": "update", "DELETE": "delete"}
Edits: TypeAlias = list[tuple[str, str]]


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    with run_moto() as url:
        yield url


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    with run_postgres() as conninfo:
        yield conninfo


@dataclass(frozen=True)
class Mishap:
    """What befalls a run, at which of its effects, swaps or requests."""

    kind: str
    at: int = -1
    fault: str = ""
    hand: int = 0
    edits: Edits = field(default_factory=list)


CLIENTS, HANDS, EFFECTS, NUMBERS = st.integers(0, 1), st.integers(0, 7), st.integers(0, 16), st.integers(1, 9)
EDITS = st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from(["k1", "k2", ""])), min_size=1, max_size=4)
TROUBLES = [
    f"{kind}@{method}#{times}"
    for kind in ("lose-request", "lose-answer", "cut", "500", "503", "409", "429=1")
    for method, times in (("POST", "1"), ("POST", "1x*"), ("PATCH", "1"), ("DELETE", "1"), ("*", "3x*"), ("*", "7"))
]
MISHAPS = st.one_of(
    st.builds(Mishap, st.sampled_from(["killed before", "killed after"]), EFFECTS),
    st.builds(Mishap, st.just("store"), NUMBERS, st.sampled_from(FAULTS)),
    st.builds(Mishap, st.just("account"), fault=st.sampled_from(TROUBLES)),
    st.builds(Mishap, st.just("hands"), EFFECTS, hand=HANDS),
    st.builds(Mishap, st.just("stolen"), EFFECTS, edits=st.just([]) | EDITS),
)


class Shared:
    """A state in one document of a shared store."""

    has_lasting_locks = True

    def __init__(self, open_slot: Callable[[], Slot]) -> None:
        self._open_slot = open_slot

    def open(self, course: Course) -> Backend:
        return DocumentBackend(CountedSlot(self._open_slot(), course), Pace(sleep=never))

    async def find_lock(self) -> str | None:
        found = await CountedSlot(self._open_slot(), Course()).fetch()
        lock = json.loads(found.data)["lock"] if found else None
        return lock["ID"] if lock else None

    def bury(self) -> None:
        """Leave the lock where it is."""

    async def break_lock(self, lock_id: str) -> None:
        backend = DocumentBackend(CountedSlot(self._open_slot(), Course()), Pace(sleep=never))
        await backend.break_lock(lock_id)


class Local:
    """A state in a file."""

    has_lasting_locks = False

    def __init__(self, path: Path) -> None:
        self._path = path
        self._opened: list[LocalBackend] = []

    def open(self, course: Course) -> Backend:
        self._opened.append(LocalBackend(self._path, files=count_files(course)))
        return self._opened[-1]

    def bury(self) -> None:
        while self._opened:
            held = self._opened.pop()._held
            if held is not None:
                os.close(held.descriptor)

    async def find_lock(self) -> str | None:
        return None

    async def break_lock(self, lock_id: str) -> None:
        raise AssertionError(lock_id)


class TwoRuns(RuleBasedStateMachine):
    """Two clients, each of which applies now and then; after each rule, and when all is over, the invariants hold."""

    def __init__(self, place: Place, *, names_unique: bool) -> None:
        super().__init__()
        lab = Lab(Behaviour(names_unique=names_unique, settle_seconds=2), make_loop=PatientLoop)
        self.world = World(lab, place)
        self.specs: dict[str, Document] = {}
        self.number = self.hands = 0
        self.told = ""
        self.announced: set[tuple[str, str]] = set()
        self.unannounced: list[str] = []
        self.serial, self.lineage = 0, ""
        lab.wrap = lambda app: guard(app, self.witness)

    async def witness(self, method: str, path: str, body: bytes) -> None:
        """Look whether an intent in the store names the request, or did before the lock was broken: I5."""
        await self.note_announced()
        target = json.loads(body)["metadata"]["name"] if method == "POST" else path.rpartition("/")[2]
        if self.hands == 0 and (KINDS[method], target) not in self.announced:
            self.unannounced.append(f"{method} {path}")

    async def note_announced(self) -> None:
        snapshot = await self.load()
        for intent in snapshot.intents if snapshot else ():
            self.announced.add((intent.kind, intent.id or intent.name))

    async def load(self) -> Snapshot | None:
        return await self.world.open_store(Course()).load()

    def edit(self, edits: Edits) -> None:
        """Add clusters to the configuration, change them, or take them away."""
        for label, key in edits:
            if key:
                secret = {"commonRuntimeProperties": SECRET} if label == "c" else {}
                self.specs[label] = {"awsKeyPair": key, **secret}
            else:
                self.specs.pop(label, None)
        wanted = (declare(label, *self.find_needs(label), **spec) for label, spec in self.specs.items())
        self.world.wanted = want(*wanted)

    def find_needs(self, label: str) -> list[str]:
        return ["a"] if label == "b" and "a" in self.specs else []

    @initialize(past=st.lists(st.tuples(CLIENTS, EDITS, MISHAPS), min_size=5, max_size=7))
    def begin(self, past: list[tuple[int, Edits, Mishap]]) -> None:
        """Let some runs go wrong at once: by itself hypothesis makes most examples short."""
        self.edit([("a", "k1"), ("b", "k1"), ("c", "k1")])
        assert self.run(0, Course()).exit_code is ExitCode.DONE
        for who, edits, mishap in past:
            self.play(who, edits, mishap)
            self.look()
            self.break_lock()

    @rule(who=CLIENTS, edits=EDITS, mishap=MISHAPS)
    def apply(self, who: int, edits: Edits, mishap: Mishap) -> None:
        self.play(who, edits, mishap)

    def play(self, who: int, edits: Edits, mishap: Mishap) -> None:
        self.edit(edits)
        lab, course = self.world.lab, Course(at=mishap.at)
        match mishap.kind:
            case "killed before" | "killed after":
                course.kills = "before" if mishap.kind == "killed before" else "after"
            case "store":
                course.swap_fault = mishap.fault
            case "account":
                lab.trouble(parse_trouble(mishap.fault))
            case "hands":
                course.meanwhile = lambda: self.lend_a_hand(mishap.hand)
            case "stolen" if self.world.lab.behaviour.names_unique:  # else a create under way makes a twin
                course.meanwhile = lambda: self.steal_and_apply(1 - who, mishap.edits)
        self.run(who, course)
        lab.app.troubles.clear()

    @rule(hand=HANDS)
    def work_by_hand(self, hand: int) -> None:
        self.world.lab.run(self.lend_a_hand(hand))

    @rule(seconds=st.sampled_from([1.0, 60.0]))
    def take_the_lock_away(self, seconds: float) -> None:
        self.world.lab.passed += seconds
        self.break_lock()

    def recover(self) -> None:
        """Break a lock that is left, and run again while nothing goes wrong: all is as it should be, and stays so."""
        self.world.lab.passed += 60
        self.break_lock()
        told = self.run(0, Course())
        assert told.exit_code is ExitCode.DONE, told.text
        self.take_orphans_over(told)
        lab = self.world.lab
        assert {name: spec["awsKeyPair"] for name, spec in lab.specs.items()} == {
            label: spec["awsKeyPair"] for label, spec in self.specs.items()
        }  # and I2: no two of one name
        snapshot = lab.run(self.load())
        assert ({record.id for record in snapshot.records.values()} if snapshot else set()) == lab.ids  # I1
        sent = len(lab.sent)
        assert self.run(1, Course()).exit_code is ExitCode.DONE
        assert len(lab.sent) == sent  # I6

    def take_orphans_over(self, told: Told) -> None:
        """Do as the warning says of clusters that an interrupted create left behind and that nobody wants any more."""
        lab = self.world.lab
        snapshot = lab.run(self.load())
        left = {intent.name for intent in snapshot.intents} & lab.specs.keys() - self.specs.keys() if snapshot else {}
        if left:
            assert all(lab.app.account.uids[name] in told.text for name in left)
            self.edit([(name, "k1") for name in left])
            self.run(0, Course())
            self.edit([(name, "") for name in left])
            self.run(0, Course())

    def break_lock(self) -> None:
        async def main() -> None:
            lock = await self.world.place.find_lock()
            if lock is not None:
                await self.world.place.break_lock(lock)

        self.world.lab.run(main())

    def run(self, who: int, course: Course) -> Told:
        told = Told()
        self.world.lab.run(self.try_to_run(who, course, told))
        self.told += told.text
        return told

    async def try_to_run(self, who: int, course: Course, told: Told) -> None:
        """Run, and hold that the lock is not left behind by who has ended, nor passed over by who begins."""
        self.number += 1
        name = f"{who}-{self.number}"
        held = await self.world.place.find_lock()
        try:
            await self.world.run(make_info(name), course, told)
        except LockHeld:
            told.is_locked_out = True
        except (StateError, ApiFault) as error:
            hear(told, error)
        except CrashError:
            told.was_killed = True
        except BaseExceptionGroup as group:
            _, others = group.split(CrashError)
            assert others is None, others
            told.was_killed = True
        if told.was_killed:
            self.world.place.bury()
        if held is not None:
            assert told.is_locked_out or told.was_killed or told.text, "nobody works under another one's lock"  # C1
        if not (told.was_killed or course.swap_fault):
            assert await self.world.place.find_lock() != name  # I7

    async def steal_and_apply(self, other: int, edits: Edits) -> None:
        """Take the lock away from whoever has it, and apply; where it is the kernel's, only try to."""
        await self.note_announced()
        self.edit(edits)
        told = Told()
        if not self.world.place.has_lasting_locks:
            await self.try_to_run(other, Course(), told)
            return
        lock = await self.world.place.find_lock()
        if lock is not None:
            await self.world.place.break_lock(lock)
        await self.try_to_run(other, Course(), told)
        self.told += told.text

    async def lend_a_hand(self, hand: int) -> None:
        """Change or delete a cluster behind everybody's back."""
        ids = sorted(self.world.lab.ids)
        if not ids:
            return
        path = f"/clusters/{ids[hand % len(ids)]}"
        self.hands += 1
        async with self.world.lab.connect() as api:
            with suppress(ApiFault):
                if hand < 6:
                    await api.send("PATCH", path, {"spec": {"awsKeyPair": f"hand-{hand}"}})
                else:
                    await api.send("DELETE", path)
        self.hands -= 1

    @invariant()
    def nothing_is_lost(self) -> None:
        self.look()

    def look(self) -> None:
        lab = self.world.lab
        assert self.unannounced == []  # I5
        snapshot = lab.run(self.load())
        known = {record.id for record in snapshot.records.values()} if snapshot else set()
        announced = {intent.name for intent in snapshot.intents} if snapshot else set()
        for uid in lab.ids - known:  # I1, I10
            assert lab.app.account.clusters[uid].name in announced or uid in self.told
        if snapshot is not None:
            assert (snapshot.serial >= self.serial, self.lineage in {"", snapshot.lineage}) == (True, True)  # I3
            self.serial, self.lineage = snapshot.serial, snapshot.lineage

    def teardown(self) -> None:
        self.recover()


SEED = 2
"""One with which an intent that planning passes over, and a create that is sent again blindly, both show."""


def explore(open_place: Callable[[], Place], *, examples: int, steps: int, names_unique: bool = True) -> None:
    chosen = settings(max_examples=examples, stateful_step_count=steps, deadline=None)
    machine = seed(SEED)(lambda: TwoRuns(open_place(), names_unique=names_unique))
    run_state_machine_as_test(cast("type[TwoRuns]", machine), settings=chosen)


def open_shelf() -> Place:
    shelf = Shelf()
    return Shared(lambda: MemorySlot(shelf))


def test_a_state_in_shared_memory() -> None:
    explore(open_shelf, examples=25, steps=4)


def test_an_account_that_would_take_a_name_twice() -> None:
    explore(open_shelf, examples=15, steps=4, names_unique=False)


def test_a_state_in_a_file(tmp_path: Path) -> None:
    def open_file() -> Place:
        directory = tmp_path / os.urandom(8).hex()
        directory.mkdir()
        return Local(directory / "planner.state.json")

    explore(open_file, examples=10, steps=4)


def test_a_state_in_s3(s3: str) -> None:
    def open_object() -> Place:
        store, key = open_s3(s3), os.urandom(8).hex()
        return Shared(lambda: ObjectSlot(store, key, name="The state"))

    explore(open_object, examples=2, steps=2)


def test_a_state_in_postgresql(postgres: str) -> None:
    def open_row() -> Place:
        key = os.urandom(8).hex()
        return Shared(lambda: PostgresSlot(postgres, key, schema="planner", name="The state"))

    explore(open_row, examples=2, steps=2)
