"""Repairing a state: from the newest copy that is whole, and from what runs learned and could not store.

What stood in its place is put aside, never written over. Nothing is asked of the account: the next plan shows what the
copy does not know.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from planner.model.diagnostics import Diagnostic, ExitCode, Failure
from planner.workflow.backends import open_backend
from planner.workflow.encryption import find_cipher
from planner.workflow.failing import fail_by_state
from planner.workflow.session import Session, hold_state, open_store, read_files, require_backend
from state.backends.local import LocalBackend
from state.entries import Entry, RecordPut
from state.errors import StateError
from state.recovery import PATTERN, read_recovery
from state.sealed_snapshots import open_snapshot
from state.sealing import Cipher
from state.snapshot import Snapshot
from state.store import StateStore

__all__ = ["Copy", "Repair", "Repaired", "repair_state"]

_SERIAL = re.compile(rb'"serial": ?(\d{1,18})')
_BEYOND = 1000
"""How much higher the serial of a repaired state is than any that was seen: the one that is lost had a higher one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A copy of the state, and what is in it; or what is wrong with it."""

    path: str
    serial: int = 0
    clusters: int = 0
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """What a repair would do: put `chosen` in the place of the state, and fold in what is in the recovery `files`.

    It is None where the state is whole; else `problem` says what is wrong with it.
    """

    problem: str
    copies: tuple[Copy, ...]
    chosen: Copy | None
    files: tuple[str, ...]
    entries: int

    @property
    def is_needed(self) -> bool:
        """Whether there is anything to do."""
        return self.chosen is not None or bool(self.files)


@dataclass(frozen=True, slots=True, kw_only=True)
class Repaired:
    """What was done: the serial of the state now, what was put aside, and how many entries were folded in."""

    serial: int
    clusters: int
    aside: tuple[str, ...] = ()
    folded: int = 0


async def repair_state(session: Session, agree: Callable[[Repair], bool]) -> Repaired | None:
    """Repair the state, if `agree` lets it; None where there is nothing to do, or it does not.

    Raises:
        Failure: there is no copy that is whole, or the state cannot be written.
    """
    settings = read_files(session).settings
    store = open_store(replace(session, allows_new_state=True), settings)
    try:
        cipher = find_cipher(session.environment, settings.encryption)
        local = _find_local(session)
        async with hold_state(session, store, "state repair"):
            problem = await _find_problem(session)
            copies = _list_copies(local, cipher) if local else []
            whole = [(copy, snapshot) for copy, snapshot in copies if snapshot is not None]
            chosen = max(whole, key=lambda one: one[0].serial, default=None) if problem else None
            if problem and chosen is None:
                raise Failure(ExitCode.ERROR, _report_nothing(problem, [copy for copy, _ in copies]))
            files = _list_files(session.directory)
            entries = [entry for file in files for entry in read_recovery(file)]
            repair = Repair(
                problem=problem,
                copies=tuple(copy for copy, _ in copies),
                chosen=chosen[0] if chosen else None,
                files=tuple(map(str, files)),
                entries=len(entries),
            )
            if not repair.is_needed or not agree(repair):
                return None
            aside: list[Path] = []
            if chosen and local:
                aside = await _put_back(store, chosen[1], local)
            else:
                await store.load()
            folded = await _fold_in(store, entries)
            for file in files:
                file.rename(file.with_name(f"{file.name}.done"))
            snapshot = store.snapshot
            return Repaired(
                serial=snapshot.serial if snapshot else 0,
                clusters=len(snapshot.records) if snapshot else 0,
                aside=tuple(map(str, aside)),
                folded=folded,
            )
    except StateError as error:
        raise fail_by_state(error) from error


def _list_files(directory: str) -> list[Path]:
    return sorted(Path(directory).glob(PATTERN))


def _find_local(session: Session) -> LocalBackend | None:
    backend_settings = require_backend(read_files(session).settings)
    backend = open_backend(session.directory, backend_settings, session.workspace, session.environment)
    return backend if isinstance(backend, LocalBackend) else None


async def _find_problem(session: Session) -> str:
    """Return what is wrong with the state as it is; empty where nothing is."""
    try:
        await open_store(session, read_files(session).settings).load()
    except StateError as error:
        return error.summary
    return ""


def _list_copies(local: LocalBackend, cipher: Cipher) -> list[tuple[Copy, Snapshot | None]]:
    found: list[tuple[Copy, Snapshot | None]] = []
    for path, content in local.list_copies():
        try:
            snapshot, _ = open_snapshot(content, cipher, name=path.name)
        except StateError as error:
            found.append((Copy(path=path.name, problem=error.summary), None))
        else:
            copy = Copy(path=path.name, serial=snapshot.serial, clusters=len(snapshot.records))
            found.append((copy, snapshot))
    return found


async def _put_back(store: StateStore, snapshot: Snapshot, local: LocalBackend) -> list[Path]:
    """Put what is damaged aside and the copy in its place; its serial has never been there."""
    seen = [int(number) for _, content in local.list_copies() for number in _SERIAL.findall(content)]
    aside = local.put_aside()
    seen += [int(number) for path in aside for number in _SERIAL.findall(path.read_bytes())]
    await store.load()
    await store.install(replace(snapshot, serial=max((*seen, snapshot.serial)) + _BEYOND), over=True)
    return aside


async def _fold_in(store: StateStore, entries: Sequence[tuple[str, Entry]]) -> int:
    """Record what is not in the state yet; what belongs to another lineage, or is older than what is there, is not."""
    folded = 0
    for lineage, entry in entries:
        snapshot = store.snapshot
        if snapshot is not None and lineage not in {snapshot.lineage, ""}:
            continue
        if isinstance(entry, RecordPut) and snapshot is not None:
            known = snapshot.records.get(entry.record.address)
            if known is not None and known.id != entry.record.id:
                continue
        await store.record(entry)
        folded += 1
    return folded


def _report_nothing(problem: str, copies: Sequence[Copy]) -> Diagnostic:
    looked = "".join(f"\n  {copy.path}: {copy.problem}" for copy in copies)
    return Diagnostic(
        code="no-copy",
        summary="There is no copy of the state that is whole",
        detail=f"{problem}. Nothing was changed.{looked}\nPut one in its place that you have elsewhere:\n"
        "  planner state push -force FILE",
    )
