"""Late values: what a change was planned without is filled in once the clusters that it comes from have settled."""

from collections.abc import Iterator, Mapping

from planner.applying.ports import Ports
from planner.model.desired import Known
from planner.model.diagnostics import Diagnostic
from planner.model.live import LiveCluster
from planner.model.plan import Change, Operation
from state.address import Address
from state.values import Json

__all__ = ["NotCompleted", "complete_change", "describe_known"]


class NotCompleted(Exception):  # noqa: N818 - the change was not completed; nobody else sees it
    """A change could not be filled in, for the reasons in `diagnostics`; nothing was sent for it."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        super().__init__("a value that came late cannot be sent")
        self.diagnostics = diagnostics


class _Known(Mapping[Address, Mapping[str, Json]]):
    """What is known of clusters: a view, because most changes want to know nothing."""

    def __init__(self, live: Mapping[Address, LiveCluster]) -> None:
        self._live = live

    def __getitem__(self, address: Address) -> Mapping[str, Json]:
        return self._live[address].document

    def __iter__(self) -> Iterator[Address]:
        return iter(self._live)

    def __len__(self) -> int:
        return len(self._live)


def describe_known(live: Mapping[Address, LiveCluster]) -> Known:
    """Return what is known of clusters that have settled: all that the server says of them."""
    return _Known(live)


def complete_change(
    change: Change, operations: tuple[Operation, ...], live: Mapping[Address, LiveCluster], ports: Ports
) -> tuple[Change, tuple[Operation, ...]]:
    """Return a change and its operations with all that came late; `live` are the clusters that have settled.

    Raises:
        NotCompleted: a value is still not known, or is wrong, or a condition does not hold.
    """
    completed = ports.complete(change, operations, describe_known(live))
    if completed.problems:
        raise NotCompleted(completed.problems)
    return completed.change, completed.operations
