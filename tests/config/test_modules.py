"""Modules: what goes into them and comes out, for each instance; what is refused, and that secrets stay secret."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from planner.config.configuration import Configuration, VariableInputs
from planner.config.read import read_configuration

Read = Callable[..., Configuration]
ListProblems = Callable[[Configuration], list[str]]

WEB = """\
variable "name" {
  type = string
}
variable "replicas" {
  type     = number
  default  = 3
  nullable = false
}
variable "options" {
  type    = object({ role = optional(string, "reader"), size = optional(number) })
  default = {}
}
cluster "web" {
  metadata { name = var.name }
  spec {
    version         = "2021.06"
    awsInstanceRole = var.options.role
    query { replicas = var.replicas }
  }
}
output "name" {
  value = cluster.web.metadata.name
}
output "uid" {
  value = cluster.web.metadata.uid
}
"""


def spec(*lines: str) -> str:
    return "\n".join(["  spec {", '    version = "2021.06"', *(f"    {line}" for line in lines), "  }"])


def cluster(name: str, *lines: str, fields: tuple[str, ...] = ()) -> str:
    return "\n".join([f'cluster "{name}" {{', *(f"  {line}" for line in lines), spec(*fields), "}", ""])


def call(name: str, *lines: str, source: str = "./web") -> str:
    return "\n".join([f'module "{name}" {{', f'  source = "{source}"', *(f"  {line}" for line in lines), "}", ""])


def describe(configuration: Configuration) -> dict[str, object]:
    """Return the spec of each cluster by its address, the version left out."""
    assert configuration.desired is not None, configuration.diagnostics
    specs: dict[str, object] = {}
    for one in configuration.desired.clusters:
        assert isinstance(one.document["spec"], dict)
        specs[str(one.address)] = {key: value for key, value in one.document["spec"].items() if key != "version"}
    return specs


def list_outputs(configuration: Configuration) -> dict[str, object]:
    assert configuration.desired is not None, configuration.diagnostics
    return {output.name: output.value for output in configuration.desired.outputs}


def list_waits(configuration: Configuration) -> dict[str, list[str]]:
    assert configuration.desired is not None, configuration.diagnostics
    return {str(one.address): [*map(str, one.depends_on)] for one in configuration.desired.clusters if one.depends_on}


def list_summaries(configuration: Configuration) -> list[str]:
    return [diagnostic.summary for diagnostic in configuration.diagnostics]


def test_arguments_go_in_with_types_and_defaults(read: Read) -> None:
    main = call("a", 'name = "a"') + call("b", "name = 5", 'replicas = "2"', 'options = { role = "x", other = 1 }')
    assert describe(read({"web/main.hcl": WEB, "main.hcl": main})) == {
        "module.a.cluster.web": {"awsInstanceRole": "reader", "query": {"replicas": 3}},
        "module.b.cluster.web": {"awsInstanceRole": "x", "query": {"replicas": 2}},
    }


def test_null_takes_the_default_where_it_is_not_allowed(read: Read) -> None:
    main = call("a", 'name = "a"', "replicas = null")
    specs = describe(read({"web/main.hcl": WEB, "main.hcl": main}))
    assert specs["module.a.cluster.web"] == {"awsInstanceRole": "reader", "query": {"replicas": 3}}


def test_null_without_a_default_is_refused(read: Read, list_problems: ListProblems) -> None:
    files = {"web/main.hcl": 'variable "x" {\n  nullable = false\n}\n', "main.hcl": call("a", "x = null")}
    configuration = read(files)
    assert list_problems(configuration) == ["main.hcl:3:7 error invalid-variable-value"]
    assert list_summaries(configuration) == ["Required variable not set"]


def test_modules_are_repeated_and_give_out_all_that_their_instances_do(read: Read) -> None:
    main = (
        call("each", "for_each = { a = 1, b = 2 }", 'name = "e-${each.key}"', "replicas = each.value")
        + call("count", "count = 2", 'name = "c-${count.index}"')
        + call("none", "count = 0", 'name = "none"')
        + 'output "one" {\n  value = module.each["b"].name\n}\n'
        + 'output "splat" {\n  value = module.count[*].name\n}\n'
        + 'output "map" {\n  value = { for key, one in module.each : key => one.name }\n}\n'
        + 'output "values" {\n  value = values(module.each)[*].name\n}\n'
        + 'output "none" {\n  value = module.none[*].name\n}\n'
        + 'output "number" {\n  value = length(module.count)\n}\n'
    )
    configuration = read({"web/main.hcl": WEB, "main.hcl": main})
    assert [*describe(configuration)] == [
        "module.count[0].cluster.web",
        "module.count[1].cluster.web",
        'module.each["a"].cluster.web',
        'module.each["b"].cluster.web',
    ]
    assert list_outputs(configuration) == {
        "one": "e-b",
        "splat": ["c-0", "c-1"],
        "map": {"a": "e-a", "b": "e-b"},
        "values": ["e-a", "e-b"],
        "none": [],
        "number": 2,
    }


def test_modules_call_modules(read: Read) -> None:
    inner = 'variable "name" {}\nmodule "web" {\n  source = "../web"\n  count = 2\n'
    inner += '  name = "${var.name}-${count.index}"\n}\noutput "names" {\n  value = module.web[*].name\n}\n'
    main = call("pair", 'for_each = toset(["x", "y"])', "name = each.key", source="./pair")
    main += 'output "names" {\n  value = flatten(values(module.pair)[*].names)\n}\n'
    configuration = read({"web/main.hcl": WEB, "pair/main.hcl": inner, "main.hcl": main})
    assert [*describe(configuration)] == [
        'module.pair["x"].module.web[0].cluster.web',
        'module.pair["x"].module.web[1].cluster.web',
        'module.pair["y"].module.web[0].cluster.web',
        'module.pair["y"].module.web[1].cluster.web',
    ]
    assert list_outputs(configuration) == {"names": ["x-0", "x-1", "y-0", "y-1"]}


def test_modules_hold_files_of_every_kind(read: Read) -> None:
    configuration = read(
        {
            "m/a.hcl": cluster("a", fields=("awsInstanceRole = local.role",)),
            "m/b.hcl.json": '{"locals": {"role": "${var.role}"}, "variable": {"role": {"default": "r"}}}',
            "m/c.cluster.json": '{"metadata": {"name": "c"}, "spec": {"version": "2021.06"}}',
            "m/planner.vars.hcl": 'role = "not read in a module"\n',
            "m/x.auto.vars.json": "{",
            "main.hcl": call("m", source="./m") + cluster("d", "depends_on = [module.m]"),
        }
    )
    assert describe(configuration) == {
        "cluster.d": {},
        "module.m.cluster.a": {"awsInstanceRole": "r"},
        "module.m.cluster.c": {},
    }
    assert list_waits(configuration) == {"cluster.d": ["module.m.cluster.a", "module.m.cluster.c"]}


def test_paths_are_those_of_the_module(read: Read) -> None:
    inner = 'output "paths" {\n  value = [path.module, path.root, path.cwd == abspath(path.root)]\n}\n'
    main = call("m", source="./a/../m") + 'output "m" {\n  value = [module.m.paths, path.module]\n}\n'
    configuration = read({"m/main.hcl": inner, "a/main.hcl": "", "main.hcl": main})
    assert list_outputs(configuration) == {"m": [["m", ".", True], "."]}


CALL = 'module "m" {\n  source = %s\n}\n'


@pytest.mark.parametrize(
    ("source", "summary"),
    [
        pytest.param('"web"', "Module is not local", id="a registry"),
        pytest.param('"git::https://x.example/y.git"', "Module is not local", id="a repository"),
        pytest.param('"/etc"', "Module is not local", id="a whole path"),
        pytest.param('""', "Module is not local", id="empty"),
        pytest.param('"./nowhere"', "Unreadable module directory", id="no directory"),
        pytest.param('"./main.hcl"', "Unreadable module directory", id="a file"),
        pytest.param('"./empty"', "Unreadable module directory", id="nothing in it"),
        pytest.param('"./a\\u0000b"', "Unreadable module directory", id="no name of a file"),
        pytest.param('"./loop"', "Unreadable module directory", id="a link to itself"),
        pytest.param('"./pipe"', "Unreadable module directory", id="a pipe"),
        pytest.param('"./%s"' % ("x" * 5000), "Unreadable module directory", id="too long"),
        pytest.param('"."', "Module calls itself", id="the root"),
        pytest.param('"./round"', "Module calls itself", id="a circle"),
        pytest.param('"./link"', "Module calls itself", id="a circle through a link"),
        pytest.param("var.x", "Variables not allowed", id="a variable"),
        pytest.param("[]", "Unsuitable value type", id="a list"),
    ],
)
def test_source_that_is_no_directory_is_refused(read: Read, tmp_path: Path, source: str, summary: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "link").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    configuration = read({"main.hcl": CALL % source, "round/main.hcl": CALL % '"../"', "web/main.hcl": WEB})
    assert list_summaries(configuration) == [summary]
    assert configuration.desired is None


def test_wrong_arguments_are_told_where_they_stand(read: Read, list_problems: ListProblems) -> None:
    main = call("a", "replica = 1", 'replicas = "x"') + 'output "o" {\n  value = module.a.nam\n}\n'
    configuration = read({"web/main.hcl": WEB, "main.hcl": main})
    assert list_problems(configuration) == [
        "main.hcl:1:1 error missing-argument",
        "main.hcl:3:3 error unsupported-argument",
        "main.hcl:4:14 error invalid-variable-value",
        "main.hcl:7:11 error unsupported-attribute",
    ]
    assert 'Did you mean "replicas"?' in configuration.diagnostics[1].detail
    assert 'Did you mean "name"?' in configuration.diagnostics[3].detail


def test_mistake_in_a_module_is_told_once_however_often_it_is_called(read: Read, list_problems: ListProblems) -> None:
    files = {"m/main.hcl": cluster("a", fields=("replicas = 1", "query { replicas = -1 }", "awsTags = local.nope"))}
    calls = "".join(call(f"m{number}", "count = 3", source="./m") for number in range(3))
    configuration = read({**files, "main.hcl": calls})
    assert {line.rpartition(" ")[0] for line in list_problems(configuration)} == {
        "m/main.hcl:4:5 error", "m/main.hcl:5:24 error", "m/main.hcl:6:15 error", "m/main.hcl:1:9 error",
    }  # fmt: skip


def test_blocks_of_the_root_are_refused_in_modules(read: Read, list_problems: ListProblems) -> None:
    files = {"m/main.hcl": 'import {\n  to = cluster.a\n  id = "x"\n}\n' + cluster("a")}
    configuration = read({**files, "main.hcl": call("m", source="./m")})
    assert list_problems(configuration) == ["m/main.hcl:1:1 error import-in-module"]
    assert list_summaries(configuration) == ["Invalid import configuration"]


def test_variable_of_a_module_is_validated_for_each_instance(read: Read, list_problems: ListProblems) -> None:
    inner = (
        'variable "n" {\n  validation {\n    condition     = var.n < local.most\n'
        '    error_message = "At most ${local.most - 1}, not ${var.n}."\n  }\n}\nlocals {\n  most = 2\n}\n'
    )
    main = call("m", "count = 4", "n = count.index", source="./m")
    configuration = read({"m/main.hcl": inner, "main.hcl": main})
    assert list_problems(configuration) == ["main.hcl:4:7 error invalid-variable-value"] * 2
    assert [one.detail.partition(". ")[0] for one in configuration.diagnostics] == [
        "At most 1, not 2",
        "At most 1, not 3",
    ]


def test_what_a_cluster_waits_for_goes_through_modules_and_locals(read: Read) -> None:
    main = (
        cluster("first")
        + call("a", 'name = "a"', "options = { role = cluster.first.metadata.uid }")
        + "locals {\n  uid = module.a.uid\n}\n"
        + cluster("last", fields=("awsInstanceRole = local.uid",))
        + cluster("named", fields=("awsInstanceRole = module.a.name",))
        + cluster("free")
    )
    assert list_waits(read({"web/main.hcl": WEB, "main.hcl": main})) == {
        "cluster.last": ["module.a.cluster.web"],
        "cluster.named": ["module.a.cluster.web"],
        "module.a.cluster.web": ["cluster.first"],
    }


def test_output_that_refers_to_no_cluster_makes_nobody_wait(read: Read) -> None:
    inner = (
        cluster("web") + 'output "fixed" {\n  value = "x"\n}\noutput "uid" {\n  value = cluster.web.metadata.uid\n}\n'
    )
    main = call("m", source="./m") + cluster("a", fields=("awsInstanceRole = module.m.fixed",))
    assert list_waits(read({"m/main.hcl": inner, "main.hcl": main})) == {}


def test_each_instance_waits_for_the_one_that_it_names(read: Read) -> None:
    main = (
        call("a", 'for_each = toset(["x", "y"])', 'name = "a-${each.key}"')
        + call("b", 'for_each = toset(["x", "y"])', 'name = "b-${module.a[each.key].name}"')
        + cluster("c", "count = 2", 'metadata { name = "c-${count.index}" }')
        + cluster(
            "d",
            "count = 2",
            'metadata { name = "d-${count.index}" }',
            fields=('awsInstanceRole = "${cluster.c[count.index].metadata.uid}${module.a["x"].uid}"',),
        )
        + "locals {\n  second = cluster.c[1].metadata.uid\n}\n"
        + cluster("e", fields=("awsInstanceRole = local.second",))
        + cluster("f", fields=('awsInstanceRole = join("", cluster.c[*].metadata.uid)',))
    )
    assert list_waits(read({"web/main.hcl": WEB, "main.hcl": main})) == {
        "cluster.d[0]": ["cluster.c[0]", 'module.a["x"].cluster.web'],
        "cluster.d[1]": ["cluster.c[1]", 'module.a["x"].cluster.web'],
        "cluster.e": ["cluster.c[1]"],
        "cluster.f": ["cluster.c[0]", "cluster.c[1]"],
        'module.b["x"].cluster.web': ['module.a["x"].cluster.web'],
        'module.b["y"].cluster.web': ['module.a["y"].cluster.web'],
    }


def test_depends_on_of_a_module_holds_for_all_that_is_in_it(read: Read) -> None:
    outer = call("inner", source="../inner") + cluster("outer")
    main = (
        cluster("first")
        + call("m", "depends_on = [cluster.first]", source="./outer")
        + call("n", "count = 2", "depends_on = [module.m]", source="./other")
        + cluster("last", "depends_on = [module.n[1]]")
    )
    files = {"inner/main.hcl": cluster("inner"), "outer/main.hcl": outer, "main.hcl": main}
    files["other/main.hcl"] = 'cluster "other" {\n  count = 0\n  spec = { version = "2021.06" }\n}\n'
    assert list_waits(read(files)) == {
        "cluster.last": ["cluster.first", "module.m.cluster.outer", "module.m.module.inner.cluster.inner"],
        "module.m.cluster.outer": ["cluster.first"],
        "module.m.module.inner.cluster.inner": ["cluster.first"],
    }


def test_module_that_waits_for_itself_is_told_with_the_path(read: Read) -> None:
    main = call("a", "name = module.b.name") + call("b", "name = module.a.name")
    configuration = read({"web/main.hcl": WEB, "main.hcl": main})
    assert list_summaries(configuration) == ["Cycle"]
    path = configuration.diagnostics[0].detail.partition(". ")[0].split(" -> ")
    assert path[0] == path[-1]
    assert set(path) == {
        f"module.{name}.{what}" for name in "ab" for what in ("var.name", "cluster.web", "output.name")
    }


def test_modules_that_depend_on_each_other_as_wholes_are_a_cycle(read: Read) -> None:
    main = call("a", "name = module.b.name") + call("b", 'name = "b"', "depends_on = [module.a]")
    configuration = read({"web/main.hcl": WEB, "main.hcl": main})
    assert set(list_summaries(configuration)) == {"Cycle"}
    assert configuration.desired is None


def test_files_that_go_while_they_are_read_are_told(read: Read, tmp_path: Path) -> None:
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "gone.hcl").symlink_to(tmp_path / "nowhere")
    configuration = read({"main.hcl": call("m", source="./m")})
    assert list_summaries(configuration) == ["File cannot be read"]


def test_modules_multiply_within_limits(read: Read, list_problems: ListProblems) -> None:
    files = {"m/main.hcl": cluster("a", "count = 1000", 'metadata { name = "a-${count.index}" }')}
    configuration = read({**files, "main.hcl": call("m", "count = 1000", source="./m")})
    assert list_problems(configuration) == ["m/main.hcl:1:1 error too-many-clusters"]


def test_modules_that_call_others_twice_are_counted(read: Read) -> None:
    files = {
        f"m{depth}/main.hcl": call("a", source=f"../m{depth + 1}") + call("b", source=f"../m{depth + 1}")
        for depth in range(20)
    }
    configuration = read({**files, "m20/main.hcl": "locals {}\n", "main.hcl": call("m", source="./m0")})
    assert list_summaries(configuration) == ["Too many module calls"]


def test_modules_are_nested_within_limits(read: Read) -> None:
    files = {f"m{depth}/main.hcl": call("a", source=f"../m{depth + 1}") for depth in range(40)}
    configuration = read({**files, "m40/main.hcl": "locals {}\n", "main.hcl": call("m", source="./m0")})
    assert list_summaries(configuration) == ["Modules nested too deep"]


def test_instances_that_all_wait_for_all_are_counted(read: Read) -> None:
    counted = ("count = 2000", 'metadata { name = "%s-${count.index}" }')
    first = cluster("a", *(line.replace("%s", "a") for line in counted))
    second = cluster("b", *(line.replace("%s", "b") for line in counted), "depends_on = [cluster.a]")
    assert list_summaries(read({"main.hcl": first + second})) == ["Too many dependencies"]


def test_module_is_read_below_another_directory_too(read: Read, tmp_path: Path) -> None:
    files = {"main.hcl": "", "env/main.hcl": call("a", 'name = "a"', source="../web"), "web/main.hcl": WEB}
    read(files)
    configuration = read_configuration(str(tmp_path / "env"), VariableInputs())
    assert [*describe(configuration)] == ["module.a.cluster.web"]
