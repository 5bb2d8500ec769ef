"""An apply whose state is in a shared store, and whose nth effect goes wrong: killed, refused, unanswered, overtaken.

A create, an update or a replacement, and a delete. For every n: a swap of the document or a request is the last thing
that happens, a swap or an answer goes wrong, or the lock is taken away. Then the lock of the dead is broken, another
run comes, and all of the invariants I1 to I10 hold.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from planner.applying.ports import Ports
from planner.emulator.behaviour import Behaviour
from planner.emulator.scripting import parse_trouble
from planner.model.report import Fate, Report
from planner.workflow.plan import Planned
from state.backends.document import DocumentBackend, Pace
from state.backends.memory import MemorySlot, Shelf
from state.backends.slots import SwapRefused, SwapUnclear
from state.errors import StateError, StateNotWritten
from state.lock import LockInfo
from state.snapshot import Snapshot
from tests.applying.invariants import Recorder, assert_exit_code, assert_nothing_lost, assert_told
from tests.applying.test_crashes import AFTER, BEFORE, WANTED, CrashError, CrashingApi, Fuse, Witness, load
from tests.laws.lab import Lab
from tests.state.faulty_slots import make_info

SETTLE = 1
REPLACED = pytest.mark.parametrize("replaced", [(), ("cluster.changed",)], ids=["update", "replacement"])
BEHAVIOUR = Behaviour(names_unique=False, settle_seconds=SETTLE)
MOST_EFFECTS = 80


@dataclass
class Mishaps:
    """What goes wrong with which swap: `strike` is asked before each, with its number; `fuse` ends it all."""

    swaps: int = 0
    strike: Callable[[int], str] = lambda _: ""
    fuse: Fuse | None = None


class UnluckySlot(MemorySlot):
    """A slot in which things go wrong as its mishaps say."""

    def __init__(self, shelf: Shelf, mishaps: Mishaps) -> None:
        super().__init__(shelf)
        self._mishaps = mishaps

    async def swap(self, data: bytes, *, expected: str) -> str:
        fuse, fault = self._mishaps.fuse, self._mishaps.strike(self._mishaps.swaps)
        self._mishaps.swaps += 1
        if fault == "fails":
            raise StateNotWritten("The store says no", "Ask it why.")
        if fault == "lost before":
            raise SwapUnclear("The connection was cut.")
        if fault == "stolen":
            await DocumentBackend(MemorySlot(self._shelf)).break_lock("1")
        if fuse:
            fuse.burn()
        version = await super().swap(data, expected=expected)
        if fuse:
            fuse.burn()
        if fault == "lost after":
            raise SwapUnclear("The connection was cut.")
        if fault == "refused after":
            raise SwapRefused
        return version


def open_lab() -> tuple[Lab, Mishaps, Witness]:
    """Return a lab whose state is in a shared store and holds `BEFORE`, its mishaps, and a witness of its requests."""
    lab, mishaps = Lab(BEHAVIOUR, holder=make_info()), Mishaps()
    pace = Pace(now=lab.tell_time)
    lab.open_backend = lambda shelf: DocumentBackend(UnluckySlot(shelf, mishaps), pace)
    lab.converge(*BEFORE.clusters)
    mishaps.swaps = 0
    return lab, mishaps, Witness(lab)


def break_lock(lab: Lab) -> LockInfo | None:
    """Take the lock away, as `planner force-unlock` does, and return who held it."""
    return lab.run(DocumentBackend(MemorySlot(lab.shelf)).break_lock("1"))


def fail_and_recover(
    lab: Lab, mishaps: Mishaps, witness: Witness, planned: Planned, *, bend: Callable[[Ports], Ports] = lambda p: p
) -> Report | None:
    """Apply while things go wrong, then run again while they do not, and hold the invariants; return what was told."""
    recorder = Recorder()
    lab.bend = lambda ports: bend(recorder.watch(ports))
    report: Report | None = None
    told: list[object] | None = []
    try:
        report = lab.apply(planned)
    except StateError as error:
        told = [str(error), lab.events]
    except (BaseExceptionGroup, CrashError):
        told = None  # who is dead tells nothing
    lab.bend, mishaps.fuse, mishaps.strike = lambda ports: ports, None, lambda _: ""
    left = load(lab)
    recorder.assert_kept(left)  # I4
    assert_nothing_lost(lab, left)  # I1
    if report is not None:
        assert_exit_code(lab, report, WANTED, left)  # I9
        told = [report]
    if told is not None:
        assert_told(lab, left, told)  # I10
    recover(lab, witness, left, replaces=len(planned.plan.operations) > 3)
    return report


def recover(lab: Lab, witness: Witness, left: Snapshot, *, replaces: bool) -> None:
    """Break the lock of the dead, run again, and hold that everything is as it should be."""
    break_lock(lab)
    lab.app.troubles.clear()
    if replaces:  # the former cluster may be on its way out, and takes no change until it has gone
        lab.apply(lab.plan(AFTER))
        lab.passed += SETTLE
    lab.converge(*AFTER.clusters)
    assert lab.specs.keys() == WANTED.keys()  # I2: and no two of one name
    assert {name: {"awsKeyPair": spec["awsKeyPair"]} for name, spec in lab.specs.items()} == WANTED
    state = load(lab)
    assert {record.id for record in state.records.values()} == lab.ids  # I1
    assert state.intents == ()
    assert (state.lineage, state.serial >= left.serial) == (left.lineage, True)  # I3
    assert witness.unannounced == []  # I5
    assert lab.plan(AFTER).plan.changes == ()  # I6
    assert break_lock(lab) is None  # I7: nobody holds it


@REPLACED
def test_killed_at_any_effect(replaced: tuple[str, ...]) -> None:
    """A1 to A4: each swap and each request was the last once, before it and after it."""
    kills = 0
    for effects in range(MOST_EFFECTS):
        lab, mishaps, witness = open_lab()
        fuse = Fuse(effects)

        def blow(ports: Ports, fuse: Fuse = fuse) -> Ports:
            return replace(ports, api=CrashingApi(ports.api, fuse))

        planned = lab.plan(AFTER, replace=replaced)
        mishaps.fuse = fuse
        fail_and_recover(lab, mishaps, witness, planned, bend=blow)
        kills += fuse.left < 0
        if fuse.left >= 0:
            break
    assert 20 < kills < MOST_EFFECTS, "every effect was the last one once"


def count_swaps(replaced: tuple[str, ...] = ()) -> int:
    lab, mishaps, _ = open_lab()
    lab.apply(lab.plan(AFTER, replace=replaced))
    return mishaps.swaps


def strike_at(number: int, fault: str, *, lasts: bool = False) -> Callable[[int], str]:
    """Return what strikes that swap with `fault`, and all that come after it where that `lasts`."""
    return lambda at: fault if at == number or (lasts and at > number) else ""


SWAPS = 14
"""More than an apply of these changes makes."""


@REPLACED
@pytest.mark.parametrize(
    ("fault", "lasts"),
    [(fault, False) for fault in ("fails", "lost before", "lost after", "refused after")]
    + [("fails", True), ("lost after", True)],
)
def test_a_swap_that_goes_wrong(fault: str, lasts: bool, replaced: tuple[str, ...]) -> None:  # noqa: FBT001 - a parameter of a test
    """C4, C5, D1, D2: an answer that is lost once is found out; a store that fails stops the run, and loses no id."""
    swaps = count_swaps(replaced)
    assert 5 < swaps < SWAPS
    for number in range(swaps):
        lab, mishaps, witness = open_lab()
        planned = lab.plan(AFTER, replace=replaced)
        mishaps.strike = strike_at(number, fault, lasts=lasts)
        report = fail_and_recover(lab, mishaps, witness, planned)
        if not lasts and fault != "fails":
            assert report is not None
            assert {outcome.fate for outcome in report.outcomes} == {Fate.DONE}, number


@REPLACED
def test_a_lock_that_is_taken_away_at_any_swap(replaced: tuple[str, ...]) -> None:
    """C2: whoever held it sends nothing any more that is not announced; the id of what was made is told."""
    for number in range(count_swaps(replaced)):
        lab, mishaps, witness = open_lab()
        planned = lab.plan(AFTER, replace=replaced)
        mishaps.strike = strike_at(number, "stolen")
        fail_and_recover(lab, mishaps, witness, planned)


REQUESTS = 12
"""More than an apply of these changes sends while nothing goes wrong."""


@REPLACED
@pytest.mark.parametrize(
    "trouble",
    [f"{action}@*#%d" for action in ("lose-request", "lose-answer", "500", "409")]
    + ["lose-answer@*#%dx*", "500@*#%dx*", "409@*#%dx*"],
)
def test_a_request_that_goes_wrong(trouble: str, replaced: tuple[str, ...]) -> None:
    """B2, B4, B5: once, or from then on for ever, reads too."""
    for number in range(1, REQUESTS):
        lab, mishaps, witness = open_lab()
        planned = lab.plan(AFTER, replace=replaced)
        lab.trouble(parse_trouble(trouble % number))
        report = fail_and_recover(lab, mishaps, witness, planned)
        assert report is not None
        assert {outcome.fate for outcome in report.outcomes} <= {Fate.DONE, Fate.FAILED, Fate.SKIPPED}
