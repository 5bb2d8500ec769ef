"""Finds clusters that depend on each other in a cycle, at the line that closes it.

Tells enough cycles at once that taking each told entry out of its `depends_on` leaves none. Refuses to recurse: a
chain may be as long as the configuration. What only the state knows is planning's to check.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from planner.config.draft import Dependency, Draft
from planner.model.diagnostics import Diagnostic
from state.address import Address

__all__ = ["find_cycles"]

_LONGEST_PATH = 12
"""How many clusters of a cycle are named; the rest is counted."""


@dataclass(slots=True)
class _Walk:
    """A walk along dependencies: `steps` leads from where it began to where it stands, `places` says where in it."""

    drafts: Mapping[Address, Draft]
    seen: set[Address]
    steps: list[tuple[Draft, Iterator[Dependency]]]
    places: dict[Address, int]

    def enter(self, draft: Draft) -> None:
        self.seen.add(draft.address)
        self.places[draft.address] = len(self.steps)
        each_once = {dependency.address: dependency for dependency in draft.dependencies}
        self.steps.append((draft, iter(each_once.values())))

    def leave(self) -> None:
        draft, _ = self.steps.pop()
        del self.places[draft.address]


def find_cycles(drafts: Iterable[Draft]) -> tuple[Diagnostic, ...]:
    """Return what is wrong where a `depends_on` leads back to its own cluster."""
    by_address: dict[Address, Draft] = {}
    for draft in drafts:
        by_address.setdefault(draft.address, draft)
    walk = _Walk(by_address, set(), [], {})
    return tuple(found for draft in by_address.values() if draft.address not in walk.seen for found in _go(walk, draft))


def _go(walk: _Walk, start: Draft) -> Iterator[Diagnostic]:
    walk.enter(start)
    while walk.steps:
        draft, dependencies = walk.steps[-1]
        dependency = next(dependencies, None)
        if dependency is None:
            walk.leave()
        elif dependency.address in walk.places:
            members = [member.address for member, _ in walk.steps[walk.places[dependency.address] :]]
            yield _describe(draft, dependency, members)
        elif dependency.address in walk.drafts and dependency.address not in walk.seen:
            walk.enter(walk.drafts[dependency.address])


def _describe(draft: Draft, closing: Dependency, members: list[Address]) -> Diagnostic:
    is_alone = len(members) == 1
    advice = "Take it out of its own depends_on." if is_alone else "Take one of these out of depends_on."
    return Diagnostic(
        code="dependency-cycle",
        summary="Cluster depends on itself" if is_alone else "Clusters depend on each other in a cycle",
        detail=f"{_format_path([*members, members[0]])}. {advice}",
        span=closing.span,
        address=draft.address,
    )


def _format_path(path: list[Address]) -> str:
    left_out = len(path) - _LONGEST_PATH
    if left_out <= 0:
        return " -> ".join(map(str, path))
    half = _LONGEST_PATH // 2
    return " -> ".join([*map(str, path[:half]), f"… {left_out} more …", *map(str, path[-half:])])
