"""The table cache: the parser's tables in a file, so that reading HCL starts four times as fast.

A directory of this user's own, in `PLANNER_CACHE_DIR` or the user's cache directory. Safe to share between processes
and to delete. One that others could write to is not used; whatever fails, the tables are computed anew.
"""

import os
import stat
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

__all__ = ["FileTables", "find_table_cache"]

_MAX_BYTES = 16 * 2**20


@dataclass(frozen=True, slots=True)
class FileTables:
    """Tables kept as files of `directory`; satisfies `planner.lang.tables.TableStore`."""

    directory: Path

    def read(self, key: str) -> bytes | None:
        """Return what was written under `key`, or None if there is nothing that can be trusted."""
        try:
            if not _is_ours_alone(self.directory):
                return None
            with open(os.open(self._place(key), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:  # noqa: PTH123 - a descriptor
                status = os.fstat(file.fileno())
                is_sound = stat.S_ISREG(status.st_mode) and status.st_uid == os.getuid()
                return file.read() if is_sound and status.st_size <= _MAX_BYTES else None
        except OSError:
            return None

    def write(self, key: str, data: bytes) -> None:
        """Keep `data` under `key`, whole or not at all; what cannot be kept is passed over."""
        temporary = self.directory / f".{key}.{os.getpid()}"
        with suppress(OSError):
            self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not _is_ours_alone(self.directory):
                return
            try:
                with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:  # noqa: PTH123 - as above
                    file.write(data)
                temporary.replace(self._place(key))
            finally:
                temporary.unlink(missing_ok=True)

    def _place(self, key: str) -> Path:
        return self.directory / f"grammar-{key}.json"


def find_table_cache(environment: Mapping[str, str]) -> FileTables | None:
    """Return the cache of the user whose `environment` this is, or None where there is no place for one."""
    chosen = environment.get("PLANNER_CACHE_DIR")
    if chosen is not None:
        return FileTables(Path(chosen)) if chosen else None
    home = environment.get("HOME")
    base = environment.get("XDG_CACHE_HOME") or (home and f"{home}/.cache")
    return FileTables(Path(base, "planner")) if base else None


def _is_ours_alone(directory: Path) -> bool:
    status = directory.lstat()
    return stat.S_ISDIR(status.st_mode) and status.st_uid == os.getuid() and not status.st_mode & 0o022
