"""Suggesting `moved` blocks: those that say the same as what was recognised without one.

One block speaks of a whole module, or of all instances of a cluster, where that comes to the same; else there is one
for each cluster. Suggests nothing that has not been tried: with the blocks the plan is what it is without them.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from planner.model.desired import DesiredCluster, Endpoint, Move
from planner.model.plan import SuggestedMove
from planner.model.spans import Span
from planner.planning.endpoints import AddressIndex, format_endpoint, is_whole, locate
from planner.planning.moves import check_moves, follow_moves
from state.address import Address

__all__ = ["suggest_moves"]

_NOWHERE = Span("", 0, 0)


def suggest_moves(
    recognised: Mapping[Address, Address],
    moves: Sequence[Move],
    records: Collection[Address],
    declared: Sequence[DesiredCluster],
) -> tuple[SuggestedMove, ...]:
    """Return the blocks that say what was `recognised`: by its new address, the one that each cluster had before.

    `moves` are the blocks that there are, and `records` the addresses in the state, which those blocks begin from.
    """
    if not recognised:
        return ()
    known = follow_moves(moves, records)
    expected = dict(known.sources)
    expected |= {target: expected.pop(source, source) for target, source in recognised.items()}
    for blocks in (_join(recognised, _place(records, known.sources), declared), _spell_each(recognised)):
        suggested = sorted(blocks, key=lambda move: format_endpoint(move.source))
        tried = (*moves, *suggested)
        if not check_moves(tried, declared) and follow_moves(tried, records).sources == expected:
            return tuple(
                SuggestedMove(source=format_endpoint(move.source), target=format_endpoint(move.target))
                for move in suggested
            )
    return ()


def _place(records: Iterable[Address], sources: Mapping[Address, Address]) -> Iterator[Address]:
    """Yield where the clusters of the state are, once the blocks that there are have been followed."""
    targets = {source: target for target, source in sources.items()}
    return (targets.get(address, address) for address in records)


def _spell_each(recognised: Mapping[Address, Address]) -> list[Move]:
    return [_make_move(locate(source), locate(target)) for target, source in recognised.items()]


def _join(
    recognised: Mapping[Address, Address], records: Iterable[Address], declared: Iterable[DesiredCluster]
) -> list[Move]:
    """Return as few blocks as there can be: of what is still there and does not move along, none speaks."""
    at, wanted = AddressIndex(records), AddressIndex(cluster.address for cluster in declared)
    left = dict(recognised)
    blocks: list[Move] = []
    for widen in (_widen_to_module, _widen_to_instances):
        groups: dict[tuple[str, str], tuple[Move, list[Address]]] = {}
        for target, source in left.items():
            move = widen(source, target)
            if move is not None:
                spelled = format_endpoint(move.source), format_endpoint(move.target)
                groups.setdefault(spelled, (move, []))[1].append(target)
        for move, covered in groups.values():
            whole = is_whole(move)
            if wanted.find(move.source, whole=whole) or at.find(move.target, whole=whole):
                continue
            if set(at.find(move.source, whole=whole)) == {left[target] for target in covered}:
                blocks.append(move)
                for target in covered:
                    del left[target]
    return blocks + _spell_each(left)


def _widen_to_module(source: Address, target: Address) -> Move | None:
    """Return the move of the module by which two addresses differ."""
    if (source.name, source.key) != (target.name, target.key):
        return None
    former, new = list(source.module), list(target.module)
    while len(former) > 1 and len(new) > 1 and former[-1] == new[-1]:
        del former[-1], new[-1]
    if not former or not new or former == new:
        return None
    if former[-1].key == new[-1].key:
        former[-1], new[-1] = replace(former[-1], key=None), replace(new[-1], key=None)
    return _make_move(Endpoint(module=tuple(former)), Endpoint(module=tuple(new)))


def _widen_to_instances(source: Address, target: Address) -> Move | None:
    """Return the move of all instances, where both addresses have the same key."""
    if source.key is None or source.key != target.key:
        return None
    return _make_move(locate(replace(source, key=None)), locate(replace(target, key=None)))


def _make_move(source: Endpoint, target: Endpoint) -> Move:
    return Move(source=source, target=target, span=_NOWHERE)
