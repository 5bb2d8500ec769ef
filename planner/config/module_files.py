"""Modules: the files of the root's directory, and of each directory that a `module` block names, declared.

Refuses modules that call themselves, however many steps it takes.
"""

import os
from collections.abc import Iterable, Sequence
from dataclasses import replace

from planner.config.clusters_json import read_cluster_file
from planner.config.declarations import Module, ModuleCall
from planner.config.declare import declare_module
from planner.config.draft import Draft
from planner.config.expected import expect_root
from planner.config.files import FileKind, list_files, read_source
from planner.config.reading import Reading
from planner.lang.content import read_content
from planner.lang.json_syntax import parse_json
from planner.lang.parse import parse_hcl
from planner.lang.syntax import Block
from planner.model.diagnostics import Diagnostic
from planner.model.spans import Source

__all__ = ["load_modules", "parse_blocks"]

_DEPTH_LIMIT = 32
"""How many modules may be called by one another."""


def load_modules(root: Module, blocks: Sequence[Block], reading: Reading) -> Module:
    """Return the root module, of which `blocks` are known, with all modules that are called below it."""
    declared = declare_module(blocks, root, reading)
    directory = os.path.realpath(root.directory)
    return _load_children(declared, (directory,), reading)


def _load_children(module: Module, ancestors: tuple[str, ...], reading: Reading) -> Module:
    children = {}
    for call in module.calls.values():
        child = _load_child(module, call, ancestors, reading)
        if child is not None:
            children[call.name] = child
    return replace(module, children=children)


def _load_child(module: Module, call: ModuleCall, ancestors: tuple[str, ...], reading: Reading) -> Module | None:
    directory = os.path.normpath(os.path.join(module.directory, call.source))  # noqa: PTH118 - as written, links too
    resolved = os.path.realpath(directory)
    if resolved in ancestors:
        reading.found.append(_calls_itself(call))
        return None
    if len(ancestors) > _DEPTH_LIMIT:
        reading.found.append(_too_deep(call))
        return None
    if not os.path.isdir(resolved):  # noqa: PTH112 - a text is at hand, and no Path
        reading.found.append(_no_directory(call, directory))
        return None
    label = os.path.normpath(os.path.join(module.label, call.source)) + "/"  # noqa: PTH118 - as above
    empty = Module(path=(*module.path, call.name), directory=directory, label=label)
    sources, drafts = _read_directory(empty, call, reading)
    declared = declare_module(parse_blocks(sources, reading), replace(empty, bare=tuple(drafts)), reading)
    return _load_children(declared, (*ancestors, resolved), reading)


def _read_directory(
    module: Module, call: ModuleCall, reading: Reading
) -> tuple[list[tuple[FileKind, Source]], list[Draft]]:
    files, problems = list_files(module.directory)
    if problems:
        reading.found.append(_no_module(call, problems[0]))
    sources: list[tuple[FileKind, Source]] = []
    drafts: list[Draft] = []
    for file in files:
        if file.kind is FileKind.VARIABLES:
            continue
        name = f"{module.label}{file.name}"
        source, diagnostic = read_source(name, file.path)
        if source is not None:
            reading.texts[name] = source.text
        if diagnostic is not None:
            reading.lose([diagnostic], None)
        elif source is None:
            continue
        elif file.kind is FileKind.CLUSTER:
            draft, diagnostics = read_cluster_file(source)
            reading.lose(diagnostics, None)
            drafts.extend([] if draft is None else [draft])
        else:
            sources.append((file.kind, source))
    return sources, drafts


def parse_blocks(sources: Iterable[tuple[FileKind, Source]], reading: Reading) -> list[Block]:
    """Return the blocks of all files of HCL and of its JSON syntax among `sources`."""
    blocks: list[Block] = []
    for kind, source in sources:
        if kind not in {FileKind.HCL, FileKind.JSON}:
            continue
        is_json = kind is FileKind.JSON
        body, mistakes = parse_json(source) if is_json else parse_hcl(source)
        content, problems = read_content(body, expect_root(is_json=is_json))
        reading.lose(mistakes, source.text)
        reading.found.extend(problems)
        blocks.extend(content.blocks)
    return blocks


def _no_directory(call: ModuleCall, directory: str) -> Diagnostic:
    return Diagnostic(
        code="unreadable-module",
        summary="Unreadable module directory",
        detail=f"There is no directory {directory}. A source is a path from the directory of the file that it is "
        "written in: correct it.",
        span=call.source_span,
    )


def _no_module(call: ModuleCall, problem: Diagnostic) -> Diagnostic:
    return Diagnostic(
        code="unreadable-module",
        summary="Unreadable module directory",
        detail=f"{problem.summary} for module.{call.name}. {problem.detail}",
        span=call.source_span,
    )


def _calls_itself(call: ModuleCall) -> Diagnostic:
    return Diagnostic(
        code="module-cycle",
        summary="Module calls itself",
        detail=f'The directory of module "{call.name}" is one that this call is made from, so that it would never end. '
        "Name another directory.",
        span=call.source_span,
    )


def _too_deep(call: ModuleCall) -> Diagnostic:
    return Diagnostic(
        code="module-depth",
        summary="Modules nested too deep",
        detail=f"At most {_DEPTH_LIMIT} modules can be called by one another. Make the modules flatter.",
        span=call.source_span,
    )
