"""The schema as a document: what an editor, a validator and a reader may rely on."""

from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from schemas import load_document

SCHEMA = load_document("cluster.schema.json")
ASSERTIONS = {"properties", "items", "required", "enum", "pattern", "minimum", "maximum", "minLength", "allOf"}
ANNOTATIONS = {
    "x-expected", "x-immutable", "x-impact", "x-list-key", "x-meaning", "x-sensitive", "x-sensitive-names",
    "x-set", "x-values",
}  # fmt: skip


def walk(node: object, path: str = "#") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every schema object of the document; what stands in `if` and `then` describes no field."""
    if isinstance(node, dict):
        yield path, node
        for keyword in ("items", "additionalProperties"):
            yield from walk(node.get(keyword), f"{path}/{keyword}")
        for keyword in ("properties", "$defs"):
            for name, child in node.get(keyword, {}).items():
                yield from walk(child, f"{path}/{keyword}/{name}")


def fields() -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{path}/properties/{name}", child)
        for path, node in walk(SCHEMA)
        for name, child in node.get("properties", {}).items()
    ]


def test_is_a_json_schema_2020_12() -> None:
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(("path", "field"), fields(), ids=[path for path, _ in fields()])
def test_every_field_has_a_title_and_a_description_that_editors_show(path: str, field: dict[str, Any]) -> None:
    assert field["title"].strip(), path
    assert field["description"].endswith("."), path


def test_every_definition_is_used_and_every_reference_leads_somewhere() -> None:
    references = {node["$ref"] for _, node in walk(SCHEMA) if "$ref" in node}

    assert references == {f"#/$defs/{name}" for name in SCHEMA["$defs"]}


def test_beside_a_reference_stand_only_annotations() -> None:
    beside = {keyword for _, node in walk(SCHEMA) if "$ref" in node for keyword in node}

    assert not beside & ASSERTIONS


def test_our_own_annotations_are_the_ones_that_fields_py_explains() -> None:
    assert {keyword for _, node in walk(SCHEMA) for keyword in node if keyword.startswith("x-")} == ANNOTATIONS


def test_objects_whose_fields_are_known_take_no_others() -> None:
    open_objects = {
        path
        for path, node in walk(SCHEMA)
        if node.get("type") == "object" and node.get("additionalProperties") is not False
    }

    assert open_objects == {"#/$defs/CustomFile", "#/$defs/LoadBalancer", "#/$defs/ClusterStatus"}


def test_every_pattern_ends_at_the_end_of_the_text() -> None:
    anchored = [node["pattern"] for _, node in walk(SCHEMA) if "$" in node.get("pattern", "")]

    assert anchored
    assert all(pattern.startswith("^") and pattern.endswith(r"(?!\n)$") for pattern in anchored)


def test_a_document_is_read_once() -> None:
    assert load_document("cluster.schema.json") is SCHEMA


@pytest.mark.parametrize("name", ["", ".", "nothing.json", "../fields.py", "/etc/hostname", "x/../cluster.schema.json"])
def test_what_is_no_document_is_refused_by_name(name: str) -> None:
    with pytest.raises(ValueError, match="there is no document called"):
        load_document(name)
