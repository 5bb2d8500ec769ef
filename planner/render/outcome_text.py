"""Outcomes for pipelines: how a run ended, as names and values that the next step can go by.

GitHub takes them from a file in which a value stands between two lines of a word that the value does not hold; the
caller draws that word, so that nobody can know it before.
"""

from collections.abc import Mapping

from planner.model.diagnostics import ExitCode
from planner.model.plan import Cause, Plan
from planner.model.plan_encoding import encode_summary
from planner.model.plan_ids import shorten_plan_id
from planner.model.summary import has_changes, summarize
from planner.render.escaping import escape

__all__ = ["list_outcome", "name_result", "render_github_output"]


def list_outcome(exit_code: ExitCode, reason: str, plan: Plan | None, *, is_refused: bool = False) -> dict[str, str]:
    """Return what is to be said of a run: its result, the reason, and of a plan its id and its numbers.

    `is_refused`: apply would refuse the plan, also where the command itself does not fail for it.
    """
    result = "refused" if is_refused else name_result(exit_code, plan)
    outcome = {"result": result, "reason": escape(reason), "exit_code": str(int(exit_code))}
    if plan is None:
        return outcome
    summary = summarize(plan)
    counts = {name: str(count) for name, count in encode_summary(summary).items() if isinstance(count, int)}
    counts["drift"] = str(sum(count for cause, count in summary.causes if cause in {Cause.DRIFT, Cause.CONFLICT}))
    outcome |= {"plan_id": shorten_plan_id(plan.id), "has_changes": "true" if has_changes(plan) else "false"}
    return outcome | counts


def render_github_output(outcome: Mapping[str, str], word: str) -> str:
    """Return the lines for GitHub's file of outputs; `word` is random and ends each value.

    Raises:
        ValueError: a value holds the word.
    """
    lines = []
    for name, value in outcome.items():
        if word in value:
            raise ValueError("the word that ends a value is in one")
        lines.append(f"{name}<<{word}\n{value}\n{word}\n")
    return "".join(lines)


def name_result(exit_code: ExitCode, plan: Plan | None) -> str:
    """Return in one word how a command ended that made `plan`, if it made one."""
    match exit_code:
        case ExitCode.CHANGES_PRESENT:
            return "changes"
        case ExitCode.DONE:
            return "changes" if plan is not None and has_changes(plan) else "no-changes"
        case ExitCode.REFUSED if plan is not None:
            return "refused"
        case ExitCode.INTERRUPTED | ExitCode.TERMINATED:
            return "interrupted"
        case _:
            return "failed"
