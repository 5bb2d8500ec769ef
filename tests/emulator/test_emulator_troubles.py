"""Troubles: what goes wrong on purpose, with which request, and what is true on the server afterwards."""

import json
from typing import Any

import httpx
import pytest

from planner.emulator.course import HandEditError
from planner.emulator.exchange import Answer
from planner.emulator.scripting import (
    MalformedTroubleError,
    empty_answer,
    fail_with,
    html_answer,
    parse_trouble,
    redirect_to,
)
from planner.emulator.trouble import (
    AnswerInstead,
    CutAnswer,
    DelayAnswer,
    DripAnswer,
    EditCluster,
    LoseAnswer,
    LoseRequest,
    RemoveCluster,
    ReplaceAnswer,
    Trouble,
    WithdrawToken,
)
from tests.emulator.emulated import Emulated, emulate, make_body


def post(api: Emulated, name: str = "web") -> httpx.Response:
    return api.call("POST", "/clusters", make_body(name))


def names(api: Emulated) -> list[str]:
    return [cluster["metadata"]["name"] for cluster in api.list()]


def test_a_lost_request_does_nothing() -> None:
    api = emulate(troubles=[Trouble(LoseRequest())])

    with pytest.raises(httpx.ReadError):
        post(api)

    assert names(api) == []
    assert [exchange.status for exchange in api.app.requests] == [None, 200]


def test_a_lost_answer_comes_after_the_deed() -> None:
    api = emulate(troubles=[Trouble(LoseAnswer(), on="POST")])

    with pytest.raises(httpx.ReadError):
        post(api)

    assert names(api) == ["web"]
    assert api.app.requests[0].status is None
    assert api.app.requests[0].document == make_body("web")


@pytest.mark.parametrize("status", [409, 429, 500, 503])
def test_an_error_that_was_asked_for_does_nothing(status: int) -> None:
    api = emulate(troubles=[Trouble(fail_with(status, retry_after="7"))])

    answer = post(api)

    assert (answer.status_code, answer.headers["retry-after"]) == (status, "7")
    assert set(answer.json()["error"]) == {"code", "message"}
    assert names(api) == []


def test_a_redirect_does_nothing() -> None:
    api = emulate(troubles=[Trouble(redirect_to("https://elsewhere.example", 308))])

    answer = post(api)

    assert (answer.status_code, answer.headers["location"]) == (308, "https://elsewhere.example")
    assert names(api) == []


@pytest.mark.parametrize(
    ("action", "body"),
    [(empty_answer(), b""), (html_answer(), b"<!doctype"), (ReplaceAnswer(Answer(status=200, body=b"{")), b"{")],
)
def test_a_replaced_answer_comes_after_the_deed(action: ReplaceAnswer, body: bytes) -> None:
    api = emulate(troubles=[Trouble(action)])

    answer = post(api)

    assert answer.status_code == 200
    assert answer.content.startswith(body)
    assert names(api) == ["web"]


def test_a_cut_answer_breaks_off_after_the_deed() -> None:
    api = emulate(troubles=[Trouble(CutAnswer(), on="POST")])

    with pytest.raises(httpx.ReadError):
        post(api)

    assert names(api) == ["web"]


def test_a_quietly_cut_answer_is_half_a_document_that_looks_whole() -> None:
    api = emulate(troubles=[Trouble(CutAnswer(quietly=True), on="POST")])

    answer = post(api)

    assert answer.status_code == 201
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert answer.content.startswith(b'{"metadata"')
    with pytest.raises(json.JSONDecodeError):
        answer.json()


def test_delays_and_drips_take_their_time_and_lose_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []

    async def note(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr("planner.emulator.app._pause", note)
    api = emulate(troubles=[Trouble(DelayAnswer(3), on="GET"), Trouble(DripAnswer(0.5), on="GET")])

    assert api.call("GET", "/clusters").json() == []

    assert waited == [3, 0.5, 0.5]


def test_a_withdrawn_token_stays_withdrawn_and_others_are_good() -> None:
    api = emulate(troubles=[Trouble(WithdrawToken(), nth=2)])

    assert [api.call("GET", "/clusters").status_code for _ in range(3)] == [200, 401, 401]

    form = b"grant_type=client_credentials&client_id=planner&client_secret=emulator-secret"
    granted = api.call(
        "POST", "http://emulator/oauth/token", content=form, media_type="application/x-www-form-urlencoded"
    )
    api.token = granted.json()["access_token"]
    assert api.call("GET", "/clusters").status_code == 200


def test_an_edit_behind_our_back_happens_just_before_the_request() -> None:
    edit = EditCluster("web", {"spec": {"query": {"replicas": 9}}})
    api = emulate(troubles=[Trouble(edit, on="GET /clusters/*", nth=2)])
    uid = api.create()["metadata"]["uid"]

    seen = [api.read(uid) for _ in range(3)]

    assert [cluster["spec"]["query"]["replicas"] for cluster in seen] == [1, 9, 9]
    assert [cluster["status"]["resourceVersion"] for cluster in seen] == [1, 2, 2]


def test_a_removal_behind_our_back_happens_just_before_the_request() -> None:
    api = emulate(troubles=[Trouble(RemoveCluster("web"), on="PATCH")])
    uid = api.create()["metadata"]["uid"]

    assert api.call("PATCH", f"/clusters/{uid}", {"spec": {}}).status_code == 404
    assert names(api) == []


def test_troubles_can_come_together() -> None:
    edit = EditCluster("web", {"spec": {"awsKeyPair": "theirs"}})
    api = emulate()
    uid = api.create()["metadata"]["uid"]
    api.app.troubles += [Trouble(edit, on="PATCH"), Trouble(LoseAnswer(), on="PATCH")]

    with pytest.raises(httpx.ReadError):
        api.call("PATCH", f"/clusters/{uid}", {"spec": {"query": {"replicas": 4}}})

    spec = api.read(uid)["spec"]
    assert (spec["awsKeyPair"], spec["query"]["replicas"]) == ("theirs", 4)
    assert api.app.troubles == []


def test_a_trouble_waits_for_its_requests_strikes_as_often_as_told_and_is_spent() -> None:
    api = emulate(troubles=[Trouble(fail_with(503), on="POST /clusters", nth=2, times=2)])

    assert api.call("GET", "/clusters").status_code == 200
    assert [post(api, name).status_code for name in "abcd"] == [201, 503, 503, 201]
    assert api.app.troubles == []


def test_a_trouble_can_go_on_for_ever() -> None:
    api = emulate(troubles=[Trouble(fail_with(500), on="* /oauth/token", times=None)])

    assert [api.call("POST", "http://emulator/oauth/token").status_code for _ in range(5)] == [500] * 5
    assert api.call("GET", "/clusters").status_code == 200


def test_an_edit_that_makes_no_sense_is_a_fault_that_says_so() -> None:
    api = emulate(troubles=[Trouble(EditCluster("nobody", {}))])

    answer = api.call("GET", "/clusters")

    assert answer.status_code == 500
    assert "there is no cluster called 'nobody'" in answer.json()["error"]["message"]


def test_hand_edits_can_be_made_at_any_time_and_must_make_sense() -> None:
    api = emulate()
    api.create("web")

    api.app.edit_cluster("web", {"spec": {"awsKeyPair": "theirs"}})
    assert api.list()[0]["spec"]["awsKeyPair"] == "theirs"
    assert api.app.describe_clusters() == api.list()

    with pytest.raises(HandEditError, match="there is no cluster called 'nobody'"):
        api.app.edit_cluster("nobody", {})
    with pytest.raises(HandEditError, match=r"spec\.query\.replicas"):
        api.app.edit_cluster("web", {"spec": {"query": {"replicas": 0}}})
    api.app.remove_cluster("web")
    with pytest.raises(HandEditError):
        api.app.remove_cluster("web")
    assert api.list() == []


@pytest.mark.parametrize(
    ("text", "trouble"),
    [
        ("lose-request", Trouble(LoseRequest())),
        ("lose-answer@POST", Trouble(LoseAnswer(), on="POST")),
        ("lose-answer@POST /clusters#2", Trouble(LoseAnswer(), on="POST /clusters", nth=2)),
        ("cut@GET /clusters/*x3", Trouble(CutAnswer(), on="GET /clusters/*x3")),
        ("cut@GET /clusters/*#1x3", Trouble(CutAnswer(), on="GET /clusters/*", times=3)),
        ("cut-quietly#4", Trouble(CutAnswer(quietly=True), nth=4)),
        ("withdraw-token#1x*", Trouble(WithdrawToken(), times=None)),
        ("delay=0.5@*", Trouble(DelayAnswer(0.5))),
        ("drip=2", Trouble(DripAnswer(2.0))),
        ("remove=my cluster@GET#2", Trouble(RemoveCluster("my cluster"), on="GET", nth=2)),
        ('edit=a:b:{"spec":{"x":"@#1"}}@GET', Trouble(EditCluster("a:b", {"spec": {"x": "@#1"}}), on="GET")),
        ("redirect=https://elsewhere.example/x@GET", Trouble(redirect_to("https://elsewhere.example/x"), on="GET")),
        ("html@GET", Trouble(html_answer(), on="GET")),
        ("empty", Trouble(empty_answer())),
        ("503", Trouble(fail_with(503))),
        ("429=Mon, 01 Jan@GET#2x2", Trouble(fail_with(429, retry_after="Mon, 01 Jan"), on="GET", nth=2, times=2)),
    ],
)  # fmt: skip
def test_troubles_can_be_written_as_text(text: str, trouble: Trouble) -> None:
    assert parse_trouble(text) == trouble


@pytest.mark.parametrize(
    "text",
    ["", "lose", "lose-answer=1", "redirect", "delay=soon", "delay=-1", "drip=1e9", "edit=web", "edit=web:{", "503#0",
     "503#1x0", "503x3", "1000", "503@get", "503@GET clusters", 'edit=web:{"a":1', "99"],
)  # fmt: skip
def test_what_is_no_trouble_is_refused(text: str) -> None:
    with pytest.raises(MalformedTroubleError):
        parse_trouble(text)


def test_an_action_is_a_value_that_can_be_compared() -> None:
    one: Any = fail_with(503)

    assert one == AnswerInstead(one.answer)
    assert one != fail_with(500)
