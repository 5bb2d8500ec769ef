"""Checks the names in all expressions of all modules, each module once however often it is called.

Refuses arguments that a module does not take, and required ones that are not given.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from planner.config.block_references import collect_body
from planner.config.declarations import ClusterBlock, Module, ModuleCall, Repetition, Variable
from planner.config.graph import list_conditions
from planner.config.names import Permit, check_references
from planner.config.reading import Reading
from planner.lang.references import Reference, collect_all
from planner.lang.suggest import suggest
from planner.lang.syntax import Body
from planner.model.diagnostics import Diagnostic
from planner.model.spans import Span
from state.address import Address, ModuleStep

__all__ = ["check_names"]

_NOTHING = Permit()


def check_names(root: Module, reading: Reading) -> Iterator[Diagnostic]:
    """Yield a message for each name in `root`, and below it, that leads to nothing."""
    for references, permit, module in _list_references(root):
        yield from check_references(references, module, permit, reading.is_lost)
    for cluster in root.clusters.values():
        # A block that is repeated speaks for several clusters, and a message for none of them.
        address = Address(cluster.name, None, tuple(map(ModuleStep, root.path))) if cluster.repetition is None else None
        for references, permit, module in _list_of_cluster(cluster, root):
            for problem in check_references(references, module, permit, reading.is_lost):
                yield replace(problem, address=address)
    for call in root.calls.values():
        child = root.children.get(call.name)
        if child is not None:
            yield from _check_arguments(call, child, reading.is_lost)
            yield from check_names(child, reading)


def _list_references(module: Module) -> Iterator[tuple[tuple[Reference, ...], Permit, Module]]:
    """Yield what the expressions of `module` refer to, with what they may refer to beside what it declares."""
    for variable in module.variables.values():
        yield collect_all(list_conditions(variable.validations)), _NOTHING, module
    for local in module.locals.values():
        yield collect_all([local.expression]), _NOTHING, module
    for output in module.outputs.values():
        yield collect_all([output.value, *list_conditions(output.preconditions)]), _NOTHING, module
        yield tuple(one.reference for one in output.depends_on), _NOTHING, module
    for check in module.checks.values():
        yield collect_all(list_conditions(check.assertions)), _NOTHING, module
    for call in module.calls.values():
        permit = Permit(repetition=call.repetition)
        yield collect_all(attribute.expression for attribute in call.arguments.values()), permit, module
        yield _collect_repetition(call.repetition), _NOTHING, module
        yield tuple(one.reference for one in call.depends_on), _NOTHING, module
    for block in module.imports:
        permit = Permit(repetition=block.repetition)
        positions = (step for step in block.to.steps if not isinstance(step, str))
        yield collect_all([block.id, *(position.expression for position in positions)]), permit, module
        yield _collect_repetition(block.repetition), _NOTHING, module


def _list_of_cluster(cluster: ClusterBlock, module: Module) -> Iterator[tuple[tuple[Reference, ...], Permit, Module]]:
    permit = Permit(repetition=cluster.repetition)
    body = cluster.block.body
    document = tuple(one for one in body.attributes if one.name in {"metadata", "spec"})
    blocks = tuple(block for block in body.blocks if block.type in {"metadata", "spec"})
    yield collect_body(Body(document, blocks, body.span)), permit, module
    yield collect_all(list_conditions(cluster.preconditions)), permit, module
    yield collect_all(attribute.expression for attribute in cluster.timeouts), permit, module
    yield (
        collect_all(list_conditions(cluster.postconditions)),
        Permit(repetition=cluster.repetition, has_self=True),
        module,
    )
    yield _collect_repetition(cluster.repetition), _NOTHING, module
    yield tuple(one.reference for one in cluster.depends_on), _NOTHING, module
    yield cluster.triggers, permit, module


def _collect_repetition(repetition: Repetition | None) -> tuple[Reference, ...]:
    return () if repetition is None else collect_all([repetition.expression])


def _check_arguments(call: ModuleCall, child: Module, is_lost: Callable[[str], bool]) -> Iterator[Diagnostic]:
    for name, attribute in call.arguments.items():
        if name not in child.variables and not is_lost(name):
            yield _unexpected(name, child.variables, attribute.name_span, call)
    missing = [one for one in child.variables.values() if not one.has_default and one.name not in call.arguments]
    for variable in missing:
        yield _missing(variable, call)


def _unexpected(name: str, known: Iterable[str], span: Span, call: ModuleCall) -> Diagnostic:
    return Diagnostic(
        code="unsupported-argument",
        summary="Unsupported argument",
        detail=f'An argument named "{name}" is not expected here: module.{call.name} declares no such variable.'
        f"{suggest(name, known)} Declare it there, or remove it.",
        span=span,
    )


def _missing(variable: Variable, call: ModuleCall) -> Diagnostic:
    what = f" ({variable.description})" if variable.description else ""
    return Diagnostic(
        code="missing-argument",
        summary="Missing required argument",
        detail=f'The argument "{variable.name}"{what} is required, but no definition was found. Add it: '
        f"module.{call.name} declares it without a default.",
        span=call.span,
    )
