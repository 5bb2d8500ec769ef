"""`cluster` blocks, in HCL or in JSON syntax: one instance of one becomes the draft of one cluster.

Refuses a name that is secret, or known only after an apply.
"""

from planner.config.context import Context
from planner.config.declarations import ClusterBlock
from planner.config.decode import decode_body, decode_expression
from planner.config.draft import Draft, Place
from planner.config.nodes import Node, find_place, list_late, list_sensitive, list_unknown, make_object
from planner.config.timeouts import read_timeouts
from planner.lang.content import Content
from planner.lang.syntax import Block
from planner.model.diagnostics import Diagnostic
from planner.model.spans import Span
from schemas.fields import cluster_field
from state.address import Address

__all__ = ["read_cluster"]


def read_cluster(declared: ClusterBlock, address: Address, context: Context) -> Draft:
    """Return the cluster that an instance of a block describes. Mistakes go to the context."""
    root = _read_document(declared, context)
    return Draft(
        address=address,
        document=dict(root.value) if isinstance(root.value, dict) else {},
        span=declared.block.header,
        locate=lambda path: find_place(root, path),
        lifecycle=declared.lifecycle,
        timeouts=read_timeouts(declared.timeouts, context),
        sensitive=frozenset(list_sensitive(root)),
        unknown=frozenset(list_unknown(root)),
        late=dict(list_late(root)),
    )


def _read_document(declared: ClusterBlock, context: Context) -> Node:
    """Return `{"metadata", "spec"}`, with the label for a name where none is given."""
    block, content = declared.block, declared.content
    (label,) = block.labels
    place = Place(block.header, block.header)
    metadata = _read_part("metadata", content, context) or make_object({}, place)
    spec = _read_part("spec", content, context)
    if isinstance(metadata.value, dict) and "name" not in metadata.value:
        named = {str(key): member for key, member in metadata.members.items()}
        metadata = make_object({"name": Node(label.text, Place(label.span, label.span)), **named}, metadata.place)
    name = metadata.members.get("name", metadata)
    if metadata.is_sensitive or name.is_sensitive:
        context.found.append(_sensitive_name(name.place.value))
    late = metadata.late or name.late
    if late:
        context.found.append(_late_name(name.place.value, late))
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


def _late_name(span: Span, late: tuple[str, ...]) -> Diagnostic:
    return Diagnostic(
        code="late-name",
        summary="Name of a cluster that is known after apply",
        detail=f"A cluster is found by its name, so that this must be known when the plan is made, and it waits for "
        f"{', '.join(late)}. Write another name.",
        span=span,
    )
