"""The policies in `examples/policy`: they ask for what a plan has, and they judge real plans as they say."""

import json
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from tests.cli.workbench import CLUSTER, Bench

POLICIES = sorted((Path(__file__).parents[2] / "examples" / "policy").glob("*.rego"))
THREE = {"master": {"replicas": 3, "instanceType": "t2.small"}}
SAFE = {**CLUSTER, "spec": {**CLUSTER["spec"], **THREE}}

# What each variable of the rules stands for, as a place in the schema of plans or of clusters.
ROOTS = {
    "input": ("plan", "#"),
    "resource": ("plan", "#/$defs/resource_change"),
    "difference": ("plan", "#/$defs/difference"),
    "cluster": ("cluster", "#"),
}
SCHEMAS = {
    name: json.loads((files("schemas") / "documents" / f"{name}.schema.json").read_text(encoding="utf-8"))
    for name in ("plan", "cluster")
}


def find(schema: Any, reference: str) -> Any:  # noqa: ANN401 - a part of a JSON Schema
    for name in reference.removeprefix("#").strip("/").split("/"):
        schema = schema[name] if name else schema
    return schema


def list_unknown(text: str) -> list[str]:
    """Return what a policy asks for and no schema describes, and the values that it compares with in vain."""
    text = re.sub(r"#.*", "", text)
    unknown = []
    for root, path in re.findall(r"\b(\w+)((?:\.\w+)+)", re.sub(r'"[^"]*"|^import .*', "", text, flags=re.MULTILINE)):
        name, reference = ROOTS.get(root, ("plan", ""))
        at = find(SCHEMAS[name], reference) if reference else {}
        for member in path.split(".")[1:]:
            at = at.get("properties", {}).get(member)
            if at is None:
                unknown.append(f"{root}{path}")
                break
            at = find(SCHEMAS[name], at["$ref"]) if "$ref" in at else at
    return unknown


@pytest.mark.parametrize("policy", POLICIES, ids=lambda path: path.stem)
def test_a_policy_asks_for_what_a_plan_has(policy: Path) -> None:
    text = policy.read_text(encoding="utf-8")
    assert "input.resource_changes" in text
    assert list_unknown(text) == []


def test_what_a_plan_does_not_have_is_found() -> None:
    asked = "resource.impact.severty == 1\nresource.change.actions\ncluster.spec.master.replica > 1 # no.matter\nx.y"
    assert list_unknown(asked) == ["resource.impact.severty", "cluster.spec.master.replica", "x.y"]


def test_the_words_that_policies_compare_with_are_the_plans() -> None:
    defs = SCHEMAS["plan"]["$defs"]
    words = {
        *defs["impact"]["properties"]["severity"]["enum"],
        *defs["difference"]["properties"]["cause"]["enum"],
        *(verb for verbs in defs["change"]["properties"]["actions"]["enum"] for verb in verbs),
    }
    compared = [
        word
        for policy in POLICIES
        for line in policy.read_text(encoding="utf-8").splitlines()
        if not line.startswith("#") and "sprintf" not in line
        for word in re.findall(r'"([^"]*)"', line)
    ]
    assert {"delete", "data_loss", "drift", "create"} <= set(compared) <= words


def judge(bench: Bench, *options: str, may_go: str = "") -> dict[str, list[str]]:
    """Plan, and return what the policies say of the plan that is saved."""
    regopy = pytest.importorskip("regopy")
    bench.run("plan", "-out", "plan.json", *options)
    interpreter = regopy.Interpreter()
    for policy in POLICIES:
        text = policy.read_text(encoding="utf-8")
        interpreter.add_module(policy.name, text.replace("set()", f'{{"{may_go}"}}') if may_go else text)
    interpreter.set_input(json.loads((bench.path / "plan.json").read_text(encoding="utf-8")))
    said = {}
    for kind in ("deny", "warn"):
        answer = json.loads(str(interpreter.query(f"data.main.{kind}")))
        said[kind] = sorted(answer["expressions"][0])
    return said


@pytest.fixture
def applied(bench: Bench) -> Bench:
    bench.write(SAFE)
    assert bench.run("apply", "-auto-approve").code == 0
    return bench


def test_a_good_plan_passes(bench: Bench) -> None:
    bench.write(SAFE)
    assert judge(bench) == {"deny": [], "warn": []}


MASTERS = "cluster.web must say that it has three masters (spec.master.replicas)"


@pytest.mark.parametrize("master", [{}, {"master": {"replicas": 2, "instanceType": "t2.small"}}], ids=["none", "two"])
def test_three_masters_are_asked_for(bench: Bench, master: dict[str, Any]) -> None:
    bench.write({**CLUSTER, "spec": {**CLUSTER["spec"], **master}})
    assert judge(bench)["deny"] == [MASTERS]


def test_masters_that_are_known_only_after_apply_do_not_pass(bench: Bench) -> None:
    (bench.path / "web.cluster.json").unlink()
    spec = 'spec {\n    version = "2021.06"\n    master {\n      replicas = %s\n    }\n  }'
    first, second = spec % "3", spec % "length(cluster.first.metadata.uid)"
    text = f'cluster "first" {{\n  {first}\n}}\n\ncluster "web" {{\n  {second}\n}}\n'
    (bench.path / "main.hcl").write_text(text, encoding="utf-8")
    assert judge(bench)["deny"] == [MASTERS]


def test_a_delete_is_denied_unless_it_may_be(applied: Bench) -> None:
    (applied.path / "web.cluster.json").unlink()
    (applied.path / "main.hcl").write_text('variable "nothing" {\n  default = 1\n}\n', encoding="utf-8")
    assert judge(applied) == {"deny": ["cluster.web would be deleted with all of its data"], "warn": []}
    assert judge(applied, may_go="cluster.web") == {"deny": [], "warn": []}


def test_a_replacement_is_a_delete_too(applied: Bench) -> None:
    assert judge(applied, "-replace", "cluster.web")["deny"] == ["cluster.web would be deleted with all of its data"]


def test_what_may_lose_data_is_denied(applied: Bench) -> None:
    storage = {"deepStorage": {"path": "s3://bucket/elsewhere"}}
    applied.write({**SAFE, "spec": {**SAFE["spec"], **storage}})
    assert judge(applied)["deny"] == [
        "cluster.web may lose data. What is stored at the former path is not found at the new one."
    ]


def test_an_interruption_is_a_warning(bench: Bench) -> None:
    spec = {**SAFE["spec"], "master": {"replicas": 1, "instanceType": "t2.small"}}
    bench.write({**CLUSTER, "spec": spec})
    assert bench.run("apply", "-auto-approve").code == 0
    bench.write({**CLUSTER, "spec": {**spec, "version": "2021.09"}})
    assert judge(bench)["warn"] == [
        "cluster.web will be interrupted. For some minutes, as there are fewer than three masters."
    ]


def test_drift_is_a_warning(applied: Bench) -> None:
    patch = json.dumps({"spec": {"query": {"replicas": 7}}})
    assert applied.run("emulator", "patch", "account.json", "web", patch).code == 0
    assert judge(applied) == {
        "deny": [],
        "warn": ["cluster.web: somebody changed what this plan sets back (drift)"],
    }
