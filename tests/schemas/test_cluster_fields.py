"""Every field of the Manager API: its good values are accepted, its bad ones refused at the right place."""

import itertools
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from schemas import Path, check_cluster, is_acceptable, load_document

TEXT = (["text", "with space", "ünïcode 🙂"], ["", 1, True, [], {}, None])
FLAG = ([True, False], ["true", 0, 1, None, []])
PROPERTIES = (
    [[], [{"name": "a", "value": ""}], [{"name": "a", "value": "1"}, {"name": "A", "value": "1"}]],
    [{}, {"a": "1"}, "a=1", None, 1],
)
COUNT = ([1, 3, 3.0, 1000], [0, -1, 1.5, "3", True, None, [], float("inf"), float("nan")])
NAMES = ([[], ["one"], ["one", {"name": "two"}], [{"name": "one", "version": [1]}]], ["one", {}, None, {"name": "one"}])
TIER: dict[str, tuple[list[Any], list[Any]]] = {
    "replicas": ([0, 1, 2.0], [-1, 0.5, "0", False, None]),
    "instanceType": TEXT,
    "historicalRuntimeProperties": PROPERTIES,
    "middleManagerRuntimeProperties": PROPERTIES,
}

FIELDS: dict[str, tuple[list[Any], list[Any]]] = {
    "metadata": ([{"name": "web"}], [None, [], "web", 1]),
    "metadata.name": (["web", "Ads, production", " x ", "日本"], ["", " ", "\t\n", "half \ud83d", 1, None, []]),
    "spec": ([{"version": "2021.06"}], [None, [], "2021.06"]),
    "spec.version": (
        ["2021.06", "2021.12", "2022.01.14", "2021.06.01"],
        ["2021", "2021.6", "2021.13", "2021.00", "2021.06.1", "2021.06.", "v2021.06", "2021.06\n", "٢٠٢١.٠٦", 2021.06],
    ),
    "spec.desiredState": (["STARTED", "STOPPED"], ["RUNNING", "started", "", None, True, ["STARTED"]]),
    "spec.awsInstanceRole": TEXT,
    "spec.awsKeyPair": TEXT,
    "spec.awsTags": PROPERTIES,
    "spec.encryptVolumes": FLAG,
    "spec.commonRuntimeProperties": PROPERTIES,
    "spec.master": ([{}], [None, [], 3]),
    "spec.master.replicas": COUNT,
    "spec.master.instanceType": TEXT,
    "spec.master.coordinatorRuntimeProperties": PROPERTIES,
    "spec.master.overlordRuntimeProperties": PROPERTIES,
    "spec.query": ([{}], [None, [], 3]),
    "spec.query.replicas": COUNT,
    "spec.query.instanceType": TEXT,
    "spec.query.brokerRuntimeProperties": PROPERTIES,
    "spec.query.routerRuntimeProperties": PROPERTIES,
    "spec.data": ([{}, {"tier1": {}}], [None, [], 3]),
    "spec.data.historicalRuntimeProperties": PROPERTIES,
    "spec.data.middleManagerRuntimeProperties": PROPERTIES,
    **{f"spec.data.tier{number}": ([{}], [None, [], 3]) for number in (1, 2, 3)},
    **{f"spec.data.tier{number}.{name}": values for number in (1, 2, 3) for name, values in TIER.items()},
    "spec.metadataStore": ([{}], [None, [], "db.t2.small"]),
    "spec.metadataStore.instanceType": (
        ["db.t2.small", "db.r6g.16xlarge", "db.serverless"],
        ["t2.small", "db.", "db", "DB.t2.small", "db.t2.small ", "db.t2.small\n", "", None, 1],
    ),
    "spec.metadataStore.diskSize": ([1, 20, 65536], [0, -20, 20.5, "20", None, True]),
    "spec.metadataStore.backupRetention": ([0, 7, 35], [-1, 36, 0.5, "7", None, False]),
    "spec.metadataStore.encrypt": FLAG,
    "spec.pivot": ([{"accessMode": "PROXIED"}], [None, [], "PROXIED"]),
    "spec.pivot.accessMode": (["OIDC", "LDAP"], ["SAML", "oidc", "", None, 1, []]),
    "spec.pivot.url": TEXT,
    "spec.pivot.roleAuthority": (["NATIVE", "EXTERNAL"], ["OIDC", "native", "", None, 1]),
    "spec.pivot.options": (["a: 1", '{"a": 1}'], ["", None, {"a": 1}, ["a"]]),
    "spec.deepStorage": ([{}], [None, [], "s3://bucket/prefix"]),
    "spec.deepStorage.path": (
        ["s3://bucket/prefix", "s3://my.bucket-1/a/b c/", "s3://B_1/ü"],
        ["s3://bucket", "s3://bucket/", "s3:///prefix", "s3:/b/p", "S3://b/p", "https://b/p", "/b/p", "s3://b/p\n", 1],
    ),
    "spec.deepStorage.encrypt": FLAG,
    "spec.druidExtensions": NAMES,
    "spec.featureFlags": NAMES,
    "spec.customFiles": ([[], [{"name": "f"}], [{"name": "f", "any": {"thing": [None]}}]], [{}, "f", None]),
    "spec.loadBalancers": ([[], [{}], [{"any": ["thing", None, 1.5, {"deep": []}]}]], [{}, "lb", None]),
}


def put(document: dict[str, Any], path: tuple[str, ...], value: object) -> None:
    for step in path[:-1]:
        document = document[step]
    document[path[-1]] = value


@pytest.mark.parametrize(("field", "value"), [(field, value) for field, (good, _) in FIELDS.items() for value in good])
def test_a_good_value_is_accepted(complete: dict[str, Any], field: str, value: object) -> None:
    put(complete, tuple(field.split(".")), value)

    assert is_acceptable(complete)
    assert check_cluster(complete) == ()


@pytest.mark.parametrize(("field", "value"), [(field, value) for field, (_, bad) in FIELDS.items() for value in bad])
def test_a_bad_value_is_refused_once_and_at_its_place(complete: dict[str, Any], field: str, value: object) -> None:
    path = tuple(field.split("."))
    put(complete, path, value)

    assert not is_acceptable(complete)
    assert [violation.path for violation in check_cluster(complete)] == [path]


def test_the_complete_cluster_has_every_field(complete: dict[str, Any]) -> None:
    def collect(value: object, path: tuple[str, ...]) -> set[str]:
        inner = [collect(member, (*path, name)) for name, member in value.items()] if isinstance(value, dict) else []
        return {".".join(path)}.union(*inner)

    table = {field for field in FIELDS if not field.startswith(("spec.data.tier2.", "spec.data.tier3."))}
    assert table <= collect(complete, ())


@pytest.mark.parametrize(
    ("listed", "item", "at"),
    [
        ("awsTags", "team", ()),
        ("awsTags", None, ()),
        ("awsTags", {"name": "team"}, ("value",)),
        ("awsTags", {"value": "ads"}, ("name",)),
        ("awsTags", {"name": "", "value": "ads"}, ("name",)),
        ("awsTags", {"name": "team", "value": 3}, ("value",)),
        ("awsTags", {"name": "team", "value": None}, ("value",)),
        ("awsTags", {"name": "team", "value": "ads", "note": ""}, ("note",)),
        ("druidExtensions", "", ()),
        ("druidExtensions", 1, ()),
        ("druidExtensions", {}, ("name",)),
        ("druidExtensions", {"name": 1}, ("name",)),
        ("featureFlags", None, ()),
        ("customFiles", "file", ()),
        ("customFiles", {"content": ""}, ("name",)),
        ("customFiles", {"name": ""}, ("name",)),
        ("loadBalancers", "internal", ()),
        ("loadBalancers", None, ()),
    ],
)
def test_a_bad_item_of_a_list_is_refused(complete: dict[str, Any], listed: str, item: object, at: Path) -> None:
    complete["spec"][listed] = [item]

    assert [violation.path for violation in check_cluster(complete)] == [("spec", listed, 0, *at)]


@pytest.mark.parametrize("path", [("metadata",), ("spec",), ("metadata", "name"), ("spec", "version")])
def test_what_must_be_there_is_missed(complete: dict[str, Any], path: tuple[str, ...]) -> None:
    holder = complete if len(path) == 1 else complete[path[0]]
    del holder[path[-1]]

    assert [(violation.code, violation.path) for violation in check_cluster(complete)] == [("missing-field", path)]


def test_nothing_else_must_be_there() -> None:
    assert is_acceptable({"metadata": {"name": "web"}, "spec": {"version": "2021.06"}})


ACCESS_MODES = ["PROXIED", "NATIVE", "OIDC", "LDAP"]
PIVOT_FIELDS = {"url": "https://pivot.example.com", "roleAuthority": "NATIVE", "options": "a: 1"}
FORBIDDEN = {"PROXIED": {"url", "roleAuthority", "options"}, "NATIVE": {"roleAuthority", "options"}}
REQUIRED = {"OIDC": {"roleAuthority", "options"}, "LDAP": {"roleAuthority", "options"}}


@pytest.mark.parametrize(
    "given", [set(names) for size in range(4) for names in itertools.combinations(PIVOT_FIELDS, size)]
)
@pytest.mark.parametrize("mode", ACCESS_MODES)
def test_the_truth_table_of_pivot_access(complete: dict[str, Any], mode: str, given: set[str]) -> None:
    complete["spec"]["pivot"] = {"accessMode": mode} | {name: PIVOT_FIELDS[name] for name in given}
    wrong = {("forbidden-field", name) for name in given & FORBIDDEN.get(mode, set())}
    wrong |= {("missing-field", name) for name in REQUIRED.get(mode, set()) - given}

    violations = check_cluster(complete)

    assert {(violation.code, violation.path[-1]) for violation in violations} == wrong
    assert is_acceptable(complete) == (not wrong)
    assert Draft202012Validator(load_document("cluster.schema.json")).is_valid(complete) == (not wrong)


def test_a_copy_of_what_the_api_returns_has_only_read_only_fields_against_it(complete: dict[str, Any]) -> None:
    complete["metadata"]["uid"] = "0b0c6e0e-3b0c-4d7e-9d0a-0d6a5f0c3b1a"
    complete["status"] = {"resourceVersion": 7, "state": "RUNNING", "events": [{"x": None}], "new": 1}

    assert [(violation.code, violation.path) for violation in check_cluster(complete)] == [
        ("read-only-field", ("metadata", "uid")),
        ("read-only-field", ("status",)),
    ]
    assert Draft202012Validator(load_document("cluster.schema.json")).is_valid(complete)


@pytest.mark.parametrize("status", [None, [], "RUNNING", {"resourceVersion": "seven"}, {"state": 1}])
def test_nothing_is_said_about_what_a_read_only_field_holds(complete: dict[str, Any], status: object) -> None:
    complete["status"] = status

    assert [violation.code for violation in check_cluster(complete)] == ["read-only-field"]
