"""Pairing: which desired cluster, which record and which live cluster are the same one.

Identity is the id in the state. A name alone never makes a live cluster ours, unless an interrupted create of ours
left it behind. Refuses, with a diagnostic, every case in which it would have to guess.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from planner.model.desired import DesiredCluster
from planner.model.diagnostics import Diagnostic, Severity
from planner.model.live import LiveCluster
from state.address import Address
from state.record import Intent, Record
from state.snapshot import Snapshot

__all__ = ["Pair", "Pairing", "pair_clusters"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """What is known of one cluster; at least one of `desired` and `record` is there.

    `is_left_behind`: an interrupted create made it, and the state does not hold the record yet.
    """

    address: Address
    desired: DesiredCluster | None = None
    record: Record | None = None
    live: LiveCluster | None = None
    moved_from: Address | None = None
    is_left_behind: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """All pairs in the order of their addresses, what stands in the way of a plan, and what to know besides."""

    pairs: tuple[Pair, ...]
    problems: tuple[Diagnostic, ...]
    warnings: tuple[Diagnostic, ...] = ()


def pair_clusters(desired: Sequence[DesiredCluster], snapshot: Snapshot | None, live: Sequence[LiveCluster]) -> Pairing:
    """Pair desired clusters, records and live clusters."""
    records = dict(snapshot.records) if snapshot else {}
    by_id = {cluster.id: cluster for cluster in live}
    wanted = {cluster.address: cluster for cluster in desired}
    moves = _find_moves(wanted, records)
    managed = {record.id for record in records.values()}
    unmanaged = _group_by_name(cluster for cluster in live if cluster.id not in managed)
    intents = {intent.address: intent for intent in snapshot.intents if intent.kind == "create"} if snapshot else {}

    pairs: list[Pair] = []
    problems: list[Diagnostic] = []
    for address in sorted({*wanted, *records} - set(moves.values())):
        cluster = wanted.get(address)
        source = moves.get(address)
        record = records.get(source or address)
        found = by_id.get(record.id) if record else None
        left_behind = None
        if cluster is not None and found is None:
            namesakes = unmanaged.get(cluster.name, [])
            left_behind = _find_left_behind(intents.get(address), namesakes)
            if left_behind is not None:
                record, found = _record_left_behind(intents[address], left_behind), left_behind
            elif namesakes:
                problems.append(_report_name_taken(cluster, namesakes))
        pairs.append(
            Pair(
                address=address,
                desired=cluster,
                record=record,
                live=found,
                moved_from=source,
                is_left_behind=left_behind is not None,
            )
        )
    orphaned = (intent for address, intent in intents.items() if address not in wanted and address not in records)
    warnings = [
        _warn_of_orphan(intent, orphan)
        for intent in orphaned
        if (orphan := _find_left_behind(intent, unmanaged.get(intent.name, [])))
    ]
    return Pairing(pairs=tuple(pairs), problems=tuple(problems), warnings=tuple(warnings))


def _find_moves(wanted: Mapping[Address, DesiredCluster], records: Mapping[Address, Record]) -> dict[Address, Address]:
    """Return new address to old, for each cluster whose label changed and whose name did not."""
    homeless: dict[str, list[Address]] = defaultdict(list)
    for address, record in records.items():
        if address not in wanted:
            homeless[record.name].append(address)
    moves: dict[Address, Address] = {}
    for address, cluster in wanted.items():
        if address not in records and len(homeless.get(cluster.name, ())) == 1:
            moves[address] = homeless.pop(cluster.name)[0]
    return moves


def _group_by_name(clusters: Iterable[LiveCluster]) -> dict[str, list[LiveCluster]]:
    groups: dict[str, list[LiveCluster]] = defaultdict(list)
    for cluster in clusters:
        groups[cluster.name].append(cluster)
    return groups


def _find_left_behind(intent: Intent | None, namesakes: Sequence[LiveCluster]) -> LiveCluster | None:
    """Return the one cluster that an interrupted create of ours can have made."""
    if intent is None:
        return None
    made_since = [cluster for cluster in namesakes if cluster.id not in intent.before]
    return made_since[0] if len(made_since) == len(namesakes) == 1 else None


def _record_left_behind(intent: Intent, found: LiveCluster) -> Record:
    return Record(
        address=intent.address,
        id=found.id,
        name=found.name,
        applied=intent.applied or {},
        observed=None,
        resource_version=found.resource_version,
    )


def _report_name_taken(cluster: DesiredCluster, namesakes: Sequence[LiveCluster]) -> Diagnostic:
    ids = ", ".join(namesake.id for namesake in namesakes)
    found = f"a cluster with this name (id {ids})" if len(namesakes) == 1 else f"clusters with this name (ids {ids})"
    return Diagnostic(
        code="name-taken",
        summary=f'The name "{cluster.name}" is taken',
        detail=(
            f"The account already has {found}, which the state does not know, so nothing is created or overwritten. "
            "To create another cluster, choose another metadata.name. To manage this one from here, run:\n"
            f"  planner import '{cluster.address}' {namesakes[0].id}"
        ),
        span=cluster.find_span(("metadata", "name")),
        address=cluster.address,
    )


def _warn_of_orphan(intent: Intent, orphan: LiveCluster) -> Diagnostic:
    return Diagnostic(
        severity=Severity.WARNING,
        code="left-behind",
        summary=f'An interrupted create may have left the cluster "{orphan.name}" behind',
        detail=(
            f"{intent.address} is no longer in the configuration, and the state does not know the cluster "
            f"(id {orphan.id}), so nothing is done to it. If it is yours, declare {intent.address} again and apply, "
            "which takes it over; from then on it can be deleted like any other."
        ),
        address=intent.address,
    )
