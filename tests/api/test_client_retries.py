"""What the client sends again, when, and with which token; time passes only in its pauses."""

from dataclasses import replace

import httpx
import pytest

from planner.api.client import Answer, ManagerClient
from planner.model.live import AnswerLost, NotSent, Refused
from tests.api.doubles import PLAIN, Canned, Purse, Script, Use, Watch, catch_fault, make_cluster, use_client

LISTED = Canned(body=[make_cluster()])
REFUSED = httpx.ConnectError("refused")
CUT = httpx.ReadError("cut")


DELETE: Use[Answer] = lambda client: client.send("DELETE", "/clusters/c-1")  # noqa: E731 - a value, as the others
POST: Use[Answer] = lambda client: client.send("POST", "/clusters", {})  # noqa: E731 - likewise
PATCH: Use[Answer] = lambda client: client.send("PATCH", "/clusters/c-1", {})  # noqa: E731 - likewise


def test_a_read_outlives_what_passes() -> None:
    script = Script(CUT, Canned(status=503), Canned(body=b"<html>"), REFUSED, LISTED)
    watch = Watch()
    assert len(use_client(script, ManagerClient.list_clusters, watch=watch)) == 1
    assert len(script.seen) == 5
    assert watch.pauses == [0.5, 1.0, 2.0, 4.0]


def test_a_read_is_given_up_after_five_attempts() -> None:
    script = Script(Canned(status=503))
    fault = catch_fault(script, ManagerClient.list_clusters)
    assert isinstance(fault, Refused)
    assert "tried 5 times" in fault.advice
    assert len(script.seen) == 5


def test_retry_after_is_kept() -> None:
    script = Script(Canned(status=429, headers=(("Retry-After", "20"),)), LISTED)
    watch = Watch()
    use_client(script, ManagerClient.list_clusters, watch=watch)
    assert watch.pauses == [20.5]


@pytest.mark.parametrize("asked", ["86400", "121"])
def test_a_server_that_asks_for_too_long_is_not_waited_for(asked: str) -> None:
    script = Script(Canned(status=429, headers=(("Retry-After", asked),)), LISTED)
    watch = Watch()
    fault = catch_fault(script, ManagerClient.list_clusters, watch=watch)
    assert f"It asks to wait for {asked} seconds." in fault.advice
    assert watch.pauses == []


@pytest.mark.parametrize("asked", ["-5", "soon", ""])
def test_a_retry_after_that_means_nothing_is_no_reason_to_stop(asked: str) -> None:
    script = Script(Canned(status=429, headers=(("Retry-After", asked),)), LISTED)
    use_client(script, ManagerClient.list_clusters)
    assert len(script.seen) == 2


def test_pauses_end_before_the_deadline() -> None:
    script = Script(Canned(status=503, headers=(("Retry-After", "25"),)))
    watch = Watch()
    catch_fault(script, ManagerClient.list_clusters, watch=watch, connection=replace(PLAIN, deadline=60.0))
    assert watch.pauses == [25.5, 26.0]


def test_a_post_is_sent_again_only_while_it_cannot_have_arrived() -> None:
    script = Script(REFUSED, httpx.ConnectTimeout("late"), httpx.PoolTimeout("full"), Canned(status=201))
    assert use_client(script, POST) == Answer(status=201)
    for trouble in (CUT, httpx.ReadTimeout("silent"), httpx.WriteError("cut"), httpx.RemoteProtocolError("odd")):
        script = Script(trouble, Canned(status=201))
        assert isinstance(catch_fault(script, POST), AnswerLost)
        assert len(script.seen) == 1


def test_a_post_that_cannot_be_sent_is_known_not_to_be() -> None:
    fault = catch_fault(Script(REFUSED), POST)
    assert isinstance(fault, NotSent)
    assert "Nothing was sent." in fault.advice


def test_a_patch_waits_when_told_to_but_is_not_sent_twice() -> None:
    script = Script(Canned(status=429), Canned(status=204))
    assert use_client(script, PATCH) == Answer(status=204)
    script = Script(Canned(status=503), Canned(status=204))
    assert isinstance(catch_fault(script, PATCH), AnswerLost)
    assert len(script.seen) == 1


def test_a_delete_is_repeated_until_the_cluster_is_gone() -> None:
    script = Script(CUT, Canned(status=500), Canned(status=404))
    assert use_client(script, DELETE) == Answer(status=404)
    assert len(script.seen) == 3


@pytest.mark.parametrize("last", [REFUSED, Canned(status=409), Canned(status=403), Canned(status=429)])
@pytest.mark.parametrize("first", [CUT, Canned(status=500)])
def test_a_delete_that_may_have_been_performed_once_stays_in_doubt(
    first: Canned | Exception, last: Canned | Exception
) -> None:
    fault = catch_fault(Script(first, last), DELETE)
    assert type(fault) is AnswerLost
    assert "It may have been performed" in fault.advice
    assert "Nothing" not in fault.advice


def list_tokens(script: Script) -> list[str]:
    return [seen.headers["authorization"] for seen in script.seen]


@pytest.mark.parametrize("use", [POST, PATCH, DELETE, ManagerClient.list_clusters])
def test_an_expired_token_is_replaced_once_and_the_request_sent_again(use: Use[object]) -> None:
    script = Script(Canned(status=401), LISTED)
    purse = Purse(["old", "new"])
    watch = Watch()
    use_client(script, use, connection=replace(PLAIN, token=purse), watch=watch)
    assert list_tokens(script) == ["Bearer old", "Bearer new"]
    assert purse.rejected == [None, "old"]
    assert watch.pauses == []


def test_a_second_401_is_the_end() -> None:
    script = Script(Canned(status=401))
    fault = catch_fault(script, POST, connection=replace(PLAIN, token=Purse(["one", "two", "three"])))
    assert isinstance(fault, Refused)
    assert list_tokens(script) == ["Bearer one", "Bearer two"]


@pytest.mark.parametrize("token", ["fixed", Purse(["only"])])
def test_a_token_that_was_rejected_is_not_sent_again(token: str | Purse) -> None:
    script = Script(Canned(status=401))
    fault = catch_fault(script, POST, connection=replace(PLAIN, token=token))
    assert isinstance(fault, Refused)
    assert len(script.seen) == 1


def test_without_a_token_a_401_asks_for_one() -> None:
    fault = catch_fault(Script(Canned(status=401)), POST, connection=replace(PLAIN, token=None))
    assert fault.summary == "The Manager API at localhost wants a token"


def test_a_token_that_cannot_be_had_is_the_sources_own_fault() -> None:
    async def fail(_: str | None) -> str:
        raise NotSent("No token could be fetched", "Try again.")

    script = Script(LISTED)
    fault = catch_fault(script, POST, connection=replace(PLAIN, token=fail))
    assert fault.summary == "No token could be fetched"
    assert script.seen == []


def test_a_request_whose_time_is_over_before_it_begins_is_not_sent() -> None:
    watch = Watch()

    async def dawdle(_: str | None) -> str:
        await watch.sleep(1000)
        return "late"

    script = Script(LISTED)
    fault = catch_fault(script, POST, connection=replace(PLAIN, token=dawdle), watch=watch)
    assert isinstance(fault, NotSent)
    assert script.seen == []
