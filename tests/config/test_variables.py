"""Variables: which of several values wins, how a text is read, and that no secret is told."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from planner.config.configuration import Assignment, Configuration, MissingVariable, VariableFile

Read = Callable[..., Configuration]
ListProblems = Callable[[Configuration], list[str]]

CLUSTER = 'cluster "web" {\n  spec {\n    version = "2021.06"\n    awsInstanceRole = var.x\n  }\n}\n'


def get_role(configuration: Configuration) -> object:
    assert configuration.desired is not None, configuration.diagnostics
    spec = configuration.desired.clusters[0].document["spec"]
    assert isinstance(spec, dict)
    return spec.get("awsInstanceRole")


def test_later_sources_win_over_earlier_ones(read: Read, tmp_path: Path) -> None:
    """Default, TF_VAR_, PLANNER_VAR_, planner.vars.hcl, .json, *.auto.vars.* by name, then the command in its order."""
    (tmp_path / "given.vars.hcl").write_text('x = "given file"\n', encoding="utf-8")
    environment: dict[str, str] = {}
    command: list[Assignment | VariableFile] = []
    files = {"main.hcl": f'variable "x" {{\n  default = "default"\n}}\n{CLUSTER}'}
    seen = []

    def note() -> None:
        seen.append(get_role(read(files, *command, environment=environment)))

    note()
    environment["TF_VAR_x"] = "TF_VAR_"
    note()
    environment["PLANNER_VAR_x"] = "PLANNER_VAR_"
    note()
    files["planner.vars.hcl"] = 'x = "planner.vars.hcl"\n'
    note()
    files["planner.vars.json"] = '{"x": "planner.vars.json"}'
    note()
    files["b.auto.vars.json"] = '{"x": "b.auto.vars.json"}'
    note()
    files["a.auto.vars.hcl"] = 'x = "a.auto.vars.hcl"\n'
    note()
    files["c.auto.vars.hcl"] = 'x = "c.auto.vars.hcl"\n'
    note()
    command.append(Assignment("x", "first"))
    note()
    command.append(VariableFile(str(tmp_path / "given.vars.hcl")))
    note()
    command.append(Assignment("x", "last"))
    note()
    assert seen == [
        "default",
        "TF_VAR_",
        "PLANNER_VAR_",
        "planner.vars.hcl",
        "planner.vars.json",
        "b.auto.vars.json",
        "b.auto.vars.json",
        "c.auto.vars.hcl",
        "first",
        "given file",
        "last",
    ]


@pytest.mark.parametrize(
    ("declaration", "text", "role"),
    [
        pytest.param("", "5", "5", id="no type: a string"),
        pytest.param("type = string", "[1]", "[1]", id="a string is never read as anything else"),
        pytest.param("type = string\ndefault = 7", None, "7", id="the default is converted too"),
        pytest.param("default = null", None, None, id="null as a default"),
        pytest.param('type = string\nnullable = false\ndefault = "d"', None, "d", id="not nullable"),
    ],
)
def test_text_is_read_as_the_type_says(read: Read, declaration: str, text: str | None, role: object) -> None:
    command = [] if text is None else [Assignment("x", text)]
    assert get_role(read({"main.hcl": f'variable "x" {{\n{declaration}\n}}\n{CLUSTER}'}, *command)) == role


@pytest.mark.parametrize(
    ("type_", "text", "tags"),
    [
        pytest.param("map(string)", "{ a = 1, b = true }", {"a": "1", "b": "true"}, id="map"),
        pytest.param("any", '{ a = "x" }', {"a": "x"}, id="any"),
        pytest.param('object({ a = string, b = optional(string, "d") })', '{ a = "x", z = 1 }', {"a": "x", "b": "d"},
                     id="object"),
    ],
)  # fmt: skip
def test_text_of_a_collection_is_an_expression(read: Read, type_: str, text: str, tags: dict[str, str]) -> None:
    files = {
        "main.hcl": f'variable "tags" {{\n  type = {type_}\n}}\n'
        'cluster "web" {\n  spec {\n    version = "2021.06"\n    awsTags = var.tags\n  }\n}\n'
    }
    configuration = read(files, Assignment("tags", text))
    assert configuration.desired is not None, configuration.diagnostics
    spec: Any = configuration.desired.clusters[0].document["spec"]
    assert {tag["name"]: tag["value"] for tag in spec["awsTags"]} == tags


@pytest.mark.parametrize(
    ("declaration", "text"),
    [
        pytest.param("type = number", "three", id="not a number"),
        pytest.param("type = bool", "yes", id="not a bool"),
        pytest.param("type = list(string)", "a, b", id="not an expression"),
        pytest.param("type = list(string)", "[1", id="never closed"),
        pytest.param("type = list(string)", "{}", id="another kind"),
        pytest.param("type = list(string)", "[var.y]", id="a reference"),
        pytest.param("type = any\nnullable = false", "null", id="null"),
    ],
)
def test_unsuitable_text_is_refused(read: Read, declaration: str, text: str) -> None:
    configuration = read({"main.hcl": f'variable "x" {{\n{declaration}\n}}\n'}, Assignment("x", text))
    (diagnostic,) = configuration.diagnostics
    assert diagnostic.code == "invalid-variable-value"
    assert "-var x=…" in diagnostic.detail
    assert configuration.desired is None


def test_missing_values_are_told_all_at_once(read: Read, list_problems: ListProblems) -> None:
    configuration = read(
        {
            "main.hcl": 'variable "x" {\n  description = "The role"\n}\n'
            'variable "y" {\n  sensitive = true\n}\nvariable "z" {\n  default = 1\n}\n' + CLUSTER
        }
    )
    assert list_problems(configuration) == ["main.hcl:1:1 error missing-variable-value"]
    assert '"x" (The role), "y"' in configuration.diagnostics[0].detail
    assert configuration.missing_variables == (
        MissingVariable(name="x", description="The role"),
        MissingVariable(name="y", sensitive=True),
    )


def test_value_of_an_undeclared_variable(read: Read, list_problems: ListProblems, tmp_path: Path) -> None:
    (tmp_path / "given.vars.json").write_text('{"other": 1}', encoding="utf-8")
    given = str(tmp_path / "given.vars.json")
    configuration = read(
        {"main.hcl": 'variable "region" {\n  default = 1\n}\n', "planner.vars.hcl": "\nregoin = 5\n"},
        Assignment("regino", "x"),
        VariableFile(given),
        environment={"TF_VAR_nothing": "1", "PLANNER_VAR_nothing": "1"},
    )
    assert list_problems(configuration) == [
        "- error undeclared-variable-value",
        f"{given}:1:2 warning undeclared-variable-value",
        "planner.vars.hcl:2:1 warning undeclared-variable-value",
    ]
    assert 'Did you mean "region"?' in configuration.diagnostics[0].detail


def test_bare_clusters_take_no_values(read: Read, list_problems: ListProblems) -> None:
    cluster = '{"metadata": {"name": "a"}, "spec": {"version": "2021.06"}}'
    configuration = read({"a.cluster.json": cluster}, Assignment("x", "1"))
    assert list_problems(configuration) == ["- error undeclared-variable-value"]


def test_file_of_values_that_is_not_there_is_an_error(read: Read, list_problems: ListProblems) -> None:
    configuration = read({"main.hcl": 'variable "x" {}\n'}, VariableFile("nowhere.vars.hcl"))
    assert list_problems(configuration) == ["nowhere.vars.hcl:1:1 error unreadable-file"]
    (diagnostic,) = configuration.diagnostics
    assert diagnostic.detail == (
        "nowhere.vars.hcl, the file given by -var-file, cannot be read: nothing is there, or just a link to nothing. "
        "Name a file that can be read."
    )


def test_json_values_are_literal(read: Read) -> None:
    files = {"main.hcl": f'variable "x" {{}}\n{CLUSTER}', "planner.vars.json": '{"x": "${not.evaluated}"}'}
    assert get_role(read(files)) == "${not.evaluated}"


SECRET = "hunter2hunter2"


@pytest.mark.parametrize(
    ("declaration", "where", "path"),
    [
        pytest.param("", "awsInstanceRole = var.x", ("spec", "awsInstanceRole"), id="alone"),
        pytest.param("", 'awsInstanceRole = "a-${var.x}"', ("spec", "awsInstanceRole"), id="within a text"),
        pytest.param("", "awsTags = { a = 1, b = var.x }", ("spec", "awsTags", 1, "value"), id="in a map"),
        pytest.param("", 'awsTags = [{ name = "b", value = var.x }]', ("spec", "awsTags", 0, "value"), id="in a list"),
    ],
)
def test_path_of_a_sensitive_value_is_known(
    read: Read, declaration: str, where: str, path: tuple[str | int, ...]
) -> None:
    configuration = read(
        {
            "main.hcl": f'variable "x" {{\n  sensitive = true\n{declaration}\n}}\n'
            f'cluster "web" {{\n  spec {{\n    version = "2021.06"\n    {where}\n  }}\n}}\n'
        },
        Assignment("x", SECRET),
    )
    assert configuration.desired is not None, configuration.diagnostics
    assert configuration.desired.clusters[0].sensitive == {path}


@pytest.mark.parametrize(
    ("type_", "text", "where"),
    [
        pytest.param("string", SECRET, "version = var.x", id="malformed"),
        pytest.param("string", SECRET, "desiredState = var.x", id="not allowed"),
        pytest.param("string", SECRET, "encryptVolumes = var.x", id="wrong type"),
        pytest.param("string", SECRET, "query = { replicas = var.x }", id="nested"),
        pytest.param("string", SECRET, "metadata_name = var.x", id="unknown field"),
        pytest.param("string", SECRET, "awsTags = { (var.x) = 1 }", id="as a key"),
        pytest.param("string", SECRET, 'druidExtensions = ["a", var.x, var.x]', id="repeated"),
        pytest.param("any", f'{{ "{SECRET}" = "{SECRET}" }}', "query = var.x", id="an object"),
        pytest.param("map(number)", f'{{ "{SECRET}" = "{SECRET}" }}', "awsTags = var.x", id="not converted"),
        pytest.param("number", SECRET, "awsInstanceRole = var.x", id="not a number"),
        pytest.param("list(string)", f"[{SECRET}", "druidExtensions = var.x", id="not an expression"),
    ],
)
def test_sensitive_value_is_in_no_message(read: Read, type_: str, text: str, where: str) -> None:
    configuration = read(
        {
            "main.hcl": f'variable "x" {{\n  sensitive = true\n  type = {type_}\n}}\n'
            f'cluster "web" {{\n  spec {{\n    {where}\n  }}\n}}\n'
        },
        Assignment("x", text),
    )
    assert configuration.desired is None
    assert SECRET not in repr(configuration.diagnostics)


@pytest.mark.parametrize(
    ("block", "code"),
    [
        pytest.param('provider "imply" {\n  endpoint = var.x\n}\n', "sensitive-endpoint", id="endpoint"),
        pytest.param('cluster "a" {\n  metadata {\n    name = var.x\n  }\n  spec {\n    version = "2021.06"\n  }\n}\n',
                     "sensitive-name", id="name of a cluster"),
    ],
)  # fmt: skip
def test_what_is_always_shown_must_not_be_sensitive(read: Read, block: str, code: str) -> None:
    configuration = read({"main.hcl": f'variable "x" {{\n  sensitive = true\n}}\n{block}'}, Assignment("x", SECRET))
    assert [diagnostic.code for diagnostic in configuration.diagnostics] == [code]


def test_a_string_that_is_a_bool_is_one_in_the_arguments_of_a_block(read: Read) -> None:
    configuration = read(
        {"main.hcl": 'variable "a" {\n  default     = "x"\n  sensitive   = "true"\n  description = 5\n}\n'
                     'output "a" {\n  value = var.a\n}\n'}
    )  # fmt: skip
    assert [one.summary for one in configuration.diagnostics] == ["Output refers to sensitive values"]


_NO_BOOL = """
variable "a" {
  default = "x"
  validation {
    condition     = var.a
    error_message = "No."
  }
}
"""

_BROKEN_CHECK = """
locals {
  sizes = [1]
}
check "size" {
  assert {
    condition     = local.sizes[1] == 1
    error_message = "No."
  }
}
"""


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        ("locals {\n  a = local.a\n}\n", "Self-referencing local value"),
        (_NO_BOOL, "Invalid variable validation result"),
        (_BROKEN_CHECK, "Invalid index"),
        ('removed {\n  from = module.a["x"]\n}\n', "Module instance keys not allowed"),
        ('removed {\n  from = cluster.a["x"]\n}\n', "Resource instance keys not allowed"),
    ],
)
def test_a_mistake_is_an_error_and_is_called_as_terraform_calls_it(read: Read, text: str, summary: str) -> None:
    configuration = read({"main.hcl": text})
    assert [one.summary for one in configuration.diagnostics] == [summary]
    assert configuration.desired is None
