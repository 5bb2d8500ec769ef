"""Conversion of bodies: from the parser's tree to `Body`, `Block` and `Attribute`; refuses an argument given twice."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from planner.lang.convert_expressions import convert_expression
from planner.lang.layout import TooDeepError
from planner.lang.reading import Message, Reading
from planner.lang.syntax import Attribute, Block, Body, Label, Literal
from planner.lang.syntax_errors import explain_depth
from planner.lang.trees import as_tree, find_end, find_start, is_token, read_name
from planner.model.spans import Span, find_position

if TYPE_CHECKING:
    from lark import Token, Tree

    from planner.lang.trees import Node

__all__ = ["convert_items", "make_body"]


def convert_items(nodes: "Iterable[Node]", reading: Reading) -> Iterator[Attribute | Block]:
    """Yield the arguments and blocks among `nodes`; the rest of `nodes` is punctuation."""
    for node in nodes:
        if isinstance(node, str):
            continue
        try:
            yield _convert_block(node, reading) if node.data == "block" else _convert_attribute(node, reading)
        except TooDeepError as error:
            reading.report(explain_depth(), reading.span(error.start, error.end))


def make_body(items: Iterable[Attribute | Block], reading: Reading, span: Span) -> Body:
    """Return the body that `items` make; an argument that is given twice is reported."""
    attributes: dict[str, Attribute] = {}
    blocks: list[Block] = []
    for item in items:
        if isinstance(item, Block):
            blocks.append(item)
        else:
            _add_attribute(attributes, item, reading)
    return Body(tuple(attributes.values()), tuple(blocks), span)


def _add_attribute(attributes: dict[str, Attribute], attribute: Attribute, reading: Reading) -> None:
    first = attributes.setdefault(attribute.name, attribute)
    if first is not attribute:
        place = find_position(reading.source.text, first.span.start)
        reading.report(
            Message(
                "argument-redefined",
                "Attribute redefined",
                f'The argument "{attribute.name}" was already set at {first.span.file}:{place.line},{place.column}. '
                "Each argument may be set only once: remove one of the two.",
            ),
            attribute.name_span,
        )


def _convert_attribute(tree: "Tree[Token]", reading: Reading) -> Attribute:
    name = read_name(tree.children[0])
    expression = convert_expression(as_tree(tree.children[2]), reading)
    name_span = reading.span(find_start(name), find_end(name))
    return Attribute(str(name), expression, name_span, Span(name_span.file, name_span.start, expression.span.end))


def _convert_block(tree: "Tree[Token]", reading: Reading) -> Block:
    children = tree.children
    opener = next(at for at, child in enumerate(children) if is_token(child, "LBRACE"))
    kind = read_name(children[0])
    labels = tuple(_convert_label(as_tree(child), reading) for child in children[1:opener])
    brace, closer = children[opener], children[-1]
    head = reading.span(find_start(kind), find_end(kind))
    inside = reading.span(find_end(brace), find_start(closer))
    return Block(
        type=str(kind),
        labels=labels,
        body=make_body(convert_items(children[opener + 1 :], reading), reading, inside),
        header=Span(head.file, head.start, labels[-1].span.end if labels else head.end),
        span=Span(head.file, head.start, reading.span(0, find_end(closer)).end),
    )


def _convert_label(tree: "Tree[Token]", reading: Reading) -> Label:
    if tree.data != "string":
        token = read_name(tree)
        return Label(str(token), reading.span(find_start(token), find_end(token)))
    label = convert_expression(tree, reading)
    if isinstance(label, Literal) and isinstance(label.value, str):
        return Label(label.value, label.span)
    reading.report(
        Message(
            "invalid-label",
            "Invalid string literal",
            "A block label is plain text and cannot hold a template. Write $${ or %%{ if these characters are meant.",
        ),
        label.span,
    )
    return Label("", label.span)
