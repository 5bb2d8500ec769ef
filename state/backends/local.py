"""The local backend: a state in a file, which survives a crash at any instruction.

The file is never written in place: a new one is written beside it, synced, and takes its name; the former content stays
as `.backup`. What was recorded since then is in `.journal`. All are for this user alone. Refuses to write over what
another process wrote, and to take a state that has gone for one that never was.

Its calls block for a millisecond, the time of a sync: they run inline, and no event loop is needed to call them.
"""

import contextlib
import errno
import os
import shlex
from collections.abc import Callable, Iterator
from hashlib import sha256
from itertools import count
from pathlib import Path

from state.backends.files import Files, OsFiles, Status
from state.backends.flock import Held, is_still_held, release_lock, take_lock
from state.errors import LockLost, StateMissing, StateMoved, StateNotRead, StateNotWritten
from state.lock import LockInfo
from state.ports import ABSENT, Notice, Stored

__all__ = ["DEFAULT_PATH", "LocalBackend"]

DEFAULT_PATH = Path("planner.state.json")

_FORMER_BACKUPS = 5
"""How many backups are kept beside the newest one, `.backup`: `.backup.1` is the one before it."""

_NO_LINKS = {errno.EPERM, errno.EACCES, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK, errno.EXDEV}
"""What a file system answers that has no second names for a file, or none for this one."""


class LocalBackend:
    """A state in a file of this machine; where `path` is a link, in the file that it leads to.

    `allow_missing` takes a state that is not there for a new one even where a backup or a journal says otherwise;
    `makes_directory` makes the directory of the state when it is first locked or written.
    """

    def __init__(
        self,
        path: Path = DEFAULT_PATH,
        *,
        allow_missing: bool = False,
        makes_directory: bool = False,
        files: Files | None = None,
    ) -> None:
        self._path = _resolve(path)
        self._makes_directory = makes_directory
        self._allow_missing = allow_missing
        self._files = OsFiles() if files is None else files
        self._held: Held | None = None
        self._known: tuple[str, Status | None] | None = None
        self.name = str(path)

    @property
    def restore(self) -> str:
        """A sentence that says how to get a former state back."""
        backup = self._beside(".backup")
        with contextlib.suppress(OSError):
            if self._files.get_status(backup) is not None:
                return "The states before the last writes were kept; to go back to one, run:\n  planner state repair"
        return "There is no backup beside it: put it back from a copy of your own."

    async def read(self) -> Stored:
        """Return the journal, and the content as it was then or later.

        Raises:
            StateMissing: there is no state, but there was one.
            StateNotRead: the system refused.
        """
        with self._reading():
            journal = self._files.read(self._beside(".journal")) or b""
            content = self._files.read(self._path)
            if content is None:
                return Stored(content=None, version=ABSENT, journal=self._check_missing(journal))
            return Stored(content=content, version=_hash(content), journal=journal, notices=self._notice())

    async def write(self, content: bytes, *, expected: str, offset: int) -> str:
        """Replace a content of version `expected` beside a journal of `offset` bytes; return the new one's version.

        Raises:
            StateMoved: one of them has changed.
            LockLost: our lock is gone.
            StateNotWritten: the system refused; the former content is in place, unless the advice says otherwise.
        """
        with self._writing("What was stored before is as it was."):
            self._check_lock()
            self._make_directory()
            current = self._files.read(self._path)
            if _hash(current) != expected or (current is not None and self._measure_journal() != offset):
                raise self._moved()
            temporary = self._write_temporary(content)
            if current is not None:
                self._keep_backup(current)
            elif self._measure_journal():  # of a state that is gone; it must not continue the new one
                self._files.rename(self._beside(".journal"), self._beside(".journal.orphan"))
            self._files.rename(temporary, self._path)
        with self._writing("The new state is in place, but a power failure now may bring the former one back."):
            self._files.sync_directory(self._path.parent)
        return _hash(content)

    async def append(self, line: bytes, *, expected: str, offset: int) -> None:
        """Add `line` to a journal of `offset` bytes beside a content of version `expected`.

        Raises:
            StateMoved: one of them has changed.
            LockLost: our lock is gone.
            StateNotWritten: the system refused; the journal may end in a part of the line.
        """
        journal = self._beside(".journal")
        with self._writing("What was stored before is as it was."):
            self._check_lock()
            if self._measure_journal() != offset or not self._is_current(expected):
                raise self._moved()
            self._write_all(self._files.open_to_append(journal), line)
            if offset == 0:
                self._files.sync_directory(journal.parent)

    async def clear_journal(self) -> None:
        """Forget the journal, because the content holds all its entries.

        Should a crash bring it back, it is passed over: it names the content that it continued.
        """
        with self._writing("The state is in place, and its journal could not be removed."):
            self._check_lock()
            with contextlib.suppress(FileNotFoundError):
                self._files.unlink(self._beside(".journal"))

    async def lock(self, info: LockInfo) -> None:
        """Take the lock, and clear away what a run left behind that died while it wrote.

        Raises:
            LockHeld: somebody else has it.
            StateNotWritten: the lock's file cannot be made.
        """
        self._make_directory()
        self._held = take_lock(self._beside(".lock"), info, name=self.name)
        with contextlib.suppress(OSError):
            for name in self._files.list_names(self._path.parent):
                if name.startswith(f"{self._path.name}.tmp-"):
                    self._files.unlink(self._path.with_name(name))

    async def unlock(self) -> None:
        """Release the lock; without one this does nothing."""
        held, self._held = self._held, None
        if held is not None:
            release_lock(held)

    def _make_directory(self) -> None:
        if self._makes_directory:
            with self._writing("Nothing was written."):
                self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)

    def _beside(self, suffix: str) -> Path:
        return self._path.with_name(self._path.name + suffix)

    def _measure_journal(self) -> int:
        status = self._files.get_status(self._beside(".journal"))
        return status.size if status else 0

    def _check_missing(self, journal: bytes) -> bytes:
        if self._allow_missing:
            return b""
        for path, is_there in (
            (self._beside(".backup"), self._files.get_status(self._beside(".backup")) is not None),
            (self._beside(".journal"), bool(journal)),
        ):
            if is_there:
                raise StateMissing(
                    f"{self.name} is missing",
                    f"There was a state, because {path} is there; without it every cluster would be created again. "
                    "Nothing was changed. If none of the former clusters is to be managed any more, give "
                    f"-allow-new-state. {self.restore}",
                )
        return b""

    def _notice(self) -> tuple[Notice, ...]:
        status = self._files.get_status(self._path)
        if status is None or not status.mode & 0o077:
            return ()
        command = shlex.join(["chmod", "600", str(self._path)])
        return (
            Notice(
                f"{self.name} can be read or written by others",
                f"The next write will take that from them; to do it now, run:\n  {command}",
            ),
        )

    def _check_lock(self) -> None:
        if self._held is not None and not is_still_held(self._held):
            raise LockLost(
                f"The lock of {self.name} is gone",
                f"Somebody removed {self._held.path} while this run held it, so another run may be at work. Nothing "
                "more was written. See to it that no other run is active, then run plan again.",
            )

    def _is_current(self, expected: str) -> bool:
        """Tell whether the content has the version `expected`, reading it only where it may have changed."""
        seen = (expected, self._files.get_status(self._path))
        if seen != self._known:
            if _hash(self._files.read(self._path)) != expected:
                return False
            self._known = seen
        return True

    def _write_temporary(self, content: bytes) -> Path:
        path = self._path.with_name(f"{self._path.name}.tmp-{os.urandom(8).hex()}")
        descriptor = self._files.create(path)
        try:
            self._write_all(descriptor, content)
        except OSError:
            with contextlib.suppress(OSError):
                self._files.unlink(path)
            raise
        return path

    def _write_all(self, descriptor: int, content: bytes) -> None:
        """Write the whole of `content`, sync it once, and close.

        A write may take a part and say nothing. A sync that failed must not be tried again on the same file: the
        kernel has forgotten what it could not write, and a second one would succeed.
        """
        try:
            rest = memoryview(content)
            while rest:
                rest = rest[self._files.write(descriptor, bytes(rest)) :]
            self._files.sync(descriptor)
        finally:
            self._files.close(descriptor)

    def _keep_backup(self, current: bytes) -> None:
        """Let `.backup` be the present content, so that at every moment it is a whole one."""
        backup = self._beside(".backup")
        former, present = self._files.get_status(backup), self._files.get_status(self._path)
        if former and present and former.identity == present.identity:
            return  # left so by a crash; and renaming one name of a file to another of the same does nothing
        temporary = self._path.with_name(f"{self._path.name}.tmp-{os.urandom(8).hex()}")
        try:
            self._files.restrict(self._path)
            self._files.link(self._path, temporary)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            temporary = self._write_temporary(current)
        if former is not None:
            self._keep_former_backups(backup)
        self._files.rename(temporary, backup)

    def _keep_former_backups(self, backup: Path) -> None:
        """Let each backup have the next number, the present one too; where no file has two names there is one only."""
        temporary = self._path.with_name(f"{self._path.name}.tmp-{os.urandom(8).hex()}")
        try:
            self._files.link(backup, temporary)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            return
        for number in range(_FORMER_BACKUPS - 1, 0, -1):
            with contextlib.suppress(FileNotFoundError):
                self._files.rename(self._beside(f".backup.{number}"), self._beside(f".backup.{number + 1}"))
        self._files.rename(temporary, self._beside(".backup.1"))

    def list_copies(self) -> list[tuple[Path, bytes]]:
        """Return what there is of the state and its backups, with their contents: the state, then the newest first."""
        suffixes = ("", ".backup", *(f".backup.{number}" for number in range(1, _FORMER_BACKUPS + 1)))
        with self._reading():
            found = [(path, self._files.read(path)) for path in map(self._beside, suffixes)]
        return [(path, content) for path, content in found if content is not None]

    def rewrite_backups(self, transform: Callable[[bytes], bytes]) -> None:
        """Put what `transform` makes of each backup in its place, whole or not at all.

        Raises:
            StateNotWritten: the system refused.
        """
        with self._writing("The state itself is in place."):
            for path, content in self.list_copies():
                if path == self._path:
                    continue
                self._files.rename(self._write_temporary(transform(content)), path)
            self._files.sync_directory(self._path.parent)

    def put_aside(self) -> list[Path]:
        """Give the state and its journal other names, so that another state can take their place; return those.

        Raises:
            LockLost: our lock is gone.
            StateNotWritten: the system refused.
        """
        aside: list[Path] = []
        with self._writing("Nothing was put in its place."):
            self._check_lock()
            for path in (self._path, self._beside(".journal")):
                if self._files.get_status(path) is None:
                    continue
                names = (path.with_name(f"{path.name}.damaged{f'-{number}' if number else ''}") for number in count())
                target = next(name for name in names if self._files.get_status(name) is None)
                self._files.rename(path, target)
                aside.append(target)
            self._files.sync_directory(self._path.parent)
        self._known = None
        return aside

    def _moved(self) -> StateMoved:
        return StateMoved(
            f"{self.name} has changed since it was read",
            "Another run wrote it in between. Nothing was written. Run plan again and apply what it then shows.",
        )

    @contextlib.contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise StateNotRead(
                f"{self.name} cannot be read",
                f"{error.filename or self._path}: {error.strerror}. See to it that this is a file which you may read.",
            ) from error

    @contextlib.contextmanager
    def _writing(self, what_is: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise StateNotWritten(
                f"{self.name} cannot be written",
                f"{error.filename or self._path}: {error.strerror}. {what_is} "
                "See to it that there is space and that you may write there, then run this again.",
            ) from error


def _resolve(path: Path) -> Path:
    try:
        return Path(os.path.realpath(path))
    except ValueError as error:  # a character that no path may hold
        raise StateNotRead(
            "The path of the state cannot be used", f"{str(path)!r}: {error}. Name another path for the state."
        ) from error


def _hash(content: bytes | None) -> str:
    return ABSENT if content is None else sha256(content).hexdigest()
