"""`*.cluster.json`: what a directory of bare Cluster objects asks for, and what is said of one that is wrong."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from planner.config.configuration import Configuration, VariableInputs
from planner.config.read import read_configuration
from planner.model.diagnostics import Severity
from planner.model.spans import find_position
from state.address import Address

CLUSTER = {"metadata": {"name": "web"}, "spec": {"version": "2021.06"}}


def read(directory: Path, **files: str | bytes) -> Configuration:
    """Write each `stem` as `stem.cluster.json` and read the directory."""
    for stem, content in files.items():
        (directory / f"{stem}.cluster.json").write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_configuration(str(directory), VariableInputs())


def list_problems(configuration: Configuration) -> list[str]:
    """Return each diagnostic as `file:line:column severity code`."""
    lines = []
    for diagnostic in configuration.diagnostics:
        place = ""
        if diagnostic.span is not None:
            position = find_position(configuration.sources.get(diagnostic.span.file, ""), diagnostic.span.start)
            place = f"{diagnostic.span.file}:{position.line}:{position.column}"
        lines.append(f"{place} {diagnostic.severity.value} {diagnostic.code}")
    return lines


def test_each_file_is_a_cluster_addressed_by_its_name(tmp_path: Path) -> None:
    configuration = read(
        tmp_path,
        b=json.dumps({**CLUSTER, "metadata": {"name": "The B"}}),
        a=json.dumps({**CLUSTER, "metadata": {"name": "The A"}}),
    )
    assert configuration.diagnostics == ()
    assert configuration.desired is not None
    assert [(str(one.address), one.name) for one in configuration.desired.clusters] == [
        ("cluster.a", "The A"),
        ("cluster.b", "The B"),
    ]
    assert configuration.desired.clusters[0].document == {"metadata": {"name": "The A"}, "spec": {"version": "2021.06"}}


def test_null_means_not_set(tmp_path: Path) -> None:
    document = {
        "metadata": {"name": "web", "uid": None},
        "spec": {"version": "2021.06", "awsTags": None, "query": {"replicas": None, "instanceType": "t2.small"}},
    }
    configuration = read(tmp_path, web=json.dumps(document))
    assert configuration.desired is not None
    assert configuration.desired.clusters[0].document["spec"] == {
        "version": "2021.06",
        "query": {"instanceType": "t2.small"},
    }


def test_what_the_api_answered_can_be_kept_as_a_file(tmp_path: Path) -> None:
    answer = {
        "metadata": {"name": "web", "uid": "6f9619ff-8b86-4011-b42d-00cf4fc964ff"},
        "spec": {"version": "2021.06"},
        "status": {"state": "RUNNING", "resourceVersion": 3},
    }
    configuration = read(tmp_path, web=json.dumps(answer, indent=2))
    assert list_problems(configuration) == [
        "web.cluster.json:4:5 warning read-only-field",
        "web.cluster.json:9:3 warning read-only-field",
    ]
    assert configuration.desired is not None
    assert configuration.desired.clusters[0].document == CLUSTER


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param("", "1:1 error invalid-json", id="empty"),
        pytest.param("[]", "1:1 error not-a-cluster", id="a list"),
        pytest.param('"x"', "1:1 error not-a-cluster", id="a string"),
        pytest.param('{\n  "metadata": {"name": "web"},\n}', "3:1 error invalid-json", id="a trailing comma"),
        pytest.param('{\n  "a": 1,\n  "b": 2\n', "1:1 error invalid-json", id="never closed"),
    ],
)
def test_broken_json_is_refused_where_it_breaks(tmp_path: Path, text: str, problem: str) -> None:
    assert list_problems(read(tmp_path, web=text)) == [f"web.cluster.json:{problem}"]


def test_file_name_that_is_no_identifier_is_refused_and_says_to_rename(tmp_path: Path) -> None:
    configuration = read(tmp_path, **{"my cluster": json.dumps(CLUSTER)})
    assert list_problems(configuration) == ["my cluster.cluster.json:1:1 error invalid-file-name"]
    assert "my-cluster.cluster.json" in configuration.diagnostics[0].detail


def test_two_clusters_with_one_name_are_refused_and_both_are_named(tmp_path: Path) -> None:
    text = '{\n  "metadata": {"name": "web"},\n  "spec": {"version": "2021.06"}\n}\n'
    configuration = read(tmp_path, a=text, b=text)
    assert list_problems(configuration) == ["b.cluster.json:2:24 error duplicate-cluster-name"]
    assert "a.cluster.json:2:24" in configuration.diagnostics[0].detail
    assert "cluster.a" in configuration.diagnostics[0].detail
    assert configuration.diagnostics[0].address == Address("b")
