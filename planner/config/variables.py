"""`variable` blocks: what values a module takes from outside.

Refuses a default that its own type does not take, and names that mean something in a `module` block.
"""

from collections.abc import Iterable, Iterator

from planner.config.conditions import read_conditions
from planner.config.constants import read_bool, read_constant, read_text
from planner.config.declarations import Condition, Variable
from planner.config.expected import VARIABLE
from planner.lang.content import Content, read_content
from planner.lang.conversion import ConversionError, convert
from planner.lang.defaults import Defaults, apply_defaults
from planner.lang.parse_type import parse_type
from planner.lang.references import collect_references
from planner.lang.syntax import Block
from planner.lang.types import DYNAMIC, Type, format_type
from planner.lang.values import NULL, UNKNOWN, MarkKind, Value, collect_marks, is_null, is_wholly_known
from planner.model.diagnostics import Diagnostic
from planner.model.spans import Span
from state.address import is_identifier

__all__ = ["convert_to", "declare_variable", "explain_unsuitable"]

_RESERVED = frozenset({"count", "depends_on", "for_each", "lifecycle", "locals", "providers", "source", "version"})


def declare_variable(block: Block, found: list[Diagnostic]) -> Variable:
    """Return what `block` declares."""
    (label,) = block.labels
    if not is_identifier(label.text) or label.text in _RESERVED:
        found.append(_invalid_name(label.text, label.span))
    content, diagnostics = read_content(block.body, VARIABLE, block.header)
    found.extend(diagnostics)
    type_, defaults = _read_type(content, found)
    is_nullable = read_bool(content.attributes.get("nullable"), found) is not False
    validations = read_conditions(content.blocks, "validation", found)
    found.extend(_look_elsewhere(label.text, validations))
    return Variable(
        name=label.text,
        span=block.header,
        type=type_,
        defaults=defaults,
        default=_read_default(content, type_, defaults, found, is_nullable=is_nullable),
        has_default="default" in content.attributes,
        description=read_text(content.attributes.get("description"), found) or "",
        is_sensitive=bool(read_bool(content.attributes.get("sensitive"), found)),
        is_ephemeral=bool(read_bool(content.attributes.get("ephemeral"), found)),
        is_nullable=is_nullable,
        has_type="type" in content.attributes,
        validations=validations,
    )


def _look_elsewhere(name: str, validations: Iterable[Condition]) -> Iterator[Diagnostic]:
    """Yield a message for each condition that looks at other things, and not at the variable."""
    for validation in validations:
        references = collect_references(validation.condition)
        if references and not any(one.root == "var" and one.name == name for one in references):
            yield Diagnostic(
                code="invalid-condition",
                summary="Invalid variable validation condition",
                detail=f'The condition for variable "{name}" must refer to var.{name}, the value that it is to test. '
                "Refer to it, or make the condition a check.",
                span=validation.condition.span,
            )


def convert_to(value: Value, type_: Type, defaults: Defaults | None) -> Value:
    """Return `value` as a variable of `type_` holds it.

    Raises:
        ConversionError: it has no such form.
    """
    if defaults is not None and not is_null(value):
        value = apply_defaults(value, defaults)
    return convert(value, type_)


def explain_unsuitable(error: ConversionError, value: Value, declared: Variable) -> str:
    """Return why `value` is not what a variable takes; of a secret not even the name of an element is said."""
    is_secret = declared.is_sensitive or any(one.kind is MarkKind.SENSITIVE for one in collect_marks(value))
    return f"it must be of the type {format_type(declared.type)}" if is_secret else str(error)


def _read_type(content: Content, found: list[Diagnostic]) -> tuple[Type, Defaults | None]:
    attribute = content.attributes.get("type")
    if attribute is None:
        return DYNAMIC, None
    type_, defaults, diagnostics = parse_type(attribute.expression)
    found.extend(diagnostics)
    return type_, defaults


def _read_default(
    content: Content, type_: Type, defaults: Defaults | None, found: list[Diagnostic], *, is_nullable: bool
) -> Value:
    attribute = content.attributes.get("default")
    if attribute is None:
        return NULL
    value = read_constant(attribute, found)
    if not is_wholly_known(value):
        return UNKNOWN
    span = attribute.expression.span
    if is_null(value) and not is_nullable:
        found.append(_unsuitable_default("null is not allowed, since nullable is false", span))
        return UNKNOWN
    try:
        return convert_to(value, type_, defaults)
    except ConversionError as error:
        found.append(_unsuitable_default(str(error), span))
        return UNKNOWN


def _invalid_name(name: str, span: Span) -> Diagnostic:
    if name in _RESERVED:
        detail = f'"{name}" has a meaning of its own in the language. Give the variable another name.'
    else:
        detail = f'"{name}" is not a name: a letter or underscore, then letters, digits, _ and -. Change it.'
    return Diagnostic(code="invalid-variable-name", summary="Invalid variable name", detail=detail, span=span)


def _unsuitable_default(why: str, span: Span) -> Diagnostic:
    return Diagnostic(
        code="invalid-variable-default",
        summary="Invalid default value for variable",
        detail=f"This default value is not what the variable's type asks for: {why}. Correct one of the two.",
        span=span,
    )
