"""Replacing a file: its new content whole, or the old one.

Keeps the mode and, where the system lets us, the owner; a link stays a link to the file that is replaced. Refuses a
file that may not be written, though its directory may.
"""

import errno
import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

__all__ = ["replace_file"]


def replace_file(path: Path, content: bytes) -> None:
    """Let the file at `path` have `content`.

    Raises:
        OSError: that did not work; the file is as it was.
    """
    target = path.resolve()
    if not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
    descriptor, temporary = tempfile.mkstemp(prefix=".planner-", suffix="~", dir=target.parent)
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor
            file.write(content)
            file.flush()
            _take_status(descriptor, target.stat())
            os.fsync(descriptor)
        Path(temporary).replace(target)
    except BaseException:
        with suppress(OSError):
            Path(temporary).unlink()
        raise


def _take_status(descriptor: int, status: os.stat_result) -> None:
    if (os.geteuid(), os.getegid()) != (status.st_uid, status.st_gid):
        with suppress(PermissionError):
            os.fchown(descriptor, status.st_uid, status.st_gid)
    os.fchmod(descriptor, stat.S_IMODE(status.st_mode))
