"""Waiting: looks at a cluster again and again until it is as it should be, and tells how it goes."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import chain

from planner.applying.ports import Limits, WatchPorts
from planner.applying.settling import Verdict, judge_settled, poll_delays
from planner.model.events import StillSettling
from planner.model.live import ApiFault, LiveCluster, Refused
from planner.model.plan import Method, Operation
from state.values import Timeouts

__all__ = ["Patience", "Unsettled", "choose_patience", "wait_until_gone", "wait_until_settled"]

_TELL_EVERY = 10.0
"""Seconds between two events about a cluster that is on its way; another word for its state is one at once."""


_BLIND_SECONDS = 600.0
"""How long a cluster may be out of sight: networks and servers have their moments in the hour that a create takes."""


class Unsettled(ApiFault):
    """The request was taken, and the cluster with `cluster_id` did not become what it should; `code` says which way."""

    def __init__(self, code: str, cluster_id: str, summary: str, advice: str) -> None:
        super().__init__(summary, advice)
        self.code = code
        self.cluster_id = cluster_id


@dataclass(frozen=True, slots=True)
class Patience:
    """How many seconds a cluster may take until it has settled; `source` is what said so, and can say more."""

    seconds: float
    source: str = "-settle-timeout"


def choose_patience(operation: Operation, timeouts: Timeouts, limits: Limits) -> Patience:
    """Return how long a cluster may take after `operation`: as its own `timeouts` say, or else as all may."""
    match operation.method:
        case Method.POST:
            name, seconds = "create", timeouts.create
        case Method.PATCH | Method.PUT:
            name, seconds = "update", timeouts.update
        case Method.DELETE:
            name, seconds = "delete", timeouts.delete
    if seconds is None:
        return Patience(limits.settle_seconds)
    return Patience(seconds, f'"{name}" in the timeouts block of {operation.address}')


async def wait_until_settled(
    operation: Operation, live: LiveCluster, ports: WatchPorts, patience: Patience | None = None
) -> LiveCluster:
    """Return the cluster once the server is done with it; `live` is how it was last seen.

    Raises:
        Unsettled: the server gave up, it took too long or went out of sight, or the user wants to stop.
    """
    last, last_seen = live, ports.clock.now()

    def judge(seen: LiveCluster | None) -> Verdict:
        nonlocal last, last_seen
        if seen is not None:
            last, last_seen = seen, ports.clock.now()
        elif last.is_leaving or ports.clock.now() - last_seen > _BLIND_SECONDS:
            raise _report_gone(operation, live.id)
        # A cluster that was made a moment ago may not be visible yet: until then, None is no news.
        return judge_settled(last)

    if judge(live) is not Verdict.SETTLED:
        watched = _Watched(operation, live.id, judge, patience or Patience(ports.limits.settle_seconds))
        await _watch(watched, live, poll_delays(), ports)
    return last


async def wait_until_gone(operation: Operation, cluster_id: str, ports: WatchPorts, patience: Patience) -> None:
    """Return once the server knows the cluster no longer.

    Raises:
        Unsettled: the server gave up, it took too long or went out of sight, or the user wants to stop.
    """
    has_begun = False

    def judge(seen: LiveCluster | None) -> Verdict:
        nonlocal has_begun
        if seen is None:
            return Verdict.SETTLED
        # A cluster that had failed before is deleted like any other: only a failure after that is one.
        has_failed = judge_settled(seen) is Verdict.FAILED
        has_begun = has_begun or not has_failed
        return Verdict.FAILED if has_failed and has_begun else Verdict.ON_ITS_WAY

    await _watch(_Watched(operation, cluster_id, judge, patience), None, chain((0.0,), poll_delays()), ports)


@dataclass(frozen=True, slots=True)
class _Watched:
    """What is watched, and how it is judged."""

    operation: Operation
    cluster_id: str
    judge: Callable[[LiveCluster | None], Verdict]
    patience: Patience


async def _watch(watched: _Watched, first: LiveCluster | None, delays: Iterable[float], ports: WatchPorts) -> None:
    began = told = last_seen = ports.clock.now()
    state = told_state = first.state if first else None
    verdict = watched.judge(first) if first else Verdict.ON_ITS_WAY
    for delay in delays:
        now = ports.clock.now()
        _check_patience(watched, verdict, state or "unknown", now - began, ports)
        if now - told >= _TELL_EVERY or state != told_state:
            told, told_state = now, state
            seconds = now - began
            ports.tell(
                StillSettling(operation=watched.operation, id=watched.cluster_id, phase=state or "", seconds=seconds)
            )
        if delay:
            await ports.clock.sleep(delay)
        try:
            live = await ports.api.read_cluster(watched.cluster_id)
        except ApiFault as fault:
            if not _is_passing(fault) or ports.clock.now() - last_seen > _BLIND_SECONDS:
                raise _lose_sight(watched, fault) from fault
            continue
        last_seen = ports.clock.now()
        state = live.state if live else None
        verdict = watched.judge(live)
        if verdict is Verdict.SETTLED:
            return


def _is_passing(fault: ApiFault) -> bool:
    """Tell whether a look that failed may succeed in a while; one that is forbidden will not."""
    return not (isinstance(fault, Refused) and fault.status < 500 and fault.status != 429)


def _report_gone(operation: Operation, cluster_id: str) -> Unsettled:
    return Unsettled(
        "cluster-gone",
        cluster_id,
        f"{operation.address} is gone",
        "The server took the request and then knew the cluster no longer: somebody may have deleted it. Plan again.",
    )


def _lose_sight(watched: _Watched, fault: ApiFault) -> Unsettled:
    return Unsettled(
        "out-of-sight",
        watched.cluster_id,
        f"{watched.operation.address} cannot be seen any more: {fault.summary}",
        f"The server took the request and goes on with it. {fault.advice} The next plan shows where it stands.",
    )


def _check_patience(watched: _Watched, verdict: Verdict, phase: str, seconds: float, ports: WatchPorts) -> None:
    address, cluster_id = watched.operation.address, watched.cluster_id
    if verdict is Verdict.FAILED:
        raise Unsettled(
            "cluster-failed",
            cluster_id,
            f"{address} is in the state {phase}",
            f"The server took the request and gave up on it. Look at the cluster (id {cluster_id}) in the Manager, "
            "repair it there, and plan again.",
        )
    if ports.is_stopped():
        raise Unsettled(
            "stopped",
            cluster_id,
            f"Stopped while {address} was on its way",
            f"The server took the request and goes on with it (state {phase}). The next plan shows where it stands.",
        )
    if seconds > watched.patience.seconds:
        raise _report_impatience(watched, phase)


def _report_impatience(watched: _Watched, phase: str) -> Unsettled:
    verb = {Method.POST: "create", Method.DELETE: "delete"}.get(watched.operation.method, "change")
    return Unsettled(
        "settle-timeout",
        watched.cluster_id,
        f"{watched.operation.address} did not settle in {_spell_duration(watched.patience.seconds)}",
        f"The server took the request to {verb} it and goes on with it; it was last in the state {phase}. Nothing is "
        f"lost: the next plan goes on from there. {watched.patience.source} allows more time.",
    )


def _spell_duration(seconds: float) -> str:
    """Return `seconds` in words, as `1 hour 30 minutes`."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(int(minutes), 60)
    parts = [(hours, "hour"), (minutes, "minute"), (rest, "second")]
    told = [f"{number:g} {unit}{'' if number == 1 else 's'}" for number, unit in parts if number]
    return " ".join(told) or "0 seconds"
