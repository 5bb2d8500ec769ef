"""Drift: what others changed in the clusters that the state knows since our last apply, whatever is planned.

Pure data, and without secrets as a plan is. It leads to no request: what is to become of drift is for a plan to say.
"""

from dataclasses import dataclass
from typing import TypeAlias

from planner.model.diagnostics import Diagnostic
from planner.model.paths import Path
from planner.model.plan import Cause, Missing
from state.address import Address
from state.values import Value

__all__ = ["ClusterDrift", "Drift", "Drifted"]

_Side: TypeAlias = "Value | Missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drifted:
    """One leaf or keyed entry that others changed: as we asked for it, as the server then had it, as it is now.

    `cause` is drift, or ignored where `ignore_changes` leaves it to others.
    """

    path: Path
    cause: Cause
    applied: _Side
    observed: _Side
    live: _Side


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterDrift:
    """What others did to one cluster; `address` is that in the state. One that is gone has no values."""

    address: Address
    name: str
    id: str
    is_gone: bool = False
    drifted: tuple[Drifted, ...] = ()
    ignored: tuple[Drifted, ...] = ()

    @property
    def is_drift(self) -> bool:
        """Whether there is anything to tell: what is ignored is none."""
        return self.is_gone or bool(self.drifted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """All drift of a state: `clusters` holds those with something to tell or to ignore, in the order of addresses.

    `compared` counts the clusters that were looked at, `unmanaged` those of the account that the state does not know:
    they are somebody else's. `targets` are what `-target` limited it to.
    """

    clusters: tuple[ClusterDrift, ...] = ()
    compared: int = 0
    unmanaged: int = 0
    targets: tuple[str, ...] = ()
    warnings: tuple[Diagnostic, ...] = ()

    @property
    def is_drift(self) -> bool:
        """Whether anybody changed what is ours."""
        return any(cluster.is_drift for cluster in self.clusters)
