"""A disk in memory that may lose power, or refuse a call, at any moment; it stands in for the port to the file system.

After every call that changes something, each state in which a power failure could leave it can be made and read again.
"""

import errno
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import TypeAlias

from state.backends.files import Status

Names: TypeAlias = dict[Path, bytes]
"""What lies on a disk: the content of each file."""


@dataclass(eq=False)
class Inode:
    """A file: what a reader sees, what a power failure cannot take, and whether a sync of it has failed."""

    content: bytes = b""
    durable: bytes = b""
    is_broken: bool = False

    def list_contents(self) -> list[bytes]:
        """Return what a power failure may leave: any part of what was not synced, or its length and none of it."""
        rest = self.content[len(self.durable) :]
        kept = [rest[:size] for size in {0, len(rest) // 2, len(rest) - 1 if rest else 0, len(rest)}]
        return [self.durable + part for part in {*kept, b"\0" * len(rest)}]


@dataclass(eq=False)
class Disk:
    """A file system in memory. `watch` is called after each change; the `fails` call raises `error`, if it is set."""

    names: dict[Path, Inode] = field(default_factory=dict)
    unsynced: dict[Path, list[Inode | None]] = field(default_factory=dict)
    opened: dict[int, Inode] = field(default_factory=dict)
    watch: Callable[[], None] = lambda: None
    calls: int = 0
    fails: int | None = None
    error: int = errno.EIO

    def read(self, path: Path) -> bytes | None:
        self._begin()
        return self.names[path].content if path in self.names else None

    def get_status(self, path: Path) -> Status | None:
        self._begin()
        if (inode := self.names.get(path)) is None:
            return None
        return Status((0, id(inode)), len(inode.content), (0, 0), 0o100600)

    def list_names(self, directory: Path) -> list[str]:
        self._begin()
        return [path.name for path in self.names if path.parent == directory]

    def create(self, path: Path, *, is_private: bool = True) -> int:
        self._begin()
        del is_private
        assert path not in self.names
        self._name(path, Inode())
        return self._open(path)

    def open_to_append(self, path: Path) -> int:
        self._begin()
        if path not in self.names:
            self._name(path, Inode())
        return self._open(path)

    def write(self, descriptor: int, content: bytes) -> int:
        half = content[: max(1, len(content) // 2)]
        if self.calls + 1 == self.fails:  # a full disk may take a part before it says so
            self.opened[descriptor].content += half[: len(half) // 2]
        self._begin()
        self.opened[descriptor].content += half
        self.watch()
        return len(half)

    def sync(self, descriptor: int) -> None:
        inode = self.opened[descriptor]
        assert not inode.is_broken, "a sync that failed was tried again"
        inode.is_broken = self.calls + 1 == self.fails
        self._begin()
        inode.durable = inode.content
        self.watch()

    def sync_directory(self, directory: Path) -> None:
        self._begin()
        self.unsynced = {path: inodes for path, inodes in self.unsynced.items() if path.parent != directory}
        self.watch()

    def close(self, descriptor: int) -> None:
        del self.opened[descriptor]
        self._begin()

    def restrict(self, path: Path) -> None:
        self._begin()
        assert path in self.names

    def link(self, source: Path, path: Path) -> None:
        self._begin()
        if path in self.names:
            raise FileExistsError(errno.EEXIST, "File exists", str(path))
        self._name(path, self.names[source])

    def rename(self, source: Path, path: Path) -> None:
        self._begin()
        if source not in self.names:
            raise FileNotFoundError(errno.ENOENT, "No such file", str(source))
        inode = self.names[source]
        if self.names.get(path) is not inode:  # rename between two names of one file does nothing
            self._name(path, inode, watch=False)
            self._name(source, None)

    def unlink(self, path: Path) -> None:
        self._begin()
        if path not in self.names:
            raise FileNotFoundError(errno.ENOENT, "No such file", str(path))
        self._name(path, None)

    def list_crash_states(self) -> Iterator[Names]:
        """Give every state in which a power failure now may leave the disk: each name, and each file, by itself."""
        paths = [*{*self.names, *self.unsynced}]
        for inodes in product(*([*self.unsynced.get(path, []), self.names.get(path)] for path in paths)):
            bound = {path: inode for path, inode in zip(paths, inodes, strict=True) if inode is not None}
            files = [*set(bound.values())]
            for contents in product(*(inode.list_contents() for inode in files)):
                chosen = dict(zip(files, contents, strict=True))
                yield {path: chosen[inode] for path, inode in bound.items()}

    def _begin(self) -> None:
        self.calls += 1
        if self.calls == self.fails:
            raise OSError(self.error, "It failed")

    def _open(self, path: Path) -> int:
        descriptor = max(self.opened, default=2) + 1
        self.opened[descriptor] = self.names[path]
        return descriptor

    def _name(self, path: Path, inode: Inode | None, *, watch: bool = True) -> None:
        self.unsynced.setdefault(path, []).append(self.names.pop(path, None))
        if inode is not None:
            self.names[path] = inode
        if watch:
            self.watch()


class DiskWithoutLinks(Disk):
    """A file system on which a file has one name."""

    def link(self, source: Path, path: Path) -> None:
        assert source in self.names
        raise PermissionError(errno.EPERM, "Operation not permitted", str(path))


class DiskThatForgetsData(Disk):
    """A disk that says it has synced a file and has not."""

    def sync(self, descriptor: int) -> None:
        assert descriptor in self.opened
        self.watch()


class DiskThatForgetsNames(Disk):
    """A disk that says it has synced a directory and has not."""

    def sync_directory(self, directory: Path) -> None:
        assert directory.is_absolute()
        self.watch()


def restart(names: Names) -> Disk:
    return Disk({path: Inode(content, content) for path, content in names.items()})
