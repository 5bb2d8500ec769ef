"""The field tree: what planning and configuration read from the schema."""

from collections.abc import Iterator

import pytest

from schemas import Field, Path, cluster_field, find_field, is_sensitive_name


def walk(field: Field, path: str = "") -> Iterator[tuple[str, Field]]:
    yield path, field
    for name, child in field.fields.items():
        yield from walk(child, f"{path}.{name}".removeprefix("."))
    if field.items is not None:
        yield from walk(field.items, f"{path}[]")
    if field.others is not None and field.others.kind != "any":
        yield from walk(field.others, f"{path}.*")


def paths_where(what: str) -> set[str]:
    return {path for path, field in walk(cluster_field()) if getattr(field, what)}


PROPERTY_LISTS = {
    "spec.awsTags",
    "spec.commonRuntimeProperties",
    "spec.master.coordinatorRuntimeProperties",
    "spec.master.overlordRuntimeProperties",
    "spec.query.brokerRuntimeProperties",
    "spec.query.routerRuntimeProperties",
    *(
        f"spec.data.{tier}{process}RuntimeProperties"
        for tier in ("", "tier1.", "tier2.", "tier3.")
        for process in ("historical", "middleManager")
    ),
}


@pytest.mark.parametrize(
    ("annotation", "paths"),
    [
        ("read_only", {"metadata.uid", "status"}),
        ("immutable", {"metadata.name", "spec.encryptVolumes", "spec.metadataStore.encrypt"}),
        ("meaning", {"spec.pivot.options"}),
        ("values", PROPERTY_LISTS - {"spec.awsTags"}),
        ("is_set", {"spec.druidExtensions", "spec.featureFlags"}),
        ("list_key", PROPERTY_LISTS | {"spec.customFiles"}),
        ("sensitive_names", PROPERTY_LISTS),
    ],
)
def test_planning_knows_what_the_schema_marks(annotation: str, paths: set[str]) -> None:
    assert paths_where(annotation) == paths


def test_what_is_secret() -> None:
    assert cluster_field().fields["spec"].fields["pivot"].fields["options"].sensitive
    custom_file = find_field(("spec", "customFiles", 0))
    assert custom_file is not None
    assert not custom_file.fields["name"].sensitive
    assert custom_file.others is not None
    assert custom_file.others.sensitive


def test_a_name_value_list_can_be_told_from_any_other_list() -> None:
    pairs = {
        path
        for path, field in walk(cluster_field())
        if field.list_key is not None and field.items is not None and set(field.items.fields) == {"name", "value"}
    }

    assert pairs == PROPERTY_LISTS


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ((), "object"),
        (("metadata", "name"), "string"),
        (("spec", "query", "replicas"), "integer"),
        (("spec", "encryptVolumes"), "boolean"),
        (("spec", "awsTags"), "list"),
        (("spec", "awsTags", 3, "value"), "string"),
        (("spec", "featureFlags", 0), "name"),
        (("spec", "featureFlags", 0, "version"), "any"),
        (("spec", "loadBalancers", 0, "anything"), "any"),
        (("spec", "loadBalancers", 0, "anything", "below"), "any"),
        (("spec", "loadBalancers", 0, "anything", 0, "below"), "any"),
        (("status", "state"), "string"),
        (("status", "somethingNew"), "any"),
    ],
)
def test_what_stands_at_a_path(path: Path, kind: str) -> None:
    field = find_field(path)

    assert field is not None
    assert field.kind == kind


def test_everything_below_a_secret_is_a_secret() -> None:
    content = find_field(("spec", "customFiles", 0, "content", "deep", 1))

    assert content is not None
    assert content.sensitive


@pytest.mark.parametrize("path", [("spek",), ("spec", "query", "replica"), ("spec", "awsTags", "team"), ("spec", 0)])
def test_where_nothing_may_stand(path: Path) -> None:
    assert find_field(path) is None


def test_limits_are_carried_over() -> None:
    retention = find_field(("spec", "metadataStore", "backupRetention"))
    assert retention is not None
    assert (retention.minimum, retention.maximum) == (0, 35)
    state = find_field(("spec", "desiredState"))
    assert state is not None
    assert state.allowed == ("STARTED", "STOPPED")
    assert cluster_field().required == ("metadata", "spec")


@pytest.mark.parametrize(
    "name",
    [
        "druid.metadata.storage.connector.password",
        "druid.client.https.keyStorePassword",
        "sslKeyStorePassword",
        "druid.auth.authenticator.basic.initialAdminPassword",
        "druid.escalator.internalClientPassword",
        "druid.zk.service.pwd",
        "some.passphrase",
        "aws.secretKey",
        "druid.s3.secretKey",
        "druid.s3.accessKey",
        "AWS_ACCESS_KEY_ID",
        "fs.s3a.access.key",
        "apiKey",
        "api-key",
        "druid.azure.key",
        "druid.azure.sharedAccessStorageToken",
        "fs.azure.account.key.acme.blob.core.windows.net",
        "google.private_key",
        "PASSWORD",
        "oauth.clientSecret",
        "gcp.credentials",
        "druid.emitter.http.basicAuthentication",
        "sasl.jaas.config",
        "druid.auth.tokenizer",  # caught though harmless: too much rather than too little
    ],
)
def test_names_that_make_their_value_secret(name: str) -> None:
    properties = find_field(("spec", "commonRuntimeProperties"))

    assert properties is not None
    assert is_sensitive_name(properties, name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "team",
        "druid.processing.numThreads",
        "druid.metadata.storage.connector.user",
        "druid.server.https.keyStorePath",
        "druid.server.https.keyStoreType",
        "druid.s3.endpoint.url",
        "druid.cache.keyPrefix",
        "druid.auth.authenticatorChain",
        "druid.storage.storageDirectory",
        "key",
    ],
)
def test_names_that_do_not(name: str) -> None:
    properties = find_field(("spec", "commonRuntimeProperties"))

    assert properties is not None
    assert not is_sensitive_name(properties, name)


def test_no_name_is_secret_where_names_say_nothing() -> None:
    files = find_field(("spec", "customFiles"))

    assert files is not None
    assert not is_sensitive_name(files, "password.txt")
