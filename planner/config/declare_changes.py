"""`moved`, `removed` and `import` blocks: what becomes of what is there. Refuses names of anything but clusters."""

from planner.config.constants import read_bool
from planner.config.declarations import ImportBlock, MovedBlock, RemovedBlock, Repetition
from planner.config.expected import IMPORT, MOVED, REMOVED, REMOVED_LIFECYCLE
from planner.lang.content import read_content
from planner.lang.references import Position, Reference, read_traversal
from planner.lang.syntax import Attribute, Block
from planner.model.desired import Endpoint
from planner.model.diagnostics import Diagnostic
from planner.model.spans import Span
from state.address import ModuleStep

__all__ = ["declare_import", "declare_moved", "declare_removed", "split_address"]


def declare_moved(block: Block, found: list[Diagnostic]) -> MovedBlock | None:
    """Return what a `moved` block says."""
    content, diagnostics = read_content(block.body, MOVED, block.header)
    found.extend(diagnostics)
    source = _read_endpoint(content.attributes.get("from"), found)
    target = _read_endpoint(content.attributes.get("to"), found)
    if source is None or target is None:
        return None
    if (source.name is None) != (target.name is None):
        found.append(_unlike(content.attributes["to"].expression.span))
        return None
    return MovedBlock(source=source, target=target, span=block.header)


def declare_removed(block: Block, found: list[Diagnostic]) -> RemovedBlock | None:
    """Return what a `removed` block says; what it names is destroyed, unless its lifecycle says otherwise."""
    content, diagnostics = read_content(block.body, REMOVED, block.header)
    found.extend(diagnostics)
    destroy = True
    found.extend(_second_lifecycle(lifecycle) for lifecycle in content.blocks[1:])
    for lifecycle in content.blocks[:1]:
        inner, problems = read_content(lifecycle.body, REMOVED_LIFECYCLE, lifecycle.header)
        found.extend(problems)
        destroy = read_bool(inner.attributes.get("destroy"), found) is not False
    endpoint = _read_endpoint(content.attributes.get("from"), found)
    if endpoint is None:
        return None
    is_module = any(step.key is not None for step in endpoint.module)
    if endpoint.key is not None or is_module:
        found.append(_one_instance("Module" if is_module else "Resource", content.attributes["from"].expression.span))
        return None
    return RemovedBlock(endpoint=endpoint, destroy=destroy, span=block.header)


def declare_import(block: Block, found: list[Diagnostic]) -> ImportBlock | None:
    """Return what an `import` block says."""
    content, diagnostics = read_content(block.body, IMPORT, block.header)
    found.extend(diagnostics)
    to, given = content.attributes.get("to"), content.attributes.get("id")
    if to is None or given is None:
        return None
    reference = read_traversal(to.expression)
    if reference is None or split_address(reference) is None:
        found.append(_not_an_address(to.expression.span))
        return None
    for_each = content.attributes.get("for_each")
    return ImportBlock(
        to=reference,
        to_span=to.expression.span,
        id=given.expression,
        repetition=None if for_each is None else Repetition("for_each", for_each.expression),
        span=block.header,
    )


def _read_endpoint(attribute: Attribute | None, found: list[Diagnostic]) -> Endpoint | None:
    if attribute is None:
        return None
    reference = read_traversal(attribute.expression)
    endpoint = None if reference is None else _make_endpoint(reference)
    if endpoint is None:
        found.append(_not_an_address(attribute.expression.span))
    return endpoint


def _make_endpoint(reference: Reference) -> Endpoint | None:
    parts = split_address(reference, may_be_module=True)
    if parts is None or any(position is not None and position.key is None for _, _, position in parts):
        return None
    steps = [ModuleStep(name, position.key if position else None) for kind, name, position in parts if kind == "module"]
    kind, name, position = parts[-1]
    if kind == "module":
        return Endpoint(module=tuple(steps))
    return Endpoint(module=tuple(steps), name=name, key=position.key if position else None)


def split_address(
    reference: Reference, *, may_be_module: bool = False
) -> list[tuple[str, str, Position | None]] | None:
    """Return the parts of an address, each with its kind, name and position; None where it is none."""
    parts: list[tuple[str, str, Position | None]] = []
    pending = [reference.root, *reference.steps]
    while pending:
        kind = pending.pop(0)
        name = pending.pop(0) if pending else None
        if kind not in {"module", "cluster"} or not isinstance(name, str) or not isinstance(kind, str):
            return None
        position = pending.pop(0) if pending and isinstance(pending[0], Position) else None
        parts.append((kind, name, position if isinstance(position, Position) else None))
    kinds = [kind for kind, _, _ in parts]
    if "cluster" in kinds[:-1] or (kinds[-1] == "module" and not may_be_module):
        return None
    return parts


def _not_an_address(span: Span) -> Diagnostic:
    return Diagnostic(
        code="invalid-address",
        summary="Invalid address",
        detail="The address of a cluster must stand here. Write one such as cluster.web, "
        'cluster.web["eu"] or module.fleet.cluster.web.',
        span=span,
    )


def _unlike(span: Span) -> Diagnostic:
    return Diagnostic(
        code="invalid-moved",
        summary='Invalid "moved" addresses',
        detail='"from" and "to" must both name clusters, or both name modules. Correct one of the two.',
        span=span,
    )


def _second_lifecycle(block: Block) -> Diagnostic:
    return Diagnostic(
        code="field-written-twice",
        summary="Duplicate lifecycle block",
        detail='A removed block has one "lifecycle" only, and it is written above. Merge the two into one.',
        span=block.header,
    )


def _one_instance(what: str, span: Span) -> Diagnostic:
    return Diagnostic(
        code="invalid-removed",
        summary=f"{what} instance keys not allowed",
        detail='A removed block speaks of all instances of a cluster or module. Remove the key from "from"; to remove '
        "one instance, take it out of count or for_each.",
        span=span,
    )
