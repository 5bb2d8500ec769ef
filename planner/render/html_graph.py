"""The graph of a review in HTML: which cluster depends on which, in columns from left to right, and as a list."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple, TypeAlias

from planner.model.plan import Change
from planner.render.escaping import escape, measure_width
from planner.render.html_escaping import escape_html, show
from planner.render.html_tree import link_change
from state.address import Address, ModuleStep

__all__ = ["write_graph"]

_MOST = 100
"""How many clusters are drawn: more are not read."""
_LISTED = 1_000
_WIDTH, _HEIGHT, _GAP_X, _GAP_Y, _MARGIN = 7.3, 28, 80, 14, 8


class _Bend(NamedTuple):
    """Where an arrow passes a column that lies between its ends: it has a row of its own there, and no box."""

    start: Address
    end: Address
    column: int


_Node: TypeAlias = Address | _Bend


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
    yield from _draw_linked({address: needs[address] for address in sorted(needs) if address in linked}, there)
    yield from _list({address: needs[address] for address in sorted(needs) if needs[address]})
    yield "</section>"


def _draw_linked(needs: Mapping[Address, Sequence[Address]], there: Mapping[Address, Change]) -> Iterator[str]:
    """Yield the drawing of the clusters that `needs` are of; of many, the instances of one block in one box."""
    boxes = {address: [address] for address in needs}
    if len(needs) > _MOST:
        boxes = {}
        for address in needs:
            boxes.setdefault(_find_block(address), []).append(address)
        all_needs = {block: [one for each in those for one in needs[each]] for block, those in boxes.items()}
        needs = {block: _need_blocks(block, those) for block, those in all_needs.items()}
        yield f'<p class="dim">Of {sum(map(len, boxes.values())):,} clusters those of one block share a box.</p>'
    if len(boxes) > _MOST:
        yield f'<p class="dim">{len(boxes):,} blocks are too many to draw.</p>'
        return
    chains, columns = _lay_out(needs)
    labels = {
        box: escape(str(box)) + (f" \u00d7 {len(those):,}" if len(those) > 1 else "") for box, those in boxes.items()
    }
    yield _draw(chains, columns, labels, {box: there[those[0]] for box, those in boxes.items()})


def _find_block(address: Address) -> Address:
    """Return the address of the block that `address` is an instance of, in whichever instance of its module."""
    return Address(address.name, module=tuple(ModuleStep(step.name) for step in address.module))


def _need_blocks(block: Address, needs: Iterable[Address]) -> list[Address]:
    return sorted({_find_block(one) for one in needs} - {block})


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


def _lay_out(needs: Mapping[Address, Sequence[Address]]) -> tuple[list[list[_Node]], list[list[_Node]]]:
    """Return the way of each arrow, and the columns: by the longest chain before a cluster, near what it belongs to."""
    depths = _measure_depths(needs)
    columns: list[list[_Node]] = [[] for _ in range(max(depths.values()) + 1)]
    for address, depth in depths.items():
        columns[depth].append(address)
    chains: list[list[_Node]] = []
    for end, those in needs.items():
        for start in those:
            bends = [_Bend(start, end, column) for column in range(depths[start] + 1, depths[end])]
            for bend in bends:
                columns[bend.column].append(bend)
            chains.append([start, *bends, end])
    neighbours: dict[_Node, set[_Node]] = {}
    for chain in chains:
        for one, other in pairwise(chain):
            neighbours.setdefault(one, set()).add(other)
            neighbours.setdefault(other, set()).add(one)
    for _ in range(3):
        rows = {node: float(row) for column in columns for row, node in enumerate(column)}
        for column in columns:
            column.sort(key=lambda node: sum(sorted(rows[one] for one in neighbours[node])) / len(neighbours[node]))
            rows |= {node: float(row) for row, node in enumerate(column)}
    return chains, columns


def _measure_depths(needs: Mapping[Address, Sequence[Address]]) -> dict[Address, int]:
    depths: dict[Address, int] = {}

    def measure(address: Address, above: frozenset[Address]) -> int:
        if address not in depths:
            inner = above | {address}
            depths[address] = max((measure(one, inner) + 1 for one in needs[address] if one not in inner), default=0)
        return depths[address]

    for address in needs:
        measure(address, frozenset())
    return {address: depths[address] for address in needs}


def _draw(
    chains: Sequence[Sequence[_Node]],
    columns: Sequence[Sequence[_Node]],
    labels: Mapping[Address, str],
    there: Mapping[Address, Change],
) -> str:
    boxes: dict[_Node, _Box] = {}
    left = _MARGIN
    for column in columns:
        names = [measure_width(labels[node]) for node in column if isinstance(node, Address)]
        width = int(max(names, default=0) * _WIDTH) + 24
        boxes |= {node: _Box(left, _MARGIN + row * (_HEIGHT + _GAP_Y), width) for row, node in enumerate(column)}
        left += width + _GAP_X
    width = left - _GAP_X + _MARGIN
    height = 2 * _MARGIN - _GAP_Y + max(len(column) for column in columns) * (_HEIGHT + _GAP_Y)
    label = "Which cluster depends on which: an arrow leads to what depends on another"
    parts = [f'<svg role="group" aria-label="{label}" width="{width}" height="{height}">']
    parts += [_draw_arrow([boxes[node] for node in chain]) for chain in chains]
    for node, box in boxes.items():
        if isinstance(node, Address):
            parts.append(f'<a href="{link_change(there[node].address)}" class="n-{there[node].action.value}">')
            parts.append(f'<rect x="{box.x}" y="{box.y}" width="{box.width}" height="{_HEIGHT}" rx="6"/>')
            parts.append(f'<text x="{box.x + 12}" y="{box.y + 19}">{escape_html(labels[node])}</text></a>')
    parts.append("</svg>")
    return f'<div class="graph">{"".join(parts)}</div>'


def _draw_arrow(boxes: Sequence[_Box]) -> str:
    """Return an arrow from the right of the first box, through the rows of those between, to the left of the last."""
    x, y = boxes[0].x + boxes[0].width, boxes[0].y + _HEIGHT // 2
    steps = [f"M{x} {y}"]
    for box in boxes[1:]:
        to_y = box.y + _HEIGHT // 2
        middle = (x + box.x) // 2
        steps.append(f"C{middle} {y} {middle} {to_y} {box.x} {to_y}H{box.x + box.width}")
        x, y = box.x + box.width, to_y
    last = steps[-1].rpartition("H")[0]
    return f'<path d="{"".join(steps[:-1])}{last}m-7 -4l7 4l-7 4"/>'
