"""Results: the files in which readers of one run find what they need, and those by which a pipeline takes it on.

Whoever writes them, the run goes on: what cannot be written is told, and decides nothing.
"""

from collections.abc import Mapping
from enum import Enum
from pathlib import Path

from planner.workflow.whole_files import leads_away, put_file

__all__ = [
    "OtherFile",
    "Pipeline",
    "append_result",
    "find_pipeline",
    "find_step_files",
    "write_private",
    "write_result",
]


class Pipeline(Enum):
    """The CI systems whose own ways we know; the values are what `--ci` calls them."""

    GITHUB = "github"
    GITLAB = "gitlab"
    AZURE = "azure"
    BITBUCKET = "bitbucket"
    NONE = "none"


class OtherFile(Exception):  # noqa: N818 - it is no error of ours
    """A file is there that we did not write."""


def find_pipeline(environment: Mapping[str, str]) -> Pipeline:
    """Return the CI system that we are in, as its environment says it."""
    if environment.get("GITHUB_ACTIONS") == "true":
        return Pipeline.GITHUB
    if environment.get("GITLAB_CI") == "true":
        return Pipeline.GITLAB
    if environment.get("TF_BUILD", "").lower() == "true":
        return Pipeline.AZURE
    if environment.get("BITBUCKET_BUILD_NUMBER"):
        return Pipeline.BITBUCKET
    return Pipeline.NONE


def find_step_files(environment: Mapping[str, str]) -> tuple[str, str]:
    """Return the paths at which GitHub takes a step's summary and its outputs; each is empty where there is none."""
    return environment.get("GITHUB_STEP_SUMMARY", ""), environment.get("GITHUB_OUTPUT", "")


def write_result(path: str, text: str, starts: tuple[bytes, ...] = ()) -> None:
    """Let the file at `path` have `text`, whole or not at all; what is no file, as a pipe, is written to.

    It takes the place of nothing but an empty file and what begins as one of `starts`, as what was written before
    does; without any, of any file.

    Raises:
        OSError: that did not work.
        OtherFile: something else is there.
    """
    _refuse_other(path, starts)
    target, content = Path(path), text.encode()
    if target.exists() and not target.is_file():
        target.write_bytes(content)
    else:
        put_file(target.resolve(), content, is_private=False)


def write_private(path: str, text: str, starts: tuple[bytes, ...]) -> None:
    """Let the file at `path` have `text`, whole or not at all, for this user alone, in the place of what it may take.

    Raises:
        OSError: that did not work.
        OtherFile: something else is there, as for `write_result`.
    """
    _refuse_other(path, starts)
    put_file(Path(path).resolve(), text.encode())


def _refuse_other(path: str, starts: tuple[bytes, ...]) -> None:
    if leads_away(path):
        raise OtherFile(path)
    if starts and Path(path).is_file():
        with Path(path).open("rb") as file:
            found = file.read(max(map(len, starts)))
        if found and not found.startswith(starts):
            raise OtherFile(path)


def append_result(path: str, text: str) -> None:
    """Add `text` to the file at `path`.

    Raises:
        OSError: that did not work.
    """
    with Path(path).open("ab") as file:
        file.write(text.encode())
