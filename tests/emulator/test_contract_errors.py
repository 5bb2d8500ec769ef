"""The contract of the Manager API: its errors. Each test names the row that it checks.

Written from the API's description alone, over plain HTTP, with an account that is empty at first.
"""

from typing import Any

import pytest

from tests.emulator.emulated import MERGE_PATCH, Api, make_body

NOWHERE = "00000000-0000-4000-8000-000000000000"


def explain(answer: Any) -> tuple[int, str, list[tuple[str, str]]]:  # noqa: ANN401 - an answer of httpx
    """Return status, code, and code and target of each detail, after a look at the shape of the whole."""
    document = answer.json()
    assert set(document) == {"error"}
    error = document["error"]
    assert {"code", "message"} <= set(error) <= {"code", "message", "details"}
    assert isinstance(error["message"], str)
    assert error["message"]
    for detail in error.get("details", []):
        assert set(detail) == {"code", "target", "message"}
        assert detail["message"]
    details = [(detail["code"], detail["target"]) for detail in error.get("details", [])]
    return answer.status_code, error["code"], details


def test_row_400_a_name_must_not_be_null(api: Api) -> None:
    body = {"metadata": {"name": None}, "spec": {"version": "2021.06"}}

    expected = (400, "BadArgument", [("NullValue", "metadata.name")])
    assert explain(api.call("POST", "/clusters", body)) == expected


@pytest.mark.parametrize(
    ("body", "target"),
    [
        ({"metadata": {}, "spec": {"version": "2021.06"}}, "metadata.name"),
        ({"metadata": {"name": "web"}, "spec": {}}, "spec.version"),
        ({"metadata": {"name": "web"}}, "spec"),
        ({"spec": {"version": "2021.06"}}, "metadata"),
    ],
)
def test_row_400_what_is_required_and_missing_is_a_null_value(api: Api, body: dict[str, Any], target: str) -> None:
    assert explain(api.call("POST", "/clusters", body)) == (400, "BadArgument", [("NullValue", target)])


@pytest.mark.parametrize(
    ("spec", "target"),
    [
        ({"version": "June 2021"}, "spec.version"),
        ({"version": "2021.13"}, "spec.version"),
        ({"deepStorage": {"path": "/data"}}, "spec.deepStorage.path"),
        ({"desiredState": "PAUSED"}, "spec.desiredState"),
        ({"master": {"replicas": 0}}, "spec.master.replicas"),
        ({"query": {"replicas": "three"}}, "spec.query.replicas"),
        ({"data": {"tier1": {"replicas": -1}}}, "spec.data.tier1.replicas"),
        ({"metadataStore": {"backupRetention": 36}}, "spec.metadataStore.backupRetention"),
        ({"metadataStore": {"instanceType": "t2.small"}}, "spec.metadataStore.instanceType"),
        ({"pivot": {"accessMode": "PROXIED", "url": "https://pivot"}}, "spec.pivot.url"),
        ({"pivot": {"accessMode": "NATIVE", "options": "a: b"}}, "spec.pivot.options"),
        ({"encryptVolumes": "yes"}, "spec.encryptVolumes"),
        ({"awsTags": {"team": "ads"}}, "spec.awsTags"),
    ],
)
def test_row_400_what_is_malformed_is_told_by_its_path(api: Api, spec: dict[str, Any], target: str) -> None:
    answer = api.call("POST", "/clusters", make_body("web", **spec))

    assert explain(answer) == (400, "BadArgument", [("MalformedValue", target)])
    assert api.list() == []


@pytest.mark.parametrize("mode", ["OIDC", "LDAP"])
def test_row_400_oidc_and_ldap_need_authority_and_options(api: Api, mode: str) -> None:
    status, code, details = explain(api.call("POST", "/clusters", make_body("web", pivot={"accessMode": mode})))

    assert (status, code) == (400, "BadArgument")
    assert sorted(details) == [("NullValue", "spec.pivot.options"), ("NullValue", "spec.pivot.roleAuthority")]


def test_row_400_one_answer_can_carry_several_details(api: Api) -> None:
    body = {"metadata": {"name": None}, "spec": {"version": "soon", "query": {"replicas": 0}}}

    status, code, details = explain(api.call("POST", "/clusters", body))

    assert (status, code) == (400, "BadArgument")
    assert sorted(details) == [
        ("MalformedValue", "spec.query.replicas"),
        ("MalformedValue", "spec.version"),
        ("NullValue", "metadata.name"),
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"web"',
        b'{"metadata": NaN}',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"a": ' + b"9" * 5000 + b"}",
        b'{"a": 1e999}',
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_row_400_a_body_that_is_no_json_object_is_refused(api: Api, method: str, content: bytes) -> None:
    path = "/clusters" if method == "POST" else f"/clusters/{api.create()['metadata']['uid']}"
    media_type = MERGE_PATCH if method == "PATCH" else "application/json"

    answer = api.call(method, path, content=content, media_type=media_type)

    assert explain(answer) == (400, "BadArgument", [("MalformedValue", "")])


@pytest.mark.parametrize("depth", [100, 900, 990, 100_000])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_row_400_a_body_nested_beyond_reason_is_refused(api: Api, method: str, depth: int) -> None:
    path = "/clusters" if method == "POST" else f"/clusters/{api.create('there')['metadata']['uid']}"
    nested = b'{"a":' * depth + b"1" + b"}" * depth
    content = (
        b'{"metadata":{"name":"web"},"spec":{"version":"2021.06","pivot":{"accessMode":"NATIVE"},"data":'
        + nested
        + b"}}"
    )

    answer = api.call(method, path, content=content, media_type=None if method == "PATCH" else "application/json")

    assert explain(answer)[:2] == (400, "BadArgument")


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_row_400_a_refused_change_changes_nothing(api: Api, method: str) -> None:
    before = api.create("web", pivot={"accessMode": "NATIVE"})
    uid = before["metadata"]["uid"]

    body = make_body("web", pivot={"accessMode": "NATIVE"}, awsKeyPair="ops", query={"replicas": 0})
    assert explain(api.call(method, f"/clusters/{uid}", body))[0] == 400

    assert api.read(uid) == before


@pytest.mark.parametrize(
    ("patch", "target"),
    [
        ({"metadata": {"name": "other"}}, "metadata.name"),
        ({"spec": {"encryptVolumes": True}}, "spec.encryptVolumes"),
        ({"spec": {"metadataStore": {"encrypt": True}}}, "spec.metadataStore.encrypt"),
    ],
)
def test_row_400_what_cannot_be_changed_later_is_refused(api: Api, patch: dict[str, Any], target: str) -> None:
    uid = api.create("web", encryptVolumes=False, metadataStore={"encrypt": False})["metadata"]["uid"]

    answer = api.call("PATCH", f"/clusters/{uid}", patch)

    assert explain(answer) == (400, "BadArgument", [("MalformedValue", target)])


def test_row_401_and_403_have_the_same_code_and_message(api: Api) -> None:
    no_token = api.call("GET", "/clusters", headers={"authorization": "Bearer wrong"})
    not_allowed = api.call("GET", "/clusters", headers={"authorization": "Bearer emulator-token-without-role"})

    assert explain(no_token) == (401, "Unauthorized", [])
    assert explain(not_allowed) == (403, "Unauthorized", [])
    assert no_token.json() == not_allowed.json()


@pytest.mark.parametrize("method", ["GET", "DELETE", "PATCH", "PUT"])
@pytest.mark.parametrize("uid", [NOWHERE, "web", "..", "%2e%2e", "a%2fb", "%00", "x" * 2000])
def test_row_404_there_is_no_such_cluster(api: Api, method: str, uid: str) -> None:
    body = None if method in {"GET", "DELETE"} else make_body()

    answer = api.call(method, f"/clusters/{uid}", body)

    assert explain(answer) == (404, "NotFound", [])


def test_row_404_there_is_no_such_version(api: Api) -> None:
    uid = api.create()["metadata"]["uid"]

    for version in ("99", "-1", "one", "01", ""):
        assert explain(api.call("GET", f"/clusters/{uid}/history/{version}")) == (404, "NotFound", [])
    assert explain(api.call("GET", f"/clusters/{NOWHERE}/history/1")) == (404, "NotFound", [])


def test_row_409_a_name_is_taken_once(api: Api) -> None:
    before = api.create("web")

    assert explain(api.call("POST", "/clusters", make_body("web", awsKeyPair="ops"))) == (409, "Conflict", [])

    assert api.list() == [before]


def test_a_name_is_free_again_when_its_cluster_is_gone(api: Api) -> None:
    uid = api.create("web")["metadata"]["uid"]
    api.call("DELETE", f"/clusters/{uid}")

    assert api.create("web")["metadata"]["uid"] != uid
