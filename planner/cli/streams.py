"""Streams: where text goes and whether it is coloured.

What was asked for goes to stdout, everything about it to stderr.
"""

import os
import sys
from dataclasses import dataclass

__all__ = ["Streams", "choose_streams"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Streams:
    """The two streams, and whether each is coloured."""

    color: bool = False
    color_notes: bool = False

    def write(self, text: str) -> None:
        """Write what was asked for."""
        sys.stdout.write(text)
        sys.stdout.flush()

    def note(self, text: str) -> None:
        """Write something about it: progress, hints, diagnostics."""
        sys.stderr.write(text)
        sys.stderr.flush()


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
