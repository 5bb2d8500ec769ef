"""Commenting: one comment about a plan on a pull request, written once and kept up to date.

It is found by a mark in its first line, and only where we wrote it: a mark that somebody else copied is not ours.
"""

import asyncio
import json
import re
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from enum import Enum
from math import ceil
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from planner.forges.forge import Comment, Forge, GitHub, GitLab, find_merged
from planner.forges.requesting import (
    NEAR,
    AnswerLost,
    BadToken,
    Delayed,
    Forbidden,
    ForgeFault,
    ForgeServer,
    NoSuchThing,
)
from planner.model.comment import NO_PLAN, Marker, read_marker
from planner.model.diagnostics import Diagnostic, ExitCode, Failure, Severity
from planner.model.plan import Action, Plan
from planner.model.summary import has_changes
from planner.workflow.run_links import find_commit

__all__ = [
    "LABELS",
    "Commented",
    "ForgeKind",
    "Target",
    "find_commented_plan",
    "find_merged_target",
    "find_target",
    "keep_comment",
    "open_forge",
    "set_label",
]

LABELS = ("planner:no-changes", "planner:changes", "planner:deletes")
_LONGEST_EVENT = 32 * 2**20
_OTHER_LINES = 2
"""How many lines of a comment on the same plan may be others: the mark, and that of the commit and the run."""
_DIGITS = 18
"""How many a number of a pull request may have."""
_PART = re.compile(r"[A-Za-z0-9._-]+")
"""What stands between the slashes of a repository's name."""


class ForgeKind(Enum):
    """The forges that we know."""

    GITHUB = "github"
    GITLAB = "gitlab"


class Commented(Enum):
    """What became of the comment."""

    CREATED = "created"
    UPDATED = "updated"
    SAME = "the same"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Which pull request: where the API is, the repository or project, and its number."""

    kind: ForgeKind
    url: str
    repository: str
    number: int


def find_target(  # noqa: PLR0913 - one argument an option
    environment: Mapping[str, str],
    *,
    kind: ForgeKind | None = None,
    url: str = "",
    repository: str = "",
    number: int | None = None,
    may_miss_number: bool = False,
) -> Target:
    """Return which pull request is meant: as the arguments say, and else as the CI says; number 0 where it may miss.

    Raises:
        Failure: that cannot be told.
    """
    is_gitlab = environment.get("GITLAB_CI") == "true"
    kind = kind or (ForgeKind.GITLAB if is_gitlab else ForgeKind.GITHUB)
    if kind is ForgeKind.GITHUB:
        url = url or environment.get("GITHUB_API_URL") or "https://api.github.com"
        repository = repository or environment.get("GITHUB_REPOSITORY") or ""
        number = number or _find_github_number(environment)
    else:
        url = url or environment.get("CI_API_V4_URL") or "https://gitlab.com/api/v4"
        repository = (
            repository or environment.get("CI_MERGE_REQUEST_PROJECT_ID") or environment.get("CI_PROJECT_ID") or ""
        )
        number = number or _read_number(environment.get("CI_MERGE_REQUEST_IID") or "")
    if not repository or not (number or may_miss_number):
        missing = "-repository" if not repository else "-number"
        raise _fail(
            "no-pull-request",
            "It is not known which pull request to comment on",
            f"The environment does not say it, as it does in a run for a pull request. Give {missing}.",
        )
    if not _is_repository(repository, kind):
        raise _fail("bad-repository", "The repository cannot be read", "Write it as owner/name, or as a number.")
    return Target(kind=kind, url=_check_url(url), repository=repository, number=number or 0)


def _is_repository(name: str, kind: ForgeKind) -> bool:
    parts = name.split("/")
    if any(part in {".", ".."} or _PART.fullmatch(part) is None for part in parts):
        return False
    return kind is ForgeKind.GITLAB or len(parts) == 2


def _read_number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _DIGITS else None


def _find_github_number(environment: Mapping[str, str]) -> int | None:
    parts = (environment.get("GITHUB_REF") or "").split("/")
    if parts[:2] == ["refs", "pull"] and len(parts) > 2:
        return _read_number(parts[2])
    path = environment.get("GITHUB_EVENT_PATH")
    if not path:
        return None
    try:
        with Path(path).open("rb") as file:
            event: Any = json.loads(file.read(_LONGEST_EVENT))
    except (OSError, ValueError, RecursionError):
        return None
    for inner in ("pull_request", "issue"):
        one = event.get(inner) if isinstance(event, dict) else None
        number = one.get("number") if isinstance(one, dict) else None
        if isinstance(number, int) and not isinstance(number, bool) and number > 0:
            return number
    return None


def _check_url(url: str) -> str:
    """Return the address of the API; one that is refused is not told, as a password may stand in it."""
    try:
        parts = urlsplit(url)
        is_odd = not parts.hostname or parts.port == 0 or any(not "!" <= one <= "~" for one in url)
    except ValueError:
        is_odd = True
    if is_odd or parts.username or parts.password or parts.query or parts.fragment:
        raise _fail(
            "bad-forge", "The address of the API is not only an address", "Give scheme, host and path, and no more."
        )
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in NEAR):
        raise _fail(
            "insecure-forge", f"A token is not sent to {url}", "The address of the API must begin with https://."
        )
    return url.rstrip("/")


def open_forge(
    target: Target,
    environment: Mapping[str, str],
    *,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    now: Callable[[], float] = time.time,
) -> Forge:
    """Return the pull request behind its API.

    Raises:
        Failure: there is no token, or none that can be sent.
    """
    match target.kind:
        case ForgeKind.GITHUB:
            token = _read_token(environment.get("GITHUB_TOKEN"), "GITHUB_TOKEN")
            headers = {
                "accept": "application/vnd.github+json",
                "authorization": f"Bearer {token}",
                "x-github-api-version": "2022-11-28",
            }
            return GitHub(ForgeServer(target.url, headers, sleep, now), target.repository, target.number)
        case ForgeKind.GITLAB:
            token = _read_token(environment.get("GITLAB_TOKEN"), "GITLAB_TOKEN")
            return GitLab(
                ForgeServer(target.url, {"private-token": token}, sleep, now), target.repository, target.number
            )


async def keep_comment(
    forge: Forge, target: Target, key: str, write: Callable[[Marker | None], tuple[Marker, str]]
) -> Commented:
    """Let the pull request have one comment with this key, as `write` makes it from what the former one remembers.

    Raises:
        Failure: the forge does not let us, or cannot be reached.
    """
    with _told(target):
        return await _keep(forge, key, write)


async def find_merged_target(target: Target, environment: Mapping[str, str]) -> Target:
    """Return `target` with the number of the pull request that brought the commit of this run into its branch.

    Raises:
        Failure: there is none, or the forge does not say it.
    """
    commit, forge = find_commit(environment), open_forge(target, environment)
    number = None
    if commit and isinstance(forge, GitHub | GitLab):
        is_gitlab = target.kind is ForgeKind.GITLAB
        with _told(target), suppress(NoSuchThing):  # no such commit, so nothing brought it here
            number = await find_merged(forge.server, target.repository, commit, is_gitlab=is_gitlab)
    if number is None:
        advice = "Give its number, or name the plan itself: planner apply -plan-id pl-..."
        raise _fail("no-pull-request", f"No single pull request brought {commit[:12] or 'a commit'} here", advice)
    return replace(target, number=number)


async def find_commented_plan(forge: Forge, target: Target, key: str) -> str:
    """Return the id of the plan that our comment with this key is about: what was reviewed last.

    Raises:
        Failure: there is no such comment.
    """
    with _told(target):
        ours = await _find_ours(forge, key)
    if not ours:
        advice = "Was it planned and commented in the pull request, with this -key?"
        raise _fail("no-comment", f"No comment of ours with the key {key} is on number {target.number}", advice)
    if len({marker.plan_id for _, marker in ours}) > 1:
        advice = "Two runs wrote at once. Run planner comment again for the last one, or name the plan itself."
        raise _fail("no-comment", f"Comments on number {target.number} name different plans", advice)
    if ours[0][1].plan_id == NO_PLAN:
        advice = "Nothing was reviewed that could be applied. Plan again, or name the plan itself."
        raise _fail("no-comment", f"The last plan on number {target.number} with the key {key} failed", advice)
    return ours[0][1].plan_id


@contextmanager
def _told(target: Target) -> Iterator[None]:
    """Turn what a forge refuses into what people can do about it."""
    try:
        yield
    except BadToken as fault:
        raise _fail(
            "bad-forge-token", f"The forge does not know the token: {fault}", "Is it of this forge, and still valid?"
        ) from fault
    except Delayed as fault:
        minutes = max(ceil(fault.seconds / 60), 1)
        when = f"in {minutes:,} minute{'s' if minutes > 1 else ''}"
        advice = f"It takes them again {when}. Run planner comment then: it writes no second comment."
        raise _fail("comment-delayed", f"The forge has had too many requests: {fault}", advice) from fault
    except Forbidden as fault:
        needs = "pull-requests: write" if target.kind is ForgeKind.GITHUB else "the scope api, and the role Reporter"
        raise _fail(
            "comment-forbidden", f"The comment may not be written: {fault}", f"The token needs {needs}."
        ) from fault
    except NoSuchThing as fault:
        advice = f"Check {target.repository} and the number {target.number}, and that the token may see them."
        raise _fail("no-pull-request", f"There is no such pull request: {fault}", advice) from fault
    except ForgeFault as fault:
        advice = "The plan is not affected. Run planner comment again: it writes no second comment."
        raise _fail("comment-failed", f"The comment could not be written: {fault}", advice) from fault


async def set_label(forge: Forge, plan: Plan | None) -> tuple[str, tuple[Diagnostic, ...]]:
    """Let the pull request have the label that says what the plan does; return its name, and what went wrong.

    Where there is no plan it has none of them, and the name is empty.
    """
    name = "" if plan is None else _choose_label(plan)
    try:
        await forge.label(name, [one for one in LABELS if one != name])
    except ForgeFault as fault:
        summary = f"The label {name or 'of the former plan'} could not be set: {fault}"
        advice = "The comment is there. For the label, a token of GitHub's needs issues: write, too."
        return name, (Diagnostic(severity=Severity.WARNING, code="label-failed", summary=summary, detail=advice),)
    return name, ()


def _choose_label(plan: Plan) -> str:
    if any(change.action in {Action.DELETE, Action.REPLACE} for change in plan.changes):
        return LABELS[2]
    return LABELS[1] if has_changes(plan) else LABELS[0]


async def _keep(forge: Forge, key: str, write: Callable[[Marker | None], tuple[Marker, str]]) -> Commented:
    ours = await _find_ours(forge, key)
    if not ours:
        _, text = write(None)
        try:
            await forge.create(text)
        except AnswerLost:
            # Perhaps it was written: only who has looked may write once more.
            if not await _find_ours(forge, key):
                await forge.create(text)
        return Commented.CREATED
    comment, former = ours[0]
    for double, _ in ours[1:]:  # two runs at once may have written one each
        with suppress(ForgeFault):  # and both of them delete it; one that stays is no reason to show an old plan
            await forge.delete(double)
    marker, text = write(former)
    if (marker.plan_id, marker.text) == (former.plan_id, former.text) and _is_whole(comment.text, text):
        return Commented.SAME
    try:
        await forge.update(comment, text)
    except NoSuchThing:  # somebody has deleted it meanwhile
        await forge.create(text)
        return Commented.CREATED
    return Commented.UPDATED


def _is_whole(former: str, latter: str) -> bool:
    """Tell whether nobody has changed the comment: it is as we would write it, but for what changed since and the run.

    The forge may give line ends of its own, and take blanks away.
    """
    first, last = (set(map(str.strip, text.splitlines())) - {""} for text in (former, latter))
    return len(last - first) <= _OTHER_LINES


async def _find_ours(forge: Forge, key: str) -> list[tuple[Comment, Marker]]:
    comments = [(one, read_marker(one.text)) for one in await forge.list_comments() if one.is_ours]
    return [(comment, marker) for comment, marker in comments if marker is not None and marker.key == key]


def _read_token(given: str | None, name: str) -> str:
    """Return the token without the line break that a file of it ends with."""
    token = (given or "").strip()
    if not token:
        advice = f"Set {name} in the environment; a token is never given on the command line."
        raise _fail("no-forge-token", f"There is no token for the forge ({name})", advice)
    if any(not "!" <= one <= "~" for one in token):
        advice = "It holds a blank, a line break or a letter that no header takes. Set it anew, as the forge showed it."
        raise _fail("bad-forge-token", f"{name} is no token", advice)
    return token


def _fail(code: str, summary: str, detail: str) -> Failure:
    return Failure(ExitCode.API_FAILED, Diagnostic(code=code, summary=summary, detail=detail))
