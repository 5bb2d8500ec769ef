"""Declares a module: its blocks become declarations, each name once. Refuses twins, naming both places."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeVar

from planner.config.conditions import read_conditions
from planner.config.constants import read_bool
from planner.config.declarations import (
    CheckBlock,
    ClusterBlock,
    ImportBlock,
    Local,
    Module,
    ModuleCall,
    Output,
    Variable,
)
from planner.config.declare_changes import declare_import, declare_moved, declare_removed
from planner.config.declare_clusters import declare_cluster
from planner.config.declare_modules import declare_call
from planner.config.dependencies import read_dependencies
from planner.config.expected import CHECK, LOCALS, OUTPUT
from planner.config.gather import find_same_addresses
from planner.config.reading import Reading
from planner.config.variables import declare_variable
from planner.lang.content import read_content
from planner.lang.syntax import Block
from planner.model.diagnostics import Diagnostic
from planner.model.spans import Span
from state.address import is_identifier

__all__ = ["declare_module"]

_Named = TypeVar("_Named", bound=Variable | Local | Output | ClusterBlock | ModuleCall | CheckBlock)


def declare_module(blocks: Iterable[Block], module: Module, reading: Reading) -> Module:
    """Return `module` with what `blocks`, all those of its files, declare."""
    blocks = tuple(blocks)
    found = reading.found

    def pick(type_: str) -> list[Block]:
        return [block for block in blocks if block.type == type_]

    def declare(type_: str, make: Callable[[Block, list[Diagnostic]], _Named | None]) -> list[_Named]:
        return [made for block in pick(type_) if (made := make(block, found)) is not None]

    clusters = declare("cluster", declare_cluster)
    places = [(one.name, one.block.header) for one in clusters]
    found += find_same_addresses([*places, *((draft.address.name, draft.span) for draft in module.bare)], reading)
    locals_ = [local for block in pick("locals") for local in _declare_locals(block, found)]
    return replace(
        module,
        variables=_by_name(declare("variable", declare_variable), "variable", reading),
        locals=_by_name(locals_, "local value", reading),
        outputs=_by_name(declare("output", _declare_output), "output", reading),
        clusters=_by_name(clusters, "cluster", reading),
        calls=_by_name(declare("module", declare_call), "module call", reading),
        checks=_by_name(declare("check", _declare_check), "check", reading),
        moved=tuple(made for block in pick("moved") if (made := declare_moved(block, found)) is not None),
        removed=tuple(gone for block in pick("removed") if (gone := declare_removed(block, found)) is not None),
        imports=_declare_imports(pick("import"), module, found),
        providers=tuple(pick("provider")),
    )


def _declare_locals(block: Block, found: list[Diagnostic]) -> Iterable[Local]:
    content, diagnostics = read_content(block.body, LOCALS, block.header)
    found.extend(diagnostics)
    for attribute in content.attributes.values():
        yield Local(name=attribute.name, expression=attribute.expression, span=attribute.name_span)


def _declare_output(block: Block, found: list[Diagnostic]) -> Output | None:
    (label,) = block.labels
    content, diagnostics = read_content(block.body, OUTPUT, block.header)
    found.extend(diagnostics)
    if not is_identifier(label.text):
        found.append(_invalid_name("output", label.text, label.span))
    if "value" not in content.attributes:
        return None
    return Output(
        name=label.text,
        value=content.attributes["value"].expression,
        span=block.header,
        is_sensitive=bool(read_bool(content.attributes.get("sensitive"), found)),
        is_ephemeral=bool(read_bool(content.attributes.get("ephemeral"), found)),
        preconditions=read_conditions(content.blocks, "precondition", found),
        depends_on=tuple(read_dependencies(content.attributes.get("depends_on"), found)),
    )


def _declare_check(block: Block, found: list[Diagnostic]) -> CheckBlock:
    (label,) = block.labels
    content, diagnostics = read_content(block.body, CHECK, block.header)
    found.extend(diagnostics)
    if not is_identifier(label.text):
        found.append(_invalid_name("check block", label.text, label.span))
    assertions = read_conditions(content.blocks, "assert", found)
    if not assertions and not diagnostics:
        found.append(_no_assertions(block))
    return CheckBlock(name=label.text, assertions=assertions, span=block.header)


def _declare_imports(blocks: list[Block], module: Module, found: list[Diagnostic]) -> tuple[ImportBlock, ...]:
    if module.path:
        found.extend(_import_in_module(block) for block in blocks)
        return ()
    return tuple(made for block in blocks if (made := declare_import(block, found)) is not None)


def _by_name(declared: Iterable[_Named], what: str, reading: Reading) -> dict[str, _Named]:
    """Return what is declared, by name; of twins the first."""
    named: dict[str, _Named] = {}
    for one in declared:
        first = named.setdefault(one.name, one)
        if first is not one and not isinstance(one, ClusterBlock):
            reading.found.append(_declared_twice(one, first, what, reading))
    return named


def _span(one: _Named) -> Span:
    return one.block.header if isinstance(one, ClusterBlock) else one.span


def _declared_twice(one: _Named, first: _Named, what: str, reading: Reading) -> Diagnostic:
    place = reading.describe_place(_span(first))
    code = "duplicate-variable" if isinstance(one, Variable) else f"duplicate-{what.split(maxsplit=1)[0]}"
    summary = f"Duplicate {what} {'definition' if what in {'local value', 'output'} else 'declaration'}"
    if isinstance(one, CheckBlock):
        summary = f'Duplicate check "{one.name}" configuration'
    article = "An" if what[0] in "aeiou" else "A"
    return Diagnostic(
        code=code,
        summary=summary if not isinstance(one, ModuleCall) else "Duplicate module call",
        detail=f'{article} {what} named "{one.name}" is declared at {place} already. Remove one of the two.',
        span=_span(one),
    )


def _invalid_name(what: str, name: str, span: Span) -> Diagnostic:
    return Diagnostic(
        code=f"invalid-{what.split(maxsplit=1)[0]}-name",
        summary=f"Invalid {what} name",
        detail=f'"{name}" is not a name: a letter or underscore, then letters, digits, _ and -. Change it.',
        span=span,
    )


def _no_assertions(block: Block) -> Diagnostic:
    return Diagnostic(
        code="empty-check",
        summary="Zero assert blocks",
        detail="A check must hold at least one assert block. Add one, with a condition and an error_message.",
        span=block.header,
    )


def _import_in_module(block: Block) -> Diagnostic:
    return Diagnostic(
        code="import-in-module",
        summary="Invalid import configuration",
        detail="An import block stands only in the root module, because it names a whole address. Move it there.",
        span=block.header,
    )
