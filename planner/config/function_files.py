"""The files that functions may read: regular ones below the configuration's directory, after all links are resolved.

Every directory on the way is opened without following links, so that none can be put in its place meanwhile. Refuses
everything else, and files larger than `FILE_LIMIT`.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from planner.lang.functions.signature import FunctionError

__all__ = ["FILE_LIMIT", "LISTING_LIMIT", "DirectoryFiles", "open_files"]

FILE_LIMIT = 4 * 1024 * 1024
"""How many bytes a file may have that a function reads."""
LISTING_LIMIT = 20_000
"""How many files and directories a function looks at below one directory."""

_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW


@dataclass(frozen=True, slots=True)
class DirectoryFiles:
    """The files below one directory: `directory` as the command was given it, to which paths are relative."""

    directory: str

    def read(self, path: str) -> bytes:
        """Return what the file at `path` holds."""
        with self._open(path) as descriptor:
            content = b""
            while len(content) <= FILE_LIMIT and (more := os.read(descriptor, FILE_LIMIT + 1 - len(content))):
                content += more
        if len(content) > FILE_LIMIT:
            raise FunctionError(f"{path} is larger than {FILE_LIMIT // (1024 * 1024)} MB, which is the most", 0)
        return content

    def exists(self, path: str) -> bool:
        """Tell whether there is a regular file at `path`."""
        try:
            with self._open(path):
                return True
        except _MissingError:
            return False

    def list_below(self, directory: str) -> tuple[str, ...]:
        """Return the regular files below `directory`; links are not followed."""
        parts = self._find_parts(directory)
        top = os.path.join(self._root(), *parts)  # noqa: PTH118 - a text is wanted
        found: list[str] = []
        seen = 0
        for folder, folders, names in os.walk(top):
            folders.sort()
            seen += len(folders) + len(names)
            if seen > LISTING_LIMIT:
                raise FunctionError(f"there are more than {LISTING_LIMIT:,} files below {directory or '.'}", 0)
            for name in names:
                path = os.path.join(folder, name)  # noqa: PTH118 - as above
                if stat.S_ISREG(os.lstat(path).st_mode):
                    found.append(os.path.relpath(path, top))
        return tuple(sorted(found))

    def make_absolute(self, path: str) -> str:
        """Return `path` from the root on; nothing is read."""
        return os.path.normpath(os.path.join(os.path.abspath(self.directory), path))  # noqa: PTH100, PTH118 - a text

    def expand_home(self, path: str) -> str:
        """Return `path` with a leading `~` replaced by the home directory; that of another user stays."""
        return os.path.expanduser(path) if path == "~" or path.startswith("~/") else path  # noqa: PTH111 - a text

    def _root(self) -> str:
        return os.path.realpath(self.directory)

    def _find_parts(self, path: str) -> tuple[str, ...]:
        """Return the names that lead from the directory to what `path` is once its links are resolved."""
        if "\0" in path:
            raise FunctionError("a path cannot hold the character NUL", 0)
        root = self._root()
        resolved = os.path.realpath(os.path.join(root, self.expand_home(path)))  # noqa: PTH118 - a text is wanted
        if resolved == root:
            return ()
        if os.path.commonpath([root, resolved]) != root:
            raise FunctionError(
                f"{path} is outside the directory of the configuration, and functions read only what is below it", 0
            )
        return tuple(resolved.removeprefix(root.rstrip("/") + "/").split("/"))

    @contextmanager
    def _open(self, path: str) -> Iterator[int]:
        parts = self._find_parts(path)
        try:
            descriptor = self._descend(parts)
        except (FileNotFoundError, NotADirectoryError):
            raise _MissingError(f"there is no file at {path}", 0) from None
        except OSError as error:
            raise FunctionError(f"{path} cannot be read: {os.strerror(error.errno or 0)}", 0) from None
        try:
            mode = os.fstat(descriptor).st_mode
            if stat.S_ISDIR(mode):
                raise FunctionError(f"{path} is a directory, not a file", 0)
            if not stat.S_ISREG(mode):
                raise FunctionError(f"{path} is not a regular file but a pipe, a socket or a device", 0)
            yield descriptor
        finally:
            os.close(descriptor)

    def _descend(self, parts: tuple[str, ...]) -> int:
        """Open what `parts` lead to, one directory after the other, following no link."""
        descriptor = os.open(self._root(), os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        for at, part in enumerate(parts):
            flags = _FLAGS | (os.O_DIRECTORY if at + 1 < len(parts) else 0)
            try:
                inner = os.open(part, flags, dir_fd=descriptor)
            finally:
                os.close(descriptor)
            descriptor = inner
        return descriptor


class _MissingError(FunctionError):
    """There is nothing at a path."""


def open_files(directory: str) -> DirectoryFiles:
    """Return the files that functions may read in the configuration of `directory`."""
    return DirectoryFiles(directory)
