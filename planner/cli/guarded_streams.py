"""Guarded streams: stdout and stderr, behind which no secret gets that the run knows of, whoever writes.

This is the last edge: plans and progress, questions, click's own messages and the places of a bug all pass it.
"""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, TextIO, cast

from planner.model.redaction import Redactor

__all__ = ["guard_streams"]


class _GuardedBytes:
    """The bytes below a stream of text."""

    def __init__(self, stream: BinaryIO, redactor: Redactor) -> None:
        self._stream = stream
        self._redactor = redactor

    def write(self, content: bytes) -> int:
        """Write `content` without the secrets in it."""
        text = content.decode("utf-8", "surrogateescape")
        self._stream.write(self._redactor.mask(text).encode("utf-8", "surrogateescape"))
        return len(content)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever a stream has
        return getattr(self._stream, name)


class _GuardedText:
    """A stream of text; each write is looked through by itself."""

    def __init__(self, stream: TextIO, redactor: Redactor) -> None:
        self._stream = stream
        self._redactor = redactor

    @property
    def buffer(self) -> _GuardedBytes:
        """The bytes below, guarded too."""
        return _GuardedBytes(self._stream.buffer, self._redactor)

    def write(self, text: str) -> int:
        """Write `text` without the secrets in it."""
        self._stream.write(self._redactor.mask(text))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write all of `lines` as one text."""
        self.write("".join(lines))

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever a stream has
        return getattr(self._stream, name)


@contextmanager
def guard_streams(redactor: Redactor) -> Iterator[None]:
    """Let nothing that `redactor` knows through stdout and stderr, as long as the context lasts."""
    before = sys.stdout, sys.stderr
    sys.stdout = cast("TextIO", _GuardedText(before[0], redactor))
    sys.stderr = cast("TextIO", _GuardedText(before[1], redactor))
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before
