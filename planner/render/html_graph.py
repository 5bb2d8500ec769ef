"""The graph of a review in HTML: which cluster waits for which, in columns from left to right, or as a list."""

from collections.abc import Sequence

from planner.model.plan import Change
from planner.render.escaping import measure_width
from planner.render.html_change import show
from state.address import Address

__all__ = ["write_graph"]

_MOST = 100
"""How many clusters are drawn: more are not read."""
_WIDTH, _HEIGHT, _GAP_X, _GAP_Y = 9, 28, 70, 14


def write_graph(changes: Sequence[Change]) -> str:
    """Return the graph of `changes`; nothing where none of them waits for another."""
    there = {change.address: change for change in changes}
    needs = {change.address: [one for one in change.depends_on if one in there] for change in changes}
    linked = {one for address, those in needs.items() if those for one in (address, *those)}
    if not linked:
        return ""
    if len(linked) > _MOST:
        return f"<p>{len(linked):,} clusters wait for each other: too many to draw. Each says after which it comes.</p>"
    columns = _find_columns({address: needs[address] for address in needs if address in linked})
    return _draw(columns, needs, there)


def _find_columns(needs: dict[Address, list[Address]]) -> list[list[Address]]:
    """Return the clusters by how long the chain is that they wait for."""
    depths: dict[Address, int] = {}

    def measure(address: Address, above: frozenset[Address]) -> int:
        if address not in depths:
            inner = above | {address}
            depths[address] = max((measure(one, inner) + 1 for one in needs[address] if one not in inner), default=0)
        return depths[address]

    for address in sorted(needs):
        measure(address, frozenset())
    return [[one for one in sorted(depths) if depths[one] == depth] for depth in range(max(depths.values()) + 1)]


def _draw(
    columns: Sequence[Sequence[Address]], needs: dict[Address, list[Address]], there: dict[Address, Change]
) -> str:
    places: dict[Address, tuple[int, int, int]] = {}
    left = 8
    for column in columns:
        width = max(measure_width(show(str(one))) for one in column) * _WIDTH + 16
        for row, address in enumerate(column):
            places[address] = (left, 8 + row * (_HEIGHT + _GAP_Y), width)
        left += width + _GAP_X
    height = 16 + max(len(column) for column in columns) * (_HEIGHT + _GAP_Y)
    parts = [f'<svg role="img" aria-label="Which cluster waits for which" width="{left}" height="{height}">']
    for address, (x, y, _) in places.items():
        for one in needs[address]:
            other_x, other_y, other_width = places[one]
            start, end = (other_x + other_width, other_y + _HEIGHT // 2), (x, y + _HEIGHT // 2)
            middle = (start[0] + end[0]) // 2
            parts.append(f'<path d="M{start[0]} {start[1]}C{middle} {start[1]} {middle} {end[1]} {end[0]} {end[1]}"/>')
    for address, (x, y, width) in places.items():
        name = show(str(address))
        parts.append(f'<g class="n-{there[address].action.value}"><rect x="{x}" y="{y}" width="{width}" ')
        parts.append(f'height="{_HEIGHT}" rx="6"/><text x="{x + 8}" y="{y + 19}">{name}</text></g>')
    parts.append("</svg>")
    return f'<div class="graph" tabindex="0">{"".join(parts)}</div>'
