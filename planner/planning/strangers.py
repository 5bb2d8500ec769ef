"""Strangers: clusters that bear another name than the one by which the state knows their id.

Somebody renamed the cluster, or the id stands for another one now. Nobody can tell which, so nothing is done to it.
"""

from collections.abc import Iterable

from planner.model.diagnostics import Diagnostic
from planner.planning.pair import Pair

__all__ = ["find_strangers"]


def find_strangers(pairs: Iterable[Pair]) -> tuple[Diagnostic, ...]:
    """Return a diagnostic for each cluster whose name is neither that in the state nor what the configuration says.

    What only leaves the state may be anybody's.
    """
    return tuple(_report(pair) for pair in pairs if _is_stranger(pair))


def _is_stranger(pair: Pair) -> bool:
    if pair.record is None or pair.live is None or pair.is_let_go:
        return False
    names = {pair.record.name, pair.desired.name if pair.desired else None}
    return pair.live.name not in names


def _report(pair: Pair) -> Diagnostic:
    name = pair.live.name if pair.live else ""
    known = pair.record.name if pair.record else ""
    address = pair.moved_from or pair.address
    declare = f', and write metadata.name = "{name}" into its block' if pair.desired else ""
    return Diagnostic(
        code="other-name",
        summary=f'{pair.address} is named "{known}" in the state, and "{name}" in the account',
        detail=f"The cluster with its id, {pair.record.id if pair.record else ''}, was renamed by somebody, or the id "
        "stands for another cluster now; so nothing is planned for it, and nothing was sent. If it is the same "
        f"cluster, say so{declare}:\n"
        f"  planner state replace-name '{address}' '{name}'\n"
        "If it is another one, let the state forget it:\n"
        f"  planner state rm '{address}'",
        span=pair.desired.find_span(("metadata", "name")) if pair.desired else None,
        address=pair.address,
    )
