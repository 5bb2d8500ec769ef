"""Snapshots: the account and the state as they were at one time, in a file that a plan can be made from.

Whoever has it needs no token, no backend and no network. Fingerprints stand for secrets, as in the state, and it is as
private as that; of clusters that are not ours it holds the names alone.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from planner.api.endpoint import is_id
from planner.model.desired import Desired
from planner.model.diagnostics import Diagnostic, ExitCode, Failure, Severity
from planner.model.live import LiveCluster
from planner.model.strict_reading import (
    Node,
    PlanDamaged,
    check_depth,
    read_count,
    read_items,
    read_members,
    read_optional,
    read_text,
)
from planner.planning.changes import Rules, find_sensitive, seal_live
from planner.planning.make_plan import make_rules
from planner.workflow.plan import PlanRequest, read_account
from planner.workflow.plan_keys import find_no_state_key
from planner.workflow.session import Session
from state.codec import decode_snapshot, encode_snapshot
from state.errors import StateError
from state.snapshot import Snapshot
from state.values import Json, decode_value, encode_value

__all__ = ["SNAPSHOT_START", "AccountSnapshot", "read_snapshot", "take_snapshot", "warn_of_snapshot"]

_FORMAT = "1"
SNAPSHOT_START = b'{\n "clusters": ['
"""How every snapshot starts."""

_TIME = "%Y-%m-%dT%H:%M:%SZ"
_LARGEST = 256 * 2**20
_MEMBERS = frozenset({"planner_snapshot", "read_at", "endpoint", "clusters", "state"})
_CLUSTER = frozenset({"id", "name", "resource_version", "spec", "state"})


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSnapshot:
    """What a file holds: when it was read, of which account, its clusters, and the state, None where there was none."""

    read_at: str
    endpoint: str
    live: tuple[LiveCluster, ...]
    snapshot: Snapshot | None


async def take_snapshot(session: Session) -> str:
    """Return the content of a file for the account and the state of the session's configuration.

    Raises:
        Failure: the configuration is invalid, or the state or the account cannot be read.
    """
    reading = await read_account(session, PlanRequest())
    rules = make_rules(reading.snapshot, no_state_key=find_no_state_key(session))
    clusters = list(_encode_clusters(reading.live, reading.desired, reading.snapshot, rules))
    document: dict[str, Json] = {
        "planner_snapshot": _FORMAT,
        "read_at": datetime.now(UTC).strftime(_TIME),
        "endpoint": reading.endpoint,
        "clusters": [*clusters],
        "state": None if reading.snapshot is None else encode_snapshot(reading.snapshot).decode(),
    }
    return json.dumps(document, indent=1, sort_keys=True) + "\n"


def _encode_clusters(
    live: Sequence[LiveCluster], desired: Desired, snapshot: Snapshot | None, rules: Rules
) -> Iterator[Json]:
    records = {record.id: record for record in snapshot.records.values()} if snapshot else {}
    declared = {cluster.name: cluster for cluster in desired.clusters}
    imported = {block.id for block in desired.imports}
    for one in live:
        record, wanted = records.get(one.id), declared.get(one.name)
        is_ours = record is not None or wanted is not None or one.id in imported or one.name in imported
        sealed = seal_live(one, rules, find_sensitive(wanted, record, rules), opens=False) if is_ours else {}
        yield {
            "id": one.id,
            "name": one.name,
            "resource_version": one.resource_version,
            "spec": encode_value(sealed.get("spec", {})),
            "state": one.state,
        }


def read_snapshot(path: str) -> AccountSnapshot:
    """Return what a file holds.

    Raises:
        Failure: it cannot be read, or is no snapshot.
    """
    try:
        with Path(path).open("rb") as file:
            content = file.read(_LARGEST + 1)
        if len(content) > _LARGEST:
            raise _fail(path, "is larger than 256 MiB")
        return _decode(json.loads(content.decode("utf-8")))
    except OSError as error:
        raise _fail(path, f"cannot be read: {error.strerror}") from error
    except PlanDamaged as error:
        place = f"`{error.path}` " if error.path else ""
        raise _fail(path, f"is no snapshot of planner's: {place}{error.problem}") from error
    except StateError as error:
        raise _fail(path, f"holds a state that cannot be read: {error}") from error
    except (ValueError, RecursionError) as error:
        raise _fail(path, "is not JSON") from error


def warn_of_snapshot(taken: AccountSnapshot) -> Diagnostic:
    """Return what a reader of such a plan must know."""
    return Diagnostic(
        severity=Severity.WARNING,
        code="from-snapshot",
        summary=f"This plan compares with a snapshot of {taken.read_at}",
        detail="The account was not asked: what others changed since then does not show, and values that only the "
        "account knows come after apply. An apply asks it, and refuses what no longer holds.",
    )


def _decode(document: Json) -> AccountSnapshot:
    check_depth(document)
    members = read_members(Node("", document), _MEMBERS)
    if read_text(members["planner_snapshot"]) != _FORMAT:
        raise PlanDamaged("planner_snapshot", "is of another version")
    state = read_optional(members["state"], read_text)
    return AccountSnapshot(
        read_at=_read_time(members["read_at"]),
        endpoint=read_text(members["endpoint"]),
        live=tuple(map(_decode_cluster, read_items(members["clusters"]))),
        snapshot=None if state is None else decode_snapshot(state.encode(), name="The state in it"),
    )


def _decode_cluster(node: Node) -> LiveCluster:
    members = read_members(node, _CLUSTER)
    spec = members["spec"].value
    if not isinstance(spec, dict):
        raise PlanDamaged(members["spec"].path, "is not an object")
    return LiveCluster(
        id=_read_id(members["id"]),
        name=read_text(members["name"]),
        resource_version=read_optional(members["resource_version"], read_count),
        state=read_optional(members["state"], read_text),
        document=cast("dict[str, Json]", {"spec": decode_value(spec)}),  # a fingerprint is sealed already
        is_recalled=True,
    )


def _read_time(node: Node) -> str:
    text = read_text(node)
    try:
        datetime.strptime(text, _TIME)  # noqa: DTZ007 - it ends with Z
    except ValueError:
        raise PlanDamaged(node.path, "is not a time") from None
    return text


def _read_id(node: Node) -> str:
    """Return the id of a cluster, which becomes a part of the paths of requests."""
    text = read_text(node)
    if not is_id(text):
        raise PlanDamaged(node.path, "is not an id")
    return text


def _fail(path: str, problem: str) -> Failure:
    advice = "Take one with: planner snapshot -out live.json"
    return Failure(ExitCode.ERROR, Diagnostic(code="bad-snapshot", summary=f"{path} {problem}", detail=advice))
