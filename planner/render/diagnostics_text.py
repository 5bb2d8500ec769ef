"""Diagnostics as people read them: what is wrong, where, the line itself with the place marked, and what to do.

Warnings come first, so that what stopped the command stands last on the screen; in each, the order of the files.
"""

import textwrap
from collections.abc import Iterable, Iterator, Mapping

from planner.model.diagnostics import Diagnostic, Severity
from planner.render.escaping import escape, guard_line, measure_width
from planner.render.paint import Paint, choose_paint
from planner.render.source_lines import Excerpt, SourceLines, find_excerpt, read_sources

__all__ = ["list_files", "render_diagnostics", "sort_diagnostics"]

_WIDTH = 78
_TAB = "    "


def render_diagnostics(diagnostics: Iterable[Diagnostic], sources: Mapping[str, str], *, color: bool) -> str:
    """Return the text of `diagnostics`, one under the other, each with a blank line after it; empty for none.

    `sources` are the texts of files by the names that spans give them. Where one is missing, so are line and column.
    """
    paint = choose_paint(color=color)
    ordered = sort_diagnostics(diagnostics)
    known = read_sources(sources, list_files(ordered))
    return "".join(_render(diagnostic, known, paint) for diagnostic in ordered)


def sort_diagnostics(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Return `diagnostics` as they are shown: warnings, then errors, by file and place; without a place first."""
    return sorted(diagnostics, key=_order)


def list_files(diagnostics: Iterable[Diagnostic]) -> set[str]:
    """Return the names of the files that `diagnostics` point into."""
    return {diagnostic.span.file for diagnostic in diagnostics if diagnostic.span}


def _order(diagnostic: Diagnostic) -> tuple[bool, str, int]:
    span = diagnostic.span
    return (diagnostic.severity is Severity.ERROR, span.file if span else "", span.start if span else -1)


def _render(diagnostic: Diagnostic, known: Mapping[str, SourceLines], paint: Paint) -> str:
    style, word = _choose_title(diagnostic.severity, paint)
    title = f"{style}{paint.bold}{word}: {paint.end}{paint.bold}{escape(diagnostic.summary)}{paint.end}"
    place = list(_write_place(diagnostic, known, paint))
    detail = list(_wrap(diagnostic.detail))
    lines = [title, *(["", *place] if place else []), *(["", *map(guard_line, detail)] if detail else [])]
    if not paint.end:
        return "".join(f"{line}\n" for line in [*lines, ""])
    bar = f"{style}│{paint.end}"
    framed = [f"{style}╷{paint.end}", *(f"{bar} {line}" if line else bar for line in lines), f"{style}╵{paint.end}"]
    return "".join(f"{line}\n" for line in [*framed, ""])


def _choose_title(severity: Severity, paint: Paint) -> tuple[str, str]:
    match severity:
        case Severity.ERROR:
            return paint.red, "Error"
        case Severity.WARNING:
            return paint.yellow, "Warning"


def _write_place(diagnostic: Diagnostic, known: Mapping[str, SourceLines], paint: Paint) -> Iterator[str]:
    span = diagnostic.span
    if diagnostic.address is not None:
        yield f"  with {escape(str(diagnostic.address))}{',' if span else ''}"
    if span is None:
        return
    source = known.get(span.file)
    if source is None:
        yield f"  on {escape(span.file)}"
        return
    excerpt = find_excerpt(source, span)
    inside = f", in {escape(excerpt.context)}" if excerpt.context else ""
    yield f"  on {escape(span.file)}:{excerpt.begin.line}:{excerpt.begin.column}{inside}:"
    yield from _write_code(excerpt, paint)


def _write_code(excerpt: Excerpt, paint: Paint) -> Iterator[str]:
    """Return the source line and, under it, carets below what the diagnostic points at."""
    prefix = f"  {excerpt.begin.line}: "
    before, pointed = (_show(excerpt.code[:at]) for at in (excerpt.start, excerpt.end))
    left = measure_width(before)
    width = max(1, measure_width(pointed) - left)
    yield f"{prefix}{_show(excerpt.code)}"
    yield f"{' ' * (len(prefix) + left)}{paint.bold}{'^' * width}{paint.end}"


def _show(code: str) -> str:
    return escape(code.replace("\t", _TAB))


def _wrap(detail: str) -> Iterator[str]:
    """Return the lines of a detail; those that are set in from the left are code, and stay as they are."""
    for paragraph in detail.strip("\n").split("\n") if detail else []:
        shown = escape(paragraph)
        if paragraph.startswith((" ", "\t")):
            yield shown.rstrip()
        else:
            yield from textwrap.wrap(shown, _WIDTH, break_long_words=False, break_on_hyphens=False) or [""]
