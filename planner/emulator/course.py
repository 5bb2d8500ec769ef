"""The course of an exchange: what a request comes to when troubles strike it. Pure, like the account itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from planner.emulator.account import Account, Commit, fold
from planner.emulator.exchange import Answer, Refusal, Request, Scene
from planner.emulator.json_text import Json
from planner.emulator.operations import change_cluster, delete_cluster
from planner.emulator.routing import answer_request
from planner.emulator.settling import find_cluster
from planner.emulator.tokens import read_token, withdraw_token
from planner.emulator.trouble import (
    Action,
    AnswerInstead,
    CutAnswer,
    DelayAnswer,
    DripAnswer,
    EditCluster,
    LoseAnswer,
    LoseRequest,
    RemoveCluster,
    ReplaceAnswer,
    WithdrawToken,
)

__all__ = ["Course", "HandEditError", "edit_cluster", "remove_cluster", "run_course"]


class HandEditError(ValueError):
    """An edit behind the client's back that cannot be made: no such cluster, or the server would refuse it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What becomes true, and how the answer travels.

    `is_lost`: the connection ends instead of the answer, or after half of it if `is_cut`; `is_cut` alone is half an
    answer that looks whole. `delay` is waited before the answer, `drip` before each byte of its body, in seconds.
    """

    commits: tuple[Commit, ...]
    answer: Answer
    is_lost: bool = False
    is_cut: bool = False
    delay: float = 0
    drip: float = 0


def run_course(scene: Scene, request: Request, actions: Sequence[Action]) -> Course:
    """Return what `request` comes to: edits first, then the request itself or what stands in its place."""
    commits = _prepare(scene, request, actions)
    account = _fold_all(scene.account, commits)
    instead = next((action for action in actions if isinstance(action, AnswerInstead | LoseRequest)), None)
    delay = scene.behaviour.latency_seconds + sum(
        action.seconds for action in actions if isinstance(action, DelayAnswer)
    )
    match instead:
        case LoseRequest():
            return Course(commits=commits, answer=Answer(status=0), is_lost=True, delay=delay)
        case AnswerInstead(answer=answer):
            return Course(commits=commits, answer=answer, delay=delay)
        case None:
            pass
        case _:
            assert_never(instead)
    moved = Scene(account=account, now=scene.now, behaviour=scene.behaviour)
    decision = answer_request(moved, request)
    replaced = [action.answer for action in actions if isinstance(action, ReplaceAnswer)]
    cuts = [action for action in actions if isinstance(action, CutAnswer)]
    return Course(
        commits=(*commits, *decision.commits),
        answer=replaced[0] if replaced else decision.answer,
        is_lost=any(isinstance(action, LoseAnswer) for action in actions) or any(not cut.quietly for cut in cuts),
        is_cut=bool(cuts),
        delay=delay,
        drip=max((action.seconds for action in actions if isinstance(action, DripAnswer)), default=0),
    )


def edit_cluster(scene: Scene, name: str, patch: dict[str, Json]) -> tuple[Commit, ...]:
    """Return what a merge patch to the cluster called `name` commits, whatever is in progress on it.

    Raises:
        HandEditError: There is no such cluster, or its configuration would not be valid.
    """
    cluster = find_cluster(scene.account, scene.account.uids.get(name, ""), scene.now)
    if cluster is None:
        raise HandEditError(f"there is no cluster called {name!r} in the account")
    try:
        return change_cluster(scene, cluster, patch).commits
    except Refusal as refusal:
        raise HandEditError(f"cluster {name!r} cannot be edited so: {refusal.answer.body.decode()}") from None


def remove_cluster(scene: Scene, name: str) -> tuple[Commit, ...]:
    """Return what deleting the cluster called `name` commits.

    Raises:
        HandEditError: There is no such cluster.
    """
    try:
        return delete_cluster(scene, scene.account.uids.get(name, "")).commits
    except Refusal:
        raise HandEditError(f"there is no cluster called {name!r} in the account") from None


def _prepare(scene: Scene, request: Request, actions: Sequence[Action]) -> tuple[Commit, ...]:
    """Return what happens before the request is looked at."""
    commits: tuple[Commit, ...] = ()
    for action in actions:
        here = Scene(account=_fold_all(scene.account, commits), now=scene.now, behaviour=scene.behaviour)
        match action:
            case EditCluster(name=name, patch=patch):
                commits = (*commits, *edit_cluster(here, name, patch))
            case RemoveCluster(name=name):
                commits = (*commits, *remove_cluster(here, name))
            case WithdrawToken():
                commits = (*commits, withdraw_token(read_token(request)))
            case _:
                pass
    return commits


def _fold_all(account: Account, commits: Sequence[Commit]) -> Account:
    for commit in commits:
        account = fold(account, commit)
    return account
