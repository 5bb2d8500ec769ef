"""Trouble: what goes wrong on purpose, and with which request. Data only; the app makes it happen.

A trouble waits for the requests that it is meant for, lets some pass, strikes, and is spent.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import TypeAlias

from planner.emulator.exchange import Answer, Request
from planner.emulator.json_text import Json
from planner.emulator.routing import ROOT

__all__ = [
    "Action",
    "AnswerInstead",
    "CutAnswer",
    "DelayAnswer",
    "DripAnswer",
    "EditCluster",
    "LoseAnswer",
    "LoseRequest",
    "RemoveCluster",
    "ReplaceAnswer",
    "Trouble",
    "WithdrawToken",
    "find_troubles",
]


@dataclass(frozen=True, slots=True)
class LoseRequest:
    """The connection ends before anything was done: the client cannot know."""


@dataclass(frozen=True, slots=True)
class LoseAnswer:
    """The connection ends after everything was done: the client cannot know."""


@dataclass(frozen=True, slots=True)
class AnswerInstead:
    """Nothing is done; this is answered."""

    answer: Answer


@dataclass(frozen=True, slots=True)
class ReplaceAnswer:
    """Everything is done; this is answered."""

    answer: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class CutAnswer:
    """Everything is done; half of the body arrives, then the connection ends.

    `quietly`: as the proper end of a body of that length, so that only a reader of JSON can notice.
    """

    quietly: bool = False


@dataclass(frozen=True, slots=True)
class DelayAnswer:
    """Everything is done; the answer comes later."""

    seconds: float


@dataclass(frozen=True, slots=True)
class DripAnswer:
    """Everything is done; the body comes byte by byte, with a pause before each."""

    seconds: float


@dataclass(frozen=True, slots=True)
class WithdrawToken:
    """The token of the request is refused, now and later; a new one is good."""


@dataclass(frozen=True, slots=True)
class EditCluster:
    """Somebody else sends a merge patch to the cluster called `name`, just before the request is looked at."""

    name: str
    patch: dict[str, Json] = field(hash=False)


@dataclass(frozen=True, slots=True)
class RemoveCluster:
    """Somebody else deletes the cluster called `name`, just before the request is looked at."""

    name: str


Action: TypeAlias = (
    LoseRequest
    | LoseAnswer
    | AnswerInstead
    | ReplaceAnswer
    | CutAnswer
    | DelayAnswer
    | DripAnswer
    | WithdrawToken
    | EditCluster
    | RemoveCluster
)


@dataclass(frozen=True, slots=True)
class Trouble:
    """An action, and the requests that it strikes.

    `on` is a method and a path below `/api/v1`, each of which may hold wildcards: "POST", "GET /clusters/*",
    "* /oauth/token". Of these requests the `nth` is struck first, and `times` in all; None strikes for ever.
    """

    action: Action
    on: str = "*"
    nth: int = 1
    times: int | None = 1


def find_troubles(troubles: Sequence[Trouble], request: Request) -> tuple[tuple[Action, ...], tuple[Trouble, ...]]:
    """Return the actions that strike `request`, and the troubles that remain after it."""
    struck: list[Action] = []
    remaining: list[Trouble] = []
    for trouble in troubles:
        if not _is_meant(trouble, request):
            remaining.append(trouble)
        elif trouble.nth > 1:
            remaining.append(replace(trouble, nth=trouble.nth - 1))
        else:
            struck.append(trouble.action)
            if trouble.times is None:
                remaining.append(trouble)
            elif trouble.times > 1:
                remaining.append(replace(trouble, times=trouble.times - 1))
    return tuple(struck), tuple(remaining)


def _is_meant(trouble: Trouble, request: Request) -> bool:
    method, _, path = trouble.on.partition(" ")
    return fnmatchcase(request.method, method) and fnmatchcase(request.path.removeprefix(ROOT), path or "*")
