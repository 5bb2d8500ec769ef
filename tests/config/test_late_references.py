"""References to what a cluster has only when it is there: they come late, from where they say, and to whom they say."""

from collections.abc import Callable, Mapping

import pytest

from planner.config.configuration import Configuration
from planner.model.desired import Known
from state.address import Address
from state.values import Json

Read = Callable[..., Configuration]

SPEC = '  spec {\n    version = "2021.06"\n    %s\n  }\n'


def cluster(name: str, *lines: str, field: str = "") -> str:
    return "\n".join([f'cluster "{name}" {{', *(f"  {line}" for line in lines), SPEC % field + "}", ""])


def list_late(configuration: Configuration, name: str) -> dict[tuple[object, ...], tuple[str, ...]]:
    assert configuration.desired is not None, configuration.diagnostics
    (found,) = [one for one in configuration.desired.clusters if one.address == Address(name)]
    return {(*path,): late.sources for path, late in found.late.items()}


@pytest.mark.parametrize(
    "expression",
    [
        "cluster.a.status.state",
        'try(cluster.a.status.state, "z")',
        "try(concat(cluster.a.status.list, [1]), 2)",
        "try(element(cluster.a.status.list, 0), 2)",
        "merge({}, try(range(length(cluster.a.status.list)), 1))",
        'try(length(setproduct(cluster.a.status.list, ["a"])), 0) > 1',
        'try(zipmap(cluster.a.status.list, ["a"]), 1)',
        "flatten([cluster.a.status.list])",
        "flatten({ a = cluster.a.status.list })",
        "values({ for k in [cluster.a.status.state] : k => 1 })",
        "[for v in cluster.a.status.list : v]",
        "{ for k, v in cluster.a.status.map : k => v }",
        "cluster.a.status.list[*].x",
        '"${cluster.a.status.state}!"',
        '"%{ if cluster.a.status.is }a%{ endif }"',
        '"%{ for x in cluster.a.status.list }a%{ endfor }"',
        "cluster.a.status.is ? 1 : 2",
        "jsonencode({ a = cluster.a.status.state })",
        "lookup({ a = 1 }, cluster.a.status.state, 2)",
        'coalesce(cluster.a.status.state, "a")',
        "local.state",
        "module.m.state[0]",
    ],
)
def test_what_is_made_of_a_late_value_waits_for_it(read: Read, expression: str) -> None:
    """Whatever an expression does with it, the plan says what it waits for."""
    inner = 'variable "v" {}\noutput "state" {\n  value = [var.v]\n}\n'
    main = cluster("a") + cluster("b", field=f"awsInstanceRole = {expression}")
    main += "locals {\n  state = upper(cluster.a.status.state)\n}\n"
    main += 'module "m" {\n  source = "./m"\n  v = local.state\n}\n'
    late_paths = list_late(read({"m/main.hcl": inner, "main.hcl": main}), "b")
    assert {source.partition(".status")[0] for sources in late_paths.values() for source in sources} == {"cluster.a"}


def test_argument_of_a_module_waits_for_what_it_is_made_of(read: Read) -> None:
    inner = 'variable "v" {}\n' + cluster("b", field="awsInstanceRole = var.v")
    main = cluster("a") + 'module "m" {\n  source = "./m"\n  v = cluster.a.metadata.uid\n}\n'
    desired = read({"m/main.hcl": inner, "main.hcl": main}).desired
    assert desired is not None
    late = {str(one.address): [*one.late.values()] for one in desired.clusters}
    assert [one.sources for one in late["module.m.cluster.b"]] == [("cluster.a.metadata.uid",)]


def know(*addresses: str) -> Known:
    """Return what is known of clusters whose id is their address."""
    known: dict[Address, Mapping[str, Json]] = {}
    for text in addresses:
        name, _, key = text.removesuffix("]").partition("[")
        address = Address(name, int(key) if key.isdigit() else key.strip('"') or None)
        known[address] = {"metadata": {"uid": f"id of {text}"}, "spec": {}, "status": {}}
    return known


def list_roles(configuration: Configuration | None) -> dict[str, object]:
    assert configuration is not None
    assert configuration.desired is not None, configuration.diagnostics
    roles: dict[str, object] = {}
    for one in configuration.desired.clusters:
        spec = one.document["spec"]
        assert isinstance(spec, dict)
        if "awsInstanceRole" in spec:
            roles[str(one.address)] = spec["awsInstanceRole"]
    return roles


def test_each_cluster_is_given_the_value_that_it_names(read: Read) -> None:
    main = (
        cluster("a", "count = 3", 'metadata { name = "a-${count.index}" }')
        + cluster("k", 'for_each = { "0" = 2, x = 0 }', 'metadata { name = "k-${each.key}" }')
        + cluster(
            "b",
            "count = 3",
            'metadata { name = "b-${count.index}" }',
            field="awsInstanceRole = cluster.a[2 - count.index].metadata.uid",
        )
        + cluster(
            "c",
            'for_each = { x = 2, "0" = 1 }',
            'metadata { name = "c-${each.key}" }',
            field='awsInstanceRole = "${cluster.k[each.key].metadata.uid}, ${cluster.a[each.value].metadata.uid}"',
        )
    )
    configuration = read({"main.hcl": main})
    assert configuration.revise is not None
    revised = configuration.revise(know("a[0]", "a[1]", "a[2]", 'k["x"]', 'k["0"]'))
    assert list_roles(revised) == {
        "cluster.b[0]": "id of a[2]",
        "cluster.b[1]": "id of a[1]",
        "cluster.b[2]": "id of a[0]",
        'cluster.c["0"]': 'id of k["0"], id of a[1]',
        'cluster.c["x"]': 'id of k["x"], id of a[2]',
    }


def test_what_is_not_known_yet_stays_late_beside_what_is(read: Read) -> None:
    main = cluster("a", "count = 2", 'metadata { name = "a-${count.index}" }') + cluster(
        "b",
        "count = 2",
        'metadata { name = "b-${count.index}" }',
        field="awsInstanceRole = cluster.a[count.index].metadata.uid",
    )
    configuration = read({"main.hcl": main})
    assert configuration.revise is not None
    assert list_roles(configuration.revise(know("a[1]"))) == {"cluster.b[0]": None, "cluster.b[1]": "id of a[1]"}


def test_cluster_is_completed_alone(read: Read) -> None:
    main = cluster("a", "count = 2", 'metadata { name = "a-${count.index}" }') + cluster(
        "b",
        "count = 2",
        'metadata { name = "b-${count.index}" }',
        field="awsInstanceRole = cluster.a[count.index].metadata.uid",
    )
    desired = read({"main.hcl": main}).desired
    assert desired is not None
    second = next(one for one in desired.clusters if str(one.address) == "cluster.b[1]")
    assert second.complete is not None
    completed, problems = second.complete(know("a[1]"))
    assert problems == ()
    assert completed is not None
    assert completed.document["spec"] == {"version": "2021.06", "awsInstanceRole": "id of a[1]"}
