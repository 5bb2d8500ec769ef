"""Next steps: the command that performs a plan, to be copied by whoever has reviewed it."""

import shlex

from planner.model.plan import Plan, Reason
from planner.model.plan_ids import shorten_plan_id

__all__ = ["name_apply"]


def name_apply(plan: Plan, directory: str, workspace: str | None) -> str:
    """Return the command that performs exactly `plan`, in a shell; `directory` is as the command line has it."""
    words = ["planner", "apply", "-input=false"]
    words += ["-C", directory] if directory != "." else []
    words += ["-workspace", workspace] if workspace else []
    words += ["-destroy"] if any(one.reason is Reason.DESTROY for one in plan.changes) else []
    words += [o for one in plan.changes if one.reason is Reason.REQUESTED for o in ("-replace", str(one.address))]
    words += [option for name in plan.targets for option in ("-target", name)]
    words += [option for name in plan.excluded for option in ("-exclude", name)]
    return shlex.join([*words, "-plan-id", shorten_plan_id(plan.id)])
