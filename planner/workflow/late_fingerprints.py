"""Fingerprints of late values: are their expressions still those that a saved plan was made from?

A value that is not known yet cannot be compared, but what it comes to with made-up values can: the same ones, made from
addresses, whenever it is asked for. Tells nothing where an expression does not get along with such values.
"""

from collections.abc import Iterable, Mapping
from hashlib import sha256

from planner.config.configuration import Configuration
from planner.model.desired import Desired, DesiredCluster, Known
from planner.model.late import place_late
from planner.model.paths import Path, format_path
from planner.planning.seal import make_fingerprint
from state.address import Address
from state.values import Json, Value

__all__ = ["fingerprint_late"]


def fingerprint_late(configuration: Configuration, revised: Desired, known: Known, key: str) -> dict[Address, str]:
    """Return a fingerprint for each cluster of `revised` in which something is late; none where it cannot be told.

    `revised` is what `configuration` comes to with what is `known`; `key` is that of fingerprints.
    """
    late = [cluster for cluster in revised.clusters if cluster.late]
    if not late or configuration.revise is None:
        return {}
    addresses = [cluster.address for cluster in revised.clusters]
    for parts in (_make_up_all, _make_up_metadata):
        probed = configuration.revise({at: {**parts(at), **known.get(at, {})} for at in addresses}).desired
        if probed is not None:
            return dict(_fingerprint(late, probed, key))
    return {}


def _fingerprint(late: Iterable[DesiredCluster], probed: Desired, key: str) -> Iterable[tuple[Address, str]]:
    found = {cluster.address: cluster for cluster in probed.clusters}
    for cluster in late:
        if (made := found.get(cluster.address)) is not None:
            document = place_late(made.document, made.late)
            values: dict[str, Value] = {format_path(path): _look(document, path) for path in cluster.late}
            yield cluster.address, make_fingerprint(values, key)


def _look(value: Value, path: Path) -> Value:
    for step in path:
        match value, step:
            case dict(), str():
                value = value.get(step)
            case list(), int() if step < len(value):
                value = value[step]
            case _:
                return None
    return value


def _make_up_metadata(address: Address) -> Mapping[str, Json]:
    return {"metadata": {"name": str(address), "uid": sha256(str(address).encode()).hexdigest()[:32]}}


def _make_up_all(address: Address) -> Mapping[str, Json]:
    number = int(sha256(str(address).encode()).hexdigest()[:6], 16)
    return {**_make_up_metadata(address), "status": {"state": "RUNNING", "resourceVersion": number}}
