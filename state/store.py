"""The store: the face of the state. Loads a snapshot, records what happens to it, and writes it whole.

A snapshot is the state file with its journal folded in. Each entry raises the serial by one, and so does each `save`;
writing down what the journal says already changes nothing, so it keeps the serial. Refuses to build on a state that
somebody else wrote in between, and to go on after a write that failed without reading again what is there.
"""

import contextlib
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from state.entries import Entry
from state.errors import LockHeld, LockLost, StateError, StateMissing, StateMoved
from state.journal import encode_entry, fold_journal
from state.lock import LockInfo
from state.ports import ABSENT, Backend, Notice
from state.sealed_snapshots import open_snapshot, seal_snapshot
from state.sealing import NO_CIPHER, Cipher
from state.snapshot import Draft, Snapshot, draft_of, finish, fold_into, make_snapshot

if TYPE_CHECKING:
    from asyncio import Lock

__all__ = ["Sleep", "StateStore", "make_new_snapshot"]

Sleep: TypeAlias = Callable[[float], Awaitable[None]]

_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 2.0
"""Seconds between two tries at a lock that is held."""


@dataclass(slots=True)
class _Opened:
    """The state as we know it to be stored: `file` is the content of `version`, `draft` what it became since.

    `offset` is the length of the journal. It is ours to continue only if we began it (`is_ours`): one that an earlier
    run left may end in half a line. `reaches` is set once a write failed: the serial that it led to, and what is stored
    must be read again. `was_sealed`: it is stored encrypted, and so is each line of the journal.
    """

    file: Snapshot
    version: str
    draft: Draft
    offset: int
    is_ours: bool
    was_sealed: bool
    reaches: int | None = None


@dataclass(slots=True, eq=False)
class _Waiting:
    """An entry that is to be stored, and why it is not, where it will not be."""

    entry: Entry
    error: Exception | None = None


class StateStore:
    """The state that a backend keeps.

    `record` and `save` may be called by several tasks at once: each waits for its turn, and what several record
    meanwhile is stored with one write.
    """

    def __init__(
        self,
        backend: Backend,
        *,
        cipher: Cipher = NO_CIPHER,
        sleep: Sleep | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._backend = backend
        self._cipher = cipher
        self._may_bare = False
        self._sleep = sleep or _sleep
        self._clock = clock
        self._opened: _Opened | None = None
        self._is_known = False  # whether there is a state, and which: None is an answer too
        self._refused: StateError | None = None
        self._turn: Lock | None = None
        self._queue: list[_Waiting] = []
        self.notices: tuple[Notice, ...] = ()

    @property
    def snapshot(self) -> Snapshot | None:
        """The snapshot as last loaded, with what was recorded and saved since; made anew each time.

        After a write that failed it holds what was to be recorded, whether or not that is stored.
        """
        opened = self._opened
        return None if opened is None else finish(opened.file, opened.draft)

    async def load(self) -> Snapshot | None:
        """Return the snapshot that is stored now, or None where there is none; `notices` says what is odd about it.

        No lock is needed: what a run at work has recorded is there up to some entry, and whole up to that one.

        Raises:
            StateError: it cannot be read, or is not one that we may read.
        """
        self._refused, self._is_known = None, False
        self._opened = await self._read()
        self._is_known = True
        return self.snapshot

    @contextlib.asynccontextmanager
    async def hold(self, info: LockInfo | None, *, wait: float = 0.0) -> AsyncIterator[None]:
        """Hold the lock inside the context, and leave the state written whole after it.

        `wait` is how many seconds to wait for somebody else's lock; `info` None takes no lock at all.

        Raises:
            LockHeld: somebody else has the lock.
            StateError: the state cannot be locked, or not be written whole.
        """
        if info is not None:
            await self._lock(info, wait)
        try:
            yield
        except BaseException:
            with contextlib.suppress(StateError):  # what was recorded is in the journal, and the failure is news
                await self._finish_journal()
            with contextlib.suppress(StateError):  # likewise
                await self._backend.unlock()
            raise
        try:
            await self._finish_journal()
        finally:
            await self._backend.unlock()

    async def record(self, entry: Entry) -> None:
        """Add `entry` to what is stored; it is durable once this returns. The cost does not grow with the state.

        Where there is no state yet, an empty one is made first.

        Raises:
            StateMoved: somebody else wrote the state since it was loaded.
            StateError: it cannot be written; whether the entry is stored is then unknown, and recording it again is
                safe.
            ValueError: the entry does not fit: it moves a record onto another one.
        """
        waiting = _Waiting(entry)
        self._queue.append(waiting)
        try:
            async with self._take_turn():
                if waiting in self._queue:  # else whoever had the turn before us has stored it along with its own
                    await self._store_queue()
        finally:
            if waiting in self._queue:
                self._queue.remove(waiting)
        if waiting.error is not None:
            raise waiting.error

    async def save(self, snapshot: Snapshot) -> Snapshot:
        """Write `snapshot` whole, in the place of the one that it was made from, and return it with its serial raised.

        Raises:
            StateMoved: it was made from another snapshot than the one that is stored.
            StateError: it cannot be written.
        """
        async with self._take_turn():
            opened = await self._open()
            stored = ("", 0) if opened is None else (opened.file.lineage, opened.draft.serial)
            if (snapshot.lineage if opened else "", snapshot.serial) != stored:
                raise StateMoved(
                    f"{self._backend.name} is not the one that this run began with",
                    f"This run began with serial {snapshot.serial}; serial {stored[1]} is stored. Nothing was written. "
                    "Run plan again and apply what it then shows.",
                )
            saved = replace(snapshot, serial=snapshot.serial + 1)
            await self._write(saved)
            return saved

    async def install(self, snapshot: Snapshot, *, over: bool = False) -> None:
        """Write `snapshot` as it is, lineage, serial and all; for a state that comes from elsewhere.

        With `over` it may replace a later one of its lineage, or one of another.

        Raises:
            StateMoved: there is a state that it does not follow.
            StateError: it cannot be written.
        """
        async with self._take_turn():
            opened = await self._open()
            if opened is not None and not over:
                _check_follows(snapshot, finish(opened.file, opened.draft), self._backend.name)
            # A serial that has been here must not come again with another content.
            serial = max(snapshot.serial, opened.draft.serial + 1 if opened and over else 1)
            await self._write(replace(snapshot, serial=serial))

    async def rewrite(self, *, in_the_clear: bool = False) -> None:
        """Write the state anew, encrypted to whom the cipher says.

        With `in_the_clear` one that is encrypted may become plain.

        Raises:
            StateError: there is none, or it cannot be written.
        """
        async with self._take_turn():
            opened = await self._open()
            if opened is None:
                raise StateMissing("There is no state yet", "The first apply makes one.")
            self._may_bare = in_the_clear
            snapshot = finish(opened.file, opened.draft)
            await self._write(replace(snapshot, serial=snapshot.serial + 1))

    async def _read(self) -> _Opened | None:
        stored = await self._backend.read()
        self.notices = stored.notices
        if stored.content is None:
            return None
        name, cipher = self._backend.name, self._cipher
        file, was_sealed = open_snapshot(stored.content, cipher, name=name, restore=self._backend.restore)
        folded = fold_journal(file, stored.journal, name=name, cipher=cipher if was_sealed else None)
        length = len(stored.journal)
        return _Opened(file, stored.version, draft_of(folded), length, is_ours=False, was_sealed=was_sealed)

    async def _open(self) -> _Opened | None:
        """Return the state as it is stored, reading it where we do not know."""
        if self._refused is not None:
            raise self._refused
        if not self._is_known:
            self._opened = await self._read()
            self._is_known = True
        elif self._opened is not None and self._opened.reaches is not None:
            self._opened = await self._read_again(self._opened, self._opened.reaches)
        return self._opened

    async def _read_again(self, ours: _Opened, reaches: int) -> _Opened:
        """Return what is stored after a write that failed: what was there before it, or what it wrote."""
        found = await self._read()
        if (
            found is None
            or found.file.lineage != ours.file.lineage
            or not ours.file.serial <= found.draft.serial <= reaches
        ):
            self._refused = StateMoved(
                f"{self._backend.name} has changed since it was read",
                "Another run wrote it after a write of this run failed. Nothing more was written. Run plan again.",
            )
            raise self._refused
        return found

    async def _open_journal(self) -> _Opened:
        """Return the state with a journal that we may continue: our own, or none."""
        opened = await self._open()
        if opened is None:
            first = make_new_snapshot()
            return await self._write(replace(first, serial=first.serial + 1))
        if opened.was_sealed != self._cipher.seals:
            return await self._write(finish(opened.file, opened.draft))  # a journal is as the file that it continues
        if opened.offset and not opened.is_ours:
            return await self._compact(opened)
        return opened

    async def _store_queue(self) -> None:
        """Store every entry that waits, all with one write; what became of each is told to whoever waits for it."""
        batch, self._queue = self._queue, []
        try:
            opened = await self._open_journal()
            lines = b"".join(_fold_and_encode(waiting, opened, self._cipher) for waiting in batch)
            with self._doubting(opened.draft.serial):
                if lines:
                    await self._backend.append(lines, expected=opened.version, offset=opened.offset)
            opened.offset += len(lines)
            opened.is_ours = opened.is_ours or bool(lines)
        except StateError as error:
            for waiting in batch:
                waiting.error = waiting.error or error
        except BaseException:
            # Whether they are stored is not known; those who still wait store them again, which is safe.
            self._queue = [*(waiting for waiting in batch if waiting.error is None), *self._queue]
            raise

    async def _finish_journal(self) -> None:
        async with self._take_turn():
            if self._refused is None and self._opened is not None and self._opened.is_ours:
                opened = await self._open()
                if opened is not None and opened.offset:
                    await self._compact(opened)

    async def _compact(self, opened: _Opened) -> _Opened:
        """Write what the journal says into the state file; the serial stays, because nothing changes by it."""
        if opened.draft.serial > opened.file.serial:
            return await self._write(finish(opened.file, opened.draft))
        with self._doubting(opened.file.serial):  # it holds no entry, only the start of one
            await self._backend.clear_journal()
        opened.offset = 0
        return opened

    async def _write(self, snapshot: Snapshot) -> _Opened:
        """Write `snapshot`, then clear the journal; a crash between the two leaves a journal that is passed over."""
        version, offset = (ABSENT, 0) if self._opened is None else (self._opened.version, self._opened.offset)
        was_sealed = self._opened is not None and self._opened.was_sealed and not self._may_bare
        content = seal_snapshot(snapshot, self._cipher, was_sealed=was_sealed, name=self._backend.name)
        with self._doubting(snapshot.serial):
            version = await self._backend.write(content, expected=version, offset=offset)
            seals = self._cipher.seals
            self._opened = _Opened(snapshot, version, draft_of(snapshot), offset, is_ours=False, was_sealed=seals)
            if offset:
                await self._backend.clear_journal()
                self._opened.offset = 0
        return self._opened

    @contextlib.contextmanager
    def _doubting(self, serial: int) -> Iterator[None]:
        """Remember, where a write that leads to `serial` fails, that what is stored is not known, or not ours."""
        try:
            yield
        except (StateMoved, LockLost) as error:
            self._refused = error
            raise
        except BaseException:
            if self._opened is None:
                self._is_known = False
            else:
                self._opened.reaches = serial
            raise

    async def _lock(self, info: LockInfo, wait: float) -> None:
        deadline, pause = self._clock() + wait, _FIRST_PAUSE
        while True:
            try:
                return await self._backend.lock(info)
            except LockHeld:
                left = deadline - self._clock()
                if left <= 0:
                    raise
            await self._sleep(min(pause, left))
            pause = min(pause * 2, _LONGEST_PAUSE)

    def _take_turn(self) -> "Lock":
        if self._turn is None:
            from asyncio import Lock  # noqa: PLC0415 - whoever only loads needs no event loop, and it is slow to import

            self._turn = Lock()
        return self._turn


def _fold_and_encode(waiting: _Waiting, opened: _Opened, cipher: Cipher) -> bytes:
    """Fold an entry into the draft and return its line; nothing, and the draft as it was, where it does not fit."""
    draft, file = opened.draft, opened.file
    try:
        serial = draft.serial + 1
        line = encode_entry(waiting.entry, lineage=file.lineage, base=file.serial, serial=serial, cipher=cipher)
        fold_into(draft, waiting.entry)
    except (ValueError, StateError) as error:
        waiting.error = error
        return b""
    return line


def _check_follows(snapshot: Snapshot, stored: Snapshot, name: str) -> None:
    """Refuse a snapshot that is of another lineage than the one that is stored, or not later than it."""
    if snapshot.lineage != stored.lineage:
        reason = f"Its lineage is {stored.lineage}, and that of the other one {snapshot.lineage}"
    elif snapshot.serial <= stored.serial and snapshot != stored:
        reason = f"It has serial {stored.serial}, and the other one {snapshot.serial}, which is no later"
    else:
        return
    raise StateMoved(
        f"{name} is another state",
        f"{reason}. Nothing was written. See which of the two is wanted before one is put over the other.",
    )


def make_new_snapshot(account: str = "") -> Snapshot:
    """Return the first snapshot of a new lineage, with a key of its own for the fingerprints of secrets."""
    return make_snapshot(os.urandom(16).hex(), os.urandom(32).hex(), account)


async def _sleep(seconds: float) -> None:
    from asyncio import sleep  # noqa: PLC0415 - only who waits for a lock needs it

    await sleep(seconds)
