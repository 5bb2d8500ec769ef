"""Paint: the few terminal colours that we use, or none.

It is put around text only after that text was escaped. Whether there is colour, the caller knows.
"""

from dataclasses import dataclass

__all__ = ["Paint", "choose_paint"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paint:
    """The codes that switch a style on, and the one that ends them all; empty where there is no colour."""

    bold: str = ""
    dim: str = ""
    red: str = ""
    green: str = ""
    yellow: str = ""
    cyan: str = ""
    end: str = ""


_PLAIN = Paint()
_ANSI = Paint(
    bold="\x1b[1m",
    dim="\x1b[2m",
    red="\x1b[31m",
    green="\x1b[32m",
    yellow="\x1b[33m",
    cyan="\x1b[36m",
    end="\x1b[0m",
)


def choose_paint(*, color: bool) -> Paint:
    """Return the styles for a terminal with colour, or for plain text."""
    return _ANSI if color else _PLAIN
