"""`cluster` blocks: what they say beside the cluster itself.

Refuses what cannot be read before anything has a value.
"""

from dataclasses import replace

from planner.config.conditions import read_conditions
from planner.config.constants import read_bool, read_text
from planner.config.declarations import ClusterBlock
from planner.config.dependencies import read_dependencies
from planner.config.dynamic_json import read_json_blocks
from planner.config.expected import CLUSTER, LIFECYCLE
from planner.config.lifecycle_paths import check_path
from planner.config.repetition import read_repetition
from planner.config.timeouts import list_timeouts
from planner.lang.content import Content, read_content
from planner.lang.references import Position, Reference, read_traversal
from planner.lang.syntax import Attribute, Block, Expression, Label, Splat, TupleExpression
from planner.model.desired import AllFields, Lifecycle, UpdateVerb
from planner.model.diagnostics import Diagnostic
from planner.model.paths import Key, Path, Step
from planner.model.spans import Span
from schemas.fields import Field, cluster_field, find_child
from state.address import is_identifier

__all__ = ["declare_cluster"]


def declare_cluster(block: Block, found: list[Diagnostic]) -> ClusterBlock | None:
    """Return what `block` declares; None where it has no address."""
    (label,) = block.labels
    block = read_json_blocks(block, found)
    content, diagnostics = read_content(block.body, CLUSTER, block.header)
    found.extend(diagnostics)
    lifecycles = [inner for inner in content.blocks if inner.type == "lifecycle"]
    found.extend(_second_lifecycle(inner) for inner in lifecycles[1:])
    lifecycle = _read_content(lifecycles[0], found) if lifecycles else Content(attributes={}, blocks=())
    doubts: list[Diagnostic] = []
    declared = ClusterBlock(
        name=label.text,
        block=block,
        content=content,
        repetition=read_repetition(content, found),
        depends_on=tuple(read_dependencies(content.attributes.get("depends_on"), found)),
        lifecycle=_read_lifecycle(lifecycle, found, doubts),
        timeouts=list_timeouts([*content.blocks], found),
        triggers=tuple(_read_triggers(lifecycle.attributes.get("replace_triggered_by"), found)),
        preconditions=read_conditions(lifecycle.blocks, "precondition", found),
        postconditions=read_conditions(lifecycle.blocks, "postcondition", found),
    )
    if not is_identifier(label.text):
        found.append(_invalid_label(label))
        return None
    return replace(declared, doubts=tuple(doubts))


def _read_content(block: Block, found: list[Diagnostic]) -> Content:
    content, diagnostics = read_content(block.body, LIFECYCLE, block.header)
    found.extend(diagnostics)
    return content


def _read_lifecycle(content: Content, found: list[Diagnostic], doubts: list[Diagnostic]) -> Lifecycle:
    if "create_before_destroy" in content.attributes:
        found.append(_no_order(content.attributes["create_before_destroy"].name_span))
    return Lifecycle(
        prevent_destroy=read_bool(content.attributes.get("prevent_destroy"), found) or False,
        update=_read_update(content, found),
        ignore_changes=_read_ignored(content.attributes.get("ignore_changes"), found, doubts),
    )


def _read_update(content: Content, found: list[Diagnostic]) -> UpdateVerb:
    match read_text(content.attributes.get("update"), found):
        case "overwrite":
            return "overwrite"
        case None | "patch":
            return "patch"
        case _:
            found.append(_unknown_update(content.attributes["update"].expression.span))
            return "patch"


def _read_ignored(
    attribute: Attribute | None, found: list[Diagnostic], doubts: list[Diagnostic]
) -> tuple[Path, ...] | AllFields:
    if attribute is None:
        return ()
    expression = attribute.expression
    whole = read_traversal(expression)
    if whole is not None and whole.root == "all" and not whole.steps:
        return "all"
    if not isinstance(expression, TupleExpression):
        found.append(_not_a_list("ignore_changes", expression.span))
        return ()
    paths: list[Path] = []
    for item in expression.items:
        path = _read_path(item)
        if path is None or path[0] not in {"metadata", "spec"}:
            found.append(_not_a_field(item.span))
        else:
            doubts += check_path(path, item.span)
            paths.append(path)
    return tuple(paths)


def _read_path(expression: Expression) -> Path | None:
    """Return the path that `spec.awsTags["team"]` names; `[*]` is the step `*`, which stands for any."""
    steps: list[str | Position] = []
    while isinstance(expression, Splat):
        each = read_traversal(expression.each)
        if each is None:
            return None
        steps = [Position("*", expression.each), *each.steps, *steps]
        expression = expression.operand
    reference = read_traversal(expression)
    if reference is None:
        return None
    return _as_path([reference.root, *reference.steps, *steps])


def _as_path(steps: list[str | Position]) -> Path | None:
    at: Field | None = cluster_field()
    path: list[Step] = []
    for step in steps:
        key = step.key if isinstance(step, Position) else step
        if key is None:
            return None
        is_keyed = at is not None and at.list_key is not None and isinstance(key, str) and key != "*"
        path.append(Key(str(key)) if is_keyed else key)
        at = None if at is None else find_child(at, 0 if is_keyed or key == "*" else key)
    return tuple(path)


def _read_triggers(attribute: Attribute | None, found: list[Diagnostic]) -> list[Reference]:
    if attribute is None:
        return []
    if not isinstance(attribute.expression, TupleExpression):
        found.append(_not_a_list("replace_triggered_by", attribute.expression.span))
        return []
    triggers = []
    for item in attribute.expression.items:
        reference = read_traversal(item)
        if reference is None or reference.root != "cluster" or reference.name is None:
            found.append(_not_a_trigger(item.span))
        else:
            triggers.append(reference)
    return triggers


def _invalid_label(label: Label) -> Diagnostic:
    return Diagnostic(
        code="invalid-cluster-label",
        summary="Invalid name of a cluster block",
        detail=f'"{label.text}" cannot be an address: it must start with a letter or underscore and hold just letters, '
        "digits, underscores and dashes. Change the label; metadata.name may hold any text.",
        span=label.span,
    )


def _second_lifecycle(block: Block) -> Diagnostic:
    return Diagnostic(
        code="field-written-twice",
        summary="Duplicate lifecycle block",
        detail='A cluster has one "lifecycle" only, and it is written above. Merge the two into one.',
        span=block.header,
    )


def _unknown_update(span: Span) -> Diagnostic:
    return Diagnostic(
        code="unsuitable-value",
        summary="Unknown way to update",
        detail='"update" must be "patch", which sends what changed, or "overwrite", which sends the whole cluster. '
        "Choose one of the two.",
        span=span,
    )


def _no_order(span: Span) -> Diagnostic:
    return Diagnostic(
        code="unsupported-argument",
        summary="Unsupported argument",
        detail='"create_before_destroy" is not possible: the name of a cluster is taken while the old one is there, '
        "and no cluster is replaced unless you ask for it. Remove it.",
        span=span,
    )


def _not_a_list(name: str, span: Span) -> Diagnostic:
    example = "[spec.query.replicas]" if name == "ignore_changes" else "[cluster.a.spec.version]"
    also = ", or the word all" if name == "ignore_changes" else ""
    return Diagnostic(
        code=f"invalid-{name.replace('_', '-')}",
        summary=f"Invalid {name}",
        detail=f"{name} must be a list{also}. Write it like {example}.",
        span=span,
    )


def _not_a_field(span: Span) -> Diagnostic:
    return Diagnostic(
        code="invalid-ignore-changes",
        summary="Invalid ignore_changes expression",
        detail="This names no field of the cluster. Write a path such as spec.query.replicas, "
        'spec.awsTags["team"] or spec.loadBalancers[*].type.',
        span=span,
    )


def _not_a_trigger(span: Span) -> Diagnostic:
    return Diagnostic(
        code="invalid-replace-triggered-by",
        summary="Invalid replace_triggered_by expression",
        detail="This refers to no cluster. Write cluster.a, or a field of one such as cluster.a.spec.version.",
        span=span,
    )
