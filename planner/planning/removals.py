"""Removals: which clusters the `removed` blocks of a configuration speak of, and which of them are only let go.

Refuses a block about a cluster or a module that the configuration still declares.
"""

from collections.abc import Iterable, Sequence

from planner.model.desired import DesiredCluster, Removal
from planner.model.diagnostics import Diagnostic
from planner.planning.endpoints import (
    AddressIndex,
    Token,
    format_endpoint,
    is_single,
    locate,
    name_kind,
    spell,
    spell_around,
)
from state.address import Address

__all__ = ["check_removals", "find_let_go"]


def check_removals(removals: Sequence[Removal], declared: Iterable[DesiredCluster]) -> tuple[Diagnostic, ...]:
    """Return a diagnostic for each block about something that is still declared."""
    if not removals:
        return ()
    index = AddressIndex(cluster.address for cluster in declared)
    return tuple(
        _report_declared(removal)
        for removal in removals
        if index.find(removal.endpoint, whole=not is_single(removal.endpoint))
    )


def find_let_go(removals: Sequence[Removal], addresses: Iterable[Address]) -> frozenset[Address]:
    """Return those of `addresses` whose clusters, as a block says, are to leave the state and to stay in the account.

    Where another block says that a cluster is to be deleted, it stays: that can be made good later.
    """
    let_go: set[Token] = {
        spell(removal.endpoint, whole=not is_single(removal.endpoint)) for removal in removals if not removal.destroy
    }
    if not let_go:
        return frozenset()
    return frozenset(address for address in addresses if not let_go.isdisjoint(spell_around(locate(address))))


def _report_declared(removal: Removal) -> Diagnostic:
    kind, name = name_kind(removal.endpoint), format_endpoint(removal.endpoint)
    return Diagnostic(
        code="removed-object-exists",
        summary=f"Removed {kind} still exists",
        detail=f"This block says that {name} was removed, but the configuration still declares it. "
        f"Take out the {kind} block, or this block.",
        span=removal.span,
    )
