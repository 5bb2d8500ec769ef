"""`module` blocks: which directory is called, and with what arguments. Refuses sources that are not local paths."""

from planner.config.constants import read_text
from planner.config.declarations import ModuleCall, Repetition
from planner.config.dependencies import read_dependencies
from planner.config.expected import MODULE
from planner.config.repetition import read_repetition
from planner.lang.content import Content, read_content
from planner.lang.syntax import Attribute, Block
from planner.model.diagnostics import Diagnostic
from planner.model.spans import Span
from state.address import is_identifier

__all__ = ["declare_call"]

_META = frozenset({"count", "depends_on", "for_each", "providers", "source", "version"})


def declare_call(block: Block, found: list[Diagnostic]) -> ModuleCall | None:
    """Return the call that `block` makes; None where nobody can tell of what."""
    (label,) = block.labels
    content, diagnostics = read_content(block.body, MODULE, block.header)
    found.extend(diagnostics)
    found.extend(_useless(content.attributes[name]) for name in ("version", "providers") if name in content.attributes)
    found.extend(_unexpected_block(inner) for inner in content.blocks)
    if not is_identifier(label.text):
        found.append(_invalid_name(label.text, label.span))
        return None
    source = _read_source(content, found)
    if source is None:
        return None
    repetition: Repetition | None = read_repetition(content, found)
    return ModuleCall(
        name=label.text,
        source=source,
        source_span=content.attributes["source"].expression.span,
        arguments={name: attribute for name, attribute in content.attributes.items() if name not in _META},
        span=block.header,
        repetition=repetition,
        depends_on=tuple(read_dependencies(content.attributes.get("depends_on"), found)),
    )


def _read_source(content: Content, found: list[Diagnostic]) -> str | None:
    source = read_text(content.attributes.get("source"), found)
    if source is None:
        return None
    if source.startswith(("./", "../")) or source in {".", ".."}:
        return source
    found.append(_not_local(source, content.attributes["source"].expression.span))
    return None


def _not_local(source: str, span: Span) -> Diagnostic:
    return Diagnostic(
        code="module-not-local",
        summary="Module is not local",
        detail=f'"{source}" does not begin with ./ or ../, so it is no path to a directory, and modules are read from '
        f"directories alone. Copy the module beside the configuration, and write the path, such as ./{source}.",
        span=span,
    )


def _useless(attribute: Attribute) -> Diagnostic:
    what = "A module in a directory has no version" if attribute.name == "version" else "There is only one provider"
    return Diagnostic(
        code="unsupported-argument",
        summary="Unsupported argument",
        detail=f'{what}, so that "{attribute.name}" means nothing here. Remove it.',
        span=attribute.name_span,
    )


def _unexpected_block(block: Block) -> Diagnostic:
    return Diagnostic(
        code="unsupported-block",
        summary="Unsupported block type",
        detail=f'Blocks of type "{block.type}" are not expected here. Put an equals sign before the brace, to pass an '
        "object to the module.",
        span=block.header,
    )


def _invalid_name(name: str, span: Span) -> Diagnostic:
    return Diagnostic(
        code="invalid-module-name",
        summary="Invalid module instance name",
        detail=f'"{name}" is not a name: a letter or underscore, then letters, digits, _ and -. Change it.',
        span=span,
    )
