"""What others changed, as a table: cluster by cluster, the values of each side beside each other.

A value takes one line and at most some thirty columns; of a long one that part is shown in which it differs from the
others, and all of it stands in the JSON. What is worst comes first, and what is too much to read is counted.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from posixpath import commonprefix  # which compares characters, whatever its name

from planner.model.paths import format_path
from planner.model.plan import Cause, Change, Missing, Reason
from planner.render.comparison import Side
from planner.render.escaping import escape, measure_width
from planner.render.layout import format_name, format_scalar
from planner.render.marks import Marks, mark_cause
from state.values import Value

__all__ = [
    "Outside",
    "Row",
    "count_things",
    "format_side",
    "format_sides",
    "is_too_much",
    "list_adopted",
    "list_outside",
    "write_outside",
]

_WIDEST = 32
_CLUSTERS, _ROWS = 10, 12
"""How many clusters are listed, and how many values of each: more than fits on a screen is not read."""
_NOTHING = "(none)"
_CUT = "..."
_LED_BY = 8
"""How many characters are shown before the one in which long values differ."""
_PAIR = {"name", "value"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One value: where it stands, what it is on each side, and why it differs."""

    label: str
    sides: tuple[Side, ...]
    cause: Cause


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """What others did to one cluster: deleted it, or changed some values."""

    address: str
    rows: tuple[Row, ...] = ()
    is_gone: bool = False


def list_outside(changes: Iterable[Change]) -> list[Outside]:
    """Return what others did to the clusters of `changes`: what we last applied, what is live, what will be."""
    return [
        Outside(
            address=str(change.address),
            rows=tuple(
                Row(label=escape(format_path(one.path)), sides=(one.applied, one.before, one.after), cause=one.cause)
                for one in change.differences
                if one.cause in {Cause.DRIFT, Cause.CONFLICT}
            ),
            is_gone=change.reason is Reason.GONE,
        )
        for change in changes
    ]


def list_adopted(changes: Iterable[Change]) -> list[Outside]:
    """Return what the clusters of `changes` already have as it is newly asked for: what was last applied, and is live.

    Of a cluster that comes under management all is adopted, and was never applied: that is no news, value by value.
    """
    return [
        Outside(address=str(change.address), rows=rows)
        for change in changes
        if change.importing is None and (rows := tuple(_list_adopted_rows(change)))
    ]


def _list_adopted_rows(change: Change) -> Iterator[Row]:
    for one in change.differences:
        if one.cause is Cause.ADOPT:
            yield Row(label=escape(format_path(one.path)), sides=(one.applied, one.before), cause=one.cause)


def write_outside(
    lines: list[str], marks: Marks, heads: Sequence[str], clusters: Sequence[Outside], *, is_whole: bool = False
) -> None:
    """Write what others did to `clusters`, below `heads`, the names of the sides; all of it if `is_whole`."""
    ordered = sorted(clusters, key=_rank)  # which keeps the order of addresses among equals
    most = len(ordered) if is_whole else _CLUSTERS
    listed, more = ordered[:most], ordered[most:]
    lines.extend(f"  {escape(one.address)} has been deleted" for one in listed if one.is_gone)
    changed = [one for one in listed if one.rows]
    if changed:
        _write_table(lines, marks, heads, changed, max(len(one.rows) for one in changed) if is_whole else _ROWS)
    if more:
        lines.append(f"  and {count_things(len(more), 'more cluster')}: {_count_rest(more)}")


def is_too_much(clusters: Sequence[Outside]) -> bool:
    """Tell whether `write_outside` only counts a part of `clusters` unless it is to write all."""
    return len(clusters) > _CLUSTERS or any(len(one.rows) > _ROWS for one in clusters)


def _write_table(
    lines: list[str], marks: Marks, heads: Sequence[str], clusters: Sequence[Outside], longest: int
) -> None:
    """Write at most `longest` values of each cluster, those of all clusters below each other."""
    table = [[(f"    {row.label}", *format_sides(row.sides)) for row in one.rows[:longest]] for one in clusters]
    columns = zip(("", *heads), *(cells for rows in table for cells in rows), strict=True)
    widths = [max(map(measure_width, column)) for column in columns]
    lines.append(f"{marks.paint.dim}{_pad(('', *heads), widths).rstrip()}{marks.paint.end}")
    for one, rows in zip(clusters, table, strict=True):
        lines.append(f"  {escape(one.address)}")
        lines.extend(
            f"{_pad(cells, widths)} {mark_cause(marks.paint, row.cause)}"
            for row, cells in zip(one.rows, rows, strict=False)
        )
        left = len(one.rows) - longest
        lines.extend([f"    and {count_things(left, 'more value')}"] if left > 0 else [])


def count_things(count: int, noun: str) -> str:
    """Return a number of things of a kind, such as `1,200 values`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _rank(one: Outside) -> int:
    """Return where a cluster stands: those that are gone, then those where somebody's change is lost, then the rest."""
    if one.is_gone:
        return 0
    return 1 if any(row.cause is Cause.CONFLICT for row in one.rows) else 2


def _pad(cells: Iterable[str], widths: Sequence[int]) -> str:
    return "  ".join(f"{cell}{' ' * (width - measure_width(cell))}" for cell, width in zip(cells, widths, strict=True))


def _count_rest(clusters: Sequence[Outside]) -> str:
    causes = [row.cause for one in clusters for row in one.rows]
    counts = [(causes.count(cause), cause.value) for cause in (Cause.DRIFT, Cause.CONFLICT, Cause.ADOPT)]
    counts.append((sum(one.is_gone for one in clusters), "deleted"))
    return ", ".join(f"{count:,} {word}" for count, word in counts if count)


def format_sides(sides: Sequence[Side]) -> list[str]:
    """Return each side in a few words on one line, so that they can be told apart; a secret stays hidden."""
    texts = [format_side(side) for side in sides]
    long = {text for text in texts if measure_width(text) > _WIDEST}
    start = len(commonprefix(sorted(long))) - _LED_BY if len(long) > 1 else 0
    if start <= _WIDEST - 2 * _LED_BY:
        return [_shorten(text) for text in texts]
    return [_shorten(f"{_CUT}{text[start:]}") if text in long else text for text in texts]


def format_side(side: Side) -> str:
    """Return the whole of a side on one line; a secret stays hidden."""
    return _NOTHING if isinstance(side, Missing) else _format(_unwrap(side))


def _unwrap(side: Value) -> Value:
    """Return the value of a name/value pair, whose name stands in the path already."""
    return side["value"] if isinstance(side, dict) and side.keys() == _PAIR else side


def _format(value: Value) -> str:
    match value:
        case dict() if value:
            return f"{{ {', '.join(f'{format_name(name)} = {_format(value[name])}' for name in sorted(value))} }}"
        case list() if value:
            return f"[{', '.join(map(_format, value))}]"
        case _:
            return format_scalar(value)


def _shorten(text: str) -> str:
    if measure_width(text) <= _WIDEST:
        return text
    kept = text[: _WIDEST - len(_CUT)]
    while measure_width(kept) > _WIDEST - len(_CUT):
        kept = kept[:-1]
    return f"{kept}{_CUT}"
