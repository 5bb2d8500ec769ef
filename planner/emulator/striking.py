"""Striking: what a request comes to when troubles hit it. Pure; loaded only where there are troubles."""

from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from planner.emulator.account import Commit, fold
from planner.emulator.course import Course, edit_cluster, remove_cluster, run_course
from planner.emulator.exchange import Answer, Request, Scene
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

__all__ = ["run_struck_course"]


def run_struck_course(scene: Scene, request: Request, actions: Sequence[Action]) -> Course:
    """Return what `request` comes to under `actions`.

    Whoever acts behind the client's back acts first; then comes the request, unless something stands in its place;
    then what happens to the answer on its way.
    """
    commits: tuple[Commit, ...] = ()
    for action in actions:
        here = replace(scene, account=fold(scene.account, *commits))
        commits = (*commits, *_act_before(here, request, action))
    moved = replace(scene, account=fold(scene.account, *commits))
    instead = next((course for action in actions if (course := _stand_instead(scene, action))), None)
    course = instead or run_course(moved, request)
    for action in actions:
        course = _bend(course, action)
    return replace(course, commits=(*commits, *course.commits))


def _act_before(scene: Scene, request: Request, action: Action) -> tuple[Commit, ...]:
    match action:
        case EditCluster(name=name, patch=patch):
            return edit_cluster(scene, name, patch)
        case RemoveCluster(name=name):
            return remove_cluster(scene, name)
        case WithdrawToken():
            return (withdraw_token(read_token(request)),)
        case _:
            return ()


def _stand_instead(scene: Scene, action: Action) -> Course | None:
    delay = scene.behaviour.latency_seconds
    match action:
        case LoseRequest():
            return Course(commits=(), answer=Answer(status=0), is_lost=True, delay=delay)
        case AnswerInstead(answer=answer):
            return Course(commits=(), answer=answer, delay=delay)
        case _:
            return None


def _bend(course: Course, action: Action) -> Course:
    """Return `course` with what `action` does to the answer on its way."""
    match action:
        case LoseAnswer():
            return replace(course, is_lost=True)
        case ReplaceAnswer(answer=answer):
            return replace(course, answer=answer)
        case CutAnswer(quietly=quietly):
            return replace(course, is_cut=True, is_lost=course.is_lost or not quietly)
        case DelayAnswer(seconds=seconds):
            return replace(course, delay=course.delay + seconds)
        case DripAnswer(seconds=seconds):
            return replace(course, drip=seconds)
        case LoseRequest() | AnswerInstead() | WithdrawToken() | EditCluster() | RemoveCluster():
            return course
        case _:
            assert_never(action)
