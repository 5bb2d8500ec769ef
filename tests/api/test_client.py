"""What the client sends, and what it makes of sound answers."""

import asyncio
import json
from dataclasses import replace

import pytest

from planner.api.client import Answer, ManagerClient, open_client
from planner.api.connection import Connection
from planner.model.live import AnswerLost, NotSent, Refused
from state.values import Json
from tests.api.doubles import PLAIN, TOKEN, Canned, Script, catch_fault, make_cluster, use_client


def list_names(script: Script) -> list[str]:
    async def use(client: ManagerClient) -> list[str]:
        return [cluster.name for cluster in await client.list_clusters()]

    return use_client(script, use)


def make_page(*uids: str, link: str = "") -> Canned:
    body: list[Json] = [make_cluster(uid, f"name of {uid}") for uid in uids]
    return Canned(body=body, headers=(("link", link),) if link else ())


def test_one_call_lists_an_account() -> None:
    script = Script(make_page("c-1", "c-2"))
    assert list_names(script) == ["name of c-1", "name of c-2"]
    assert script.lines == ["GET /api/v1/clusters"]


def test_an_empty_account_is_an_empty_list() -> None:
    assert list_names(Script(Canned(body=[]))) == []


def test_a_list_is_read_to_its_last_page() -> None:
    script = Script(
        make_page("c-1", link='<?page=2>; rel="next"'),
        make_page("c-2", link='<http://localhost/api/v1/clusters?page=3>; rel="next", <?page=1>; rel="prev"'),
        make_page("c-3", link='<?page=2>; rel="prev"'),
    )
    assert list_names(script) == ["name of c-1", "name of c-2", "name of c-3"]
    assert script.lines == [
        "GET /api/v1/clusters",
        "GET /api/v1/clusters?page=2",
        "GET /api/v1/clusters?page=3",
    ]


def test_a_cluster_that_moves_between_pages_is_listed_once() -> None:
    script = Script(make_page("c-1", "c-2", link="<?page=2>; rel=next"), make_page("c-2", "c-3"))
    assert list_names(script) == ["name of c-1", "name of c-2", "name of c-3"]


@pytest.mark.parametrize(
    ("link", "reason"),
    [
        ("<https://evil.example/clusters>; rel=next", "another server"),
        ("<//evil.example/clusters>; rel=next", "another server"),
        ("<http://localhost:81/api/v1/clusters>; rel=next", "another server"),
        ("<http://localhost/api/v1/clusters>; rel=next", "without end"),
        ("<?page=2; rel=next", "cannot be read"),
    ],
)
def test_a_list_that_cannot_be_read_to_its_end_is_a_fault(link: str, reason: str) -> None:
    script = Script(make_page("c-1", link=link))
    fault = catch_fault(script, ManagerClient.list_clusters)
    assert isinstance(fault, AnswerLost)
    assert reason in str(fault)
    assert len(script.seen) == 1


def test_pages_without_end_are_a_fault() -> None:
    script = Script(*(make_page(link=f"<?page={number}>; rel=next") for number in range(2000)))
    fault = catch_fault(script, ManagerClient.list_clusters)
    assert "without end" in str(fault)
    assert len(script.seen) == 1000


def test_all_pages_together_are_bounded() -> None:
    script = Script(*(make_page("c-1", link=f"<?page={number}>; rel=next") for number in range(9)))
    fault = catch_fault(script, ManagerClient.list_clusters, connection=replace(PLAIN, max_list_bytes=500))
    assert isinstance(fault, AnswerLost)
    assert "longer than" in str(fault)
    assert len(script.seen) < 9


def test_a_cluster_is_read_by_its_id() -> None:
    script = Script(Canned(body=make_cluster("c-1", "web", resourceVersion=3, state="RUNNING")))
    cluster = use_client(script, lambda client: client.read_cluster("c-1"))
    assert cluster is not None
    assert (cluster.id, cluster.name, cluster.resource_version, cluster.state) == ("c-1", "web", 3, "RUNNING")
    assert script.lines == ["GET /api/v1/clusters/c-1"]


def test_a_cluster_that_is_not_there_is_none() -> None:
    script = Script(Canned(status=404, body={"error": {"code": "NotFound", "message": "no"}}))
    assert use_client(script, lambda client: client.read_cluster("c-1")) is None
    assert use_client(script, lambda client: client.read_version("c-1", 3)) is None


def test_an_earlier_version_is_read_from_the_history() -> None:
    script = Script(Canned(body=make_cluster("c-1", resourceVersion=2)))
    cluster = use_client(script, lambda client: client.read_version("c-1", 2))
    assert cluster is not None
    assert cluster.resource_version == 2
    assert script.lines == ["GET /api/v1/clusters/c-1/history/2"]


def test_an_answer_about_another_cluster_is_a_fault() -> None:
    fault = catch_fault(Script(Canned(body=make_cluster("c-2"))), lambda client: client.read_cluster("c-1"))
    assert isinstance(fault, AnswerLost)
    assert "describes another cluster" in str(fault)


@pytest.mark.parametrize("cluster_id", ["", "..", "../x", "a/b", "a?b", "x" * 129])
def test_what_is_no_id_is_never_sent(cluster_id: str) -> None:
    script = Script(Canned())
    for use in (
        lambda client: client.read_cluster(cluster_id),
        lambda client: client.read_version(cluster_id, 1),
        lambda client: client.send("DELETE", f"/clusters/{cluster_id}"),
    ):
        assert isinstance(catch_fault(script, use), NotSent)
    assert isinstance(catch_fault(script, lambda client: client.read_version("c-1", -1)), NotSent)
    assert script.seen == []


@pytest.mark.parametrize(
    ("method", "path", "content_type"),
    [
        ("POST", "/clusters", "application/json"),
        ("PUT", "/clusters/c-1", "application/json"),
        ("PATCH", "/clusters/c-1", "application/merge-patch+json"),
    ],
)
def test_a_write_carries_its_body(method: str, path: str, content_type: str) -> None:
    script = Script(Canned(status=200, body=make_cluster("c-1")))
    body: Json = {"spec": {"desiredState": "STOPPED"}}
    answer = use_client(script, lambda client: client.send(method, path, body))
    assert answer.cluster is not None
    assert answer.cluster.id == "c-1"
    [seen] = script.seen
    assert seen.line == f"{method} /api/v1{path}"
    assert json.loads(seen.body) == body
    assert seen.headers["content-type"] == content_type
    assert seen.headers["content-length"] == str(len(seen.body))


def test_every_request_carries_the_token_and_asks_for_plain_json() -> None:
    script = Script(Canned(body=[]), Canned(status=204))

    async def use(client: ManagerClient) -> None:
        await client.list_clusters()
        await client.send("DELETE", "/clusters/c-1")

    use_client(script, use)
    for seen in script.seen:
        assert seen.headers["authorization"] == f"Bearer {TOKEN}"
        assert seen.headers["accept"] == "application/json"
        assert seen.headers["accept-encoding"] == "identity"
        assert seen.headers["user-agent"].startswith("cluster-planner/")
        assert "cookie" not in seen.headers
        assert seen.body == b""


def test_no_token_means_no_header() -> None:
    script = Script(Canned(body=[]))
    use_client(script, ManagerClient.list_clusters, connection=replace(PLAIN, token=None))
    assert "authorization" not in script.seen[0].headers


def test_a_cookie_is_not_kept() -> None:
    script = Script(Canned(body=[], headers=(("set-cookie", "session=1; Path=/"),)))

    async def use(client: ManagerClient) -> None:
        await client.list_clusters()
        await client.list_clusters()

    use_client(script, use)
    assert "cookie" not in script.seen[1].headers


@pytest.mark.parametrize("status", [200, 201, 202, 204, 206, 299])
@pytest.mark.parametrize("body", [b"", b" \n"])
def test_any_2xx_to_a_write_is_success_without_a_body(status: int, body: bytes) -> None:
    script = Script(Canned(status=status, body=body))
    for method, path in (("POST", "/clusters"), ("PATCH", "/clusters/c-1"), ("DELETE", "/clusters/c-1")):
        assert use_client(script, lambda client, m=method, p=path: client.send(m, p, {})) == Answer(status=status)  # type: ignore[misc]


@pytest.mark.parametrize("body", [{}, [], None, "ok", {"jobId": 1}, {"metadata": {"uid": "../x", "name": "web"}}])
def test_a_write_answered_with_something_else_than_a_cluster_is_success_to_be_read_back(body: Json) -> None:
    script = Script(Canned(status=202, body=body))
    assert use_client(script, lambda client: client.send("POST", "/clusters", {})) == Answer(status=202)


def test_a_write_answered_with_another_cluster_is_read_back() -> None:
    script = Script(Canned(status=200, body=make_cluster("c-2")))
    assert use_client(script, lambda client: client.send("PATCH", "/clusters/c-1", {})) == Answer(status=200)


def test_a_cluster_that_is_gone_is_deleted() -> None:
    script = Script(Canned(status=404, body=b"<html>"))
    assert use_client(script, lambda client: client.send("DELETE", "/clusters/c-1")) == Answer(status=404)


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_only_a_delete_is_done_by_a_404(method: str) -> None:
    fault = catch_fault(Script(Canned(status=404)), lambda client: client.send(method, "/clusters/c-1", {}))
    assert isinstance(fault, Refused)
    assert fault.status == 404


def test_requests_are_bounded_in_number() -> None:
    running, most = 0, 0

    class Busy(Script):
        async def __call__(self, scope, receive, send) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
            nonlocal running, most
            running += 1
            most = max(most, running)
            await asyncio.sleep(0)
            await super().__call__(scope, receive, send)
            running -= 1

    async def use(client: ManagerClient) -> None:
        await asyncio.gather(*(client.send("POST", "/clusters", {}) for _ in range(20)))

    script = Busy(Canned(status=201))
    use_client(script, use, connection=replace(PLAIN, parallelism=3))
    assert most == 3
    assert len(script.seen) == 20


async def open_briefly(connection: Connection) -> None:
    async with open_client(connection):
        pass


@pytest.mark.parametrize(
    "connection",
    [
        Connection(endpoint="http://acme.implycloud.com", token=TOKEN),
        Connection(endpoint="https://acme.implycloud.com?x", token=TOKEN),
        Connection(endpoint="https://acme.implycloud.com"),
    ],
)
def test_a_connection_that_cannot_be_used_is_refused_before_anything_is_sent(connection: Connection) -> None:
    with pytest.raises(NotSent) as caught:
        asyncio.run(open_briefly(connection))
    assert TOKEN not in str(caught.value)


def test_a_connection_does_not_show_its_token() -> None:
    assert TOKEN not in repr(Connection(endpoint="https://acme.implycloud.com", token=TOKEN))


def test_a_limit_of_nothing_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="more than 0"):
        replace(PLAIN, parallelism=0)
    with pytest.raises(ValueError, match="more than 0"):
        replace(PLAIN, deadline=-1.0)
