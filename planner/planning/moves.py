"""Moves: which address each record of the state has now, by the `moved` blocks of the configuration.

Blocks are followed in the order in which one leads to the next, wherever they are written. Refuses blocks that
contradict each other or the configuration; a cluster whose new address is taken stays where it is, with a warning.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter

from planner.model.desired import DesiredCluster, Endpoint, Move
from planner.model.diagnostics import Diagnostic, Severity
from planner.planning.endpoints import (
    AddressIndex,
    Token,
    format_endpoint,
    is_whole,
    name_kind,
    rebase,
    spell,
    spell_around,
)
from state.address import Address, ModuleStep

__all__ = ["Moves", "check_moves", "follow_moves"]


@dataclass(frozen=True, slots=True)
class Moves:
    """What came of the `moved` blocks: the former address of each cluster that moved, by its new one."""

    sources: Mapping[Address, Address] = field(default_factory=dict)
    warnings: tuple[Diagnostic, ...] = ()


def check_moves(moves: Sequence[Move], declared: Iterable[DesiredCluster]) -> tuple[Diagnostic, ...]:
    """Return a diagnostic for each block that contradicts another one or the configuration, or says nothing."""
    problems: list[Diagnostic] = []
    index = AddressIndex(cluster.address for cluster in declared if moves)
    sources: dict[Token, Move] = {}
    targets: dict[Token, Move] = {}
    for move in moves:
        problem = _check_alone(move, index)
        if problem is None:
            # All instances of a cluster, and the single one, are two things: blocks may speak of both.
            source, target = (spell(end, whole=is_whole(move)) for end in (move.source, move.target))
            problem = _check_beside(move, sources.setdefault(source, move), targets.setdefault(target, move))
        if problem:
            problems.append(problem)
    if not problems:
        try:
            _sort(moves)
        except CycleError as error:
            problems.append(_report_cycle([moves[number] for number in error.args[1]]))
    return tuple(problems)


def follow_moves(moves: Sequence[Move], records: Collection[Address], claims: Collection[Address] = ()) -> Moves:
    """Return where the clusters that the state knows have moved to; `moves` are such as `check_moves` accepts.

    `claims` are the addresses of creates that may have made a cluster: they move too, and are in nobody's way.
    """
    current = {address: address for address in (*records, *claims)} if moves else {}
    index = AddressIndex(current)
    blocked: list[_Part] = []
    for move in _sort(moves):
        whole = is_whole(move)
        for part in _divide(move, index):
            if any(current[address] in records for address in part.there):
                blocked.append(part)
                continue
            for address in part.moving:
                target = rebase(address, move.source, move.target, whole=whole)
                current[target] = current.pop(address)
                index.remove(address)
                index.add(target)
    sources = {address: former for address, former in current.items() if address != former}
    return Moves(sources, (_warn_of_blocked(blocked),) if blocked else ())


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a move, that moves or is blocked as one: what moves, and what is at its new address already."""

    source: Endpoint
    target: Endpoint
    moving: list[Address]
    there: list[Address]


def _divide(move: Move, known: AddressIndex) -> list[_Part]:
    """Return the parts of `move`: one for a cluster, and for a module one for each in it that has clusters."""
    whole = is_whole(move)
    moving = known.find(move.source, whole=whole)
    if not moving:
        return []
    if move.source.name is not None:
        return [_Part(move.source, move.target, moving, known.find(move.target, whole=whole))]
    modules: dict[tuple[ModuleStep, ...], list[Address]] = {}
    for address in moving:
        modules.setdefault(address.module, []).append(address)
    targets = {
        path: rebase(inside[0], move.source, move.target, whole=whole).module for path, inside in modules.items()
    }
    return [
        _Part(Endpoint(module=path), Endpoint(module=targets[path]), inside, known.find_beside(targets[path]))
        for path, inside in modules.items()
    ]


def _sort(moves: Sequence[Move]) -> list[Move]:
    """Return `moves` in the order in which they are followed.

    Raises:
        CycleError: there is none.
    """
    ends: dict[Token, set[int]] = {}
    for number, move in enumerate(moves):
        for end in (move.source, move.target):
            ends.setdefault(spell(end, whole=is_whole(move)), set()).add(number)
    sorter: TopologicalSorter[int] = TopologicalSorter(dict.fromkeys(range(len(moves)), ()))
    for number in range(len(moves)):
        for before, after in _order(number, moves, ends):
            sorter.add(after, before)
    sorter.prepare()
    ordered: list[Move] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        ordered.extend(moves[number] for number in ready)
        sorter.done(*ready)
    return ordered


def _order(number: int, moves: Sequence[Move], ends: Mapping[Token, Collection[int]]) -> Iterator[tuple[int, int]]:
    """Yield which of two moves comes first, where an end of the one lies in an end of the other.

    What a move brings to an address is moved on by the blocks about that address; a block about a part is followed
    before one about the whole that the part is in.
    """
    move = moves[number]
    for end in (move.source, move.target):
        own = spell(end, whole=is_whole(move))
        for token in spell_around(end, whole=is_whole(move)):
            for other in ends.get(token, ()):
                if other == number:
                    continue
                is_from = spell(moves[other].source, whole=is_whole(moves[other])) == token
                is_to = spell(moves[other].target, whole=is_whole(moves[other])) == token
                if is_to and (end is move.source or own != token):
                    yield other, number
                if is_from and (end is move.target or own != token):
                    yield number, other


def _check_alone(move: Move, declared: AddressIndex) -> Diagnostic | None:
    source, target = format_endpoint(move.source), format_endpoint(move.target)
    kind = name_kind(move.source)
    if kind != name_kind(move.target):
        return _report(
            move,
            "invalid-move",
            'Invalid "moved" addresses',
            f"{source} and {target} must both be clusters or both be modules. Correct one of them.",
        )
    if source == target:
        return _report(
            move,
            "redundant-move",
            "Redundant move statement",
            f"This block says that {source} has moved to the same address, which says nothing. Take it out.",
        )
    if declared.find(move.source, whole=is_whole(move)):
        return _report(
            move,
            "moved-object-exists",
            "Moved object still exists",
            f"This block says that {source} has moved to {target}, but the configuration still declares {source}. "
            f"Declare that {kind} as {target} instead, or take this block out.",
        )
    return None


def _check_beside(move: Move, same_source: Move, same_target: Move) -> Diagnostic | None:
    """Return what is wrong with a move beside the first ones from its source and to its target."""
    source, target = format_endpoint(move.source), format_endpoint(move.target)
    kind = name_kind(move.source)
    if same_source.target != move.target:
        return _report(
            move,
            "ambiguous-move",
            "Ambiguous move statements",
            f"Another block says that {source} has moved to {format_endpoint(same_source.target)}, this one that it "
            f"has moved to {target}. A {kind} can move to one address only. Take one of the two blocks out.",
        )
    if same_target.source != move.source:
        return _report(
            move,
            "ambiguous-move",
            "Ambiguous move statements",
            f"Another block says that {format_endpoint(same_target.source)} has moved to {target}, this one that "
            f"{source} has moved there. A {kind} can have moved from one address only. Take one of the two blocks out.",
        )
    return None


def _report(move: Move, code: str, summary: str, detail: str) -> Diagnostic:
    return Diagnostic(code=code, summary=summary, detail=detail, span=move.span)


def _report_cycle(members: Sequence[Move]) -> Diagnostic:
    # graphlib names the first member again at the end.
    steps = "\n".join(f"  {format_endpoint(move.source)} -> {format_endpoint(move.target)}" for move in members[1:])
    return Diagnostic(
        code="cyclic-moves",
        summary="Cyclic dependency in move statements",
        detail=f"These moved blocks lead from one to the next and back, so nothing can end anywhere:\n{steps}\n"
        "Take out those that are no longer so: a chain of moves ends at an address that does not move on.",
        span=members[0].span,
    )


def _warn_of_blocked(blocked: Sequence[_Part]) -> Diagnostic:
    steps = "\n".join(
        f"  {format_endpoint(part.source)} could not move to {format_endpoint(part.target)}" for part in blocked
    )
    return Diagnostic(
        severity=Severity.WARNING,
        code="move-blocked",
        summary="Unresolved resource instance address changes",
        detail="The state already knows a cluster at the address to which a moved block leads:\n"
        f"{steps}\n"
        "What could not move is planned as what it is: a cluster that the configuration does not declare. If that is "
        "not what you want, give one of the two another address, or let the state forget it, and plan again:\n"
        "  planner state mv SOURCE DESTINATION\n"
        "  planner state rm ADDRESS",
    )
