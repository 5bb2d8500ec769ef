"""Blocks of `*.hcl` and `*.hcl.json`: parsed, given the values of variables, and turned into drafts and settings.

Imported only where such a file, or a value of a variable, is there: a directory of bare Clusters pays nothing for it.
"""

from collections.abc import Iterable

from planner.config.clusters_hcl import read_cluster_block
from planner.config.configuration import VariableInputs
from planner.config.context import Context
from planner.config.draft import ReadBlocks, UnknownFields
from planner.config.expected import expect_root
from planner.config.files import FileKind
from planner.config.reading import Reading
from planner.config.refusals import refuse_features
from planner.config.settings import (
    is_known_provider,
    read_planner_block,
    read_provider_block,
    refuse_provider,
    refuse_second,
)
from planner.config.variable_values import read_values
from planner.config.variables import read_variable_blocks
from planner.lang.content import read_content
from planner.lang.json_syntax import parse_json
from planner.lang.parse import parse_hcl
from planner.lang.syntax import Block
from planner.model.desired import Settings
from planner.model.spans import Source

__all__ = ["read_blocks"]


def read_blocks(sources: Iterable[tuple[FileKind, Source]], inputs: VariableInputs, reading: Reading) -> ReadBlocks:
    """Return what the blocks in `sources` say, with the values of variables that are there or in `inputs`."""
    sources = tuple(sources)
    blocks = _parse_blocks(sources, reading)
    declared = read_variable_blocks(_pick(blocks, "variable"), reading)
    files = [source for kind, source in sources if kind is FileKind.VARIABLES]
    values = read_values(declared, files, inputs, reading)
    context = Context(values.scope, reading.found)
    drafts = [read_cluster_block(block, context) for block in _pick(blocks, "cluster")]
    settings, unknown_fields = _read_settings(blocks, context, reading)
    return ReadBlocks(
        drafts=tuple(draft for draft in drafts if draft is not None),
        settings=settings,
        unknown_fields=unknown_fields,
        missing=values.missing,
    )


def _parse_blocks(sources: Iterable[tuple[FileKind, Source]], reading: Reading) -> list[Block]:
    blocks: list[Block] = []
    for kind, source in sources:
        if kind not in {FileKind.HCL, FileKind.JSON}:
            continue
        is_json = kind is FileKind.JSON
        body, mistakes = parse_json(source) if is_json else parse_hcl(source)
        content, problems = read_content(body, expect_root(is_json=is_json))
        reading.lose(mistakes, source.text)
        reading.found.extend((*problems, *refuse_features(content)))
        blocks.extend(content.blocks)
    return blocks


def _read_settings(blocks: list[Block], context: Context, reading: Reading) -> tuple[Settings, UnknownFields]:
    state_path: str | None = None
    endpoint: str | None = None
    unknown_fields: UnknownFields = "error"
    planners, all_providers = _pick(blocks, "planner"), _pick(blocks, "provider")
    providers = [block for block in all_providers if is_known_provider(block)]
    reading.found.extend(refuse_provider(block) for block in all_providers if not is_known_provider(block))
    reading.found.extend((*refuse_second(planners, reading), *refuse_second(providers, reading)))
    for block in reversed(planners):
        state_path, unknown_fields = read_planner_block(block, reading.found)
    for block in reversed(providers):
        endpoint = read_provider_block(block, context)
    return Settings(endpoint=endpoint, state_path=state_path), unknown_fields


def _pick(blocks: Iterable[Block], type_: str) -> list[Block]:
    return [block for block in blocks if block.type == type_]
