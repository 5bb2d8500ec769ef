"""Mistakes: a directory full of them is told all at once, each at its place; and no directory makes us raise.

`broken/` is read as it lies there; `broken/expected.txt` is what a person should be told about it.
"""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner import __version__
from planner.config.configuration import Assignment, Configuration, VariableInputs
from planner.config.read import read_configuration
from planner.model.diagnostics import Diagnostic, has_errors
from planner.model.spans import find_position

Read = Callable[..., Configuration]
ListProblems = Callable[[Configuration], list[str]]

BROKEN = Path(__file__).parent / "broken"


def describe(diagnostic: Diagnostic, configuration: Configuration) -> str:
    """Return a diagnostic as a person reads it: its place and summary, then the detail."""
    assert diagnostic.span is not None
    position = find_position(configuration.sources[diagnostic.span.file], diagnostic.span.start)
    place = f"{diagnostic.span.file}:{position.line}:{position.column}"
    head = f"{place} {diagnostic.severity.value} [{diagnostic.code}] {diagnostic.summary}"
    return f"{head}\n    {diagnostic.detail}\n".replace(f"version {__version__}", "version VERSION")


def test_all_mistakes_are_told_at_once() -> None:
    configuration = read_configuration(str(BROKEN), VariableInputs())
    told = "\n".join(describe(diagnostic, configuration) for diagnostic in configuration.diagnostics)
    assert told == (BROKEN / "expected.txt").read_text(encoding="utf-8")
    assert configuration.desired is None


def test_each_mistake_has_words_and_advice() -> None:
    configuration = read_configuration(str(BROKEN), VariableInputs())
    for diagnostic in configuration.diagnostics:
        assert not diagnostic.summary.endswith(".")
        assert diagnostic.detail.endswith((".", "?"))


def test_a_reference_that_leads_nowhere_is_told_of_once(read: Read, list_problems: ListProblems) -> None:
    configuration = read(
        {
            "main.hcl": """
cluster "web" {
  spec {
    version = "2021.06"
  }
}

cluster "many" {
  count = 1
  spec {
    version = "2021.06"
  }
}

module "inner" {
  source = "./inner"
}

locals {
  no_field    = cluster.web.spec.versio
  no_part     = cluster.web.spek.version
  no_output   = module.inner.size
  no_instance = cluster.many.spec.version
  others      = [cluster.web.spec.version.none]
}
""",
            "inner/main.hcl": "locals {}\n",
        }
    )
    assert list_problems(configuration) == [
        "main.hcl:20:17 error unsupported-attribute",
        "main.hcl:21:17 error unsupported-attribute",
        "main.hcl:22:17 error unsupported-attribute",
        "main.hcl:23:17 error missing-instance-key",
        "main.hcl:24:42 error unsupported-attribute",
    ]


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("main.hcl", 'terraform {}\nresource "a" "b" {}\n'),
        ("main.hcl.json", '{"terraform": {}, "resource": {"a": {"b": {}}}}'),
    ],
)
def test_who_comes_from_terraform_is_told_what_to_write(read: Read, file: str, text: str) -> None:
    told = [diagnostic.detail for diagnostic in read({file: text}).diagnostics]
    assert len(told) == 2
    assert "Write a planner block" in told[0]
    assert "Write a cluster block" in told[1]


def test_a_reference_with_braces_in_json_is_told_of_once(read: Read, list_problems: ListProblems) -> None:
    configuration = read(
        {"main.hcl.json": '{"cluster": {"a": {"spec": {"version": "2021.06"}, "depends_on": ["${b}"]}}}'}
    )
    assert list_problems(configuration) == ["main.hcl.json:1:67 error invalid-dependency"]
    (told,) = configuration.diagnostics
    assert '["cluster.a", "module.b"]' in told.detail


def test_consequences_of_a_lost_text_are_not_told(read: Read, list_problems: ListProblems) -> None:
    """What a torn file may declare is not called undeclared; what it surely does not declare still is."""
    configuration = read(
        {
            "main.hcl": 'cluster "web" {\n  spec {\n    version = var.release\n    awsInstanceRole = var.nowhere\n  }\n'
            "  depends_on = [cluster.a, cluster.b, cluster.c, cluster.d, cluster.e]\n}\n",
            "torn.hcl": 'variable "release" {\n  default = \'2021.06\'\n}\n\ncluster "a" {\n  spec {{\n}\n',
            "b.cluster.json": "{",
            "c.cluster.json": b"\xff",
            "torn.hcl.json": '{"cluster": {"e": {}, }',
        }
    )
    problems = list_problems(configuration)
    assert {line.partition(":")[0] for line in problems} == {
        "main.hcl", "torn.hcl", "b.cluster.json", "c.cluster.json", "torn.hcl.json",
    }  # fmt: skip
    assert [line for line in problems if line.startswith("main.hcl")] == [
        "main.hcl:4:23 error undeclared-variable",
        "main.hcl:6:50 error unknown-dependency",
    ]


def test_directory_without_configuration_is_refused(read: Read, list_problems: ListProblems) -> None:
    others = ("README.md", ".hidden.hcl", "main.hcl~", "values.vars.hcl", "a.json", "b.tf")
    configuration = read(dict.fromkeys(others, "{"))
    assert list_problems(configuration) == ["- error no-configuration"]
    assert "Rename" not in configuration.diagnostics[0].detail


def test_bare_cluster_under_another_name_is_seen(read: Read) -> None:
    files = {"account.json": '{"clusters": {}}', "b.json": '{\n  "metadata": {"name": "b"}\n}'}
    (diagnostic,) = read(files).diagnostics
    assert diagnostic.code == "no-configuration"
    assert "Rename b.json, which looks like a Cluster, to b.cluster.json." in diagnostic.detail


@pytest.mark.parametrize("name", ["nowhere", "main.hcl"])
def test_directory_that_is_none_is_refused(tmp_path: Path, list_problems: ListProblems, name: str) -> None:
    (tmp_path / "main.hcl").write_text("", encoding="utf-8")
    configuration = read_configuration(str(tmp_path / name), VariableInputs())
    assert list_problems(configuration) == ["- error unreadable-directory"]


def test_what_is_no_regular_file_is_refused_and_never_waited_for(
    read: Read, list_problems: ListProblems, tmp_path: Path
) -> None:
    (tmp_path / "a.hcl").mkdir()
    os.mkfifo(tmp_path / "b.cluster.json")
    (tmp_path / "c.hcl").symlink_to("/dev/zero")
    (tmp_path / "d.hcl.json").symlink_to(tmp_path / "nowhere")
    with (tmp_path / "e.hcl").open("wb") as huge:
        huge.truncate(11 * 1024 * 1024)
    configuration = read({"f.cluster.json": "{}"})
    assert [line for line in list_problems(configuration) if "unreadable-file" in line] == [
        "a.hcl:1:1 error unreadable-file",
        "b.cluster.json:1:1 error unreadable-file",
        "c.hcl:1:1 error unreadable-file",
        "d.hcl.json:1:1 error unreadable-file",
        "e.hcl:1:1 error unreadable-file",
    ]


def test_byte_order_mark_before_hcl_is_passed_over(read: Read) -> None:
    """As Terraform does."""
    configuration = read({"main.hcl": b'\xef\xbb\xbfcluster "web" {\n spec {\n version = "2021.06"\n }\n}\n'})
    assert configuration.diagnostics == ()


PIECES = (
    'cluster "web" {', "spec {", "spec = {", "}", "]", "[", 'version = "2021.06"', "awsTags = { a = 1 }", "query {",
    "replicas = var.x", "depends_on = [cluster.web]", "lifecycle {", 'variable "x" {', "default = 1", "type = number",
    "planner {", 'provider "imply" {', 'backend "local" {', 'path = "x"', '"${var.x}"', "metadata { name = 1 }", "null",
    "sensitive = true", "//", "/*", "<<EOT", "EOT", "dynamic", "1e999999999", "\\", '"', "{", ":", ",", "=",
    '"cluster":', "for_each = toset(var.x)", "count = 2", "each.key", "local.a", "locals {", 'module "m" {',
    'source = "./m"', 'output "o" {', "value = cluster.web.metadata.uid", "moved {", "from = cluster.a",
    "to = cluster.web", "removed {", "import {", "id = 1", 'check "c" {', "assert {", "condition = var.x",
    'error_message = "no"',
    'dynamic "query" {', "content {", "count = var.x", "for_each = {a = cluster.web}", "x = each.value", "iterator = x",
    "module.m", "module.m[0].o", "cluster.web[each.key].status", "path.module", "nullable = false", "ephemeral = true",
    "depends_on = [module.m]", "destroy = false", "ignore_changes = [spec.x]", "replace_triggered_by = [cluster.a]",
    '"dynamic":', '"module":', '"source": "./m"', '"content": {}', '"for_each": "${var.x}"',
    "precondition {", "postcondition {", "self.spec", "ignore_changes = all",
    "[for k, v in var.x : k]", "timestamp()", 'file("main.hcl")',
)  # fmt: skip


@given(
    texts=st.dictionaries(
        st.sampled_from(
            [
                "main.hcl",
                "more.hcl.json",
                "web.cluster.json",
                "planner.vars.hcl",
                "a.auto.vars.json",
                "m/main.hcl",
                "m/a.cluster.json",
            ]
        ),
        st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=15).map("\n".join),
        min_size=1,
    ),
    value=st.text(max_size=8),
)
@settings(max_examples=150)
def test_no_text_makes_reading_raise(
    tmp_path_factory: pytest.TempPathFactory, texts: dict[str, str], value: str
) -> None:
    """For any texts: there is either a Desired or an error, and each span lies within its file."""
    directory = tmp_path_factory.mktemp("any")
    (directory / "m").mkdir()
    for name, text in texts.items():
        (directory / name).write_bytes(text.encode(errors="surrogatepass"))
    configuration = read_configuration(str(directory), VariableInputs(command=(Assignment("x", value),)))
    assert (configuration.desired is None) == has_errors(configuration.diagnostics)
    for diagnostic in configuration.diagnostics:
        if diagnostic.span is not None:
            length = len(configuration.sources.get(diagnostic.span.file, ""))
            assert 0 <= diagnostic.span.start <= diagnostic.span.end <= max(length, 1)
