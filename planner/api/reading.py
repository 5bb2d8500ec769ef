"""Reading: what the documents of the Manager API mean to us.

Takes what is needed and leaves the rest alone: a field or a value that is new to us is never an error, a cluster
without an identity and a list that may not be whole always are.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from planner.api.endpoint import is_id
from planner.model.live import ErrorDetail, LiveCluster
from state.values import Json

__all__ = ["ErrorDocument", "Strange", "read_clusters", "read_error", "to_live"]

# Assumed: a list is an array, or an object with one of these members holding it.
_LISTS = ("values", "items", "clusters")
# Assumed: pages go by the Link header. A member so named, with something in it, would be another way: then what we
# hold is a part, and a cluster missing from it would be created a second time.
_PAGING = re.compile("next|cursor|continu|more|truncated", re.IGNORECASE)


class Strange(Exception):  # noqa: N818 - says what a document is; never leaves this package
    """A document is JSON but not what the API promises; the text says why, as the end of a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorDocument:
    """The API's `{"error": {"code", "message", "details"}}`; parts that are missing or odd are empty."""

    code: str = ""
    message: str = ""
    details: tuple[ErrorDetail, ...] = ()


def to_live(document: Json) -> LiveCluster:
    """Return the cluster that `document` describes.

    Raises `Strange` where it has no `metadata.uid` that may be put into an address, or no `metadata.name`.
    """
    metadata = document.get("metadata") if isinstance(document, dict) else None
    if not isinstance(document, dict) or not isinstance(metadata, dict):
        raise Strange("is not a cluster: it has no metadata")
    uid, name = metadata.get("uid"), metadata.get("name")
    if not isinstance(uid, str) or not is_id(uid):
        raise Strange("has a cluster whose metadata.uid is missing or no id")
    if not isinstance(name, str):
        raise Strange("has a cluster whose metadata.name is missing or no text")
    status = document.get("status")
    version, phase = (status.get("resourceVersion"), status.get("state")) if isinstance(status, dict) else (None, None)
    return LiveCluster(
        id=uid,
        name=name,
        resource_version=version if type(version) is int and version >= 0 else None,
        state=phase if isinstance(phase, str) else None,
        document=document,
    )


def read_clusters(document: Json) -> tuple[LiveCluster, ...]:
    """Return the clusters of one page of the list; raises `Strange` where it is no list, or only a part of one."""
    return tuple(map(to_live, _find_list(document)))


def _find_list(document: Json) -> Iterable[Json]:
    if isinstance(document, list):
        return document
    if not isinstance(document, dict):
        raise Strange("is not a list of clusters")
    lists = [member for name in _LISTS if isinstance(member := document.get(name), list)]
    if len(lists) != 1:
        raise Strange("is not a list of clusters")
    if any(value and _PAGING.search(name) for name, value in document.items() if name not in _LISTS):
        raise Strange("is one page of several, in a form that this version does not know")
    return lists[0]


def read_error(document: Json) -> ErrorDocument:
    """Return what an error document says; whatever is not there is empty."""
    error = document.get("error") if isinstance(document, dict) else None
    if not isinstance(error, dict):
        return ErrorDocument()
    details = error.get("details")
    return ErrorDocument(
        code=_read_text(error, "code"),
        message=_read_text(error, "message"),
        details=tuple(
            ErrorDetail(_read_text(detail, "code"), _read_text(detail, "target"), _read_text(detail, "message"))
            for detail in (details if isinstance(details, list) else [])
            if isinstance(detail, dict)
        ),
    )


def _read_text(document: dict[str, Json], name: str) -> str:
    value = document.get(name)
    return value if isinstance(value, str) else ""
