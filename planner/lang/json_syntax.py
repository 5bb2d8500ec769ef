"""HCL's JSON syntax: `*.hcl.json` to the same tree as HCL, once it is known what is expected in it.

Refuses labels and bodies of the wrong JSON type, and an argument given twice.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from planner.lang.json_scan import JsonArray, JsonLeaf, JsonMember, JsonNode, JsonObject, find_text_offsets, scan_json
from planner.lang.parse import parse_expression, parse_template
from planner.lang.schema import AttributeSchema, BlockSchema, BodySchema, Notation
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
)
from planner.lang.templates import normalize
from planner.model.diagnostics import Diagnostic
from planner.model.spans import Source, Span, find_position

__all__ = ["JsonBody", "convert_json_body", "convert_json_expression", "parse_json"]

_ANYTHING = BodySchema(open=True)
_COMMENT = "//"


@dataclass(frozen=True, slots=True)
class JsonBody:
    """A body in JSON syntax: objects whose members are arguments or blocks; which, only a schema can tell."""

    objects: tuple[JsonObject, ...]
    source: Source
    span: Span


def parse_json(source: Source) -> tuple[JsonBody, tuple[Diagnostic, ...]]:
    """Return the body of the file `source`, an object or an array of objects, and the mistakes in it."""
    span = Span(source.file, 0, len(source.text))
    node, diagnostics = scan_json(source)
    if node is None:
        return JsonBody((), source, span), diagnostics
    conversion = _Conversion(source)
    if isinstance(node, JsonLeaf):
        detail = "A file in JSON syntax must be an object, or an array of objects. Use one."
        conversion.report("incorrect-json-type", "Root value must be object", detail, node.span)
        return JsonBody((), source, span), tuple(conversion.diagnostics)
    objects = tuple(_list_objects(node, conversion))
    return JsonBody(objects, source, span), tuple(conversion.diagnostics)


def convert_json_body(body: JsonBody, expected: BodySchema) -> tuple[Body, tuple[Diagnostic, ...]]:
    """Return `body` as HCL's body, its members being what is `expected`; a member that is not is an argument."""
    conversion = _Conversion(body.source)
    return _convert_objects(body.objects, expected, body.span, conversion), tuple(conversion.diagnostics)


def convert_json_expression(
    node: JsonNode, source: Source, notation: Notation = Notation.TEMPLATE
) -> tuple[Expression, tuple[Diagnostic, ...]]:
    """Return the expression that `node` of the file `source` is; null where it is none."""
    conversion = _Conversion(source)
    return _convert_value(node, notation, conversion), tuple(conversion.diagnostics)


@dataclass(slots=True)
class _Conversion:
    source: Source
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def report(self, code: str, summary: str, detail: str, span: Span) -> None:
        self.diagnostics.append(Diagnostic(code=code, summary=summary, detail=detail, span=span))


def _list_objects(node: JsonNode, conversion: _Conversion) -> Iterator[JsonObject]:
    """Yield the objects that a body is made of: one, none for null, or those of an array."""
    items = node.items if isinstance(node, JsonArray) else (node,)
    for item in items:
        match item:
            case JsonObject():
                yield item
            case JsonLeaf(value=None) if item is node:
                return
            case _:
                conversion.report(
                    "incorrect-json-type",
                    "Incorrect JSON value type",
                    "A JSON object, or an array of objects, is required here. Use one.",
                    item.span,
                )


def _convert_objects(
    objects: tuple[JsonObject, ...], expected: BodySchema, span: Span, conversion: _Conversion
) -> Body:
    attributes: dict[str, Attribute] = {}
    blocks: list[Block] = []
    for member in (member for node in objects for member in node.members):
        if member.name == _COMMENT:
            continue
        block = expected.find_block(member.name)
        if block is None:
            _add_attribute(attributes, member, expected.find_attribute(member.name), conversion)
        else:
            blocks.extend(_convert_blocks(member.value, block, (), member, conversion))
    return Body(tuple(attributes.values()), tuple(blocks), span)


def _add_attribute(
    attributes: dict[str, Attribute], member: JsonMember, expected: AttributeSchema | None, conversion: _Conversion
) -> None:
    first = attributes.get(member.name)
    if first is not None:
        place = find_position(conversion.source.text, first.span.start)
        conversion.report(
            "argument-redefined",
            "Duplicate argument",
            f'The argument "{member.name}" was already set at {first.span.file}:{place.line},{place.column}. '
            "Each argument may be set only once: remove one of the two.",
            member.name_span,
        )
        return
    notation = expected.notation if expected is not None else Notation.TEMPLATE
    expression = _convert_value(member.value, notation, conversion)
    span = Span(member.name_span.file, member.name_span.start, member.value.span.end)
    attributes[member.name] = Attribute(member.name, expression, member.name_span, span)


def _convert_blocks(
    node: JsonNode, expected: BlockSchema, labels: tuple[Label, ...], member: JsonMember, conversion: _Conversion
) -> Iterator[Block]:
    """Yield the blocks below the property `member`: an object for each label, then a body or an array of bodies."""
    header = (
        member.name_span if not labels else Span(member.name_span.file, member.name_span.start, labels[-1].span.end)
    )
    objects = list(_list_objects(node, conversion))
    if len(labels) == len(expected.labels):
        for inner in objects:
            body = _convert_objects((inner,), expected.body or _ANYTHING, inner.span, conversion)
            yield Block(member.name, labels, body, header, Span(header.file, header.start, inner.span.end))
        return
    names = [label for inner in objects for label in inner.members if label.name != _COMMENT]
    if not names and _may_hold_labels(node):
        wanted = expected.labels[len(labels)]
        detail = f"At least one property is required here, whose name is the {wanted} of the {member.name}. Add one."
        conversion.report("missing-label", "Missing block label", detail, node.span)
    for label in names:
        text = Label(label.name, label.name_span)
        yield from _convert_blocks(label.value, expected, (*labels, text), member, conversion)


def _may_hold_labels(node: JsonNode) -> bool:
    """Tell whether `node` is of the right kind to hold labels; null says on purpose that there are none."""
    items = node.items if isinstance(node, JsonArray) else (node,)
    return all(isinstance(item, JsonObject) for item in items)


def _convert_value(node: JsonNode, notation: Notation, conversion: _Conversion) -> Expression:
    match node:
        case JsonLeaf(value=str() as text, span=span):
            return _convert_text(text, span, notation, conversion)
        case JsonLeaf(value=value, span=span):
            return Literal(value, span)
        case JsonArray(items=items, span=span):
            return TupleExpression(tuple([_convert_value(item, notation, conversion) for item in items]), span)
        case JsonObject(members=members, span=span):
            converted = []
            _refuse_twins(members, conversion)
            for member in members:
                key = _convert_text(member.name, member.name_span, _as_key(notation), conversion)
                converted.append(ObjectItem(key, _convert_value(member.value, notation, conversion)))
            return ObjectExpression(tuple(converted), span)


def _refuse_twins(members: tuple[JsonMember, ...], conversion: _Conversion) -> None:
    places: dict[str, Span] = {}
    for member in members:
        first = places.setdefault(member.name, member.name_span)
        if first is not member.name_span:
            place = find_position(conversion.source.text, first.start)
            detail = (
                f'An attribute named "{member.name}" was already set at {first.file}:{place.line},{place.column}. '
                "Remove one of the two."
            )
            conversion.report("duplicate-attribute", "Duplicate object attribute", detail, member.name_span)


def _as_key(notation: Notation) -> Notation:
    return Notation.LITERAL if notation is Notation.BARE else notation


def _convert_text(text: str, span: Span, notation: Notation, conversion: _Conversion) -> Expression:
    if notation is Notation.LITERAL or (notation is Notation.TEMPLATE and "${" not in text and "%{" not in text):
        return Literal(normalize(text), span)
    if notation is Notation.BARE and text.startswith("${"):
        return Literal(normalize(text), span)  # whoever reads it says what must stand there, and that once
    parse = parse_expression if notation is Notation.BARE else parse_template
    inner = Source(span.file, text)
    expression, diagnostics = parse(inner, find_text_offsets(conversion.source.text, span))
    conversion.diagnostics.extend(diagnostics)
    return Literal(None, span) if expression is None else expression
