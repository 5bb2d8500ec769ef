"""Origins: which changes of a plan a pull request makes, and which its base would make as well. Pure."""

from collections.abc import Mapping

from planner.model.base import Base, Origin
from planner.model.plan import Action, Cause, Change, Plan, Reason
from planner.model.summary import is_news
from state.address import Address

__all__ = ["find_origins"]


def find_origins(head: Plan, base: Plan, ref: str, commit: str, kept: Mapping[Address, bool]) -> Base:
    """Return where each change of `head` comes from, `base` being the plan of the configuration that it goes into.

    Both compare with one reading of the account. `kept` tells of clusters that the base declares whether the file that
    declares them is the same in both: what deletes such a cluster does not stand beside it.
    """
    before = {change.address: change for change in base.changes if is_news(change)}
    after = {change.address: change for change in head.changes if is_news(change)}
    return Base(
        ref=ref,
        commit=commit,
        origins={address: _find_origin(change, before.get(address)) for address, change in after.items()},
        unexplained=frozenset(
            address
            for address, change in after.items()
            if change.action in {Action.DELETE, Action.REPLACE} and change != before.get(address) and kept.get(address)
        ),
        undone=tuple(sorted(before.keys() - after.keys())),
    )


def _find_origin(change: Change, on_base: Change | None) -> Origin:
    if on_base is None:
        return Origin.HEAD
    if change != on_base:
        return Origin.BOTH if _share_edit(change, on_base) else Origin.HEAD
    return Origin.DRIFT if _is_drift_alone(change) else Origin.BASE


def _share_edit(change: Change, on_base: Change) -> bool:
    """Tell whether something of what is sent would be sent from the base too, and not because others changed it."""
    if change.action is not on_base.action:
        return False
    pending = {one.path: one.after for one in on_base.differences if one.cause.is_sent and one.cause is not Cause.DRIFT}
    return any(one.path in pending and pending[one.path] == one.after for one in change.differences)


def _is_drift_alone(change: Change) -> bool:
    if change.action is Action.CREATE:
        return change.reason is Reason.GONE
    sent = [one.cause for one in change.differences if one.cause.is_sent]
    return bool(sent) and all(cause is Cause.DRIFT for cause in sent)
