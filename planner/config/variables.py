"""`variable` blocks: what values a configuration takes from outside.

Refuses a name that is declared twice, and a default that its own type does not take.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from planner.config.constants import read_bool, read_constant, read_text
from planner.config.expected import VARIABLE
from planner.config.reading import Reading
from planner.config.refusals import refuse_features
from planner.lang.content import Content, read_content
from planner.lang.convert_value import ConversionError, convert
from planner.lang.parse_type import parse_type
from planner.lang.syntax import Block
from planner.lang.types import Type
from planner.lang.values import UNKNOWN, LangValue, has_unknown
from planner.model.diagnostics import Diagnostic
from planner.model.spans import Span
from state.address import is_identifier

__all__ = ["Declaration", "read_variable_blocks"]

_RESERVED = frozenset({"count", "depends_on", "for_each", "lifecycle", "locals", "providers", "source", "version"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """One declared variable; `type` is None where the block names none: a text from outside is then a string.

    `default` means something only with `has_default`: null is a default too.
    """

    name: str
    span: Span
    type: Type | None = None
    default: LangValue = None
    has_default: bool = False
    description: str = ""
    is_sensitive: bool = False
    is_nullable: bool = True


def read_variable_blocks(blocks: Iterable[Block], reading: Reading) -> dict[str, Declaration]:
    """Return what the `variable` blocks declare, by name."""
    declared: dict[str, Declaration] = {}
    for block in blocks:
        declaration = _read_block(block, reading.found)
        first = declared.setdefault(declaration.name, declaration)
        if first is not declaration:
            reading.found.append(_declared_twice(declaration, reading.describe_place(first.span)))
    return declared


def _read_block(block: Block, found: list[Diagnostic]) -> Declaration:
    (label,) = block.labels
    if not is_identifier(label.text) or label.text in _RESERVED:
        found.append(_invalid_name(label.text, label.span))
    content, diagnostics = read_content(block.body, VARIABLE, block.header)
    found.extend((*diagnostics, *refuse_features(content)))
    type_ = _read_type(content, found)
    default = content.attributes.get("default")
    is_sensitive = read_bool(content.attributes.get("sensitive"), found)
    is_nullable = read_bool(content.attributes.get("nullable"), found)
    return Declaration(
        name=label.text,
        span=block.header,
        type=type_,
        default=_read_default(content, type_, found),
        has_default=default is not None,
        description=read_text(content.attributes.get("description"), found) or "",
        is_sensitive=bool(is_sensitive),
        is_nullable=is_nullable is not False,
    )


def _read_type(content: Content, found: list[Diagnostic]) -> Type | None:
    attribute = content.attributes.get("type")
    if attribute is None:
        return None
    type_, diagnostics = parse_type(attribute.expression)
    found.extend(diagnostics)
    return type_


def _read_default(content: Content, type_: Type | None, found: list[Diagnostic]) -> LangValue:
    attribute = content.attributes.get("default")
    if attribute is None:
        return None
    value = read_constant(attribute, found)
    if type_ is None or value is None or has_unknown(value):
        return value
    try:
        return convert(value, type_)
    except ConversionError as error:
        found.append(_unsuitable_default(str(error), attribute.expression.span))
        return UNKNOWN


def _invalid_name(name: str, span: Span) -> Diagnostic:
    if name in _RESERVED:
        detail = f'"{name}" has a meaning of its own in the language. Give the variable another name.'
    else:
        detail = f'"{name}" is not a name: a letter or underscore, then letters, digits, _ and -. Change it.'
    return Diagnostic(code="invalid-variable-name", summary="Invalid variable name", detail=detail, span=span)


def _declared_twice(declaration: Declaration, place: str) -> Diagnostic:
    return Diagnostic(
        code="duplicate-variable",
        summary="Duplicate variable declaration",
        detail=f'A variable named "{declaration.name}" is declared at {place} already. Remove one of the two.',
        span=declaration.span,
    )


def _unsuitable_default(why: str, span: Span) -> Diagnostic:
    return Diagnostic(
        code="invalid-variable-default",
        summary="Invalid default value for variable",
        detail=f"This default value is not what the variable's type asks for: {why}. Correct one of the two.",
        span=span,
    )
