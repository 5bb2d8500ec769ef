"""Imports: which live cluster an id or a name stands for, and the record by which it comes under management.

Refuses a cluster that is not there, or not alone, or that the state knows under another address.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from planner.model.desired import DesiredCluster, Import
from planner.model.diagnostics import Diagnostic
from planner.model.live import LiveCluster
from planner.model.spans import Span
from state.address import Address
from state.record import Record
from state.values import Value

__all__ = [
    "Account",
    "Imported",
    "check_imports",
    "find_importable",
    "find_undeclared",
    "group_account",
    "make_imported_record",
    "resolve_imports",
]


@dataclass(frozen=True, slots=True)
class Account:
    """The live clusters by id and by name."""

    by_id: Mapping[str, LiveCluster]
    by_name: Mapping[str, Sequence[LiveCluster]]


@dataclass(frozen=True, slots=True)
class Imported:
    """A live cluster that an `import` block takes, and the id or name by which the block calls it."""

    id: str
    live: LiveCluster


def check_imports(imports: Sequence[Import], declared: Iterable[DesiredCluster]) -> tuple[Diagnostic, ...]:
    """Return a diagnostic for each block without a cluster block, and for each second one of the same cluster."""
    addresses = {cluster.address for cluster in declared} if imports else set()
    seen: set[Address] = set()
    problems: list[Diagnostic] = []
    for block in imports:
        if block.address in seen:
            problems.append(_report_second(block))
        elif block.address not in addresses:
            problems.append(_report_undeclared(block))
        seen.add(block.address)
    return tuple(problems)


def find_undeclared(imports: Iterable[Import], declared: Iterable[DesiredCluster]) -> tuple[Import, ...]:
    """Return the blocks without a cluster block, one of each address."""
    addresses = {cluster.address for cluster in declared}
    missing: dict[Address, Import] = {}
    for block in imports:
        if block.address not in addresses:
            missing.setdefault(block.address, block)
    return tuple(missing.values())


def group_account(live: Iterable[LiveCluster]) -> Account:
    """Return the live clusters in the two ways in which they are called."""
    by_id: dict[str, LiveCluster] = {}
    by_name: dict[str, list[LiveCluster]] = {}
    for cluster in live:
        by_id[cluster.id] = cluster
        by_name.setdefault(cluster.name, []).append(cluster)
    return Account(by_id, by_name)


def resolve_imports(
    imports: Iterable[Import], account: Account, managed: Mapping[str, Address]
) -> tuple[dict[Address, Imported], dict[Address, Diagnostic]]:
    """Return, by address, the clusters that `imports` take, and what is wrong with the others.

    `managed` holds the addresses of the clusters that the state knows, by their ids.
    """
    found: dict[Address, Imported] = {}
    wrong: dict[Address, Diagnostic] = {}
    taken = dict(managed)
    for block in imports:
        cluster = find_importable(block.id, block.address, account, taken, span=block.span)
        if isinstance(cluster, Diagnostic):
            wrong[block.address] = cluster
        else:
            found[block.address] = Imported(block.id, cluster)
            taken[cluster.id] = block.address
    return found, wrong


def find_importable(
    id_or_name: str,
    address: Address,
    account: Account,
    managed: Mapping[str, Address],
    *,
    span: Span | None = None,
) -> LiveCluster | Diagnostic:
    """Return the live cluster with this id, or else this name, or why it cannot come under management at `address`."""
    exact = account.by_id.get(id_or_name)
    found = account.by_name.get(id_or_name, ()) if exact is None else [exact]
    if not found:
        code, summary = "no-such-cluster", f"The account has no cluster {id_or_name}"
        detail = "Give its id (a UUID) or its name."
    elif len(found) > 1:
        code, summary = "ambiguous", f'Several clusters are named "{id_or_name}"'
        detail = f"Import one by its id: {', '.join(cluster.id for cluster in found)}."
    elif found[0].id in managed:
        owner = managed[found[0].id]
        code, summary = "already-managed", f"The cluster {found[0].id} is managed already"
        detail = (
            f"It is {owner}, and a cluster has one address. To give it this one, declare it here alone and say that "
            f"it has moved, in a moved block or by hand:\n  planner state mv '{owner}' '{address}'"
        )
    else:
        return found[0]
    return Diagnostic(code=code, summary=summary, detail=detail, span=span, address=address)


def make_imported_record(address: Address, live: LiveCluster, observed: dict[str, Value] | None = None) -> Record:
    """Return the record of a cluster that comes under management: nothing in it was asked for by us so far.

    `observed` is its sealed document, where that is at hand.
    """
    return Record(
        address=address,
        id=live.id,
        name=live.name,
        applied={},
        observed=observed,
        resource_version=live.resource_version,
    )


def _report_second(block: Import) -> Diagnostic:
    return Diagnostic(
        code="duplicate-import",
        summary=f'Duplicate import configuration for "{block.address}"',
        detail="Another import block is about the same cluster. A cluster can be imported once; take one of them out.",
        span=block.span,
    )


def _report_undeclared(block: Import) -> Diagnostic:
    return Diagnostic(
        code="import-not-declared",
        summary="Configuration for import target does not exist",
        detail=f"The configuration declares no {block.address}. Write its block: without it the next plan would delete "
        "what is imported. Or let planner write it:\n  planner plan -generate-config-out=generated.hcl",
        span=block.span,
    )
