"""Settling: is the server done with a cluster? A verdict with states, not a loop."""

from collections.abc import Iterator
from enum import Enum

from planner.model.live import FAILED_STATES, SETTLED_STATES, LiveCluster

__all__ = ["Verdict", "judge_settled", "poll_delays"]


class Verdict(Enum):
    """How far the server is."""

    SETTLED = "settled"
    ON_ITS_WAY = "on its way"
    FAILED = "failed"


def judge_settled(live: LiveCluster) -> Verdict:
    """Tell how far the server is with a cluster.

    A server that says nothing of a cluster's state is taken to be done; a word that is new to us means on its way.
    """
    if live.state in FAILED_STATES:
        return Verdict.FAILED
    if live.state is None:
        return Verdict.SETTLED
    spec = live.document.get("spec")
    wanted = spec.get("desiredState") if isinstance(spec, dict) else None
    settled = {SETTLED_STATES[wanted]} if wanted in SETTLED_STATES else set(SETTLED_STATES.values())
    return Verdict.SETTLED if live.state in settled else Verdict.ON_ITS_WAY


def poll_delays() -> Iterator[float]:
    """Yield the seconds to wait before each look at a cluster: often at first, then every 10 seconds."""
    delay = 1.0
    while True:
        yield delay
        delay = min(delay * 1.3, 10.0)
