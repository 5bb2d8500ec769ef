"""Secrets and ephemeral values in modules: they stay what they are on their way in and out, and nobody names them."""

from collections.abc import Callable

import pytest

from planner.config.configuration import Configuration

Read = Callable[..., Configuration]

CALL = 'module "m" {\n  source = "./m"\n  v = %s\n}\n'
CLUSTER = 'cluster "a" {\n  spec {\n    version = "2021.06"\n    %s\n  }\n}\n'


def list_summaries(configuration: Configuration) -> list[str]:
    return [diagnostic.summary for diagnostic in configuration.diagnostics]


SECRET = 'variable "secret" {\n  sensitive = true\n  default   = { hunter2 = "x" }\n}\n'


@pytest.mark.parametrize(
    "inner",
    [
        pytest.param('variable "v" {}\noutput "o" {\n  value = var.v\n}\n', id="as it came"),
        pytest.param('variable "v" {}\noutput "o" {\n  sensitive = true\n  value = "x"\n}\n', id="as its block says"),
        pytest.param(
            'variable "v" {\n  sensitive = true\n}\noutput "o" {\n  value = jsonencode(var.v)\n}\n', id="made of it"
        ),
    ],
)
def test_secret_stays_one_on_its_way_through_a_module(read: Read, inner: str) -> None:
    main = SECRET + CALL % "var.secret" + 'output "o" {\n  value = module.m.o\n}\n'
    configuration = read({"m/main.hcl": inner, "main.hcl": main})
    assert list_summaries(configuration) == ["Output refers to sensitive values"]
    shown = main.replace("value = module", "sensitive = true\n  value = module")
    shown += CLUSTER % "awsTags = { a = jsonencode(module.m.o) }"
    desired = read({"m/main.hcl": inner, "main.hcl": shown}).desired
    assert desired is not None
    assert desired.outputs[0].is_sensitive
    assert desired.clusters[0].sensitive == {("spec", "awsTags", 0, "value")}


@pytest.mark.parametrize("type_", ["map(number)", "number", "list(string)", "object({a = string})"])
def test_secret_that_does_not_fit_is_not_named(read: Read, type_: str) -> None:
    inner = f'variable "v" {{\n  type = {type_}\n}}\n'
    main = SECRET + CALL % "var.secret"
    configuration = read({"m/main.hcl": inner, "main.hcl": main})
    assert list_summaries(configuration) == ["Invalid value for input variable"]
    assert "hunter2" not in configuration.diagnostics[0].detail
    assert f"it must be of the type {type_}" in configuration.diagnostics[0].detail


@pytest.mark.parametrize(
    ("inner", "main", "summary"),
    [
        pytest.param('output "o" { value = var.v }', "", "Ephemeral value not allowed", id="not declared"),
        pytest.param('output "o" {\n  ephemeral = true\n  value = 1\n}', "", "Value not allowed in ephemeral output",
                     id="declared in vain"),
        pytest.param('output "o" {\n  ephemeral = true\n  value = var.v\n}', 'output "x" { value = module.m.o }',
                     "Ephemeral value not allowed", id="into the root's outputs"),
        pytest.param('output "o" {\n  ephemeral = true\n  value = var.v\n}',
                     'output "x" {\n  sensitive = true\n  value = module.m.o\n}',
                     "Ephemeral value not allowed", id="into the root's outputs, secret"),
        pytest.param("", 'output "x" {\n  ephemeral = true\n  value = 1\n}', "Ephemeral output not allowed",
                     id="in the root"),
        pytest.param('output "o" {\n  ephemeral = true\n  value = var.v\n}',
                     CLUSTER % "awsInstanceRole = module.m.o", "Invalid use of ephemeral value",
                     id="into a cluster"),
    ],
)  # fmt: skip
def test_ephemeral_value_goes_only_where_it_is_declared(read: Read, inner: str, main: str, summary: str) -> None:
    inner = f'variable "v" {{\n  ephemeral = true\n}}\n{inner}\n'
    configuration = read({"m/main.hcl": inner, "main.hcl": CALL % '"x"' + main + "\n"})
    assert list_summaries(configuration) == [summary]
