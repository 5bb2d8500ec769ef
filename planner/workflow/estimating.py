"""Estimating: how long what is under way may take, by the runs that the state remembers."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from planner.model.estimates import Past, Took, estimate
from planner.model.events import Event, OperationAnswered, StillSettling
from planner.model.report import Fate
from state.address import Address
from state.snapshot import Snapshot

__all__ = ["recall_past", "tell_estimates"]


def recall_past(snapshot: Snapshot | None) -> Past:
    """Return how long the changes took that were waited for to their end."""
    runs = snapshot.runs if snapshot else ()
    return Past(
        tuple(
            Took(change.address, change.action, change.seconds)
            for run in runs
            for change in run.changes
            if change.fate == Fate.DONE.value
        )
    )


def tell_estimates(
    tell: Callable[[Event], None], snapshot: Snapshot | None, actions: Mapping[Address, str]
) -> Callable[[Event], None]:
    """Return `tell` so that events of clusters that settle say how long that may take; `actions` is what is done."""
    past = recall_past(snapshot)

    def tell_more(event: Event) -> None:
        if isinstance(event, OperationAnswered | StillSettling):
            address = event.operation.address
            event = replace(event, estimate=estimate(past, address, actions.get(address, "")))
        tell(event)

    return tell_more
