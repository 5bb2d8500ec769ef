"""The lock of a state on this machine: flock on a file of its own, which the kernel releases when its holder dies.

On a file of its own, because the state file is replaced by every write, and a lock goes with the file it is on. With
flock and not lockf, because lockf is lost when any descriptor of the file is closed anywhere in the process. Only its
holder removes the file; whoever gets a lock on a file that has lost its name tries again.
"""

import contextlib
import fcntl
import os
from dataclasses import dataclass
from pathlib import Path

from state.errors import LockHeld, StateNotWritten
from state.lock import LockInfo, decode_lock_info, describe_holder, encode_lock_info

__all__ = ["Held", "is_still_held", "release_lock", "take_lock"]

_LARGEST_INFO = 65536


@dataclass(frozen=True, slots=True)
class Held:
    """A lock that we hold: the open file that it is on."""

    path: Path
    descriptor: int


def take_lock(path: Path, info: LockInfo, *, name: str) -> Held:
    """Take the lock on `path` and write `info` there; `name` is what people know the state by.

    Raises:
        LockHeld: somebody else has it.
        StateNotWritten: the file cannot be made or opened.
    """
    while True:
        try:
            # No link is followed, and no child process inherits the lock (Python opens files close-on-exec).
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK, 0o600)
        except OSError as error:
            raise _not_locked(path, name, error) from error
        held = Held(path, descriptor)
        try:
            _lock(held, name)
            if is_still_held(held):
                _write_info(held, info)
                return held
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)


def release_lock(held: Held) -> None:
    """Release the lock and remove its file, while it is still ours to remove."""
    with contextlib.suppress(OSError):
        if is_still_held(held):
            held.path.unlink()
    os.close(held.descriptor)


def is_still_held(held: Held) -> bool:
    """Tell whether the locked file still bears its name: once it does not, others can take the lock too."""
    ours = os.fstat(held.descriptor)
    try:
        found = held.path.lstat()
    except FileNotFoundError:
        return False
    return (found.st_dev, found.st_ino) == (ours.st_dev, ours.st_ino)


def _lock(held: Held, name: str) -> None:
    try:
        fcntl.flock(held.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = decode_lock_info(os.pread(held.descriptor, _LARGEST_INFO, 0))
        raise LockHeld(
            f"{name} is locked",
            f"{describe_holder(holder)} Wait until that run has ended and run this again; -lock-timeout waits for it. "
            "The lock goes with its process: once that has ended, nothing needs to be unlocked.",
            holder,
        ) from None
    except OSError as error:
        raise _not_locked(held.path, name, error) from error


def _write_info(held: Held, info: LockInfo) -> None:
    # Only a courtesy: on a full disk the lock holds all the same, and nobody can read who has it.
    with contextlib.suppress(OSError):
        os.fchmod(held.descriptor, 0o600)
        os.ftruncate(held.descriptor, 0)
        os.pwrite(held.descriptor, encode_lock_info(info), 0)


def _not_locked(path: Path, name: str, error: OSError) -> StateNotWritten:
    return StateNotWritten(
        f"{name} cannot be locked",
        f"{path}: {error.strerror}. Nothing was changed. See to it that this file can be written, and is no link.",
    )
