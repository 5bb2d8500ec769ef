"""`cluster` blocks, in HCL or in JSON syntax: each becomes the draft of one cluster.

Refuses what would make more than one cluster of a block; that is not read yet.
"""

from collections.abc import Iterable

from planner.config.constants import read_bool, read_text
from planner.config.context import Context
from planner.config.decode import decode_body, decode_expression
from planner.config.draft import Dependency, Draft, Place
from planner.config.expected import CLUSTER, LIFECYCLE
from planner.config.nodes import Node, find_place, list_sensitive, list_unknown, make_object
from planner.config.refusals import refuse_features
from planner.lang.content import Content, read_content
from planner.lang.syntax import (
    Attribute,
    Block,
    Expression,
    GetAttribute,
    Index,
    Label,
    Literal,
    TupleExpression,
    Variable,
)
from planner.model.desired import Lifecycle
from planner.model.diagnostics import Diagnostic
from planner.model.spans import Span
from schemas.fields import cluster_field
from state.address import Address, is_identifier

__all__ = ["read_cluster_block"]


def read_cluster_block(block: Block, context: Context) -> Draft | None:
    """Return the cluster that `block` describes; None where it has no address. Mistakes go to the context."""
    (label,) = block.labels
    content, diagnostics = read_content(block.body, CLUSTER, block.header)
    context.found.extend(diagnostics)
    context.found.extend(refuse_features(content))
    root = _read_document(block, label, content, context)
    lifecycle = _read_lifecycle([inner for inner in content.blocks if inner.type == "lifecycle"], context.found)
    dependencies = tuple(_read_dependencies(content.attributes.get("depends_on"), context.found))
    if not is_identifier(label.text):
        context.found.append(_invalid_label(label))
        return None
    return Draft(
        address=Address(label.text),
        document=dict(root.value) if isinstance(root.value, dict) else {},
        span=block.header,
        locate=lambda path: find_place(root, path),
        lifecycle=lifecycle,
        dependencies=dependencies,
        sensitive=frozenset(list_sensitive(root)),
        unknown=frozenset(list_unknown(root)),
    )


def _read_document(block: Block, label: Label, content: Content, context: Context) -> Node:
    """Return `{"metadata", "spec"}`, with the label for a name where none is given."""
    place = Place(block.header, block.header)
    metadata = _read_part("metadata", content, context) or make_object({}, place)
    spec = _read_part("spec", content, context)
    if isinstance(metadata.value, dict) and "name" not in metadata.value:
        named = {str(key): member for key, member in metadata.members.items()}
        metadata = make_object({"name": Node(label.text, Place(label.span, label.span)), **named}, metadata.place)
    name = metadata.members.get("name", metadata)
    if metadata.is_sensitive or name.is_sensitive:
        context.found.append(_sensitive_name(name.place.value))
    return make_object({"metadata": metadata} if spec is None else {"metadata": metadata, "spec": spec}, place)


def _read_part(name: str, content: Content, context: Context) -> Node | None:
    """Return `metadata` or `spec`, written as one block or as one argument."""
    field = cluster_field().fields[name]
    attribute = content.attributes.get(name)
    blocks = [block for block in content.blocks if block.type == name]
    extra = blocks if attribute is not None else blocks[1:]
    context.found.extend(_written_twice(block) for block in extra)
    if attribute is not None:
        node = decode_expression(attribute.expression, field, attribute.name_span, context)
        return None if node.value is None and not node.is_unknown else node
    if not blocks:
        return None
    return decode_body(blocks[0].body, field, Place(blocks[0].span, blocks[0].header), context)


def _read_lifecycle(blocks: list[Block], found: list[Diagnostic]) -> Lifecycle:
    found.extend(_written_twice(block) for block in blocks[1:])
    if not blocks:
        return Lifecycle()
    content, diagnostics = read_content(blocks[0].body, LIFECYCLE, blocks[0].header)
    found.extend(diagnostics)
    found.extend(refuse_features(content))
    is_protected = read_bool(content.attributes.get("prevent_destroy"), found) or False
    match read_text(content.attributes.get("update"), found):
        case "overwrite":
            return Lifecycle(prevent_destroy=is_protected, update="overwrite")
        case None | "patch":
            return Lifecycle(prevent_destroy=is_protected)
        case _:
            found.append(_unknown_update(content.attributes["update"].expression.span))
            return Lifecycle(prevent_destroy=is_protected)


def _read_dependencies(attribute: Attribute | None, found: list[Diagnostic]) -> Iterable[Dependency]:
    if attribute is None:
        return
    if not isinstance(attribute.expression, TupleExpression):
        found.append(_not_a_reference(attribute.expression.span))
        return
    for item in attribute.expression.items:
        address = _read_address(item)
        if address is None:
            found.append(_not_a_reference(item.span))
        else:
            yield Dependency(address, item.span)


def _read_address(expression: Expression) -> Address | None:
    match expression:
        case GetAttribute(operand=Variable(name="cluster"), name=name):
            return Address(name)
        case Index(operand=GetAttribute(operand=Variable(name="cluster"), name=name), key=Literal(value=key)):
            return Address(name, key if isinstance(key, str) else None)
        case _:
            return None


def _invalid_label(label: Label) -> Diagnostic:
    return Diagnostic(
        code="invalid-cluster-label",
        summary="Invalid name of a cluster block",
        detail=f'"{label.text}" cannot be an address: it must start with a letter or underscore and hold just letters, '
        "digits, underscores and dashes. Change the label; metadata.name may hold any text.",
        span=label.span,
    )


def _written_twice(block: Block) -> Diagnostic:
    return Diagnostic(
        code="field-written-twice",
        summary=f"Duplicate {block.type}",
        detail=f'A cluster has one "{block.type}" only, and it is written above. Merge the two into one.',
        span=block.header,
    )


def _sensitive_name(span: Span) -> Diagnostic:
    return Diagnostic(
        code="sensitive-name",
        summary="Sensitive value as the name of a cluster",
        detail="The name of a cluster is shown in every plan, so that it cannot depend on a sensitive variable. "
        "Write another name.",
        span=span,
    )


def _unknown_update(span: Span) -> Diagnostic:
    return Diagnostic(
        code="unsuitable-value",
        summary="Unknown way to update",
        detail='"update" must be "patch", which sends what changed, or "overwrite", which sends the whole cluster. '
        "Choose one of the two.",
        span=span,
    )


def _not_a_reference(span: Span) -> Diagnostic:
    return Diagnostic(
        code="invalid-dependency",
        summary="Invalid depends_on",
        detail="depends_on must be a list of references to clusters. Write it like [cluster.a, cluster.b].",
        span=span,
    )
