"""`count` and `for_each` of clusters: which instances there are, and which values make none, as Terraform has it."""

from collections.abc import Callable

import pytest

from planner.config.configuration import Configuration

Read = Callable[..., Configuration]
ListProblems = Callable[[Configuration], list[str]]

OTHER = 'cluster "z" {\n  spec = { version = "2021.06" }\n}\n'


def repeat(argument: str, key: str) -> str:
    """Return the cluster "a", repeated as `argument` says, each instance with a name of its own."""
    return (
        f'{OTHER}cluster "a" {{\n  {argument}\n  metadata {{ name = "a-${{{key}}}" }}\n'
        '  spec = { version = "2021.06" }\n}\n'
    )


def list_addresses(configuration: Configuration) -> list[str]:
    assert configuration.desired is not None, configuration.diagnostics
    return [str(cluster.address) for cluster in configuration.desired.clusters if cluster.address.name == "a"]


@pytest.mark.parametrize(
    ("value", "addresses"),
    [
        pytest.param("{}", [], id="no map"),
        pytest.param("toset([])", [], id="no set"),
        pytest.param("{ b = 1, a = null }", ['cluster.a["a"]', 'cluster.a["b"]'], id="object, a null in it"),
        pytest.param("tomap({ a = 1 })", ['cluster.a["a"]'], id="map"),
        pytest.param('toset(["b", "a", "b"])', ['cluster.a["a"]', 'cluster.a["b"]'], id="set, one twice"),
        pytest.param('{ "1" = 2 }', ['cluster.a["1"]'], id="a key that looks like a number"),
        pytest.param('toset([""])', ['cluster.a[""]'], id="empty key"),
        pytest.param('toset(["a\\"b${"$"}{c}"])', ['cluster.a["a\\"b${c}"]'], id="a key with quotes and braces"),
        pytest.param('toset(["\u00e9", "e\u0301"])', ['cluster.a["\u00e9"]'], id="two spellings of one letter"),
        pytest.param("{ a = sensitive(1) }", ['cluster.a["a"]'], id="a secret for a value"),
        pytest.param("{ a = cluster.z.metadata.uid }", ['cluster.a["a"]'], id="a value that comes late"),
        pytest.param("cluster.z", ['cluster.a["metadata"]', 'cluster.a["spec"]', 'cluster.a["status"]'],
                     id="a cluster"),
        pytest.param('{ for key in ["x"] : key => key }', ['cluster.a["x"]'], id="for"),
    ],
)  # fmt: skip
def test_for_each_makes_an_instance_of_each_element(read: Read, value: str, addresses: list[str]) -> None:
    assert list_addresses(read({"main.hcl": repeat(f"for_each = {value}", "each.key")})) == addresses


@pytest.mark.parametrize(
    ("value", "number"),
    [
        pytest.param("0", 0, id="none"),
        pytest.param("-0", 0, id="minus zero"),
        pytest.param("2", 2, id="number"),
        pytest.param('"2"', 2, id="text that is a number"),
        pytest.param("true ? 1 : 0", 1, id="condition"),
        pytest.param("sensitive(1)", 1, id="how many is no secret"),
        pytest.param("cluster.z.spec.version == null ? 0 : 1", 1, id="what another cluster sets is known"),
    ],
)
def test_count_makes_so_many_instances(read: Read, value: str, number: int) -> None:
    addresses = [f"cluster.a[{index}]" for index in range(number)]
    assert list_addresses(read({"main.hcl": repeat(f"count = {value}", "count.index")})) == addresses


EACH, SET, COUNT = "Invalid for_each argument", "Invalid for_each set argument", "Invalid count argument"
LATE = 'The "for_each" value has keys that depend on'
SENSITIVE = "A sensitive value, or one made of it, cannot be used"


@pytest.mark.parametrize(
    ("argument", "summary", "detail"),
    [
        pytest.param("for_each = null", EACH, 'The "for_each" value is null.', id="null"),
        pytest.param("for_each = toset(null)", EACH, 'The "for_each" value is null.', id="null of a type"),
        pytest.param("for_each = 1", EACH, "A map, or a set of strings, is required, and this is of type number.",
                     id="number"),
        pytest.param('for_each = "a"', EACH, "A map, or a set of strings, is required, and this is of type string.",
                     id="text"),
        pytest.param('for_each = ["a"]', EACH, "A map, or a set of strings, is required, and this is of type tuple. "
                     "Put toset() around it", id="tuple"),
        pytest.param('for_each = tolist(["a"])', EACH, "A map, or a set of strings, is required, and this is of type "
                     "list of string. Put toset()", id="list"),
        pytest.param("for_each = toset([1])", SET, "A set must hold strings alone here, and this is a set of number.",
                     id="set of numbers"),
        pytest.param('for_each = toset([["a"]])', SET, "A set must hold strings alone here", id="set of tuples"),
        pytest.param('for_each = toset(["a", null])', SET, 'The "for_each" set holds null.', id="null in a set"),
        pytest.param("for_each = sensitive({ a = 1 })", EACH, SENSITIVE, id="secret map"),
        pytest.param('for_each = { (sensitive("a")) = 1 }', EACH, SENSITIVE, id="secret key"),
        pytest.param('for_each = toset([sensitive("a")])', EACH, SENSITIVE, id="secret in a set"),
        pytest.param("for_each = sensitive(null)", EACH, SENSITIVE, id="secret null"),
        pytest.param("for_each = { (cluster.z.metadata.uid) = 1 }", EACH, LATE,
                     id="late key"),
        pytest.param("for_each = toset([cluster.z.metadata.uid])", EACH, LATE,
                     id="late element"),
        pytest.param("for_each = cluster.z.status", EACH, LATE, id="late map"),
        pytest.param('for_each = toset(flatten([for a in range(73) : [for b in range(137) : "${a}-${b}"]]))', EACH,
                     "This makes 10,001 instances", id="too many keys"),
        pytest.param("count = null", COUNT, 'The "count" value is null.', id="no count"),
        pytest.param("count = -1", COUNT, 'The "count" value is unsuitable: it must be a whole number', id="minus"),
        pytest.param("count = 1.5", COUNT, 'The "count" value is unsuitable: it must be a whole number', id="a half"),
        pytest.param("count = 1 / 0", COUNT, 'The "count" value is unsuitable: it must be a whole number', id="inf"),
        pytest.param("count = -1e400", COUNT, 'The "count" value is unsuitable: it must be a whole number',
                     id="far below zero"),
        pytest.param('count = "x"', "Incorrect value type", 'The "count" value is unsuitable: a number is required.',
                     id="text that is no number"),
        pytest.param("count = true", "Incorrect value type", 'The "count" value is unsuitable: number required.',
                     id="bool"),
        pytest.param("count = length(cluster.z.metadata.uid)", COUNT, 'The "count" value depends on clusters',
                     id="late count"),
        pytest.param("count = 1e6", COUNT, "This makes 1,000,000 instances", id="too many"),
        pytest.param("count = 1e400", COUNT, "This makes a number of that size instances", id="far too many"),
        pytest.param("count = count.index", 'Reference to "count" in non-counted context', 'The "count" object',
                     id="count of itself"),
        pytest.param("for_each = toset([each.key])", 'Reference to "each" in context without for_each',
                     'The "each" object', id="each of itself"),
        pytest.param("for_each = local.nowhere", "Reference to undeclared local value", "A local value with the name",
                     id="undeclared"),
        pytest.param("for_each = { a = 1 }.b", "Unsupported attribute", "This object does not have", id="mistaken"),
    ],
)  # fmt: skip
def test_value_that_makes_no_instances_is_told_once(read: Read, argument: str, summary: str, detail: str) -> None:
    key = "count.index" if argument.startswith("count") else "each.key"
    configuration = read({"main.hcl": repeat(argument, key)})
    assert [diagnostic.summary for diagnostic in configuration.diagnostics] == [summary]
    assert configuration.diagnostics[0].detail.startswith(detail)
    assert configuration.desired is None


def test_both_at_once_are_refused(read: Read, list_problems: ListProblems) -> None:
    configuration = read({"main.hcl": repeat("count = 1\n  for_each = {}", "each.key")})
    assert list_problems(configuration) == ["main.hcl:6:3 error count-and-for-each"]
    assert configuration.diagnostics[0].summary == 'Invalid combination of "count" and "for_each"'


def test_instances_with_one_name_are_told_once(read: Read, list_problems: ListProblems) -> None:
    configuration = read({"main.hcl": repeat("count = 100", '"x"')})
    assert list_problems(configuration) == ["main.hcl:6:21 error duplicate-cluster-name"]
    assert configuration.diagnostics[0].summary == "Instances with one name"


@pytest.mark.parametrize(
    ("reference", "summary"),
    [
        pytest.param("cluster.counted.metadata.uid", "Missing resource instance key", id="counted, no key"),
        pytest.param("cluster.keyed.metadata.uid", "Missing resource instance key", id="keyed, no key"),
        pytest.param("cluster.z[0].metadata.uid", "Unexpected resource instance key", id="single, a key"),
        pytest.param("cluster.z.nope", "Unsupported attribute", id="no such part"),
        pytest.param("cluster.counted[5].metadata.uid", "Invalid index", id="no such number"),
        pytest.param('cluster.keyed["c"].metadata.uid', "Invalid index", id="no such key"),
        pytest.param("cluster", "Invalid reference", id="no name"),
        pytest.param("count.index", 'Reference to "count" in non-counted context', id="no count"),
        pytest.param("each.key", 'Reference to "each" in context without for_each', id="no for_each"),
        pytest.param("self.metadata", 'Invalid "self" reference', id="no self"),
        pytest.param("path.nope", 'Invalid "path" attribute', id="no such path"),
        pytest.param("terraform.nope", 'Invalid "terraform" attribute', id="no such thing"),
        pytest.param("data.a.b", "Reference to undeclared resource", id="no data"),
    ],
)
def test_wrong_reference_has_the_summary_of_terraform(read: Read, reference: str, summary: str) -> None:
    body = 'metadata {{ name = "{0}-${{{1}}}" }}\n  spec = {{ version = "2021.06" }}\n'
    blocks = (
        f'cluster "counted" {{\n  count = 2\n  {body.format("c", "count.index")}}}\n'
        f'cluster "keyed" {{\n  for_each = {{ a = 1 }}\n  {body.format("k", "each.key")}}}\n'
    )
    configuration = read({"main.hcl": f"{OTHER}{blocks}locals {{\n  value = {reference}\n}}\n"})
    assert [diagnostic.summary for diagnostic in configuration.diagnostics] == [summary]
