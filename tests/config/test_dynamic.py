"""`dynamic` blocks: what they make, what they are refused for as HCL refuses it, and what they hide."""

from collections.abc import Callable

import pytest

from planner.config.configuration import Configuration

Read = Callable[..., Configuration]
ListProblems = Callable[[Configuration], list[str]]

OTHERS = """\
variable "secret" {
  sensitive = true
  default   = { hunter2 = "x" }
}
variable "passing" {
  ephemeral = true
  default   = ["x"]
}
cluster "z" {
  spec = { version = "2021.06" }
}
"""


def write(*lines: str) -> dict[str, str]:
    """Return a file in which `lines` stand in the spec of the cluster "a", from line 12 on."""
    inner = "\n".join(lines)
    return {"main.hcl": f'{OTHERS}cluster "a" {{\n  spec {{\n    version = "2021.06"\n{inner}\n  }}\n}}\n'}


def dynamic(for_each: str, *content: str, label: str = "customFiles", also: tuple[str, ...] = ()) -> str:
    inner = "\n".join(["content {", *content, "}"])
    return "\n".join([f'dynamic "{label}" {{', f"for_each = {for_each}", *also, inner, "}"])


def read_field(configuration: Configuration, field: str = "customFiles") -> object:
    assert configuration.desired is not None, configuration.diagnostics
    spec = configuration.desired.clusters[0].document["spec"]
    assert isinstance(spec, dict)
    return spec.get(field)


ENTRY = 'name = "${customFiles.key}=${customFiles.value}"'


@pytest.mark.parametrize(
    ("for_each", "names"),
    [
        pytest.param('["b", "a"]', ["0=b", "1=a"], id="tuple"),
        pytest.param('tolist(["b", "a"])', ["0=b", "1=a"], id="list"),
        pytest.param('toset(["b", "a", "b"])', ["a=a", "b=b"], id="set, whose keys are its elements"),
        pytest.param('{ y = "b", x = "a" }', ["x=a", "y=b"], id="object, in the order of its keys"),
        pytest.param('tomap({ y = "b", x = "a" })', ["x=a", "y=b"], id="map"),
        pytest.param('true ? ["a"] : []', ["0=a"], id="conditional"),
        pytest.param("[for n in range(3) : n if n != 1]", ["0=0", "1=2"], id="for"),
    ],
)
def test_each_element_makes_a_block(read: Read, for_each: str, names: list[str]) -> None:
    assert read_field(read(write(dynamic(for_each, ENTRY)))) == [{"name": name} for name in names]


@pytest.mark.parametrize("for_each", ["[]", "{}", "toset([])", "false ? [1] : []"])
def test_no_element_makes_no_block(read: Read, for_each: str) -> None:
    assert read_field(read(write(dynamic(for_each, ENTRY)))) is None


def test_iterator_has_the_name_that_it_is_given(read: Read) -> None:
    made = read(write(dynamic('["a"]', "name = file.value", also=("iterator = file",))))
    assert read_field(made) == [{"name": "a"}]


def test_blocks_are_made_inside_each_other(read: Read) -> None:
    inner = dynamic("range(2)", 'n = "${customFiles.value}${line.value}"', label="line")
    made = read(write(dynamic('["a"]', "name = customFiles.value", "content {", inner, "}")))
    assert read_field(made) == [{"name": "a", "content": {"line": [{"n": "a0"}, {"n": "a1"}]}}]


def test_inner_iterator_hides_an_outer_one_of_the_same_name(read: Read) -> None:
    inner = dynamic('["in"]', "n = it.value", label="content", also=("iterator = it",))
    made = read(write(dynamic('["out"]', "name = it.value", inner, also=("iterator = it",))))
    assert read_field(made) == [{"name": "out", "content": {"n": "in"}}]


def test_blocks_stand_where_they_are_written(read: Read) -> None:
    made = read(write('customFiles {\nname = "first"\n}', dynamic('["a", "b"]', "name = customFiles.value"),
                      'customFiles {\nname = "last"\n}'))  # fmt: skip
    assert read_field(made) == [{"name": "first"}, {"name": "a"}, {"name": "b"}, {"name": "last"}]


def test_block_that_is_no_list_may_be_made_once(read: Read, list_problems: ListProblems) -> None:
    assert read_field(read(write(dynamic("[2]", "replicas = query.value", label="query"))), "query") == {"replicas": 2}
    twice = read(write(dynamic("[2, 3]", "replicas = query.value", label="query")))
    assert list_problems(twice) == ["main.hcl:15:1 error field-written-twice"]


def test_pairs_are_made_of_blocks(read: Read) -> None:
    made = read(write(dynamic("{ a = 1, b = null }", "name = awsTags.key", 'value = "v"', label="awsTags")))
    assert read_field(made, "awsTags") == [{"name": "a", "value": "v"}, {"name": "b", "value": "v"}]


def test_iterator_goes_with_the_instances_of_the_cluster(read: Read) -> None:
    text = (
        'cluster "a" {\n  for_each = { x = ["1"], y = ["2", "3"] }\n  metadata { name = "a-${each.key}" }\n  spec {\n'
        '    version = "2021.06"\n    dynamic "customFiles" {\n      for_each = each.value\n      content {\n'
        '        name = "${each.key}${customFiles.value}"\n      }\n    }\n  }\n}\n'
    )
    desired = read({"main.hcl": text}).desired
    assert desired is not None
    assert [one.document["spec"] for one in desired.clusters] == [
        {"version": "2021.06", "customFiles": [{"name": "x1"}]},
        {"version": "2021.06", "customFiles": [{"name": "y2"}, {"name": "y3"}]},
    ]


def test_late_value_of_a_list_is_known_after_apply(read: Read) -> None:
    configuration = read(write(dynamic("[cluster.z.metadata.uid]", "name = customFiles.value")))
    assert configuration.desired is not None, configuration.diagnostics
    a, _ = configuration.desired.clusters
    assert {path: late.sources for path, late in a.late.items()} == {
        ("spec", "customFiles", 0, "name"): ("cluster.z.metadata.uid",)
    }
    assert [*map(str, a.depends_on)] == ["cluster.z"]


INVALID = "Invalid dynamic for_each value"


@pytest.mark.parametrize(
    ("for_each", "summary", "detail"),
    [
        pytest.param("null", INVALID, "Cannot use a null value in for_each.", id="null"),
        pytest.param('"abc"', INVALID, "Cannot use a string value in for_each.", id="text"),
        pytest.param("5", INVALID, "Cannot use a number value in for_each.", id="number"),
        pytest.param("cluster.z.status", INVALID, "How many blocks there are must be known", id="late"),
        pytest.param("toset([cluster.z.metadata.uid])", INVALID, "How many blocks there are must be known",
                     id="set of what is late"),
        pytest.param("var.passing", INVALID, "How many blocks there are depends on a value that is kept nowhere",
                     id="ephemeral"),
        pytest.param('split(":", timestamp())', INVALID, "How many blocks there are depends on a value", id="volatile"),
        pytest.param("local.nope", "Reference to undeclared local value", "A local value", id="undeclared"),
        pytest.param("[customFiles.value]", "Reference to undeclared resource", "customFiles.value refers to",
                     id="its own iterator"),
    ],
)  # fmt: skip
def test_wrong_collection_is_told_once(read: Read, for_each: str, summary: str, detail: str) -> None:
    configuration = read(write(dynamic(for_each, 'name = "x"')))
    assert [one.summary for one in configuration.diagnostics][:1] == [summary]
    assert configuration.diagnostics[0].detail.startswith(detail)
    assert configuration.desired is None
    assert len(configuration.diagnostics) == 1


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        pytest.param("dynamic {\nfor_each = []\ncontent {}\n}", "Missing block type for dynamic", id="no type"),
        pytest.param('dynamic "a" "b" {\nfor_each = []\ncontent {}\n}', "Missing block type for dynamic",
                     id="two types"),
        pytest.param('dynamic "a" {\ncontent {}\n}', "Missing required argument", id="no for_each"),
        pytest.param('dynamic "a" {\nfor_each = []\n}', "Missing dynamic content block", id="no content"),
        pytest.param('dynamic "customFiles" {\nfor_each = []\ncontent {}\ncontent {}\n}',
                     "Extraneous dynamic content block", id="two contents"),
        pytest.param('dynamic "customFiles" {\nfor_each = []\nlabels = ["a"]\ncontent {}\n}',
                     "Extraneous dynamic block labels", id="labels"),
        pytest.param('dynamic "customFiles" {\nfor_each = []\niterator = "a"\ncontent {}\n}',
                     "Invalid dynamic iterator name", id="a text for the iterator"),
        pytest.param('dynamic "customFiles" {\nfor_each = []\nother = 1\ncontent {}\n}', "Unsupported argument",
                     id="another argument"),
        pytest.param('dynamic "customFiles" {\nfor_each = []\nother {}\ncontent {}\n}', "Unsupported block type",
                     id="another block"),
        pytest.param('dynamic "customFile" {\nfor_each = [1]\ncontent {}\n}', "Unsupported field",
                     id="another field"),
        pytest.param('dynamic "customFiles" {\nfor_each = [1]\ncontent {\nname = customFiles.nope\n}\n}',
                     "Unsupported attribute", id="no part of the iterator"),
        pytest.param('dynamic "customFiles" {\nfor_each = []\ncontent {\nname = nope.value\n}\n}',
                     "Reference to undeclared resource", id="undeclared, where nothing is made"),
    ],
)  # fmt: skip
def test_wrong_block_is_refused(read: Read, text: str, summary: str) -> None:
    assert [one.summary for one in read(write(text)).diagnostics] == [summary]


def test_secret_collection_hides_what_it_makes_and_how_often(read: Read) -> None:
    made = read(
        write(dynamic("var.secret", "name = customFiles.key"), dynamic("var.secret", "replicas = 1", label="query"))
    )
    assert made.desired is not None, made.diagnostics
    assert made.desired.clusters[0].sensitive >= {("spec", "customFiles"), ("spec", "query")}


def test_secret_element_hides_itself_alone(read: Read) -> None:
    made = read(write(dynamic('["a", var.secret.hunter2]', "name = customFiles.value")))
    assert made.desired is not None, made.diagnostics
    assert made.desired.clusters[0].sensitive == {("spec", "customFiles", 1, "name")}


@pytest.mark.parametrize(
    "line",
    [
        "awsInstanceRole = var.secret.hunter",
        'awsInstanceRole = var.secret["hunter"]',
        "awsInstanceRole = tonumber(keys(var.secret)[0])",
        "awsTags = { (keys(var.secret)[0]) = 1 }",
        "query { replicas = keys(var.secret)[0] }",
        "query = var.secret",
        "awsTags = { for key, value in var.secret : key => [key] }",
        "awsInstanceRole = var.secret[keys(var.secret)[0]].x",
        "awsInstanceRole = { hunter = 1 }[keys(var.secret)[0]]",
        dynamic("var.secret", "name = 1"),
        dynamic("var.secret", "name = customFiles.key", "content = var.secret", "awsTags = { (customFiles.key) = 1 }"),
    ],
)
def test_mistake_names_no_secret(read: Read, line: str) -> None:
    configuration = read(write(line))
    assert configuration.diagnostics
    assert not any("hunter2" in one.detail or "hunter2" in one.summary for one in configuration.diagnostics)


def test_blocks_in_blocks_are_made_within_limits(read: Read) -> None:
    inner = dynamic("range(1024)", "n = 1", label="line")
    configuration = read(write(dynamic("range(1024)", 'name = "f${customFiles.key}"', "content {", inner, "}")))
    told = {one.summary for one in configuration.diagnostics}
    assert "Too many dynamic blocks" in told
    assert told <= {"Too many dynamic blocks", "Evaluation limit reached"}
