"""The configuration's JSON Schema, for editors: made from what the language itself expects, so that it cannot differ.

It is a help for whoever writes, and looser than planner: where an expression may stand it takes any text that holds
one, and what a value must be is said of written values only.
"""

from planner.config.expected import expect_root
from planner.lang.schema import BlockSchema, BodySchema
from schemas import Field, cluster_field
from state.values import Json

__all__ = ["describe_cluster_document", "describe_configuration"]

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_EXPRESSION: dict[str, Json] = {"type": "string", "pattern": "\\$\\{|%\\{"}
"""A text with an expression in it."""

_SAID = {
    "check": "A condition that a plan and an apply judge, and that only warns.",
    "cluster": "A cluster; its label is its name in the configuration.",
    "import": "A cluster that is there already, and is to be managed.",
    "locals": "Names for expressions.",
    "module": "The clusters of another directory.",
    "moved": "What had another address.",
    "output": "A value that other tools may read.",
    "planner": "What planner itself is told: versions, where the state is kept, limits of a plan, prices.",
    "provider": "Where the Manager API is.",
    "removed": "What the state is to forget.",
    "variable": "A value that is given from outside.",
    "metadata": "The cluster's name.",
    "spec": "What the cluster is to be, as the Manager API has it.",
    "lifecycle": "How the cluster may change.",
    "timeouts": "How long the server may take.",
    "count": "How many instances there are.",
    "for_each": "A map or a set; each member makes an instance.",
    "depends_on": "Clusters and modules that come first, as texts.",
}


def describe_configuration() -> dict[str, Json]:
    """Return the schema of an `*.hcl.json` file."""
    return {
        "$schema": _DRAFT,
        "title": "Configuration of planner, in JSON syntax",
        "description": "Strings are templates: ${...} holds an expression.",
        **_describe_body(expect_root(is_json=True)),
    }


def describe_cluster_document() -> dict[str, Json]:
    """Return the schema of a `*.cluster.json` file: a Cluster of the API as it is, without expressions."""
    return {
        "$schema": _DRAFT,
        "title": "Cluster",
        **_describe_settable(cluster_field(), takes_expressions=False),
    }


def _describe_body(body: BodySchema) -> dict[str, Json]:
    members: dict[str, Json] = {"//": {"description": "A comment."}}
    for attribute in body.attributes:
        members[attribute.name] = _describe_attribute(attribute.name)
    for block in body.blocks:
        members[block.type] = _describe_block(block)
    described: dict[str, Json] = {"type": "object", "properties": members}
    required = sorted(attribute.name for attribute in body.attributes if attribute.is_required)
    if required:
        described["required"] = [*required]
    if not body.open and not body.open_blocks:
        described["additionalProperties"] = False
    return described


def _describe_attribute(name: str) -> dict[str, Json]:
    told: dict[str, Json] = {"description": _SAID[name]} if name in _SAID else {}
    field = cluster_field().fields.get(name)
    return {**told, **(_describe_settable(field, takes_expressions=True) if field is not None else {})}


def _describe_block(block: BlockSchema) -> dict[str, Json]:
    """Return what a block is in JSON: an object or a list of objects, below a name for each of its labels."""
    body: dict[str, Json] = _describe_body(block.body) if block.body is not None else {"type": "object"}
    inner: dict[str, Json] = {"anyOf": [body, {"type": "array", "items": body}]}
    for _ in block.labels:
        labelled: dict[str, Json] = {"type": "object", "additionalProperties": inner}
        inner = {"anyOf": [labelled, {"type": "array", "items": labelled}]}
    return {**({"description": _SAID[block.type]} if block.type in _SAID else {}), **inner}


def _describe_settable(field: Field, *, takes_expressions: bool) -> dict[str, Json]:
    """Return what may be written for a field; what only the server sets is left out."""
    told: dict[str, Json] = {"title": field.title} if field.title else {}
    if field.description:
        told["description"] = field.description
    kinds: list[Json] = [_describe_kind(field, takes_expressions=takes_expressions)]
    if field.list_key is not None or field.is_set:
        kinds.append({"type": "object"})  # a map may stand for a list whose entries go by a name
    if takes_expressions and field.kind != "any":
        kinds += [_EXPRESSION, {"type": "null"}]
    (first, *others) = kinds
    if others or not isinstance(first, dict):
        return {**told, "anyOf": kinds}
    return {**told, **first}


def _describe_kind(field: Field, *, takes_expressions: bool) -> dict[str, Json]:
    match field.kind:
        case "object":
            members: dict[str, Json] = {
                name: _describe_settable(inner, takes_expressions=takes_expressions)
                for name, inner in field.fields.items()
                if not inner.read_only
            }
            required = [name for name in field.required if name in members] if not takes_expressions else []
            closed: dict[str, Json] = {} if field.others is not None else {"additionalProperties": True}
            return {
                "type": "object",
                "properties": members,
                **closed,
                **({"required": [*required]} if required else {}),
            }
        case "list":
            items = field.items
            inner = _describe_settable(items, takes_expressions=takes_expressions) if items is not None else {}
            return {"type": "array", "items": inner}
        case "name":
            return {"type": ["string", "object"]}
        case "any":
            return {}
        case "integer":
            bounds: dict[str, Json] = {"minimum": field.minimum, "maximum": field.maximum}
            return {"type": "integer", **{name: bound for name, bound in bounds.items() if bound is not None}}
        case "string" | "boolean":
            choices: dict[str, Json] = {"enum": [*field.allowed]} if field.allowed else {}
            return {"type": field.kind, **choices}
