"""Rescuing: what an apply learns and cannot store goes into a recovery file, at once, and people are told of it.

Whoever records it is told of the failure all the same. The next plan finds out most of it by itself, from the intents
that are open; the file is for when those, too, are gone with their store.
"""

import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from planner.model.diagnostics import Diagnostic, Severity
from state.entries import Entry, RecordDropped, RecordPut
from state.errors import StateError
from state.recovery import RecoveryFile
from state.store import StateStore

__all__ = ["Rescue", "rescue"]


class Rescue:
    """What could not be stored in one run: where it is now, and which ids are in it."""

    def __init__(self, directory: str) -> None:
        self._file = RecoveryFile([Path(directory), Path(), Path(tempfile.gettempdir())])
        self._ids: dict[str, str] = {}
        self._is_lost = False

    def add(self, entry: Entry, lineage: str) -> None:
        """Keep an entry that could not be stored."""
        if isinstance(entry, RecordPut):
            self._ids[str(entry.record.address)] = entry.record.id
        self._is_lost = not self._file.add(entry, lineage) or self._is_lost

    def describe(self) -> tuple[Diagnostic, ...]:
        """Return what people are to know, if there is anything; the last line is for machines."""
        path = self._file.path
        if path is None and not self._is_lost:
            return ()
        clusters = "".join(f"\n  {address} {cluster_id}" for address, cluster_id in sorted(self._ids.items()))
        kept = f"It is in {path}, from where this puts it into the state:\n  planner state repair" if path else ""
        told = f"\nThe clusters in it, and their ids:{clusters}" if clusters else ""
        return (
            Diagnostic(
                severity=Severity.WARNING,
                code="not-stored",
                summary="What this run has done is not all in the state",
                detail=f"{kept or 'It could not be kept anywhere else either; the next plan looks for it.'}{told}",
            ),
        )


def rescue(store: StateStore, kept: Rescue) -> Callable[[Entry], Awaitable[None]]:
    """Return what records entries in `store`, and keeps what it does not take."""

    async def record(entry: Entry) -> None:
        try:
            await store.record(entry)
        except StateError:
            if isinstance(entry, RecordPut | RecordDropped):
                kept.add(entry, store.snapshot.lineage if store.snapshot else "")
            raise

    return record
