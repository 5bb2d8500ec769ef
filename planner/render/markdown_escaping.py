"""Escaping for Markdown: text from outside in code spans, in cells of tables and in fences, and nowhere else.

What is put there is escaped as for a terminal before, so that it is on one line and holds no character that cannot be
seen. In a code span and in a fence a host makes no link, no mention, no image and no HTML of it.
"""

import re

from planner.render.escaping import escape

__all__ = ["fence", "span", "span_in_table", "span_shown", "span_shown_in_table"]

_RUN = re.compile("`+")


def span(text: str) -> str:
    """Return `text` as a code span, which begins and ends with more backticks than are next to each other in it."""
    return _enclose(escape(text))


def span_shown(shown: str) -> str:
    """Return a text that is escaped already as a code span."""
    return _enclose(shown)


def span_in_table(text: str) -> str:
    r"""Return `text` as a code span for the cell of a table, where a `|` ends a cell even within a span.

    Hosts do not agree on what a backslash before it does, so that it is told as `\u{7c}`, as what cannot be shown is.
    """
    return span_shown_in_table(escape(text))


def span_shown_in_table(shown: str) -> str:
    """Return a text that is escaped already, as a part of a plan's text is, as a code span for the cell of a table."""
    return _enclose(shown.replace("|", "\\u{7c}"))


def fence(lines: list[str], language: str = "") -> str:
    """Return escaped `lines` in a fence that none of them can end, without a newline at its end."""
    longest = max((len(run) for line in lines for run in _RUN.findall(line)), default=0)
    mark = "`" * max(3, longest + 1)
    return "\n".join((f"{mark}{language}", *lines, mark))


def _enclose(shown: str) -> str:
    if not shown:
        return "(empty)"
    mark = "`" * (max(map(len, _RUN.findall(shown)), default=0) + 1)
    # A reader takes one space away from both sides if there is one on both.
    is_padded = shown[0] in "` " or shown[-1] in "` "
    return f"{mark} {shown} {mark}" if is_padded else f"{mark}{shown}{mark}"
