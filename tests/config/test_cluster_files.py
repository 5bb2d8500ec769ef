"""`*.cluster.json`: what a directory of bare Cluster objects asks for, and what is said of one that is wrong."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from planner.config.configuration import Configuration
from planner.model.paths import Key
from state.address import Address

Read = Callable[..., Configuration]
ListProblems = Callable[[Configuration], list[str]]

CLUSTER: dict[str, Any] = {"metadata": {"name": "web"}, "spec": {"version": "2021.06"}}


def test_each_file_is_a_cluster_addressed_by_its_name(read: Read) -> None:
    configuration = read(
        {
            "b.cluster.json": json.dumps({**CLUSTER, "metadata": {"name": "The B"}}),
            "a-1.cluster.json": json.dumps({**CLUSTER, "metadata": {"name": "The A"}}),
        }
    )
    assert configuration.diagnostics == ()
    assert configuration.desired is not None
    assert [(str(one.address), one.name) for one in configuration.desired.clusters] == [
        ("cluster.a-1", "The A"),
        ("cluster.b", "The B"),
    ]
    assert configuration.desired.clusters[0].document == {"metadata": {"name": "The A"}, "spec": {"version": "2021.06"}}


def test_null_means_not_set(read: Read) -> None:
    document = {
        "metadata": {"name": "web", "uid": None},
        "spec": {"version": "2021.06", "awsTags": None, "query": {"replicas": None, "instanceType": "t2.small"}},
    }
    configuration = read({"web.cluster.json": json.dumps(document)})
    assert configuration.desired is not None
    assert configuration.desired.clusters[0].document == {
        "metadata": {"name": "web"},
        "spec": {"version": "2021.06", "query": {"instanceType": "t2.small"}},
    }


def test_what_the_api_answered_can_be_kept_as_a_file(read: Read, list_problems: ListProblems) -> None:
    answer = {
        "metadata": {"name": "web", "uid": "6f9619ff-8b86-4011-b42d-00cf4fc964ff"},
        "spec": {"version": "2021.06"},
        "status": {"state": "RUNNING", "resourceVersion": 3},
    }
    configuration = read({"web.cluster.json": json.dumps(answer, indent=2)})
    assert list_problems(configuration) == [
        "web.cluster.json:4:5 warning read-only-field",
        "web.cluster.json:9:3 warning read-only-field",
    ]
    assert configuration.desired is not None
    assert configuration.desired.clusters[0].document == CLUSTER


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        pytest.param("", ["1:1 error invalid-json"], id="empty"),
        pytest.param("[]", ["1:1 error not-a-cluster"], id="a list"),
        pytest.param('"x"', ["1:1 error not-a-cluster"], id="a string"),
        pytest.param('{\n  "metadata": {"name": "web"},\n}', ["2:30 error invalid-json"], id="a trailing comma"),
        pytest.param('{\n  "a": 1,\n  "b": 2\n', ["1:1 error invalid-json"], id="never closed"),
        pytest.param('{\n  "spec": NaN\n}', ["2:11 error invalid-json"], id="not a number"),
        pytest.param("[" * 100_000, ["1:102 error invalid-json"], id="nested without end"),
        pytest.param('{"spec": ' + "9" * 5000 + "}", ["1:10 error invalid-json"], id="a number of 5,000 digits"),
        pytest.param("\ufeff{}", ["1:1 error byte-order-mark"], id="a byte order mark"),
        pytest.param(b'{\n  "metadata": {"name": "\xe9"}\n}', ["2:25 error not-utf8"], id="Latin-1"),
        pytest.param('{\n  "metadata": {"name": "a"},\n  "spec": {"version": "2021.06", "version": "2021.07"},\n'
                     '  "metadata": {"name": "b"}\n}',
                     ["3:34 error duplicate-key", "4:3 error duplicate-key"], id="keys given twice"),
        pytest.param('{"metadata": {"name": "\\ud800"}, "spec": {"version": "2021.06"}}',
                     ["1:23 error malformed-value"], id="half a character"),
        pytest.param('{"metadata": {"name": "a"}, "spec": {"version": "2021.06", "loadBalancers": [{"a": 1e999}]}}',
                     ["1:84 error out-of-range"], id="a number beyond all floats"),
        pytest.param('{"spec": {"version": "2021.06"}}', ["1:1 error missing-field"], id="no metadata"),
        pytest.param('{"metadata": {"name": "a"},\n "spec": {}}', ["2:2 error missing-field"], id="no version"),
    ],
)  # fmt: skip
def test_mistake_is_told_where_it_is(
    read: Read, list_problems: ListProblems, text: str | bytes, problems: list[str]
) -> None:
    configuration = read({"web.cluster.json": text})
    assert list_problems(configuration) == [f"web.cluster.json:{problem}" for problem in problems]
    assert configuration.desired is None


def test_file_name_that_is_no_identifier_is_refused_and_says_to_rename(read: Read, list_problems: ListProblems) -> None:
    configuration = read({"my cluster.cluster.json": json.dumps(CLUSTER), "1st.cluster.json": json.dumps(CLUSTER)})
    assert list_problems(configuration) == [
        "1st.cluster.json:1:1 error invalid-file-name",
        "my cluster.cluster.json:1:1 error invalid-file-name",
    ]
    assert "cluster-1st.cluster.json" in configuration.diagnostics[0].detail
    assert "my-cluster.cluster.json" in configuration.diagnostics[1].detail


def test_two_clusters_with_one_name_are_refused_and_both_are_named(read: Read, list_problems: ListProblems) -> None:
    text = '{\n  "metadata": {"name": "web"},\n  "spec": {"version": "2021.06"}\n}\n'
    configuration = read({"a.cluster.json": text, "b.cluster.json": text})
    assert list_problems(configuration) == ["b.cluster.json:2:24 error duplicate-cluster-name"]
    assert "a.cluster.json:2:24" in configuration.diagnostics[0].detail
    assert "cluster.a" in configuration.diagnostics[0].detail
    assert configuration.diagnostics[0].address == Address("b")


def test_path_leads_back_to_the_text(read: Read) -> None:
    text = json.dumps(
        {
            "metadata": {"name": "web"},
            "spec": {
                "version": "2021.06",
                "awsTags": [{"name": "team", "value": "ads"}, {"name": "stage", "value": "live"}],
            },
        },
        indent=2,
    )
    configuration = read({"web.cluster.json": text})
    assert configuration.desired is not None
    (cluster,) = configuration.desired.clusters

    def shown(*path: str | int | Key) -> str:
        span = cluster.find_span(path)
        assert span is not None
        return text[span.start : span.end]

    assert shown("spec", "version") == '"2021.06"'
    assert shown("spec", "awsTags", 1, "value") == '"live"'
    assert shown("spec", "awsTags", Key("stage"), "value") == '"live"'
    assert shown("spec", "version", "deeper") == '"2021.06"'
    assert shown("spec", "awsTags", Key("nowhere")).startswith("[")
    assert shown("metadata", "labels") == '{\n    "name": "web"\n  }'
    assert shown() == "{"
