"""Ordering: which cluster comes before which, and the requests in an order that may be performed.

Dependencies come first; what leaves the configuration is deleted last, dependants before what they depend on. A
cycle is refused with the path that closes it.
"""

from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter

from planner.model.diagnostics import Diagnostic, ExitCode, Failure
from planner.model.plan import Action, Change, Method, Operation
from state.address import Address
from state.values import Value

__all__ = ["Request", "order_operations"]

Request = tuple[Method, str, dict[str, Value] | None]
"""One request of a change: method, path below `/api/v1`, body."""

_Graph = Mapping[Address, frozenset[Address]]


def order_operations(
    changes: Iterable[Change],
    requests: Mapping[Address, tuple[Request, ...]],
    depends_on: Mapping[Address, tuple[Address, ...]],
    depended_on: Mapping[Address, tuple[Address, ...]],
) -> tuple[Operation, ...]:
    """Return the operations of `changes`, numbered in an order that may be performed.

    `depends_on` holds what the configuration says, `depended_on` what the state remembers.

    Raises:
        Failure: the dependencies form a cycle.
    """
    by_address = {change.address: change for change in changes}
    doomed = {address for address, change in by_address.items() if change.action is Action.DELETE}
    forward = {address: frozenset(needed) - doomed for address, needed in depends_on.items() if address not in doomed}
    backward = _reverse(depended_on, doomed)

    operations: list[Operation] = []
    last: dict[Address, int] = {}

    def append(address: Address, needed: Iterable[Address]) -> None:
        first_after = tuple(sorted({last[other] for other in needed if other in last}))
        for method, path, body in requests.get(address, ()):
            number = len(operations) + 1
            after = (number - 1,) if last.get(address) == number - 1 else first_after
            operations.append(
                Operation(number=number, address=address, method=method, path=path, body=body, after=after)
            )
            last[address] = number

    for address in _sort(forward):
        append(address, _reach(address, forward, stops=last))
    for address in _sort(_open_cycles(backward)):
        append(address, backward[address])
    return tuple(operations)


def _reverse(
    depended_on: Mapping[Address, tuple[Address, ...]], doomed: set[Address]
) -> dict[Address, frozenset[Address]]:
    """Return, for each cluster to delete, the changed clusters that relied on it."""
    waits: dict[Address, set[Address]] = {address: set() for address in doomed}
    for address, needed in depended_on.items():
        for other in needed:
            if other in waits:
                waits[other].add(address)
    return {address: frozenset(others) for address, others in waits.items()}


def _open_cycles(graph: _Graph) -> _Graph:
    """Return `graph` with one dependency less in each cycle.

    What the state remembers of two clusters may be of two times, and contradict itself. Nobody can correct that in a
    configuration, so it must not keep the clusters from being deleted.
    """
    opened = dict(graph)
    while True:
        try:
            TopologicalSorter(opened).prepare()
        except CycleError as error:
            needed, address, *_ = error.args[1]
            opened[address] -= {needed}
        else:
            return opened


def _reach(address: Address, graph: _Graph, stops: Mapping[Address, int]) -> set[Address]:
    """Return the nearest clusters with operations that `address` depends on, through those that have none."""
    reached: set[Address] = set()
    seen = {address}
    waiting = list(graph.get(address, ()))
    while waiting:
        other = waiting.pop()
        if other in seen:
            continue
        seen.add(other)
        if other in stops:
            reached.add(other)
        else:
            waiting.extend(graph.get(other, ()))
    return reached


def _sort(graph: _Graph) -> list[Address]:
    """Return the addresses of `graph`, each after what it needs, and otherwise in their own order."""
    sorter = TopologicalSorter({address: needed & graph.keys() for address, needed in graph.items()})
    try:
        sorter.prepare()
    except CycleError as error:
        raise _report_cycle(error.args[1]) from None
    ordered: list[Address] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        ordered.extend(ready)
        sorter.done(*ready)
    return ordered


def _report_cycle(members: list[Address]) -> Failure:
    # graphlib names the cycle against the direction in which people read "depends on".
    path = " -> ".join(map(str, reversed(members)))
    return Failure(
        ExitCode.INVALID_CONFIGURATION,
        Diagnostic(
            code="dependency-cycle",
            summary="Clusters depend on each other in a cycle",
            detail=f"{path}. Take one of these out of depends_on.",
            address=members[0],
        ),
    )
