"""Impact: what a change does to the cluster's users while it is applied, told before it is."""

from dataclasses import dataclass
from enum import Enum

__all__ = ["SERVERS", "Impact", "Severity"]

SERVERS = ("master", "query", "data")
"""The kinds of servers of a cluster."""


class Severity(Enum):
    """How bad it is, from harmless to worst, in words that stand in the plan."""

    NONE = "no interruption"
    ROLLING_RESTART = "rolling restart"
    INTERRUPTION = "interruption"
    DATA_LOSS = "may lose data"

    @property
    def rank(self) -> int:
        """The place in the order: a greater number is worse."""
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True)
class Impact:
    """The worst that a change does; `servers` are the kinds that restart, `detail` a sentence for people, or empty."""

    severity: Severity
    servers: tuple[str, ...] = ()
    detail: str = ""

    @property
    def words(self) -> str:
        """Say it in a few words, as a cell of a table has room for."""
        told = str(self.severity.value)
        if not self.servers or self.severity not in {Severity.ROLLING_RESTART, Severity.INTERRUPTION}:
            return told
        which = "all servers" if set(self.servers) >= set(SERVERS) else f"{' and '.join(self.servers)} servers"
        return f"{told} of {which}" if self.severity is Severity.ROLLING_RESTART else f"{told} by restart of {which}"
