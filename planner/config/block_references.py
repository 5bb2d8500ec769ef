"""References of whole blocks: what the expressions in a body speak of, those of its inner blocks too.

A `dynamic` block binds its iterator in its content, as `for` binds its names.
"""

from collections.abc import Iterable, Iterator

from planner.lang.references import Reference, collect_references, read_traversal
from planner.lang.syntax import Attribute, Block, Body

__all__ = ["collect_body", "find_iterator"]


def collect_body(body: Body) -> tuple[Reference, ...]:
    """Return what the arguments and blocks of `body` refer to, in the order of the text."""
    found = _collect(body.attributes, body.blocks, frozenset())
    return tuple(sorted(found, key=lambda reference: reference.span.start))


def find_iterator(block: Block) -> str:
    """Return the name that a `dynamic` block gives to the element: its label, unless it says another."""
    for attribute in block.body.attributes:
        if attribute.name == "iterator":
            reference = read_traversal(attribute.expression)
            if reference is not None and not reference.steps:
                return reference.root
    return block.labels[0].text if block.labels else ""


def _collect(attributes: Iterable[Attribute], blocks: Iterable[Block], bound: frozenset[str]) -> Iterator[Reference]:
    for attribute in attributes:
        for reference in collect_references(attribute.expression):
            if reference.root not in bound:
                yield reference
    for block in blocks:
        yield from _collect_block(block, bound)


def _collect_block(block: Block, bound: frozenset[str]) -> Iterator[Reference]:
    if block.type != "dynamic":
        yield from _collect(block.body.attributes, block.body.blocks, bound)
        return
    outside = [attribute for attribute in block.body.attributes if attribute.name != "iterator"]
    yield from _collect(outside, (), bound)
    inner = bound | {find_iterator(block)}
    for content in block.body.blocks:
        yield from _collect(content.body.attributes, content.body.blocks, inner)
