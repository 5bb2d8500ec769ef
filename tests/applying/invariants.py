"""The invariants that hold after every fault, as functions: those of the fault list that are not one line.

I1 clusters made by us are in the state, or named in an open intent. I2 no two of one name. I3 the state parses, its
lineage is the same, its serial never lower. I4 what a call that recorded it has returned from is there. I5 no request
without an intent that names it. I6 a second apply does nothing. I7 no lock is left by who is alive. I8 no canary
anywhere, which `tests/canaries.py` sees to. I9 the exit code says what happened. I10 every id is told.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from planner.applying.ports import Ports
from planner.model.diagnostics import ExitCode
from planner.model.report import Fate, Report
from planner.workflow.apply import _choose_exit_code
from state.address import Address
from state.entries import Entry, IntentClosed, IntentOpened, RecordDropped, RecordMoved, RecordPut
from state.snapshot import Snapshot
from tests.laws.lab import Document, Lab

__all__ = ["SECRET", "Recorder", "assert_exit_code", "assert_nothing_lost", "assert_told"]

SECRET = [{"name": "druid.x.password", "value": "canary-of-the-nth-effect"}]
"""A secret for I8, as properties of a cluster."""


@dataclass(eq=False)
class Recorder:
    """Notes what a run asked the state to keep, and which of it was said to be kept."""

    asked: list[Entry] = field(default_factory=list)
    kept: list[int] = field(default_factory=list)

    def watch(self, ports: Ports) -> Ports:
        async def record(entry: Entry) -> None:
            number = len(self.asked)
            self.asked.append(entry)
            await ports.record(entry)
            self.kept.append(number)

        return replace(ports, record=record)

    def assert_kept(self, snapshot: Snapshot) -> None:
        """I4: what was said to be kept is there, but for what a later entry, kept or not, may have changed again."""
        open_keys = {intent.key for intent in snapshot.intents}
        for number in self.kept:
            entry, later = self.asked[number], self.asked[number + 1 :]
            match entry:
                case IntentOpened(intent) if not any(closes(other, intent.key) for other in later):
                    assert intent.key in open_keys
                case RecordPut(record) if not any(concerns(other, record.address) for other in later):
                    assert snapshot.records[record.address].id == record.id
                case RecordDropped(address) if not any(concerns(other, address) for other in later):
                    assert address not in snapshot.records
                case IntentClosed(key):
                    assert key not in open_keys
                case _:
                    pass


def closes(entry: Entry, key: str) -> bool:
    match entry:
        case IntentClosed(closed):
            return closed == key
        case RecordPut(closes=closed) | RecordDropped(closes=closed):
            return closed == key
        case _:
            return False


def concerns(entry: Entry, address: Address) -> bool:
    match entry:
        case RecordPut(record):
            return record.address == address
        case RecordDropped(dropped):
            return dropped == address
        case RecordMoved():
            return True
        case _:
            return False


def assert_nothing_lost(lab: Lab, snapshot: Snapshot) -> None:
    """I1 before anything is recovered."""
    announced = {intent.name for intent in snapshot.intents}
    known = {record.id for record in snapshot.records.values()}
    assert {lab.app.account.clusters[uid].name for uid in lab.ids - known} <= announced


def assert_exit_code(lab: Lab, report: Report, wanted: dict[str, Document], snapshot: Snapshot) -> None:
    """I9: 0 where all is as wanted and known, and 8 where something is not done, which is said of that."""
    match _choose_exit_code(report, lab.stop):
        case ExitCode.DONE:
            assert {name: spec["awsKeyPair"] for name, spec in lab.specs.items()} == {
                name: spec["awsKeyPair"] for name, spec in wanted.items()
            }
            assert {record.id for record in snapshot.records.values()} == lab.ids
            assert snapshot.intents == ()
        case ExitCode.APPLIED_IN_PART:
            undone = [outcome for outcome in report.outcomes if outcome.fate is not Fate.DONE]
            assert undone
            assert all(outcome.diagnostics for outcome in undone if outcome.fate is Fate.FAILED)
        case code:
            raise AssertionError(code)


def assert_told(lab: Lab, snapshot: Snapshot, told: Iterable[object]) -> None:
    """I10: of what is not in the state the run tells the id, or that nobody can tell, and an intent names it."""
    text = "".join(map(repr, told))
    announced = {intent.name for intent in snapshot.intents}
    known = {record.id for record in snapshot.records.values()}
    for uid in lab.ids - known:
        name = lab.app.account.clusters[uid].name
        assert uid in text or (name in announced and f'"{name}"' in text), text
