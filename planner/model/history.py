"""History: the resource versions of one cluster, each with what changed against the one before. Pure data."""

from dataclasses import dataclass

from planner.model.plan import Difference
from state.address import Address

__all__ = ["History", "VersionEntry"]


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionEntry:
    """One resource version.

    `differences` are those from version `against`, the nearest older one that the server keeps, to this one; None
    where there is none to compare with. `is_recorded`: our last apply led to it. `is_as_configured`: the next plan
    would have nothing to send, were the cluster like this; None where the configuration does not tell.
    """

    number: int
    is_kept: bool = True
    is_current: bool = False
    is_recorded: bool = False
    is_as_configured: bool | None = None
    against: int | None = None
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """The versions of one cluster, newest first; `has_more`: older ones are kept that were not asked for.

    `recorded` is the version that our last apply led to, None where the state does not know it.
    """

    address: Address
    id: str
    name: str
    current: int
    recorded: int | None
    versions: tuple[VersionEntry, ...]
    has_more: bool = False
