"""`planner console`: expressions from a pipe, and at a terminal."""

import pytest

from tests.cli.workbench import Bench

MAIN = """
variable "size" {
  type    = number
  default = 2
}

variable "password" {
  type      = string
  sensitive = true
  default   = "hunter2"
}

locals {
  names = [for index in range(var.size) : "n${index}"]
}

cluster "reports" {
  spec {
    version = "2021.06"
    awsTags = { team = "ads" }
  }
}
"""


@pytest.fixture
def console(bench: Bench) -> Bench:
    (bench.path / "main.hcl").write_text(MAIN, encoding="utf-8")
    return bench


def test_each_expression_of_a_pipe_is_answered(console: Bench) -> None:
    ended = console.run("console", piped='var.size + 1\n\n  local.names  \nupper("a")\n1 / 3 > 0.3 # a comment\n')
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == '3\n[\n  "n0",\n  "n1",\n]\n"A"\ntrue\n'


def test_values_from_the_command_line_count(console: Bench) -> None:
    assert console.run("console", "-var", "size=5", piped="var.size\n").out == "5\n"


def test_an_expression_goes_on_while_a_bracket_or_heredoc_is_open(console: Bench) -> None:
    ended = console.run("console", piped="[for n in local.names :\n  upper(n)\n]\n<<EOT\na ${1 + 1}\nb\nEOT\n")
    assert ended.out == '[\n  "N0",\n  "N1",\n]\n<<EOT\na 2\nb\n\nEOT\n'


def test_the_first_mistake_ends_a_pipe(console: Bench) -> None:
    ended = console.run("console", piped="1\nvar.siez\n2\n")
    assert (ended.code, ended.out) == (1, "1\n")
    assert 'Did you mean "size"?' in " ".join(ended.err.split())
    assert "<console-input>:1:1" in ended.err


@pytest.mark.parametrize("text", ["1 +", '"${', "foo", "each.key", "count.index", "self", "nosuch(1)", "[1][5]"])
def test_what_is_wrong_is_told_and_no_value(console: Bench, text: str) -> None:
    ended = console.run("console", piped=f"{text}\n")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith("Error: ")


def test_a_type_is_shown(console: Bench) -> None:
    assert console.run("console", piped="type(local.names)\n").out == "tuple([\n    string,\n    string,\n])\n"


def test_secrets_are_not_shown(console: Bench) -> None:
    ended = console.run("console", piped='var.password\n"x-${var.password}"\n{ a = var.password }\n')
    assert ended.out == '(sensitive value)\n(sensitive value)\n{\n  "a" = (sensitive value)\n}\n'


def test_clusters_are_as_the_state_last_saw_them(console: Bench) -> None:
    before = console.run("console", piped="cluster.reports.metadata.uid\ncluster.reports.spec.awsTags[0].value\n")
    assert before.out == '(known after apply)\n"ads"\n'
    assert console.run("apply", "-auto-approve").code == 0
    (console.path / "account.json").unlink()
    after = console.run("console", piped="cluster.reports.metadata.uid\ncluster.reports.spec.desiredState\n")
    assert after.code == 0
    identity, desired_state = after.out.splitlines()
    assert identity.strip('"') in console.run("state", "show", "cluster.reports").out
    assert desired_state == '"STARTED"'


def test_an_empty_directory_is_enough(bench: Bench) -> None:
    (bench.path / "web.cluster.json").unlink()
    assert bench.run("console", piped="max(1, 2)\n").out == "2\n"


def test_an_invalid_configuration_is_told(console: Bench) -> None:
    (console.path / "more.hcl").write_text("locals {\n  a = var.nowhere\n}\n", encoding="utf-8")
    ended = console.run("console", piped="1\n")
    assert (ended.code, ended.out) == (3, "")
    assert "Reference to undeclared input variable" in ended.err


def test_at_a_terminal_a_mistake_ends_nothing(console: Bench) -> None:
    ended = console.run("console", answer="help\n1 +\nvar.size\nexit\n3\n")
    assert ended.code == 0
    assert ended.out.count("> ") >= 4
    assert "Error: " in ended.err
    assert ended.out.endswith("> 2\n> ")


def test_the_end_of_input_ends_it(console: Bench) -> None:
    ended = console.run("console", answer="1\n")
    assert (ended.code, ended.out) == (0, "> 1\n> \n")


def test_what_a_terminal_would_obey_is_escaped(console: Bench) -> None:
    ended = console.run("console", piped='"\\u001b[2J\\u202e"\n')
    assert ended.code == 0
    assert "\x1b" not in ended.out
    assert "\u202e" not in ended.out
