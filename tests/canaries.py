"""Canaries: every secret in these tests holds one of two words, and nothing that planner writes in any test does.

What is written is noted where it leaves: stdout and stderr of the command, the state, its backups and its journal,
saved plans, generated files, log records, what commands in processes of their own print, and whatever else lies in a
test's directory when it has ended. The test fails, unless it takes back what it had written on purpose.
"""

import base64
import logging
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TextIO, cast

import pytest

import planner.cli.main as door
import planner.workflow.new_files
import planner.workflow.saved_plans
import planner.workflow.transfer_state
import state.sealed_snapshots
import state.store
from planner.cli.guarded_streams import guard_streams
from planner.model.redaction import Redactor
from tests.canary_places import note_directories, note_processes

__all__ = ["TOKEN", "WORDS", "Watch", "watch_everything"]

WORDS = ("canary", "hunter")
"""The words by which a secret is known, in plain text, in URLs, in JSON, and wherever else letters are left alone."""

TOKEN = "token-canary-2718281828"
"""The token of tests that need none."""


def _list_forms(word: str) -> Iterator[str]:
    """Yield a word, what it is in hexadecimal, and what is the same of it wherever in a text in base64 it stands."""
    yield word
    yield word.encode().hex()
    yield word.encode().hex().upper()
    for offset in range(3):
        first, last = -(-8 * offset // 6), 8 * (offset + len(word)) // 6
        yield base64.b64encode(bytes(offset) + word.encode()).decode()[first:last]


_CANARY = re.compile("|".join(re.escape(form) for word in WORDS for form in _list_forms(word)))


@dataclass
class Watch:
    """What was written since it was asked last, and where."""

    written: list[tuple[str, str]] = field(default_factory=list)

    def note(self, place: str, text: str) -> None:
        self.written.append((place, text))

    def take_leaks(self) -> list[str]:
        """Return where a canary was written, with what stands around it, and forget everything."""
        leaks = [
            f"{place}: …{text[max(0, match.start() - 60) : match.end() + 20]!r}…"
            for place, text in self.written
            if (match := _CANARY.search(text))
        ]
        self.written.clear()
        return leaks


class _Tee:
    """A stream of which all that is written to it is noted."""

    def __init__(self, stream: TextIO, place: str, watch: Watch) -> None:
        self._stream, self._place, self._watch = stream, place, watch

    @property
    def buffer(self) -> "_Tee":
        return _Tee(cast("TextIO", self._stream.buffer), self._place, self._watch)

    def write(self, content: Any) -> int:  # noqa: ANN401 - text, or the bytes of it
        text = content.decode("utf-8", "replace") if isinstance(content, bytes) else content
        self._watch.note(self._place, text)
        return self._stream.write(content)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever a stream has
        return getattr(self._stream, name)


class _Listener(logging.Handler):
    def __init__(self, watch: Watch) -> None:
        super().__init__(logging.DEBUG)
        self._watch = watch

    def emit(self, record: logging.LogRecord) -> None:
        self._watch.note(f"log of {record.name}", self.format(record))


def watch_everything(watch: Watch, patch: pytest.MonkeyPatch) -> None:
    """Let `watch` note all that is written from here on, until `patch` is undone."""

    @contextmanager
    def guard_and_note(redactor: Redactor) -> Iterator[None]:
        before = sys.stdout, sys.stderr
        sys.stdout = cast("TextIO", _Tee(before[0], "stdout", watch))
        sys.stderr = cast("TextIO", _Tee(before[1], "stderr", watch))
        try:
            with guard_streams(redactor):
                yield
        finally:
            sys.stdout, sys.stderr = before

    patch.setattr(door, "guard_streams", guard_and_note)
    for module, name, place in (
        (state.sealed_snapshots, "encode_snapshot", "state"),
        (state.store, "encode_entry", "journal"),
        (planner.workflow.transfer_state, "encode_snapshot", "state"),
        (planner.workflow.saved_plans, "dumps_plan", "saved plan"),
    ):
        patch.setattr(module, name, _note_result(getattr(module, name), place, watch))
    patch.setattr(planner.workflow.new_files, "_write_new", _note_text(planner.workflow.new_files._write_new, watch))
    note_processes(watch.note, patch)
    note_directories(watch.note, patch)
    listener, handle = _Listener(watch), logging.Logger.callHandlers

    def listen_and_handle(logger: logging.Logger, record: logging.LogRecord) -> None:
        listener.handle(record)
        handle(logger, record)

    patch.setattr(logging.Logger, "callHandlers", listen_and_handle)
    patch.setattr(logging.getLogger(), "level", logging.DEBUG)


def _note_result(write: Callable[..., Any], place: str, watch: Watch) -> Callable[..., Any]:
    def write_and_note(*arguments: Any, **settings: Any) -> Any:  # noqa: ANN401 - those of `write`
        content = write(*arguments, **settings)
        watch.note(place, content.decode() if isinstance(content, bytes) else content)
        return content

    return write_and_note


def _note_text(write: Callable[..., None], watch: Watch) -> Callable[..., None]:
    def write_and_note(path: Any, text: str, *others: Any) -> None:  # noqa: ANN401 - those of `write`
        watch.note(f"new file {path}", text)
        write(path, text, *others)

    return write_and_note
