"""Streams: where text goes and whether it is coloured.

What was asked for goes to stdout, everything about it to stderr.
"""

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import click

__all__ = ["GatheringStreams", "QuietStreams", "Streams", "choose_streams", "prepare_streams"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Streams:
    """The two streams, and whether each is coloured."""

    color: bool = False
    color_notes: bool = False

    def write(self, text: str) -> None:
        """Write what was asked for."""
        with _told_errors():
            sys.stdout.write(text)
            sys.stdout.flush()

    def write_exactly(self, text: str) -> None:
        """Write what was asked for as the bytes that it has in a file, whatever the encoding of the stream."""
        with _told_errors():
            sys.stdout.buffer.write(text.encode())
            sys.stdout.flush()

    def note(self, text: str) -> None:
        """Write something about it: progress, hints, diagnostics; where that is not possible, go on without.

        There is nobody left to tell, and an apply in its middle has better to do than to break off for it.
        """
        with suppress(OSError, ValueError):
            sys.stderr.write(text)
            sys.stderr.flush()


class QuietStreams(Streams):
    """Streams whose stdout somebody else writes to: only what is about it is said."""

    __slots__ = ()

    @classmethod
    def of(cls, streams: Streams) -> "QuietStreams":
        """Return the quiet form of `streams`."""
        return cls(color=False, color_notes=streams.color_notes)

    def write(self, text: str) -> None:
        """Say nothing."""

    def write_exactly(self, text: str) -> None:
        """Say nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GatheringStreams(Streams):
    """Streams that keep what is asked for, to be written somewhere else, and say nothing."""

    texts: list[str] = field(default_factory=list)

    def write(self, text: str) -> None:
        """Keep the text."""
        self.texts.append(text)

    def note(self, text: str) -> None:
        """Say nothing."""


@contextmanager
def _told_errors() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise click.ClickException(f"The output cannot be written: {error.strerror}.") from error


def prepare_streams() -> None:
    r"""Make the process's streams fit to be written to: one that is closed leads nowhere, and none refuses a letter.

    A letter that the encoding of a terminal or a file does not have is written as `\u00e9`.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115 - it stays open
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def choose_streams(color: str, *, no_color: bool) -> Streams:
    """Return the streams for `--color` and `--no-color`.

    Without either, a stream is coloured if it is a terminal, `TERM` is not `dumb` and `NO_COLOR` is empty.
    """
    if no_color or color == "never":
        return Streams()
    if color == "always":
        return Streams(color=True, color_notes=True)
    may_color = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return Streams(color=may_color and sys.stdout.isatty(), color_notes=may_color and sys.stderr.isatty())
