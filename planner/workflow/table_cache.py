"""The table cache: the parser's tables, and trees that were read before, in files: reading HCL is many times as fast.

A directory of this user's own, in `PLANNER_CACHE_DIR` or the user's cache directory. Safe to share between processes
and to delete. One that others could write to is not used; whatever fails, the tables are computed anew.
"""

import os
import stat
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import planner.lang
from planner import __version__
from planner.lang.tree_cache import TreeCache

__all__ = ["FileTables", "find_table_cache", "find_tree_cache"]

_MAX_BYTES = 16 * 2**20
_MAX_FILES = 32
"""How many files of a kind are kept; the oldest go."""


@dataclass(frozen=True, slots=True)
class FileTables:
    """Tables kept as files of `directory`; satisfies `planner.lang.tables.TableStore`."""

    directory: Path
    kind: str = "grammar"
    """How the names of the files begin."""
    keeps: bool = True
    """Whether anything is written: a command that is to write nothing reads what others kept."""

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
        if not self.keeps:
            return
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
            self._remove_oldest()

    def _place(self, key: str) -> Path:
        return self.directory / f"{self.kind}-{key}.json"

    def _remove_oldest(self) -> None:
        files = sorted(self.directory.glob(f"{self.kind}-*.json"), key=lambda file: file.lstat().st_mtime)
        for file in files[:-_MAX_FILES]:
            file.unlink(missing_ok=True)


def find_table_cache(environment: Mapping[str, str], *, keeps: bool = True) -> FileTables | None:
    """Return the cache of the user whose `environment` this is, or None where there is no place for one.

    Only with `keeps` is anything written to it.
    """
    directory = _find_directory(environment)
    return FileTables(directory, keeps=keeps) if directory is not None else None


def find_tree_cache(environment: Mapping[str, str], configuration: str, *, keeps: bool = True) -> TreeCache | None:
    """Return the trees kept for the user's `configuration`, a directory, or None where there is no place for any.

    Only with `keeps` is anything written there.
    """
    directory = _find_directory(environment)
    if directory is None:
        return None
    return TreeCache(FileTables(directory, "trees", keeps), os.path.realpath(configuration), _describe_reader)


def _find_directory(environment: Mapping[str, str]) -> Path | None:
    chosen = environment.get("PLANNER_CACHE_DIR")
    if chosen is not None:
        return Path(chosen) if chosen else None
    home = environment.get("HOME")
    base = environment.get("XDG_CACHE_HOME") or (home and f"{home}/.cache")
    return Path(base, "planner") if base else None


def _describe_reader() -> str:
    """Return what is different when other code reads HCL: the sizes and times of its files, ours and its libraries'."""
    from importlib.util import find_spec  # noqa: PLC0415 - only what reads HCL pays for it

    files = []
    for folder in planner.lang.__path__:
        with suppress(OSError), os.scandir(folder) as entries:
            files += [entry.path for entry in entries if entry.name.endswith(".py")]
    for library in ("hcl2", "lark"):
        spec = find_spec(library)
        files += [spec.origin] if spec is not None and spec.origin is not None else []
    return "\n".join([__version__, *map(_describe_file, sorted(files))])


def _describe_file(path: str) -> str:
    try:
        status = os.stat(path)  # noqa: PTH116 - a Path for each file takes longer
    except OSError:
        return path
    return f"{path} {status.st_size} {status.st_mtime_ns}"


def _is_ours_alone(directory: Path) -> bool:
    status = directory.lstat()
    return stat.S_ISDIR(status.st_mode) and status.st_uid == os.getuid() and not status.st_mode & 0o022
