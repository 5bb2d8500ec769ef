"""The workspace that `planner workspace select` chose for a directory, in `.planner/workspace`.

An option or the environment says otherwise for one run. A file that was meddled with selects nothing.
"""

from pathlib import Path

from planner.model.backend import DEFAULT_WORKSPACE, is_workspace
from planner.model.diagnostics import Diagnostic, ExitCode, Failure

__all__ = ["find_selected", "select"]

_FILE = Path(".planner", "workspace")


def find_selected(directory: str) -> str:
    """Return the workspace that was selected for `directory`, by default the one that is there without a word."""
    try:
        with Path(directory, _FILE).open(encoding="utf-8") as file:
            name = file.read(200).strip()
    except (OSError, ValueError):
        return DEFAULT_WORKSPACE
    return name if is_workspace(name) else DEFAULT_WORKSPACE


def select(directory: str, name: str) -> None:
    """Let `name` be the workspace of `directory` from now on.

    Raises:
        Failure: that cannot be written down.
    """
    from planner.workflow.whole_files import put_file  # noqa: PLC0415 - every command asks, and few select

    path = Path(directory, _FILE)
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        put_file(path, f"{name}\n".encode("ascii"))
    except OSError as error:
        raise Failure(
            ExitCode.ERROR,
            Diagnostic(
                code="not-remembered",
                summary="The workspace cannot be selected",
                detail=f"{error.filename}: {error.strerror}. See to it that you may write there; or name the workspace "
                "with -workspace each time.",
            ),
        ) from error
