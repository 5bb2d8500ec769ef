"""Snapshots: what each journal entry makes of one."""

import pytest
from hypothesis import given, settings

from state.address import Address
from state.entries import Entry, IntentClosed, IntentOpened, OutputsPut, RecordDropped, RecordMoved, RecordPut
from state.record import Intent, Record
from state.snapshot import Snapshot, fold, fold_all, make_snapshot
from state.values import Output

A, B = Address("a"), Address("b")
EMPTY = make_snapshot("l", "f")


def make_record(address: Address, **changes: object) -> Record:
    fields: dict[str, object] = {"address": address, "id": "c-1", "name": address.name, "applied": {}}
    return Record(**{**fields, **changes})  # type: ignore[arg-type]  # the tests give each field its own type


def make_intent(key: str, address: Address) -> Intent:
    return Intent(key=key, address=address, kind="create", name=address.name, at="2026-01-02T03:04:05Z")


def test_a_new_snapshot_holds_nothing_and_was_never_written() -> None:
    assert Snapshot(lineage="l", serial=0, fingerprint_key="f", records={}, intents=()) == EMPTY


def test_the_fingerprint_key_does_not_show() -> None:
    assert "canary" not in repr(make_snapshot("l", "canary"))


def test_a_record_is_put_and_put_again() -> None:
    first = fold(EMPTY, RecordPut(make_record(A)))
    assert dict(first.records) == {A: make_record(A)}
    second = fold(first, RecordPut(make_record(A, id="c-2")))
    assert dict(second.records) == {A: make_record(A, id="c-2")}
    assert dict(first.records) == {A: make_record(A)}
    assert (EMPTY.serial, first.serial, second.serial) == (0, 1, 2)


def test_an_outcome_closes_its_intent_in_the_same_step_and_no_other() -> None:
    opened = fold_all(EMPTY, [IntentOpened(make_intent("1", A)), IntentOpened(make_intent("2", B))])
    assert [intent.key for intent in opened.intents] == ["1", "2"]
    done = fold(opened, RecordPut(make_record(A), "1"))
    assert [intent.key for intent in done.intents] == ["2"]
    gone = fold(done, RecordDropped(A, "2"))
    assert (dict(gone.records), gone.intents) == ({}, ())


def test_an_intent_that_came_to_nothing_is_closed() -> None:
    opened = fold(EMPTY, IntentOpened(make_intent("1", A)))
    assert fold(opened, IntentClosed("1")).intents == ()


def test_a_moved_record_keeps_everything_but_its_address_and_its_intents_follow() -> None:
    before = fold_all(EMPTY, [RecordPut(make_record(A, id="c-7")), IntentOpened(make_intent("1", A))])
    after = fold(before, RecordMoved(A, B))
    assert dict(after.records) == {B: make_record(B, id="c-7", name="a")}
    assert [intent.address for intent in after.intents] == [B]


def test_a_record_is_never_moved_onto_another() -> None:
    before = fold_all(EMPTY, [RecordPut(make_record(A)), RecordPut(make_record(B))])
    with pytest.raises(ValueError, match=r"cluster\.a cannot become cluster\.b"):
        fold(before, RecordMoved(A, B))
    assert fold(before, RecordMoved(A, A)).records == before.records


@settings(max_examples=40)  # each is many folds
@given(snapshot=..., entries=...)
def test_an_entry_may_be_recorded_twice(snapshot: Snapshot, entries: list[Entry]) -> None:
    for entry in entries:
        try:
            once = fold(snapshot, entry)
        except ValueError:
            continue
        twice = fold(once, entry)
        assert (twice.records, twice.intents) == (once.records, once.intents)
        snapshot = once


@settings(max_examples=40)  # each is many folds
@given(snapshot=..., entries=...)
def test_folding_all_is_folding_each_and_every_entry_counts(snapshot: Snapshot, entries: list[Entry]) -> None:
    kept: list[Entry] = []
    one_by_one = snapshot
    for entry in entries:
        try:
            one_by_one = fold(one_by_one, entry)
        except ValueError:
            continue
        kept.append(entry)
    assert fold_all(snapshot, kept) == one_by_one
    assert one_by_one.serial == snapshot.serial + len(kept)
    assert (one_by_one.lineage, one_by_one.fingerprint_key) == (snapshot.lineage, snapshot.fingerprint_key)


def test_outputs_are_put_all_at_once() -> None:
    one, other = Output(value="x", type="string"), Output(value=[1], type="list(number)")
    before = fold(make_snapshot("l", "f"), OutputsPut({"a": one, "b": one}))
    assert before.outputs == {"a": one, "b": one}
    after = fold(before, OutputsPut({"b": other}))
    assert after.outputs == {"b": other}
    assert after.serial == 2
    assert before.outputs == {"a": one, "b": one}
