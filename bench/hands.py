"""Hands: what somebody else does to every cluster of an account, behind the planner's back.

`python -m bench.hands ENDPOINT TOKEN` is a process of its own, so that the one that measures stays small.
"""

import json
import sys
from collections.abc import Iterator
from http.client import HTTPConnection
from urllib.parse import urlsplit

__all__ = ["HAND_EDIT", "edit_all"]

HAND_EDIT = {"spec": {"awsKeyPair": "by-hand", "query": {"replicas": 9}}}
"""The merge patch that makes two values of each of the benchmark's clusters drift."""


def edit_all(endpoint: str, token: str) -> int:
    """Send the edit to each cluster of the account at `endpoint`, and return how many there are.

    Raises:
        OSError: the server could not be asked, or refused.
    """
    connection = HTTPConnection(urlsplit(endpoint).netloc, timeout=60)
    count = 0
    for cluster_id in _list_ids(connection, token):
        _ask(connection, token, "PATCH", f"/api/v1/clusters/{cluster_id}", json.dumps(HAND_EDIT))
        count += 1
    connection.close()
    return count


def _list_ids(connection: HTTPConnection, token: str) -> Iterator[str]:
    listed = json.loads(_ask(connection, token, "GET", "/api/v1/clusters"))
    clusters = listed if isinstance(listed, list) else listed["items"]
    yield from [cluster["metadata"]["uid"] for cluster in clusters]


def _ask(connection: HTTPConnection, token: str, method: str, path: str, body: str | None = None) -> bytes:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/merge-patch+json"}
    connection.request(method, path, body=body, headers=headers)
    answer = connection.getresponse()
    content = answer.read()
    if answer.status >= 300:
        raise OSError(f"{method} {path}: {answer.status} {content[:200].decode(errors='replace')}")
    return content


if __name__ == "__main__":
    edit_all(*sys.argv[1:3])
