"""Describing: a cluster as the API shows it, as JSON text.

The configuration is text already, so a list of a thousand clusters is put together and not serialised anew.
"""

from datetime import UTC, datetime

from planner.emulator.account import Cluster, Version
from planner.emulator.behaviour import Behaviour
from planner.emulator.json_text import Json, write_json
from planner.emulator.settling import is_settled, name_phase

__all__ = ["describe_cluster", "describe_metadata", "describe_version"]

_EVENTS_SHOWN = 5


def describe_cluster(cluster: Cluster, now: float, behaviour: Behaviour) -> str:
    """Return the Cluster as it is at `now`."""
    status: dict[str, Json] = {
        "state": name_phase(cluster, now),
        "resourceVersion": cluster.latest.resource_version,
    }
    if behaviour.adds_own_fields:
        status["updateState"] = "NONE" if is_settled(cluster, now) else "IN_PROGRESS"
        status["events"] = [_describe_event(version) for version in cluster.versions[-_EVENTS_SHOWN:]]
    return _join(cluster.latest, status)


def describe_version(version: Version) -> str:
    """Return the Cluster as it was at an earlier version; of its status, only the resource version was kept."""
    return _join(version, {"resourceVersion": version.resource_version})


def describe_metadata(name: str, uid: str, created_at: float, behaviour: Behaviour) -> dict[str, Json]:
    """Return the metadata of a cluster."""
    metadata: dict[str, Json] = {"name": name, "uid": uid}
    if behaviour.adds_own_fields:
        metadata["created"] = _write_time(created_at)
    return metadata


def _join(version: Version, status: dict[str, Json]) -> str:
    return f'{{"metadata":{version.metadata},"spec":{version.spec},"status":{write_json(status)}}}'


def _describe_event(version: Version) -> Json:
    return {"time": _write_time(version.written_at), "message": f"Configuration {version.resource_version} accepted"}


def _write_time(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
