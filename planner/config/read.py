"""Reads a configuration: the files of a directory become Desired, or diagnostics; all of them at once.

The same files give the same answer in any directory and any order. Refuses to raise for anything that files hold.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from planner.config.check import check_draft
from planner.config.clusters_json import read_cluster_file
from planner.config.configuration import Configuration, VariableInputs
from planner.config.draft import Draft
from planner.config.files import FileKind, FoundFile, list_files, read_source
from planner.config.gather import find_twins, make_cluster
from planner.config.reading import Reading
from planner.model.desired import Desired, DesiredCluster, Known
from planner.model.diagnostics import has_errors
from planner.model.spans import Source

if TYPE_CHECKING:
    from planner.config.console import Console  # at run time this would load the language
    from planner.config.trace import Trace  # likewise

__all__ = ["read_configuration", "read_console", "read_trace"]


def read_configuration(directory: str, inputs: VariableInputs) -> Configuration:
    """Return what the files in `directory` ask for, or all that is wrong with them."""
    sources, bare, reading = _read_files(directory)
    if not inputs.command and all(kind is FileKind.CLUSTER for kind, _ in sources):
        return _make_bare(bare, reading)
    # Bare Clusters do not pay for the language.
    from planner.config.blocks import prepare  # noqa: PLC0415 - see above
    from planner.config.finish import make_configuration  # noqa: PLC0415 - see above

    return make_configuration(prepare(directory, sources, bare, inputs, reading), {})


def read_console(directory: str, inputs: VariableInputs, known: Known) -> "Console":
    """Return a console for the files in `directory`; one without any is a configuration that says nothing.

    `known` is what is known of the clusters that are there already.
    """
    from planner.config.blocks import prepare  # noqa: PLC0415 - only a console always pays for the language
    from planner.config.console import open_console  # noqa: PLC0415 - as above

    sources, bare, reading = _read_files(directory)
    reading.found[:] = [one for one in reading.found if one.code != "no-configuration"]
    return open_console(prepare(directory, sources, bare, inputs, reading), known)


def read_trace(directory: str, inputs: VariableInputs, known: Known) -> "Trace":
    """Return what tells where values in the files of `directory` come from; `known` is as for a console."""
    from planner.config.blocks import prepare  # noqa: PLC0415 - only who traces pays for the language
    from planner.config.trace import open_trace  # noqa: PLC0415 - as above

    sources, bare, reading = _read_files(directory)
    return open_trace(prepare(directory, sources, bare, inputs, reading), known)


def _read_files(directory: str) -> tuple[list[tuple[FileKind, Source]], list[Draft], Reading]:
    files, problems = list_files(directory)
    reading = Reading(found=list(problems))
    sources = _read_sources(files, reading)
    return sources, _read_cluster_files(sources, reading), reading


def _make_bare(drafts: list[Draft], reading: Reading) -> Configuration:
    """Return the configuration that has clusters alone, each in a file of its own."""
    reading.found += find_twins(drafts, reading)
    clusters: list[DesiredCluster] = []
    for draft in drafts:
        document, diagnostics = check_draft(draft, "error")
        reading.found += diagnostics
        clusters.append(make_cluster(draft, document))
    ordered = tuple(sorted(clusters, key=lambda cluster: cluster.address))
    return Configuration(
        desired=None if has_errors(reading.found) else Desired(clusters=ordered),
        diagnostics=reading.list_diagnostics(),
        sources=reading.list_sources(),
    )


def _read_sources(files: Iterable[FoundFile], reading: Reading) -> list[tuple[FileKind, Source]]:
    """Return the files that are text; all texts, whole or not, are kept for people to be shown."""
    sources: list[tuple[FileKind, Source]] = []
    for file in files:
        source, diagnostic = read_source(file.name, file.path)
        if source is not None:
            reading.texts[file.name] = source.text
        if diagnostic is not None:
            reading.lose([diagnostic], _declare(file.name) if file.kind is FileKind.CLUSTER else None)
        elif source is not None:
            sources.append((file.kind, source))
    return sources


def _read_cluster_files(sources: Iterable[tuple[FileKind, Source]], reading: Reading) -> list[Draft]:
    drafts: list[Draft] = []
    for kind, source in sources:
        if kind is FileKind.CLUSTER:
            draft, diagnostics = read_cluster_file(source)
            reading.lose(diagnostics, _declare(source.file))
            if draft is not None:
                drafts.append(draft)
    return drafts


def _declare(file: str) -> str:
    """Return what a file of one cluster says of itself by its name, whatever is in it."""
    return f'cluster "{file.partition(".")[0]}"'
