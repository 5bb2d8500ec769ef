"""`planner why`: one field, on every side."""

import json
from typing import Any

import pytest

from tests.cli.workbench import CLUSTER, Bench

CANARY = "canary-secret"
SECRETS = """
variable "password" {
  sensitive = true
}

variable "plain" {
  default = "canary-secret"
}

locals {
  properties = { "druid.password" = "x-canary-secret", "druid.b" = "2" }
}

cluster "web" {
  spec {
    version                 = "2021.06"
    commonRuntimeProperties = local.properties
    query {
      brokerRuntimeProperties = { "druid.x.secret" = "a-${var.plain}", "druid.y" = "${var.password}" }
      routerRuntimeProperties = [{ name = "druid.token", value = "canary-secret" }]
    }
    pivot {
      accessMode    = "OIDC"
      roleAuthority = "NATIVE"
      options       = "clientSecret: canary-secret"
    }
  }
}
"""


def ask(bench: Bench, field: str) -> Any:  # noqa: ANN401 - any JSON
    ended = bench.run("why", "-json", field)
    assert (ended.code, ended.err) == (0, "")
    return json.loads(ended.out)


def test_nothing_changes_anywhere(bench: Bench) -> None:
    bench.run("apply", "-auto-approve")
    bench.scale(3)
    before = {path.name: path.read_bytes() for path in bench.path.iterdir()}
    assert bench.run("why", "cluster.web.spec.query.replicas").code == 0
    assert {path.name: path.read_bytes() for path in bench.path.iterdir()} == before


def test_a_field_of_a_cluster_that_is_not_there_yet_comes_with_its_create(bench: Bench) -> None:
    why = ask(bench, "cluster.web.spec.query.replicas")
    assert (why["action"], why["request"], why["values"]) == ("create", "POST /api/v1/clusters", {"configured": 2})
    assert why["set_by"]["place"] == "web.cluster.json:1:84"


@pytest.mark.parametrize(
    ("configured", "live", "cause", "method"),
    [(3, None, "edit", "PATCH"), (2, 5, "drift", "PATCH"), (3, 5, "conflict", "PATCH"), (5, 5, "adopt", "")],
)
def test_the_cause_and_the_request_are_those_of_the_plan(
    bench: Bench, configured: int, live: int | None, cause: str, method: str
) -> None:
    bench.run("apply", "-auto-approve")
    bench.scale(configured)
    if live is not None:
        bench.run("emulator", "patch", "account.json", "web", json.dumps({"spec": {"query": {"replicas": live}}}))
    why = ask(bench, "cluster.web.spec.query.replicas")
    assert why["values"] == {"configured": configured, "applied": 2, "observed": 2, "live": live or 2}
    assert [difference["cause"] for difference in why["differences"]] == [cause]
    assert why["cause"].startswith(f"{cause}: ")
    assert (why["request"] or "").partition(" ")[0] == method
    # Another field of the same cluster is in no request.
    assert ask(bench, "cluster.web.spec.version")["request"] is None


def test_a_field_that_left_the_configuration_is_cleared(bench: Bench) -> None:
    bench.run("apply", "-auto-approve")
    bench.write({**CLUSTER, "spec": {"version": "2021.06", "query": {"replicas": 2}}})
    why = ask(bench, "cluster.web.spec.query.instanceType")
    assert (why["set_by"], why["differences"][0]["cause"]) == (None, "edit")
    assert why["request"].startswith("PATCH ")


def test_a_plan_that_is_refused_is_said_to_be(bench: Bench) -> None:
    bench.write({**CLUSTER, "spec": {**CLUSTER["spec"], "encryptVolumes": True}})
    bench.run("apply", "-auto-approve")
    bench.write({**CLUSTER, "spec": {**CLUSTER["spec"], "encryptVolumes": False}})
    why = ask(bench, "cluster.web.spec.encryptVolumes")
    assert why["refusal"] == ["spec.encryptVolumes cannot be changed"]
    assert (why["request"], why["schema"]["immutable"]) == (None, True)
    assert "There is no plan" in bench.run("why", "cluster.web.spec.encryptVolumes").out


def test_a_cluster_that_left_the_configuration_is_still_explained(bench: Bench) -> None:
    bench.run("apply", "-auto-approve")
    bench.write({**CLUSTER, "metadata": {"name": "other"}}, "other")
    (bench.path / "web.cluster.json").unlink()
    why = ask(bench, "cluster.web.spec.version")
    assert (why["action"], why["request"][:6]) == ("delete", "DELETE")


@pytest.mark.parametrize(
    "field",
    [
        'commonRuntimeProperties["druid.password"]',
        'commonRuntimeProperties["druid.b"]',
        "commonRuntimeProperties",
        'query.brokerRuntimeProperties["druid.x.secret"]',
        'query.brokerRuntimeProperties["druid.y"]',
        "query.brokerRuntimeProperties",
        'query.routerRuntimeProperties["druid.token"]',
        "query",
        "pivot.options",
        "pivot",
    ],
)
def test_no_secret_is_shown(bench: Bench, field: str) -> None:
    (bench.path / "web.cluster.json").unlink()
    (bench.path / "main.hcl").write_text(SECRETS, encoding="utf-8")
    given = ("-var", f"password={CANARY}")
    assert bench.run("apply", "-auto-approve", *given).code == 0
    for form in ((), ("-json",)):
        ended = bench.run("why", *form, f"cluster.web.spec.{field}", *given)
        assert ended.code == 0, ended.err
        assert CANARY not in ended.out + ended.err


@pytest.mark.parametrize(
    ("field", "summary"),
    [
        ("web.spec", "That is not the address of a field"),
        ("cluster.web", "Which field of it?"),
        ("cluster.web.spec.nothing", "There is no such field"),
        ("cluster.web.spec[", "There is no such field"),
        ("cluster.web.spec.version[0]", "There is no such field"),
        ("cluster.wbe.spec.version", "There is no cluster.wbe"),
    ],
)
def test_what_leads_nowhere_is_told(bench: Bench, field: str, summary: str) -> None:
    ended = bench.run("why", field)
    assert (ended.code, ended.out, ended.err.splitlines()[0]) == (1, "", f"Error: {summary}")


def test_where_a_value_of_a_variable_is_from(bench: Bench) -> None:
    (bench.path / "web.cluster.json").unlink()
    (bench.path / "main.hcl").write_text(
        'variable "n" {\n  type    = number\n  default = 1\n}\ncluster "web" {\n  spec {\n    version = "2021.06"\n'
        "    query { replicas = var.n }\n  }\n}\n",
        encoding="utf-8",
    )

    def find(*options: str) -> str:
        ended = bench.run("why", "-json", "cluster.web.spec.query.replicas", *options)
        (origin,) = json.loads(ended.out)["set_by"]["refers_to"]
        return f"{origin['name']} {origin['value']} {origin['place']}"

    assert find() == "var.n 1 its default, main.hcl:1:1"
    (bench.path / "planner.vars.hcl").write_text("n = 2\n", encoding="utf-8")
    assert find() == "var.n 2 planner.vars.hcl:1:1"
    assert find("-var", "n=3") == "var.n 3 -var n=…"


def test_a_position_is_that_in_the_configuration_and_goes_by_its_key(bench: Bench) -> None:
    names = ["druid.z", "druid.m", "druid.a"]
    pairs = [{"name": name, "value": name[-1]} for name in names]
    bench.write({**CLUSTER, "spec": {**CLUSTER["spec"], "commonRuntimeProperties": pairs}})
    bench.run("apply", "-auto-approve")
    patch = json.dumps({"spec": {"commonRuntimeProperties": pairs[::-1]}})
    assert bench.run("emulator", "patch", "account.json", "web", patch).code == 0
    for position, name in enumerate(names):
        keyed = ask(bench, f'cluster.web.spec.commonRuntimeProperties["{name}"]')
        assert ask(bench, f"cluster.web.spec.commonRuntimeProperties[{position}]") == keyed
        assert {side["value"] for side in keyed["values"].values()} == {name[-1]}
        assert keyed["path"] == f'spec.commonRuntimeProperties["{name}"]'
    out = bench.run("why", "cluster.web.spec.commonRuntimeProperties[0]").out
    assert out.startswith('# cluster.web.spec.commonRuntimeProperties["druid.z"]\n')


def test_what_only_the_server_says_is_shown_as_its_own(bench: Bench) -> None:
    bench.run("apply", "-auto-approve")
    why = ask(bench, "cluster.web.status.state")
    assert why["values"] == {"live": "RUNNING"}
    assert "it is the server's" in why["cause"]
    assert ask(bench, "cluster.web.status")["values"]["live"]["state"] == "RUNNING"
    state = json.loads((bench.path / "planner.state.json").read_text(encoding="utf-8"))
    uid = ask(bench, "cluster.web.metadata.uid")["values"]["live"]
    assert uid in json.dumps(state)
