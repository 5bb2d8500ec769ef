"""The graph of a review in HTML: which cluster depends on which, in columns from left to right, and as a list."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from planner.model.plan import Change
from planner.render.escaping import escape, measure_width
from planner.render.html_escaping import show
from planner.render.html_tree import link_change
from state.address import Address

__all__ = ["write_graph"]

_MOST = 100
"""How many clusters are drawn: more are not read."""
_LISTED = 1_000
_WIDTH, _HEIGHT, _GAP_X, _GAP_Y, _MARGIN = 7.3, 28, 80, 14, 8


class _Box(NamedTuple):
    x: int
    y: int
    width: int


def write_graph(changes: Sequence[Change]) -> Iterator[str]:
    """Yield the graph of `changes`; nothing where none of them depends on another."""
    there = {change.address: change for change in changes}
    needs = {change.address: [one for one in change.depends_on if one in there] for change in changes}
    linked = {one for address, those in needs.items() if those for one in (address, *those)}
    if not linked:
        return
    yield "<section><h2>What depends on what</h2>"
    if len(linked) <= _MOST:
        columns = _find_columns({address: needs[address] for address in needs if address in linked})
        yield _draw(columns, needs, there)
    else:
        yield f'<p class="dim">{len(linked):,} clusters depend on each other: too many to draw.</p>'
    yield from _list({address: needs[address] for address in sorted(needs) if needs[address]})
    yield "</section>"


def _list(needs: Mapping[Address, Sequence[Address]]) -> Iterator[str]:
    yield "<details><summary>As a list</summary><ul>"
    for address in list(needs)[:_LISTED]:
        yield f"<li>{_name(address)} depends on {', '.join(map(_name, needs[address]))}</li>"
    yield "</ul>"
    if len(needs) > _LISTED:
        yield f"<p>and {len(needs) - _LISTED:,} more</p>"
    yield "</details>"


def _name(address: Address) -> str:
    return f"<code>{show(str(address))}</code>"


def _find_columns(needs: Mapping[Address, Sequence[Address]]) -> list[list[Address]]:
    """Return the clusters by how long the chain is that they depend on, each near what it depends on."""
    depths: dict[Address, int] = {}

    def measure(address: Address, above: frozenset[Address]) -> int:
        if address not in depths:
            inner = above | {address}
            depths[address] = max((measure(one, inner) + 1 for one in needs[address] if one not in inner), default=0)
        return depths[address]

    for address in sorted(needs):
        measure(address, frozenset())
    columns = [[one for one in sorted(depths) if depths[one] == depth] for depth in range(max(depths.values()) + 1)]
    neighbours: dict[Address, set[Address]] = {address: set(those) for address, those in needs.items()}
    for address, those in needs.items():
        for one in those:
            neighbours[one].add(address)
    for _ in range(2):
        rows = {address: float(row) for column in columns for row, address in enumerate(column)}
        for column in columns:
            column.sort(key=lambda one: sum(rows[each] for each in neighbours[one]) / len(neighbours[one]))
            rows |= {address: float(row) for row, address in enumerate(column)}
    return columns


def _draw(
    columns: Sequence[Sequence[Address]], needs: Mapping[Address, Sequence[Address]], there: Mapping[Address, Change]
) -> str:
    boxes: dict[Address, _Box] = {}
    left = _MARGIN
    for column in columns:
        width = int(max(measure_width(escape(str(one))) for one in column) * _WIDTH) + 24
        boxes |= {one: _Box(left, _MARGIN + row * (_HEIGHT + _GAP_Y), width) for row, one in enumerate(column)}
        left += width + _GAP_X
    width = left - _GAP_X + _MARGIN
    height = 2 * _MARGIN - _GAP_Y + max(len(column) for column in columns) * (_HEIGHT + _GAP_Y)
    label = "Which cluster depends on which: an arrow leads to what depends on another"
    parts = [f'<svg role="group" aria-label="{label}" width="{width}" height="{height}">']
    parts += [_draw_line(boxes[one], box) for address, box in boxes.items() for one in needs[address]]
    for address, box in boxes.items():
        parts.append(f'<a href="{link_change(address)}" class="n-{there[address].action.value}">')
        parts.append(f'<rect x="{box.x}" y="{box.y}" width="{box.width}" height="{_HEIGHT}" rx="6"/>')
        parts.append(f'<text x="{box.x + 12}" y="{box.y + 19}">{show(str(address))}</text></a>')
    parts.append("</svg>")
    return f'<div class="graph">{"".join(parts)}</div>'


def _draw_line(start: _Box, end: _Box) -> str:
    """Return an arrow from the right of one box to the left of another."""
    x, y = start.x + start.width, start.y + _HEIGHT // 2
    to_x, to_y = end.x - 1, end.y + _HEIGHT // 2
    middle = (x + to_x) // 2
    return f'<path d="M{x} {y}C{middle} {y} {middle} {to_y} {to_x} {to_y}m-7 -4l7 4l-7 4"/>'
