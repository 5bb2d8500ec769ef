"""The account file: an account that outlives the process, as a JSON array with one record a line.

A request appends its records and rewrites nothing, so that the thousandth create costs what the first did. What was
answered survives a kill at any instruction (not a power cut: nothing is fsynced); a half-written last line was
never answered, and is dropped. Several processes may share a file: each takes in what others added before it
decides, under a lock. Refuses a file that is no account, and leaves it as it is.
"""

import fcntl
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from planner.emulator.account import Account, Commit, absorb, copy_account
from planner.emulator.records import (
    DamagedRecordsError,
    add_records,
    parse_records,
    read_account,
    write_account,
    write_commits,
)
from planner.emulator.store import StoreError

__all__ = ["AccountFileError", "FileStore"]

T = TypeVar("T")

_END = b"\n]\n"
_DEAD_RECORDS_KEPT = 1000


class AccountFileError(StoreError):
    """The account file cannot be used; the message is for the user."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sight:
    """The file as it was when it was last read or written; another sight means that somebody wrote."""

    identity: tuple[int, int]
    size: int
    written_at: int


class FileStore:
    """The account in the file at `path`; an absent or empty file is a new account.

    `seed` makes the ids of a new account; unless given it is drawn, so that no two accounts share an id.
    """

    def __init__(self, path: Path, *, seed: str | None = None) -> None:
        self._path = Path(os.path.realpath(path))  # Path.resolve raises for a circle of links
        self._account = Account(seed=seed or os.urandom(8).hex())
        self._sight: _Sight | None = None
        self._append_at: int | None = None

    def read(self) -> Account:
        """Return the account as it is in the file.

        Raises:
            AccountFileError: The file cannot be read, or is no account.
        """
        with self._open() as file:
            self._refresh(file)
        return copy_account(self._account)

    def transact(self, decide: Callable[[Account], tuple[tuple[Commit, ...], T]]) -> T:
        """Let `decide` look at the account, and append what it commits to the file.

        Raises:
            AccountFileError: The file cannot be read or written, or is no account.
        """
        with self._open() as file:
            self._refresh(file)
            commits, rest = decide(self._account)
            for commit in commits:
                self._account = absorb(self._account, commit)
            if records := write_commits(commits):
                self._save(file, records)
        return rest

    @contextmanager
    def _open(self) -> Iterator[int]:
        """Give the file, locked; anew if another took its place while we waited for the lock."""
        try:
            file = _open_locked(self._path)
            try:
                yield file
            finally:
                os.close(file)
        except OSError as error:
            raise AccountFileError(f"the account file {self._path} cannot be used: {error.strerror}") from error

    def _refresh(self, file: int) -> None:
        sight = _look_at(file)
        if sight == self._sight:
            return
        try:
            if not self._take_in_addition(file, sight):
                self._read_whole(file)
        except DamagedRecordsError as error:
            raise AccountFileError(f"the file {self._path} is no account of the emulator: {error}") from None
        self._sight = sight

    def _take_in_addition(self, file: int, sight: _Sight) -> bool:
        """Read only what was appended since we last looked; tell whether that is all that happened."""
        seen = self._sight
        if seen is None or self._append_at is None or sight.identity != seen.identity or sight.size <= seen.size:
            return False
        addition = _read_from(file, self._append_at)
        if not (addition.startswith(b",\n") and addition.endswith(_END)):
            return False
        records, is_sound = parse_records(b"[" + addition[1:])
        if is_sound:
            self._account = add_records(self._account, records)
            self._append_at = sight.size - len(_END)
        return is_sound

    def _read_whole(self, file: int) -> None:
        text = _read_from(file, 0)
        if not text.strip():
            self._account, self._append_at = Account(seed=self._account.seed), None
            return
        records, is_sound = parse_records(text)
        account = read_account(records)
        live = sum(len(cluster.versions) for cluster in account.clusters.values())
        is_ours = is_sound and text.endswith(_END) and len(records) - live < max(_DEAD_RECORDS_KEPT, live)
        self._account = replace(account, tokens=self._account.tokens)
        self._append_at = len(text) - len(_END) if is_ours else None

    def _save(self, file: int, records: Sequence[str]) -> None:
        """Append `records`; where there is nothing sound to append to, write the whole account anew."""
        self._sight = None  # should the file be full, the next request reads what is there
        if self._append_at is None:
            text = b"[\n" + ",\n".join(write_account(self._account)).encode() + _END
            self._sight = _replace_file(self._path, text)
        else:
            _write_at(file, self._append_at, b",\n" + ",\n".join(records).encode() + _END)
            self._sight = _look_at(file)
        self._append_at = self._sight.size - len(_END)


def _open_locked(path: Path) -> int:
    while True:
        file = _open_regular(path)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            there = path.stat()
            if (there.st_dev, there.st_ino) == _look_at(file).identity:
                return file
        except FileNotFoundError:
            pass
        except BaseException:
            os.close(file)
            raise
        os.close(file)


def _open_regular(path: Path) -> int:
    """Open the file, and nothing else: a pipe would be waited for, a device would be replaced."""
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NONBLOCK, 0o600)
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise AccountFileError(f"the account file {path} cannot be used: it is not a regular file")
    return file


def _look_at(file: int) -> _Sight:
    found = os.fstat(file)
    return _Sight(identity=(found.st_dev, found.st_ino), size=found.st_size, written_at=found.st_mtime_ns)


def _read_from(file: int, start: int) -> bytes:
    parts: list[bytes] = []
    while part := os.pread(file, 1 << 24, start):
        parts.append(part)
        start += len(part)
    return b"".join(parts)


def _write_at(file: int, start: int, text: bytes) -> None:
    while text:
        written = os.pwrite(file, text, start)
        start, text = start + written, text[written:]


def _replace_file(path: Path, text: bytes) -> _Sight:
    """Put a new file in the place of `path`, whole from its first moment."""
    beside = path.with_name(f".{path.name}.{os.urandom(4).hex()}")
    file = os.open(beside, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        _write_at(file, 0, text)
        beside.replace(path)
        return _look_at(file)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    finally:
        os.close(file)
