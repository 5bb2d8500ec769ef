"""Pairing: which desired cluster, which record and which live cluster are the same one.

Identity is the id in the state. A name alone never makes a live cluster ours, unless an interrupted create of ours
left it behind. Refuses, with a diagnostic, every case in which it would have to guess.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from planner.model.desired import Desired, DesiredCluster
from planner.model.diagnostics import Diagnostic, Severity
from planner.model.live import LiveCluster
from planner.planning.imports import Account, group_account, make_imported_record
from planner.planning.readdress import Known, find_creates, readdress
from planner.planning.removals import find_let_go
from state.address import Address
from state.record import Intent, Record
from state.snapshot import Snapshot

__all__ = ["Pair", "Pairing", "pair_clusters", "recall"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """What is known of one cluster; at least one of `desired` and `record` is there.

    `is_recognised`: no block says that it has moved. `importing` is the id or name by which an `import` block takes a
    cluster that the state does not know; its `record` is one to be made. `is_left_behind`: an interrupted create made
    it, and the state does not hold the record yet. `is_let_go`: a `removed` block says that it is to leave the state
    only.
    """

    address: Address
    desired: DesiredCluster | None = None
    record: Record | None = None
    live: LiveCluster | None = None
    moved_from: Address | None = None
    is_recognised: bool = False
    importing: str | None = None
    is_left_behind: bool = False
    is_let_go: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """All pairs in the order of their addresses, what stands in the way of a plan, and what to know besides."""

    pairs: tuple[Pair, ...]
    problems: tuple[Diagnostic, ...]
    warnings: tuple[Diagnostic, ...] = ()
    recognised: Mapping[Address, Address] = field(default_factory=dict)
    """What has moved without a block: its address in the state, as the blocks leave it, by its new one."""


def pair_clusters(desired: Desired, snapshot: Snapshot | None, live: Sequence[LiveCluster]) -> Pairing:
    """Pair desired clusters, records and live clusters; `desired` is such as `check_past` accepts."""
    account = group_account(live)
    known = readdress(desired, snapshot, account)
    wanted = {cluster.address: cluster for cluster in desired.clusters}
    managed = {record.id: address for address, record in known.records.items()}
    unmanaged = group_account(cluster for cluster in live if cluster.id not in managed).by_name
    paired = (
        _pair(address, wanted.get(address), known, account, unmanaged) for address in sorted({*wanted, *known.records})
    )
    let_go = find_let_go(desired.removals, known.records)
    pairs = [replace(pair, is_let_go=True) if pair.address in let_go else pair for pair in paired if pair is not None]
    taken = [
        _report_name_taken(pair.desired, account.by_name[pair.desired.name], managed)
        for pair in pairs
        if pair.desired and pair.address not in known.problems and _lacks_name(pair, pair.desired, account)
    ]
    orphans = [
        _warn_of_orphan(claim, orphan)
        for address, claim in known.claims.items()
        if address not in wanted and (orphan := _find_left_behind(claim, unmanaged))
    ]
    return Pairing(
        pairs=tuple(pairs),
        problems=(*_find_shared(known.records), *known.problems.values(), *taken),
        warnings=(*known.warnings, *orphans),
        recognised={pair.address: known.recognised[pair.address] for pair in pairs if pair.is_recognised},
    )


def _pair(
    address: Address,
    cluster: DesiredCluster | None,
    known: Known,
    account: Account,
    unmanaged: Mapping[str, Sequence[LiveCluster]],
) -> Pair | None:
    """Return what is known of the cluster at `address`, or None where nothing may be done about it."""
    record = known.records.get(address)
    found = account.by_id.get(record.id) if record else None
    claim = known.claims.get(address) if found is None else None
    left_behind = _find_left_behind(claim, unmanaged) if claim else None
    imported = known.imports.get(address) if left_behind is None else None
    if claim and left_behind:
        if cluster is None:
            return None  # To forget the record would end the claim too, and nobody would know of the cluster.
        record, found = _record_left_behind(claim, left_behind.id), left_behind
    elif imported:
        record, found = make_imported_record(address, imported.live), imported.live
    return Pair(
        address=address,
        desired=cluster,
        record=record,
        live=found,
        moved_from=known.former.get(address) if record else None,
        is_recognised=record is not None and address in known.recognised,
        importing=imported.id if imported else None,
        is_left_behind=left_behind is not None,
    )


def _lacks_name(pair: Pair, cluster: DesiredCluster, account: Account) -> bool:
    """Tell whether a cluster is created, or replaced under another name, and somebody else has that name."""
    return (pair.live is None or pair.live.name != cluster.name) and cluster.name in account.by_name


def recall(address: Address, cluster_id: str | None, snapshot: Snapshot | None) -> Record | None:
    """Return what the state knows of the cluster at `address`: its record, or what an interrupted create wrote down."""
    record = snapshot.records.get(address) if snapshot else None
    claim = find_creates(snapshot).get(address)
    if claim is None or cluster_id is None or (record is not None and record.id == cluster_id):
        return record
    return _record_left_behind(claim, cluster_id)


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
                "Put the state back from a backup, or let it forget one of the two:\n"
                f"  planner state rm '{address}'",
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
