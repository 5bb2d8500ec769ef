"""The contract of the Manager API: its objects. Each test names the row that it checks.

Written from the API's description alone, over plain HTTP, with an account that is empty at first.
"""

from typing import Any

import pytest

from tests.emulator.emulated import Api, make_body

EVERYTHING: dict[str, Any] = {
    "version": "2021.06.01",
    "desiredState": "STARTED",
    "awsInstanceRole": "imply-role",
    "awsKeyPair": "ops",
    "awsTags": [{"name": "team", "value": "ads"}],
    "encryptVolumes": True,
    "commonRuntimeProperties": [{"name": "druid.emitter", "value": "http"}],
    "master": {
        "replicas": 3,
        "instanceType": "m5.xlarge",
        "coordinatorRuntimeProperties": [{"name": "druid.coordinator.period", "value": "PT60S"}],
        "overlordRuntimeProperties": [{"name": "druid.indexer.queue.maxSize", "value": "10"}],
    },
    "query": {
        "replicas": 2,
        "instanceType": "c5.2xlarge",
        "brokerRuntimeProperties": [{"name": "druid.broker.http.numConnections", "value": "20"}],
        "routerRuntimeProperties": [{"name": "druid.router.http.numConnections", "value": "50"}],
    },
    "data": {
        "historicalRuntimeProperties": [{"name": "druid.server.maxSize", "value": "300g"}],
        "middleManagerRuntimeProperties": [{"name": "druid.worker.capacity", "value": "4"}],
        "tier1": {
            "replicas": 3,
            "instanceType": "i3.2xlarge",
            "historicalRuntimeProperties": [{"name": "druid.server.priority", "value": "10"}],
            "middleManagerRuntimeProperties": [{"name": "druid.worker.category", "value": "hot"}],
        },
        "tier2": {"replicas": 0, "instanceType": "d2.xlarge"},
        "tier3": {"replicas": 1},
    },
    "metadataStore": {"instanceType": "db.m5.large", "diskSize": 100, "backupRetention": 35, "encrypt": True},
    "pivot": {
        "accessMode": "OIDC",
        "url": "https://pivot.example.com",
        "roleAuthority": "EXTERNAL",
        "options": "clientId: pivot\nclientSecret: hush\n",
    },
    "deepStorage": {"path": "s3://segments/prod", "encrypt": True},
    "druidExtensions": ["druid-datasketches"],
    "featureFlags": ["new-console"],
    "customFiles": [{"name": "logo.png", "content": "aGVsbG8="}],
    "loadBalancers": [{"scheme": "internal", "subnets": ["b", "a"]}],
}


def test_rows_spec_every_field_that_was_sent_is_shown_as_it_was_sent(api: Api) -> None:
    assert contains(api.create("web", **EVERYTHING)["spec"], EVERYTHING)


def test_rows_spec_every_field_can_be_overwritten(api: Api) -> None:
    uid = api.create("web", encryptVolumes=True, metadataStore={"encrypt": True})["metadata"]["uid"]

    assert api.call("PUT", f"/clusters/{uid}", make_body("web", **EVERYTHING)).is_success

    assert contains(api.read(uid)["spec"], EVERYTHING)


def test_row_metadata_a_name_may_hold_spaces_and_anything_else(api: Api) -> None:
    names = ["my cluster", " é 漢字 😀 ", 'a"b\\c/d', "\u0000\u001b[31m", "x" * 5000]

    for name in names:
        assert api.create(name)["metadata"]["name"] == name

    assert sorted(cluster["metadata"]["name"] for cluster in api.list()) == sorted(names)


@pytest.mark.parametrize("mode", ["PROXIED", "NATIVE"])
def test_row_pivot_these_modes_need_nothing_else(api: Api, mode: str) -> None:
    assert api.create("web", pivot={"accessMode": mode})["spec"]["pivot"] == {"accessMode": mode}


@pytest.mark.parametrize("mode", ["OIDC", "LDAP"])
@pytest.mark.parametrize("authority", ["NATIVE", "EXTERNAL"])
def test_row_pivot_these_modes_may_go_without_a_url(api: Api, mode: str, authority: str) -> None:
    pivot = {"accessMode": mode, "roleAuthority": authority, "options": "{}"}

    assert api.create("web", pivot=pivot)["spec"]["pivot"] == pivot


def test_row_name_value_names_are_unique_and_order_has_no_meaning(api: Api) -> None:
    tags = [{"name": name, "value": name.upper()} for name in "abcdefgh"]

    shown = api.create("web", awsTags=tags)["spec"]["awsTags"]

    assert sorted(shown, key=lambda tag: str(tag["name"])) == tags
    twice = make_body("other", awsTags=[*tags, {"name": "a", "value": "B"}])
    assert api.call("POST", "/clusters", twice).status_code == 400


def test_row_status_the_resource_version_is_one_higher_after_each_change(api: Api) -> None:
    cluster = api.create("web", pivot={"accessMode": "NATIVE"})
    uid, version = cluster["metadata"]["uid"], cluster["status"]["resourceVersion"]
    assert isinstance(version, int)
    assert version >= 0

    api.call("PATCH", f"/clusters/{uid}", {"spec": {"query": {"replicas": 3}}})
    assert api.read(uid)["status"]["resourceVersion"] == version + 1

    api.call("PUT", f"/clusters/{uid}", make_body("web", pivot={"accessMode": "NATIVE"}, query={"replicas": 5}))
    assert api.read(uid)["status"]["resourceVersion"] == version + 2


def test_row_status_reading_and_refusing_are_no_changes(api: Api) -> None:
    cluster = api.create("web")
    uid = cluster["metadata"]["uid"]

    api.list()
    api.call("PATCH", f"/clusters/{uid}", {"spec": {"query": {"replicas": 0}}})
    api.call("PUT", f"/clusters/{uid}", make_body("web"))

    assert api.read(uid) == cluster


def test_the_server_fills_in_what_was_left_out_and_its_choice_can_be_sent_back(api: Api) -> None:
    cluster = api.create("web")
    assert set(cluster["spec"]) > {"version", "desiredState", "pivot"}

    answer = api.call("PUT", f"/clusters/{cluster['metadata']['uid']}", cluster)

    assert answer.is_success
    assert api.read(cluster["metadata"]["uid"])["spec"] == cluster["spec"]


def contains(shown: Any, sent: Any) -> bool:  # noqa: ANN401 - any two documents
    """Tell whether `shown` has all that was sent, and at most more fields in objects."""
    if isinstance(sent, dict):
        return isinstance(shown, dict) and all(name in shown and contains(shown[name], sent[name]) for name in sent)
    return bool(shown == sent)
