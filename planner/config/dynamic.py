"""`dynamic` blocks: one block of the configuration that stands for as many as its `for_each` has elements.

Refuses what is not a collection, and collections that are known after apply.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from planner.config.block_references import find_iterator
from planner.config.context import Context
from planner.config.expected import DYNAMIC
from planner.config.repetition import INSTANCE_LIMIT
from planner.lang.content import read_content
from planner.lang.references import read_traversal
from planner.lang.scope import RUN_STEPS
from planner.lang.syntax import Attribute, Block, Expression
from planner.lang.types import CollectionType, describe_type
from planner.lang.values import (
    MarkKind,
    Marks,
    Value,
    is_known,
    is_null,
    is_wholly_known,
    list_members,
    make_int,
    make_object,
    make_text,
    mark,
    unmark,
)
from planner.model.diagnostics import Diagnostic
from planner.model.spans import Span

__all__ = ["Placed", "expand_blocks"]

_STEPS = RUN_STEPS // 50_000
"""How many steps of evaluation a block counts for: a run that does nothing else may make so many."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A block, and the context that its body is read in; `is_secret`: a secret says whether it is there."""

    block: Block
    context: Context
    is_secret: bool = False


def expand_blocks(blocks: Iterable[Block], context: Context, unknown: list[str]) -> Iterator[Placed]:
    """Yield `blocks`, and in place of each `dynamic` one those that it makes.

    The types of those that nobody can tell how many there are go into `unknown`, and why to the context.
    """
    for block in blocks:
        if block.type == "dynamic":
            yield from _expand(block, context, unknown)
        else:
            yield Placed(block, context)


def _expand(block: Block, context: Context, unknown: list[str]) -> Iterator[Placed]:
    content, diagnostics = read_content(block.body, DYNAMIC, block.header)
    context.found.extend(diagnostics)
    if len(block.labels) != 1:
        context.found.append(_no_type(block))
        return
    type_ = block.labels[0].text
    bodies = list(content.blocks)
    context.found.extend(_check(block, bodies, content.attributes.get("labels")))
    for_each = content.attributes.get("for_each")
    if for_each is None or not bodies:
        unknown.append(type_)
        return
    elements = _list_elements(for_each.expression, context)
    if elements is None:
        unknown.append(type_)
        return
    _check_iterator(content.attributes.get("iterator"), context)
    iterator = find_iterator(block)
    made = replace(bodies[0], type=type_, header=block.header)
    for key, value in elements.pairs:
        names = {iterator: make_object({"key": key, "value": value})}
        yield Placed(made, context.bind(names), elements.is_secret)


@dataclass(frozen=True, slots=True)
class _Elements:
    """The key and the value of each element of a collection; `is_secret`: how many there are is a secret."""

    pairs: list[tuple[Value, Value]]
    is_secret: bool


def _list_elements(expression: Expression, context: Context) -> _Elements | None:
    """Return the elements of what a `for_each` comes to; None where that is wrong, which has been told."""
    value, marks = unmark(context.evaluate(expression))
    span = expression.span
    is_set = isinstance(value.type, CollectionType) and value.type.kind == "set"
    if not (is_wholly_known(value) if is_set else is_known(value)):
        if any(one.kind is MarkKind.LATE for one in marks):
            context.found.append(_invalid(span, _LATE))
        return None
    kinds = {one.kind for one in marks}
    if kinds & {MarkKind.EPHEMERAL, MarkKind.VOLATILE}:
        context.found.append(_invalid(span, _FLEETING))
        return None
    if is_null(value):
        context.found.append(_invalid(span, "Cannot use a null value in for_each. Give it a list, a set or a map."))
        return None
    if isinstance(value.content, str | bool) or not isinstance(value.content, tuple | dict):
        detail = f"Cannot use a {describe_type(value.type)} value in for_each. An iterable collection is required."
        context.found.append(_invalid(span, detail))
        return None
    elements = _pair(value, marks, is_set=is_set)
    if len(elements) > INSTANCE_LIMIT:
        context.found.append(_invalid(span, f"This makes {len(elements):,} blocks. Use {INSTANCE_LIMIT:,} or fewer."))
        return None
    budget = context.scope.budget
    budget.run_steps -= len(elements) * _STEPS
    if budget.run_steps < 0:
        context.found.append(_too_many(span))
        return None
    return _Elements(elements, MarkKind.SENSITIVE in kinds)


def _pair(value: Value, marks: Marks, *, is_set: bool) -> list[tuple[Value, Value]]:
    content = value.content
    if isinstance(content, tuple):
        items = [mark(item, marks) for item in content]
        return [(item if is_set else mark(make_int(at), marks), item) for at, item in enumerate(items)]
    return [(mark(make_text(key), marks), mark(member, marks)) for key, member in list_members(value)]


_LATE = (
    "How many blocks there are must be known when the plan is made, and this depends on clusters that are not there "
    "yet. Use a collection that is written in the configuration."
)


_FLEETING = (
    "How many blocks there are depends on a value that is kept nowhere, or is another one each time. Use a collection "
    "that stays the same."
)


def _check(block: Block, bodies: list[Block], labels: Attribute | None) -> Iterator[Diagnostic]:
    if not bodies:
        yield Diagnostic(
            code="dynamic-content",
            summary="Missing dynamic content block",
            detail='A dynamic block holds one "content" block, which says what each block holds. Add it.',
            span=block.header,
        )
    for extra in bodies[1:]:
        yield Diagnostic(
            code="dynamic-content",
            summary="Extraneous dynamic content block",
            detail='A dynamic block holds one "content" block only. Remove this one.',
            span=extra.header,
        )
    if labels is not None:
        yield Diagnostic(
            code="dynamic-labels",
            summary="Extraneous dynamic block labels",
            detail="The blocks of a cluster take no labels. Remove the argument.",
            span=labels.name_span,
        )


def _check_iterator(attribute: Attribute | None, context: Context) -> None:
    if attribute is None:
        return
    reference = read_traversal(attribute.expression)
    if reference is None or reference.steps:
        context.found.append(
            Diagnostic(
                code="dynamic-iterator",
                summary="Invalid dynamic iterator name",
                detail="The iterator must be a single name, without quotes. Write it like iterator = each_tier.",
                span=attribute.expression.span,
            )
        )


def _no_type(block: Block) -> Diagnostic:
    return Diagnostic(
        code="dynamic-type",
        summary="Missing block type for dynamic",
        detail="A dynamic block must name the type of the blocks that it makes. Write it like "
        'dynamic "loadBalancers" {.',
        span=block.header,
    )


def _invalid(span: Span, detail: str) -> Diagnostic:
    return Diagnostic(code="invalid-for-each", summary="Invalid dynamic for_each value", detail=detail, span=span)


def _too_many(span: Span) -> Diagnostic:
    return Diagnostic(
        code="too-many-blocks",
        summary="Too many dynamic blocks",
        detail="The configuration makes more blocks than a run may. Use fewer, or split it into several.",
        span=span,
    )
