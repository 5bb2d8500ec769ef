"""`planner history` and `planner rollback`, from the command line to the account."""

import json
from typing import Any

import pytest

from tests.cli.workbench import CLUSTER, Bench

FORMER, LATTER = "canary-former", "canary-latter"


def read_spec(bench: Bench) -> Any:  # noqa: ANN401 - any JSON
    """Return the `spec` of the one cluster of the account, as it is now."""
    records = json.loads((bench.path / "account.json").read_text(encoding="utf-8"))
    return [record["spec"] for record in records if "spec" in record][-1]


def write_secret(bench: Bench, secret: str) -> None:
    properties = [{"name": "druid.metadata.storage.connector.password", "value": secret}]
    pivot = {"accessMode": "OIDC", "roleAuthority": "NATIVE", "options": f"clientSecret: {secret}"}
    spec = {**CLUSTER["spec"], "commonRuntimeProperties": properties, "pivot": pivot}
    bench.write({**CLUSTER, "spec": spec})


@pytest.fixture
def scaled(bench: Bench) -> Bench:
    """A bench whose cluster has been scaled from two query servers to four."""
    for replicas in (2, 4):
        bench.scale(replicas)
        assert bench.run("apply", "-auto-approve").code == 0
    return bench


@pytest.fixture
def secret(bench: Bench) -> Bench:
    """A bench whose cluster has had one secret and now has another."""
    for value in (FORMER, LATTER):
        write_secret(bench, value)
        assert bench.run("apply", "-auto-approve").code == 0
    return bench


def test_history_changes_nothing_anywhere(scaled: Bench) -> None:
    before = {path.name: path.read_bytes() for path in scaled.path.iterdir()}
    ended = scaled.run("history", "cluster.web")
    assert (ended.code, ended.err) == (0, "")
    assert "~ spec.query.replicas = 2 -> 4" in ended.out
    assert {path.name: path.read_bytes() for path in scaled.path.iterdir()} == before


def test_history_is_a_document_for_machines(scaled: Bench) -> None:
    document = json.loads(scaled.run("history", "-json", "cluster.web").out)
    assert (document["address"], document["current"], document["recorded"]) == ("cluster.web", 2, 2)
    assert [version["resource_version"] for version in document["versions"]] == [2, 1]
    assert [version["is_as_configured"] for version in document["versions"]] == [True, False]
    assert document["versions"][0]["differences"] == [{"path": "spec.query.replicas", "before": 2, "after": 4}]


def test_history_shows_as_many_versions_as_asked_for(scaled: Bench) -> None:
    for replicas in (5, 6, 7):
        scaled.scale(replicas)
        scaled.run("apply", "-auto-approve")
    document = json.loads(scaled.run("history", "-json", "-limit", "2", "-parallelism", "1", "cluster.web").out)
    assert [version["resource_version"] for version in document["versions"]] == [5, 4]
    assert document["versions"][1]["compared_with"] == 3
    assert document["has_more"] is True


def test_long_differences_are_capped(scaled: Bench) -> None:
    tags = [{"name": f"tag-{number:02}", "value": "x" * 100} for number in range(20)]
    scaled.write({**CLUSTER, "spec": {**CLUSTER["spec"], "awsTags": tags}})
    scaled.run("apply", "-auto-approve")
    lines = scaled.run("history", "-limit", "1", "cluster.web").out.splitlines()
    assert "       # (9 more)" in lines
    assert max(map(len, lines)) < 100


@pytest.mark.parametrize("command", [("history",), ("rollback", "--to", "1", "-auto-approve")])
@pytest.mark.parametrize(
    ("address", "code", "said"),
    [
        ("web", "not-an-address", "That is not an address"),
        ("cluster.wbe", "no-record", "The state knows no cluster cluster.wbe"),
    ],
)
def test_an_address_that_leads_nowhere_is_told(
    scaled: Bench, command: tuple[str, ...], address: str, code: str, said: str
) -> None:
    ended = scaled.run(*command, "-json", address)
    assert ended.code == 1
    (diagnostic,) = [event["diagnostic"] for event in ended.events if event["type"] == "diagnostic"]
    assert (diagnostic["summary"], code in json.dumps(diagnostic)) == (said, True)


@pytest.mark.parametrize("command", [("history",), ("rollback", "--to", "1", "-auto-approve")])
def test_without_a_state_or_a_cluster_there_is_nothing_to_go_back_to(bench: Bench, command: tuple[str, ...]) -> None:
    ended = bench.run(*command, "cluster.web")
    assert (ended.code, "The state knows no cluster cluster.web" in ended.err) == (1, True)
    bench.run("apply", "-auto-approve")
    bench.run("emulator", "delete", "account.json", "web")
    (bench.path / "account.json").unlink()
    ended = bench.run(*command, "cluster.web")
    assert (ended.code, "Error: cluster.web is gone" in ended.err) == (1, True)


def test_a_rollback_asks_and_then_tells_that_the_configuration_is_another(scaled: Bench) -> None:
    ended = scaled.run("rollback", "cluster.web", "--to", "1", answer="yes\n")
    assert ended.code == 0
    assert "web.cluster.json:1  spec.query.replicas = 2; it is 4" in ended.out
    assert "The configuration still says something else" in ended.err
    assert read_spec(scaled)["query"]["replicas"] == 2
    assert scaled.run("plan", "-detailed-exitcode").code == 2


def test_a_rollback_that_nobody_agrees_to_sends_nothing(scaled: Bench) -> None:
    ended = scaled.run("rollback", "cluster.web", "--to", "1", answer="no\n")
    assert (ended.code, "Apply cancelled" in ended.err) == (1, True)
    assert read_spec(scaled)["query"]["replicas"] == 4


def test_a_saved_rollback_is_performed_by_apply(scaled: Bench) -> None:
    planned = scaled.run("rollback", "cluster.web", "--to", "1", "-out", "rollback.json")
    assert (planned.code, read_spec(scaled)["query"]["replicas"]) == (0, 4)
    assert scaled.run("show", "rollback.json").out == planned.out
    assert scaled.run("apply", "rollback.json").code == 0
    assert read_spec(scaled)["query"]["replicas"] == 2


def test_a_saved_rollback_of_a_cluster_that_has_changed_since_is_stale(scaled: Bench) -> None:
    scaled.run("rollback", "cluster.web", "--to", "1", "-out", "rollback.json")
    scaled.run("emulator", "patch", "account.json", "web", '{"spec": {"master": {"replicas": 3}}}')
    ended = scaled.run("apply", "rollback.json")
    assert (ended.code, "spec.master.replicas" in ended.err) == (6, True)
    assert read_spec(scaled)["query"]["replicas"] == 4


def test_only_the_approved_rollback_is_performed(scaled: Bench) -> None:
    shown = scaled.run("rollback", "cluster.web", "--to", "1", "-out", "rollback.json").out
    plan_id = shown.split()[1]
    assert scaled.run("rollback", "cluster.web", "--to", "1", "-plan-id", "pl-0123456789").code == 6
    assert read_spec(scaled)["query"]["replicas"] == 4
    assert scaled.run("rollback", "cluster.web", "--to", "1", "-plan-id", plan_id).code == 0
    assert read_spec(scaled)["query"]["replicas"] == 2


def test_the_guard_judges_a_rollback_too(scaled: Bench) -> None:
    data = {"tier1": {"replicas": 4, "instanceType": "i3.large"}}
    scaled.write({**CLUSTER, "spec": {**CLUSTER["spec"], "data": data}})
    scaled.run("apply", "-auto-approve")
    ended = scaled.run("rollback", "cluster.web", "--to", "1", "-auto-approve")
    assert ended.code == 5
    allowance = next(word for word in ended.err.split() if word.startswith("remove-servers:"))
    assert scaled.run("rollback", "cluster.web", "--to", "1", "-auto-approve", "--allow", allowance).code == 0


def test_an_invalid_configuration_does_not_stand_in_the_way(secret: Bench) -> None:
    (secret.path / "broken.hcl").write_text('cluster "web" {', encoding="utf-8")
    assert secret.run("history", "cluster.web").code == 0
    assert secret.run("rollback", "cluster.web", "--to", "1", "-out", "rollback.json").code == 0
    ended = secret.run("apply", "rollback.json")
    assert ended.code == 0, ended.err
    assert read_spec(secret)["pivot"]["options"] == f"clientSecret: {FORMER}"


def test_a_cluster_that_the_configuration_lacks_is_told_to_be_deleted_by_the_next_apply(scaled: Bench) -> None:
    (scaled.path / "web.cluster.json").unlink()
    (scaled.path / "main.hcl").write_text("locals {}\n", encoding="utf-8")
    ended = scaled.run("rollback", "cluster.web", "--to", "1", "-auto-approve")
    assert ended.code == 0
    assert "The configuration does not declare cluster.web any more" in ended.out


def test_no_secret_gets_out(secret: Bench) -> None:
    written = ""
    for command in (
        ("history", "cluster.web"),
        ("history", "-json", "cluster.web"),
        ("rollback", "cluster.web", "--to", "1", "-out", "rollback.json", "-show-requests"),
        ("apply", "rollback.json", "-show-requests"),
        ("rollback", "cluster.web", "--to", "previous", "-auto-approve", "-json"),
        ("plan", "-show-requests"),
    ):
        ended = secret.run(*command)
        assert ended.code == 0, ended.err
        written += ended.out + ended.err
    files = [path for path in secret.path.iterdir() if path.name not in {"account.json", "web.cluster.json"}]
    written += "".join(path.read_text(encoding="utf-8") for path in files if path.is_file())
    assert FORMER not in written
    assert LATTER not in written
    assert "hmac:" in written
    assert '"rolls_back_to": ' in written


@pytest.mark.parametrize(
    "wrong", [("--to", "latest"), ("--to", "-1"), (), ("--to", "1", "-out", "x.json", "-auto-approve")]
)
def test_a_mistyped_command_is_told(scaled: Bench, wrong: tuple[str, ...]) -> None:
    ended = scaled.run("rollback", "cluster.web", *wrong)
    assert (ended.code, ended.out, ended.err.startswith("Usage: ")) == (1, "", True)


def test_a_version_that_is_not_there_is_told_with_those_that_are(scaled: Bench) -> None:
    ended = scaled.run("rollback", "cluster.web", "--to", "7", "-auto-approve")
    assert ended.code == 1
    assert "cluster.web has no resource version 7" in ended.err
    assert "Its newest are: 2, 1;" in ended.err
