"""Each assumption about the API can be turned the other way."""

from dataclasses import fields, replace
from typing import Any

import pytest

from planner.emulator.account import Account
from planner.emulator.behaviour import Behaviour, ListEnvelope
from tests.emulator.emulated import Emulated, emulate, follow, make_body


def change(api: Emulated, cluster: dict[str, Any], patch: dict[str, Any]) -> int:
    return api.call("PATCH", f"/clusters/{cluster['metadata']['uid']}", patch).status_code


def test_every_flag_is_turned_in_a_test_of_this_page() -> None:
    with open(__file__, encoding="utf-8") as page:  # noqa: PTH123 - the page itself
        text = page.read()

    assert [field.name for field in fields(Behaviour) if f"{field.name}=" not in text] == []


def test_without_requires_token_nobody_is_asked() -> None:
    api = emulate(Behaviour(requires_token=False))

    assert api.call("GET", "/clusters", headers={"authorization": ""}).status_code == 200


def test_static_and_unprivileged_tokens_are_settings() -> None:
    api = emulate(Behaviour(static_tokens=("mine",), unprivileged_tokens=("theirs",)))

    statuses = {token: replace(api, token=token).call("GET", "/clusters").status_code for token in ("mine", "theirs")}

    assert statuses == {"mine": 200, "theirs": 403}
    assert api.call("GET", "/clusters").status_code == 401


@pytest.mark.parametrize("envelope", ["array", "values", "items", "clusters"])
def test_list_envelope(envelope: ListEnvelope) -> None:
    api = emulate(Behaviour(list_envelope=envelope))
    api.create("web")

    document = api.call("GET", "/clusters").json()

    listed = document if envelope == "array" else document[envelope]
    assert [cluster["metadata"]["name"] for cluster in listed] == ["web"]
    assert envelope == "array" or list(document) == [envelope]


@pytest.mark.parametrize("is_absolute", [False, True])
@pytest.mark.parametrize(("size", "pages"), [(1, 5), (2, 3), (5, 1), (6, 1)])
def test_page_size_and_absolute_links(size: int, pages: int, is_absolute: bool) -> None:  # noqa: FBT001 - a flag
    api = emulate(Behaviour(page_size=size, absolute_links=is_absolute))
    for name in "abcde":
        api.create(name)
    api.app.requests.clear()

    assert [cluster["metadata"]["name"] for cluster in api.list()] == list("abcde")

    assert len(api.app.requests) == pages
    link = api.call("GET", "/clusters").headers.get("link")
    assert (link is None) == (pages == 1)
    assert link is None or link.startswith("<http://emulator/" if is_absolute else "</api/v1/clusters?")


def test_a_page_begins_where_the_last_one_ended_although_clusters_went() -> None:
    api = emulate(Behaviour(page_size=2))
    for name in "abcde":
        api.create(name)
    page = follow(api.call("GET", "/clusters"))
    assert page

    api.app.remove_cluster("a")
    api.app.remove_cluster("b")

    assert [cluster["metadata"]["name"] for cluster in api.call("GET", page).json()] == ["c", "d"]


def test_list_lag_seconds_hides_a_new_cluster_from_the_list_only() -> None:
    api = emulate(Behaviour(list_lag_seconds=5))
    uid = api.call("POST", "/clusters", make_body()).json()["metadata"]["uid"]

    assert api.list() == []
    assert api.call("GET", f"/clusters/{uid}").status_code == 200
    assert api.call("POST", "/clusters", make_body()).status_code == 409

    api.clock.now += 5
    assert len(api.list()) == 1


def test_read_lag_seconds_hides_a_new_cluster_from_reads_only() -> None:
    api = emulate(Behaviour(read_lag_seconds=5))
    uid = api.create()["metadata"]["uid"]

    assert api.call("GET", f"/clusters/{uid}").status_code == 404
    api.clock.now += 5
    assert api.call("GET", f"/clusters/{uid}").status_code == 200


def test_without_answers_write_with_cluster_writes_are_empty_204() -> None:
    api = emulate(Behaviour(answers_write_with_cluster=False, settle_seconds=1, conflict_while_updating=False))

    answers = [api.call("POST", "/clusters", make_body())]
    uid = api.list()[0]["metadata"]["uid"]
    answers.append(api.call("PATCH", f"/clusters/{uid}", {"spec": {"awsKeyPair": "ops"}}))
    answers.append(api.call("PUT", f"/clusters/{uid}", make_body(pivot={"accessMode": "NATIVE"})))
    answers.append(api.call("DELETE", f"/clusters/{uid}"))

    assert [(answer.status_code, answer.content) for answer in answers] == [(204, b"")] * 4


def test_without_checks_content_type_any_media_type_will_do() -> None:
    api = emulate(Behaviour(checks_content_type=False))
    uid = api.create()["metadata"]["uid"]

    assert api.call("PATCH", f"/clusters/{uid}", {"spec": {}}, media_type="text/plain").status_code == 200


@pytest.mark.parametrize(("counts", "version"), [(False, 1), (True, 2)])
def test_counts_changes_without_effect(counts: bool, version: int) -> None:  # noqa: FBT001 - a flag
    api = emulate(Behaviour(counts_changes_without_effect=counts))
    cluster = api.create(query={"replicas": 2})

    assert change(api, cluster, {"spec": {"query": {"replicas": 2}}}) == 200

    assert api.list()[0]["status"]["resourceVersion"] == version


def test_first_resource_version() -> None:
    api = emulate(Behaviour(first_resource_version=0))
    cluster = api.create()

    assert cluster["status"]["resourceVersion"] == 0
    assert api.call("GET", f"/clusters/{cluster['metadata']['uid']}/history/0").status_code == 200


def test_without_fills_defaults_and_adds_own_fields_a_cluster_is_what_was_sent() -> None:
    api = emulate(Behaviour(fills_defaults=False, adds_own_fields=False))

    cluster = api.create("web", awsKeyPair="ops")

    assert cluster["spec"] == {"version": "2021.06", "awsKeyPair": "ops"}
    assert set(cluster["metadata"]) == {"name", "uid"}
    assert cluster["status"] == {"state": "RUNNING", "resourceVersion": 1}


@pytest.mark.parametrize("reorders", [False, True])
def test_reorders_lists_keeps_only_the_order_that_has_a_meaning(reorders: bool) -> None:  # noqa: FBT001 - a flag
    api = emulate(Behaviour(reorders_lists=reorders))
    names = [f"tag{number}" for number in range(20)]
    tags = [{"name": name, "value": ""} for name in names]
    balancers = [{"subnets": names}, {"name": "b"}, {"name": "a"}]

    spec = api.create("web", awsTags=tags, druidExtensions=names, loadBalancers=balancers)["spec"]

    assert (spec["awsTags"] == tags) == (not reorders)
    assert (spec["druidExtensions"] == names) == (not reorders)
    assert sorted(spec["druidExtensions"]) == sorted(names)
    assert spec["loadBalancers"] == balancers


@pytest.mark.parametrize(("respells", "path"), [(False, "s3://bucket/prefix/"), (True, "s3://bucket/prefix")])
def test_respells_values(respells: bool, path: str) -> None:  # noqa: FBT001 - a flag
    api = emulate(Behaviour(respells_values=respells))
    pivot = {"accessMode": "LDAP", "roleAuthority": "NATIVE", "options": "a: b\n\n"}

    spec = api.create("web", deepStorage={"path": "s3://bucket/prefix/"}, pivot=pivot)["spec"]

    assert spec["deepStorage"]["path"] == path
    assert spec["pivot"]["options"] == ("# as the server keeps it\na: b" if respells else "a: b\n\n")


def test_without_ignores_read_only_fields_a_cluster_cannot_be_written_back_as_it_was_read() -> None:
    strict = emulate(Behaviour(ignores_read_only_fields=False))
    cluster = strict.create()

    answer = strict.call("PUT", f"/clusters/{cluster['metadata']['uid']}", cluster)

    assert answer.status_code == 400
    targets = {detail["target"] for detail in answer.json()["error"]["details"]}
    assert {"metadata.uid", "status"} <= {".".join(target.split(".")[:2]) for target in targets} | targets


def test_without_refuses_unknown_fields_they_are_kept() -> None:
    assert emulate().call("POST", "/clusters", make_body(answer=42)).status_code == 400

    assert emulate(Behaviour(refuses_unknown_fields=False)).create("web", answer=42)["spec"]["answer"] == 42


def test_immutable_fields_may_be_none() -> None:
    api = emulate(Behaviour(immutable_fields=()))
    cluster = api.create("web")

    assert change(api, cluster, {"metadata": {"name": "other"}, "spec": {"encryptVolumes": True}}) == 200

    (renamed,) = api.list()
    assert renamed["metadata"]["name"] == "other"
    assert api.create("web")["metadata"]["uid"] != cluster["metadata"]["uid"]
    assert api.call("POST", "/clusters", make_body("other")).status_code == 409


@pytest.mark.parametrize(("refuses", "status"), [(False, 200), (True, 400)])
def test_refuses_downgrades(refuses: bool, status: int) -> None:  # noqa: FBT001 - a flag
    api = emulate(Behaviour(refuses_downgrades=refuses))
    cluster = api.create("web", version="2021.06.02")

    assert change(api, cluster, {"spec": {"version": "2021.06.10"}}) == 200
    assert change(api, cluster, {"spec": {"version": "2021.06.09"}}) == status


def test_without_names_unique_there_can_be_twins() -> None:
    api = emulate(Behaviour(names_unique=False))

    uids = {api.call("POST", "/clusters", make_body()).json()["metadata"]["uid"] for _ in range(3)}

    assert {cluster["metadata"]["uid"] for cluster in api.list()} == uids
    assert len(uids) == 3


@pytest.mark.parametrize(("conflicts", "status"), [(True, 409), (False, 200)])
def test_conflict_while_updating(conflicts: bool, status: int) -> None:  # noqa: FBT001 - a flag
    api = emulate(Behaviour(settle_seconds=10, conflict_while_updating=conflicts))
    cluster = api.create()

    assert change(api, cluster, {"spec": {"awsKeyPair": "ops"}}) == status

    api.clock.now += 10
    assert change(api, cluster, {"spec": {"awsKeyPair": "other"}}) == 200


@pytest.mark.parametrize(("deletes", "status"), [(True, 202), (False, 409)])
def test_deletes_while_updating(deletes: bool, status: int) -> None:  # noqa: FBT001 - a flag
    api = emulate(Behaviour(settle_seconds=10, deletes_while_updating=deletes))
    uid = api.create()["metadata"]["uid"]

    assert api.call("DELETE", f"/clusters/{uid}").status_code == status


def test_settle_seconds_leads_through_the_phases() -> None:
    api = emulate(Behaviour(settle_seconds=10))
    cluster = api.create()
    uid = cluster["metadata"]["uid"]
    seen = [cluster["status"]["state"]]

    for state in ("STOPPED", None, "STARTED"):
        api.clock.now += 10
        seen.append(api.read(uid)["status"]["state"])
        patch = {"spec": {"desiredState": state} if state else {"awsKeyPair": "ops"}}
        assert change(api, cluster, patch) == 200
        seen.append(api.read(uid)["status"]["state"])
    api.clock.now += 9.9
    seen.append(api.read(uid)["status"]["state"])
    api.clock.now += 0.1
    seen.append(api.read(uid)["status"]["state"])

    assert seen == [
        "CREATING", "RUNNING", "STOPPING", "STOPPED", "UPDATING", "STOPPED", "STARTING", "STARTING", "RUNNING",
    ]  # fmt: skip


def test_settle_seconds_a_cluster_goes_slowly_and_its_name_with_it() -> None:
    api = emulate(Behaviour(settle_seconds=10))
    uid = api.create()["metadata"]["uid"]

    first, again = (api.call("DELETE", f"/clusters/{uid}") for _ in range(2))

    assert [answer.json()["status"]["state"] for answer in (first, again)] == ["DELETING", "DELETING"]
    assert api.call("POST", "/clusters", make_body()).status_code == 409
    api.clock.now += 10
    assert api.call("GET", f"/clusters/{uid}").status_code == 404
    assert api.list() == []
    assert api.create()["metadata"]["uid"] != uid


def test_failing_names_end_failed_and_can_be_mended() -> None:
    api = emulate(Behaviour(settle_seconds=10, failing_names=("web",)))
    cluster = api.create("web")
    assert cluster["status"]["state"] == "CREATING"
    api.clock.now += 10
    assert api.list()[0]["status"]["state"] == "FAILED"

    api.app.behaviour = Behaviour(settle_seconds=10)
    assert change(api, cluster, {"spec": {"awsKeyPair": "ops"}}) == 200
    api.clock.now += 10

    assert api.list()[0]["status"]["state"] == "RUNNING"


def test_latency_seconds_is_waited_before_each_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []

    async def note(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr("planner.emulator.app._pause", note)
    api = emulate(Behaviour(latency_seconds=0.02))

    api.list()
    api.list()

    assert waited == [0.02, 0.02]


def test_without_knows_put_issue_a_put_needs_no_access_mode() -> None:
    api = emulate(Behaviour(knows_put_issue=False))
    uid = api.create("web", pivot={"accessMode": "NATIVE"})["metadata"]["uid"]

    assert api.call("PUT", f"/clusters/{uid}", make_body("web")).status_code == 200

    assert api.read(uid)["spec"]["pivot"] == {"accessMode": "PROXIED"}


def test_ids_follow_from_the_seed_of_the_account() -> None:
    def name_ids(seed: str) -> list[str]:
        api = emulate(account=Account(seed=seed))
        return [api.create(name)["metadata"]["uid"] for name in ("a", "b")]

    assert name_ids("one") == name_ids("one")
    assert not set(name_ids("one")) & set(name_ids("other"))


def ask(api: Emulated, path: str = "http://emulator/oauth/token", **form: str) -> Any:  # noqa: ANN401 - an answer
    content = "&".join(f"{name}={value}" for name, value in form.items()).encode()
    media_type = "application/x-www-form-urlencoded"
    return api.call("POST", path, content=content, media_type=media_type, headers={"authorization": ""})


GRANT = {"grant_type": "client_credentials", "client_id": "planner", "client_secret": "emulator-secret"}


def test_token_seconds_ends_a_granted_token() -> None:
    api = emulate(Behaviour(token_seconds=60))
    granted = ask(api, **GRANT).json()
    assert (granted["token_type"], granted["expires_in"]) == ("Bearer", 60)
    mine = replace(api, token=granted["access_token"])

    api.clock.now += 59
    assert mine.call("GET", "/clusters").status_code == 200
    api.clock.now += 1
    assert mine.call("GET", "/clusters").status_code == 401
    assert replace(api, token=ask(api, **GRANT).json()["access_token"]).call("GET", "/clusters").status_code == 200


def test_token_uses_ends_a_granted_token_early() -> None:
    api = emulate(Behaviour(token_uses=2))
    mine = replace(api, token=ask(api, **GRANT).json()["access_token"])

    assert [mine.call("GET", "/clusters").status_code for _ in range(4)] == [200, 200, 401, 401]


def test_token_path_and_the_client_are_settings() -> None:
    api = emulate(Behaviour(token_path="/t", client_id="me", client_secret="mine"))

    assert ask(api, "http://emulator/t", **{**GRANT, "client_id": "me", "client_secret": "mine"}).status_code == 200
    assert ask(api, "http://emulator/t", **GRANT).status_code == 401
    assert ask(api, **GRANT).status_code == 401


@pytest.mark.parametrize(
    ("form", "status", "code"),
    [
        ({}, 400, "unsupported_grant_type"),
        ({**GRANT, "grant_type": "password"}, 400, "unsupported_grant_type"),
        ({**GRANT, "client_secret": "wrong"}, 401, "invalid_client"),
        ({**GRANT, "client_id": ""}, 401, "invalid_client"),
    ],
)
def test_a_token_that_is_not_granted(form: dict[str, str], status: int, code: str) -> None:
    answer = ask(emulate(), **form)

    assert (answer.status_code, answer.json()) == (status, {"error": code})


def test_a_token_is_asked_for_as_a_form() -> None:
    api = emulate()

    assert api.call("POST", "http://emulator/oauth/token", GRANT).json() == {"error": "invalid_request"}
    assert api.call("GET", "http://emulator/oauth/token").status_code == 405
