"""The acceptor: it compiles only what it understands, and a good document pays for nothing else."""

import subprocess
import sys
from collections import OrderedDict
from typing import Any

import pytest

from schemas import check_cluster, is_acceptable
from schemas.accept import compile_acceptor

TESTED = {"required": ["mode"], "properties": {"mode": {"const": "a"}}}


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "number"},
        {"type": ["string", "null"]},
        {"$ref": "#/$defs/Name"},
        {"anyOf": [{"type": "string"}]},
        {"properties": {"a": {"type": "string"}}},
        {"type": "string", "maxLength": 3},
        {"type": "string", "minimum": 3},
        {"type": "string", "enum": ["a"], "pattern": "a"},
        {"type": "string", "pattern": "a", "minLength": 1},
        {"type": "integer", "multipleOf": 2},
        {"type": "boolean", "const": True},
        {"type": "array", "minItems": 1},
        {"type": "array", "items": {"type": "null"}},
        {"type": "object", "patternProperties": {}},
        {"type": "object", "properties": {"a": {"not": {}}}},
        {"type": "object", "allOf": [{"if": TESTED, "then": {"minProperties": 2}}]},
        {"type": "object", "allOf": [{"if": TESTED, "then": {"required": ["a"]}, "else": {"required": ["b"]}}]},
        {"type": "object", "allOf": [{"if": TESTED, "then": {"properties": {"a": {"type": "string"}}}}]},
        {"type": "object", "allOf": [{"if": TESTED | {"minProperties": 2}, "then": {"required": ["a"]}}]},
        {
            "type": "object",
            "allOf": [
                {"if": {"required": ["a"], "properties": {"a": {"type": "string"}}}, "then": {"required": ["b"]}}
            ],
        },
    ],
)
def test_a_schema_that_it_does_not_understand_is_refused(schema: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="the acceptor does not know"):
        compile_acceptor(schema)


@pytest.mark.parametrize(("value", "accepted"), [({"a": 1}, False), ({}, True), ([], False)])
def test_the_schema_false_takes_nothing(value: object, accepted: bool) -> None:  # noqa: FBT001 - a column of a table
    assert compile_acceptor({"type": "object", "properties": {"a": False}})(value) is accepted


def test_a_subclass_of_a_plain_type_is_left_to_the_check(complete: dict[str, Any]) -> None:
    document = OrderedDict(complete)

    assert not is_acceptable(document)
    assert check_cluster(document) == ()


def run(code: str) -> str:
    preface = "import sys, json, schemas; good = {'metadata': {'name': 'a'}, 'spec': {'version': '2021.06'}}; "
    ending = "; print(*sorted({'jsonschema', 'difflib', 'schemas.explain'} & {*sys.modules}))"
    command = [sys.executable, "-c", preface + code + ending]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()  # noqa: S603 - our own code


@pytest.mark.parametrize(
    ("code", "imported"),
    [
        ("schemas.check_cluster(good); schemas.cluster_field()", ""),
        ("good['status'] = {}; assert schemas.check_cluster(good)", "schemas.explain"),
        ("good['spec']['version'] = 1; assert schemas.check_cluster(good)", "jsonschema schemas.explain"),
        ("good['spec']['vresion'] = 1; assert schemas.check_cluster(good)", "difflib jsonschema schemas.explain"),
    ],
    ids=["good", "read-only", "wrong", "misspelt"],
)
def test_only_a_mistake_pays_for_explanations(code: str, imported: str) -> None:
    assert run(code) == imported
