"""Listing: all clusters of an account, whole or page by page, in one of the forms that a list may take."""

from itertools import islice
from urllib.parse import urlencode

from planner.emulator.account import Cluster
from planner.emulator.behaviour import Behaviour
from planner.emulator.checking import refuse_argument
from planner.emulator.describing import describe_cluster
from planner.emulator.exchange import Decision, Request, Scene, answer_json, detail
from planner.emulator.settling import is_gone

__all__ = ["list_clusters"]


def list_clusters(scene: Scene, request: Request) -> Decision:
    """GET /clusters; `after` in the query is where the next page begins: the number of a creation."""
    after = _read_after(request.query.get("after", "0"))
    shown = (
        cluster
        for cluster in scene.account.clusters.values()
        if cluster.number > after and not is_gone(cluster, scene.now) and _is_listed(cluster, scene)
    )
    size = scene.behaviour.page_size
    page = list(shown if size is None else islice(shown, size + 1))
    if size is None or len(page) <= size:
        return Decision(answer=answer_json(200, _wrap(page, scene)))
    page = page[:size]
    link = ("link", _write_link(page[-1].number, request, scene.behaviour))
    return Decision(answer=answer_json(200, _wrap(page, scene), link))


def _read_after(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        raise refuse_argument(detail("MalformedValue", "after", "after must be a whole number from a page's link."))
    return int(text)


def _is_listed(cluster: Cluster, scene: Scene) -> bool:
    return scene.now >= cluster.created_at + scene.behaviour.list_lag_seconds


def _wrap(page: list[Cluster], scene: Scene) -> str:
    members = ",".join(describe_cluster(cluster, scene.now, scene.behaviour) for cluster in page)
    envelope = scene.behaviour.list_envelope
    return f"[{members}]" if envelope == "array" else f'{{"{envelope}":[{members}]}}'


def _write_link(after: int, request: Request, behaviour: Behaviour) -> str:
    origin = request.origin if behaviour.absolute_links else ""
    return f'<{origin}{request.path}?{urlencode({"after": after})}>; rel="next"'
