"""A plan as JSON: the very document that is saved, so that what a machine reads is what apply performs.

Adds nothing to it and leaves nothing out.
"""

from planner.model.plan import Plan
from planner.model.plan_document import dumps_plan

__all__ = ["render_plan_json"]


def render_plan_json(plan: Plan, key: str | None = None) -> str:
    """Return the document of `plan`, which `plan.schema.json` describes; a newline at its end.

    `key` is that of its digest, as in `dumps_plan`.
    """
    return dumps_plan(plan, key)
