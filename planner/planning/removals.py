"""Removals: which clusters the `removed` blocks of a configuration speak of, and whether they are only let go.

Refuses a block about a cluster or a module that the configuration still declares.
"""

from collections.abc import Iterable, Sequence

from planner.model.desired import DesiredCluster, Endpoint, Removal
from planner.model.diagnostics import Diagnostic
from planner.planning.endpoints import covers, format_endpoint, is_single, name_kind
from state.address import Address

__all__ = ["check_removals", "is_let_go"]


def check_removals(removals: Sequence[Removal], declared: Iterable[DesiredCluster]) -> tuple[Diagnostic, ...]:
    """Return a diagnostic for each block about something that is still declared."""
    addresses = [cluster.address for cluster in declared] if removals else []
    return tuple(
        _report_declared(removal)
        for removal in removals
        if any(_speaks_of(removal.endpoint, address) for address in addresses)
    )


def is_let_go(address: Address, removals: Iterable[Removal]) -> bool:
    """Tell whether a block says that the cluster at `address` is to leave the state and to stay in the account.

    Where another block says that it is to be deleted, it stays: that can be made good later.
    """
    return any(not removal.destroy and _speaks_of(removal.endpoint, address) for removal in removals)


def _speaks_of(endpoint: Endpoint, address: Address) -> bool:
    return covers(endpoint, address, whole=not is_single(endpoint))


def _report_declared(removal: Removal) -> Diagnostic:
    kind, name = name_kind(removal.endpoint), format_endpoint(removal.endpoint)
    return Diagnostic(
        code="removed-object-exists",
        summary=f"Removed {kind} still exists",
        detail=f"This block says that {name} was removed, but the configuration still declares it. "
        f"Take out the {kind} block, or this block.",
        span=removal.span,
    )
