"""`dynamic` in JSON syntax: what it makes is what the same blocks make in HCL."""

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import pytest

from planner.config.configuration import Configuration

Read: TypeAlias = Callable[..., Configuration]
ListProblems: TypeAlias = Callable[[Configuration], list[str]]


def write(spec: object, **cluster: object) -> dict[str, str]:
    """Return a file with the cluster "a" that has this spec beside its version, and a cluster "z"."""
    z = {"spec": {"version": "2021.06"}}
    return {"main.hcl.json": json.dumps({"cluster": {"a": {"spec": spec, **cluster}, "z": z}}, indent=1)}


def read_spec(configuration: Configuration) -> Mapping[str, Any]:
    assert configuration.desired is not None, configuration.diagnostics
    spec = configuration.desired.clusters[0].document["spec"]
    assert isinstance(spec, dict)
    return {key: value for key, value in spec.items() if key != "version"}


FILES = {"for_each": ["a", "b"], "content": {"name": "${customFiles.key}${customFiles.value}"}}
QUERY = {"for_each": [2], "content": {"replicas": "${query.value}"}}
MADE = [{"name": "0a"}, {"name": "1b"}]


@pytest.mark.parametrize(
    ("spec", "made"),
    [
        pytest.param({"dynamic": {"customFiles": FILES}}, {"customFiles": MADE}, id="one"),
        pytest.param({"dynamic": [{"customFiles": FILES}, {"query": QUERY}]},
                     {"customFiles": MADE, "query": {"replicas": 2}}, id="an array of types"),
        pytest.param({"dynamic": {"customFiles": FILES, "query": QUERY}},
                     {"customFiles": MADE, "query": {"replicas": 2}}, id="several types"),
        pytest.param({"dynamic": {"customFiles": [FILES, {"for_each": {"x": 1}, "iterator": "it",
                                                          "content": [{"name": "${it.key}"}]}]}},
                     {"customFiles": [*MADE, {"name": "x"}]}, id="several of a type"),
        pytest.param([{"dynamic": {"customFiles": FILES}}], {"customFiles": MADE}, id="spec in an array"),
        pytest.param({"customFiles": {"name": "first"}, "dynamic": {"customFiles": FILES}},
                     {"customFiles": [{"name": "first"}, *MADE]}, id="beside blocks that are written out"),
        pytest.param({"dynamic": {"customFiles": FILES}, "customFiles": [{"name": "c"}, {"name": "d"}]},
                     {"customFiles": [*MADE, {"name": "c"}, {"name": "d"}]}, id="before several"),
        pytest.param({"//": "why", "dynamic": {"//": "here", "query": {"//": "too", **QUERY}}},
                     {"query": {"replicas": 2}}, id="comments"),
        pytest.param({"data": {"dynamic": {"tier1": {"for_each": [1], "content": {"replicas": "${tier1.value}"}}}}},
                     {"data": {"tier1": {"replicas": 1}}}, id="further in"),
        pytest.param({"dynamic": {"data": {"for_each": [4], "content": {"dynamic": {"tier1": {
                         "for_each": [1], "content": {"replicas": "${tier1.value + data.value}"}}}}}}},
                     {"data": {"tier1": {"replicas": 5}}}, id="in each other"),
        pytest.param({"dynamic": {"awsTags": {"for_each": {"a": "1"},
                                              "content": {"name": "${awsTags.key}", "value": "${awsTags.value}"}}}},
                     {"awsTags": [{"name": "a", "value": "1"}]}, id="pairs"),
        pytest.param({"dynamic": {"query": {"for_each": [], "content": {"replicas": 1}}}}, {}, id="no element"),
        pytest.param({"dynamic": None}, {}, id="null"),
        pytest.param({"awsTags": {"dynamic": "x"}}, {"awsTags": [{"name": "dynamic", "value": "x"}]},
                     id="the key of a map"),
        pytest.param({"customFiles": {"name": "a", "content": {"dynamic": {"x": 1}}}},
                     {"customFiles": [{"name": "a", "content": {"dynamic": {"x": 1}}}]}, id="a key of what is free"),
    ],
)  # fmt: skip
def test_dynamic_makes_blocks(read: Read, spec: object, made: Mapping[str, object]) -> None:
    body = spec[0] if isinstance(spec, list) else spec
    assert isinstance(body, dict)
    body["version"] = "2021.06"
    assert read_spec(read(write(spec))) == made


def test_instances_and_references_are_those_of_blocks(read: Read) -> None:
    content = {"name": "${each.key}-${customFiles.value}-${cluster.z.metadata.name}"}
    spec = {"version": "2021.06", "dynamic": {"customFiles": {"for_each": "${each.value}", "content": content}}}
    each = {"x": ["1"], "y": ["2", "3"]}
    desired = read(write(spec, for_each=each, metadata={"name": "a-${each.key}"})).desired
    assert desired is not None
    assert [one.document["spec"] for one in desired.clusters[:2]] == [
        {"version": "2021.06", "customFiles": [{"name": "x-1-z"}]},
        {"version": "2021.06", "customFiles": [{"name": "y-2-z"}, {"name": "y-3-z"}]},
    ]
    assert [[*map(str, one.depends_on)] for one in desired.clusters] == [["cluster.z"], ["cluster.z"], []]


@pytest.mark.parametrize(
    ("dynamic", "problem"),
    [
        pytest.param({"customFiles": {"content": {"name": "a"}}}, "6:6 error missing-argument", id="no for_each"),
        pytest.param({"customFiles": {"for_each": [1]}}, "6:6 error dynamic-content", id="no content"),
        pytest.param({"customFiles": "x"}, "6:21 error incorrect-json-type", id="no object"),
        pytest.param("${x}", "5:17 error incorrect-json-type", id="a template"),
        pytest.param({"customFiles": {"for_each": 1, "content": {"name": "a"}}}, "7:19 error invalid-for-each",
                     id="no collection"),
        pytest.param({"customFiles": {"for_each": [1], "content": {"name": "${nope.value}"}}},
                     "11:19 error unknown-root", id="another iterator"),
        pytest.param({"customFiles": {"for_each": [1], "iterator": "${x}", "content": {"name": "a"}}},
                     "10:20 error dynamic-iterator", id="a template for the iterator"),
        pytest.param({"nope": {"for_each": [1], "content": {"name": "a"}}}, "6:6 error unknown-field", id="no field"),
        pytest.param({"query": {"for_each": [1], "content": {"nope": "a"}}}, "11:8 error unknown-field",
                     id="no field in it"),
    ],
)  # fmt: skip
def test_wrong_dynamic_is_told_where_it_stands(
    read: Read, list_problems: ListProblems, dynamic: object, problem: str
) -> None:
    spec = {"dynamic": dynamic, "version": "2021.06"}
    configuration = read(write(spec))
    assert [line.removeprefix("main.hcl.json:") for line in list_problems(configuration)][-1:] == [problem]


def test_field_that_is_given_twice_is_refused(read: Read, list_problems: ListProblems) -> None:
    text = '{"cluster": {"a": {"spec": {"version": "2021.06", "version": "2021.07", "dynamic": {"query": {\n'
    text += '"for_each": [1], "for_each": [2], "content": {"replicas": 1}}}}}}}'
    assert list_problems(read({"main.hcl.json": text})) == [
        "main.hcl.json:1:51 error duplicate-attribute",
        "main.hcl.json:2:18 error duplicate-attribute",
    ]
