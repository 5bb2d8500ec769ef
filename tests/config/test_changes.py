"""`moved`, `removed` and `import` blocks: what they name, in the root and in modules, and what they are refused for."""

from collections.abc import Callable

import pytest

from planner.config.configuration import Configuration

Read = Callable[..., Configuration]
ListProblems = Callable[[Configuration], list[str]]

CLUSTERS = """\
cluster "a" {
  spec = { version = "2021.06" }
}
cluster "k" {
  for_each = { x = "1", y = "2" }
  metadata { name = "k-${each.key}" }
  spec { version = "2021.06" }
}
"""


def list_summaries(configuration: Configuration) -> list[str]:
    return [one.summary for one in configuration.diagnostics]


def read_changes(read: Read, blocks: str, **files: str) -> list[str]:
    """Return what the blocks ask for, in words."""
    desired = read({"main.hcl": CLUSTERS + blocks, **files}).desired
    assert desired is not None
    moves = [f"{describe(one.source)} -> {describe(one.target)}" for one in desired.moves]
    removals = [f"{'destroy' if one.destroy else 'forget'} {describe(one.endpoint)}" for one in desired.removals]
    return [*moves, *removals, *(f"{one.address} = {one.id}" for one in desired.imports)]


def describe(endpoint: object) -> str:
    module, name, key = (getattr(endpoint, part) for part in ("module", "name", "key"))
    steps = [str(step) for step in module]
    return ".".join([*steps, *([f"{name}[{key}]" if key is not None else name] if name else [])])


def write_moved(source: str, target: str = "cluster.a") -> str:
    return f"moved {{\n  from = {source}\n  to   = {target}\n}}\n"


def write_removed(source: str, lifecycle: str = "") -> str:
    return f"removed {{\n  from = {source}\n{lifecycle}}}\n"


def write_import(to: str, identity: str = '"c-1"', more: str = "") -> str:
    return f"import {{\n  to = {to}\n  id = {identity}\n{more}}}\n"


EACH = 'Reference to "each" in context without for_each'
FORGET = "  lifecycle {\n    destroy = false\n  }\n"


@pytest.mark.parametrize(
    ("blocks", "changes"),
    [
        pytest.param(write_moved("cluster.old"), ["old -> a"], id="moved"),
        pytest.param(write_moved("cluster.old[0]", 'cluster.k["x"]'), ["old[0] -> k[x]"], id="moved to a key"),
        pytest.param(write_moved('module.m["x"].module.n[0].cluster.b'), ['module.m["x"].module.n[0].b -> a'],
                     id="moved out of modules"),
        pytest.param(write_moved("module.old", "module.new[0]"), ["module.old -> module.new[0]"], id="module moved"),
        pytest.param(write_removed("cluster.old"), ["destroy old"], id="removed"),
        pytest.param(write_removed("cluster.old", FORGET), ["forget old"], id="forgotten"),
        pytest.param(write_removed("cluster.old", "  lifecycle {}\n"), ["destroy old"], id="no words"),
        pytest.param(write_removed("cluster.old", FORGET.replace("false", '"false"')), ["forget old"], id="text"),
        pytest.param(write_removed("module.m.cluster.old"), ["destroy module.m.old"], id="removed from a module"),
        pytest.param(write_removed("module.old", FORGET), ["forget module.old"], id="module forgotten"),
        pytest.param(write_import("cluster.a"), ["cluster.a = c-1"], id="import"),
        pytest.param(write_import('cluster.k["x"]', "5"), ['cluster.k["x"] = 5'], id="import by a number"),
        pytest.param(write_import("cluster.k[local.x]", '"${local.x}!"') + 'locals {\n  x = "y"\n}\n',
                     ['cluster.k["y"] = y!'], id="import by a local"),
        pytest.param(write_import("cluster.k[each.key]", "each.value", '  for_each = { x = "1", y = "2" }\n'),
                     ['cluster.k["x"] = 1', 'cluster.k["y"] = 2'], id="imports"),
        pytest.param(write_import("module.m[0].cluster.b"), ["module.m[0].cluster.b = c-1"], id="import in a module"),
    ],
)  # fmt: skip
def test_block_names_what_it_is_about(read: Read, blocks: str, changes: list[str]) -> None:
    assert read_changes(read, blocks) == changes


def test_json_syntax_says_the_same(read: Read) -> None:
    text = (
        '{"moved": {"from": "cluster.old[0]", "to": "cluster.k[\\"x\\"]"}, "removed": [{"from": "module.old", '
        '"lifecycle": {"destroy": false}}], "import": {"to": "cluster.k[each.key]", "id": "${each.value}", '
        '"for_each": {"y": "c-2"}}}'
    )
    assert read_changes(read, "", **{"more.hcl.json": text}) == [
        "old[0] -> k[x]", "forget module.old", 'cluster.k["y"] = c-2',
    ]  # fmt: skip


def test_blocks_of_a_module_are_about_each_of_its_instances(read: Read) -> None:
    inner = CLUSTERS + write_moved("cluster.old", 'cluster.k["x"]') + write_removed("module.gone", FORGET)
    inner = inner.replace('"k-${each.key}"', '"${var.n}-${each.key}"').replace(
        'cluster "a" {', 'variable "n" {}\ncluster "a" {\n  metadata = { name = var.n }'
    )
    main = 'module "m" {\n  source = "./m"\n  count = 2\n  n = "m${count.index}"\n}\n'
    assert read_changes(read, main, **{"m/main.hcl": inner}) == [
        "module.m[0].old -> module.m[0].k[x]",
        "module.m[1].old -> module.m[1].k[x]",
        "forget module.m[0].module.gone",
        "forget module.m[1].module.gone",
    ]


@pytest.mark.parametrize(
    ("blocks", "summary"),
    [
        pytest.param(write_moved("var.x"), "Invalid address", id="moved variable"),
        pytest.param(write_moved('"cluster.old"'), "Invalid address", id="moved text"),
        pytest.param(write_moved("cluster.old.spec"), "Invalid address", id="moved field"),
        pytest.param(write_moved("cluster.old[each.key]"), "Invalid address", id="moved by each"),
        pytest.param(write_moved("module.old"), 'Invalid "moved" addresses', id="module moved to a cluster"),
        pytest.param("moved {\n  from = cluster.old\n}\n", "Missing required argument", id="moved nowhere"),
        pytest.param(write_removed("cluster.old[0]"), "Resource instance keys not allowed", id="removed instance"),
        pytest.param(write_removed("module.old[0]"), "Module instance keys not allowed", id="removed module instance"),
        pytest.param(write_removed('module.m["x"].cluster.b'), "Module instance keys not allowed",
                     id="removed in a module instance"),
        pytest.param(write_removed("cluster.old", FORGET * 2), "Duplicate lifecycle block", id="two lifecycles"),
        pytest.param(write_removed("cluster.old", FORGET.replace("false", "var.x")), "Variables not allowed",
                     id="destroy by a variable"),
        pytest.param(write_removed("cluster.old", FORGET.replace("false", '"maybe"')), "Unsuitable value type",
                     id="destroy, maybe"),
        pytest.param(write_import("module.m"), "Invalid address", id="import of a module"),
        pytest.param(write_import('"cluster.a"'), "Invalid address", id="import to a text"),
        pytest.param(write_import("cluster.a", '""'), "Invalid import id argument", id="empty id"),
        pytest.param(write_import("cluster.a", "null"), "Invalid import id argument", id="null id"),
        pytest.param(write_import("cluster.a", "[]"), "Invalid import id argument", id="tuple for an id"),
        pytest.param(write_import("cluster.a", 'sensitive("x")'), "Invalid import id argument", id="secret id"),
        pytest.param(write_import("cluster.a", "timestamp()"), "Invalid import id argument", id="id of the day"),
        pytest.param(write_import("cluster.a", 'cluster.k["x"].metadata.uid'), "Invalid import id argument", id="late"),
        pytest.param(write_import("cluster.k[[]]"), "Invalid import configuration", id="tuple for a key"),
        pytest.param(write_import("cluster.k[each.key]"), EACH, id="no each"),
        pytest.param(write_import("cluster.k[each.key]", '"x"', "  for_each = [1]\n"), "Invalid for_each argument",
                     id="import for a tuple"),
    ],
)  # fmt: skip
def test_wrong_block_is_refused(read: Read, blocks: str, summary: str) -> None:
    configuration = read({"main.hcl": CLUSTERS + blocks})
    assert list_summaries(configuration) == [summary]
    assert configuration.desired is None


def test_settings_stand_in_the_root(read: Read, list_problems: ListProblems) -> None:
    inner = 'planner {\n  required_version = "> 99"\n  unknown_fields = "warn"\n'
    inner += '  backend "local" {\n    path = "x"\n  }\n}\n'
    main = 'module "m" {\n  source = "./m"\n}\n'
    configuration = read({"m/main.hcl": f'{inner}provider "imply" {{\n}}\n', "main.hcl": main})
    assert list_problems(configuration) == [
        "m/main.hcl:2:22 error unsupported-version",
        "m/main.hcl:3:3 error planner-in-module",
        "m/main.hcl:4:3 error planner-in-module",
        "m/main.hcl:8:1 error provider-in-module",
    ]


def test_module_says_for_which_versions_it_is(read: Read) -> None:
    inner = 'planner {\n  required_version = ">= 0.1"\n}\n'
    main = 'module "m" {\n  source = "./m"\n}\n'
    assert read({"m/main.hcl": inner, "main.hcl": main}).diagnostics == ()


@pytest.mark.parametrize("endpoint", ["cluster.a.metadata.uid", "local.x", '"${local.x}/"'])
def test_endpoint_does_not_wait_for_a_cluster(read: Read, list_problems: ListProblems, endpoint: str) -> None:
    provider = f'provider "imply" {{\n  endpoint = {endpoint}\n}}\nlocals {{\n  x = cluster.a.status.state\n}}\n'
    configuration = read({"main.hcl": CLUSTERS + provider})
    assert [line.rpartition(" ")[2] for line in list_problems(configuration)] == ["late-endpoint"]
    assert configuration.desired is None
