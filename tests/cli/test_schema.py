"""`planner schema`: what editors are told of our files, held to what planner itself takes."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from planner.config.expected import expect_root
from tests.cli.workbench import CLUSTER, Bench

ROOT = Path(__file__).resolve().parents[2]
HCL_JSON = sorted((ROOT / "examples").rglob("*.hcl.json"))
CLUSTERS = sorted((ROOT / "examples").rglob("*.cluster.json"))


def read(bench: Bench, *what: str) -> dict[str, Any]:
    ended = bench.run("schema", *what)
    assert ended.code == 0
    schema: dict[str, Any] = json.loads(ended.out)
    Draft202012Validator.check_schema(schema)
    return schema


def test_there_are_examples() -> None:
    assert HCL_JSON
    assert CLUSTERS


@pytest.mark.parametrize("path", HCL_JSON, ids=lambda path: path.name)
def test_our_own_configuration_fits(bench: Bench, path: Path) -> None:
    Draft202012Validator(read(bench)).validate(json.loads(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", CLUSTERS, ids=lambda path: path.name)
def test_our_own_clusters_fit(bench: Bench, path: Path) -> None:
    Draft202012Validator(read(bench, "cluster")).validate(json.loads(path.read_text(encoding="utf-8")))


def test_every_block_of_the_language_is_there(bench: Bench) -> None:
    root = expect_root(is_json=True)
    assert read(bench)["properties"].keys() == {"//", *(block.type for block in root.blocks)}


@pytest.mark.parametrize(
    "document",
    [
        {"variable": {"n": {"type": "number", "default": 3}}, "locals": {"a": [1, {"b": "${var.n}"}]}},
        {
            "cluster": {
                "web": {"for_each": "${var.all}", "metadata": {"name": "x-${each.key}"}, "spec": "${local.spec}"}
            }
        },
        {
            "cluster": {
                "web": [{"spec": {"version": "2021.06", "awsTags": {"a": "b"}, "query": {"replicas": "${var.n}"}}}]
            }
        },
        {"module": {"m": {"source": "./m", "anything": 1}}, "output": {"o": {"value": "${1}"}}},
        {"planner": {"guard": {"max_delete": 1}, "backend": {"local": {"path": "x"}}}, "//": "a comment"},
        {"import": [{"to": "cluster.a", "id": "1"}], "moved": {"from": "cluster.a", "to": "cluster.b"}},
    ],
)
def test_what_planner_takes_fits(bench: Bench, document: object) -> None:
    Draft202012Validator(read(bench)).validate(document)


@pytest.mark.parametrize(
    "document",
    [
        {"clutser": {}},
        {"cluster": {"web": {"spec": {}, "lifecycel": {}}}},
        {"cluster": {"web": {"spec": {"query": {"replicas": "many"}}}}},
        {"cluster": {"web": {"spec": {"desiredState": "ASLEEP"}}}},
        {"output": {"o": {}}},
        {"moved": {"from": "cluster.a"}},
        {"planner": {"guard": {"max_deletes": 1}}},
        [],
    ],
)
def test_what_is_wrong_is_marked(bench: Bench, document: object) -> None:
    assert not Draft202012Validator(read(bench)).is_valid(document)


def test_a_cluster_is_judged_without_expressions(bench: Bench) -> None:
    validator = Draft202012Validator(read(bench, "cluster"))
    validator.validate(CLUSTER)
    assert not validator.is_valid({**CLUSTER, "spec": {**CLUSTER["spec"], "query": {"replicas": "${var.n}"}}})
    assert not validator.is_valid({"metadata": {}, "spec": {}})


def test_plans_and_states_fit_theirs(bench: Bench) -> None:
    bench.run("plan", "-out", "plan.json")
    bench.run("apply", "-auto-approve")
    for what, name in (("plan", "plan.json"), ("state", "planner.state.json")):
        document = json.loads((bench.path / name).read_text(encoding="utf-8"))
        Draft202012Validator(read(bench, what)).validate(document)
