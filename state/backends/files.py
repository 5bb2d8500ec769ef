"""The port to the file system: the few calls that the local backend makes, so that tests can fail or cut off each one.

Thin on purpose: no call here does two things that a crash could come between. Refuses to follow a link at the end of a
path, and to read what is not a regular file.
"""

import errno
import fcntl
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

__all__ = ["Files", "OsFiles", "Status"]

_FULL_SYNC: int | None = getattr(fcntl, "F_FULLFSYNC", None)
"""macOS: its fsync leaves data in the drive's cache, and this does not."""


@dataclass(frozen=True, slots=True)
class Status:
    """What tells one file from another, or from its own past, without reading it."""

    identity: tuple[int, int]
    size: int
    changed: tuple[int, int]
    mode: int


class Files(Protocol):
    """What the local backend needs of a file system. Every method may raise OSError."""

    def read(self, path: Path) -> bytes | None:
        """Return the whole content of a regular file, or None where there is none."""

    def get_status(self, path: Path) -> Status | None:
        """Return the status of what stands at `path`, or None where nothing does."""

    def list_names(self, directory: Path) -> list[str]:
        """Return the names in a directory."""

    def create(self, path: Path, *, is_private: bool = True) -> int:
        """Make a file, which must not be there, and return its descriptor.

        It is for this user alone, or else for whom the umask lets it be.
        """

    def open_to_append(self, path: Path) -> int:
        """Open a file, made for this user alone where it was not there, so that each write goes to its end."""

    def write(self, descriptor: int, content: bytes) -> int:
        """Write the start of `content`, as much as goes, and return how much went."""

    def sync(self, descriptor: int) -> None:
        """Return once what was written to a file will survive a power failure."""

    def sync_directory(self, directory: Path) -> None:
        """Return once the names made, changed and removed in a directory will survive a power failure."""

    def close(self, descriptor: int) -> None:
        """Close a descriptor."""

    def restrict(self, path: Path) -> None:
        """Take a file's permissions from everybody but its owner."""

    def link(self, source: Path, path: Path) -> None:
        """Give a file a second name, which must be free."""

    def rename(self, source: Path, path: Path) -> None:
        """Give a file another name, in the place of whatever bore it."""

    def unlink(self, path: Path) -> None:
        """Take a name away."""


class OsFiles:
    """The file system of this machine."""

    __slots__ = ()

    def read(self, path: Path) -> bytes | None:  # noqa: D102 - as the port says
        try:
            descriptor = _open_regular(path, os.O_RDONLY)
        except FileNotFoundError:
            return None
        with os.fdopen(descriptor, "rb") as file:
            return file.read()

    def get_status(self, path: Path) -> Status | None:  # noqa: D102 - as the port says
        try:
            found = path.lstat()
        except FileNotFoundError:
            return None
        times = (found.st_mtime_ns, found.st_ctime_ns)
        return Status((found.st_dev, found.st_ino), found.st_size, times, found.st_mode)

    def list_names(self, directory: Path) -> list[str]:  # noqa: D102 - as the port says
        return [path.name for path in directory.iterdir()]

    def create(self, path: Path, *, is_private: bool = True) -> int:  # noqa: D102 - as the port says
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        return _open_private(path, flags) if is_private else os.open(path, flags, 0o666)

    def open_to_append(self, path: Path) -> int:  # noqa: D102 - as the port says
        return _open_private(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def write(self, descriptor: int, content: bytes) -> int:  # noqa: D102 - as the port says
        return os.write(descriptor, content)

    def sync(self, descriptor: int) -> None:  # noqa: D102 - as the port says
        if _FULL_SYNC is not None:
            fcntl.fcntl(descriptor, _FULL_SYNC)
        else:
            os.fdatasync(descriptor)

    def sync_directory(self, directory: Path) -> None:  # noqa: D102 - as the port says
        descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        except OSError as error:
            if error.errno != errno.EINVAL:  # some network file systems have no such thing
                raise
        finally:
            os.close(descriptor)

    def close(self, descriptor: int) -> None:  # noqa: D102 - as the port says
        os.close(descriptor)

    def restrict(self, path: Path) -> None:  # noqa: D102 - as the port says
        path.chmod(0o600)

    def link(self, source: Path, path: Path) -> None:  # noqa: D102 - as the port says
        os.link(source, path, follow_symlinks=False)

    def rename(self, source: Path, path: Path) -> None:  # noqa: D102 - as the port says
        source.rename(path)

    def unlink(self, path: Path) -> None:  # noqa: D102 - as the port says
        path.unlink()


def _open_private(path: Path, flags: int) -> int:
    descriptor = _open_regular(path, flags)
    try:
        os.fchmod(descriptor, 0o600)  # the umask may have taken more, an older file may have had more
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _open_regular(path: Path, flags: int) -> int:
    # O_NONBLOCK: a FIFO in the place of a state must be refused, not waited for.
    descriptor = os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK, 0o600)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "It is not a regular file", str(path))
    return descriptor
