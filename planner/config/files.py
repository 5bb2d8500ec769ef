"""Files: which files of a directory are configuration, and their texts.

Only regular files are opened, so that no pipe or device can hold us up. Refuses what is too large or not UTF-8, with
a diagnostic; never looks into sub-directories.
"""

import os
import re
import stat
from dataclasses import dataclass
from enum import Enum

from planner.model.diagnostics import Diagnostic
from planner.model.spans import Source, Span

__all__ = ["FileKind", "FoundFile", "decode_source", "list_files", "read_source"]

_LARGEST = 10 * 1024 * 1024
_BYTE_ORDER_MARK = "\ufeff"
_CLUSTER_START = re.compile(r'\s*\{\s*"(?:metadata|spec)"')


class FileKind(Enum):
    """What a file says, by how its name ends."""

    HCL = "HCL"
    JSON = "JSON syntax"
    CLUSTER = "one Cluster"
    VARIABLES = "variable values, read unasked"


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file of the configuration; `name` is relative to its directory, `path` is what opens it."""

    name: str
    path: str
    kind: FileKind


def list_files(directory: str) -> tuple[tuple[FoundFile, ...], tuple[Diagnostic, ...]]:
    """Return the files of the configuration in `directory`, in the order of their names."""
    try:
        with os.scandir(directory) as entries:
            names = sorted(entry.name for entry in entries)
    except OSError as error:
        return (), (_unlistable(directory, error),)
    files = tuple(
        FoundFile(name, os.path.join(directory, name), kind)  # noqa: PTH118 - a Path per file is what 1000 files cannot afford
        for name in names
        if (kind := _find_kind(name)) is not None
    )
    if any(file.kind is not FileKind.VARIABLES for file in files):
        return files, ()
    return files, (_no_files(directory, names),)


def read_source(
    name: str, path: str, *, option: str = "", keep_mark: bool = False
) -> tuple[Source | None, Diagnostic | None]:
    """Return the text of a file under the name that spans shall call it, or what is wrong with the file.

    Where the text itself is wrong both are given: the text, with marks in place of what could not be read. `option`
    is the one of the command line that names the file, where it is none of the directory. `keep_mark` leaves a byte
    order mark in the text, for those who have to know of it.
    """
    try:
        content = _read_bytes(path)
    except OSError as error:
        return None, _unreadable(name, _explain(error), option)
    if isinstance(content, str):
        return None, _unreadable(name, content, option)
    source, diagnostic = decode_source(name, content)
    if diagnostic is None and not keep_mark and source.text.startswith(_BYTE_ORDER_MARK):
        return _without_mark(name, source.text)
    return source, diagnostic


def decode_source(name: str, content: bytes) -> tuple[Source, Diagnostic | None]:
    """Return the text that `content` is, and what is wrong with it."""
    try:
        return Source(name, content.decode()), None
    except UnicodeDecodeError as error:
        return _not_utf8(name, content, error.start)


def _find_kind(name: str) -> FileKind | None:
    if name.startswith(".") or name.endswith("~"):
        return None
    if name.endswith((".vars.hcl", ".vars.json")):
        return FileKind.VARIABLES if name.startswith("planner.vars.") or ".auto.vars." in name else None
    if name.endswith(".cluster.json"):
        return FileKind.CLUSTER
    if name.endswith(".hcl.json"):
        return FileKind.JSON
    return FileKind.HCL if name.endswith(".hcl") else None


def _read_bytes(path: str) -> bytes | str:
    """Return what the file holds, or in words why it is not read."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        found = os.fstat(descriptor)
        if stat.S_ISDIR(found.st_mode):
            return "it is a directory"
        if not stat.S_ISREG(found.st_mode):
            return "it is not a regular file but a pipe, a socket or a device"
        content = _read_up_to(descriptor, _LARGEST + 1, found.st_size + 1)
    finally:
        os.close(descriptor)
    if len(content) > _LARGEST:
        return f"it is larger than {_LARGEST // (1024 * 1024)} MB, which no configuration is"
    return content


def _read_up_to(descriptor: int, limit: int, expected: int) -> bytes:
    content = os.read(descriptor, min(limit, expected))
    while len(content) < limit and (more := os.read(descriptor, limit - len(content))):
        content += more
    return content


def _not_utf8(name: str, content: bytes, at: int) -> tuple[Source, Diagnostic]:
    start = len(content[:at].decode())
    diagnostic = Diagnostic(
        code="not-utf8",
        summary="File is not UTF-8",
        detail=f"The byte 0x{content[at]:02x} here is not part of any UTF-8 character. Save {name} as UTF-8.",
        span=Span(name, start, start + 1),
    )
    return Source(name, content.decode(errors="replace")), diagnostic


def _without_mark(name: str, text: str) -> tuple[Source, Diagnostic | None]:
    """Return the text without its byte order mark, which is an error in JSON alone, as in Terraform (RFC 8259, 8.1)."""
    source = Source(name, text[1:])
    if not name.endswith(".json"):
        return source, None
    return source, Diagnostic(
        code="byte-order-mark",
        summary="Byte order mark before JSON",
        detail=f"{name} starts with a byte order mark, which JSON does not allow. Save it as UTF-8 without one.",
        span=Span(name, 0, 1),
    )


def _unreadable(name: str, why: str, option: str) -> Diagnostic:
    detail = (
        f"{name}, the file given by {option}, cannot be read: {why}. Name a file that can be read."
        if option
        else f"{name} is part of the configuration and cannot be read: {why}. Repair, rename or remove it."
    )
    return Diagnostic(
        code="unreadable-file",
        summary="File cannot be read",
        detail=detail,
        span=Span(name, 0, 0),
    )


def _unlistable(directory: str, error: OSError) -> Diagnostic:
    match error:
        case FileNotFoundError():
            why = "there is no such directory"
        case NotADirectoryError():
            why = "it is not a directory"
        case _:
            why = _explain(error)
    return Diagnostic(
        code="unreadable-directory",
        summary="Configuration directory cannot be read",
        detail=f"{directory} cannot be read: {why}. Name the directory that holds the configuration.",
    )


def _no_files(directory: str, names: list[str]) -> Diagnostic:
    detail = "The directory holds no file that ends in .hcl, .hcl.json or .cluster.json. "
    stray = next((name for name in names if name.endswith(".json") and _looks_like_cluster(directory, name)), None)
    if stray is None:
        detail += "Write one, or name the directory that holds the configuration."
    else:
        detail += f"Rename {stray}, which looks like a Cluster, to {stray.removesuffix('.json')}.cluster.json."
    return Diagnostic(code="no-configuration", summary="No configuration files", detail=detail)


def _looks_like_cluster(directory: str, name: str) -> bool:
    source, _ = read_source(name, os.path.join(directory, name))  # noqa: PTH118 - as above
    return source is not None and _CLUSTER_START.match(source.text) is not None


def _explain(error: OSError) -> str:
    match error:
        case FileNotFoundError():
            return "nothing is there, or just a link to nothing"
        case PermissionError():
            return "its permissions do not allow it"
        case _:
            return f"the system says: {error.strerror or error}"
