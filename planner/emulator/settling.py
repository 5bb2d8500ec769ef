"""Settling: where a cluster stands at a moment, computed from timestamps when it is looked at. No timers."""

from planner.emulator.account import Account, Cluster, Settling
from planner.emulator.behaviour import Behaviour

__all__ = ["find_cluster", "is_gone", "is_settled", "name_phase", "start_change", "start_create", "start_delete"]

_SETTLED = {"STARTED": "RUNNING", "STOPPED": "STOPPED"}


def is_settled(cluster: Cluster, now: float) -> bool:
    """Tell whether nothing is in progress on `cluster`."""
    return now >= cluster.settling.ends_at


def is_gone(cluster: Cluster, now: float) -> bool:
    """Tell whether the deletion of `cluster` is over."""
    return is_settled(cluster, now) and cluster.settling.settled is None


def name_phase(cluster: Cluster, now: float) -> str:
    """Return `status.state` of `cluster`: a phase such as CREATING, then what it settles in, such as RUNNING."""
    if is_settled(cluster, now) and cluster.settling.settled is not None:
        return cluster.settling.settled
    return cluster.settling.phase


def find_cluster(account: Account, uid: str, now: float) -> Cluster | None:
    """Return the cluster with this id, or None if there is none, or none any more."""
    cluster = account.clusters.get(uid)
    return None if cluster is None or is_gone(cluster, now) else cluster


def start_create(name: str, desired: str, now: float, behaviour: Behaviour) -> Settling:
    """Return what a new cluster is doing from `now` on."""
    return _start("CREATING", _end_in(name, desired, behaviour), now, behaviour)


def start_change(name: str, before: str, after: str, now: float, behaviour: Behaviour) -> Settling:
    """Return what a cluster is doing after a change; `before` and `after` are its `spec.desiredState`."""
    phase = "UPDATING" if before == after else "STOPPING" if after == "STOPPED" else "STARTING"
    return _start(phase, _end_in(name, after, behaviour), now, behaviour)


def start_delete(now: float, behaviour: Behaviour) -> Settling:
    """Return what a cluster is doing from its deletion on."""
    return _start("DELETING", None, now, behaviour)


def _start(phase: str, settled: str | None, now: float, behaviour: Behaviour) -> Settling:
    return Settling(phase=phase, ends_at=now + behaviour.settle_seconds, settled=settled)


def _end_in(name: str, desired: str, behaviour: Behaviour) -> str:
    return "FAILED" if name in behaviour.failing_names else _SETTLED.get(desired, "RUNNING")
