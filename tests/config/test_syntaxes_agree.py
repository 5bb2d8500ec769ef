"""The four ways to write a cluster ask for the same: blocks, objects, JSON syntax, and a bare Cluster object."""

import json
import unicodedata
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias

from hypothesis import given, settings
from hypothesis import strategies as st

from planner.config.configuration import VariableInputs
from planner.config.read import read_configuration

Document: TypeAlias = dict[str, Any]
PAIR_LISTS = ("awsTags", "commonRuntimeProperties", "coordinatorRuntimeProperties", "brokerRuntimeProperties")

# Strings of HCL are NFC, as Terraform's are; a bare Cluster is sent as it is written.
texts = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), max_size=12).map(
    # `$${` cannot be written in a quoted string: of three `$` before a brace Terraform keeps one.
    lambda text: unicodedata.normalize("NFC", text).replace("$${", "").replace("%%{", "")
)
names = st.from_regex(r"[a-z][a-z0-9.\-]{0,10}", fullmatch=True)
pairs = st.dictionaries(names, texts, max_size=4).map(
    lambda entries: [{"name": name, "value": value} for name, value in entries.items()]
)


def some_of(fields: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[Document]:
    return st.fixed_dictionaries({}, optional=fields)


instance_types = st.sampled_from(["m5.large", "c5.xlarge", "i3.2xlarge"])
tiers = some_of({"replicas": st.integers(0, 20), "instanceType": instance_types})
specs = some_of(
    {
        "desiredState": st.sampled_from(["STARTED", "STOPPED"]),
        "awsInstanceRole": names,
        "awsTags": pairs,
        "encryptVolumes": st.booleans(),
        "commonRuntimeProperties": pairs,
        "master": some_of(
            {"replicas": st.integers(1, 5), "instanceType": instance_types, "coordinatorRuntimeProperties": pairs}
        ),
        "query": some_of(
            {"replicas": st.integers(1, 5), "instanceType": instance_types, "brokerRuntimeProperties": pairs}
        ),
        "data": some_of({"tier1": tiers, "tier2": tiers}),
        "druidExtensions": st.lists(names, unique=True, max_size=3),
        "customFiles": st.lists(names, unique=True, max_size=3).map(
            lambda files: [
                {"name": name, "content": {"text": name, "size": len(name), "nested": [1.5, True]}} for name in files
            ]
        ),
    }
).map(lambda spec: {"version": "2021.06", **spec})
documents = st.builds(lambda name, spec: {"metadata": {"name": name}, "spec": spec}, names, specs)


def print_string(text: str) -> str:
    """Return `text` as a quoted string of HCL."""
    return json.dumps(text, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")


def print_value(value: object) -> str:
    """Return `value` as an expression of HCL."""
    match value:
        case dict():
            return (
                "{" + ", ".join(f"{print_string(key)} = {print_value(member)}" for key, member in value.items()) + "}"
            )
        case list():
            return "[" + ", ".join(map(print_value, value)) + "]"
        case str():
            return print_string(value)
        case _:
            return json.dumps(value)


def print_map(pairs: list[Document]) -> str:
    return print_value({pair["name"]: pair["value"] for pair in pairs})


def print_object(document: Document) -> str:
    """Return an expression in which maps stand for lists of pairs."""
    return "{" + ", ".join(f"{name} = {print_member(name, value)}" for name, value in document.items()) + "}"


def print_member(name: str, value: Any) -> str:  # noqa: ANN401 - any JSON
    if name in PAIR_LISTS:
        return print_map(value)
    return print_object(value) if isinstance(value, dict) else print_value(value)


def print_body(document: Document) -> str:
    """Return the lines of a block's body: objects and lists of objects as nested blocks, pairs as maps."""
    lines = []
    for name, value in document.items():
        is_objects = isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)
        if name in PAIR_LISTS:
            lines.append(f"{name} = {print_map(value)}")
        elif isinstance(value, dict):
            lines.append(f"{name} {{\n{print_body(value)}\n}}")
        elif is_objects:
            lines += [f"{name} {{\n{print_body(item)}\n}}" for item in value]
        else:
            lines.append(f"{name} = {print_value(value)}")
    return "\n".join(lines)


def print_templates(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return the JSON whose strings, read as templates, are the strings of `value`."""
    match value:
        case dict():
            return {key: print_templates(member) for key, member in value.items()}
        case list():
            return [print_templates(item) for item in value]
        case str():
            return value.replace("${", "$${").replace("%{", "%%{")
        case _:
            return value


def print_cluster(document: Document, write: Callable[[Document], str]) -> str:
    """Return a `cluster` block whose two parts are expressions."""
    return f'cluster "web" {{\nmetadata = {write(document["metadata"])}\nspec = {write(document["spec"])}\n}}\n'


SYNTAXES: dict[str, Callable[[Document], str]] = {
    "web.cluster.json": json.dumps,
    "blocks.hcl": lambda document: f'cluster "web" {{\n{print_body(document)}\n}}\n',
    "objects.hcl": lambda document: print_cluster(document, print_object),
    "lists.hcl": lambda document: print_cluster(document, print_value),
    "main.hcl.json": lambda document: json.dumps({"cluster": {"web": print_templates(document)}}),
}


def read_document(file: str, text: str) -> Document:
    with TemporaryDirectory() as directory:
        Path(directory, file).write_text(text, encoding="utf-8")
        configuration = read_configuration(directory, VariableInputs())
    assert configuration.desired is not None, configuration.diagnostics
    (cluster,) = configuration.desired.clusters
    return cluster.document


@given(document=documents)
@settings(max_examples=60)
def test_all_syntaxes_ask_for_the_same(document: Document) -> None:
    """For each cluster: block form = object form = list form = JSON syntax = bare JSON = the document itself."""
    for file, write in SYNTAXES.items():
        assert read_document(file, write(document)) == document, file
