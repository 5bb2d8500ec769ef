"""`moved`, `removed` and `import` blocks in every instance of their modules, with whole addresses."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from planner.config.declarations import ImportBlock
from planner.config.declare_changes import split_address
from planner.config.evaluation import Evaluation, ModulePath
from planner.config.repetition import SINGLE, UNTOLD, Instance, expand
from planner.lang.conversion import ConversionError, convert
from planner.lang.number import Number, to_int
from planner.lang.references import Position, collect_all
from planner.lang.types import STRING
from planner.lang.values import MarkKind, Value, collect_marks, is_known, is_null, text_of, unmark_deep
from planner.model.desired import Endpoint, Import, Move, Removal
from planner.model.diagnostics import Diagnostic, has_errors
from planner.model.spans import Span
from state.address import Address, ModuleStep

__all__ = ["make_imports", "make_moves", "make_removals"]


def make_moves(evaluation: Evaluation) -> Iterator[Move]:
    """Yield what the `moved` blocks say, in every instance of their modules."""
    for names, module in evaluation.modules.items():
        for path in evaluation.instances.get(names, []):
            for block in module.moved:
                source, target = _below(block.source, path), _below(block.target, path)
                yield Move(source=source, target=target, span=block.span)


def make_removals(evaluation: Evaluation) -> Iterator[Removal]:
    """Yield what the `removed` blocks say, in every instance of their modules."""
    for names, module in evaluation.modules.items():
        for path in evaluation.instances.get(names, []):
            for block in module.removed:
                yield Removal(endpoint=_below(block.endpoint, path), destroy=block.destroy, span=block.span)


def _below(endpoint: Endpoint, path: ModulePath) -> Endpoint:
    return replace(endpoint, module=(*path, *endpoint.module))


def make_imports(evaluation: Evaluation, found: list[Diagnostic]) -> tuple[Import, ...]:
    """Return what the `import` blocks of the root module say."""
    before = len(evaluation.found)
    imports = [one for block in evaluation.modules[()].imports for one in _make_import(block, evaluation)]
    found += evaluation.found[before:]
    return tuple(imports)


def _make_import(block: ImportBlock, evaluation: Evaluation) -> Iterator[Import]:
    positions = [step.expression for step in block.to.steps if isinstance(step, Position)]
    names = evaluation.name_values(collect_all([block.id, *positions]), ())
    instances: tuple[Instance, ...] = SINGLE
    if block.repetition is not None:
        outer = evaluation.name_values(collect_all([block.repetition.expression]), ())
        value = evaluation.evaluate(block.repetition.expression, outer)
        instances = expand(block.repetition, value, evaluation.found) or ()
    for instance in instances:
        inner = {**names, **instance.names}
        address = _make_address(block, inner, evaluation)
        identity = _read_id(block, inner, evaluation)
        if address is not None and identity is not None:
            yield Import(address=address, id=identity, span=block.span)


def _make_address(block: ImportBlock, names: Mapping[str, Value], evaluation: Evaluation) -> Address | None:
    steps: list[ModuleStep] = []
    for kind, name, position in split_address(block.to) or []:
        key: str | int | None = None
        if position is not None:
            key = position.key if position.key is not None else _evaluate_key(position, names, evaluation)
            if key is None:
                return None
        if kind == "cluster":
            return Address(name, key, tuple(steps))
        steps.append(ModuleStep(name, key))
    return None


def _evaluate_key(position: Position, names: Mapping[str, Value], evaluation: Evaluation) -> str | int | None:
    value, marks = unmark_deep(evaluation.evaluate(position.expression, names))
    match value.content:
        case str() as text if not marks:
            return text
        case Number() as number if number.is_whole and not marks:
            return to_int(number)
        case _:
            problem = _invalid("The key must be a string or a whole number.", position.expression.span)
            # What nobody knows is the consequence of another mistake, and told only where there is none.
            evaluation.found.append(problem if is_known(value) or marks else replace(problem, code=UNTOLD))
            return None


def _read_id(block: ImportBlock, names: Mapping[str, Value], evaluation: Evaluation) -> str | None:
    before = len(evaluation.found)
    value = evaluation.evaluate(block.id, names)
    if has_errors(evaluation.found[before:]):
        return None
    span = block.id.span
    kinds = {one.kind for one in collect_marks(value)}
    if kinds & {MarkKind.SENSITIVE, MarkKind.EPHEMERAL, MarkKind.VOLATILE}:
        evaluation.found.append(
            _invalid("The id is shown in the plan, so that it must be no secret, and the same each time.", span)
        )
        return None
    plain, _ = unmark_deep(value)
    if not is_known(plain) or is_null(plain):
        evaluation.found.append(_invalid("The id must be known when the plan is made, and not be null.", span))
        return None
    try:
        text = text_of(convert(plain, STRING))
    except ConversionError as error:
        evaluation.found.append(_invalid(f"The id must be a string: {error}.", span))
        return None
    if not text:
        evaluation.found.append(_invalid("The id is empty.", span))
        return None
    return text


def _invalid(detail: str, span: Span) -> Diagnostic:
    return Diagnostic(
        code="invalid-import",
        summary="Invalid import id argument" if "id" in detail[:8] else "Invalid import configuration",
        detail=f"{detail} Write the id, or the exact name, of a cluster of the account.",
        span=span,
    )
