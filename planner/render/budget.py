"""Budgets: how long a text may be for the host that shows it, and what of it is shown where it would be too long.

A text is made of whole blocks. Those that must be there are; the others are taken in the order of their importance as
long as there is room, and what finds none is counted. Nothing is ever cut inside a block.
"""

from dataclasses import dataclass
from enum import Enum

__all__ = ["Budget", "Host"]


class Host(Enum):
    """Where Markdown is shown, and how many bytes of it are safe there.

    The limits of GitHub (65,536), GitLab (1,000,000), Bitbucket (32,768) and Azure DevOps (150,000) are in characters;
    that of a step summary is 1 MiB. A text never has more characters than bytes, and some room is left for what a host
    or a comment puts around it.
    """

    GITHUB = ("github", 60_000)
    GITLAB = ("gitlab", 950_000)
    BITBUCKET = ("bitbucket", 31_000)
    AZURE = ("azure", 145_000)
    SUMMARY = ("step summary", 1_000_000)

    def __init__(self, label: str, limit: int) -> None:
        self.label = label
        self.limit = limit


@dataclass(slots=True)
class Budget:
    """How many bytes are left."""

    left: int

    def must(self, text: str) -> None:
        """Take the room for `text`, whether it is there or not."""
        self.left -= _measure(text)

    def may(self, text: str) -> bool:
        """Take the room for `text` if there is enough, and tell whether there was."""
        size = _measure(text)
        if size > self.left:
            return False
        self.left -= size
        return True


def _measure(text: str) -> int:
    """Return how many bytes `text` and the newline after it take."""
    return len(text.encode()) + 1
