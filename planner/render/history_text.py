"""The history of a cluster as text: a line for each version, and below it what changed, as few lines as will do.

Made to be read in a hurry. Secrets are not in it, and text from outside is escaped.
"""

from collections.abc import Iterator

from planner.model.history import History, VersionEntry
from planner.model.paths import format_entry_path
from planner.model.plan import Difference, Missing
from planner.render.brief import format_briefly
from planner.render.escaping import escape, quote
from planner.render.marks import Marks, make_marks
from planner.render.paint import choose_paint
from state.values import Secret

__all__ = ["render_history"]

_SHOWN = 12
"""How many differences of one version are shown."""


def render_history(history: History, *, color: bool) -> str:
    """Return the text of `history`, a newline at its end."""
    marks = make_marks(choose_paint(color=color))
    bold, end = marks.paint.bold, marks.paint.end
    address = escape(str(history.address))
    lines = [f"{bold}# {address}: {quote(history.name)}, resource version {history.current}{end}", ""]
    width = len(str(history.current))
    for entry in history.versions:
        lines.extend(_write_entry(entry, history, marks, width))
    lines.extend(_write_end(history))
    return "".join(f"{line}\n" for line in lines)


def _write_entry(entry: VersionEntry, history: History, marks: Marks, width: int) -> Iterator[str]:
    paint = marks.paint
    notes = ", ".join(_list_notes(entry, history))
    yield f"  {paint.bold}{entry.number:>{width}}{paint.end}  {notes}".rstrip()
    margin = " " * (width + 6)
    for difference in entry.differences[:_SHOWN]:
        yield f"{margin}{_write_difference(difference, marks)}"
    hidden = len(entry.differences) - _SHOWN
    if hidden > 0:
        yield f"{margin}{paint.dim}# ({hidden} more){paint.end}"


def _list_notes(entry: VersionEntry, history: History) -> Iterator[str]:
    if not entry.is_kept:
        yield "not kept by the server"
        return
    if entry.is_current:
        yield "now"
    if entry.is_recorded:
        yield "the last that planner made"
    elif history.recorded is not None and entry.number > history.recorded:
        yield "not by planner"
    if entry.is_as_configured:
        yield "as the configuration says"
    if entry.against is None:
        yield "the oldest that is kept"
    elif entry.against != entry.number - 1:
        yield f"compared with {entry.against}"
    if entry.against is not None and not entry.differences:
        yield "nothing changed that planner can see"


def _write_difference(difference: Difference, marks: Marks) -> str:
    path, before, after = escape(format_entry_path(difference.path)), difference.before, difference.after
    if isinstance(before, Missing):
        return f"{marks.add} {path} = {format_briefly(after)}"
    if isinstance(after, Missing):
        return f"{marks.remove} {path} = {format_briefly(before)}"
    if isinstance(before, Secret) and isinstance(after, Secret):
        return f"{marks.change} {path} = {format_briefly(after)}, another one"
    return f"{marks.change} {path} = {format_briefly(before)} {marks.arrow} {format_briefly(after)}"


def _write_end(history: History) -> Iterator[str]:
    yield ""
    if history.has_more:
        yield "Older versions are kept too: -limit shows more."
    if len(history.versions) > 1:
        yield "To see what going back to one of them comes to, and then to do it:"
        yield f"  planner rollback {_quote_word(escape(str(history.address)))} --to VERSION"


def _quote_word(text: str) -> str:
    return f"'{text}'" if '"' in text or "[" in text else text
