"""What a request that failed says: which kind of fault, and what people read."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

import pytest

from planner.api.client import ManagerClient
from planner.api.faults import Asked, to_fault
from planner.api.happenings import Reply
from planner.model.live import AnswerLost, ApiFault, ErrorDetail, NotSent, Refused
from state.values import Json
from tests.api.doubles import PLAIN, TOKEN, Canned, Script, Use, catch_fault

Kind: TypeAlias = type[ApiFault]


def send(method: str, body: Json = None) -> Use[object]:
    path = "/clusters" if method == "POST" else "/clusters/c-1"
    return lambda client: client.send(method, path, body)


READ: Use[object] = lambda client: client.read_cluster("c-1")  # noqa: E731 - stands beside the others as a value
WRITES = ("POST", "PUT", "PATCH", "DELETE")


@pytest.mark.parametrize("status", [400, 401, 403, 409, 412, 415, 422])
def test_a_request_that_was_refused_was_not_performed(status: int) -> None:
    for use in (READ, *map(send, WRITES)):
        fault = catch_fault(Script(Canned(status=status)), use)
        assert type(fault) is Refused
        assert fault.status == status


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308, 408, 425, 500, 502, 503, 504, 520])
def test_a_write_that_may_have_been_performed_is_never_called_refused(status: int) -> None:
    for method in WRITES:
        assert type(catch_fault(Script(Canned(status=status)), send(method))) is AnswerLost
    fault = catch_fault(Script(Canned(status=status)), READ)
    assert type(fault) is Refused
    assert fault.status == status


@pytest.mark.parametrize(
    "body",
    [b"<html>Sign in</html>", b'{"metadata": {"uid": "c-', b'{"a": NaN}', b"\xff\xfe", b"[" * 5000, b'{"a":1,"a":2}'],
)
def test_a_2xx_that_cannot_be_understood_is_an_answer_lost(body: bytes) -> None:
    for use in (READ, ManagerClient.list_clusters, *map(send, WRITES)):
        assert type(catch_fault(Script(Canned(body=body)), use)) is AnswerLost


@pytest.mark.parametrize("status", [200, 204])
def test_a_read_needs_a_body(status: int) -> None:
    for use in (READ, ManagerClient.list_clusters):
        fault = catch_fault(Script(Canned(status=status)), use)
        assert type(fault) is AnswerLost
        assert "It has no body." in fault.advice


@pytest.mark.parametrize("body", [{}, "x", {"items": "x"}, {"items": [{}]}, [1]])
def test_a_list_that_is_none_is_not_an_empty_account(body: Json) -> None:
    fault = catch_fault(Script(Canned(body=body)), ManagerClient.list_clusters)
    assert type(fault) is AnswerLost
    assert fault.summary == "The answer to GET /clusters is not understood"


def test_a_400_names_the_fields() -> None:
    body: Json = {
        "error": {
            "code": "BadArgument",
            "message": "Invalid cluster",
            "details": [
                {"code": "NullValue", "target": "metadata.name", "message": "must not be null"},
                {"code": "MalformedValue", "target": "spec.deepStorage.path", "message": "no such bucket"},
            ],
        }
    }
    script = Script(Canned(status=400, body=body, headers=(("X-Request-Id", "r-77"),)))
    fault = catch_fault(script, send("POST"))
    assert isinstance(fault, Refused)
    assert (fault.code, fault.request_id) == ("BadArgument", "r-77")
    assert fault.details == (
        ErrorDetail("NullValue", "metadata.name", "must not be null"),
        ErrorDetail("MalformedValue", "spec.deepStorage.path", "no such bucket"),
    )
    assert fault.summary == "The Manager API refused POST /clusters (400)"
    assert fault.advice == (
        "It said BadArgument: Invalid cluster (metadata.name: must not be null) "
        "(spec.deepStorage.path: no such bucket). "
        "Correct what it names, then plan again."
    )


def test_401_and_403_are_told_apart_although_the_api_says_the_same() -> None:
    body: Json = {"error": {"code": "Unauthorized", "message": "Not authorized"}}
    expired = catch_fault(Script(Canned(status=401, body=body)), READ)
    assert expired.summary == "The Manager API at localhost does not accept the token"
    assert "Set IMPLY_TOKEN to a new one" in expired.advice
    forbidden = catch_fault(Script(Canned(status=403, body=body)), READ)
    assert forbidden.summary == "The token is not allowed to manage clusters at localhost"
    assert "role manage-clusters" in forbidden.advice


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("has_token", [True, False])
def test_who_is_turned_away_is_told_by_which_host(status: int, *, has_token: bool) -> None:
    asked = Asked(verb="GET", path="/clusters", host="acme.example:8443\x1b[2J\n", has_token=has_token)
    fault = to_fault(asked, Reply(status=status))
    assert r"at acme.example:8443\u001b[2J\u000a" in fault.summary
    assert str(fault).isprintable()


def test_a_redirect_names_its_target_and_is_not_followed() -> None:
    location = "https://me:canary@sso.example/login?state=canary#canary"
    script = Script(Canned(status=307, headers=(("Location", location),)))
    for use in (READ, send("POST", {"metadata": {"name": "web"}})):
        script.seen.clear()
        fault = catch_fault(script, use)
        assert "It points to https://sso.example/login." in fault.advice
        assert "canary" not in str(fault)
        assert len(script.seen) == 1


@pytest.mark.parametrize("location", ["", "https://[", "\x7f\x01", "//", "/login"])
def test_a_redirect_to_nowhere_is_a_fault_too(location: str) -> None:
    fault = catch_fault(Script(Canned(status=302, headers=(("Location", location),))), READ)
    assert "redirect" in fault.summary
    assert str(fault).isprintable()


def test_a_put_that_fails_names_the_known_issue() -> None:
    fault = catch_fault(Script(Canned(status=500)), send("PUT"))
    assert "spec.pivot.accessMode" in fault.advice


def test_a_post_that_meets_a_limit_says_how_long_to_wait() -> None:
    script = Script(Canned(status=429, headers=(("Retry-After", "45"),)))
    fault = catch_fault(script, send("POST"))
    assert isinstance(fault, Refused)
    assert (fault.status, fault.retry_after) == (429, 45)
    assert "It asks to wait for 45 seconds." in fault.advice
    assert len(script.seen) == 1


def test_a_limit_without_a_time_says_none() -> None:
    fault = catch_fault(Script(Canned(status=429)), send("POST"))
    assert isinstance(fault, Refused)
    assert fault.retry_after is None


def test_an_unexpected_body_is_quoted_short_and_harmless() -> None:
    body = b"\x1b]0;owned\x07<html>\n::set-output\r\n" + b"x" * 5000
    fault = catch_fault(Script(Canned(status=418, body=body)), READ)
    assert 'Its body starts "\\u001b]0;owned\\u0007<html>\\u000a::set-output' in fault.advice
    assert str(fault).isprintable()
    assert len(str(fault)) < 400


HOSTILE = "\x1b[2J\u202e\r\n::error::"


def test_no_text_of_the_server_reaches_a_terminal_as_it_is() -> None:
    error: Json = {
        "error": {
            "code": HOSTILE,
            "message": HOSTILE,
            "details": [{"code": HOSTILE, "target": HOSTILE, "message": HOSTILE}],
        }
    }
    script = Script(Canned(status=400, body=error, headers=(("X-Request-Id", "a\tb"),)))
    fault = catch_fault(script, READ)
    assert isinstance(fault, Refused)
    [detail] = fault.details
    for text in (str(fault), fault.code, detail.code, detail.target, detail.message, fault.request_id):
        assert text is not None
        assert text.isprintable()


PASSWORD = 'hunter22\nand "more"'


@pytest.mark.parametrize("status", [200, 302, 400, 401, 403, 404, 409, 418, 429, 500, 503])
@pytest.mark.parametrize(
    "make_body",
    [
        lambda text: text.encode(),
        lambda text: b"\xff" + text.encode(),
        lambda text: {
            "error": {"code": text, "message": text, "details": [{"code": text, "target": text, "message": text}]}
        },
    ],
    ids=["plain", "not text", "error document"],
)
def test_a_server_that_echoes_what_it_got_reveals_no_secret(
    status: int, make_body: Callable[[str], "Json | bytes"]
) -> None:
    body = make_body(f"Bearer {TOKEN} may not set {PASSWORD}")
    if status == 200 and not isinstance(body, bytes):
        body = b"{" + json.dumps(body).encode()
    script = Script(Canned(status=status, body=body))
    fault = catch_fault(script, lambda client: client.send("PATCH", "/clusters/c-1", {}, secrets=[PASSWORD]))
    shown = [str(fault), repr(fault), fault.summary, fault.advice]
    if isinstance(fault, Refused):
        shown += [fault.code, *(f"{detail}" for detail in fault.details)]
    for text in shown:
        assert TOKEN not in text
        assert "hunter22" not in text


@pytest.mark.parametrize("token", ["", "two words", "line\nbreak", "Bearer x", "caf\u00e9", "x" * 20_000])
def test_a_token_that_cannot_be_a_header_is_refused_and_not_shown(token: str) -> None:
    script = Script(Canned(body=[]))
    fault = catch_fault(script, ManagerClient.list_clusters, connection=replace(PLAIN, token=token))
    assert type(fault) is NotSent
    assert "IMPLY_TOKEN" in fault.advice
    assert not token or token not in str(fault)
    assert script.seen == []


@pytest.mark.parametrize("start", ["", " \r\n", "\ufeff"])
def test_a_cluster_that_was_cut_short_is_not_quoted_because_it_may_hold_secrets(start: str) -> None:
    body = f'{start}[{{"spec": {{"pivot": {{"options": "hunter2'.encode()
    for use in (READ, ManagerClient.list_clusters, *map(send, WRITES)):
        fault = catch_fault(Script(Canned(body=body)), use)
        assert "hunter2" not in f"{fault.summary} {fault.advice}"


def test_a_page_in_place_of_an_answer_is_quoted() -> None:
    assert "Sign in" in catch_fault(Script(Canned(body=b"<html>Sign in</html>")), READ).advice
