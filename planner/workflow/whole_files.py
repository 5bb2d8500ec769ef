"""Whole files: what is at a path is there whole or not at all, also after a crash or a power failure.

Through the file-system port of the local backend, so that the same tests can cut off each of its calls. Refuses to
leave a part of a file under its name.
"""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from state.backends.files import Files, OsFiles

__all__ = ["create_file", "leads_away", "put_file"]


_NO_LINKS = {errno.EPERM, errno.EACCES, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK, errno.EXDEV}
"""What a file system answers that has no second names for a file."""


def leads_away(path: str) -> bool:
    """Tell whether a link at `path` leads to nothing, or to an empty file, outside of its directory.

    A repository may hold one: what is written there would then stand wherever its author likes.
    """
    link = Path(path)
    if not link.is_symlink() or link.resolve().is_relative_to(link.parent.resolve()):
        return False
    return not link.exists() or (link.is_file() and not link.stat().st_size)


def put_file(path: Path, content: bytes, files: Files | None = None, *, is_private: bool = True) -> None:
    """Let the file at `path` have `content`, in the place of whatever is there; if `is_private`, for this user alone.

    Raises:
        OSError: that did not work; what was there is there still.
    """
    files = files or OsFiles()
    with _writing(path, content, files, is_private=is_private) as temporary:
        files.rename(temporary, path)
    files.sync_directory(path.parent)


def create_file(path: Path, content: bytes, files: Files | None = None) -> None:
    """Make a file at `path` with `content`, where nothing may be yet; it stays once its directory is synced.

    Raises:
        FileExistsError: something is there.
        OSError: that did not work; nothing is there.
    """
    files = files or OsFiles()
    with _writing(path, content, files, is_private=False) as temporary:
        _give_free_name(temporary, path, files)


def _give_free_name(temporary: Path, path: Path, files: Files) -> None:
    """Give a file a name that nothing has: a rename would take the place of what is there."""
    try:
        files.link(temporary, path)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        if files.get_status(path) is not None:
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path)) from None
        files.rename(temporary, path)


@contextmanager
def _writing(path: Path, content: bytes, files: Files, *, is_private: bool) -> Iterator[Path]:
    """Have `content` in a file of another name beside `path`, durable, inside the context."""
    temporary = path.with_name(f".planner-{os.urandom(8).hex()}~")
    descriptor = files.create(temporary, is_private=is_private)
    try:
        _write_all(descriptor, content, files)
        yield temporary
    finally:
        with suppress(OSError):  # it may have got the name that it was made for
            files.unlink(temporary)


def _write_all(descriptor: int, content: bytes, files: Files) -> None:
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[files.write(descriptor, bytes(rest)) :]
        files.sync(descriptor)
    finally:
        files.close(descriptor)
