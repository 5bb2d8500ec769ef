"""Waiting: looks at a cluster again and again until it is as it should be, and tells how it goes."""

from collections.abc import Callable

from planner.applying.ports import Ports
from planner.applying.settling import Verdict, judge_settled, poll_delays
from planner.model.events import StillSettling
from planner.model.live import ApiFault, LiveCluster
from planner.model.plan import Operation

__all__ = ["Unsettled", "wait_until_gone", "wait_until_settled"]

_TELL_EVERY = 10.0
"""Seconds between two lines about a cluster that is on its way."""


class Unsettled(ApiFault):
    """The request was taken, and the cluster did not become what it should; `code` says which way."""

    def __init__(self, code: str, summary: str, advice: str) -> None:
        super().__init__(summary, advice)
        self.code = code


async def wait_until_settled(operation: Operation, live: LiveCluster, ports: Ports) -> LiveCluster:
    """Return the cluster once the server is done with it.

    Raises:
        Unsettled: the server gave up, it took too long, or the user wants to stop.
        ApiFault: the cluster could not be read.
    """
    last = live

    def is_over(seen: LiveCluster | None) -> bool:
        nonlocal last
        # A cluster that was made a moment ago may not be visible yet: None is no news.
        last = seen or last
        return judge_settled(last) is Verdict.SETTLED

    await _watch(operation, live.id, live, is_over, ports)
    return last


async def wait_until_gone(operation: Operation, cluster_id: str, ports: Ports) -> None:
    """Return once the server knows no cluster of this id.

    Raises:
        Unsettled: the server gave up, it took too long, or the user wants to stop.
        ApiFault: the cluster could not be read.
    """
    live = await ports.api.read_cluster(cluster_id)
    await _watch(operation, cluster_id, live, lambda seen: seen is None, ports)


async def _watch(
    operation: Operation,
    cluster_id: str,
    live: LiveCluster | None,
    is_over: Callable[[LiveCluster | None], bool],
    ports: Ports,
) -> None:
    began = told = ports.clock.now()
    for delay in poll_delays():
        if is_over(live):
            return
        phase = live.state or "" if live else ""
        seconds = ports.clock.now() - began
        _check_patience(operation, live, seconds, ports)
        if seconds and ports.clock.now() - told >= _TELL_EVERY:
            told = ports.clock.now()
            ports.tell(StillSettling(operation=operation, id=cluster_id, phase=phase, seconds=seconds))
        await ports.clock.sleep(delay)
        live = await ports.api.read_cluster(cluster_id)


def _check_patience(operation: Operation, live: LiveCluster | None, seconds: float, ports: Ports) -> None:
    phase = live.state or "unknown" if live else "unknown"
    if live and judge_settled(live) is Verdict.FAILED:
        raise Unsettled(
            "cluster-failed",
            f'The cluster "{live.name}" is in the state {phase}',
            f"The server took the request and gave up on it. Look at the cluster (id {live.id}) in the Manager, "
            "repair it there, and plan again.",
        )
    if ports.is_stopped():
        raise Unsettled(
            "stopped",
            f"Stopped while {operation.address} was on its way",
            f"The server took the request and goes on with it (state {phase}). The next plan shows where it stands.",
        )
    if seconds > ports.limits.settle_seconds:
        raise Unsettled(
            "settle-timeout",
            f"{operation.address} did not settle in {ports.limits.settle_seconds / 60:.0f} minutes",
            f"The server took the request; the cluster is in the state {phase}. Nothing is lost: plan again later, or "
            "allow more time with -settle-timeout.",
        )
