"""`dynamic` in JSON syntax: objects of a cluster that hold it become bodies, and it the block that it is in HCL.

An object is a body where the schema knows its fields; in a free map `dynamic` is a key as any other. Refuses what has
not the form `{"dynamic": {"TYPE": {"for_each": …, "content": {…}}}}`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from planner.config.shapes import find_child, find_items, is_pair_list
from planner.lang.syntax import (
    Attribute,
    Block,
    Body,
    Expression,
    Label,
    Literal,
    ObjectExpression,
    ObjectItem,
    TupleExpression,
    Variable,
)
from planner.model.diagnostics import Diagnostic
from planner.model.spans import Span
from schemas.fields import Field, cluster_field
from state.address import is_identifier

__all__ = ["read_json_blocks"]

_DYNAMIC = "dynamic"


def read_json_blocks(block: Block, found: list[Diagnostic]) -> Block:
    """Return a `cluster` block with `metadata` and `spec` as blocks where JSON syntax has `dynamic` in them."""
    if not block.header.file.endswith(".json"):
        return block
    attributes: list[Attribute] = []
    blocks = list(block.body.blocks)
    for attribute in block.body.attributes:
        field = cluster_field().fields.get(attribute.name)
        if _holds_dynamic(attribute.expression, field):
            item = ObjectItem(Literal(attribute.name, attribute.name_span), attribute.expression)
            blocks.extend(_make_blocks(item, attribute.name, field, found))
        else:
            attributes.append(attribute)
    return replace(block, body=replace(block.body, attributes=tuple(attributes), blocks=tuple(blocks)))


def _holds_dynamic(expression: Expression, field: Field | None) -> bool:
    """Tell whether an object that is a body, here or further in, has `dynamic` in it."""
    return any(
        (_name(item) == _DYNAMIC and inner.others is None)
        or _holds_dynamic(item.value, find_child(inner, _name(item) or ""))
        for body, inner in _list_bodies(expression, field)
        for item in body.items
    )


def _list_bodies(expression: Expression, field: Field | None) -> Iterator[tuple[ObjectExpression, Field]]:
    """Yield the objects that are bodies of blocks of a field: one, or those of an array; with what they hold."""
    inner = find_items(field) if field is not None and field.kind == "list" else field
    if inner is None or inner.kind != "object" or not inner.fields:
        return
    match expression:
        case ObjectExpression() if not is_pair_list(field):
            yield expression, inner
        case TupleExpression(items=items):
            yield from ((item, inner) for item in items if isinstance(item, ObjectExpression))
        case _:
            return


def _name(item: ObjectItem) -> str | None:
    return item.key.value if isinstance(item.key, Literal) and isinstance(item.key.value, str) else None


def _make_blocks(item: ObjectItem, name: str, field: Field | None, found: list[Diagnostic]) -> Iterator[Block]:
    for body, inner in _list_bodies(item.value, field):
        span = Span(item.key.span.file, item.key.span.start, body.span.end)
        yield Block(name, (), _Making(inner, found, inner.others is None).make_body(body), item.key.span, span)


@dataclass(frozen=True, slots=True)
class _Making:
    """The making of the body of an object: `field` says what it may hold; without `is_body` it is a free map."""

    field: Field | None
    found: list[Diagnostic]
    is_body: bool = True

    def make_body(self, expression: ObjectExpression) -> Body:
        attributes: dict[str, Attribute] = {}
        blocks: list[Block] = []
        dynamic = [item for item in expression.items if self.is_body and _name(item) == _DYNAMIC]
        made = {label for item in dynamic for label in _list_names(item.value)}
        for item in expression.items:
            name = _name(item)
            child = find_child(self.field, name or "")
            if item in dynamic:
                blocks.extend(self._make_dynamic(item.value))
            elif name is None:
                self.found.append(_no_name(item.key.span))
            elif (name in made or _holds_dynamic(item.value, child)) and any(_list_bodies(item.value, child)):
                blocks.extend(_make_blocks(item, name, child, self.found))
            elif name != "//" or not self.is_body:
                attributes[name] = _make_attribute(name, item)
        return Body(tuple(attributes.values()), tuple(blocks), expression.span)

    def _make_dynamic(self, expression: Expression) -> Iterator[Block]:
        """Yield a `dynamic` block for each type that `expression` has, and each body of it."""
        for types in self._list_objects(expression):
            for item in types.items:
                name = _name(item)
                if name is not None and name != "//":
                    yield from self._make_of_type(name, item)

    def _make_of_type(self, name: str, item: ObjectItem) -> Iterator[Block]:
        key = item.key.span
        for body in self._list_objects(item.value):
            span = Span(key.file, key.start, body.span.end)
            yield Block(_DYNAMIC, (Label(name, key),), self._make_inside(name, body), key, span)

    def _make_inside(self, label: str, expression: ObjectExpression) -> Body:
        child = find_child(self.field, label)
        made = find_items(child) if child is not None and child.kind == "list" else child
        attributes: dict[str, Attribute] = {}
        blocks: list[Block] = []
        for item in expression.items:
            name = _name(item)
            if name == "content":
                for body in self._list_objects(item.value):
                    inner = _Making(made, self.found).make_body(body)
                    blocks.append(Block(name, (), inner, item.key.span, body.span))
            elif name is not None and name != "//":
                attributes[name] = _make_attribute(name, item)
        if "iterator" in attributes:
            attributes["iterator"] = _read_bare(attributes["iterator"])
        return Body(tuple(attributes.values()), tuple(blocks), expression.span)

    def _list_objects(self, expression: Expression) -> Iterator[ObjectExpression]:
        """Yield the objects that stand for blocks: one, or those of an array."""
        match expression:
            case ObjectExpression():
                yield expression
            case TupleExpression(items=items):
                for item in items:
                    yield from self._list_objects(item)
            case Literal(value=None):
                return
            case _:
                self.found.append(_no_object(expression.span))


def _list_names(expression: Expression) -> Iterator[str]:
    items = expression.items if isinstance(expression, TupleExpression) else (expression,)
    for one in items:
        if isinstance(one, ObjectExpression):
            yield from (name for item in one.items if (name := _name(item)) is not None)


def _make_attribute(name: str, item: ObjectItem) -> Attribute:
    key = item.key.span
    return Attribute(name, item.value, key, Span(key.file, key.start, item.value.span.end))


def _read_bare(attribute: Attribute) -> Attribute:
    """Return the argument with a name in place of the text that stands for one."""
    match attribute.expression:
        case Literal(value=str() as text, span=span) if is_identifier(text):
            return replace(attribute, expression=Variable(text, span))
        case _:
            return attribute


def _no_name(span: Span) -> Diagnostic:
    return Diagnostic(
        code="invalid-key",
        summary="Invalid object key",
        detail='Beside "dynamic" the names of fields must be written out. Write the name itself.',
        span=span,
    )


def _no_object(span: Span) -> Diagnostic:
    return Diagnostic(
        code="incorrect-json-type",
        summary="Incorrect JSON value type",
        detail="A JSON object, or an array of objects, is required here. Use one.",
        span=span,
    )
