"""The journal: every entry that was acknowledged counts, half a last line does not, and all other damage is refused."""

import json
from dataclasses import replace
from hashlib import sha256
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from state.address import Address
from state.entries import Entry, IntentClosed, IntentOpened, OutputsPut, RecordDropped, RecordMoved, RecordPut
from state.errors import StateDamaged, StateError, StateMoved, StateNotWritten, StateTooNew
from state.journal import encode_entry, fold_journal
from state.record import Intent, Record
from state.snapshot import Snapshot, fold_all, make_snapshot
from state.values import Output, Secret

A, B = Address("a"), Address("b")
BASE = replace(make_snapshot("l", "f"), serial=5)
INTENT = Intent(key="k", address=A, kind="create", name="a", at="2026-01-02T03:04:05Z")
RECORD = Record(address=A, id="c-1", name="a", applied={"spec": {"$secret": "mine", "key": Secret("5f")}})
ENTRIES: list[Entry] = [IntentOpened(INTENT), RecordPut(RECORD, "k"), RecordMoved(A, B)]


def write(entries: list[Entry], base: Snapshot = BASE) -> list[bytes]:
    return [
        encode_entry(entry, lineage=base.lineage, base=base.serial, serial=base.serial + number)
        for number, entry in enumerate(entries, 1)
    ]


def seal(document: object) -> bytes:
    body = json.dumps(document).encode()
    return sha256(body).hexdigest()[:16].encode() + b" " + body + b"\n"


@settings(max_examples=40)  # each is many folds
@given(snapshot=..., entries=...)
def test_entries_are_read_back_as_they_were_written(snapshot: Snapshot, entries: list[Entry]) -> None:
    kept: list[Entry] = []
    for entry in entries:
        try:
            fold_all(snapshot, [*kept, entry])
        except ValueError:
            continue
        kept.append(entry)
    folded = fold_journal(snapshot, b"".join(write(kept, snapshot)))
    assert folded == fold_all(snapshot, kept)


@given(entry=...)
def test_an_entry_is_one_line_of_ascii(entry: Entry) -> None:
    (line,) = write([entry])
    assert line.isascii()
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    assert b"\0" not in line


def test_a_line_looks_like_this() -> None:
    document = {
        "base": 5,
        "entry": {"address": "cluster.a", "closes": "k", "kind": "record_dropped"},
        "format": 2,
        "lineage": "l",
        "serial": 6,
    }
    assert write([RecordDropped(A, "k")]) == [seal(document)]
    outputs = OutputsPut({"n": Output(value=Secret("5f"), type="string", is_sensitive=True)})
    entry = {
        "kind": "outputs_put",
        "outputs": {"n": {"sensitive": True, "type": "string", "value": {"$secret": "5f"}}},
    }
    assert write([outputs]) == [seal({**document, "entry": entry})]


def test_a_line_of_the_first_format_counts() -> None:
    entry = {"address": "cluster.a", "closes": None, "kind": "record_dropped"}
    line = seal({"base": 5, "entry": entry, "format": 1, "lineage": "l", "serial": 6})
    assert fold_journal(BASE, line) == fold_all(BASE, [RecordDropped(A)])


def test_an_empty_journal_changes_nothing() -> None:
    assert fold_journal(BASE, b"") == BASE


def test_a_journal_cut_short_anywhere_counts_up_to_the_last_whole_line() -> None:
    lines = write(ENTRIES)
    content = b"".join(lines)
    ends = [sum(map(len, lines[:number])) for number in range(len(lines) + 1)]
    for size in range(len(content) + 1):
        whole = sum(end <= size for end in ends) - 1
        assert fold_journal(BASE, content[:size]) == fold_all(BASE, ENTRIES[:whole]), size


def test_a_journal_with_any_byte_changed_is_refused() -> None:
    content = b"".join(write(ENTRIES))
    for position, mask in product(range(len(content)), (0x01, 0x20, 0x80)):
        changed = bytearray(content)
        changed[position] ^= mask
        with pytest.raises(StateDamaged):
            fold_journal(BASE, bytes(changed))


def test_a_last_line_of_which_a_page_was_never_written_does_not_count() -> None:
    lines = write(ENTRIES)
    holed = lines[2][:30] + b"\0" * (len(lines[2]) - 31) + b"\n"
    assert fold_journal(BASE, lines[0] + lines[1] + holed) == fold_all(BASE, ENTRIES[:2])
    with pytest.raises(StateDamaged):
        fold_journal(BASE, lines[0] + holed + lines[1])


def test_missing_repeated_and_exchanged_lines_are_refused() -> None:
    one, two, three = write(ENTRIES)
    for lines in ([two, three], [one, three], [one, one, two], [two, one, three], [one, two, three, three]):
        with pytest.raises(StateDamaged, match="is missing"):
            fold_journal(BASE, b"".join(lines))


def test_what_the_state_file_holds_already_is_passed_over() -> None:
    earlier = write(ENTRIES)
    folded = fold_all(BASE, ENTRIES)
    assert fold_journal(folded, b"".join(earlier)) == folded
    later = write([RecordDropped(B)], folded)
    assert fold_journal(folded, b"".join([*earlier, *later])) == fold_all(folded, [RecordDropped(B)])


@pytest.mark.parametrize(
    "other", [replace(BASE, serial=6), replace(BASE, lineage="m"), replace(BASE, lineage="m", serial=4)]
)
def test_a_journal_of_another_state_is_refused(other: Snapshot) -> None:
    with pytest.raises(StateMoved, match="probably put back from a copy"):
        fold_journal(BASE, b"".join(write(ENTRIES, other)), name="planner.state.json")


@pytest.mark.parametrize(
    "entry",
    [
        None,
        [],
        {},
        {"kind": "record_lost"},
        {"kind": "intent_closed"},
        {"kind": "intent_closed", "key": 1},
        {"kind": "intent_closed", "key": "k", "extra": 1},
        {"kind": "record_dropped", "address": "a", "closes": None},
        {"kind": "record_dropped", "address": "cluster.a", "closes": 1},
        {"kind": "record_moved", "before": "cluster.a", "after": None},
        {"kind": "record_put", "address": "cluster.a", "record": {}, "closes": None},
        {"kind": "intent_opened", "intent": None},
        {"kind": "outputs_put", "outputs": None},
        {"kind": "outputs_put", "outputs": {"a": "value"}},
        {"kind": "outputs_put", "outputs": {"a": {"sensitive": False, "type": "string"}}},
    ],
)
def test_a_line_that_is_no_entry_is_refused(entry: object) -> None:
    line = seal({"base": 5, "entry": entry, "format": 2, "lineage": "l", "serial": 6})
    with pytest.raises(StateDamaged, match="Line 1 is not an entry"):
        fold_journal(BASE, line)


def test_an_entry_that_does_not_fit_is_refused() -> None:
    entries: list[Entry] = [RecordPut(RECORD), RecordPut(replace(RECORD, address=B)), RecordMoved(A, B)]
    with pytest.raises(StateDamaged, match="there is a record at that address already"):
        fold_journal(BASE, b"".join(write(entries)))


def test_a_line_of_a_newer_format_is_too_new() -> None:
    with pytest.raises(StateTooNew):
        fold_journal(BASE, seal({"format": 3}))
    for line in (seal({"format": 0}), seal({}), seal(1), seal({"format": []})):
        with pytest.raises(StateDamaged):
            fold_journal(BASE, line)


@given(content=st.binary() | st.lists(st.binary().map(lambda line: line + b"\n")).map(b"".join))
def test_whatever_stands_there_it_is_no_entry(content: bytes) -> None:
    refusal: StateError | None = None
    folded = BASE
    try:
        folded = fold_journal(BASE, content)
    except StateError as error:
        refusal = error
    assert folded == BASE
    assert refusal is None or refusal.advice.endswith("import what is then missing.")


def test_what_could_not_be_read_again_is_not_recorded() -> None:
    with pytest.raises(StateNotWritten, match="A value in it cannot be kept"):
        write([RecordPut(replace(RECORD, applied={"a": float("nan")}))])


def test_a_secret_is_written_as_its_fingerprint_and_never_mistaken() -> None:
    folded = fold_journal(BASE, b"".join(write([RecordPut(RECORD), IntentClosed("x")])))
    assert folded.records[A].applied == {"spec": {"$secret": "mine", "key": Secret("5f")}}
