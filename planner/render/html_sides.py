"""The values of a change in HTML, side by side: texts, lists and objects line by line, what is equal folded."""

from collections.abc import Callable, Iterator, Sequence
from posixpath import commonprefix  # which compares characters, whatever its name

from planner.model.paths import format_path
from planner.model.plan import MISSING, Cause, Difference, Missing
from planner.model.spans import Anchor
from planner.render.deltas import format_number_delta
from planner.render.escaping import escape, guard_line
from planner.render.html_escaping import escape_html, show
from planner.render.layout import Look, Place, has_lines, write_value
from planner.render.outside_text import count_things, format_side, format_sides
from planner.render.sequences import Hidden, Kept, Replaced, compare_sequences
from state.values import Value

__all__ = ["write_sides"]

_CONTEXT, _FEWEST = 3, 4
_WIDEST = 60
"""A list or an object that is longer takes a line for each member."""
_ALIKE = 16
"""From so many equal characters at both ends on, the difference between them is marked."""
_UNFOLDED = 500
"""More equal lines than that are counted, and are not there to be unfolded."""
_EXPLANATIONS = {Cause.DRIFT: "will be put back", Cause.CONFLICT: "will be overwritten"}


def write_sides(shown: Sequence[Difference], link: Callable[[Anchor], str]) -> Iterator[str]:
    """Yield the table of what differs; nothing where nothing does. `link` returns the HTML for a place."""
    if shown:
        yield '<table class="side"><thead><tr><th scope="col">field</th><th scope="col">before</th>'
        yield '<th scope="col">after</th><th scope="col">why, and where</th></tr></thead><tbody>'
        for one in shown:
            yield from _write_difference(one, link)
        yield "</tbody></table>"


def _write_difference(one: Difference, link: Callable[[Anchor], str]) -> Iterator[str]:
    rows = _list_rows(one)
    span = f' rowspan="{len(rows)}"' if len(rows) > 1 else ""
    why = f"{one.cause.value}{format_number_delta(one.before, one.after)}"
    if one.cause in _EXPLANATIONS:
        why += f", {_EXPLANATIONS[one.cause]}"
        if one.applied is not MISSING:
            why += f"<br>last applied <code>{escape_html(format_sides((one.applied,))[0])}</code>"
    why += _tell_newline(one)
    why += f"<br>{link(one.anchor)}" if one.anchor is not None else ""
    first, *more = rows
    yield f'<tr><th scope="row" class="mono"{span}>{show(format_path(one.path))}</th>{first}'
    yield f"<td{span}>{why}</td></tr>"
    yield from (f"<tr>{row}</tr>" for row in more)


def _tell_newline(one: Difference) -> str:
    """Return what becomes of the newline at the end of a text, which no line shows."""
    if not isinstance(one.before, str) or not isinstance(one.after, str):
        return ""
    had, has = (has_lines(side) and side.endswith("\n") for side in (one.before, one.after))
    if had is has or not has_lines(one.before) or not has_lines(one.after):
        return ""
    return f"<br>a newline at the end is {'added' if has else 'taken away'}"


def _list_rows(one: Difference) -> list[str]:
    """Return the cells of each row: the two sides, or what is equal in both."""
    before, after = _list_lines(one.before), _list_lines(one.after)
    if len(before) < 2 or len(after) < 2:
        if len(before) == len(after) == 1:
            return [_write_pair(before[0], after[0])]
        return [_write_cells(before, after, is_same=False, nothing="(none)")]
    rows: list[str] = []
    kept: list[str] = []
    at = 0
    for step in compare_sequences(before, after, context=_CONTEXT, fewest=_FEWEST):
        if isinstance(step, Kept):
            kept.append(after[step.at])
            at = step.at + 1
            continue
        rows += [_write_cells(kept, kept, is_same=True)] if kept else []
        kept = []
        match step:
            case Hidden(length):
                rows.append(_write_fold(after[at : at + length]))
                at += length
            case Replaced(old, new):
                rows.append(_write_cells(before[old.start : old.stop], after[new.start : new.stop], is_same=False))
                at = new.stop
    return rows + ([_write_cells(kept, kept, is_same=True)] if kept else [])


def _list_lines(side: "Value | Missing") -> list[str]:
    """Return the lines of a side, escaped for a terminal; none where there is no value."""
    if isinstance(side, Missing):
        return []
    if isinstance(side, str) and has_lines(side):
        return [guard_line(escape(line)) for line in side.removesuffix("\n").split("\n")]
    short = format_side(side)
    if len(short) <= _WIDEST or not isinstance(side, dict | list):
        return [short]
    lines: list[str] = []
    write_value(lines, Look(), Place(0), side)
    return [line[2:] for line in lines]


def _write_pair(before: str, after: str) -> str:
    """Return the cells of two short values; of long ones that are much alike, the part that differs is marked."""
    start = len(commonprefix((before, after)))
    room = min(len(before), len(after)) - start
    end = min(len(commonprefix((before[::-1], after[::-1]))), room)
    sides = []
    for text in (before, after):
        rest = len(text) - end
        parts = [escape_html(part) for part in (text[:start], text[start:rest], text[rest:])]
        if start + end >= _ALIKE and parts[1]:
            parts[1] = f"<mark>{parts[1]}</mark>"
        sides.append("".join(parts))
    return f'<td class="before"><pre>{sides[0]}</pre></td><td class="after"><pre>{sides[1]}</pre></td>'


def _write_cells(before: Sequence[str], after: Sequence[str], *, is_same: bool, nothing: str = "") -> str:
    names = ("same", "same") if is_same else ("before", "after")
    return "".join(
        f'<td class="{name}"><pre>{_join(lines)}</pre></td>' if lines else f'<td class="none">{nothing}</td>'
        for lines, name in zip((before, after), names, strict=True)
    )


def _write_fold(lines: Sequence[str]) -> str:
    count = count_things(len(lines), "line")
    if len(lines) > _UNFOLDED:
        return f'<td class="fold" colspan="2">{count} the same</td>'
    return (
        f'<td class="fold" colspan="2"><details><summary>{count} the same</summary>'
        f"<pre>{_join(lines)}</pre></details></td>"
    )


def _join(lines: Sequence[str]) -> str:
    text = "\n".join(map(escape_html, lines))
    return f"\n{text}" if text.startswith("\n") else text  # for a browser drops the first
