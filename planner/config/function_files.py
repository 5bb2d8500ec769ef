"""The files that functions may read: regular ones below the configuration's directory, after all links are resolved.

Every directory on the way is opened without following links, so that none can be put in its place meanwhile. Refuses
everything else, and files larger than `FILE_LIMIT`.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from planner.lang.functions.signature import Entry, FunctionError, Kind
from planner.lang.quoting import quote

__all__ = ["FILE_LIMIT", "LISTING_LIMIT", "LOOKING_LIMIT", "READING_LIMIT", "DirectoryFiles", "open_files"]

FILE_LIMIT = 4 * 1024 * 1024
"""How many bytes a file may have that a function reads."""
LISTING_LIMIT = 20_000
"""How many names a directory may have in which a function looks for files."""

READING_LIMIT = 256 * 1024 * 1024
"""How many bytes functions read in a run, those of a file that is read again counted again."""
LOOKING_LIMIT = 2_000_000
"""How many names in directories functions look at in a run."""

_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | os.O_NOFOLLOW
_FILE = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW
_SHOWN = 200
"""Up to how many characters of a path a message shows."""


class _MissingError(FunctionError):
    """There is nothing at a path."""


class _NoDirectoryError(FunctionError):
    """A path leads through what is no directory."""


@dataclass(slots=True)
class DirectoryFiles:
    """The files below one directory: `directory` as the command was given it, to which paths are relative.

    `bytes_left` and `names_left` are what functions may still read, and look at.
    """

    directory: str
    bytes_left: int = READING_LIMIT
    names_left: int = LOOKING_LIMIT

    def read(self, path: str) -> bytes:
        """Return what the file at `path` holds."""
        with self._open(path) as descriptor:
            _require_file(path, os.fstat(descriptor))
            content = b""
            while len(content) <= FILE_LIMIT and (more := os.read(descriptor, FILE_LIMIT + 1 - len(content))):
                content += more
        if len(content) > FILE_LIMIT:
            raise _refuse_size(path)
        self.bytes_left -= len(content)
        if self.bytes_left < 0:
            raise FunctionError(f"functions have read {READING_LIMIT // 1024**2} MiB in this run, which is the most", 0)
        return content

    def exists(self, path: str) -> bool:
        """Tell whether there is a regular file at `path`."""
        try:
            with self._open(path) as descriptor:
                _require_file(path, os.fstat(descriptor))
        except _MissingError:
            return False
        return True

    def list_directory(self, path: str) -> tuple[Entry, ...]:
        """Return what is in the directory at `path`, in the order of the names; nothing where there is none."""
        parts = self._find_parts(path)
        if _is_of_git(parts):
            return ()
        try:
            with self._open_directory(path, parts) as descriptor, os.scandir(descriptor) as found:
                names = _take_names(path, found)
                kinds = {name: self._find_kind((*parts, name), descriptor) for name in names}
        except (_MissingError, _NoDirectoryError):
            return ()
        self.names_left -= len(names)
        if self.names_left < 0:
            raise FunctionError(f"functions have looked at {LOOKING_LIMIT:,} files in this run, which is the most", 0)
        return tuple([Entry(name, kinds[name]) for name in sorted(names)])

    def make_absolute(self, path: str) -> str:
        """Return `path` from the root on; nothing is read."""
        return os.path.normpath(os.path.join(os.path.abspath(self.directory), path))  # noqa: PTH100, PTH118 - a text

    def expand_home(self, path: str) -> str:
        """Return `path` with a leading `~` replaced by the home directory; that of another user is refused."""
        if not path.startswith("~"):
            return path
        home = os.path.expanduser("~")  # noqa: PTH111 - a text
        if path[1:2] not in {"", "/"} or home == "~":
            raise FunctionError(f"there is no home directory for {_show(path)}; write the path itself", 0)
        return os.path.normpath(f"{home}/{path[1:]}")

    def _root(self) -> str:
        return os.path.realpath(self.directory)

    def _find_parts(self, path: str) -> tuple[str, ...]:
        """Return the names that lead from the directory to what `path` is once its links are resolved."""
        if "\0" in path:
            raise FunctionError("a path cannot hold the character NUL; remove it", 0)
        root = self._root()
        # `..` takes back the name before it, even one that is a link: so Terraform reads paths.
        written = os.path.normpath(os.path.join(root, self.expand_home(path)))  # noqa: PTH118 - a text is wanted
        resolved = os.path.realpath(written)
        if not _is_below(resolved, root):
            raise FunctionError(
                f"{_show(path)} is outside the directory of the configuration, and functions read only what is below "
                "that; put a copy there",
                0,
            )
        return tuple(filter(None, resolved[len(root) :].split("/")))

    @contextmanager
    def _open(self, path: str) -> Iterator[int]:
        """Open the regular file at `path`."""
        parts = self._find_parts(path)
        if not parts:
            raise FunctionError(f"{_show(path)} is a directory, not a file", 0)
        if _is_of_git(parts):
            raise FunctionError(f"{_show(path)} belongs to Git, which keeps tokens there; it is not read", 0)
        with self._open_directory(path, parts[:-1]) as parent:
            try:
                # Nothing but a file is opened: to open a pipe or a device may have consequences.
                _require_file(path, os.stat(parts[-1], dir_fd=parent, follow_symlinks=False))
                descriptor = os.open(parts[-1], _FILE, dir_fd=parent)
            except OSError as error:
                raise _explain(path, error) from None
        try:
            yield descriptor
        finally:
            os.close(descriptor)

    @contextmanager
    def _open_directory(self, path: str, parts: tuple[str, ...]) -> Iterator[int]:
        """Open the directory that `parts` lead to, one name after the other, following no link."""
        try:
            descriptor = os.open(self._root(), _DIRECTORY)
            for part in parts:
                try:
                    inner = os.open(part, _DIRECTORY, dir_fd=descriptor)
                finally:
                    os.close(descriptor)
                descriptor = inner
        except OSError as error:
            raise _explain(path, error) from None
        try:
            yield descriptor
        finally:
            os.close(descriptor)

    def _find_kind(self, parts: tuple[str, ...], descriptor: int) -> Kind:
        """Return what the name is that `parts` end with, in the directory that is open as `descriptor`."""
        try:
            status = os.stat(parts[-1], dir_fd=descriptor, follow_symlinks=False)
            if not stat.S_ISLNK(status.st_mode):
                return _name_kind(status)
            root = self._root()
            link = os.path.join(root, *parts)  # noqa: PTH118 - a text is wanted
            target = os.path.realpath(link)
            if not _is_below(target, root):
                return "outside"
            return "other" if _is_below(link, target) else _name_kind(os.lstat(target))
        except OSError:
            return "broken"


def _is_below(path: str, directory: str) -> bool:
    return path == directory or path.startswith(f"{directory.rstrip('/')}/")


def _is_of_git(parts: tuple[str, ...]) -> bool:
    return any(part.casefold() == ".git" for part in parts)


def _take_names(path: str, found: Iterator[os.DirEntry[str]]) -> list[str]:
    names: list[str] = []
    for entry in found:
        if len(names) == LISTING_LIMIT:
            raise FunctionError(
                f"{_show(path)} has more than {LISTING_LIMIT:,} files; look into a smaller directory", 0
            )
        # A name that is not UTF-8 is no string, and nothing could be done with it.
        if not any("\ud800" <= character <= "\udfff" for character in entry.name):
            names.append(entry.name)
    return names


def _name_kind(status: os.stat_result) -> Kind:
    if stat.S_ISREG(status.st_mode):
        return "file"
    return "directory" if stat.S_ISDIR(status.st_mode) else "other"


def _require_file(path: str, status: os.stat_result) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise FunctionError(f"{_show(path)} is a directory, not a file", 0)
    if not stat.S_ISREG(status.st_mode):
        raise FunctionError(f"{_show(path)} is a pipe, a socket or a device; only regular files are read", 0)
    if status.st_size > FILE_LIMIT:
        raise _refuse_size(path)


def _refuse_size(path: str) -> FunctionError:
    return FunctionError(
        f"{_show(path)} is larger than {FILE_LIMIT // 1024**2} MiB, which is the most; make it smaller", 0
    )


def _explain(path: str, error: OSError) -> FunctionError:
    if isinstance(error, FileNotFoundError):
        return _MissingError(f"there is no file {_show(path)} below the directory of the configuration", 0)
    if isinstance(error, NotADirectoryError):
        return _NoDirectoryError(f"{_show(path)} is below something that is a file, not a directory", 0)
    return FunctionError(f"{_show(path)} cannot be read: {os.strerror(error.errno or 0)}", 0)


def _show(path: str) -> str:
    return quote(path) if len(path) <= _SHOWN else f"{quote(path[:_SHOWN])}…"


def open_files(directory: str) -> DirectoryFiles:
    """Return the files that functions may read in the configuration of `directory`."""
    return DirectoryFiles(directory)
