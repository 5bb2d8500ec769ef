"""Recovery files: what a run learned and could not store, in a file of its own, durable before anything else happens.

Each line is an entry as the journal has it, with the lineage that it belongs to. It is made where the state cannot be
written: the disk is full, the store does not answer, or somebody has taken the lock away.
"""

import contextlib
import os
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from state.documents import read_entry, read_object, read_text, write_entry
from state.entries import Entry
from state.errors import StateDamaged, StateNotRead
from state.strict_json import read_json, write_json
from state.values import Value

__all__ = ["PATTERN", "RecoveryFile", "read_recovery"]

PATTERN = "planner.recovery.*.jsonl"
_MEMBERS = frozenset({"checksum", "entry", "lineage"})


class RecoveryFile:
    """One run's recovery file; it is made with the first entry, in the first of `directories` that takes it."""

    def __init__(self, directories: Sequence[Path]) -> None:
        self._directories = directories
        self.path: Path | None = None

    def add(self, entry: Entry, lineage: str) -> bool:
        """Add an entry; return whether it is durable now. Never raises: whoever calls this is failing already."""
        line = _write_line(entry, lineage)
        places = [self.path] if self.path else [one / _choose_name() for one in self._directories]
        for place in places:
            with contextlib.suppress(OSError):
                _append(place, line)
                self.path = place
                return True
        return False


def read_recovery(path: Path) -> list[tuple[str, Entry]]:
    """Return the entries in the file at `path`, each with its lineage; a last line that was cut off is none.

    Raises:
        StateNotRead: the system refused.
        StateDamaged: a line is not as it was written.
    """
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise StateNotRead(f"{path} cannot be read", f"{error.strerror}. Nothing was changed.") from error
    try:
        return [_read_line(line) for line in lines[:-1]]
    except (ValueError, RecursionError):
        raise StateDamaged(
            f"{path} is damaged", "It is not as it was written. Nothing was changed. Look at the clusters themselves."
        ) from None


def _choose_name() -> str:
    return PATTERN.replace("*", os.urandom(4).hex())


def _write_line(entry: Entry, lineage: str) -> bytes:
    body = write_json(write_entry(entry))
    line: dict[str, Value] = {
        "checksum": sha256(body.encode()).hexdigest(),
        "entry": write_entry(entry),
        "lineage": lineage,
    }
    return write_json(line).encode("ascii") + b"\n"


def _read_line(line: bytes) -> tuple[str, Entry]:
    fields = read_object(read_json(line.decode("ascii")), _MEMBERS)
    entry = read_entry(fields["entry"])
    if sha256(write_json(write_entry(entry)).encode()).hexdigest() != read_text(fields, "checksum"):
        raise ValueError("its checksum does not fit")
    return read_text(fields, "lineage"), entry


def _append(path: Path, line: bytes) -> None:
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(path, flags, 0o600)
    try:
        rest = memoryview(line)
        while rest:  # a write may take a part and say nothing
            rest = rest[os.write(descriptor, rest) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
