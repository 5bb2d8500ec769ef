"""The errors of the state: everything that reading, writing or locking it may raise.

    StateError
    ├── StateNotRead        the storage did not hand it over
    ├── StateMissing        it is gone, and something beside it says that it was there
    ├── StateDamaged        it was written by us and is not as it was written
    ├── StateTooNew         it was written by a newer version
    ├── StateForeign        it is something else
    ├── StateMoved          it is not the state that the caller read
    ├── StateNotWritten     the storage did not take it; what was there before still is
    ├── LockHeld            somebody else is at work
    └── LockLost            somebody broke our lock

Each carries a summary without a full stop and an advice in sentences that ends with what to do. Refuses to hold a
secret: no message quotes a value of a record.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from state.lock import LockInfo

__all__ = [
    "LockHeld",
    "LockLost",
    "StateDamaged",
    "StateError",
    "StateForeign",
    "StateMissing",
    "StateMoved",
    "StateNotRead",
    "StateNotWritten",
    "StateTooNew",
]


class StateError(Exception):
    """Something about the state stops the command; `summary` and `advice` are for people."""

    def __init__(self, summary: str, advice: str) -> None:
        super().__init__(f"{summary}. {advice}")
        self.summary = summary
        self.advice = advice


class StateNotRead(StateError):  # noqa: N818 - the names of the tree say what happened, not that it is an error
    """The storage did not hand the state over."""


class StateMissing(StateError):  # noqa: N818 - as above
    """There is no state, but a backup or a journal beside it says that there was one."""


class StateDamaged(StateError):  # noqa: N818 - as above
    """The state was written by us and is not as it was written: empty, cut short, or changed."""


class StateTooNew(StateError):  # noqa: N818 - as above
    """The state was written in a format that only a newer version knows."""


class StateForeign(StateError):  # noqa: N818 - as above
    """What stands where the state should be was not written by us."""


class StateMoved(StateError):  # noqa: N818 - as above
    """The state is not the one that the caller read: somebody wrote it in between."""


class StateNotWritten(StateError):  # noqa: N818 - as above
    """The storage did not take the state; what was there before still is."""


class LockHeld(StateError):  # noqa: N818 - as above
    """Somebody else holds the lock; `holder` says who, or is None where that cannot be read."""

    def __init__(self, summary: str, advice: str, holder: "LockInfo | None") -> None:
        super().__init__(summary, advice)
        self.holder = holder


class LockLost(StateError):  # noqa: N818 - as above
    """The lock that we held is no longer ours; nothing was written."""
