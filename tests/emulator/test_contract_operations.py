"""The contract of the Manager API: its operations. Each test names the row that it checks.

Written from the API's description alone, over plain HTTP, with an account that is empty at first.
"""

import uuid
from typing import Any

import pytest

from tests.emulator.emulated import MERGE_PATCH, Api, make_body


def test_row_base_url_all_paths_are_under_api_v1(api: Api) -> None:
    assert api.call("GET", "/clusters").status_code == 200
    assert api.call("GET", "http://emulator/clusters").status_code == 404


def test_row_auth_a_request_without_a_bearer_token_is_401(api: Api) -> None:
    for header in ({"authorization": ""}, {"authorization": "Basic cGxhbm5lcjp4"}, {"authorization": "Bearer wrong"}):
        assert api.call("GET", "/clusters", headers=header).status_code == 401


def test_row_bodies_a_patch_is_a_merge_patch_by_its_media_type(api: Api) -> None:
    uid = api.create()["metadata"]["uid"]

    assert api.call("PATCH", f"/clusters/{uid}", {"spec": {}}, media_type="application/json").status_code == 415
    assert api.call("PATCH", f"/clusters/{uid}", {"spec": {}}, media_type=f"{MERGE_PATCH}; charset=utf-8").is_success


def test_row_create_answers_a_cluster_with_its_uid(api: Api) -> None:
    answer = api.call("POST", "/clusters", make_body("ads"))

    assert answer.is_success
    cluster = answer.json()
    assert cluster["metadata"]["name"] == "ads"
    assert str(uuid.UUID(cluster["metadata"]["uid"])) == cluster["metadata"]["uid"]
    assert cluster["spec"]["version"] == "2021.06"


def test_row_create_is_not_idempotent_each_cluster_has_an_id_of_its_own(api: Api) -> None:
    one, other = api.create("one"), api.create("other")

    assert one["metadata"]["uid"] != other["metadata"]["uid"]


def test_row_list_holds_every_cluster(api: Api) -> None:
    assert api.list() == []

    created = [api.create(name) for name in ("a", "b", "c")]

    assert sorted(api.list(), key=name_of) == created


def test_row_read_answers_the_cluster(api: Api) -> None:
    cluster = api.create("web", awsKeyPair="ops")

    assert api.read(cluster["metadata"]["uid"]) == cluster
    assert cluster["spec"]["awsKeyPair"] == "ops"


def test_row_change_merges_and_leaves_the_rest_alone(api: Api) -> None:
    before = api.create("web", query={"replicas": 2, "instanceType": "c5.xlarge"}, awsKeyPair="ops")
    uid = before["metadata"]["uid"]

    assert api.call("PATCH", f"/clusters/{uid}", {"spec": {"query": {"replicas": 4}}}).is_success

    after = api.read(uid)
    assert after["spec"]["query"] == {**before["spec"]["query"], "replicas": 4}
    assert {**after["spec"], "query": None} == {**before["spec"], "query": None}


def test_row_change_null_removes_a_field(api: Api) -> None:
    uid = api.create("web", awsKeyPair="ops")["metadata"]["uid"]

    assert api.call("PATCH", f"/clusters/{uid}", {"spec": {"awsKeyPair": None}}).is_success

    assert "awsKeyPair" not in api.read(uid)["spec"]


def test_row_change_a_list_is_replaced_whole(api: Api) -> None:
    uid = api.create("web", awsTags=[{"name": "team", "value": "ads"}, {"name": "env", "value": "dev"}])["metadata"][
        "uid"
    ]

    assert api.call("PATCH", f"/clusters/{uid}", {"spec": {"awsTags": [{"name": "env", "value": "prod"}]}}).is_success

    assert api.read(uid)["spec"]["awsTags"] == [{"name": "env", "value": "prod"}]


def test_row_overwrite_replaces_the_whole(api: Api) -> None:
    uid = api.create("web", awsKeyPair="ops", query={"replicas": 4})["metadata"]["uid"]

    body = make_body("web", pivot={"accessMode": "NATIVE"}, master={"replicas": 3})
    assert api.call("PUT", f"/clusters/{uid}", body).is_success

    spec = api.read(uid)["spec"]
    assert "awsKeyPair" not in spec
    assert spec["master"]["replicas"] == 3
    assert spec["pivot"] == {"accessMode": "NATIVE"}
    assert spec.get("query", {}).get("replicas") != 4


def test_row_delete_takes_the_cluster_away_and_404_means_already_gone(api: Api) -> None:
    uid = api.create()["metadata"]["uid"]

    assert api.call("DELETE", f"/clusters/{uid}").is_success

    assert api.call("GET", f"/clusters/{uid}").status_code == 404
    assert api.call("DELETE", f"/clusters/{uid}").status_code == 404
    assert api.list() == []


def test_row_earlier_version_answers_the_cluster_as_it_was(api: Api) -> None:
    before = api.create("web", awsKeyPair="ops")
    uid, version = before["metadata"]["uid"], before["status"]["resourceVersion"]
    api.call("PATCH", f"/clusters/{uid}", {"spec": {"awsKeyPair": "other"}})
    api.call("PATCH", f"/clusters/{uid}", {"spec": {"awsKeyPair": None}})

    answer = api.call("GET", f"/clusters/{uid}/history/{version}")

    assert answer.status_code == 200
    assert answer.json()["spec"] == before["spec"]
    assert api.call("GET", f"/clusters/{uid}/history/{version + 1}").json()["spec"]["awsKeyPair"] == "other"
    assert api.call("GET", f"/clusters/{uid}/history/{version + 3}").status_code == 404


@pytest.mark.parametrize("pivot", [{}, {"pivot": None}, {"pivot": {}}, {"pivot": {"url": "https://pivot"}}])
def test_known_issue_put_without_access_mode_is_500_and_changes_nothing(api: Api, pivot: dict[str, Any]) -> None:
    before = api.create("web")

    assert api.call("PUT", f"/clusters/{before['metadata']['uid']}", make_body("web", **pivot)).status_code == 500

    assert api.read(before["metadata"]["uid"]) == before


def test_known_issue_creating_without_pivot_is_fine_and_means_proxied(api: Api) -> None:
    assert api.create("web")["spec"]["pivot"]["accessMode"] == "PROXIED"


def test_stopping_is_a_patch_of_the_desired_state_and_starting_too(api: Api) -> None:
    cluster = api.create("web")
    uid = cluster["metadata"]["uid"]
    assert cluster["spec"]["desiredState"] == "STARTED"
    assert cluster["status"]["state"] == "RUNNING"

    assert api.call("PATCH", f"/clusters/{uid}", {"spec": {"desiredState": "STOPPED"}}).is_success
    assert api.read(uid)["status"]["state"] == "STOPPED"

    assert api.call("PATCH", f"/clusters/{uid}", {"spec": {"desiredState": "STARTED"}}).is_success
    assert api.read(uid)["status"]["state"] == "RUNNING"


def name_of(cluster: dict[str, Any]) -> str:
    name: str = cluster["metadata"]["name"]
    return name
