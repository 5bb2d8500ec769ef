"""Routing: which operation a request asks for, and whether it is let in. The account's one door."""

from collections.abc import Callable

from planner.emulator.checking import refuse_argument
from planner.emulator.exchange import Decision, Refusal, Request, Scene, detail, refuse
from planner.emulator.listing import list_clusters
from planner.emulator.operations import (
    create_cluster,
    delete_cluster,
    overwrite_cluster,
    patch_cluster,
    read_cluster,
    read_version,
)
from planner.emulator.tokens import admit_request, grant_token

__all__ = ["ROOT", "answer_request"]

ROOT = "/api/v1"


def answer_request(scene: Scene, request: Request) -> Decision:
    """Return what the server answers to `request` and what it commits first; never raises."""
    if request.path == scene.behaviour.token_path:
        return _decide(lambda: grant_token(scene, request))
    try:
        admission = admit_request(scene, request)
    except Refusal as refusal:
        return Decision(answer=refusal.answer)
    decision = _decide(lambda: _route(scene, request))
    return Decision(answer=decision.answer, commits=(*admission, *decision.commits))


def _decide(operation: Callable[[], Decision]) -> Decision:
    try:
        return operation()
    except Refusal as refusal:
        return Decision(answer=refusal.answer)
    except RecursionError:
        details = detail("MalformedValue", "", "The body is nested too deeply.")
        return Decision(answer=refuse_argument(details).answer)


def _route(scene: Scene, request: Request) -> Decision:
    if not request.path.startswith(f"{ROOT}/"):
        raise _refuse_path()
    match request.path.removeprefix(f"{ROOT}/").split("/"):
        case ["clusters"]:
            return _route_clusters(scene, request)
        case ["clusters", uid]:
            return _route_cluster(scene, request, uid)
        case ["clusters", uid, "history", number]:
            if request.method != "GET":
                raise _refuse_method("GET")
            return read_version(scene, uid, number)
        case _:
            raise _refuse_path()


def _route_clusters(scene: Scene, request: Request) -> Decision:
    match request.method:
        case "GET":
            return list_clusters(scene, request)
        case "POST":
            return create_cluster(scene, request)
        case _:
            raise _refuse_method("GET, POST")


def _route_cluster(scene: Scene, request: Request, uid: str) -> Decision:
    match request.method:
        case "GET":
            return read_cluster(scene, uid)
        case "PATCH":
            return patch_cluster(scene, request, uid)
        case "PUT":
            return overwrite_cluster(scene, request, uid)
        case "DELETE":
            return delete_cluster(scene, uid)
        case _:
            raise _refuse_method("GET, PATCH, PUT, DELETE")


def _refuse_path() -> Refusal:
    return refuse(404, "NotFound", "There is nothing at this path.")


def _refuse_method(allowed: str) -> Refusal:
    # Assumed: 405 and this code.
    return refuse(405, "MethodNotAllowed", f"This path takes {allowed}.", headers=(("allow", allowed),))
