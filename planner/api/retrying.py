"""Retrying: whether a request is sent again, and when.

A request that may have been performed is repeated only where twice is the same as once (GET, DELETE); what became
of a POST, PUT or PATCH is for the caller to find out, by reading. Pure: time and chance are passed in.
"""

from dataclasses import dataclass
from typing import TypeAlias, assert_never

from planner.api.happenings import Happening, Lost, Reply, Unsent, Verb

__all__ = ["ATTEMPTS", "LONGEST_WAIT", "GiveUp", "Renew", "Retry", "Verdict", "decide"]

ATTEMPTS = 5
LONGEST_WAIT = 120.0
"""Seconds. A server that asks for more is not waited for: the user is told instead."""

_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 20.0
_REPEATABLE: frozenset[Verb] = frozenset({"GET", "DELETE"})


@dataclass(frozen=True, slots=True)
class Retry:
    """Send it again after `delay` seconds."""

    delay: float


@dataclass(frozen=True, slots=True)
class Renew:
    """Send it again at once, with another token: a request without a valid one is not performed."""


@dataclass(frozen=True, slots=True)
class GiveUp:
    """What happened is what we report."""


Verdict: TypeAlias = Retry | Renew | GiveUp


def decide(  # noqa: PLR0913 - the axes of the retry matrix, and nothing else
    verb: Verb,
    happening: Happening,
    *,
    attempt: int,
    budget: float,
    draw: float,
    asked: float | None = None,
    is_renewed: bool = False,
) -> Verdict:
    """Return what to do after attempt number `attempt` (from 1) came to `happening`.

    `budget` is the seconds left to the request's deadline, `draw` a random number from 0 to 1, `asked` the seconds
    of the answer's `Retry-After`. Full jitter: a pause is a random part of a bound that doubles.
    """
    if isinstance(happening, Reply) and happening.status == 401:
        return GiveUp() if is_renewed else Renew()
    if attempt >= ATTEMPTS or not is_retried(verb, happening):
        return GiveUp()
    delay = draw * min(_LONGEST_PAUSE, _FIRST_PAUSE * 2**attempt) + (asked or 0.0)
    if (asked or 0.0) > LONGEST_WAIT or delay >= budget:
        return GiveUp()
    return Retry(delay)


def is_retried(verb: Verb, happening: Happening) -> bool:
    """Tell whether a request with `verb` may be sent again after `happening`, time and attempts apart."""
    match happening:
        case Unsent():
            return not happening.is_final
        case Lost():
            return not happening.is_final and verb in _REPEATABLE
        case Reply(status=429):
            # Assumed: 429 is answered before anything is performed. A POST is still left to the caller, who first
            # looks whether the cluster is there.
            return verb != "POST"
        case Reply(status=status):
            return (status in {408, 425} or status >= 500) and verb in _REPEATABLE
        case _:
            assert_never(happening)
