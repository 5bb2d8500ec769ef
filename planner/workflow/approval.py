"""Approval: what somebody has agreed to before the plan is made, and whether the plan is within it.

Judged where a plan is shown and again where it is applied; a saved plan is no exception.
"""

from dataclasses import dataclass

from planner.model.desired import Desired
from planner.model.diagnostics import Diagnostic, ExitCode, Failure
from planner.model.guard import Allowance, GuardKind
from planner.model.plan import Plan
from planner.model.plan_ids import is_plan_id, shorten_plan_id
from planner.model.summary import has_changes
from planner.planning.guard import judge_noted, judge_plan
from planner.planning.protect import judge_protection
from planner.workflow.plan import Planned

__all__ = ["NO_APPROVAL", "Approval", "check_approval", "check_plan_id", "judge_planned", "judge_saved"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """What somebody has agreed to: `plan_id` holds the digits of the one plan that may be performed.

    `approved` is that plan, where it is at hand; `allowed` is what a plan may do beyond the limits of the guard.
    `recreates_missing`: any plan may create again what somebody has deleted.
    """

    plan_id: str | None = None
    approved: Plan | None = None
    allowed: tuple[Allowance, ...] = ()
    recreates_missing: bool = False


NO_APPROVAL = Approval()


def judge_planned(planned: Planned, approval: Approval) -> tuple[Diagnostic, ...]:
    """Return a diagnostic for each protected cluster that the plan deletes, and for each limit that it exceeds.

    A limit of the guard may be allowed to be exceeded; protection is lifted by an apply of its own.
    """
    snapshot, desired = planned.reading.snapshot, planned.reading.desired
    managed = len(snapshot.records) if snapshot else 0
    allowed = approval.allowed
    if approval.recreates_missing:
        allowed = (*allowed, Allowance(kind=GuardKind.RECREATE, plan_id=planned.plan.id))
    return (
        *judge_protection(planned.plan, desired, snapshot),
        *judge_plan(planned.plan, desired.settings.guard, allowed, managed),
    )


def judge_saved(plan: Plan) -> tuple[Diagnostic, ...]:
    """Return what `judge_planned` found when a saved plan was made, as far as the plan itself tells it."""
    return (*judge_protection(plan, Desired(), None), *judge_noted(plan))


def check_approval(planned: Planned, approval: Approval) -> None:
    """Refuse a plan that is not the approved one, or that does more than it may.

    Raises:
        Failure: it is another one, deletes what is protected, or exceeds a limit of the guard.
    """
    check_plan_id(planned.plan, approval)
    refusals = judge_planned(planned, approval)
    if refusals:
        raise Failure(ExitCode.REFUSED, *refusals, sources=planned.reading.configuration.sources)


def check_plan_id(plan: Plan, approval: Approval) -> None:
    """Refuse a plan that is not the approved one.

    Raises:
        Failure: its id is another.
    """
    if approval.plan_id is None or is_plan_id(approval.plan_id, plan.id):
        return
    raise Failure(ExitCode.STALE_PLAN, _report_other(plan, approval.plan_id))


def _report_other(plan: Plan, approved: str) -> Diagnostic:
    why = "the configuration, the state, or a cluster is not what it was"
    advice = "Have this plan approved, or find out what has changed."
    if not has_changes(plan):
        why, advice = "there is nothing to do", "Perhaps the approved plan was applied already."
    return Diagnostic(
        code="other-plan",
        summary=f"This is not the plan that was approved, {shorten_plan_id(approved)}",
        detail=f"What is planned now, as shown above, is {shorten_plan_id(plan.id)}: {why}. Nothing was sent. {advice}",
    )
