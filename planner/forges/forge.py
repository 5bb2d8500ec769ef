"""Forges behind one small protocol: the comments of one pull request, and its labels.

GitHub: https://docs.github.com/en/rest/issues/comments. GitLab: https://docs.gitlab.com/api/notes/.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote

from planner.forges.requesting import Forbidden, ForgeFault, ForgeServer, NoSuchThing

__all__ = ["Comment", "Forge", "GitHub", "GitLab", "find_merged"]

_PAGE = 100
_PAGES = 50
"""How many pages of comments are looked through at most."""


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment; `is_ours` tells whether we wrote it, as far as the forge lets us know who we are."""

    id: int
    text: str
    is_ours: bool


class Forge(Protocol):
    """The comments and labels of one pull request."""

    async def list_comments(self) -> list[Comment]:
        """Return the comments, the oldest first."""

    async def create(self, text: str) -> None:
        """Write a comment."""

    async def update(self, comment: Comment, text: str) -> None:
        """Give a comment another text."""

    async def delete(self, comment: Comment) -> None:
        """Delete a comment."""

    async def label(self, add: str, remove: Sequence[str]) -> None:
        """Add one label, and take others away."""


@dataclass(frozen=True, slots=True)
class GitHub:
    """A pull request of a repository, `owner/name`."""

    server: ForgeServer
    repository: str
    number: int

    async def list_comments(self) -> list[Comment]:
        """Return the comments, the oldest first."""
        us = await self._find_us()
        found = [
            Comment(id=_read_id(one), text=_read_text(one, "body"), is_ours=_is_by(one.get("user"), us))
            for one in await _list_all(self.server, f"{self._issue}/comments")
        ]
        return sorted(found, key=lambda comment: comment.id)

    async def create(self, text: str) -> None:
        """Write a comment."""
        await self.server.request("POST", f"{self._issue}/comments", {"body": text})

    async def update(self, comment: Comment, text: str) -> None:
        """Give a comment another text."""
        await self.server.request("PATCH", f"/repos/{self.repository}/issues/comments/{comment.id}", {"body": text})

    async def delete(self, comment: Comment) -> None:
        """Delete a comment."""
        await self.server.request("DELETE", f"/repos/{self.repository}/issues/comments/{comment.id}")

    async def label(self, add: str, remove: Sequence[str]) -> None:
        """Add one label, and take others away."""
        labels = await self.server.request("GET", f"{self._issue}/labels", query=f"?per_page={_PAGE}")
        names = {one.get("name") for one in labels if isinstance(one, dict)} if isinstance(labels, list) else set()
        for name in remove:
            if name in names:
                with suppress(NoSuchThing):  # somebody else took it away meanwhile
                    await self.server.request("DELETE", f"{self._issue}/labels/{quote(name, safe='')}")
        if add and add not in names:
            await self.server.request("POST", f"{self._issue}/labels", {"labels": [add]})

    @property
    def _issue(self) -> str:
        return f"/repos/{self.repository}/issues/{self.number}"

    async def _find_us(self) -> int | None:
        """Return who we are; None for the token of a workflow, which may not ask."""
        try:
            user = await self.server.request("GET", "/user")
        except Forbidden:
            return None
        return _read_id(user)


def _is_by(user: object, us: int | None) -> bool:
    """Tell whether a comment of GitHub's is ours: by us, or where we cannot know who we are, by an app, no person."""
    if us is not None:
        return _is_of(user, us)
    return isinstance(user, dict) and user.get("type") == "Bot"


@dataclass(frozen=True, slots=True)
class GitLab:
    """A merge request of a project, by its number or its path."""

    server: ForgeServer
    project: str
    number: int

    async def list_comments(self) -> list[Comment]:
        """Return the comments, the oldest first."""
        us = _read_id(await self.server.request("GET", "/user"))
        found = [
            Comment(id=_read_id(one), text=_read_text(one, "body"), is_ours=_is_of(one.get("author"), us))
            for one in await _list_all(self.server, f"{self._merge_request}/notes", "&sort=asc&order_by=created_at")
        ]
        return sorted(found, key=lambda comment: comment.id)

    async def create(self, text: str) -> None:
        """Write a comment."""
        await self.server.request("POST", f"{self._merge_request}/notes", {"body": text})

    async def update(self, comment: Comment, text: str) -> None:
        """Give a comment another text."""
        await self.server.request("PUT", f"{self._merge_request}/notes/{comment.id}", {"body": text})

    async def delete(self, comment: Comment) -> None:
        """Delete a comment."""
        await self.server.request("DELETE", f"{self._merge_request}/notes/{comment.id}")

    async def label(self, add: str, remove: Sequence[str]) -> None:
        """Add one label, and take others away."""
        body = {"remove_labels": ",".join(remove), **({"add_labels": add} if add else {})}
        await self.server.request("PUT", self._merge_request, body)

    @property
    def _merge_request(self) -> str:
        return f"/projects/{quote(self.project, safe='')}/merge_requests/{self.number}"


async def find_merged(server: ForgeServer, repository: str, commit: str, *, is_gitlab: bool) -> int | None:
    """Return the number of the pull request that brought `commit` into its branch, None where there is none or several.

    https://docs.github.com/en/rest/commits/commits, and "merge requests associated with a commit" of GitLab's.
    """
    if is_gitlab:
        path = f"/projects/{quote(repository, safe='')}/repository/commits/{quote(commit, safe='')}/merge_requests"
    else:
        path = f"/repos/{repository}/commits/{quote(commit, safe='')}/pulls"
    found = await server.request("GET", path)
    numbers = [
        one.get("iid" if is_gitlab else "number")
        for one in (found if isinstance(found, list) else [])
        if isinstance(one, dict) and (one.get("state") == "merged" if is_gitlab else one.get("merged_at"))
    ]
    return numbers[0] if len(numbers) == 1 and isinstance(numbers[0], int) else None


async def _list_all(server: ForgeServer, path: str, order: str = "") -> list[dict[str, Any]]:
    """Return the items of all pages; the links to the next ones are not followed, as they may lead anywhere.

    What is written meanwhile moves the others to later pages, so that one may come twice; it is taken once.
    """
    items: dict[int, dict[str, Any]] = {}
    for page in range(1, _PAGES + 1):
        part = await server.request("GET", path, query=f"?per_page={_PAGE}&page={page}{order}")
        if not isinstance(part, list):
            raise ForgeFault(f"the answer to GET {path} is no list")
        items |= {_read_id(one): one for one in part if isinstance(one, dict)}
        if len(part) < _PAGE:
            return list(items.values())
    raise ForgeFault(f"there are more than {_PAGE * _PAGES:,} comments, too many to find ours")


def _read_id(item: object) -> int:
    number = item.get("id") if isinstance(item, dict) else None
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < 2**63:
        raise ForgeFault("something has no id")
    return number


def _read_text(item: dict[str, Any], name: str) -> str:
    text = item.get(name)
    return text if isinstance(text, str) else ""


def _is_of(user: object, us: int) -> bool:
    """Tell whether `user` is us; who has deleted the account is nobody."""
    return isinstance(user, dict) and user.get("id") == us
