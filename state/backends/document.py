"""The document backend: a state in a shared store, as one document with its journal and its lock.

Every change is a compare-and-swap with a nonce. Where the answer to one is lost, or is a refusal that may be due to
our own first try, the document is read back: our nonce in it means that it was taken. A lock that somebody broke makes
the next swap of its former holder fail, and so stops him before the next request that it would have announced.
"""

import asyncio
import calendar
import contextlib
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from hashlib import sha256

from state.backends.slots import Latch, Slot, SlotContent, SwapRefused, SwapUnclear, report_ignored_conditions
from state.envelope import Envelope, HeldLock, decode_envelope, encode_envelope
from state.errors import LockHeld, LockLost, StateError, StateMoved, StateNotRead, StateNotWritten
from state.lock import LockInfo, describe_holder, make_lock_info
from state.ports import ABSENT, Stored

__all__ = ["DocumentBackend", "Pace"]

_TRIES = 6
_LOOKS = (0.2, 1.0)
"""Seconds before it is read again."""
_NOBODY = LockInfo(id="", operation="", who="", version="", created="", pid=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Time, as a backend needs it: a pause in seconds, the time of day since 1970, and how often to give a sign."""

    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    now: Callable[[], float] = time.time
    heartbeat: float = 60.0


@dataclass(frozen=True, slots=True)
class _Known:
    """The document as it was when we last saw it; `version` is empty where there is none."""

    envelope: Envelope
    version: str


class DocumentBackend:
    """A state in one slot of a shared store; `latch` is the store's own lock, where it has one.

    With `doubts` each lock begins with a look whether the store keeps conditions: it may have been set up anew since.
    """

    def __init__(self, slot: Slot, pace: Pace = Pace(), latch: Latch | None = None, *, doubts: bool = False) -> None:
        self._slot = slot
        self._doubts = doubts
        self._latch = latch
        self._pace = pace
        self._known: _Known | None = None
        self._held: LockInfo | None = None
        self._beating: asyncio.Task[None] | None = None
        self._turn = asyncio.Lock()
        self.name = slot.name

    @property
    def restore(self) -> str:
        """A sentence that says how to get a former state back."""
        return self._slot.restore

    async def read(self) -> Stored:
        """Return the content and the journal as they were at one moment.

        Raises:
            StateNotRead: the store did not hand it over.
            StateDamaged: it is not as it was written.
        """
        async with self._turn:
            envelope = (await self._look()).envelope
        return Stored(content=envelope.content, version=_hash(envelope.content), journal=envelope.journal)

    async def write(self, content: bytes, *, expected: str, offset: int) -> str:
        """Replace a content of version `expected` and its journal of `offset` bytes; return the new one's version.

        Raises:
            StateMoved: one of them has changed.
            LockLost: our lock is gone.
            StateNotWritten: the store did not take it, or does not say.
        """
        await self._swap(_Replace(content), expected, offset)
        return _hash(content)

    async def append(self, line: bytes, *, expected: str, offset: int) -> None:
        """Add `line` to a journal of `offset` bytes beside a content of version `expected`.

        Raises:
            StateMoved: one of them has changed.
            LockLost: our lock is gone.
            StateNotWritten: the store did not take it, or does not say.
        """
        await self._swap(_Append(line), expected, offset)

    async def clear_journal(self) -> None:
        """Forget the journal; where a content was written, that did it already."""
        async with self._turn:
            known = self._known or await self._look()
            if known.envelope.journal:
                await self._perform(lambda envelope: replace(envelope, journal=b""), self._check_lock)

    async def lock(self, info: LockInfo) -> None:
        """Take the lock, and give a sign of life from time to time while it is held.

        Raises:
            LockHeld: somebody else has it.
            StateNotWritten: the store did not take it, does not say, or takes writes whose condition does not hold.
        """
        async with self._turn, self._taking_latch(info):
            former = (await self._look()).version
            await self._perform(lambda envelope: replace(envelope, lock=self._make_lock(info)), self._check_free)
            self._held = info
            if self._doubts:
                await self._prove(former)
        self._beating = asyncio.create_task(self._beat(info))

    async def _prove(self, former: str) -> None:
        """See that the store refuses what was just written, once more, on the condition that nothing was."""
        known = self._known
        if known is None or known.version == former:
            return
        try:
            await self._slot.swap(encode_envelope(known.envelope), expected=former)
        except SwapRefused:
            return
        except SwapUnclear:
            self._known = None  # nobody can tell, and the next write reads it back
            return
        self._known = None
        await self._remove_lock(self._held.id if self._held else "")
        self._held = None
        raise report_ignored_conditions(self.name)

    async def unlock(self) -> None:
        """Release the lock; without one, or where somebody broke it, this does nothing.

        Raises:
            StateNotWritten: the store did not take it; the lock is still held.
        """
        held, self._held = self._held, None
        if held is None:
            return
        if self._beating is not None:
            self._beating.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._beating
        async with self._turn:
            await self._remove_lock(held.id)
        await self._release_latch(held)

    async def break_lock(self, lock_id: str) -> LockInfo | None:
        """Take the lock away from whoever holds it under `lock_id`; return who did, or None where that is nobody.

        Raises:
            LockHeld: it is held under another id.
            LockLost: the store's own lock is not held under that id, and none is in the document.
            StateNotWritten: the store did not take it.
        """
        async with self._turn:
            lock = (await self._look()).envelope.lock
            if lock is not None and lock.info.id != lock_id:
                raise self._report_held(lock)
            if lock is None:
                if self._latch is not None:
                    await self._latch.unlock(replace(_NOBODY, id=lock_id))
                return None
            await self._release_latch(lock.info)
            # A store with a lock of its own may take writes from nobody but who holds it, and that we are not.
            ours = make_lock_info("force-unlock", version=lock.info.version)
            async with self._taking_latch(ours):
                await self._remove_lock(lock_id)
            await self._release_latch(ours)
        return lock.info

    @contextlib.asynccontextmanager
    async def _taking_latch(self, info: LockInfo) -> AsyncIterator[None]:
        """Take the store's own lock, where it has one, and keep it unless what is done inside the context fails."""
        if self._latch is None:
            yield
            return
        try:
            await self._latch.lock(info)
        except LockHeld as held:
            raise await self._describe_latch(held) from held
        try:
            yield
        except BaseException:
            with contextlib.suppress(StateError):
                await self._latch.unlock(info)
            raise

    async def _release_latch(self, info: LockInfo) -> None:
        """Release the store's own lock, where it has one; who finds that it is not his any more has released it."""
        if self._latch is not None:
            with contextlib.suppress(LockLost):
                await self._latch.unlock(info)

    async def _describe_latch(self, held: LockHeld) -> LockHeld:
        """Return who holds the store's own lock as the document has it, which says more than most stores do."""
        with contextlib.suppress(StateError):
            lock = (await self._look()).envelope.lock
            if lock is not None and (held.holder is None or held.holder.id == lock.info.id):
                return self._report_held(lock)
        return held

    async def _remove_lock(self, lock_id: str) -> None:
        def free(envelope: Envelope) -> Envelope:
            is_ours = envelope.lock is not None and envelope.lock.info.id == lock_id
            return replace(envelope, lock=None) if is_ours else envelope

        await self._perform(free, lambda _: None)

    async def _swap(self, change: Callable[[Envelope], Envelope], expected: str, offset: int) -> None:
        def check(envelope: Envelope) -> None:
            self._check_lock(envelope)
            if _hash(envelope.content) != expected or len(envelope.journal) != offset:
                raise StateMoved(
                    f"{self.name} has changed since it was read",
                    "Another run wrote it in between. Nothing was written. Run plan again and apply what it shows.",
                )

        async with self._turn:
            await self._perform(change, check)

    async def _perform(self, change: Callable[[Envelope], Envelope], check: Callable[[Envelope], None]) -> None:
        """Change the document, if `check` lets it pass, until it is certain that this, and nothing else, happened."""
        nonce, why = os.urandom(16).hex(), ""
        known = self._known or await self._look()
        for tries in range(_TRIES):
            if tries:
                await self._pace.sleep(min(0.1 * 2**tries, 2.0))
                known = await self._look()
            if known.envelope.nonce == nonce:
                return
            check(known.envelope)
            changed = change(known.envelope)
            if changed is known.envelope:
                return
            wanted = replace(changed, nonce=nonce, serial=known.envelope.serial + 1)
            try:
                version = await self._slot.swap(encode_envelope(wanted), expected=known.version)
            except SwapRefused:
                self._known, why = None, "Others change it all the time."
            except SwapUnclear as unclear:
                self._known, why = None, str(unclear)
            except BaseException:
                self._known = None
                raise
            else:
                self._known = _Known(wanted, version)
                return
        if (await self._look()).envelope.nonce != nonce:
            raise StateNotWritten(
                f"{self.name} cannot be written",
                f"{why} It was tried {_TRIES} times. What was stored before is as it was. Run this again later.",
            )

    async def _look(self) -> _Known:
        """Read the document; a store that does not hand it over is asked three times."""
        self._known = None
        for pause in _LOOKS:
            with contextlib.suppress(StateNotRead):
                self._known = self._read(await self._slot.fetch())
                return self._known
            await self._pace.sleep(pause)
        self._known = self._read(await self._slot.fetch())
        return self._known

    def _read(self, found: SlotContent | None) -> _Known:
        if found is None:
            return _Known(Envelope(lineage=os.urandom(16).hex(), serial=0, nonce=""), ABSENT)
        envelope = decode_envelope(found.data, name=self.name)
        return _Known(envelope if envelope.lineage else replace(envelope, lineage=os.urandom(16).hex()), found.version)

    def _check_free(self, envelope: Envelope) -> None:
        if envelope.lock is not None:
            raise self._report_held(envelope.lock)

    def _check_lock(self, envelope: Envelope) -> None:
        if self._held is None or (envelope.lock is not None and envelope.lock.info.id == self._held.id):
            return
        raise LockLost(
            f"The lock of {self.name} is gone",
            f"{'It was removed' if envelope.lock is None else describe_holder(envelope.lock.info)[:-1]} while this run "
            "held it. Nothing more was written, and nothing more is sent. See to it that no other run is active, then "
            "run plan again.",
        )

    def _report_held(self, lock: HeldLock) -> LockHeld:
        return LockHeld(
            f"{self.name} is locked",
            f"{describe_holder(lock.info)}{_describe_age(lock.heartbeat, self._pace.now())} Wait until that run has "
            "ended and run this again; -lock-timeout waits for it. If it has died, take its lock away:\n"
            f"  planner force-unlock {lock.info.id}",
            lock.info,
        )

    def _make_lock(self, info: LockInfo) -> HeldLock:
        return HeldLock(info=info, heartbeat=_write_time(self._pace.now()))

    async def _beat(self, info: LockInfo) -> None:
        """Give a sign of life from time to time; whoever has lost the lock is told so by his next write."""
        with contextlib.suppress(StateError):
            while True:
                await self._pace.sleep(self._pace.heartbeat)
                async with self._turn:
                    await self._perform(
                        lambda envelope: replace(envelope, lock=self._make_lock(info)), self._check_lock
                    )


@dataclass(frozen=True, slots=True)
class _Replace:
    content: bytes

    def __call__(self, envelope: Envelope) -> Envelope:
        return replace(envelope, content=self.content, journal=b"")


@dataclass(frozen=True, slots=True)
class _Append:
    line: bytes

    def __call__(self, envelope: Envelope) -> Envelope:
        return replace(envelope, journal=envelope.journal + self.line)


def _hash(content: bytes | None) -> str:
    return ABSENT if content is None else sha256(content).hexdigest()


def _write_time(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def _describe_age(heartbeat: str, now: float) -> str:
    """Return a sentence about the last sign of life; the clocks of two machines may differ a little."""
    try:
        age = max(0, int(now) - calendar.timegm(time.strptime(heartbeat, "%Y-%m-%dT%H:%M:%SZ")))
    except ValueError:
        return ""
    said = f"{age} seconds" if age < 120 else f"{age // 60} minutes" if age < 7200 else f"{age // 3600} hours"
    return f" Its last sign of life was {said} ago."
