"""Modules: the files of the root's directory, and of each directory that a `module` block names, declared.

Refuses modules that call themselves, however many steps it takes.
"""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from planner.config.clusters_json import read_cluster_file
from planner.config.configuration import Confinement
from planner.config.declarations import Module, ModuleCall
from planner.config.declare import declare_module
from planner.config.draft import Draft
from planner.config.expected import expect_root
from planner.config.files import FileKind, list_files, read_source
from planner.config.reading import Reading
from planner.config.settings import refuse_in_module
from planner.lang.content import read_content
from planner.lang.json_syntax import parse_json
from planner.lang.parse import parse_hcl
from planner.lang.syntax import Block
from planner.model.diagnostics import Diagnostic
from planner.model.spans import Source

__all__ = ["CALL_LIMIT", "load_modules", "parse_blocks"]

CALL_LIMIT = 2_500
"""How many calls of modules a configuration may have, those in modules counted as often as these are called."""

_DEPTH_LIMIT = 32
"""How many modules may be called by one another."""


@dataclass(slots=True)
class _Loading:
    """What has been loaded so far: how many calls, and what the files of each directory declare, whoever calls it."""

    reading: Reading
    confinement: Confinement | None
    count: int = 0
    declared: dict[str, Module] = field(default_factory=dict)


def load_modules(
    root: Module, blocks: Sequence[Block], reading: Reading, confinement: Confinement | None = None
) -> Module:
    """Return the root module, of which `blocks` are known, with all modules that are called below it."""
    declared = declare_module(blocks, root, reading)
    directory = os.path.realpath(root.directory)
    return _load_children(declared, (directory,), _Loading(reading, confinement))


def _load_children(module: Module, ancestors: tuple[str, ...], loading: _Loading) -> Module:
    children = {}
    for call in module.calls.values():
        child = _load_child(module, call, ancestors, loading)
        if child is not None:
            children[call.name] = child
    return replace(module, children=children)


def _load_child(module: Module, call: ModuleCall, ancestors: tuple[str, ...], loading: _Loading) -> Module | None:
    directory = os.path.normpath(os.path.join(module.directory, call.source))  # noqa: PTH118 - as written, links too
    resolved = os.path.realpath(directory) if "\0" not in directory else ""
    problem = _find_problem(module, call, resolved, ancestors)
    if loading.confinement is not None and not _is_within(loading.confinement.root, resolved):
        problem = _outside(call)
    loading.count += 1
    if problem is None and loading.count > CALL_LIMIT:
        problem = _too_many(call) if loading.count == CALL_LIMIT + 1 else None
    elif problem is None:
        if directory not in loading.declared:
            loading.declared[directory] = _declare(module, call, directory, loading.reading)
        declared = replace(loading.declared[directory], path=(*module.path, call.name))
        return _load_children(declared, (*ancestors, resolved), loading)
    loading.reading.found.extend([] if problem is None else [problem])
    return None


def _is_within(root: str, resolved: str) -> bool:
    return resolved == root or resolved.startswith(f"{root}/")


def _find_problem(module: Module, call: ModuleCall, resolved: str, ancestors: tuple[str, ...]) -> Diagnostic | None:
    if resolved in ancestors:
        return _calls_itself(call)
    if len(ancestors) > _DEPTH_LIMIT:
        return _too_deep(call)
    is_there = resolved != "" and os.path.isdir(resolved)  # noqa: PTH112 - a text is at hand, and no Path
    return None if is_there else _no_directory(call, _make_label(module, call))


def _declare(module: Module, call: ModuleCall, directory: str, reading: Reading) -> Module:
    label = f"{_make_label(module, call)}/"
    empty = Module(path=(*module.path, call.name), directory=directory, label=label)
    sources, drafts = _read_directory(empty, call, reading)
    blocks = parse_blocks(sources, reading)
    reading.found.extend(refuse_in_module(blocks))
    return declare_module(blocks, replace(empty, bare=tuple(drafts)), reading)


def _make_label(module: Module, call: ModuleCall) -> str:
    """Return the path to what is called from the directory of the root, wherever that is."""
    return os.path.normpath(os.path.join(module.label, call.source))  # noqa: PTH118 - as above


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


def _no_directory(call: ModuleCall, label: str) -> Diagnostic:
    return Diagnostic(
        code="unreadable-module",
        summary="Unreadable module directory",
        detail=f"There is no directory {label}. A source is a path from the directory of the file that it is "
        "written in: correct it.",
        span=call.source_span,
    )


def _outside(call: ModuleCall) -> Diagnostic:
    return Diagnostic(
        code="unreadable-module",
        summary="Module outside of the repository",
        detail=f"The source of module.{call.name} leads out of the repository. An untrusted plan does not follow it. "
        "Name a directory of the repository.",
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


def _too_many(call: ModuleCall) -> Diagnostic:
    return Diagnostic(
        code="too-many-modules",
        summary="Too many module calls",
        detail=f"The configuration calls modules more than {CALL_LIMIT:,} times. Use for_each in one call in place of "
        "many, or split it into several configurations.",
        span=call.span,
    )
