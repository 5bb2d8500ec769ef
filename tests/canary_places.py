"""Where canaries could come out and no function of planner's is called: other processes, and files that stay behind.

Files are looked through when a test has ended, or its temporary directory goes. What tests hand to planner is not:
configurations, tokens, and the emulated account, which is as confidential as the real one.
"""

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, TypeAlias

import pytest

__all__ = ["Note", "list_files", "note_directories", "note_processes"]

Note: TypeAlias = Callable[[str, str], None]
"""Is given a place, and the text that was written there."""

_INPUTS = (".hcl", ".hcl.json", ".cluster.json", ".tf", ".tf.json", ".tfvars", ".tfvars.json", ".py", ".sh", ".md")
_ACCOUNTS = ("account", "emulator-account")
_LARGEST = 2 * 2**20


def list_files(directory: Path) -> Iterator[tuple[str, str]]:
    """Yield each file below `directory` that was not there for planner to read, and what is in it."""
    with suppress(OSError):
        for path in directory.rglob("*"):
            is_account = path.name.startswith(_ACCOUNTS) and path.suffix == ".json"
            if is_account or path.name.endswith(_INPUTS) or path.is_symlink() or not path.is_file():
                continue
            with suppress(OSError):
                if path.stat().st_size <= _LARGEST:
                    yield f"file {path.name}", path.read_text(encoding="utf-8", errors="replace")


def note_directories(note: Note, patch: pytest.MonkeyPatch) -> None:
    """Look through each temporary directory before it goes."""
    clean_up = tempfile.TemporaryDirectory.cleanup

    def look_and_clean_up(directory: "tempfile.TemporaryDirectory[str]") -> None:
        for place, text in list_files(Path(directory.name)):
            note(place, text)
        clean_up(directory)

    patch.setattr(tempfile.TemporaryDirectory, "cleanup", look_and_clean_up)


class _Pipe:
    """A pipe from a process, of which all that is read is noted."""

    def __init__(self, pipe: IO[Any], note: Note) -> None:
        self._pipe, self._note = pipe, note

    def read(self, *size: int) -> Any:  # noqa: ANN401 - text or bytes
        return self._tell(self._pipe.read(*size))

    def readline(self, *size: int) -> Any:  # noqa: ANN401 - as above
        return self._tell(self._pipe.readline(*size))

    def __iter__(self) -> Iterator[Any]:
        return map(self._tell, self._pipe)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever a pipe has
        return getattr(self._pipe, name)

    def _tell(self, content: Any) -> Any:  # noqa: ANN401 - as above
        self._note("process", content.decode("utf-8", "replace") if isinstance(content, bytes) else content)
        return content


def note_processes(note: Note, patch: pytest.MonkeyPatch) -> None:
    """Note what a Python of ours prints, however it is started; other programs may print what they like."""

    class WatchedProcess(subprocess.Popen[Any]):
        def __init__(self, arguments: Any, *others: Any, **settings: Any) -> None:  # noqa: ANN401 - those of `Popen`
            super().__init__(arguments, *others, **settings)
            self._is_ours = isinstance(arguments, list) and str(arguments[0]) == sys.executable
            if self._is_ours:
                self.stdout = self.stdout and _Pipe(self.stdout, note)  # type: ignore[assignment]
                self.stderr = self.stderr and _Pipe(self.stderr, note)  # type: ignore[assignment]

        def communicate(self, *arguments: Any, **settings: Any) -> Any:  # noqa: ANN401 - as above
            both = super().communicate(*arguments, **settings)
            for content in both if self._is_ours else ():
                note("process", content.decode("utf-8", "replace") if isinstance(content, bytes) else content or "")
            return both

    patch.setattr(subprocess, "Popen", WatchedProcess)
