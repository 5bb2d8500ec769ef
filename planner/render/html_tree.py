"""The tree of a review in HTML: the clusters that change, below their modules, each leading to its change."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from planner.model.plan import Change
from planner.render.escaping import escape
from planner.render.html_escaping import show
from state.address import Address

__all__ = ["link_change", "write_tree"]

_OPEN = 30
"""A branch with more clusters than that is closed at first."""


@dataclass(slots=True)
class _Branch:
    """A module, or a cluster that is there several times: what is below it, in order, by what it is called there."""

    branches: dict[str, "_Branch"] = field(default_factory=dict)
    below: list[tuple[str, "_Branch | Change"]] = field(default_factory=list)
    size: int = 0


def link_change(address: Address) -> str:
    """Return where on the page the change of `address` stands, for an attribute in quotes."""
    return f"#{quote(escape(str(address)))}"


def write_tree(changes: Sequence[Change]) -> Iterator[str]:
    """Yield the tree of `changes`, in the order of their addresses; nothing where there is but one."""
    if len(changes) > 1:
        yield '<nav class="tree" aria-label="Clusters that change"><h2>Clusters</h2>'
        yield from _write_branch(_grow(sorted(changes, key=lambda change: change.address)))
        yield "</nav>"


def _grow(changes: Sequence[Change]) -> _Branch:
    root = _Branch()
    for change in changes:
        address = change.address
        name, own = str(Address(address.name)), str(Address(address.name, address.key))
        branch = root
        branch.size += 1
        for step in (*map(str, address.module), *([name] if address.key is not None else [])):
            if step not in branch.branches:
                branch.branches[step] = _Branch()
                branch.below.append((step, branch.branches[step]))
            branch = branch.branches[step]
            branch.size += 1
        branch.below.append((own.removeprefix(name) or own, change))
    return root


def _write_branch(branch: _Branch) -> Iterator[str]:
    yield "<ul>"
    for label, one in branch.below:
        if isinstance(one, Change):
            yield f'<li><a class="n-{one.action.value}" href="{link_change(one.address)}">{show(label)}</a></li>'
        else:
            is_open = " open" if one.size <= _OPEN else ""
            yield f"<li><details{is_open}><summary>{show(label)} <span>{one.size:,}</span></summary>"
            yield from _write_branch(one)
            yield "</details></li>"
    yield "</ul>"
