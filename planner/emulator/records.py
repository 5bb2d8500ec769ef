"""Records: an account as lines of text, each one JSON document, and back.

The first says whose lines they are; then one for each version of a cluster, or for a cluster's end. Tokens are not
recorded: they end with the server. Refuses lines that are not an account's; forgives a torn last one.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, assert_never

from planner.emulator.account import (
    Account,
    Cluster,
    ClusterRemoved,
    ClusterWritten,
    Commit,
    Settling,
    TokenWritten,
    Version,
)
from planner.emulator.json_text import write_json

__all__ = ["DamagedRecordsError", "add_records", "parse_records", "read_account", "write_account", "write_commits"]

_FORMAT = "emulated-account-1"


class DamagedRecordsError(ValueError):
    """A text that holds no account; the message says why."""


def write_account(account: Account) -> list[str]:
    """Return the records of a whole account, history and all."""
    head = write_json({"format": _FORMAT, "seed": account.seed, "nextNumber": account.next_number})
    return [
        head,
        *(_write_version(cluster, version) for cluster in account.clusters.values() for version in cluster.versions),
    ]


def write_commits(commits: Iterable[Commit]) -> list[str]:
    """Return the records that `commits` add to those of the account."""
    return [record for commit in commits for record in _write_commit(commit)]


def parse_records(text: bytes) -> tuple[list[Any], bool]:
    """Return the records in a file's text, and whether all of it was sound.

    Raises:
        DamagedRecordsError: More than the end of the last line is damaged.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return _parse_lines(text), False
    if not isinstance(document, list):
        raise DamagedRecordsError("it is not a list of records")
    return document, True


def read_account(records: Sequence[Any]) -> Account:
    """Return the account that `records`, all there are, come to.

    Raises:
        DamagedRecordsError: They are not the records of an account.
    """
    match records:
        case [{"format": str(version), "seed": str(seed), "nextNumber": int(number)}, *rest]:
            if version != _FORMAT:
                raise DamagedRecordsError(f"its format is {version!r}, and only {_FORMAT!r} is known")
            return add_records(Account(seed=seed, next_number=number), rest)
        case _:
            raise DamagedRecordsError("it does not begin like an account")


def add_records(account: Account, records: Iterable[Any]) -> Account:
    """Return `account` with more records taken in.

    Raises:
        DamagedRecordsError: They are not the records of an account.
    """
    clusters, number = dict(account.clusters), account.next_number
    for record in records:
        match record:
            case {"cluster": dict(head), "metadata": dict(metadata), "spec": dict(spec)}:
                cluster = _read_cluster(head, write_json(metadata), write_json(spec), clusters)
                clusters[cluster.uid] = cluster
                number = max(number, cluster.number + 1)
            case {"removed": str(uid)}:
                clusters.pop(uid, None)
            case _:
                raise DamagedRecordsError("it holds a record of an unknown kind")
    uids = {cluster.name: cluster.uid for cluster in clusters.values()}
    return replace(account, clusters=clusters, uids=uids, next_number=number)


def _write_commit(commit: Commit) -> list[str]:
    match commit:
        case ClusterWritten(cluster=cluster):
            return [_write_version(cluster, cluster.latest)]
        case ClusterRemoved(uid=uid):
            return [write_json({"removed": uid})]
        case TokenWritten():
            return []
        case _:
            assert_never(commit)


def _write_version(cluster: Cluster, version: Version) -> str:
    head = write_json(
        {
            "uid": cluster.uid,
            "number": cluster.number,
            "name": cluster.name,
            "createdAt": cluster.created_at,
            "phase": cluster.settling.phase,
            "endsAt": cluster.settling.ends_at,
            "settled": cluster.settling.settled,
            "resourceVersion": version.resource_version,
            "writtenAt": version.written_at,
        }
    )
    return f'{{"cluster":{head},"metadata":{version.metadata},"spec":{version.spec}}}'


def _read_cluster(head: dict[str, Any], metadata: str, spec: str, clusters: dict[str, Cluster]) -> Cluster:
    """Return the cluster after one more record: with a new version, or with its last one written again."""
    try:
        uid, number = str(head["uid"]), int(head["resourceVersion"])
        version = Version(resource_version=number, written_at=float(head["writtenAt"]), metadata=metadata, spec=spec)
        earlier = clusters[uid].versions if uid in clusters else ()
        return Cluster(
            uid=uid,
            number=int(head["number"]),
            name=str(head["name"]),
            created_at=float(head["createdAt"]),
            versions=(*(kept for kept in earlier if kept.resource_version < number), version),
            settling=Settling(phase=str(head["phase"]), ends_at=float(head["endsAt"]), settled=head["settled"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise DamagedRecordsError(f"a cluster in it lacks {error}") from None


def _parse_lines(text: bytes) -> list[Any]:
    lines = [line.rstrip(b",\r") for line in text.split(b"\n")]
    lines = [line for line in lines if line not in {b"", b"[", b"]"}]
    records: list[Any] = []
    for position, line in enumerate(lines):
        try:
            records.append(json.loads(line))
        except (ValueError, RecursionError):
            if position == 0 or position < len(lines) - 1:
                raise DamagedRecordsError(f"record {position + 1} in it is damaged") from None
    return records
