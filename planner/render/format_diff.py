"""Format diffs: what formatting changes in a file, as `diff -u` shows it, and texts as a terminal may show them.

Lines are escaped as all that comes from outside, but for tabs and for the returns at their ends, which do no harm.
"""

import re

from planner.render.escaping import escape, guard_line

__all__ = ["escape_text", "render_format_diff"]


def render_format_diff(name: str, before: str, after: str) -> str:
    """Return the difference between the two texts of the file `name`."""
    from difflib import unified_diff  # noqa: PLC0415 - only -diff pays for it

    shown = escape(name)
    diff = unified_diff(_split_lines(before), _split_lines(after), f"old/{shown}", f"new/{shown}")
    return "".join(_render_line(line) for line in diff)


def escape_text(text: str) -> str:
    """Return `text` with its lines escaped."""
    return "\n".join(guard_line(_escape_line(line)) for line in text.split("\n"))


def _split_lines(text: str) -> list[str]:
    """Cut `text` behind its newlines; `splitlines` would cut it elsewhere too."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def _render_line(line: str) -> str:
    shown = guard_line(_escape_line(line.removesuffix("\n")))
    return f"{shown}\n" if line.endswith("\n") else f"{shown}\n\\ No newline at end of file\n"


def _escape_line(line: str) -> str:
    return "\t".join(map(escape, line.removesuffix("\r").split("\t")))
