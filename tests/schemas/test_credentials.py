"""Which values of properties hold a credential that the name of the property does not give away."""

import pytest

from schemas import Field, cluster_field, find_field, is_sensitive_entry


@pytest.fixture
def properties() -> Field:
    found = find_field(("spec", "commonRuntimeProperties"), root=cluster_field())
    assert found is not None
    return found


@pytest.mark.parametrize(
    "value",
    [
        "-Xmx2g -Ddruid.s3.secretKey=s3cr3t",
        "-Djavax.net.ssl.keyStorePassword=changeit -Xmx2g",
        '["-server", "-Djavax.net.ssl.trustStorePassword=changeit"]',
        '-Dx.connector.pass="a b"',
        "jdbc:mysql://druid:s3cr3t@db:3306/druid",
        "jdbc:postgresql://db/druid?user=druid&password=s3cr3t",
        "jdbc:sqlserver://db:1433;databaseName=druid;password=s3cr3t",
        "jdbc:oracle:thin:druid/s3cr3t@db:1521/x",
        "https://user:s3cr3t@example.com/x",
        "https://:s3cr3t@example.com",
        "redis://user:a2/34@cache",
        "https://example.com/x?sig=1&access_token=s3cr3t",
    ],
)
def test_values_that_hold_a_credential(properties: Field, value: str) -> None:
    assert is_sensitive_entry(properties, "druid.indexer.runner.javaOpts", value)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "-server -Xmx2g -Duser.timezone=UTC -Djavax.net.ssl.keyStore=/etc/keystore.jks",
        "-Dx.password= -Xmx2g",
        "-Dpassword.checks -Xmx2g",
        "jdbc:mysql://db:3306/druid?user=druid",
        "jdbc:mysql://db:3306/druid?email=a@b",
        "https://user@example.com:8080/x",
        "https://example.com/?password=",
        "s3://bucket/secret/path",
        "secret=x",
        ["-Dx.password=y"],
        None,
    ],
)
def test_values_that_hold_none(properties: Field, value: object) -> None:
    assert not is_sensitive_entry(properties, "druid.indexer.runner.javaOpts", value)


@pytest.mark.parametrize("name", ["druid.x.connector.pass", "x.keyPass", "druid.db.passwd", "my_pass"])
def test_names_that_end_in_pass(properties: Field, name: str) -> None:
    assert is_sensitive_entry(properties, name, "x")


@pytest.mark.parametrize("name", ["druid.proxy.bypass", "druid.passes.count"])
def test_other_names_with_pass_in_them(properties: Field, name: str) -> None:
    assert not is_sensitive_entry(properties, name, "x")


def test_a_list_that_holds_no_pairs_has_no_such_values() -> None:
    files = find_field(("spec", "customFiles"), root=cluster_field())
    assert files is not None
    assert not is_sensitive_entry(files, "x", "https://user:s3cr3t@example.com")
