"""Operations: what each request of the Manager API does to an account. Pure: scene and request in, decision out.

Each takes only requests that were let in; who may is decided in `tokens`, what is asked in `routing`.
"""

import hashlib
import uuid
from dataclasses import replace
from typing import cast

from planner.emulator.account import Account, Cluster, ClusterRemoved, ClusterWritten, Version
from planner.emulator.behaviour import Behaviour
from planner.emulator.checking import check_configuration, check_immutable, drop_read_only, read_object
from planner.emulator.defaults import complete_spec
from planner.emulator.describing import describe_cluster, describe_metadata, describe_version
from planner.emulator.exchange import Answer, Decision, Request, Scene, answer_json, refuse
from planner.emulator.json_text import Json, is_same, read_json, write_json
from planner.emulator.merge_patch import merge_patch
from planner.emulator.settling import find_cluster, is_settled, start_change, start_create, start_delete

__all__ = [
    "change_cluster",
    "create_cluster",
    "delete_cluster",
    "overwrite_cluster",
    "patch_cluster",
    "read_cluster",
    "read_version",
]


def create_cluster(scene: Scene, request: Request) -> Decision:
    """POST /clusters."""
    behaviour, account = scene.behaviour, scene.account
    document = drop_read_only(read_object(request, "application/json", behaviour), behaviour)
    check_configuration(document, behaviour)
    metadata, spec = _split(document)
    name = cast("str", metadata["name"])
    if behaviour.names_unique and find_cluster(account, account.uids.get(name, ""), scene.now):
        raise refuse(409, "Conflict", "There is already a cluster with this name.")
    uid = _make_uid(account)
    completed = complete_spec(spec, uid, behaviour)
    version = Version(
        resource_version=behaviour.first_resource_version,
        written_at=scene.now,
        metadata=write_json(describe_metadata(name, uid, scene.now, behaviour)),
        spec=write_json(completed),
    )
    cluster = Cluster(
        uid=uid,
        number=account.next_number,
        name=name,
        created_at=scene.now,
        versions=(version,),
        settling=start_create(name, _desired_state(completed), scene.now, behaviour),
    )
    return Decision(answer=_answer_write(scene, cluster, 201), commits=(ClusterWritten(cluster),))


def read_cluster(scene: Scene, uid: str) -> Decision:
    """GET /clusters/{clusterId}."""
    cluster = _get_cluster(scene, uid)
    if scene.now < cluster.created_at + scene.behaviour.read_lag_seconds:
        raise refuse(404, "NotFound", "There is no such cluster.")
    return Decision(answer=answer_json(200, describe_cluster(cluster, scene.now, scene.behaviour)))


def patch_cluster(scene: Scene, request: Request, uid: str) -> Decision:
    """PATCH /clusters/{clusterId}."""
    cluster = _get_cluster(scene, uid)
    patch = read_object(request, "application/merge-patch+json", scene.behaviour)
    _check_idle(scene, cluster)
    return change_cluster(scene, cluster, patch)


def overwrite_cluster(scene: Scene, request: Request, uid: str) -> Decision:
    """PUT /clusters/{clusterId}."""
    cluster = _get_cluster(scene, uid)
    behaviour = scene.behaviour
    document = drop_read_only(read_object(request, "application/json", behaviour), behaviour)
    _check_idle(scene, cluster)
    _meet_put_issue(document, behaviour)
    return _configure(scene, cluster, document)


def change_cluster(scene: Scene, cluster: Cluster, patch: dict[str, Json]) -> Decision:
    """Return what a merge patch comes to, whoever sends it."""
    merged = merge_patch(_configuration(cluster), drop_read_only(patch, scene.behaviour))
    return _configure(scene, cluster, cast("dict[str, Json]", merged))


def delete_cluster(scene: Scene, uid: str) -> Decision:
    """DELETE /clusters/{clusterId}; one that is being deleted already is answered like the first time."""
    cluster = _get_cluster(scene, uid)
    if not scene.behaviour.deletes_while_updating:
        _check_idle(scene, cluster)
    if cluster.settling.settled is None:
        return Decision(answer=_answer_write(scene, cluster, 202))
    settling = start_delete(scene.now, scene.behaviour)
    if settling.ends_at <= scene.now:
        return Decision(answer=Answer(status=204), commits=(ClusterRemoved(uid),))
    leaving = replace(cluster, settling=settling)
    return Decision(answer=_answer_write(scene, leaving, 202), commits=(ClusterWritten(leaving),))


def read_version(scene: Scene, uid: str, number: str) -> Decision:
    """GET /clusters/{clusterId}/history/{resourceVersion}; the history of a cluster goes with it."""
    cluster = _get_cluster(scene, uid)
    for version in cluster.versions:
        if str(version.resource_version) == number:
            return Decision(answer=answer_json(200, describe_version(version)))
    raise refuse(404, "NotFound", "The cluster has no such version.")


def _get_cluster(scene: Scene, uid: str) -> Cluster:
    cluster = find_cluster(scene.account, uid, scene.now)
    if cluster is None:
        raise refuse(404, "NotFound", "There is no such cluster.")
    return cluster


def _check_idle(scene: Scene, cluster: Cluster) -> None:
    if scene.behaviour.conflict_while_updating and not is_settled(cluster, scene.now):
        raise refuse(409, "Conflict", "Another update of this cluster is in progress.")


def _meet_put_issue(document: dict[str, Json], behaviour: Behaviour) -> None:
    """Answer 500 to a PUT without `spec.pivot.accessMode`: the documented fault of the API."""
    spec = document.get("spec")
    pivot = spec.get("pivot") if isinstance(spec, dict) else None
    if behaviour.knows_put_issue and not (isinstance(pivot, dict) and pivot.get("accessMode")):
        raise refuse(500, "InternalError", "An unexpected error occurred.")


def _configure(scene: Scene, cluster: Cluster, document: dict[str, Json]) -> Decision:
    """Give a cluster a new configuration; one that equals the old is accepted and is no change."""
    behaviour = scene.behaviour
    check_configuration(document, behaviour)
    metadata, spec = _split(document)
    before = _configuration(cluster)
    after: dict[str, Json] = {"metadata": metadata, "spec": complete_spec(spec, cluster.uid, behaviour)}
    check_immutable(before, after, behaviour)
    if is_same(before, after) and not behaviour.counts_changes_without_effect:
        return Decision(answer=_answer_write(scene, cluster, 200))
    changed = _add_version(scene, cluster, before, after)
    return Decision(answer=_answer_write(scene, changed, 200), commits=(ClusterWritten(changed),))


def _add_version(scene: Scene, cluster: Cluster, before: dict[str, Json], after: dict[str, Json]) -> Cluster:
    metadata, spec = _split(after)
    name = cast("str", metadata["name"])
    version = Version(
        resource_version=cluster.latest.resource_version + 1,
        written_at=scene.now,
        metadata=write_json(describe_metadata(name, cluster.uid, cluster.created_at, scene.behaviour)),
        spec=write_json(spec),
    )
    states = _desired_state(_split(before)[1]), _desired_state(spec)
    settling = start_change(name, *states, scene.now, scene.behaviour)
    return replace(cluster, name=name, versions=(*cluster.versions, version), settling=settling)


def _configuration(cluster: Cluster) -> dict[str, Json]:
    """Return the configuration in force, as a client would have sent it."""
    return {"metadata": {"name": cluster.name}, "spec": read_json(cluster.latest.spec.encode())}


def _split(document: dict[str, Json]) -> tuple[dict[str, Json], dict[str, Json]]:
    return cast("dict[str, Json]", document["metadata"]), cast("dict[str, Json]", document["spec"])


def _desired_state(spec: dict[str, Json]) -> str:
    return str(spec.get("desiredState", "STARTED"))


def _make_uid(account: Account) -> str:
    """Return the id of the next cluster: a UUID that the account's seed and its number make."""
    digest = hashlib.sha256(f"{account.seed}:{account.next_number}".encode()).digest()
    return str(uuid.UUID(bytes=digest[:16], version=4))


def _answer_write(scene: Scene, cluster: Cluster, status: int) -> Answer:
    if not scene.behaviour.answers_write_with_cluster:
        return Answer(status=204)
    return answer_json(status, describe_cluster(cluster, scene.now, scene.behaviour))
