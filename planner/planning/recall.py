"""Recalling: the clusters as the state last observed them, in the place of what the account would say.

It is what a plan without a refresh compares with. Refuses where only the account can tell: what an interrupted run has
made, and what an `import` block is about.
"""

from collections.abc import Iterator
from typing import cast

from planner.model.desired import Desired
from planner.model.diagnostics import Diagnostic
from planner.model.live import LiveCluster
from planner.model.paths import Path, format_path
from schemas import cluster_field
from state.address import Address
from state.record import Record
from state.snapshot import Snapshot
from state.values import Json, Late, Secret, Value

__all__ = ["describe_recalled", "find_hindrances", "recall_clusters"]


def recall_clusters(snapshot: Snapshot | None) -> tuple[LiveCluster, ...]:
    """Return the clusters of the state as it last observed them; fingerprints stand in the place of secrets."""
    return tuple(map(_recall, snapshot.records.values())) if snapshot else ()


def find_hindrances(desired: Desired, snapshot: Snapshot | None) -> Iterator[Diagnostic]:
    """Yield a diagnostic for all that cannot be planned without asking the account."""
    for intent in snapshot.intents if snapshot else ():
        yield Diagnostic(
            code="refresh-needed",
            summary=f"Only the account can tell what became of {intent.address}",
            detail=f"An interrupted run left open whether its {intent.kind} was performed. Plan without "
            "-refresh=false.",
            address=intent.address,
        )
    records = snapshot.records if snapshot else {}
    for block in desired.imports:
        if block.address not in records:
            yield Diagnostic(
                code="refresh-needed",
                summary=f"Only the account can tell what {block.address} is to be imported from",
                detail="An import block is about a cluster that the state does not know. Plan without -refresh=false.",
                span=block.span,
                address=block.address,
            )


def describe_recalled(live: LiveCluster, address: Address) -> dict[str, Json]:
    """Return what expressions can know of a recalled cluster: neither its status, nor its secrets, are in the state."""
    parts: dict[str, Value] = {
        "metadata": {**_list_late(f"{address}.metadata"), "name": live.name, "uid": live.id},
        "spec": _withhold_secrets(cast("Value", live.document["spec"]), address, ("spec",)),
    }
    return cast("dict[str, Json]", parts)  # what is late in it is read as such


def _recall(record: Record) -> LiveCluster:
    observed = record.applied if record.observed is None else record.observed
    return LiveCluster(
        id=record.id,
        name=record.name,
        resource_version=record.resource_version,
        state=None,
        document=cast("dict[str, Json]", {"spec": observed.get("spec", {})}),  # a fingerprint is sealed already
        is_recalled=True,
    )


def _list_late(prefix: str) -> dict[str, Value]:
    return {name: Late((f"{prefix}.{name}",)) for name in cluster_field().fields["metadata"].fields}


def _withhold_secrets(value: Value, address: Address, path: Path) -> Value:
    match value:
        case Secret():
            return Late((f"{address}.{format_path(path)}",))
        case dict():
            return {name: _withhold_secrets(member, address, (*path, name)) for name, member in value.items()}
        case list():
            return [_withhold_secrets(item, address, (*path, at)) for at, item in enumerate(value)]
        case _:
            return value
