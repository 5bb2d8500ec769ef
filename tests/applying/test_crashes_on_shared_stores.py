"""An apply whose state is in a shared store, and whose nth effect goes wrong: killed, refused, unanswered, overtaken.

For every n: a swap of the document or a request is the last thing that happens, a swap or an answer goes wrong, or the
lock is taken away. Then the lock of the dead is broken, another run comes, and then the invariants.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

import pytest

from planner.applying.ports import Ports
from planner.emulator.behaviour import Behaviour
from planner.emulator.scripting import parse_trouble
from planner.model.report import Fate
from state.backends.document import DocumentBackend, Pace
from state.backends.memory import MemorySlot, Shelf
from state.backends.slots import SwapRefused, SwapUnclear
from state.errors import StateError, StateNotWritten
from state.lock import LockInfo
from tests.applying.test_crashes import AFTER, BEFORE, CrashError, CrashingApi, Fuse, Witness, load
from tests.laws.lab import Lab
from tests.state.faulty_slots import make_info

SETTLE = 5
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


def recover(lab: Lab, witness: Witness) -> None:
    """Break the lock of the dead, run again, and hold that everything is as it should be."""
    left = load(lab)
    announced = {intent.name for intent in left.intents}
    known = {record.id for record in left.records.values()}
    assert {lab.app.account.clusters[uid].name for uid in lab.ids - known} <= announced  # I1: known, or announced
    break_lock(lab)
    lab.app.troubles.clear()
    lab.converge(*AFTER.clusters)
    assert lab.specs.keys() == {"changed", "new"}  # I2: and no two of one name
    assert lab.specs["changed"]["awsKeyPair"] == "new"
    state = load(lab)
    assert {record.id for record in state.records.values()} == lab.ids  # I1
    assert state.intents == ()
    assert (state.lineage, state.serial >= left.serial) == (left.lineage, True)  # I3
    assert witness.unannounced == []  # I5
    assert lab.plan(AFTER).plan.changes == ()  # I6
    assert break_lock(lab) is None  # I7: nobody holds it


@pytest.mark.parametrize("replaced", [(), ("cluster.changed",)], ids=["update", "replacement"])
def test_killed_at_any_effect(replaced: tuple[str, ...]) -> None:
    """A1 to A4: a create, an update or a replacement, and a delete; each swap and each request was the last once."""
    kills = 0
    for effects in range(MOST_EFFECTS):
        lab, mishaps, witness = open_lab()
        fuse = Fuse(effects)
        planned = lab.plan(AFTER, replace=replaced)

        def blow(ports: Ports, fuse: Fuse = fuse) -> Ports:
            return replace(ports, api=CrashingApi(ports.api, fuse))

        mishaps.fuse, lab.bend = fuse, blow
        with suppress(BaseExceptionGroup, CrashError):
            lab.apply(planned)
        was_killed = fuse.left < 0
        kills += was_killed
        mishaps.fuse, lab.bend = None, lambda ports: ports
        if replaced:  # the former cluster may be on its way out, and takes no change until it has gone
            break_lock(lab)
            lab.apply(lab.plan(AFTER))
            lab.passed += SETTLE
        recover(lab, witness)
        if not was_killed:
            break
    assert 20 < kills < MOST_EFFECTS, "every effect was the last one once"


def count_swaps() -> int:
    lab, mishaps, _ = open_lab()
    lab.apply(lab.plan(AFTER))
    return mishaps.swaps


def strike_at(number: int, fault: str, *, lasts: bool = False) -> Callable[[int], str]:
    """Return what strikes that swap with `fault`, and all that come after it where that `lasts`."""
    return lambda at: fault if at == number or (lasts and at > number) else ""


SWAPS = 12
"""More than an apply of these three changes makes."""


@pytest.mark.parametrize("fault", ["fails", "lost before", "lost after", "refused after"])
@pytest.mark.parametrize("lasts", [False, True], ids=["once", "for ever"])
def test_a_swap_that_goes_wrong(fault: str, lasts: bool) -> None:  # noqa: FBT001 - a parameter of a test
    """C4, C5, D1, D2: an answer that is lost once is found out; a store that fails stops the run, and loses no id."""
    swaps = count_swaps()
    assert 5 < swaps < SWAPS
    for number in range(swaps):
        lab, mishaps, witness = open_lab()
        planned = lab.plan(AFTER)
        mishaps.strike = strike_at(number, fault, lasts=lasts)
        told = tell(lab, planned)
        if not lasts and fault != "fails":
            assert told.startswith("done"), (number, told)
        known = {record.id for record in load(lab).records.values()}
        assert all(uid in told for uid in lab.ids - known), (number, told)  # I10
        mishaps.strike = lambda _: ""
        recover(lab, witness)


def test_a_lock_that_is_taken_away_at_any_swap() -> None:
    """C2: whoever held it sends nothing any more that is not announced; the id of what was made is told."""
    for number in range(count_swaps()):
        lab, mishaps, witness = open_lab()
        planned = lab.plan(AFTER)
        mishaps.strike = strike_at(number, "stolen")
        told = tell(lab, planned)
        known = {record.id for record in load(lab).records.values()}
        assert all(uid in told for uid in lab.ids - known), (number, told)
        mishaps.strike = lambda _: ""
        recover(lab, witness)


REQUESTS = 12
"""More than an apply of these three changes sends while nothing goes wrong."""


TROUBLES = [f"{action}@*#%d{times}" for action in ("lose-request", "lose-answer", "500", "409") for times in ("", "x*")]


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_request_that_goes_wrong(trouble: str) -> None:
    """B2, B4, B5: once, or from then on for ever, reads too."""
    for number in range(1, REQUESTS):
        lab, _, witness = open_lab()
        planned = lab.plan(AFTER)
        lab.trouble(parse_trouble(trouble % number))
        report = lab.apply(planned)
        assert {outcome.fate for outcome in report.outcomes} <= {Fate.DONE, Fate.FAILED, Fate.SKIPPED}
        recover(lab, witness)


def tell(lab: Lab, planned: object) -> str:
    """Apply, and return what the user is told of it."""
    try:
        report = lab.apply(planned)  # type: ignore[arg-type]
    except StateError as error:
        return f"{error} {lab.events!r}"
    is_done = {outcome.fate for outcome in report.outcomes} <= {Fate.DONE}
    return f"{'done' if is_done else 'failed'} {report!r}"
