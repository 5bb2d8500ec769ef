"""Protecting: does a plan delete what `prevent_destroy` forbids? Pure, and judged again whenever a plan is applied.

Judged by the state as much as by the plan, so that a plan that was saved with less protection does not get through.
Refuses no cluster that only leaves the state: nothing of it is lost.
"""

from collections.abc import Iterator

from planner.model.desired import Desired, DesiredCluster
from planner.model.diagnostics import Diagnostic
from planner.model.plan import Action, Change, Plan, Reason
from state.snapshot import Snapshot

__all__ = ["judge_protection"]

_KEPT = "Nothing was sent."


def judge_protection(plan: Plan, desired: Desired, snapshot: Snapshot | None) -> tuple[Diagnostic, ...]:
    """Return a diagnostic for each cluster that `plan` deletes, or replaces, although it is protected.

    Each names the two steps in which the protection goes, and then the cluster.
    """
    doomed = [change for change in plan.changes if change.action in {Action.DELETE, Action.REPLACE}]
    declared = {cluster.address: cluster for cluster in desired.clusters} if doomed else {}
    return tuple(_report(change, declared.get(change.address)) for change in doomed if _is_protected(change, snapshot))


def _is_protected(change: Change, snapshot: Snapshot | None) -> bool:
    record = snapshot.records.get(change.moved_from or change.address) if snapshot else None
    return change.is_protected or (record is not None and record.prevent_destroy)


def _report(change: Change, cluster: DesiredCluster | None) -> Diagnostic:
    return Diagnostic(
        code="protected",
        summary=f"{change.address} is protected from being deleted",
        detail="\n".join(_explain(change, cluster)),
        span=cluster.find_span(()) if cluster else None,
        address=change.address,
    )


def _explain(change: Change, cluster: DesiredCluster | None) -> Iterator[str]:
    if change.reason is Reason.TRIGGERED:
        yield (
            f"Its lifecycle block says replace_triggered_by, of {', '.join(map(str, change.triggered_by))}, which this "
            f"plan changes; and prevent_destroy = true, or said so when it was last applied. {_KEPT} Undo the change, "
            "or take one of the two out of the lifecycle block; prevent_destroy counts until that is applied."
        )
    elif cluster is None:
        yield (
            f"Its block is not in the configuration, and said prevent_destroy = true when it was last applied. {_KEPT} "
            "To keep the cluster, put its block back. To delete it takes two steps:"
        )
        yield "  1. Put its block back with prevent_destroy = false, and run: planner apply"
        yield "  2. Take the block out again, and run: planner apply"
    elif cluster.lifecycle.prevent_destroy:
        yield f"Its lifecycle block says prevent_destroy = true. {_KEPT} To delete the cluster takes two steps:"
        yield "  1. Set prevent_destroy = false in its block, and run: planner apply"
        yield f"  2. When that is done, {_name_command(change)}"
    else:
        yield (
            "Its lifecycle block no longer says prevent_destroy = true, but that was not applied, and the state "
            f"remembers it. {_KEPT} To delete the cluster takes two steps:"
        )
        yield "  1. Apply the configuration as it is, which lifts the protection: planner apply"
        yield f"  2. When that is done, {_name_command(change)}"


def _name_command(change: Change) -> str:
    if change.reason is Reason.DESTROY:
        return f"run: planner destroy -target='{change.address}'; or without -target, to delete all"
    return f"run: planner apply -replace='{change.address}'"
