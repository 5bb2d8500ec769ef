"""`planner rollback`."""

import shlex
from collections.abc import Callable
from typing import Any

import click

from planner.cli.applying import ApplyOptions, apply_options, choose_apply_voice, run_performing
from planner.cli.options import Command, allow_option
from planner.cli.running import make_session, run_workflow
from planner.cli.streams import choose_streams
from planner.cli.voice import Voice
from planner.model.diagnostics import ExitCode
from planner.model.plan_ids import shorten_plan_id
from planner.model.summary import has_changes
from planner.workflow.apply import Applied, Limits, Screen
from planner.workflow.approval import Approval, judge_planned
from planner.workflow.plan import Planned
from planner.workflow.plan_keys import find_plan_cipher, find_plan_key
from planner.workflow.rollback import RollbackRequest, apply_rollback, plan_to_roll_back
from planner.workflow.rollback_advice import DIFFERS
from planner.workflow.saved_plans import write_plan
from planner.workflow.session import Session

__all__ = ["command"]

_REMINDER = "The configuration still says something else, as told above: change it, or the next apply undoes this."


def _read_version(_ctx: click.Context, _param: click.Parameter, text: str) -> int | None:
    if text == "previous":
        return None
    if not text.isascii() or not text.isdecimal():
        raise click.BadParameter(f"{text!r} is neither the number of a resource version nor the word previous.")
    return int(text)


@click.command("rollback", cls=Command)
@click.argument("address")
@click.option(
    "--to",
    required=True,
    metavar="VERSION",
    callback=_read_version,
    help="The resource version to go back to, as planner history numbers them; or previous, the one before this.",
)
@click.option("--out", metavar="FILE", help="Save the plan and perform nothing; planner apply FILE then does.")
@allow_option
@apply_options
def command(*, address: str, to: int | None, out: str | None, **options: Any) -> int:  # noqa: ANN401 - the fields of ApplyOptions
    """Put the cluster at ADDRESS back, as a whole, to an earlier resource version.

    Makes a plan like any other, with an id of its own: shows it and what cannot be undone, asks for the word yes, and
    overwrites the cluster with a PUT. With -out it saves the plan for a review; planner apply performs it.
    The configuration is not changed: where it says something else, the plan tells what to write into it, and the next
    plan would put that forward again.
    """
    chosen = ApplyOptions(**options)
    request = RollbackRequest(address=address, to=to)
    if out is not None:
        if chosen.auto_approve or chosen.plan_id is not None:
            raise click.UsageError("-out saves the plan and performs nothing: leave out -auto-approve and -plan-id.")
        return _save(chosen, request, out)
    shown: list[Planned] = []

    async def perform(session: Session, screen: Screen, limits: Limits, approval: Approval) -> Applied:
        return await apply_rollback(session, request, screen, limits, approval)

    def remind(voice: Voice) -> None:
        if shown and _is_at_odds(shown[-1]):
            voice.hint(_REMINDER)

    return run_performing(
        chosen,
        perform,
        asks=not chosen.auto_approve and chosen.plan_id is None,
        show=_make_show(chosen, shown),
        makes_plan=f"planner rollback {shlex.quote(address)} --to {'previous' if to is None else to}",
        after=remind,
    )


def _make_show(options: ApplyOptions, shown: list[Planned]) -> Callable[[Voice, Planned], None]:
    """Return what shows the plan of a rollback; one that has nothing to do must not speak of the configuration."""

    def show(voice: Voice, planned: Planned) -> None:
        shown.append(planned)
        if planned.plan.changes or options.as_json:
            voice.show_plan(planned.plan, planned.reading.configuration.sources, show_requests=options.show_requests)
        else:
            streams = choose_streams(options.color, no_color=options.no_color)
            plan_id = shorten_plan_id(planned.plan.id)
            streams.write(f"Plan {plan_id}\n\nNo changes. The cluster is as it was at that resource version.\n")

    return show


def _save(options: ApplyOptions, request: RollbackRequest, out: str) -> int:
    voice = choose_apply_voice(options)
    session = make_session(options.directory, options.variables, parallelism=options.parallelism)
    show = _make_show(options, [])

    async def work() -> int:
        planned = await plan_to_roll_back(session, request)
        cipher = find_plan_cipher(session, planned.reading.desired.settings)
        write_plan(out, planned.plan, find_plan_key(session), cipher)
        show(voice, planned)
        refusals = judge_planned(planned, Approval(allowed=options.allowed))
        voice.diagnose(refusals, planned.reading.configuration.sources)
        if refusals:
            voice.hint(f"Saved the plan as {out}; planner apply {out} needs the same -allow.")
            return voice.end(ExitCode.REFUSED, refusals[0].summary, plan_id=planned.plan.id)
        voice.hint(f"Saved the plan as {out}. To perform exactly this, run:\n  planner apply {out}")
        reason = "changes present" if has_changes(planned.plan) else "no changes"
        return voice.end(ExitCode.DONE, reason, plan_id=planned.plan.id)

    return run_workflow(voice, work)


def _is_at_odds(planned: Planned) -> bool:
    return any(warning.code == DIFFERS for warning in planned.plan.warnings)
