"""New files: texts in places where nothing is yet. Refuses to touch a file, or a link, that is there already."""

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from planner.model.diagnostics import Diagnostic, ExitCode, Failure
from planner.workflow.whole_files import create_file
from state.backends.files import OsFiles

__all__ = ["write_new_files"]


def write_new_files(directory: str, texts: Mapping[str, str]) -> tuple[str, ...]:
    """Write each of `texts`, by the name of its file, into `directory`, all or none, and return their paths.

    The directory is made where it is not there.

    Raises:
        Failure: one of the files is there already, or cannot be written.
    """
    paths = {Path(directory, name): text for name, text in texts.items()}
    taken = [path for path in paths if os.path.lexists(path)]
    if taken:
        raise Failure(ExitCode.ERROR, *map(_report_taken, taken))
    written: list[Path] = []
    place = Path(directory)
    try:
        place.mkdir(parents=True, exist_ok=True)
        for place, text in paths.items():
            _write_new(place, text)
            written.append(place)
        OsFiles().sync_directory(Path(directory))
    except OSError as error:
        for path in written:
            with suppress(OSError):
                path.unlink()
        raise _fail(place, error) from error
    return tuple(map(str, paths))


def _write_new(path: Path, text: str) -> None:
    create_file(path, text.encode())


def _report_taken(path: Path) -> Diagnostic:
    return Diagnostic(
        code="file-exists",
        summary=f"{path} is there already",
        detail="Nothing was written. Move it away, or name another place.",
    )


def _fail(path: Path, error: OSError) -> Failure:
    detail = f"{error.strerror or error}. Nothing was written. Name another place."
    return Failure(ExitCode.ERROR, Diagnostic(code="not-written", summary=f"{path} cannot be written", detail=detail))
