"""Content: a body read against what is expected in it, the same for HCL and for its JSON syntax.

Refuses arguments and blocks that are not expected, labels too many or too few, and required arguments left out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from planner.lang.json_syntax import JsonBody, convert_json_body
from planner.lang.schema import BlockSchema, BodySchema
from planner.lang.suggest import find_similar, suggest
from planner.lang.syntax import Attribute, Block, Body
from planner.model.diagnostics import Diagnostic
from planner.model.spans import Span

__all__ = ["Content", "read_content"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a body holds of what was expected: arguments by name, and blocks in the order of the text."""

    attributes: Mapping[str, Attribute]
    blocks: tuple[Block, ...]


def read_content(
    body: Body | JsonBody, expected: BodySchema, around: Span | None = None
) -> tuple[Content, tuple[Diagnostic, ...]]:
    """Return what `body` holds of what is `expected`, and what is wrong with the rest.

    `around` is where to point when something is missing: the header of the body's block.
    """
    diagnostics: list[Diagnostic] = []
    if isinstance(body, JsonBody):
        body, found = convert_json_body(body, expected)
        diagnostics.extend(found)
    attributes = {}
    for attribute in body.attributes:
        problem = _check_attribute(attribute, expected)
        if problem is None:
            attributes[attribute.name] = attribute
        else:
            diagnostics.append(problem)
    blocks = []
    for block in body.blocks:
        problems = list(_check_block(block, expected))
        if not problems:
            blocks.append(block)
        diagnostics.extend(problems)
    diagnostics.extend(
        _find_missing(attributes, expected, around or Span(body.span.file, body.span.start, body.span.start))
    )
    return Content(attributes=attributes, blocks=tuple(blocks)), tuple(diagnostics)


def _check_attribute(attribute: Attribute, expected: BodySchema) -> Diagnostic | None:
    name = attribute.name
    names = [schema.name for schema in expected.attributes]
    if name in names or (expected.open and expected.find_block(name) is None):
        return None
    if attribute.name_span.file.endswith(".json"):
        return _refuse_property(attribute, expected)
    if expected.find_block(name) is not None:
        advice = f" Did you mean to define a block of type {name}? Then remove the equals sign."
    else:
        advice = suggest(name, names) or " Remove it, or correct its name."
    return Diagnostic(
        code="unsupported-argument",
        summary="Unsupported argument",
        detail=f'An argument named "{name}" is not expected here.{advice}',
        span=attribute.name_span,
    )


def _refuse_property(attribute: Attribute, expected: BodySchema) -> Diagnostic:
    """Return the message for what may have been meant as an argument or as a block: in JSON they look the same."""
    name = attribute.name
    known = [*(one.name for one in expected.attributes), *(one.type for one in expected.blocks)]
    instead = dict(expected.advice).get(name)
    advice = f" {instead}" if instead else suggest(name, known) or " Remove it, or correct its name."
    return Diagnostic(
        code="unsupported-argument",
        summary="Extraneous JSON object property",
        detail=f'No argument or block type is named "{name}" here.{advice}',
        span=attribute.name_span,
    )


def _check_block(block: Block, expected: BodySchema) -> Iterator[Diagnostic]:
    schema = expected.find_block(block.type)
    if schema is not None:
        yield from _check_labels(block, schema)
    elif not expected.open_blocks:
        types = [known.type for known in expected.blocks]
        similar = find_similar(block.type, types)
        instead = dict(expected.advice).get(block.type)
        if instead is not None:
            advice = f" {instead}"
        elif block.type in {known.name for known in expected.attributes}:
            advice = f' Did you mean to set the argument "{block.type}"? Then put an equals sign before the brace.'
        elif similar:
            advice = f' Did you mean "{similar}"?'
        else:
            advice = " Remove it, or correct its type."
        yield Diagnostic(
            code="unsupported-block",
            summary="Unsupported block type",
            detail=f'Blocks of type "{block.type}" are not expected here.{advice}',
            span=Span(block.header.file, block.header.start, block.header.start + len(block.type)),
        )


def _check_labels(block: Block, schema: BlockSchema) -> Iterator[Diagnostic]:
    wanted = ", ".join(schema.labels)
    if len(block.labels) < len(schema.labels):
        missing = schema.labels[len(block.labels)]
        yield Diagnostic(
            code="missing-label",
            summary=f"Missing {missing} for {block.type}",
            detail=f'A {block.type} block must have {_count_labels(schema)} ({wanted}). Write {block.type} "…" {{.',
            span=block.header,
        )
    if len(block.labels) > len(schema.labels):
        detail = f"A {block.type} block has {_count_labels(schema)}{f' ({wanted})' if wanted else ''}. Remove this one."
        yield Diagnostic(
            code="extraneous-label",
            summary=f"Extraneous label for {block.type}",
            detail=detail,
            span=block.labels[len(schema.labels)].span,
        )


def _count_labels(schema: BlockSchema) -> str:
    count = len(schema.labels)
    return "no labels" if not count else "1 label" if count == 1 else f"{count} labels"


def _find_missing(found: Mapping[str, Attribute], expected: BodySchema, span: Span) -> Iterator[Diagnostic]:
    for schema in expected.attributes:
        if schema.is_required and schema.name not in found:
            yield Diagnostic(
                code="missing-argument",
                summary="Missing required argument",
                detail=f'The argument "{schema.name}" is required, but no definition was found. Add it.',
                span=span,
            )
