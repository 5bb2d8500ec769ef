"""The course of an exchange: what becomes true and how the answer travels, when nothing goes wrong on purpose.

Also what happens behind a client's back: edits and deletions by somebody else. Pure, like the account itself.
"""

from dataclasses import dataclass

from planner.emulator.account import Commit
from planner.emulator.exchange import Answer, Refusal, Request, Scene
from planner.emulator.json_text import Json
from planner.emulator.operations import change_cluster, delete_cluster
from planner.emulator.routing import answer_request
from planner.emulator.settling import find_cluster

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


def run_course(scene: Scene, request: Request) -> Course:
    """Return what `request` comes to."""
    decision = answer_request(scene, request)
    return Course(commits=decision.commits, answer=decision.answer, delay=scene.behaviour.latency_seconds)


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
