"""What people read: one sentence a mistake, in the order of the document, and never a secret in it."""

import json
from typing import Any, TypeAlias

import pytest

from schemas import Path, check_cluster

HUGE = 10**5000

Case: TypeAlias = tuple[Path, object, str, str, str | None]
"""Where something is put, and what; the code, sentence and suggestion of the first violation."""

SENTENCES: list[Case] = [
    (
        ("spec", "query", "replicas"), "three", "wrong-type",
        '`spec.query.replicas` must be a whole number, 1 or more; it is "three"', None,
    ),
    (
        ("spec", "query", "replicas"), 0, "out-of-range",
        "`spec.query.replicas` must be a whole number, 1 or more; it is 0", None,
    ),
    (
        ("spec", "query", "replicas"), 1.5, "wrong-type",
        "`spec.query.replicas` must be a whole number, 1 or more; it is 1.5", None,
    ),
    (
        ("spec", "query", "replicas"), True, "wrong-type",
        "`spec.query.replicas` must be a whole number, 1 or more; it is true", None,
    ),
    (
        ("spec", "query", "replicas"), float("nan"), "out-of-range",
        "`spec.query.replicas` must be a whole number, 1 or more; it is not a finite number", None,
    ),
    (
        ("spec", "query", "replicas"), -HUGE, "out-of-range",
        "`spec.query.replicas` must be a whole number, 1 or more; it is a number too large to send", None,
    ),
    (
        ("spec", "data", "tier1", "replicas"), -1, "out-of-range",
        "`spec.data.tier1.replicas` must be a whole number, 0 or more; it is -1", None,
    ),
    (
        ("spec", "metadataStore", "backupRetention"), 36, "out-of-range",
        "`spec.metadataStore.backupRetention` must be a whole number from 0 to 35; it is 36", None,
    ),
    (
        ("spec", "metadataStore", "backupRetention"), 10**80, "out-of-range",
        "`spec.metadataStore.backupRetention` must be a whole number from 0 to 35; it is a very large number", None,
    ),
    (
        ("spec", "version"), 2021.06, "wrong-type",
        '`spec.version` must be an Imply release in quotes, such as "2021.06" or "2021.06.01"; it is 2021.06', None,
    ),
    (
        ("spec", "version"), "2021.06\n", "malformed-value",
        '`spec.version` must be an Imply release in quotes, such as "2021.06" or "2021.06.01"; it is "2021.06\\n"',
        None,
    ),
    (
        ("spec", "desiredState"), "stopped", "not-allowed-value",
        '`spec.desiredState` must be "STARTED" or "STOPPED"; it is "stopped"', "STOPPED",
    ),
    (
        ("spec", "desiredState"), "RUNNING", "not-allowed-value",
        '`spec.desiredState` must be "STARTED" or "STOPPED"; it is "RUNNING"', None,
    ),
    (
        ("spec", "pivot", "accessMode"), "OAUTH", "not-allowed-value",
        '`spec.pivot.accessMode` must be "PROXIED", "NATIVE", "OIDC" or "LDAP"; it is "OAUTH"', None,
    ),
    (
        ("spec", "metadataStore", "instanceType"), "t2.small", "malformed-value",
        '`spec.metadataStore.instanceType` must be an RDS instance type, such as "db.t2.small"; it is "t2.small"', None,
    ),
    (
        ("spec", "deepStorage", "path"), "bucket/prefix", "malformed-value",
        '`spec.deepStorage.path` must be an S3 path, such as "s3://bucket/prefix"; it is "bucket/prefix"', None,
    ),
    (("spec", "awsKeyPair"), "", "malformed-value", "`spec.awsKeyPair` must not be empty", None),
    (
        ("spec", "awsKeyPair"), "half \ud83d", "malformed-value",
        "`spec.awsKeyPair` holds half a character (a lone surrogate), which cannot be sent", None,
    ),
    (("spec", "awsKeyPair"), 5, "wrong-type", "`spec.awsKeyPair` must be a string; it is 5", None),
    (
        ("spec", "awsKeyPair"), b"k", "wrong-type",
        "`spec.awsKeyPair` must be a string; it is a value that JSON cannot hold", None,
    ),
    (("spec", "encryptVolumes"), "yes", "wrong-type", '`spec.encryptVolumes` must be true or false; it is "yes"', None),
    (("metadata", "name"), " ", "malformed-value", '`metadata.name` must be a name that is not blank; it is " "', None),
    (("spec", "master"), None, "null-value", "`spec.master` must not be null; leave the field out instead", None),
    (
        ("spec", "featureFlags", 0), None, "null-value",
        "`spec.featureFlags[0]` must not be null; leave the entry out instead", None,
    ),
    (("spec", "master"), [1], "wrong-type", "`spec.master` must be an object; it is a list", None),
    (
        ("spec", "awsTags"), {"team": "ads"}, "wrong-type",
        "`spec.awsTags` must be a list of objects with a `name` and a `value`; it is an object", None,
    ),
    (
        ("spec", "awsTags", 0), 5, "wrong-type",
        "`spec.awsTags[0]` must be an object with a `name` and a `value`; it is a number", None,
    ),
    (("spec", "awsTags", 0, "value"), 5, "wrong-type", '`spec.awsTags["team"].value` must be a string; it is 5', None),
    (
        ("spec", "awsTags", 0), {"name": "team"}, "missing-field",
        '`spec.awsTags["team"]` must have the field `value` (a string)', None,
    ),
    (
        ("spec", "awsTags", 1, "name"), "team", "duplicate-name",
        '`spec.awsTags[1].name` repeats the name "team" of `spec.awsTags[0]`; names in a list must differ', None,
    ),
    (
        ("spec", "featureFlags"), ["a", "b", {"name": "a"}], "duplicate-name",
        '`spec.featureFlags[2].name` repeats the name "a" of `spec.featureFlags[0]`; names in a list must differ',
        None,
    ),
    (
        ("spec", "druidExtensions", 0), 1, "wrong-type",
        "`spec.druidExtensions[0]` must be a name, or an object with a `name`; it is 1", None,
    ),
    (
        ("spec", "query", "replica"), 2, "unknown-field",
        "`spec.query` has no field `replica`", "replicas",
    ),
    (
        ("spec", "query", "replicas" + "_" * 60), 2, "unknown-field",
        (
            f'`spec.query` has no field `"replicas{"_" * 51}…"`; its fields are `replicas`, `instanceType`, '
            "`brokerRuntimeProperties` and `routerRuntimeProperties`"
        ),
        None,
    ),
    (
        ("spec", "query", "Instance_Type"), "m5", "unknown-field",
        "`spec.query` has no field `Instance_Type`", "instanceType",
    ),
    (
        ("spec", "deepStorage", "kmsKey"), "k", "unknown-field",
        "`spec.deepStorage` has no field `kmsKey`; its fields are `path` and `encrypt`", None,
    ),
    (("spec", "instanceType"), "m5", "unknown-field", "`spec` has no field `instanceType`", None),
    (("spec", "accessMode"), "OIDC", "unknown-field", "`spec` has no field `accessMode`", "spec.pivot.accessMode"),
    (("version",), "2021.06", "unknown-field", "The cluster has no field `version`", "spec.version"),
    (
        ("metadata", "labels"), {}, "unknown-field",
        "`metadata` has no field `labels`; its fields are `name`", None,
    ),
    (
        ("spec", "\x1b[2J\u202e"), 1, "unknown-field",
        '`spec` has no field `"\\u001b[2J\\u202e"`', None,
    ),
    (
        ("spec", "x" * 100), 1, "unknown-field",
        f'`spec` has no field `"{"x" * 59}…"`', None,
    ),
    (("metadata", "uid"), "x", "read-only-field", "`metadata.uid` is read-only: the server sets it", None),
    (("status",), {}, "read-only-field", "`status` is read-only: the server sets it", None),
    (
        ("spec", "pivot"), {}, "missing-field",
        '`spec.pivot` must have the field `accessMode` ("PROXIED", "NATIVE", "OIDC" or "LDAP")', None,
    ),
    (
        ("spec", "pivot"), {"accessMode": "PROXIED", "url": "u"}, "forbidden-field",
        '`spec.pivot.url` must not be there when `accessMode` is "PROXIED"', None,
    ),
    (
        ("spec", "pivot"), {"accessMode": "LDAP", "options": "a: 1"}, "missing-field",
        '`spec.pivot` must have the field `roleAuthority` ("NATIVE" or "EXTERNAL") when `accessMode` is "LDAP"', None,
    ),
    (
        ("spec", "pivot"), {"accessMode": "OIDC", "roleAuthority": "NATIVE"}, "missing-field",
        '`spec.pivot` must have the field `options` (a text holding YAML or JSON) when `accessMode` is "OIDC"', None,
    ),
    (
        ("spec", "loadBalancers", 0, "idle"), float("-inf"), "out-of-range",
        "`spec.loadBalancers[0].idle` must be a value that JSON can hold; it is not a finite number", None,
    ),
    (
        ("spec", "loadBalancers", 0, "\ud800"), 1, "malformed-value",
        '`spec.loadBalancers[0]["\\ud800"]` holds half a character (a lone surrogate), which cannot be sent', None,
    ),
]  # fmt: skip


def put(document: Any, path: Path, value: object) -> None:  # noqa: ANN401 - any JSON document
    for step in path[:-1]:
        document = document[step]
    document[path[-1]] = value


@pytest.mark.parametrize(
    "case",
    SENTENCES,
    ids=[f"{number}-{code}" for number, (_, _, code, _, _) in enumerate(SENTENCES)],  # not all values can be printed
)
def test_a_mistake_is_told_in_one_sentence(complete: dict[str, Any], case: Case) -> None:
    path, value, code, message, suggestion = case
    put(complete, path, value)

    first = check_cluster(complete)[0]

    assert (first.code, first.message, first.suggestion) == (code, message, suggestion)


NO_CLUSTERS: list[tuple[object, str]] = [
    (None, "The cluster must not be null"),
    ([], "The cluster must be an object; it is a list"),
    ("hunter2", "The cluster must be an object; it is a string"),
    (b"", "The cluster must be an object; it is a value that JSON cannot hold"),
    (HUGE, "The cluster must be an object; it is a number too large to send"),
    ({"spec": {"version": "2021.06"}}, "The cluster must have the field `metadata` (an object)"),
    (
        {"metadata": {}, "spec": {"version": "2021.06"}},
        "`metadata` must have the field `name` (a name that is not blank)",
    ),
    ({"metadata": {"name": "a"}, "spec": {"version": "2021.06"}, 1: 1}, "The cluster has a key that is not a string"),
]


@pytest.mark.parametrize(("document", "message"), NO_CLUSTERS, ids=range(len(NO_CLUSTERS)))
def test_a_document_that_is_no_cluster_is_told_so(document: object, message: str) -> None:
    assert [violation.message for violation in check_cluster(document)] == [message]


def test_only_presence_and_absence_point_at_a_key(complete: dict[str, Any]) -> None:
    complete["metadata"] = {"uid": "x"}
    complete["spec"]["query"] = {"replicas": 0, "replica": 1, "instanceType": None}
    complete["spec"]["pivot"] = {"accessMode": "PROXIED", "url": 1}
    complete["spec"]["featureFlags"] = ["a", "a", 1]

    keys = {violation.code: violation.key for violation in check_cluster(complete)}

    assert keys == {
        "read-only-field": True,
        "missing-field": True,
        "out-of-range": False,
        "unknown-field": True,
        "null-value": False,
        "wrong-type": False,
        "forbidden-field": True,
        "duplicate-name": False,
    }


def test_all_mistakes_are_told_at_once_in_the_order_of_the_document() -> None:
    document = {
        "status": {},
        "spec": {
            "query": {"replicas": "two", "colour": "red"},
            "awsTags": [{"name": "b", "value": 1}, {"value": "x"}],
            "desiredState": "UP",
            "pivot": {"options": 3, "accessMode": "NATIVE"},
        },
        "metadata": {},
    }

    assert [violation.path for violation in check_cluster(document)] == [
        ("status",),
        ("spec", "query", "replicas"),
        ("spec", "query", "colour"),
        ("spec", "awsTags", 0, "value"),
        ("spec", "awsTags", 1, "name"),
        ("spec", "desiredState"),
        ("spec", "pivot", "options"),
        ("spec", "version"),
        ("metadata", "name"),
    ]


def test_many_unknown_fields_are_not_guessed_at(complete: dict[str, Any]) -> None:
    complete["spec"]["query"] |= {f"replica{number}": 1 for number in range(9)}

    assert {violation.suggestion for violation in check_cluster(complete)} == {None}


def test_a_document_without_end_is_refused(complete: dict[str, Any]) -> None:
    endless: list[object] = []
    endless.append({"left": endless, "right": endless})
    complete["spec"]["loadBalancers"] = [{"endless": endless}]

    (violation,) = check_cluster(complete)

    assert violation.code == "too-deep"
    assert violation.message == (
        "`spec.loadBalancers[0]` nests too deep: more than 64 objects and lists within one another"
    )


@pytest.mark.parametrize(("levels", "codes"), [(60, []), (61, ["too-deep"]), (50_000, ["too-deep"])])
def test_depth_has_a_limit(complete: dict[str, Any], levels: int, codes: list[str]) -> None:
    nested: list[Any] = []
    for _ in range(levels - 1):
        nested = [nested]
    complete["spec"]["loadBalancers"] = [{"nested": nested}]  # within four others: the cluster, spec, list, entry

    assert [violation.code for violation in check_cluster(complete)] == codes


SECRET = "hunter2"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("spec",), SECRET),
        (("spec", "pivot"), SECRET),
        (("spec", "pivot", "options"), {"clientSecret": SECRET}),
        (("spec", "pivot", "options"), [SECRET]),
        (("spec", "pivot", "option"), SECRET),
        (("spec", "commonRuntimeProperties"), SECRET),
        (("spec", "commonRuntimeProperties", 0), SECRET),
        (("spec", "commonRuntimeProperties", 0), {"name": 3, "value": [SECRET]}),
        (("spec", "commonRuntimeProperties", 0), {"name": "druid.x.password", "value": {SECRET: SECRET}}),
        (("spec", "commonRuntimeProperties", 0), {"name": "druid.x.password", "valeu": SECRET}),
        (("spec", "customFiles"), SECRET),
        (("spec", "customFiles", 0), SECRET),
        (("spec", "customFiles", 0), {"content": SECRET}),
        (("spec", "customFiles", 0), {"name": 1, "content": {"x": SECRET}}),
        (("spec", "anything"), SECRET),
    ],
)
def test_a_secret_is_in_no_message(complete: dict[str, Any], path: Path, value: object) -> None:
    put(complete, path, value)

    violations = check_cluster(complete)

    assert violations
    assert SECRET not in str(violations)


@pytest.mark.parametrize("name", ["druid.x.password", "aws.secretKey", "token"])
@pytest.mark.parametrize("value", [271828, True])
def test_a_value_that_its_name_makes_secret_is_in_no_message(
    complete: dict[str, Any], name: str, value: object
) -> None:
    complete["spec"]["commonRuntimeProperties"] = [{"name": name, "value": value}]

    (violation,) = check_cluster(complete)

    kind = "a boolean" if value is True else "a number"
    assert violation.message == f'`spec.commonRuntimeProperties["{name}"].value` must be a string; it is {kind}'


@pytest.mark.parametrize(
    ("hidden", "path", "value", "message"),
    [
        (("spec", "version"), ("spec", "version"), SECRET,
         '`spec.version` must be an Imply release in quotes, such as "2021.06" or "2021.06.01"; it is a string'),
        (("spec", "query"), ("spec", "query", "replicas"), 271828.5,
         "`spec.query.replicas` must be a whole number, 1 or more; it is a number"),
        (("spec", "awsTags", 0, "name"), ("spec", "awsTags", 0, "value"), 5,
         "`spec.awsTags[0].value` must be a string; it is 5"),
        (("spec", "awsTags"), ("spec", "awsTags", 1, "name"), "team",
         "`spec.awsTags[1].name` repeats the name of `spec.awsTags[0]`; names in a list must differ"),
        (("spec", "pivot", "accessMode"), ("spec", "pivot", "accessMode"), "PROXIED",
         "`spec.pivot.url` must not be there when `accessMode` is a string"),
    ],
)  # fmt: skip
def test_what_the_caller_hides_is_in_no_message(
    complete: dict[str, Any], hidden: Path, path: Path, value: object, message: str
) -> None:
    put(complete, path, value)

    violations = check_cluster(complete, hidden=[hidden])

    assert violations[0].message == message
    assert SECRET not in str(violations)
    assert json.dumps(value) not in violations[0].message or value == 5
