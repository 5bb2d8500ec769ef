"""Late values: what a change was planned without is filled in once the clusters that it comes from have settled."""

from collections.abc import Mapping

from planner.applying.ports import Ports
from planner.model.desired import Known
from planner.model.diagnostics import Diagnostic
from planner.model.late import holds_late
from planner.model.live import LiveCluster
from planner.model.plan import Change, Operation
from state.address import Address

__all__ = ["NotCompleted", "complete_change", "describe_known"]


class NotCompleted(Exception):  # noqa: N818 - the change was not completed; nobody else sees it
    """A change could not be filled in, for the reasons in `diagnostics`; nothing was sent for it."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        super().__init__("a value that came late cannot be sent")
        self.diagnostics = diagnostics


def describe_known(live: Mapping[Address, LiveCluster]) -> Known:
    """Return what is known of clusters that have settled: all that the server says of them."""
    return {address: cluster.document for address, cluster in live.items()}


def complete_change(
    change: Change, operations: tuple[Operation, ...], known: Known, ports: Ports
) -> tuple[Change, tuple[Operation, ...]]:
    """Return a change and its operations with all that came late.

    Raises:
        NotCompleted: a value is still not known, or is wrong.
    """
    if not any(holds_late(operation.body or {}) for operation in operations):
        return change, operations
    completed = ports.complete(change, operations, known)
    if completed.problems:
        raise NotCompleted(completed.problems)
    return completed.change, completed.operations
