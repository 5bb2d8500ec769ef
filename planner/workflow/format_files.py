"""Formatting files: finds them, reads them, and writes those anew that are not in the standard style.

A file that is not valid is told and stays as it is, and the others are formatted all the same. Takes `*.hcl` and
refuses a file that is named otherwise: JSON has no style of ours.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from planner.config.files import decode_source, read_source
from planner.lang.format_text import format_hcl
from planner.lang.tables import TABLES
from planner.model.diagnostics import Diagnostic, ExitCode, has_errors
from planner.model.spans import Source
from planner.workflow.replace_file import replace_file
from planner.workflow.table_cache import find_table_cache

__all__ = ["FormattedFile", "Formatting", "format_files", "format_input"]

_INPUT = "<stdin>"
_SUFFIX = ".hcl"


@dataclass(frozen=True, slots=True)
class FormattedFile:
    """A valid file: its text as it was, and in the standard style."""

    name: str
    before: str
    after: str

    @property
    def is_changed(self) -> bool:
        """Tell whether it was in another style."""
        return self.before != self.after


@dataclass(slots=True)
class Formatting:
    """What came of it: the valid files in the order in which they were found, and what is wrong with others.

    `sources` are the texts that the diagnostics point into; `exit_code` says how the command ends for them.
    """

    files: list[FormattedFile] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    sources: dict[str, str] = field(default_factory=dict)
    exit_code: ExitCode = ExitCode.DONE

    def refuse(self, exit_code: ExitCode, *diagnostics: Diagnostic) -> None:
        """Note what is wrong; what is wrong with the command itself weighs more than a file that is not valid."""
        self.diagnostics.extend(diagnostics)
        self.exit_code = exit_code if self.exit_code is not ExitCode.ERROR else self.exit_code


def format_files(
    paths: Sequence[str], environment: Mapping[str, str], *, directory: str = ".", recursive: bool, write: bool
) -> Formatting:
    """Format the files that `paths` name and those in the directories that they name, each once.

    Paths are relative to `directory`, and so are the names that are told. `recursive` looks into the directories of
    directories too; `write` writes what has changed.
    """
    formatting = Formatting()
    names = dict.fromkeys(
        name for path in paths for name in _find_files(path, Path(directory), formatting, recursive=recursive)
    )
    with _kept_tables(environment):
        for name in names:
            path = Path(directory, name)
            source, diagnostic = read_source(name, str(path), keep_mark=True)
            formatted = _format(source, diagnostic, formatting)
            if formatted is not None and (not write or _write(formatted, path, formatting)):
                formatting.files.append(formatted)
    return formatting


def format_input(content: bytes, environment: Mapping[str, str]) -> Formatting:
    """Format the text `content`, which is no file's."""
    formatting = Formatting()
    with _kept_tables(environment):
        formatted = _format(*decode_source(_INPUT, content), formatting)
    formatting.files.extend([formatted] if formatted is not None else [])
    return formatting


@contextmanager
def _kept_tables(environment: Mapping[str, str]) -> Iterator[None]:
    token = TABLES.set(find_table_cache(environment))
    try:
        yield
    finally:
        TABLES.reset(token)


def _find_files(path: str, directory: Path, formatting: Formatting, *, recursive: bool) -> Iterator[str]:
    """Yield the names of the files that `path` stands for."""
    name = os.path.normpath(path)
    place = directory / name
    if place.is_dir():
        yield from _list_files(name, directory, formatting, recursive=recursive)
    elif not os.path.lexists(place):
        formatting.refuse(ExitCode.ERROR, _explain_missing(path))
    elif not name.endswith(_SUFFIX):
        formatting.refuse(ExitCode.ERROR, _explain_name(path))
    else:
        yield name


def _list_files(name: str, directory: Path, formatting: Formatting, *, recursive: bool) -> Iterator[str]:
    """Yield the names of the files in the directory `name`, in order; links to directories are not followed."""
    waiting = [(name, True)]
    while waiting:
        name, is_directory = waiting.pop()
        if not is_directory:
            yield name
            continue
        try:
            with os.scandir(directory / name) as entries:
                found = sorted((entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries)
        except OSError as error:
            formatting.refuse(ExitCode.ERROR, _explain_directory(name, error))
            continue
        waiting.extend(
            (os.path.normpath(f"{name}/{entry}"), is_directory)
            for entry, is_directory in reversed(found)
            if not _is_ignored(entry) and (recursive if is_directory else entry.endswith(_SUFFIX))
        )


def _is_ignored(name: str) -> bool:
    """Tell whether Terraform passes over what has this name: hidden files, and what editors leave behind."""
    return name.startswith(".") or name.endswith("~") or (name.startswith("#") and name.endswith("#"))


def _format(source: Source | None, diagnostic: Diagnostic | None, formatting: Formatting) -> FormattedFile | None:
    """Return the file with its text formatted, or note what is wrong with it."""
    if source is None or diagnostic is not None:
        after, diagnostics = "", [diagnostic] if diagnostic is not None else []
    else:
        after, found = format_hcl(source)
        diagnostics = list(found)
    if source is not None and not has_errors(diagnostics):
        return FormattedFile(source.file, source.text, after)
    if source is not None:
        formatting.sources[source.file] = source.text
    formatting.refuse(ExitCode.INVALID_CONFIGURATION, *diagnostics)
    return None


def _write(file: FormattedFile, path: Path, formatting: Formatting) -> bool:
    """Write what has changed, and tell whether it is as it should be now."""
    try:
        if file.is_changed:
            replace_file(path, file.after.encode())
    except OSError as error:
        formatting.refuse(ExitCode.ERROR, _explain_writing(file.name, error))
        return False
    return True


def _explain_missing(path: str) -> Diagnostic:
    return Diagnostic(
        code="no-such-path",
        summary="No file or directory",
        detail=f"There is no file or directory {path}. Name one that is there, or - for the standard input.",
    )


def _explain_name(path: str) -> Diagnostic:
    return Diagnostic(
        code="not-hcl",
        summary="File cannot be formatted",
        detail=f"{path} does not end in {_SUFFIX}, and only such files are formatted. Name another, or a directory.",
    )


def _explain_directory(name: str, error: OSError) -> Diagnostic:
    return Diagnostic(
        code="unreadable-directory",
        summary="Directory cannot be read",
        detail=f"The system says of {name}: {error.strerror or error}. Let it be read, or name others.",
    )


def _explain_writing(name: str, error: OSError) -> Diagnostic:
    return Diagnostic(
        code="unwritable-file",
        summary="File cannot be written",
        detail=f"The system says of {name}: {error.strerror or error}. It is as it was. Let it be written, or use "
        "-write=false.",
    )
