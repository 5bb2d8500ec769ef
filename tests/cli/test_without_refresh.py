"""`plan -refresh=false`: a plan from the state alone, that says so, and is no weaker when it is applied."""

import json
from typing import Any

import pytest

from tests.cli.workbench import CLUSTER, Bench


def patch(bench: Bench, spec: dict[str, Any], name: str = "web") -> None:
    assert bench.run("emulator", "patch", "account.json", name, json.dumps({"spec": spec})).code == 0


@pytest.fixture
def applied(bench: Bench) -> Bench:
    assert bench.run("apply", "-auto-approve").code == 0
    return bench


def read_id(out: str) -> str:
    return out.split("\n", maxsplit=1)[0]


def test_it_needs_no_account(applied: Bench) -> None:
    applied.scale(5)
    asked = applied.run("plan")
    (applied.path / "account.json").rename(applied.path / "away.json")
    ended = applied.run("plan", "-refresh=false", "-detailed-exitcode")
    assert ended.code == 2
    assert "~ replicas = 2 -> 5" in ended.out
    assert read_id(ended.out) == read_id(asked.out)
    assert not (applied.path / "account.json").exists()


def test_it_says_that_it_did_not_ask(applied: Bench) -> None:
    ended = applied.run("plan", "-refresh=false")
    assert "Note: The account was not asked for this plan (-refresh=false)" in ended.out
    assert "at serial" in ended.out
    assert "The clusters match the configuration, as the state last observed them." in ended.out
    assert "Note" not in applied.run("plan").out
    (summary,) = (
        one for one in applied.run("plan", "-refresh=false", "-json").events if one["type"] == "change_summary"
    )
    assert summary["changes"]["refreshed"] is False
    assert "refreshed" not in applied.run("plan", "-json").events[1]["changes"]


def test_what_others_changed_does_not_show(applied: Bench) -> None:
    patch(applied, {"query": {"replicas": 7}})
    assert applied.run("plan", "-refresh=false", "-detailed-exitcode").code == 0
    assert applied.run("plan", "-detailed-exitcode").code == 2


def test_a_saved_one_says_so_in_text_and_document(applied: Bench) -> None:
    applied.scale(5)
    assert applied.run("plan", "-refresh=false", "-out", "plan.json").code == 0
    assert json.loads((applied.path / "plan.json").read_text(encoding="utf-8"))["refreshed"] is False
    assert "The account was not asked for this plan" in applied.run("show", "plan.json").out
    assert applied.run("plan", "-out", "other.json").code == 0
    assert json.loads((applied.path / "other.json").read_text(encoding="utf-8"))["refreshed"] is True
    assert applied.run("plan", "diff", "plan.json", "other.json", "-detailed-exitcode").code == 0


def test_a_saved_one_is_performed_where_it_holds(applied: Bench) -> None:
    applied.scale(5)
    assert applied.run("plan", "-refresh=false", "-out", "plan.json").code == 0
    assert applied.run("apply", "plan.json").code == 0
    assert applied.run("plan", "-detailed-exitcode").code == 0


def test_a_saved_one_is_refused_where_somebody_changed_what_it_compared(applied: Bench) -> None:
    applied.scale(5)
    assert applied.run("plan", "-refresh=false", "-out", "plan.json").code == 0
    patch(applied, {"query": {"replicas": 7}})
    before = (applied.path / "planner.state.json").read_bytes()
    ended = applied.run("apply", "plan.json")
    assert ended.code == 6
    assert "spec.query.replicas was 2 and is 7" in ended.err
    assert (applied.path / "planner.state.json").read_bytes() == before


def test_a_saved_create_is_refused_where_the_name_is_taken_by_now(bench: Bench) -> None:
    assert bench.run("plan", "-refresh=false", "-out", "plan.json").code == 0
    (bench.path / "elsewhere").mkdir()
    (bench.path / "elsewhere" / "web.cluster.json").write_text(json.dumps(CLUSTER), encoding="utf-8")
    (bench.path / "elsewhere" / "main.hcl").write_text(
        'provider "imply" { endpoint = "emulator:../account.json" }\n', encoding="utf-8"
    )
    assert bench.run("-chdir=elsewhere", "apply", "-auto-approve").code == 0
    assert bench.run("apply", "plan.json").code == 6


def test_secrets_are_compared_by_their_fingerprints(applied: Bench) -> None:
    files = [{"name": "jaas.conf", "content": "hunter2"}]
    applied.write({**CLUSTER, "spec": {**CLUSTER["spec"], "customFiles": files}})
    assert applied.run("apply", "-auto-approve").code == 0
    assert applied.run("plan", "-refresh=false", "-detailed-exitcode").code == 0
    files[0]["content"] = "hunter3"
    applied.write({**CLUSTER, "spec": {**CLUSTER["spec"], "customFiles": files}})
    ended = applied.run("plan", "-refresh=false", "-detailed-exitcode", "-out", "plan.json")
    assert ended.code == 2
    assert "hunter" not in ended.out + (applied.path / "plan.json").read_text(encoding="utf-8")
    assert applied.run("apply", "plan.json").code == 0
    assert applied.run("plan", "-detailed-exitcode").code == 0


REFERENCES = """
cluster "store" {
  spec {
    version     = "2021.06"
    customFiles = [{ name = "jaas.conf", content = "hunter2" }]
  }
}
cluster "front" {
  spec {
    version    = "2021.06"
    awsKeyPair = cluster.store.%s
  }
}
"""


@pytest.mark.parametrize(
    ("reference", "code"), [("metadata.uid", 0), ("spec.query.instanceType", 0), ("spec.version", 0)]
)
def test_what_the_state_holds_of_another_cluster_is_known(applied: Bench, reference: str, code: int) -> None:
    (applied.path / "more.hcl").write_text(REFERENCES % reference, encoding="utf-8")
    assert applied.run("apply", "-auto-approve").code == 0
    assert applied.run("plan", "-refresh=false", "-detailed-exitcode").code == code


def test_what_only_the_account_knows_of_another_cluster_is_late(applied: Bench) -> None:
    (applied.path / "more.hcl").write_text(REFERENCES % "status.state", encoding="utf-8")
    assert applied.run("apply", "-auto-approve").code == 0
    ended = applied.run("plan", "-refresh=false", "-detailed-exitcode")
    assert ended.code == 2
    assert '~ awsKeyPair = "RUNNING" -> (known after apply)' in ended.out


def test_an_import_block_needs_the_account(applied: Bench) -> None:
    assert applied.run("state", "rm", "cluster.web").code == 0
    (applied.path / "import.hcl").write_text('import {\n  to = cluster.web\n  id = "web"\n}\n', encoding="utf-8")
    ended = applied.run("plan", "-refresh=false")
    assert ended.code == 1
    assert "Only the account can tell what cluster.web is to be imported from" in ended.err
    assert applied.run("plan").code == 0


def test_a_state_of_another_account_is_refused_all_the_same(applied: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMPLY_ENDPOINT", "emulator:other.json")
    assert applied.run("plan", "-refresh=false").code == 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("apply", "-refresh=false"), "An apply always asks the account"),
        (("plan", "-refresh=false", "-refresh-only"), "give one of the two"),
    ],
)
def test_where_it_makes_no_sense_it_is_refused(applied: Bench, arguments: tuple[str, ...], told: str) -> None:
    ended = applied.run(*arguments)
    assert ended.code == 1
    assert told in ended.err


def test_to_ask_for_a_refresh_is_to_ask_for_nothing_new(applied: Bench) -> None:
    assert applied.run("plan", "-refresh=true").out == applied.run("plan").out
    assert applied.run("apply", "-refresh=true", "-auto-approve").code == 0
