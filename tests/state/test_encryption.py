"""States that are encrypted: who may read, who may not, and that none becomes plain or unreadable by the way."""

import asyncio
import base64
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyrage
import pytest

from state.address import Address
from state.backends.document import DocumentBackend
from state.backends.local import LocalBackend
from state.backends.memory import MemoryBackend, MemorySlot, Shelf
from state.encryption import AgeCipher
from state.entries import IntentOpened, RecordPut
from state.errors import StateDamaged, StateError, StateForeign, StateNotRead, StateNotWritten
from state.journal import encode_entry
from state.ports import Backend
from state.record import Intent, Record
from state.sealed_snapshots import seal_anew
from state.sealing import NO_CIPHER, Cipher
from state.snapshot import Snapshot, make_snapshot
from state.store import StateStore

WEB = Address("web")
RECORD = Record(address=WEB, id="c-1", name="web", applied={"spec": {"note": "pineapple"}})
INTENT = Intent(key="k", address=WEB, kind="create", name="pineapple", at="2026-01-02T03:04:05Z")


def make_keys() -> tuple[str, str]:
    """Return the public and the private half of a new pair."""
    identity = pyrage.x25519.Identity.generate()
    return str(identity.to_public()), f"# a comment, as age-keygen writes one\n{identity}\n"


PUBLIC, PRIVATE = make_keys()
OTHER_PUBLIC, OTHER_PRIVATE = make_keys()
OURS = AgeCipher(recipients=(PUBLIC,), identities=(PRIVATE,))
THEIRS = AgeCipher(recipients=(OTHER_PUBLIC,), identities=(OTHER_PRIVATE,))


def open_local(place: Path) -> Callable[[], Backend]:
    return lambda: LocalBackend(place / "planner.state.json")


def open_memory(_: Path) -> Callable[[], Backend]:
    shelf = Shelf()
    return lambda: MemoryBackend(shelf)


def open_document(_: Path) -> Callable[[], Backend]:
    slot = MemorySlot()
    return lambda: DocumentBackend(slot)


@pytest.fixture(params=[open_local, open_memory, open_document])
def open_backend(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Backend]:
    made: Callable[[], Backend] = request.param(tmp_path)
    return made


def load(backend: Backend, cipher: Cipher) -> Snapshot | None:
    return asyncio.run(StateStore(backend, cipher=cipher).load())


async def record(backend: Backend, cipher: Cipher, *, ends: bool = True) -> None:
    """Record a cluster as a run does; without `ends` as one that was killed, with its journal left."""
    store = StateStore(backend, cipher=cipher)
    await store.load()
    if store.snapshot is None:
        await store.save(make_snapshot("lineage-1", "key"))
    await store.record(IntentOpened(INTENT))
    await store.record(RecordPut(RECORD, closes="k"))
    if ends:
        async with store.hold(None):
            pass


def read_all(backend: Backend) -> bytes:
    stored = asyncio.run(backend.read())
    return (stored.content or b"") + stored.journal


@pytest.mark.parametrize("ends", [True, False])
def test_what_is_stored_shows_nothing_and_can_be_read_again(open_backend: Callable[[], Backend], *, ends: bool) -> None:
    asyncio.run(record(open_backend(), OURS, ends=ends))
    stored = read_all(open_backend())
    assert b"pineapple" not in stored
    assert b'"encryption": "age"' in stored
    snapshot = load(open_backend(), OURS)
    assert snapshot is not None
    assert snapshot.records == {WEB: RECORD}
    assert snapshot.intents == ()


def test_lineage_and_serial_stay_readable() -> None:
    shelf = Shelf()
    asyncio.run(record(MemoryBackend(shelf), OURS))
    outside = json.loads(read_all(MemoryBackend(shelf)))
    snapshot = load(MemoryBackend(shelf), OURS)
    assert snapshot is not None
    assert (outside["lineage"], outside["serial"]) == ("lineage-1", snapshot.serial)


@pytest.mark.parametrize(
    "cipher",
    [NO_CIPHER, AgeCipher(), AgeCipher(recipients=(PUBLIC,)), THEIRS, AgeCipher(identities=("canary-no-key",))],
)
@pytest.mark.parametrize("ends", [True, False])
def test_without_the_key_it_is_refused_and_left_as_it_is(
    open_backend: Callable[[], Backend], cipher: Cipher, *, ends: bool
) -> None:
    """G8: the key is lost, wrong, or not set."""
    asyncio.run(record(open_backend(), OURS, ends=ends))
    before = read_all(open_backend())
    with pytest.raises(StateNotRead) as refused:
        load(open_backend(), cipher)
    assert "Nothing was changed." in refused.value.advice
    with pytest.raises(StateNotRead):
        asyncio.run(record(open_backend(), cipher))
    assert read_all(open_backend()) == before


def test_a_plain_state_is_encrypted_by_the_next_write(open_backend: Callable[[], Backend]) -> None:
    asyncio.run(record(open_backend(), NO_CIPHER, ends=False))
    assert b"pineapple" in read_all(open_backend())
    asyncio.run(record(open_backend(), OURS, ends=False))
    assert b"pineapple" not in read_all(open_backend())
    snapshot = load(open_backend(), OURS)
    assert snapshot is not None
    assert snapshot.records == {WEB: RECORD}


def test_an_encrypted_state_does_not_become_plain_by_the_way(open_backend: Callable[[], Backend]) -> None:
    asyncio.run(record(open_backend(), OURS))
    before = read_all(open_backend())
    only_reads = replace(OURS, recipients=())
    with pytest.raises(StateNotWritten, match="the configuration does not say to whom"):
        asyncio.run(record(open_backend(), only_reads))
    assert read_all(open_backend()) == before

    async def rewrite() -> None:
        store = StateStore(open_backend(), cipher=only_reads)
        await store.load()
        await store.rewrite(in_the_clear=True)

    asyncio.run(rewrite())
    assert b"pineapple" in read_all(open_backend())


def test_a_plain_state_is_refused_where_encryption_is_enforced(open_backend: Callable[[], Backend]) -> None:
    """G9: somebody has put a plain state in the place of the encrypted one."""
    asyncio.run(record(open_backend(), NO_CIPHER))
    before = read_all(open_backend())
    with pytest.raises(StateForeign, match="is not encrypted"):
        load(open_backend(), replace(OURS, is_enforced=True))
    assert read_all(open_backend()) == before


def test_a_plain_line_in_the_journal_of_an_encrypted_state_is_refused() -> None:
    """G9: whoever can write there, and has no key, must not be able to add an entry."""
    shelf = Shelf()
    asyncio.run(record(MemoryBackend(shelf), OURS))
    snapshot = load(MemoryBackend(shelf), OURS)
    assert snapshot is not None
    line = encode_entry(
        RecordPut(replace(RECORD, id="c-2")),
        lineage=snapshot.lineage,
        base=snapshot.serial,
        serial=snapshot.serial + 1,
    )
    shelf.journal = line
    with pytest.raises(StateDamaged, match="is damaged"):
        load(MemoryBackend(shelf), OURS)


@pytest.mark.parametrize(
    ("pattern", "text"), [(rb'"serial": \d+', b'"serial": 99'), (rb'"lineage": "[^"]*"', b'"lineage": "another"')]
)
def test_what_stands_outside_must_be_what_is_inside(pattern: bytes, text: bytes) -> None:
    shelf = Shelf()
    asyncio.run(record(MemoryBackend(shelf), OURS))
    assert shelf.content is not None
    shelf.content = re.sub(pattern, text, shelf.content, count=1)
    with pytest.raises(StateDamaged, match="somebody has put it together"):
        load(MemoryBackend(shelf), OURS)


def test_any_byte_that_is_changed_is_noticed() -> None:
    shelf = Shelf()
    asyncio.run(record(MemoryBackend(shelf), OURS))
    content = shelf.content
    assert content is not None
    for at in range(len(content)):
        shelf.content = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
        with pytest.raises(StateError):
            load(MemoryBackend(shelf), OURS)


def test_keys_are_rotated_without_a_gap() -> None:
    """Add the new key, write, take the old one away, write; at each step whoever has either key can read."""
    shelf = Shelf()
    both = AgeCipher(recipients=(PUBLIC, OTHER_PUBLIC), identities=(PRIVATE,))
    asyncio.run(record(MemoryBackend(shelf), OURS))
    asyncio.run(record(MemoryBackend(shelf), both))
    assert load(MemoryBackend(shelf), OURS) == load(MemoryBackend(shelf), THEIRS)
    asyncio.run(
        record(MemoryBackend(shelf), AgeCipher(recipients=(OTHER_PUBLIC,), identities=(PRIVATE, OTHER_PRIVATE)))
    )
    assert load(MemoryBackend(shelf), THEIRS) is not None
    with pytest.raises(StateNotRead, match="no key that is set opens it"):
        load(MemoryBackend(shelf), OURS)


def test_a_key_that_cannot_be_used_does_not_stand_in_the_way_of_one_that_can() -> None:
    shelf = Shelf()
    asyncio.run(record(MemoryBackend(shelf), OURS))
    damaged = "-----BEGIN OPENSSH PRIVATE KEY-----\ncanary\n-----END OPENSSH PRIVATE KEY-----\n"
    assert load(MemoryBackend(shelf), AgeCipher(identities=(damaged, "no key", PRIVATE))) is not None
    with pytest.raises(StateNotRead, match="can be used"):
        load(MemoryBackend(shelf), AgeCipher(identities=(damaged, "no key")))


def test_what_we_could_not_read_again_is_not_written() -> None:
    shelf = Shelf()
    with pytest.raises(StateNotWritten, match="could not read it again"):
        asyncio.run(record(MemoryBackend(shelf), AgeCipher(recipients=(OTHER_PUBLIC,), identities=(PRIVATE,))))
    assert shelf.content is None


def test_a_line_that_was_cut_off_is_no_entry(tmp_path: Path) -> None:
    asyncio.run(record(LocalBackend(tmp_path / "planner.state.json"), OURS, ends=False))
    journal = tmp_path / "planner.state.json.journal"
    content = journal.read_bytes()
    first = content.index(b"\n") + 1
    for size in range(first, len(content)):
        journal.write_bytes(content[:size])
        snapshot = load(LocalBackend(tmp_path / "planner.state.json"), OURS)
        assert snapshot is not None
        assert (snapshot.records, len(snapshot.intents)) == ({}, 1)


def test_the_backup_of_a_first_encryption_is_encrypted_too(tmp_path: Path) -> None:
    path = tmp_path / "planner.state.json"
    asyncio.run(record(LocalBackend(path), NO_CIPHER))

    async def rewrite() -> None:
        store = StateStore(LocalBackend(path), cipher=OURS)
        await store.load()
        await store.rewrite()

    asyncio.run(rewrite())
    LocalBackend(path).rewrite_backups(lambda content: seal_anew(content, OURS, name="a backup"))
    for file in tmp_path.iterdir():
        assert b"pineapple" not in file.read_bytes(), file.name


def test_a_line_costs_the_same_however_large_the_state_is() -> None:
    entry = RecordPut(RECORD)
    lines = [encode_entry(entry, lineage="l", base=1, serial=serial, cipher=OURS) for serial in (2, 2_000)]
    assert max(map(len, lines)) < 2_000  # the format adds a line of chance, of any length up to a few hundred
    assert b"pineapple" not in base64.b64decode(json.loads(lines[0][17:])["sealed"])
