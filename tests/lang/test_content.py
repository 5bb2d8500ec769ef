"""Bodies against what is expected in them, in HCL and in JSON syntax."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from planner.lang.content import Content, read_content
from planner.lang.evaluate import evaluate
from planner.lang.json_syntax import JsonBody, parse_json
from planner.lang.json_values import to_json
from planner.lang.parse import parse_hcl
from planner.lang.schema import AttributeSchema, BlockSchema, BodySchema, Notation
from planner.lang.scope import Scope
from planner.lang.syntax import Body
from planner.lang.values import Value
from planner.model.diagnostics import Diagnostic
from planner.model.spans import Source, find_position

MakeScope = Callable[[Mapping[str, Value]], Scope]
CLUSTER = BodySchema(
    attributes=(
        AttributeSchema(name="depends_on", notation=Notation.BARE),
        AttributeSchema(name="metadata", is_required=True),
        AttributeSchema(name="spec"),
    ),
    blocks=(BlockSchema(type="lifecycle", body=BodySchema(attributes=(AttributeSchema(name="prevent_destroy"),))),),
)
VARIABLE = BodySchema(
    attributes=(
        AttributeSchema(name="default", notation=Notation.LITERAL),
        AttributeSchema(name="type", notation=Notation.BARE),
    )
)
FILE = BodySchema(
    attributes=(AttributeSchema(name="top"),),
    blocks=(
        BlockSchema(type="cluster", labels=("name",), body=CLUSTER),
        BlockSchema(type="variable", labels=("name",), body=VARIABLE),
        BlockSchema(type="locals"),
    ),
)


def _read(text: str, expected: BodySchema = FILE) -> tuple[Content, tuple[Diagnostic, ...]]:
    body: Body | JsonBody
    if text.lstrip().startswith(("{", "[")):
        body, mistakes = parse_json(Source("main.hcl.json", text))
    else:
        body, mistakes = parse_hcl(Source("main.hcl", text))
    content, more = read_content(body, expected)
    return content, (*mistakes, *more)


SAME = [
    (
        'top = 1\ncluster "web" {\n  metadata = { name = "w-${var.n}" }\n  lifecycle { prevent_destroy = true }\n}\n',
        '{"top": 1, "cluster": {"web": {"metadata": {"name": "w-${var.n}"}, "lifecycle": {"prevent_destroy": true}}}}',
    ),
    (
        'cluster "a" {\n  metadata = {}\n  depends_on = [cluster.b]\n}\ncluster "b" {\n  metadata = {}\n}\n',
        '{"cluster": [{"a": {"metadata": {}, "depends_on": ["cluster.b"]}}, {"b": [{"metadata": {}}]}]}',
    ),
    (
        'cluster "a" {\n  metadata = {}\n}\ncluster "b" {\n  metadata = {}\n}\n',
        '[{"//": "a comment", "cluster": {"//": 1, "a": {"metadata": {}}}}, {"cluster": {"b": {"metadata": {}}}}]',
    ),
    (
        'variable "v" {\n  type = list(string)\n  default = ["$${no}", 1.50]\n}\nlocals {\n  a = "x"\n}\n',
        '{"variable": {"v": {"type": "list(string)", "default": ["${no}", 1.50]}}, "locals": {"a": "x"}}',
    ),
]


@pytest.mark.parametrize(("hcl", "json_text"), SAME)
def test_both_syntaxes_mean_the_same(hcl: str, json_text: str, show: Callable[[Any], str]) -> None:
    (one, mistakes), (other, more) = _read(hcl), _read(json_text)
    assert (mistakes, more) == ((), ())
    assert [show(block.body) for block in one.blocks] == [show(block.body) for block in other.blocks]
    assert [(block.type, [label.text for label in block.labels]) for block in one.blocks] == [
        (block.type, [label.text for label in block.labels]) for block in other.blocks
    ]
    assert {name: show(attribute.expression) for name, attribute in one.attributes.items()} == {
        name: show(attribute.expression) for name, attribute in other.attributes.items()
    }


# Each value as Terraform 1.11 gives it for an argument in JSON syntax.
TEMPLATES = [
    ('"${5}"', 5),
    ('"x${5}"', "x5"),
    ('"  ${1}  "', "  1  "),
    (r'"a\\nb\tc"', "a\\nb\tc"),
    ('"$${a} %%{b}"', "${a} %{b}"),
    (r'"a ${\"q\" ~} b"', "a qb"),
    ('"<<EOT"', "<<EOT"),
    ('{"${"k"}": 1, "//": 2}'.replace('"k"', r"\"k\""), {"k": 1, "//": 2}),
    ("[1, true, null, 12345678901234567890123]", [1, True, None, 12345678901234567890123]),
]


@pytest.mark.parametrize(("text", "value"), TEMPLATES)
def test_strings_in_json_are_templates(make_scope: MakeScope, text: str, value: object) -> None:
    content, mistakes = _read(f'{{"top": {text}}}')
    assert mistakes == ()
    found, diagnostics = evaluate(content.attributes["top"].expression, make_scope({}))
    assert diagnostics == ()
    assert to_json(found) == value


def test_mistake_in_a_json_string_points_into_it() -> None:
    text = '{\n  "top": "\\u00e9\\n ${var.a + }"\n}'
    _, (mistake,) = _read(text)
    assert mistake.span is not None
    assert text[mistake.span.start : mistake.span.end] == "}"
    assert find_position(text, mistake.span.start).line == 2


def test_reference_in_a_json_string_points_into_it(make_scope: MakeScope) -> None:
    text = '{"top": ["\\t${var.nope}"]}'
    content, _ = _read(text)
    _, (mistake,) = evaluate(content.attributes["top"].expression, make_scope({}))
    assert mistake.span is not None
    assert text[mistake.span.start : mistake.span.end] == "var"


MISTAKES = [
    ("tpo = 1\n", "Unsupported argument", "tpo", 'Did you mean "top"?'),
    ('{"tpo": 1}', "Extraneous JSON object property", '"tpo"', 'Did you mean "top"?'),
    ('{"varaible": {}}', "Extraneous JSON object property", '"varaible"', 'Did you mean "variable"?'),
    ("zzzzzz = 1\n", "Unsupported argument", "zzzzzz", "Remove it"),
    ("cluster = 1\n", "Unsupported argument", "cluster", "define a block of type cluster"),
    ('clutser "a" {}\n', "Unsupported block type", "clutser", 'Did you mean "cluster"?'),
    ("top {}\n", "Unsupported block type", "top", "put an equals sign"),
    ("variable {}\n", "Missing name for variable", "variable", "1 label (name)"),
    ('variable "a" "b" {}\n', "Extraneous label for variable", '"b"', "1 label (name)"),
    ('locals "a" {}\n', "Extraneous label for locals", '"a"', "no labels"),
    ('{"variable": {"a": 1}}', "Incorrect JSON value type", "1", "object"),
    ('{"variable": 1}', "Incorrect JSON value type", "1", "object"),
    ('[{"top": 1}, {"top": 2}]', "Duplicate argument", '"top"', "main.hcl.json:1,3"),
    ("[1]", "Incorrect JSON value type", "1", "object"),
    ("[[{}]]", "Incorrect JSON value type", "[{}]", "object"),
    ("[null]", "Incorrect JSON value type", "null", "object"),
    ('{"variable": {}}', "Missing block label", "{}", "the name of the variable"),
    ('{"variable": [{}]}', "Missing block label", "[{}]", "the name of the variable"),
    ('{"top": {"a": 1, "b": 2, "a": 3}}', "Duplicate object attribute", '"a"', "main.hcl.json:1,10"),
]


@pytest.mark.parametrize(("text", "summary", "marked", "detail"), MISTAKES)
def test_what_is_not_expected_is_refused(text: str, summary: str, marked: str, detail: str) -> None:
    _, (mistake,) = _read(text)
    assert mistake.summary == summary
    assert mistake.span is not None
    assert text[mistake.span.start : mistake.span.end] == marked
    assert detail in mistake.detail


def test_required_argument_must_be_there() -> None:
    text = 'cluster "web" {\n}\n'
    content, _ = _read(text)
    (block,) = content.blocks
    _, (mistake,) = read_content(block.body, CLUSTER, block.header)
    assert mistake.summary == "Missing required argument"
    assert '"metadata"' in mistake.detail
    assert mistake.span is not None
    assert text[mistake.span.start : mistake.span.end] == 'cluster "web"'


def test_what_is_expected_is_kept_beside_what_is_not() -> None:
    content, mistakes = _read('top = 1\nother = 2\nnone {}\nvariable "a" {}\n')
    assert len(mistakes) == 2
    assert list(content.attributes) == ["top"]
    assert [block.type for block in content.blocks] == ["variable"]


def test_open_body_takes_any_argument_and_block() -> None:
    content, mistakes = _read("a = 1\nb {}\n", BodySchema(open=True, open_blocks=True))
    assert mistakes == ()
    assert list(content.attributes) == ["a"]
    assert [block.type for block in content.blocks] == ["b"]


def test_null_stands_for_no_blocks() -> None:
    assert _read('{"variable": null}') == (Content(attributes={}, blocks=()), ())


@pytest.mark.parametrize("text", ["null", '"a"', "1", "true"])
def test_file_in_json_syntax_is_an_object(text: str) -> None:
    _, (mistake,) = parse_json(Source("main.hcl.json", text))
    assert mistake.summary == "Root value must be object"
