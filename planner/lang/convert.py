"""Conversion of bodies: from the parser's tree to `Body`, `Block` and `Attribute`; refuses an argument given twice."""

from collections.abc import Iterable, Iterator

from planner.lang.convert_expressions import convert_expression
from planner.lang.layout import TooDeepError
from planner.lang.reading import Message, Reading
from planner.lang.syntax import Attribute, Block, Body, Label, Literal
from planner.lang.syntax_errors import explain_depth
from planner.lang.trees import Token, Tree, is_token
from planner.model.spans import Span, find_position

__all__ = ["convert_items", "make_body"]


def convert_items(nodes: Iterable[Tree | Token], reading: Reading) -> Iterator[Attribute | Block]:
    """Yield the arguments and blocks among `nodes`; the rest of `nodes` is punctuation."""
    for node in nodes:
        if isinstance(node, Token):
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


def _convert_attribute(tree: Tree, reading: Reading) -> Attribute:
    name, _, value = tree.children
    token = name.children[0]
    expression = convert_expression(value, reading)
    name_span = reading.span(token.start, token.end)
    return Attribute(str(token), expression, name_span, Span(name_span.file, name_span.start, expression.span.end))


def _convert_block(tree: Tree, reading: Reading) -> Block:
    children = tree.children
    opener = next(at for at, child in enumerate(children) if is_token(child, "LBRACE"))
    kind = children[0].children[0]
    labels = tuple([_convert_label(child, reading) for child in children[1:opener]])
    brace, closer = children[opener], children[-1]
    head = reading.span(kind.start, kind.end)
    inside = reading.span(brace.end, closer.start)
    return Block(
        type=str(kind),
        labels=labels,
        body=make_body(convert_items(children[opener + 1 :], reading), reading, inside),
        header=Span(head.file, head.start, labels[-1].span.end if labels else head.end),
        span=Span(head.file, head.start, closer.end),
    )


def _convert_label(tree: Tree, reading: Reading) -> Label:
    if tree.data != "string":
        token = tree.children[0]
        return Label(str(token), reading.span(token.start, token.end))
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
