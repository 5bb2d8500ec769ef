"""Conversion of bodies: from the parser's tree to `Body`, `Block` and `Attribute`; refuses an argument given twice."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeAlias, cast

from planner.lang.convert_expressions import convert_expression, read_name
from planner.lang.layout import TooDeepError
from planner.lang.reading import Message, Reading
from planner.lang.syntax import Attribute, Block, Body, Label, Literal
from planner.lang.syntax_errors import explain_depth
from planner.model.spans import Span, find_position

if TYPE_CHECKING:
    from lark import Token, Tree

    Node: TypeAlias = Tree[Token] | Token

__all__ = ["convert_body"]


def convert_body(nodes: "Iterable[Node]", reading: Reading, span: Span) -> Body:
    """Return the body whose arguments and blocks are `nodes`; the rest of `nodes` is punctuation."""
    attributes: dict[str, Attribute] = {}
    blocks: list[Block] = []
    for node in nodes:
        if isinstance(node, str):
            continue
        try:
            if node.data == "block":
                blocks.append(_convert_block(node, reading))
            else:
                _add_attribute(attributes, _convert_attribute(node, reading), reading)
        except TooDeepError as error:
            reading.report(explain_depth(), reading.span(error.start, error.end))
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
    name = read_name(cast("Tree[Token]", tree.children[0]))
    expression = convert_expression(cast("Tree[Token]", tree.children[2]), reading)
    name_span = reading.span(cast("int", name.start_pos), cast("int", name.end_pos))
    return Attribute(str(name), expression, name_span, Span(name_span.file, name_span.start, expression.span.end))


def _convert_block(tree: "Tree[Token]", reading: Reading) -> Block:
    children = tree.children
    opener = next(at for at, child in enumerate(children) if isinstance(child, str) and child.type == "LBRACE")
    kind = read_name(cast("Tree[Token]", children[0]))
    labels = tuple(_convert_label(cast("Tree[Token]", child), reading) for child in children[1:opener])
    brace, closer = cast("Token", children[opener]), cast("Token", children[-1])
    head = reading.span(cast("int", kind.start_pos), cast("int", kind.end_pos))
    inside = reading.span(cast("int", brace.end_pos), cast("int", closer.start_pos))
    return Block(
        type=str(kind),
        labels=labels,
        body=convert_body(children[opener + 1 :], reading, inside),
        header=Span(head.file, head.start, labels[-1].span.end if labels else head.end),
        span=Span(head.file, head.start, reading.span(0, cast("int", closer.end_pos)).end),
    )


def _convert_label(tree: "Tree[Token]", reading: Reading) -> Label:
    if tree.data != "string":
        token = read_name(tree)
        return Label(str(token), reading.span(cast("int", token.start_pos), cast("int", token.end_pos)))
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
