"""Conditions of variables, outputs, clusters and checks: when they hold, what they say, and when they are mistakes."""

from collections.abc import Callable

import pytest

from planner.config.configuration import Configuration

Read = Callable[..., Configuration]
ListProblems = Callable[[Configuration], list[str]]

VALUES = """\
variable "secret" {
  sensitive = true
  default   = "hunter2"
}
variable "one" {
  default = 1
}
cluster "z" {
  spec = { version = "2021.06" }
}
"""


def write(kind: str, condition: str, message: str = '"m"') -> str:
    return f"{kind} {{\n  condition     = {condition}\n  error_message = {message}\n}}\n"


def put(kind: str, condition: str, message: str = '"m"') -> dict[str, str]:
    """Return a file in which the one condition is where a condition of its kind may be."""
    block = write(kind, condition, message)
    around = {
        "validation": f'variable "x" {{\n  default = 1\n{block}}}\n',
        "assert": f'check "c" {{\n{block}}}\n',
        "output": f'output "o" {{\n  value = 1\n{write("precondition", condition, message)}}}\n',
    }
    cluster = f'cluster "a" {{\n  spec = {{ version = "2021.06" }}\n  lifecycle {{\n{block}}}\n}}\n'
    return {"main.hcl": VALUES + around.get(kind, cluster)}


def list_told(configuration: Configuration) -> list[tuple[str, str]]:
    return [(one.summary, one.detail.partition("\n")[0]) for one in configuration.diagnostics]


def list_results(configuration: Configuration) -> list[tuple[str, bool | None, str]]:
    assert configuration.desired is not None, configuration.diagnostics
    checks = configuration.desired.checks
    return [(one.label, one.passed, one.problem.detail if one.problem else "") for one in checks]


SECRET = "The message would show a sensitive value, so it is left out. Write one without it, or use nonsensitive()."
HIDDEN = "The condition does not hold, and its error message cannot be shown."


@pytest.mark.parametrize(
    ("message", "told"),
    [
        pytest.param('"One is ${var.one}."', [("Resource precondition failed", "One is 1.")], id="text"),
        pytest.param('"  a\\n b "', [("Resource precondition failed", "a")], id="text of two lines"),
        pytest.param("var.one", [("Resource precondition failed", "1")], id="number"),
        pytest.param('""', [("Resource precondition failed", HIDDEN)], id="empty"),
        pytest.param("var.secret", [("Resource precondition failed", HIDDEN),
                     ("Error message refers to sensitive values", SECRET)], id="secret"),
        pytest.param("cluster.z.metadata.uid", [("Resource precondition failed", HIDDEN)], id="late"),
        pytest.param("null", [("Resource precondition failed", HIDDEN), ("Invalid error message",
                     "The error message must be a string, and this is none. Write a sentence in quotes.")], id="null"),
        pytest.param("[]", [("Resource precondition failed", HIDDEN), ("Invalid error message",
                     "The error message must be a string, and this is none. Write a sentence in quotes.")], id="tuple"),
    ],
)  # fmt: skip
def test_condition_that_does_not_hold_is_told_in_its_own_words(
    read: Read, message: str, told: list[tuple[str, str]]
) -> None:
    assert list_told(read(put("precondition", "var.one == 2", message))) == told


@pytest.mark.parametrize(
    ("kind", "summary"),
    [
        pytest.param("validation", "Invalid value for variable", id="validation"),
        pytest.param("precondition", "Resource precondition failed", id="precondition"),
        pytest.param("output", "Module output value precondition failed", id="precondition of an output"),
    ],
)
def test_condition_that_does_not_hold_makes_the_configuration_invalid(read: Read, kind: str, summary: str) -> None:
    own = "var.x != var.one" if kind == "validation" else "var.one == 2"
    configuration = read(put(kind, own))
    assert [one.summary for one in configuration.diagnostics] == [summary]
    assert configuration.desired is None


@pytest.mark.parametrize("kind", ["assert", "postcondition"])
def test_condition_of_what_is_live_is_a_result(read: Read, kind: str) -> None:
    label = "check.c" if kind == "assert" else "cluster.a"
    assert list_results(read(put(kind, "var.one == 2", '"One is ${var.one}."'))) == [(label, False, "One is 1.")]
    assert list_results(read(put(kind, "var.one == 1"))) == [(label, True, "")]
    assert list_results(read(put(kind, "cluster.z.status.state == var.secret"))) == [(label, None, "")]


def test_precondition_that_is_late_is_open(read: Read) -> None:
    assert list_results(read(put("precondition", 'cluster.z.metadata.uid == "x"'))) == [("cluster.a", None, "")]


def test_postcondition_speaks_of_each_instance_itself(read: Read) -> None:
    text = (
        'cluster "a" {\n  for_each = { x = 1, y = 2 }\n  metadata { name = "a-${each.key}" }\n  spec {\n'
        '    version = "2021.06"\n    query { replicas = each.value }\n  }\n  lifecycle {\n'
        + write("postcondition", "self.spec.query.replicas < 2", '"${self.metadata.name} has ${each.value}."')
        + "  }\n}\n"
    )
    assert list_results(read({"main.hcl": text})) == [
        ('cluster.a["x"]', True, ""),
        ('cluster.a["y"]', False, "a-y has 2."),
    ]


KINDS = ["validation", "precondition", "postcondition", "assert", "output"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("condition", "detail"),
    [
        pytest.param("[var.x]", "Invalid condition result value: bool required.", id="tuple"),
        pytest.param('"x${var.x}"', "Invalid condition result value: a bool is required.", id="text"),
        pytest.param("var.x == 1 ? null : true", "Condition expression must return either true or false, not null.",
                     id="null"),
    ],
)  # fmt: skip
def test_condition_that_is_no_bool_is_a_mistake(read: Read, kind: str, condition: str, detail: str) -> None:
    files = put(kind, condition if kind == "validation" else condition.replace("var.x", "var.one"))
    configuration = read(files)
    what = "variable validation" if kind == "validation" else "condition"
    assert list_told(configuration) == [
        (f"Invalid {what} result", f"{detail} Write a condition such as var.replicas > 0.")
    ]
    assert configuration.desired is None


@pytest.mark.parametrize("kind", KINDS)
def test_condition_that_looks_at_nothing_is_a_mistake(read: Read, kind: str) -> None:
    what = "precondition" if kind == "output" else kind
    assert f"Invalid {what} expression" in [one.summary for one in read(put(kind, "1 == 1")).diagnostics]


@pytest.mark.parametrize("kind", ["precondition", "postcondition", "assert", "output"])
@pytest.mark.parametrize(
    ("condition", "summary"),
    [
        pytest.param("var.one.x == 1", "Unsupported attribute", id="attribute"),
        pytest.param("tonumber(var.secret) == 1", "Invalid function argument", id="function"),
        pytest.param("var.none == 1", "Reference to undeclared input variable", id="undeclared"),
        pytest.param("var.one == 1 || local.none", "Reference to undeclared local value", id="never evaluated"),
        pytest.param("each.key == var.one", 'Reference to "each" in context without for_each', id="each"),
    ],
)
def test_condition_that_cannot_be_evaluated_is_a_mistake(read: Read, kind: str, condition: str, summary: str) -> None:
    configuration = read(put(kind, condition))
    assert [one.summary for one in configuration.diagnostics] == [summary]
    assert configuration.desired is None
    assert not any("hunter2" in one.detail for one in configuration.diagnostics)


@pytest.mark.parametrize("kind", ["validation", "precondition", "assert", "output"])
def test_self_is_for_postconditions_alone(read: Read, kind: str) -> None:
    summaries = [one.summary for one in read(put(kind, "self.metadata.uid == var.x")).diagnostics]
    assert 'Invalid "self" reference' in summaries


def test_validation_looks_at_its_own_variable(read: Read, list_problems: ListProblems) -> None:
    configuration = read(put("validation", "var.one == 1"))
    assert list_problems(configuration) == ["main.hcl:14:19 error invalid-condition"]
    assert configuration.diagnostics[0].summary == "Invalid variable validation condition"


@pytest.mark.parametrize(
    "condition",
    [
        "var.x == var.one + 1",
        "var.x == local.three",
        "var.x == length(cluster.z.spec.version)",
        "var.x == module.m.two",
    ],
)
def test_validation_may_look_at_other_things_too(read: Read, condition: str) -> None:
    files = put("validation", condition)
    files["m/main.hcl"] = 'output "two" {\n  value = 2\n}\n'
    files["more.hcl"] = 'locals {\n  three = var.one + 2\n}\nmodule "m" {\n  source = "./m"\n}\n'
    assert [one.summary for one in read(files).diagnostics] == ["Invalid value for variable"]


def test_checks_of_modules_are_judged_in_each_instance(read: Read) -> None:
    inner = 'variable "n" {}\ncheck "small" {\n' + write("assert", "var.n < 1", '"It is ${var.n}."') + "}\n"
    main = 'module "m" {\n  source = "./m"\n  count = 2\n  n = count.index\n}\n'
    assert list_results(read({"m/main.hcl": inner, "main.hcl": main})) == [
        ("module.m[0].check.small", True, ""),
        ("module.m[1].check.small", False, "It is 1."),
    ]


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        pytest.param('check "c" {\n}\n', "Zero assert blocks", id="empty"),
        pytest.param('check "1c" {\n' + write("assert", "var.one == 1") + "}\n", "Invalid check block name", id="name"),
        pytest.param(2 * ('check "c" {\n' + write("assert", "var.one == 1") + "}\n"),
                     'Duplicate check "c" configuration', id="twice"),
        pytest.param('check "c" {\n  assert {\n    condition = var.one == 1\n  }\n}\n', "Missing required argument",
                     id="no message"),
    ],
)  # fmt: skip
def test_wrong_check_is_refused(read: Read, text: str, summary: str) -> None:
    assert summary in [one.summary for one in read({"main.hcl": VALUES + text}).diagnostics]
