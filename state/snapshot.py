"""Snapshots: all that we remember at one moment, and how journal entries lead from one to the next.

A fold is total but for one thing: it refuses to move a record onto another one, because that would lose a cluster.
Dropping or moving what is not there, or closing what is not open, changes nothing: an entry may be recorded twice.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import assert_never

from state.address import Address
from state.entries import Entry, IntentClosed, IntentOpened, OutputsPut, RecordDropped, RecordMoved, RecordPut, RunEnded
from state.record import Intent, Record
from state.run import MOST_RUNS, Run
from state.values import Output

__all__ = ["Draft", "Snapshot", "draft_of", "finish", "fold", "fold_all", "fold_into", "make_snapshot"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One state of our memory.

    `lineage` names the family of snapshots that follow from one another, `serial` counts them and never falls.
    `intents` stand in the order in which they were opened. `fingerprint_key` is random hex, made with the lineage:
    the key of the fingerprints that stand for secrets. `account` is the address of the API that knows the clusters,
    empty where nobody said; the ids in the records mean nothing anywhere else. `outputs` are those of the last apply;
    `runs` are the last ones, in their order.
    """

    lineage: str
    serial: int
    fingerprint_key: str = field(repr=False)
    account: str = ""
    records: Mapping[Address, Record] = field(default_factory=dict)
    intents: tuple[Intent, ...] = ()
    outputs: Mapping[str, Output] = field(default_factory=dict)
    runs: tuple[Run, ...] = ()


@dataclass(slots=True)
class Draft:
    """A snapshot in the making: folding an entry into it costs the same whatever its size."""

    serial: int
    records: dict[Address, Record]
    intents: dict[str, Intent]
    outputs: dict[str, Output]
    runs: tuple[Run, ...] = ()


def make_snapshot(lineage: str, fingerprint_key: str, account: str = "") -> Snapshot:
    """Return the first snapshot of a lineage: it holds nothing, and its serial is 0 because it was never written."""
    return Snapshot(lineage=lineage, serial=0, fingerprint_key=fingerprint_key, account=account)


def fold(snapshot: Snapshot, entry: Entry) -> Snapshot:
    """Return the snapshot that follows from `snapshot` by `entry`; its serial is one higher.

    Raises:
        ValueError: the entry moves a record onto another one.
    """
    return fold_all(snapshot, (entry,))


def fold_all(snapshot: Snapshot, entries: Iterable[Entry]) -> Snapshot:
    """Return the snapshot that follows from `snapshot` by all `entries`, in time linear in both.

    Raises:
        ValueError: an entry moves a record onto another one.
    """
    draft = draft_of(snapshot)
    for entry in entries:
        fold_into(draft, entry)
    return finish(snapshot, draft)


def draft_of(snapshot: Snapshot) -> Draft:
    """Return a draft that holds what `snapshot` holds and shares nothing that can change with it."""
    intents = {intent.key: intent for intent in snapshot.intents}
    return Draft(snapshot.serial, dict(snapshot.records), intents, dict(snapshot.outputs), snapshot.runs)


def finish(base: Snapshot, draft: Draft) -> Snapshot:
    """Return what `draft` holds as a snapshot of the lineage of `base`."""
    return replace(
        base,
        serial=draft.serial,
        records=dict(draft.records),
        intents=tuple(draft.intents.values()),
        outputs=dict(draft.outputs),
        runs=draft.runs,
    )


def fold_into(draft: Draft, entry: Entry) -> None:
    """Change `draft` by `entry`; its serial rises by one.

    Raises:
        ValueError: the entry moves a record onto another one; the draft is as it was.
    """
    match entry:
        case IntentOpened(intent):
            draft.intents[intent.key] = intent
        case IntentClosed(key):
            draft.intents.pop(key, None)
        case RecordPut(record, closes):
            draft.records[record.address] = record
            draft.intents.pop(closes or "", None)
        case RecordDropped(address, closes):
            draft.records.pop(address, None)
            draft.intents.pop(closes or "", None)
        case RecordMoved(before, after):
            _move(draft, before, after)
        case OutputsPut(outputs):
            draft.outputs = dict(outputs)
        case RunEnded(run):
            draft.runs = (*draft.runs, run)[-MOST_RUNS:]
        case _:
            assert_never(entry)
    draft.serial += 1


def _move(draft: Draft, before: Address, after: Address) -> None:
    if before != after and {before, after} <= draft.records.keys():
        raise ValueError(f"{before} cannot become {after}: there is a record at that address already")
    record = draft.records.pop(before, None)
    if record is not None:
        draft.records[after] = replace(record, address=after)
    for key, intent in draft.intents.items():
        if intent.address == before:
            draft.intents[key] = replace(intent, address=after)
