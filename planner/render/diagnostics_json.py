"""Diagnostics as JSON, laid out as Terraform's are, so that what reads those reads these.

The snippet is what people are shown, too: cut where it is long, and without the value on a line that may hold a
secret.
"""

import json
from collections.abc import Iterable, Mapping

from planner.model.diagnostics import Diagnostic, Severity
from planner.model.spans import Position
from planner.render.diagnostics_text import list_files, sort_diagnostics
from planner.render.source_lines import Excerpt, SourceLines, find_excerpt, read_sources
from state.values import Json

__all__ = ["diagnostic_document", "render_validation_json"]


def diagnostic_document(diagnostic: Diagnostic, sources: Mapping[str, str]) -> dict[str, Json]:
    """Return one diagnostic as `{"severity", "code", "summary", "detail"}`, with `address`, `range` and `snippet`.

    Lines and columns count from 1, columns in characters, bytes from 0 in UTF-8. Where the text of a file is not in
    `sources`, its range is its name alone.
    """
    return _describe(diagnostic, read_sources(sources, list_files([diagnostic])))


def render_validation_json(diagnostics: Iterable[Diagnostic], sources: Mapping[str, str]) -> str:
    """Return what `validate -json` says of a configuration, a newline at its end."""
    ordered = sort_diagnostics(diagnostics)
    known = read_sources(sources, list_files(ordered))
    errors = sum(diagnostic.severity is Severity.ERROR for diagnostic in ordered)
    document = {
        "format_version": "1.0",
        "valid": not errors,
        "error_count": errors,
        "warning_count": len(ordered) - errors,
        "diagnostics": [_describe(diagnostic, known) for diagnostic in ordered],
    }
    return json.dumps(document, indent=2) + "\n"


def _describe(diagnostic: Diagnostic, known: Mapping[str, SourceLines]) -> dict[str, Json]:
    document: dict[str, Json] = {
        "severity": diagnostic.severity.value,
        "code": diagnostic.code,
        "summary": diagnostic.summary,
        "detail": diagnostic.detail,
    }
    if diagnostic.address is not None:
        document["address"] = str(diagnostic.address)
    span = diagnostic.span
    if span is not None:
        document["range"] = {"filename": span.file}
        source = known.get(span.file)
        if source is not None:
            excerpt = find_excerpt(source, span)
            document["range"] = {
                "filename": span.file,
                "start": _describe_position(source, excerpt.begin),
                "end": _describe_position(source, excerpt.finish),
            }
            document["snippet"] = _describe_excerpt(excerpt)
    return document


def _describe_position(source: SourceLines, position: Position) -> dict[str, Json]:
    offset = source.starts[position.line - 1] + position.column - 1
    before = source.text[:offset].encode("utf-8", "surrogatepass")
    return {"line": position.line, "column": position.column, "byte": len(before)}


def _describe_excerpt(excerpt: Excerpt) -> dict[str, Json]:
    return {
        "context": excerpt.context or None,
        "code": excerpt.code,
        "start_line": excerpt.begin.line,
        "highlight_start_offset": excerpt.start,
        "highlight_end_offset": excerpt.end,
        "values": [],
    }
