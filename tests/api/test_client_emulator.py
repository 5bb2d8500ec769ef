"""The client against the emulated API: the two were written apart, from the same contract."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

import pytest

from planner.api.client import ManagerClient, open_client
from planner.api.connection import Connection
from planner.emulator.app import EmulatorApp, make_app
from planner.emulator.behaviour import Behaviour, ListEnvelope
from planner.emulator.exchange import Answer
from planner.emulator.server import run_server
from planner.emulator.trouble import (
    Action,
    AnswerInstead,
    CutAnswer,
    LoseAnswer,
    LoseRequest,
    ReplaceAnswer,
    Trouble,
    WithdrawToken,
)
from planner.model.live import AnswerLost, NotSent, Refused
from state.values import Json
from tests.api.doubles import Purse, Watch

T = TypeVar("T")
GOOD = Connection(endpoint="", token="emulator-token")


def make_body(name: str = "web", **spec: Json) -> dict[str, Json]:
    return {"metadata": {"name": name}, "spec": {"version": "2021.06", **spec}}


def use_emulator(app: EmulatorApp, use: Callable[[ManagerClient], Awaitable[T]], connection: Connection = GOOD) -> T:
    async def main() -> T:
        async with open_client(connection, app=app, timing=Watch().timing) as client:
            return await use(client)

    return asyncio.run(main())


async def live_through(client: ManagerClient) -> None:
    """Lead one cluster through every operation of the API."""
    created = (await client.send("POST", "/clusters", make_body("my web"))).cluster
    assert created is not None
    path = f"/clusters/{created.id}"
    assert (created.name, created.resource_version, created.state) == ("my web", 1, "RUNNING")
    assert await client.list_clusters() == (await client.read_cluster(created.id),)

    stopped = (await client.send("PATCH", path, {"spec": {"desiredState": "STOPPED"}})).cluster
    assert stopped is not None
    assert (stopped.resource_version, stopped.state) == (2, "STOPPED")

    whole = make_body("my web", desiredState="STARTED", pivot={"accessMode": "PROXIED"})
    assert (await client.send("PUT", path, whole)).status == 200
    again = await client.read_cluster(created.id)
    assert again is not None
    assert (again.resource_version, again.state) == (3, "RUNNING")

    earlier = await client.read_version(created.id, 1)
    assert earlier is not None
    assert earlier.resource_version == 1
    assert await client.read_version(created.id, 99) is None

    assert (await client.send("DELETE", path)).status in {200, 202, 204}
    assert (await client.send("DELETE", path)).status == 404
    assert await client.read_cluster(created.id) is None
    assert await client.list_clusters() == ()


def test_a_whole_life_in_this_process() -> None:
    use_emulator(make_app(), live_through)


def test_a_whole_life_over_a_socket() -> None:
    async def main(url: str) -> None:
        async with open_client(replace(GOOD, endpoint=url)) as client:
            await live_through(client)

    with run_server(make_app()) as url:
        asyncio.run(main(url))


@pytest.mark.parametrize("envelope", ["array", "values", "items", "clusters"])
@pytest.mark.parametrize("absolute_links", [False, True])
def test_every_form_of_a_list_gives_the_same_clusters(envelope: ListEnvelope, absolute_links: bool) -> None:  # noqa: FBT001 - a parameter of the test
    app = make_app(behaviour=Behaviour(list_envelope=envelope, page_size=2, absolute_links=absolute_links))

    async def use(client: ManagerClient) -> list[str]:
        for number in range(5):
            await client.send("POST", "/clusters", make_body(f"web-{number}"))
        return [cluster.name for cluster in await client.list_clusters()]

    assert sorted(use_emulator(app, use)) == [f"web-{number}" for number in range(5)]
    assert [exchange.method for exchange in app.requests].count("GET") == 3


def test_a_server_that_answers_writes_without_a_body_is_read_back() -> None:
    async def use(client: ManagerClient) -> None:
        answer = await client.send("POST", "/clusters", make_body())
        assert (answer.status, answer.cluster) == (204, None)
        [cluster] = await client.list_clusters()
        assert (await client.send("PATCH", f"/clusters/{cluster.id}", {"spec": {}})).cluster is None

    use_emulator(make_app(behaviour=Behaviour(answers_write_with_cluster=False)), use)


def count_clusters(app: EmulatorApp) -> int:
    return len(app.describe_clusters())


@pytest.mark.parametrize(
    ("action", "clusters"),
    [
        (LoseRequest(), 0),
        (LoseAnswer(), 1),
        (CutAnswer(), 1),
        (CutAnswer(quietly=True), 1),
        (AnswerInstead(Answer(status=503)), 0),
        (ReplaceAnswer(Answer(status=500)), 1),
        (ReplaceAnswer(Answer(status=200, body=b"<html>proxy</html>")), 1),
        (ReplaceAnswer(Answer(status=302, headers=(("location", "https://sso.example"),))), 1),
    ],
)
def test_a_create_in_doubt_is_reported_as_such_and_sent_once(action: Action, clusters: int) -> None:
    app = make_app(troubles=[Trouble(action, on="POST /clusters")])

    async def use(client: ManagerClient) -> None:
        with pytest.raises(AnswerLost):
            await client.send("POST", "/clusters", make_body())

    use_emulator(app, use)
    assert len(app.requests) == 1
    assert count_clusters(app) == clusters


@pytest.mark.parametrize(
    "action", [LoseRequest(), LoseAnswer(), CutAnswer(), CutAnswer(quietly=True), AnswerInstead(Answer(status=429))]
)
def test_a_list_survives_trouble(action: Action) -> None:
    app = make_app(troubles=[Trouble(action, on="GET /clusters", times=3)])
    assert use_emulator(app, ManagerClient.list_clusters) == ()
    assert len(app.requests) == 4


@pytest.mark.parametrize("action", [LoseRequest(), LoseAnswer(), AnswerInstead(Answer(status=503))])
def test_a_delete_survives_trouble(action: Action) -> None:
    app = make_app(troubles=[Trouble(action, on="DELETE *", times=2)])

    async def use(client: ManagerClient) -> None:
        created = (await client.send("POST", "/clusters", make_body())).cluster
        assert created is not None
        await client.send("DELETE", f"/clusters/{created.id}")

    use_emulator(app, use)
    assert count_clusters(app) == 0


def test_a_token_that_dies_on_the_way_is_replaced() -> None:
    behaviour = Behaviour(static_tokens=("one", "two"))
    app = make_app(behaviour=behaviour, troubles=[Trouble(WithdrawToken(), on="POST *", nth=2)])

    async def use(client: ManagerClient) -> None:
        for number in range(3):
            await client.send("POST", "/clusters", make_body(f"web-{number}"))

    use_emulator(app, use, replace(GOOD, token=Purse(["one", "two"])))
    assert count_clusters(app) == 3
    assert [exchange.status for exchange in app.requests] == [201, 401, 201, 201]


@pytest.mark.parametrize(
    ("token", "status", "advice"),
    [
        ("wrong", 401, "Set IMPLY_TOKEN to a new one"),
        (None, 401, "Set IMPLY_TOKEN to one"),
        ("emulator-token-without-role", 403, "role manage-clusters"),
    ],
)
def test_who_may_not_is_told_why(token: str | None, status: int, advice: str) -> None:
    async def use(client: ManagerClient) -> Refused:
        with pytest.raises(Refused) as caught:
            await client.list_clusters()
        return caught.value

    refused = use_emulator(make_app(), use, replace(GOOD, token=token))
    assert (refused.status, refused.code) == (status, "Unauthorized")
    assert advice in refused.advice


def test_an_invalid_cluster_is_refused_field_by_field() -> None:
    async def use(client: ManagerClient) -> Refused:
        with pytest.raises(Refused) as caught:
            await client.send("POST", "/clusters", {"metadata": {"name": None}, "spec": {"version": 5}})
        return caught.value

    refused = use_emulator(make_app(), use)
    assert (refused.status, refused.code) == (400, "BadArgument")
    assert {detail.target for detail in refused.details} == {"metadata.name", "spec.version"}
    assert refused.request_id == "emulated-1"


def test_a_name_that_is_taken_is_refused() -> None:
    async def use(client: ManagerClient) -> None:
        await client.send("POST", "/clusters", make_body())
        with pytest.raises(Refused, match="conflict") as caught:
            await client.send("POST", "/clusters", make_body())
        assert caught.value.status == 409

    use_emulator(make_app(), use)


def test_the_known_issue_of_put_is_in_doubt_and_named() -> None:
    async def use(client: ManagerClient) -> None:
        created = (await client.send("POST", "/clusters", make_body())).cluster
        assert created is not None
        with pytest.raises(AnswerLost, match="accessMode"):
            await client.send("PUT", f"/clusters/{created.id}", make_body())

    app = make_app()
    use_emulator(app, use)
    assert [exchange.method for exchange in app.requests] == ["POST", "PUT"]


def test_a_thousand_creates_at_once_make_a_thousand_clusters() -> None:
    app = make_app(behaviour=Behaviour(fills_defaults=False))

    async def use(client: ManagerClient) -> int:
        await asyncio.gather(*(client.send("POST", "/clusters", make_body(f"web-{n}")) for n in range(1000)))
        return len(await client.list_clusters())

    assert use_emulator(app, use) == 1000


def test_a_server_that_is_not_there_is_not_reached() -> None:
    async def main(url: str) -> None:
        async with open_client(replace(GOOD, endpoint=url), timing=Watch().timing) as client:
            with pytest.raises(NotSent):
                await client.send("POST", "/clusters", make_body())

    with run_server(make_app()) as url:
        pass
    asyncio.run(main(url))
