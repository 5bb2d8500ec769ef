"""`cluster` blocks: what each way of writing comes to, and where a path in the document leads back to."""

from collections.abc import Callable
from typing import Any

import pytest

from planner.config.configuration import Configuration
from planner.model.backend import BackendSettings
from planner.model.desired import Lifecycle, Settings
from planner.model.paths import Key
from planner.model.spans import find_position

Read = Callable[..., Configuration]
ListProblems = Callable[[Configuration], list[str]]


def read_spec(read: Read, spec: str) -> Any:  # noqa: ANN401 - any JSON
    """Return the spec that the lines of a `spec` block come to, its version left out."""
    configuration = read({"main.hcl": f'cluster "web" {{\n  spec {{\n    version = "2021.06"\n{spec}\n  }}\n}}\n'})
    assert configuration.desired is not None, configuration.diagnostics
    (cluster,) = configuration.desired.clusters
    assert isinstance(cluster.document["spec"], dict)
    return {name: value for name, value in cluster.document["spec"].items() if name != "version"}


@pytest.mark.parametrize(
    ("written", "spec"),
    [
        pytest.param("query {\n replicas = 2\n}", {"query": {"replicas": 2}}, id="block"),
        pytest.param("query = { replicas = 2 }", {"query": {"replicas": 2}}, id="object"),
        pytest.param('query = ({ "replicas" : 2 })', {"query": {"replicas": 2}}, id="object in parentheses"),
        pytest.param("data {\n tier1 = { replicas = 1 }\n}", {"data": {"tier1": {"replicas": 1}}}, id="mixed"),
        pytest.param("query {}", {"query": {}}, id="empty block"),
        pytest.param("query = null", {}, id="null"),
        pytest.param('query = { replicas = null, instanceType = "t2" }', {"query": {"instanceType": "t2"}},
                     id="null in an object"),
        pytest.param('awsTags = { team = "ads", cost = 5, on = true, rate = 0.50, off = null }',
                     {"awsTags": [{"name": "team", "value": "ads"}, {"name": "cost", "value": "5"},
                                  {"name": "on", "value": "true"}, {"name": "rate", "value": "0.5"}]},
                     id="map of pairs"),
        pytest.param('awsTags = [{ name = "team", value = "ads" }]', {"awsTags": [{"name": "team", "value": "ads"}]},
                     id="list of pairs"),
        pytest.param('awsTags {\n name = "a"\n value = "1"\n}\nawsTags {\n name = "b"\n value = "2"\n}',
                     {"awsTags": [{"name": "a", "value": "1"}, {"name": "b", "value": "2"}]}, id="blocks of pairs"),
        pytest.param("awsTags = {}", {"awsTags": []}, id="empty map of pairs"),
        pytest.param('query {\n brokerRuntimeProperties = { "druid.x" = 12345678901234567890 }\n}',
                     {"query": {"brokerRuntimeProperties": [{"name": "druid.x", "value": "12345678901234567890"}]}},
                     id="properties, exact"),
        pytest.param('customFiles {\n name = "a"\n}', {"customFiles": [{"name": "a"}]}, id="one block of a list"),
        pytest.param('customFiles {\n name = "a"\n}\ncustomFiles {\n name = "b"\n}',
                     {"customFiles": [{"name": "a"}, {"name": "b"}]}, id="two blocks of a list"),
        pytest.param('druidExtensions = ["a", { name = "b" }]', {"druidExtensions": ["a", {"name": "b"}]},
                     id="list of names"),
        pytest.param('pivot {\n accessMode = "PROXIED"\n}', {"pivot": {"accessMode": "PROXIED"}}, id="pivot"),
        pytest.param("loadBalancers = [{ weight = 0.1, least = 1e-200, most = 1e200 }]",
                     {"loadBalancers": [{"weight": 0.1, "least": 1e-200, "most": 10**200}]}, id="fractions"),
        pytest.param("awsInstanceRole = <<-EOT\n      role\n    EOT", {"awsInstanceRole": "role\n"}, id="heredoc"),
    ],
)  # fmt: skip
def test_writing_comes_to(read: Read, written: str, spec: dict[str, Any]) -> None:
    assert read_spec(read, written) == spec


@pytest.mark.parametrize(
    ("written", "spec"),
    [
        pytest.param('"query": [{"replicas": 2}]', {"query": {"replicas": 2}}, id="a block in an array"),
        pytest.param('"customFiles": {"name": "a"}', {"customFiles": [{"name": "a"}]}, id="one block of a list"),
        pytest.param('"customFiles": [{"name": "a"}, {"name": "b"}]', {"customFiles": [{"name": "a"}, {"name": "b"}]},
                     id="two blocks of a list"),
        pytest.param('"awsTags": {"a": 1, "//": "x"}',
                     {"awsTags": [{"name": "a", "value": "1"}, {"name": "//", "value": "x"}]}, id="no comment"),
        pytest.param('"query": {"//": "why", "replicas": "${2}"}', {"query": {"replicas": 2}}, id="a comment"),
    ],
)  # fmt: skip
def test_json_syntax_comes_to(read: Read, written: str, spec: dict[str, Any]) -> None:
    configuration = read(
        {"main.hcl.json": f'{{"cluster": {{"web": {{"spec": {{"version": "2021.06", {written}}}}}}}}}'}
    )
    assert configuration.desired is not None, configuration.diagnostics
    assert configuration.desired.clusters[0].document["spec"] == {"version": "2021.06", **spec}


def test_all_blocks_can_be_written_in_json_syntax(read: Read) -> None:
    configuration = read(
        {
            "main.hcl.json": """{
              "planner": {"required_version": ">= 0.1", "backend": {"local": {"path": "x.json"}}},
              "provider": {"imply": [{"endpoint": "https://${var.account}.implycloud.com"}]},
              "variable": {
                "account": {"type": "string", "default": "acme"},
                "secret": {"type": "map(string)", "default": {"a": "${literal}"}, "sensitive": true}
              },
              "cluster": [
                {"a": {
                  "spec": {"version": "2021.06", "awsTags": "${var.secret}"},
                  "lifecycle": {"prevent_destroy": true}
                }},
                {"b": {"spec": {"version": "2021.06"}, "depends_on": ["cluster.a"]}}
              ]
            }"""
        }
    )
    assert configuration.desired is not None, configuration.diagnostics
    assert configuration.settings == Settings(
        endpoint="https://acme.implycloud.com", backend=BackendSettings(arguments={"path": "x.json"})
    )
    a, b = configuration.desired.clusters
    assert a.document["spec"] == {"version": "2021.06", "awsTags": [{"name": "a", "value": "${literal}"}]}
    assert a.sensitive == {("spec", "awsTags")}
    assert a.lifecycle == Lifecycle(prevent_destroy=True)
    assert [str(address) for address in b.depends_on] == ["cluster.a"]


def test_name_is_the_label_unless_it_is_given(read: Read) -> None:
    configuration = read(
        {
            "main.hcl": 'cluster "a" {\n spec {\n version = "2021.06"\n }\n}\n'
            'cluster "b" {\n metadata {\n name = "The B"\n }\n spec {\n version = "2021.06"\n }\n}\n'
            'cluster "c" {\n metadata = { name = null }\n spec {\n version = "2021.06"\n }\n}\n',
            "more.hcl.json": '{"cluster": {"d": {"metadata": null, "spec": {"version": "2021.06"}}}}',
        }
    )
    assert configuration.desired is not None, configuration.diagnostics
    assert [cluster.name for cluster in configuration.desired.clusters] == ["a", "The B", "c", "d"]


def test_lifecycle_dependencies_and_settings_are_read(read: Read) -> None:
    configuration = read(
        {
            "main.hcl": (
                'planner {\n required_version = ">= 0.1, < 1"\n backend "local" {\n path = "x.json"\n }\n}\n'
                'provider "imply" {\n endpoint = "https://acme.implycloud.com"\n}\n'
                'cluster "a" {\n spec {\n version = "2021.06"\n }\n depends_on = [cluster.c, cluster.b]\n'
                ' lifecycle {\n prevent_destroy = true\n update = "overwrite"\n }\n}\n'
                'cluster "b" {\n spec {\n version = "2021.06"\n }\n}\n'
            ),
            "more.hcl.json": (
                '{"//": "a comment", "cluster": {"c": {"spec": {"version": "2021.06", "//": "here too"}, '
                '"depends_on": ["cluster.b"]}}}'
            ),
        }
    )
    assert configuration.desired is not None, configuration.diagnostics
    a, b, c = configuration.desired.clusters
    assert a.lifecycle == Lifecycle(prevent_destroy=True, update="overwrite")
    assert b.lifecycle == Lifecycle()
    assert [str(address) for address in a.depends_on] == ["cluster.b", "cluster.c"]
    assert [str(address) for address in c.depends_on] == ["cluster.b"]
    assert c.document == {"metadata": {"name": "c"}, "spec": {"version": "2021.06"}}
    assert configuration.settings == Settings(
        endpoint="https://acme.implycloud.com", backend=BackendSettings(arguments={"path": "x.json"})
    )
    assert configuration.desired.settings == configuration.settings


def test_unknown_field_is_let_through_with_a_warning_where_that_is_asked_for(
    read: Read, list_problems: ListProblems
) -> None:
    configuration = read(
        {
            "a.hcl": 'planner {\n  unknown_fields = "warn"\n}\n',
            "b.hcl": 'cluster "web" {\n  spec {\n    version = "2021.06"\n    turbo {\n      level = 3\n    }\n'
            "  }\n}\n",
            "c.cluster.json": '{"metadata": {"name": "c"}, "spec": {"version": "2021.06", "turbo": 1}}',
        }
    )
    assert list_problems(configuration) == [
        "b.hcl:4:5 warning unknown-field",
        "c.cluster.json:1:60 warning unknown-field",
    ]
    assert configuration.desired is not None
    c, web = configuration.desired.clusters
    assert web.document["spec"] == {"version": "2021.06", "turbo": {"level": 3}}
    assert c.document["spec"] == {"version": "2021.06", "turbo": 1}


TEXT = """\
variable "tags" {
  default = { team = "ads" }
}

cluster "web" {
  spec {
    version = "2021.06"
    awsTags = var.tags
    commonRuntimeProperties = {
      "druid.a" = null
      "druid.b" = 2
    }
    query = {
      replicas = 2
    }
    customFiles {
      name = "a"
    }
    customFiles {
      name = "b"
    }
    data {
      tier1 {
        replicas = 1
      }
    }
  }
}
"""


@pytest.mark.parametrize(
    ("path", "place", "shown"),
    [
        pytest.param((), "5:1", 'cluster "web"', id="the cluster"),
        pytest.param(("metadata", "name"), "5:9", '"web"', id="the label"),
        pytest.param(("spec", "version"), "7:15", '"2021.06"', id="an attribute"),
        pytest.param(("spec", "awsTags", 0, "value"), "8:15", "var.tags", id="within a variable"),
        pytest.param(("spec", "commonRuntimeProperties", 0, "value"), "11:19", "2", id="an entry of a map"),
        pytest.param(("spec", "commonRuntimeProperties", 0), "11:7", '"druid.b" = 2', id="a whole entry"),
        pytest.param(("spec", "commonRuntimeProperties", Key("druid.b"), "value"), "11:19", "2", id="by key"),
        pytest.param(("spec", "query", "replicas"), "14:18", "2", id="in an object"),
        pytest.param(("spec", "query", "instanceType"), "13:13", "{\n      replicas = 2\n    }", id="not there"),
        pytest.param(("spec", "customFiles", 1, "name"), "20:14", '"b"', id="in the second block"),
        pytest.param(("spec", "data", "tier1", "replicas"), "24:20", "1", id="in nested blocks"),
        pytest.param(("status", "state"), "5:1", 'cluster "web"', id="nowhere"),
    ],
)
def test_path_leads_back_to_the_text(read: Read, path: tuple[str | int | Key, ...], place: str, shown: str) -> None:
    configuration = read({"main.hcl": TEXT})
    assert configuration.desired is not None, configuration.diagnostics
    span = configuration.desired.clusters[0].find_span(path)
    assert span is not None
    position = find_position(TEXT, span.start)
    assert (f"{position.line}:{position.column}", TEXT[span.start : span.end]) == (place, shown)


def test_one_address_in_two_files_is_refused_and_both_are_named(read: Read, list_problems: ListProblems) -> None:
    configuration = read(
        {
            "a.cluster.json": '{"metadata": {"name": "x"}, "spec": {"version": "2021.06"}}',
            "b.hcl": '\ncluster "a" {\n spec {\n version = "2021.06"\n }\n}\n',
        }
    )
    assert list_problems(configuration) == ["b.hcl:2:1 error duplicate-address"]
    assert "a.cluster.json:1:1" in configuration.diagnostics[0].detail


@pytest.mark.parametrize(
    ("constraint", "code"),
    [
        pytest.param(">= 0.1", None, id="at least"),
        pytest.param("0.1.0", None, id="bare"),
        pytest.param("= 0.1", None, id="equal, zeros left out"),
        pytest.param("~> 0.1", None, id="pessimistic"),
        pytest.param(" > 0.0.9 , != 0.2 , < 1 ", None, id="several"),
        pytest.param("~> 0.0.1", "unsupported-version", id="pessimistic, too old"),
        pytest.param("!= 0.1.0", "unsupported-version", id="not this one"),
        pytest.param("<= 0.0.9", "unsupported-version", id="at most"),
        pytest.param("> 0.1.0", "unsupported-version", id="more than"),
        pytest.param(">= 0.1, > 1", "unsupported-version", id="one of two"),
        pytest.param("=> 0.1", "invalid-version-constraint", id="turned around"),
        pytest.param("", "invalid-version-constraint", id="empty"),
        pytest.param(">= 0.1,", "invalid-version-constraint", id="comma at the end"),
    ],
)
def test_required_version(read: Read, constraint: str, code: str | None) -> None:
    configuration = read({"main.hcl": f'planner {{\n  required_version = "{constraint}"\n}}\n'})
    assert [diagnostic.code for diagnostic in configuration.diagnostics] == ([code] if code else [])


def test_who_knows_a_field_that_the_schema_does_not_is_told_the_way(read: Read) -> None:
    text = 'cluster "web" {\n  spec {\n    version   = "2021.06"\n    newField1 = true\n  }\n}\n'
    (refused,) = read({"main.hcl": text}).diagnostics
    assert refused.detail.endswith('write unknown_fields = "warn" into the planner block.')
    (told,) = read({"main.hcl": text + 'planner {\n  unknown_fields = "warn"\n}\n'}).diagnostics
    assert told.detail == "`spec` has no field `newField1`."
