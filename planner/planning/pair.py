"""Pairing: which desired cluster, which record and which live cluster are the same one.

Identity is the id in the state. A name alone never makes a live cluster ours, unless an interrupted create of ours
left it behind. Refuses, with a diagnostic, every case in which it would have to guess.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from planner.model.desired import Desired, DesiredCluster
from planner.model.diagnostics import Diagnostic, Severity
from planner.model.live import LiveCluster
from planner.planning.moves import follow_moves
from planner.planning.removals import is_let_go
from state.address import Address
from state.record import Intent, Record
from state.snapshot import Snapshot

__all__ = ["Pair", "Pairing", "pair_clusters", "recall"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """What is known of one cluster; at least one of `desired` and `record` is there.

    `is_left_behind`: an interrupted create made it, and the state does not hold the record yet. `is_let_go`: a
    `removed` block says that it is to leave the state only.
    """

    address: Address
    desired: DesiredCluster | None = None
    record: Record | None = None
    live: LiveCluster | None = None
    moved_from: Address | None = None
    is_left_behind: bool = False
    is_let_go: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """All pairs in the order of their addresses, what stands in the way of a plan, and what to know besides."""

    pairs: tuple[Pair, ...]
    problems: tuple[Diagnostic, ...]
    warnings: tuple[Diagnostic, ...] = ()


def pair_clusters(desired: Desired, snapshot: Snapshot | None, live: Sequence[LiveCluster]) -> Pairing:
    """Pair desired clusters, records and live clusters."""
    wanted = {cluster.address: cluster for cluster in desired.clusters}
    former = dict(snapshot.records) if snapshot else {}
    creates = _find_creates(snapshot)
    moves = follow_moves(desired.moves, former, creates)
    records, intents = _readdress(former, moves.sources), _readdress(creates, moves.sources)
    renamed = _find_recounted(wanted, records)
    renamed |= _find_renamed(wanted, records, renamed)
    by_id = {cluster.id: cluster for cluster in live}
    managed = {record.id: address for address, record in records.items()}
    names = _group_by_name(live)
    unmanaged = _group_by_name(cluster for cluster in live if cluster.id not in managed)

    pairs: list[Pair] = []
    problems = [*_find_shared(records)]
    for address in sorted({*wanted, *records} - set(renamed.values())):
        cluster = wanted.get(address)
        source = renamed.get(address, address)
        record = records.get(source)
        found = by_id.get(record.id) if record else None
        claim = intents.get(source) if found is None else None
        left_behind = _find_left_behind(claim, unmanaged) if claim else None
        if claim and left_behind:
            if cluster is None:
                continue  # To forget the record would end the claim too, and nobody would know of the cluster.
            record, found = _record_left_behind(claim, left_behind.id), left_behind
        # A name that is not its own yet: it is created, or replaced under another name.
        if cluster is not None and (found is None or found.name != cluster.name) and cluster.name in names:
            problems.append(_report_name_taken(cluster, names[cluster.name], managed))
        pairs.append(
            Pair(
                address=address,
                desired=cluster,
                record=record,
                live=found,
                moved_from=_find_former(address, source, moves.sources) if record else None,
                is_left_behind=left_behind is not None,
                is_let_go=is_let_go(address, desired.removals),
            )
        )
    kept = {*wanted, *renamed.values()}
    warnings = [
        _warn_of_orphan(intent, orphan)
        for address, intent in intents.items()
        if address not in kept and (orphan := _find_left_behind(intent, unmanaged))
    ]
    return Pairing(pairs=tuple(pairs), problems=tuple(problems), warnings=(*moves.warnings, *warnings))


def recall(address: Address, cluster_id: str | None, snapshot: Snapshot | None) -> Record | None:
    """Return what the state knows of the cluster at `address`: its record, or what an interrupted create wrote down."""
    record = snapshot.records.get(address) if snapshot else None
    claim = _find_creates(snapshot).get(address)
    if claim is None or cluster_id is None or (record is not None and record.id == cluster_id):
        return record
    return _record_left_behind(claim, cluster_id)


def _find_creates(snapshot: Snapshot | None) -> dict[Address, Intent]:
    return {intent.address: intent for intent in snapshot.intents if intent.kind == "create"} if snapshot else {}


def _readdress(known: Mapping[Address, T], sources: Mapping[Address, Address]) -> dict[Address, T]:
    """Return what is known of each cluster by the address that `moved` blocks give it."""
    if not sources:
        return dict(known)
    targets = {source: target for target, source in sources.items()}
    return {targets.get(address, address): value for address, value in known.items()}


def _find_former(address: Address, source: Address, sources: Mapping[Address, Address]) -> Address | None:
    """Return the address by which the state knows a cluster, where that is another one than now."""
    former = sources.get(source, source)
    return None if former == address else former


def _find_recounted(wanted: Mapping[Address, object], records: Mapping[Address, Record]) -> dict[Address, Address]:
    """Return new address to old where `count` came or went: the single instance and the first one are the same."""
    others = {None: 0, 0: None}
    recounted: dict[Address, Address] = {}
    for address in wanted:
        # A text is no key of these, and neither is any other number.
        if address in records or address.key not in others:
            continue
        other = replace(address, key=others[address.key])
        if other in records and other not in wanted:
            recounted[address] = other
    return recounted


def _find_renamed(
    wanted: Mapping[Address, DesiredCluster], records: Mapping[Address, Record], settled: Mapping[Address, Address]
) -> dict[Address, Address]:
    """Return new address to old, for each cluster whose label changed and whose name did not."""
    homeless: dict[str, list[Address]] = defaultdict(list)
    for address in records.keys() - wanted.keys() - set(settled.values()):
        homeless[records[address].name].append(address)
    renamed: dict[Address, Address] = {}
    for address, cluster in wanted.items():
        if address not in records and address not in settled and len(homeless.get(cluster.name, ())) == 1:
            renamed[address] = homeless.pop(cluster.name)[0]
    return renamed


def _group_by_name(clusters: Iterable[LiveCluster]) -> dict[str, list[LiveCluster]]:
    groups: dict[str, list[LiveCluster]] = defaultdict(list)
    for cluster in clusters:
        groups[cluster.name].append(cluster)
    return groups


def _find_left_behind(intent: Intent, unmanaged: Mapping[str, Sequence[LiveCluster]]) -> LiveCluster | None:
    """Return the one cluster that an interrupted create of ours can have made.

    It bears the name that was asked for then, whatever the configuration calls it now.
    """
    namesakes = unmanaged.get(intent.name, ())
    made_since = [cluster for cluster in namesakes if cluster.id not in intent.before]
    return made_since[0] if len(made_since) == len(namesakes) == 1 else None


def _record_left_behind(intent: Intent, cluster_id: str) -> Record:
    return Record(address=intent.address, id=cluster_id, name=intent.name, applied=intent.applied or {})


def _find_shared(records: Mapping[Address, Record]) -> Iterable[Diagnostic]:
    """Yield a diagnostic for each record whose cluster another one has: to delete one would delete both."""
    owners: dict[str, Address] = {}
    for address, record in records.items():
        owner = owners.setdefault(record.id, address)
        if owner != address:
            yield Diagnostic(
                code="shared-cluster",
                summary=f"{owner} and {address} are the same cluster",
                detail=f"The state knows the cluster {record.id} under both addresses, so nothing is planned for it. "
                "Put the state back from a backup, or take one of the two records out of it.",
                address=address,
            )


def _report_name_taken(
    cluster: DesiredCluster, namesakes: Sequence[LiveCluster], managed: Mapping[str, Address]
) -> Diagnostic:
    ids = ", ".join(namesake.id for namesake in namesakes)
    found = f"a cluster with this name (id {ids})" if len(namesakes) == 1 else f"clusters with this name (ids {ids})"
    owners = [managed[namesake.id] for namesake in namesakes if namesake.id in managed]
    if owners:
        return Diagnostic(
            code="name-taken",
            summary=f'The name "{cluster.name}" is taken',
            detail=f"The account already has {found}, which is {owners[0]} in the state, so no other is created. "
            "Choose another metadata.name; or, if that cluster is to go, apply its removal first.",
            span=cluster.find_span(("metadata", "name")),
            address=cluster.address,
        )
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
