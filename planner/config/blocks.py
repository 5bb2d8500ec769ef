"""Prepares a configuration that has blocks: parsed, declared, its names and cycles checked, its variables given values.

Imported only where such a file, or a value of a variable, is there: a directory of bare Clusters pays nothing for it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from planner.config.check_names import check_names
from planner.config.configuration import VariableInputs
from planner.config.declarations import Module
from planner.config.draft import Draft, UnknownFields
from planner.config.files import FileKind
from planner.config.graph import build_graph
from planner.config.module_files import load_modules, parse_blocks
from planner.config.names import Permit, check_references
from planner.config.prepared import Prepared
from planner.config.reading import Reading
from planner.config.settings import (
    check_provider_block,
    is_known_provider,
    read_planner_block,
    refuse_provider,
    refuse_second,
)
from planner.config.variable_values import read_values
from planner.lang.references import collect_references
from planner.lang.syntax import Attribute, Block
from planner.model.desired import Settings
from planner.model.diagnostics import Diagnostic, Severity
from planner.model.spans import Source

__all__ = ["prepare"]


def prepare(
    directory: str,
    sources: Sequence[tuple[FileKind, Source]],
    bare: Iterable[Draft],
    inputs: VariableInputs,
    reading: Reading,
) -> Prepared:
    """Return what the blocks in `sources` say, with the values of variables that are there or in `inputs`."""
    blocks = parse_blocks(sources, reading)
    settings, unknown_fields = _read_planner(blocks, reading)
    root = load_modules(Module(directory=directory, bare=tuple(bare)), blocks, reading, inputs.world.confinement)
    provider = _read_provider(root, reading)
    files = [source for kind, source in sources if kind is FileKind.VARIABLES]
    reading.found += _judge_doubts(root, unknown_fields)
    values = read_values(root.variables, files, inputs, reading)
    problems = tuple(check_names(root, reading))
    reading.found += problems
    graph, cycles = build_graph(root)
    reading.found += cycles
    return Prepared(
        directory=directory,
        modules={module.path: module for module in _list_modules(root)},
        graph=graph,
        inputs=values.values,
        missing=values.missing,
        origins=values.origins,
        settings=settings,
        provider=provider,
        unknown_fields=unknown_fields,
        world=inputs.world,
        broken=frozenset((one.span.file, one.span.start) for one in problems if one.span is not None),
        reading=reading,
    )


def _judge_doubts(root: Module, unknown_fields: UnknownFields) -> Iterator[Diagnostic]:
    severity = Severity.WARNING if unknown_fields == "warn" else Severity.ERROR
    clusters = (cluster for module in _list_modules(root) for cluster in module.clusters.values())
    for doubt in dict.fromkeys(doubt for cluster in clusters for doubt in cluster.doubts):
        yield replace(doubt, severity=severity)


def _list_modules(module: Module) -> Iterator[Module]:
    yield module
    for child in module.children.values():
        yield from _list_modules(child)


def _read_planner(blocks: list[Block], reading: Reading) -> tuple[Settings, UnknownFields]:
    settings = Settings()
    unknown_fields: UnknownFields = "error"
    planners = [block for block in blocks if block.type == "planner"]
    reading.found.extend(refuse_second(planners, reading))
    for block in reversed(planners):
        settings, unknown_fields = read_planner_block(block, reading.found)
    return settings, unknown_fields


def _read_provider(root: Module, reading: Reading) -> dict[str, Attribute]:
    reading.found.extend(refuse_provider(block) for block in root.providers if not is_known_provider(block))
    providers = [block for block in root.providers if is_known_provider(block)]
    reading.found.extend(refuse_second(providers, reading))
    texts: dict[str, Attribute] = {}
    for block in reversed(providers):
        texts = check_provider_block(block, reading.found)
    for attribute in texts.values():
        references = collect_references(attribute.expression)
        reading.found.extend(check_references(references, root, Permit(), reading.is_lost))
    return texts
