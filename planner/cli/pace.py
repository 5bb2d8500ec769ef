"""Pace: of the many looks at clusters that settle, which are worth a line. Never a flood, and never silence.

A few clusters are told one by one, of many all in one line; either at first soon, and later once a minute.
"""

from collections.abc import Callable
from time import monotonic
from typing import TypeAlias

from planner.model.events import ChangeEnded, Crowd, Event, OperationAnswered, OperationStarted, StillSettling
from planner.model.plan import Method

__all__ = ["Pace"]

_FEW = 5
"""How many clusters are told one by one."""

_FIRST, _LAST = 10.0, 60.0
"""Seconds between two lines: at first, and at most."""

_Now: TypeAlias = Callable[[], float]


class Pace:
    """Remembers what has been told and when; `now` gives seconds on a clock that only goes forward."""

    def __init__(self, now: _Now = monotonic) -> None:
        self._now = now
        self._under_way: dict[str, StillSettling] = {}
        self._due: dict[str, float] = {}
        self._interval = _FIRST
        self._all_due = 0.0

    def choose(self, event: Event) -> Event | Crowd | None:
        """Return what is worth a line: the event, all that is under way, or nothing."""
        match event:
            case StillSettling():
                self._under_way[str(event.operation.address)] = event
                return self._choose_one(event) if len(self._under_way) <= _FEW else self._choose_all()
            case ChangeEnded(outcome=outcome):
                self._under_way.pop(str(outcome.address), None)
                self._due.pop(str(outcome.address), None)
            case OperationStarted() | OperationAnswered():
                pass
        return event

    def _choose_one(self, event: StillSettling) -> StillSettling | None:
        address = str(event.operation.address)
        if event.seconds < self._due.get(address, _FIRST):
            return None
        self._due[address] = event.seconds + min(max(event.seconds, _FIRST), _LAST)
        return event

    def _choose_all(self) -> Crowd | None:
        now = self._now()
        if now < self._all_due:
            return None
        self._all_due = now + self._interval
        self._interval = min(2 * self._interval, _LAST)
        methods = [event.operation.method for event in self._under_way.values()]
        return Crowd(
            counts=tuple((method, methods.count(method)) for method in Method if method in methods),
            longest=max(self._under_way.values(), key=lambda event: event.seconds),
        )
