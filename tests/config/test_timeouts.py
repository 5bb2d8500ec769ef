"""`timeouts` blocks: how long a cluster may take, spelled as Terraform spells it."""

import json
from collections.abc import Callable

import pytest

from planner.config.configuration import Configuration
from state.values import NO_TIMEOUTS, Timeouts

Read = Callable[..., Configuration]
SPEC = 'spec { version = "2021.06" }'


def read_timeouts(read: Read, block: str, more: str = "") -> Timeouts:
    configuration = read({"main.hcl": f'{more}\ncluster "web" {{\n  {SPEC}\n  {block}\n}}\n'})
    assert configuration.desired is not None, configuration.diagnostics
    return next(cluster for cluster in configuration.desired.clusters if cluster.address.name == "web").timeouts


@pytest.mark.parametrize(
    ("block", "timeouts"),
    [
        ("", NO_TIMEOUTS),
        ("timeouts {}", NO_TIMEOUTS),
        (
            'timeouts {\n create = "60m"\n update = "1h30m"\n delete = "90s"\n}',
            Timeouts(create=3600, update=5400, delete=90),
        ),
        ('timeouts { update = "1.5h" }', Timeouts(update=5400)),
        ('timeouts { update = "1500ms" }', Timeouts(update=1.5)),
        ('timeouts { update = "0" }', Timeouts(update=0)),
        ("timeouts { create = null }", NO_TIMEOUTS),
        ('timeouts { create = var.slow ? "2h" : "10m" }', Timeouts(create=7200)),
        ('timeouts { create = "${local.minutes}m" }', Timeouts(create=300)),
    ],
)
def test_a_block_comes_to(read: Read, block: str, timeouts: Timeouts) -> None:
    more = 'variable "slow" { default = true }\nlocals { minutes = 5 }'
    assert read_timeouts(read, block, more) == timeouts


def test_each_instance_may_have_its_own(read: Read) -> None:
    configuration = read(
        {
            "main.hcl": f'cluster "web" {{\n for_each = {{ a = "5m", b = null }}\n {SPEC}\n'
            " metadata { name = each.key }\n timeouts { update = each.value }\n}\n"
        }
    )
    assert configuration.desired is not None, configuration.diagnostics
    assert [cluster.timeouts for cluster in configuration.desired.clusters] == [Timeouts(update=300), NO_TIMEOUTS]


def test_json_syntax(read: Read) -> None:
    cluster = {"spec": {"version": "2021.06"}, "timeouts": {"delete": "${var.d}", "create": "1m"}}
    configuration = read(
        {"main.hcl.json": json.dumps({"variable": {"d": {"default": "2m"}}, "cluster": {"web": cluster}})}
    )
    assert configuration.desired is not None, configuration.diagnostics
    assert configuration.desired.clusters[0].timeouts == Timeouts(create=60, delete=120)


@pytest.mark.parametrize(
    ("block", "summary", "detail"),
    [
        ('timeouts { creat = "5m" }', "Unsupported argument", 'Did you mean "create"?'),
        ('timeouts { read = "5m" }', "Unsupported argument", ""),
        ('timeouts { create = "5 m" }', 'Invalid timeout "create"', '"5 m" is no duration: there is no unit " m"'),
        ('timeouts { create = "soon" }', 'Invalid timeout "create"', '"soon" is no duration'),
        ("timeouts { create = 60 }", 'Invalid timeout "create"', '"60" is no duration: there is no unit after 60'),
        ('timeouts { create = "-5m" }', 'Invalid timeout "create"', "A duration is not negative here."),
        ("timeouts { create = [] }", 'Invalid timeout "create"', "It must be a string that spells a duration."),
        ("timeouts { create = cluster.other.metadata.uid }", 'Invalid timeout "create"', "cluster.other.metadata.uid"),
        ("timeouts { create = var.secret }", 'Invalid timeout "create"', "must not be secret"),
        ("timeouts { create = var.none }", "Reference to undeclared input variable", ""),
        ('timeouts { create = "5m" }\n  timeouts { update = "5m" }', "Duplicate timeouts block", "Merge the two"),
        ('timeouts = { create = "5m" }', "Unsupported argument", ""),
    ],
)
def test_what_is_refused(read: Read, block: str, summary: str, detail: str) -> None:
    more = f'variable "secret" {{\n default = "5m"\n sensitive = true\n}}\ncluster "other" {{\n {SPEC}\n}}\n'
    configuration = read({"main.hcl": f'{more}cluster "web" {{\n  {SPEC}\n  {block}\n}}\n'})
    assert configuration.desired is None
    (problem,) = configuration.diagnostics
    assert problem.summary == summary
    assert detail in problem.detail
    assert problem.span is not None
