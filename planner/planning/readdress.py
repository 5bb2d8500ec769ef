"""Readdressing: what the state knows of each cluster, by the address that the cluster has now.

Blocks of the configuration come first; then names, by which the account knows its clusters; then `count`, which makes
the single instance the first one and back. An `import` block adds a cluster that the state does not know.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from planner.model.desired import Desired, DesiredCluster
from planner.model.diagnostics import Diagnostic
from planner.planning.imports import Account, Imported, check_imports, resolve_imports
from planner.planning.moves import check_moves, follow_moves
from planner.planning.removals import check_removals
from state.address import Address
from state.record import Intent, Record
from state.snapshot import Snapshot

__all__ = ["Known", "check_past", "find_creates", "readdress"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of each cluster by its address: its record, the create that was interrupted, what is imported.

    `former` are the addresses in the state, of those that have another one now; `recognised` are those of them that no
    block speaks of, with the addresses that the blocks that there are lead to. `problems` are about imports.
    """

    records: Mapping[Address, Record]
    claims: Mapping[Address, Intent]
    imports: Mapping[Address, Imported]
    former: Mapping[Address, Address]
    recognised: Mapping[Address, Address]
    problems: Mapping[Address, Diagnostic]
    warnings: tuple[Diagnostic, ...]


def check_past(desired: Desired) -> tuple[Diagnostic, ...]:
    """Return what is wrong with the `moved`, `removed` and `import` blocks of a configuration, whatever the state."""
    return (
        *check_moves(desired.moves, desired.clusters),
        *check_removals(desired.removals, desired.clusters),
        *check_imports(desired.imports, desired.clusters),
    )


def readdress(desired: Desired, snapshot: Snapshot | None, account: Account) -> Known:
    """Return what the state knows of each cluster of a configuration whose blocks `check_past` accepts."""
    wanted = {cluster.address: cluster for cluster in desired.clusters}
    records, claims = dict(snapshot.records) if snapshot else {}, find_creates(snapshot)
    moves = follow_moves(desired.moves, records, claims)
    records, claims = _follow(records, moves.sources), _follow(claims, moves.sources)
    blocks = [block for block in desired.imports if block.address not in records]
    imports, problems = resolve_imports(blocks, account, {record.id: address for address, record in records.items()})
    renamed = _find_renamed(wanted, records, imports)
    renamed |= _find_recounted(wanted, records, {*imports, *renamed, *renamed.values()})
    former = dict(moves.sources)
    former |= {address: former.pop(source, source) for address, source in renamed.items()}
    return Known(
        records=_follow(records, renamed),
        claims=_follow(claims, renamed),
        imports=imports,
        former=former,
        recognised=renamed,
        problems={address: problem for address, problem in problems.items() if address not in renamed},
        warnings=moves.warnings,
    )


def find_creates(snapshot: Snapshot | None) -> dict[Address, Intent]:
    """Return the creates whose outcome the state does not know, by address."""
    return {intent.address: intent for intent in snapshot.intents if intent.kind == "create"} if snapshot else {}


def _follow(known: Mapping[Address, T], sources: Mapping[Address, Address]) -> dict[Address, T]:
    """Return what is known of each cluster by its new address, given the former one of each that has moved."""
    if not sources:
        return dict(known)
    targets = {source: target for target, source in sources.items()}
    return {targets.get(address, address): value for address, value in known.items()}


def _find_renamed(
    wanted: Mapping[Address, DesiredCluster], records: Mapping[Address, Record], imports: Collection[Address]
) -> dict[Address, Address]:
    """Return new address to old, for each cluster whose label changed and whose name did not."""
    homeless: dict[str, list[Address]] = defaultdict(list)
    for address, record in records.items():
        if address not in wanted:
            homeless[record.name].append(address)
    renamed: dict[Address, Address] = {}
    for address, cluster in wanted.items():
        if address in records or address in imports:
            continue
        if len(homeless.get(cluster.name, ())) == 1:
            renamed[address] = homeless.pop(cluster.name)[0]
    return renamed


def _find_recounted(
    wanted: Mapping[Address, object], records: Mapping[Address, Record], settled: Collection[Address]
) -> dict[Address, Address]:
    """Return new address to old where `count` came or went: the single instance and the first one are the same."""
    others = {None: 0, 0: None}
    recounted: dict[Address, Address] = {}
    for address in wanted:
        # A text is no key of these, and neither is any other number.
        if address in records or address in settled or address.key not in others:
            continue
        other = replace(address, key=others[address.key])
        if other in records and other not in wanted and other not in settled:
            recounted[address] = other
    return recounted
