"""Summaries: the numbers of a plan, counted in one place for text, JSON and exit codes alike.

They are derived: a plan does not hold them, so that they cannot contradict it.
"""

from collections import Counter

from planner.model.impact import SERVERS, Impact
from planner.model.plan import Action, Cause, Change, Plan, Reason, Summary
from state.address import Address

__all__ = ["find_worst_impact", "has_changes", "has_drift", "is_news", "summarize"]


def summarize(plan: Plan) -> Summary:
    """Return how many changes of each kind `plan` holds, and how many differences of each cause.

    A moved or imported cluster counts as such besides what else is done to it; causes that do not occur are left out.
    """
    actions = Counter(change.action for change in plan.changes)
    causes = Counter(difference.cause for change in plan.changes for difference in change.differences)
    causes.update(difference.cause for ignored in plan.ignored for difference in ignored.differences)
    return Summary(
        create=actions[Action.CREATE],
        update=actions[Action.UPDATE],
        replace=actions[Action.REPLACE],
        delete=actions[Action.DELETE],
        forget=actions[Action.FORGET],
        moved=sum(change.moved_from is not None for change in plan.changes),
        imported=sum(change.importing is not None for change in plan.changes),
        unchanged=plan.unchanged,
        causes=tuple((cause, causes[cause]) for cause in Cause if causes[cause]),
    )


def has_changes(plan: Plan) -> bool:
    """Tell whether applying `plan` does anything that a reviewer should know of."""
    return bool(plan.outputs) or any(map(is_news, plan.changes))


def is_news(change: Change) -> bool:
    """Tell whether `change` does anything that a reviewer should know of, and not only brings the state up to date."""
    return (
        change.action is not Action.NO_OP
        or change.moved_from is not None
        or change.importing is not None
        or change.lifts_protection
    )


def has_drift(change: Change) -> bool:
    """Tell whether somebody else has deleted the cluster of `change`, or changed in it what is going to be sent."""
    return change.reason is Reason.GONE or any(
        difference.cause in {Cause.DRIFT, Cause.CONFLICT} for difference in change.differences
    )


def find_worst_impact(plan: Plan) -> tuple[Impact, tuple[Address, ...]] | None:
    """Return the worst that `plan` does to the users of clusters, and to which; None where no cluster changes.

    Where several clusters have it as bad, the servers that restart in any of them are named.
    """
    told = [(change.impact, change.address) for change in plan.changes if change.impact is not None]
    if not told:
        return None
    worst = max((impact.severity for impact, _ in told), key=lambda severity: severity.rank)
    those = [(impact, address) for impact, address in told if impact.severity is worst]
    servers = tuple(kind for kind in SERVERS if any(kind in impact.servers for impact, _ in those))
    return Impact(worst, servers), tuple(address for _, address in those)
