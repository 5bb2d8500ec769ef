"""Paths in `ignore_changes` that lead nowhere are mistakes and have no silent effect."""

from collections.abc import Callable

import pytest

from planner.config.configuration import Configuration
from planner.model.diagnostics import Severity

Read = Callable[..., Configuration]

CLUSTERS = """\
cluster "a" {
  spec { version = "2021.06" }
}
cluster "k" {
  for_each = { x = "1" }
  metadata { name = "k-${each.key}" }
  spec { version = "2021.06" }
  lifecycle {
    %s
  }
}
"""


def write(entry: str, more: str = "") -> dict[str, str]:
    return {"main.hcl": CLUSTERS % f"ignore_changes = [{entry}]" + more}


@pytest.mark.parametrize(
    ("entry", "where", "hint"),
    [
        ("spec.nope", "`spec` has no field nope", ""),
        ("spec.querry.replicas", "`spec` has no field querry", 'Did you mean "query"?'),
        ("spec.query.replica", "`spec.query` has no field replica", 'Did you mean "replicas"?'),
        ("spec.query.replicas.x", "`spec.query.replicas` has no field x", ""),
        ("spec.query[0]", "`spec.query` has no field 0", ""),
        ('spec.awsTags["team"].val', '`spec.awsTags["team"]` has no field val', 'Did you mean "value"?'),
        ("metadata.nam", "`metadata` has no field nam", 'Did you mean "name"?'),
    ],
)
def test_a_path_that_leads_nowhere_is_a_mistake(read: Read, entry: str, where: str, hint: str) -> None:
    configuration = read(write(entry))
    (found,) = configuration.diagnostics
    assert (found.severity, found.code, found.summary) == (Severity.ERROR, "unknown-field", "Unsupported field")
    assert found.detail.startswith(f"{where}, so this entry of ignore_changes would have no effect.")
    assert hint in found.detail
    assert configuration.desired is None


def test_unknown_fields_may_be_only_warned_of(read: Read) -> None:
    configuration = read(write("spec.nope", more='planner {\n  unknown_fields = "warn"\n}\n'))
    assert [found.severity for found in configuration.diagnostics] == [Severity.WARNING]
    assert configuration.desired is not None


@pytest.mark.parametrize(
    "entry",
    [
        "spec",
        "metadata.name",
        "spec.query.replicas",
        'spec.awsTags["any name"]',
        'spec.awsTags["any name"].value',
        "spec.awsTags[0].value",
        "spec.awsTags[*].value",
        "spec.awsTags.team",
        'spec.commonRuntimeProperties["druid.whatever"]',
        'spec.query.brokerRuntimeProperties["druid.x"]',
        "spec.loadBalancers[0].type",
        "spec.loadBalancers[*].type",
    ],
)
def test_what_may_be_there_is_accepted(read: Read, entry: str) -> None:
    assert read(write(entry)).diagnostics == ()
