"""Decodes bodies and expressions into the fields of a Cluster, as its schema says what they are.

A nested block and an object mean the same at every level; repeated blocks are a list; a map stands for a list of
name/value pairs. Judges no value: that is the schema's work, and `check` asks it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from planner.config.computed import decode_value, make_pair, make_text
from planner.config.context import Context
from planner.config.draft import Place
from planner.config.dynamic import Placed, expand_blocks
from planner.config.nodes import Node, make_list, make_object, make_unknown
from planner.config.shapes import PAIR, find_child, find_items, is_pair_list
from planner.lang.syntax import (
    Block,
    Body,
    Expression,
    Literal,
    ObjectExpression,
    ObjectItem,
    Parentheses,
    TupleExpression,
)
from planner.lang.values import MarkKind, has_mark, is_known
from planner.model.diagnostics import Diagnostic, Severity
from planner.model.spans import Span
from schemas.fields import Field, Kind

__all__ = ["decode_body", "decode_expression"]


def decode_body(body: Body, field: Field | None, place: Place, context: Context) -> Node:
    """Return the object that the body of a block describes; `field` is what the schema says of it, if anything."""
    if not context.is_fixed(body):
        return _decode_body(body, field, place, context)
    return _share((id(body), id(field)), context, lambda: _decode_body(body, field, place, context))


def _share(key: tuple[int, int], context: Context, decode: Callable[[], Node]) -> Node:
    """Return what `decode` gives, which it is asked for in the first instance alone."""
    nodes = context.shared.nodes if context.shared is not None else {}
    node = nodes.get(key)
    if node is None:
        node = nodes[key] = decode()
    return node


def _decode_body(body: Body, field: Field | None, place: Place, context: Context) -> Node:
    members: dict[str, Node] = {}
    for attribute in body.attributes:
        child = find_child(field, attribute.name)
        members[attribute.name] = decode_expression(attribute.expression, child, attribute.name_span, context)
    unknown: list[str] = []
    for name, blocks in _group(expand_blocks(body.blocks, context, unknown)).items():
        if name in members:
            context.found.append(_written_twice(name, blocks[0].block.header, "an attribute"))
        else:
            node = _decode_blocks(blocks, find_child(field, name), context)
            is_secret = any(one.is_secret for one in blocks)
            members[name] = replace(node, is_sensitive=True, is_plain=False) if is_secret else node
    for name in unknown:
        members[name] = make_unknown(place)
    return make_object(members, place)


def decode_expression(expression: Expression, field: Field | None, key: Span, context: Context) -> Node:
    """Return what an expression says of a field; parts that are written out keep their own places."""
    if not context.is_fixed(expression):
        return _decode_expression(expression, field, key, context)
    return _share((id(expression), id(field)), context, lambda: _decode_expression(expression, field, key, context))


def _decode_expression(expression: Expression, field: Field | None, key: Span, context: Context) -> Node:
    match expression:
        case Parentheses(operand=operand):
            return decode_expression(operand, field, key, context)
        case ObjectExpression() if is_pair_list(field):
            return _decode_pairs(expression, key, context)
        case ObjectExpression() if _is_json_block(expression.span, field, "list"):
            item = _decode_object(expression, find_items(field), key, context)
            return make_list([item], Place(expression.span, key))
        case ObjectExpression():
            return _decode_object(expression, field, key, context)
        case TupleExpression(items=(only,)) if _is_json_block(expression.span, field, "object"):
            return decode_expression(only, field, key, context)
        case TupleExpression(items=items, span=span):
            child = find_items(field)
            return make_list([decode_expression(item, child, item.span, context) for item in items], Place(span, key))
        case _:
            return decode_value(context.evaluate(expression), field, Place(expression.span, key), context)


def _decode_blocks(blocks: Sequence[Placed], field: Field | None, context: Context) -> Node:
    """Return what all blocks of one type in a body say: an object, or a list with an item for each."""
    for one in blocks:
        if one.block.labels:
            context.found.append(_labelled(one.block))
    first = blocks[0].block
    place = Place(first.span, first.header)
    is_list = field.kind == "list" if field is not None else len(blocks) > 1
    if not is_list:
        context.found.extend(_written_twice(first.type, one.block.header, "a block") for one in blocks[1:])
        return decode_body(first.body, field, place, blocks[0].context)
    child = find_items(field)
    items = [decode_body(one.block.body, child, Place(one.block.span, one.block.header), one.context) for one in blocks]
    strays = [one.block for one in blocks if is_pair_list(field) and not _is_pair(one.block)]
    context.found.extend(map(_pairs_in_block, strays))
    if strays:
        return make_unknown(place)
    return make_list(items, place)


def _decode_object(expression: ObjectExpression, field: Field | None, key: Span, context: Context) -> Node:
    members: dict[str, Node] = {}
    place = Place(expression.span, key)
    for item in expression.items:
        name = _decode_key(item.key, context)
        if name is None:
            return make_unknown(place)
        if _is_comment(name, field, place):
            continue
        if name in members:
            context.found.append(_written_twice(name, item.key.span, "a key"))
        else:
            members[name] = decode_expression(item.value, find_child(field, name), item.key.span, context)
    return make_object(members, place)


def _decode_pairs(expression: ObjectExpression, key: Span, context: Context) -> Node:
    """Return the list of pairs that a map stands for, in the order of the text; entries that are null are left out."""
    entries = [entry for item in expression.items if (entry := _decode_pair(item, context)) is not None]
    if {entry.members["name"].value for entry in entries if entry.members} == PAIR:
        context.found.append(_looks_like_pair(expression.span))
    return make_list(entries, Place(expression.span, key))


def _decode_pair(item: ObjectItem, context: Context) -> Node | None:
    if not context.is_fixed(item.value) or not isinstance(item.key, Literal):
        return _read_pair(item, context)
    node = _share((id(item), 0), context, lambda: _read_pair(item, context) or _NOTHING)
    return None if node is _NOTHING else node


_NOTHING = Node(None, Place(Span("", 0, 0), Span("", 0, 0)))


def _read_pair(item: ObjectItem, context: Context) -> Node | None:
    place = Place(Span(item.key.span.file, item.key.span.start, item.value.span.end), item.key.span)
    name = _decode_key(item.key, context)
    value = make_text(context.evaluate(item.value))
    if name is None:
        return make_unknown(place)
    return make_pair(name, decode_value(value, None, Place(item.value.span, item.key.span), context), place)


def _decode_key(expression: Expression, context: Context) -> str | None:
    """Return the name that a key comes to; None where it cannot be said, and that has been told."""
    if isinstance(expression, Literal) and isinstance(expression.value, str):
        return expression.value
    value = make_text(context.evaluate(expression))
    if has_mark(value, MarkKind.SENSITIVE):
        context.found.append(_sensitive_key(expression.span))
        return None
    if isinstance(value.content, str):
        return value.content
    late = [one.source for one in value.marks if one.kind is MarkKind.LATE]
    if late:
        context.found.append(_late_key(expression.span, late))
    elif is_known(value):
        context.found.append(_not_a_key(expression.span))
    return None


def _is_comment(name: str, field: Field | None, place: Place) -> bool:
    """Tell whether a key is a comment: `//`, in JSON syntax, where HCL would have a body and no free map."""
    return name == "//" and place.value.file.endswith(".json") and field is not None and field.others is None


def _is_json_block(span: Span, field: Field | None, kind: Kind) -> bool:
    """Tell whether JSON syntax stands where HCL may have blocks: there one is an object, and several are an array."""
    return span.file.endswith(".json") and field is not None and field.kind == kind


def _is_pair(block: Block) -> bool:
    return {attribute.name for attribute in block.body.attributes} <= PAIR and not block.body.blocks


def _group(blocks: Iterable[Placed]) -> dict[str, list[Placed]]:
    groups: dict[str, list[Placed]] = {}
    for one in blocks:
        groups.setdefault(one.block.type, []).append(one)
    return groups


def _written_twice(name: str, span: Span, form: str) -> Diagnostic:
    return Diagnostic(
        code="field-written-twice",
        summary="Field written twice",
        detail=f'"{name}" is set here by {form}, and once more in the same place. Keep one of the two.',
        span=span,
    )


def _labelled(block: Block) -> Diagnostic:
    return Diagnostic(
        code="unexpected-label",
        summary="Extraneous label for a field",
        detail=f'"{block.type}" is a field of a cluster, written as a block, and takes no label. Remove the label.',
        span=block.labels[0].span,
    )


def _pairs_in_block(block: Block) -> Diagnostic:
    return Diagnostic(
        code="pairs-in-block",
        summary="Name/value pairs need an equals sign",
        detail=f'"{block.type}" is a list of name/value pairs. Write it as a map, {block.type} = {{ … }}, or as one '
        "block with name and value for each pair.",
        span=block.header,
    )


def _looks_like_pair(span: Span) -> Diagnostic:
    return Diagnostic(
        severity=Severity.WARNING,
        code="looks-like-pair",
        summary='Map with the keys "name" and "value"',
        detail='A map stands for a list of pairs, so that this one has two: one named "name" and one named "value". '
        "If it was meant to be one pair, put it in brackets: [{ name = …, value = … }].",
        span=span,
    )


def _sensitive_key(span: Span) -> Diagnostic:
    return Diagnostic(
        code="sensitive-key",
        summary="Sensitive value as a name",
        detail="The name of a field or of a pair is always shown, so that it cannot depend on a sensitive variable. "
        "Write the name itself.",
        span=span,
    )


def _not_a_key(span: Span) -> Diagnostic:
    return Diagnostic(
        code="invalid-key",
        summary="Invalid object key",
        detail="The name of a field or of a pair must be a string. Write one, in quotes if need be.",
        span=span,
    )


def _late_key(span: Span, late: Sequence[str]) -> Diagnostic:
    return Diagnostic(
        code="late-key",
        summary="Name that is known after apply",
        detail=f"The name of a field or of a pair must be known when the plan is made, and this one waits for "
        f"{', '.join(late)}. Write the name itself, and leave what comes late to the value.",
        span=span,
    )
