"""Drift as lines of JSON: one for each cluster that others changed or deleted, then the summary."""

from collections.abc import Iterator

from planner.model.drift import ClusterDrift, Drift, Drifted
from planner.model.drift_documents import encode_drifted
from planner.render.drift_text import render_drift_summary
from planner.render.escaping import escape
from planner.render.events_json import JsonEvent, describe_address
from state.values import Json

__all__ = ["describe_drift"]


def describe_drift(drift: Drift) -> Iterator[JsonEvent]:
    """Return what `drift` says; what is ignored is only counted."""
    for cluster in drift.clusters:
        if cluster.is_drift:
            yield _describe_cluster(cluster)
    changed = sum(bool(cluster.drifted) for cluster in drift.clusters)
    deleted = sum(cluster.is_gone for cluster in drift.clusters)
    counts: dict[str, Json] = {
        "changed": changed,
        "deleted": deleted,
        "ignored": sum(len(cluster.ignored) for cluster in drift.clusters),
        "operation": "drift",
        "unchanged": drift.compared - changed - deleted,
        "unmanaged": drift.unmanaged,
        "values": sum(len(cluster.drifted) for cluster in drift.clusters),
    }
    yield JsonEvent(type="drift_summary", message=render_drift_summary(drift), payload={"drift": counts})


def _describe_cluster(cluster: ClusterDrift) -> JsonEvent:
    told = "Deleted outside of planner" if cluster.is_gone else "Changed outside of planner"
    change: dict[str, Json] = {
        "resource": describe_address(cluster.address),
        "action": "delete" if cluster.is_gone else "update",
        "id": cluster.id,
        "name": cluster.name,
        "differences": [_describe_value(one) for one in cluster.drifted],
    }
    message = f"{escape(str(cluster.address))}: {told}"
    return JsonEvent(type="resource_drift", message=message, payload={"change": change})


def _describe_value(one: Drifted) -> Json:
    return encode_drifted(one.path, one.cause, before=one.applied, after=one.live, observed=one.observed)
