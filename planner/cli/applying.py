"""What apply and destroy share: their options, the question, the progress, and the closing table."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias, TypeVar

import click

from planner.cli.asking import agree_to, require_somebody
from planner.cli.options import (
    color_options,
    directory_option,
    input_option,
    json_option,
    lock_options,
    parallelism_option,
    read_duration,
    refuse_both,
    variable_options,
)
from planner.cli.running import make_session, run_workflow
from planner.cli.streams import choose_streams
from planner.cli.voice import Voice, choose_voice
from planner.model.guard import Allowance
from planner.model.plan import Plan
from planner.model.plan_comparison import compare_plans
from planner.model.plan_ids import read_plan_id
from planner.model.report import Fate
from planner.workflow.apply import Applied, Limits, Screen, apply_clusters
from planner.workflow.apply_saved import apply_saved_plan
from planner.workflow.approval import Approval
from planner.workflow.inputs import VariableInput
from planner.workflow.plan import Planned, PlanRequest
from planner.workflow.plan_keys import find_plan_cipher, find_plan_key
from planner.workflow.saved_plans import is_plan_sealed, read_plan
from planner.workflow.session import Session

__all__ = ["ApplyOptions", "Perform", "apply_options", "choose_apply_voice", "run_apply", "run_performing"]

_F = TypeVar("_F", bound=Callable[..., object])

Perform: TypeAlias = Callable[[Session, Screen, Limits, Approval], Awaitable[Applied]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyOptions:
    """The options of apply and destroy, as click read them."""

    directory: str | None
    variables: tuple[VariableInput, ...]
    auto_approve: bool
    settle_timeout: float
    wait: bool
    show_requests: bool
    as_json: bool
    may_ask: bool
    lock: bool
    lock_timeout: float
    parallelism: int
    color: str
    no_color: bool
    plan_id: str | None
    target: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    replace: tuple[str, ...] = ()
    allowed: tuple[Allowance, ...] = ()
    recreate_missing: bool = False
    allow_new_state: bool = False


def apply_options(command: _F) -> _F:
    """Add the options that `ApplyOptions` holds, but for those that mean something else in either command."""
    own = (
        click.option("--auto-approve", is_flag=True, help="Do not ask; take whatever the plan turns out to be."),
        click.option(
            "--plan-id",
            metavar="ID|FILE",
            help="Do not ask; go on only if the plan has this id, or that of this saved plan, and else exit with 6.",
        ),
        click.option(
            "--settle-timeout",
            type=read_duration,
            default="4h",
            metavar="TIME",
            help="How long a cluster may take until the server is done with it, such as 15m, where its own timeouts "
            "block does not say.  [default: 4h]",
        ),
        click.option(
            "--wait/--no-wait",
            default=True,
            help="Wait until clusters have settled, or only for those on which others depend; planner wait waits for "
            "the rest.  [default: wait]",
        ),
        click.option("--show-requests", is_flag=True, help="Show the exact requests with the plan."),
    )
    shared = (directory_option, variable_options, *own, json_option, input_option)
    for option in reversed((*shared, lock_options, parallelism_option, color_options)):
        command = option(command)
    return command


def run_apply(options: ApplyOptions, *, destroy: bool, plan_file: str | None) -> int:
    """Run apply or destroy, and return the exit code."""
    refuse_both(options.target, options.excluded)
    request = PlanRequest(destroy=destroy, targets=options.target, excluded=options.excluded, replace=options.replace)

    async def perform(session: Session, screen: Screen, limits: Limits, approval: Approval) -> Applied:
        if plan_file is not None:
            plan = read_plan(plan_file, find_plan_key(session), find_plan_cipher(session))
            was_sealed = is_plan_sealed(plan_file)
            return await apply_saved_plan(session, plan, screen, limits, approval, was_sealed=was_sealed)
        return await apply_clusters(session, request, screen, limits, approval)

    def show(voice: Voice, planned: Planned) -> None:
        configuration = planned.reading.configuration
        voice.show_plan(planned.plan, configuration.sources, show_requests=options.show_requests)
        voice.diagnose(configuration.diagnostics, configuration.sources)

    asks = plan_file is None and not options.auto_approve and options.plan_id is None
    return run_performing(options, perform, show=show, asks=asks, destroy=destroy)


def run_performing(  # noqa: PLR0913 - what is performed, and what is said before and after it
    options: ApplyOptions,
    perform: Perform,
    *,
    show: Callable[[Voice, Planned], None],
    asks: bool,
    destroy: bool = False,
    makes_plan: str = "planner plan",
    after: Callable[[Voice], None] = lambda _: None,
) -> int:
    """Run whatever shows a plan, asks, and performs it.

    `makes_plan` is the command that would only plan the same; `after` may add something once all is done.
    """
    voice = choose_apply_voice(options)
    may_ask = options.may_ask and not options.as_json
    session = make_session(
        options.directory,
        options.variables,
        may_ask=may_ask,
        parallelism=options.parallelism,
        lock=options.lock,
        lock_timeout=options.lock_timeout,
        allows_new_state=options.allow_new_state,
    )
    screen = _make_screen(voice, show, asks=asks, destroy=destroy)
    limits = Limits(parallelism=options.parallelism, settle_seconds=options.settle_timeout, waits=options.wait)

    async def work() -> int:
        if asks:
            require_somebody(may_ask=may_ask, plan=makes_plan)
        applied = await perform(session, screen, limits, _read_approval(options, session))
        voice.report(applied.report, applied.sources)
        voice.conclude(applied.outputs, applied.diagnostics, applied.sources)
        if applied.report.count(Fate.SETTLING):
            voice.hint(
                "The server goes on with what is settling. To wait for it, from anywhere with this state, run:\n"
                "  planner wait"
            )
        after(voice)
        return voice.end(applied.exit_code, applied.reason, plan_id=applied.report.plan_id)

    return run_workflow(voice, work)


def choose_apply_voice(options: ApplyOptions) -> Voice:
    """Return the voice that the options ask for."""
    return choose_voice(choose_streams(options.color, no_color=options.no_color), as_json=options.as_json)


def _read_approval(options: ApplyOptions, session: Session) -> Approval:
    """Return what the options agree to; the file of a saved plan stands for its id, and can be compared with."""
    text, recreates = options.plan_id, options.recreate_missing
    if text is None:
        return Approval(allowed=options.allowed, recreates_missing=recreates)
    try:
        return Approval(plan_id=read_plan_id(text), allowed=options.allowed, recreates_missing=recreates)
    except ValueError as error:
        if not Path(text).exists():
            raise click.BadParameter(f"{error}, nor a saved plan's file.", param_hint="-plan-id") from None
    approved = read_plan(text, find_plan_key(session), find_plan_cipher(session))
    return Approval(plan_id=approved.id, approved=approved, allowed=options.allowed, recreates_missing=recreates)


def _make_screen(voice: Voice, show: Callable[[Voice, Planned], None], *, asks: bool, destroy: bool) -> Screen:
    def agree(_: Plan) -> bool:
        return agree_to(destroy=destroy)

    def stopping() -> None:
        voice.hint(
            "Stopping: nothing new is sent, and what was sent is waited for a few seconds and recorded.\n"
            "A second signal ends at once; the next plan then finds out what came of it."
        )

    return Screen(
        show=lambda planned: show(voice, planned),
        agree=agree if asks else None,
        begin=voice.begin,
        tell=voice.tell,
        stopping=stopping,
        compare=lambda approved, plan: voice.compare(compare_plans(approved, plan)),
    )
