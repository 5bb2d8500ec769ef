"""`planner plan` and `planner plan diff`."""

from collections.abc import Sequence

import click

from planner.cli.options import (
    Command,
    Group,
    allow_option,
    color_options,
    directory_option,
    exclude_option,
    input_option,
    json_option,
    new_state_option,
    parallelism_option,
    read_duration,
    recreate_option,
    refresh_option,
    refuse_both,
    replace_option,
    target_option,
    variable_options,
)
from planner.cli.running import make_session, run_workflow
from planner.cli.sinks import SinkOptions, open_recorder, sink_options
from planner.cli.streams import choose_streams
from planner.cli.voice import Voice, choose_voice
from planner.model.diagnostics import Diagnostic, ExitCode
from planner.model.guard import Allowance
from planner.model.summary import has_changes
from planner.render.escaping import escape
from planner.workflow.approval import Approval, judge_planned
from planner.workflow.inputs import VariableInput
from planner.workflow.plan import Planned, PlanRequest, plan_clusters
from planner.workflow.plan_keys import find_plan_cipher, find_plan_key, warn_of_guessable
from planner.workflow.session import Session

__all__ = ["command"]


@click.group("plan", cls=Group, invoke_without_command=True, subcommand_metavar="[diff FORMER LATTER]")
@directory_option
@variable_options
@target_option
@exclude_option
@replace_option
@allow_option
@recreate_option
@new_state_option
@click.option("--destroy", is_flag=True, help="Plan to delete every cluster that is managed here.")
@click.option("--out", metavar="FILE", help="Save the plan, for planner show FILE and planner apply FILE.")
@click.option(
    "--generate-config-out",
    metavar="FILE",
    help="Write the blocks that import blocks lack into this new file of the configuration, and plan with it.",
)
@click.option(
    "--base",
    metavar="REF",
    help="Tell which changes this pull request makes, and which the configuration at this commit would make as well.",
)
@click.option(
    "--live",
    metavar="FILE",
    help="Compare with this file of planner snapshot, and ask neither the account nor the backend: no token is needed.",
)
@click.option(
    "--untrusted",
    is_flag=True,
    help="Do not trust this configuration, as that of a stranger: take the planner and provider blocks from -base, and "
    "refuse to tell what is secret there.",
)
@click.option("--show-requests", is_flag=True, help="Show the exact requests that apply would send.")
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 2 if there are changes, with 0 if there are none.")
@refresh_option
@click.option("--refresh-only", is_flag=True, help="Show only what others changed since the last apply; plan nothing.")
@json_option
@sink_options
@input_option
@parallelism_option
@click.option("--lock/--no-lock", default=True, expose_value=False, help="For Terraform's users: a plan takes no lock.")
@click.option("--lock-timeout", type=read_duration, metavar="TIME", expose_value=False, help="Likewise.")
@color_options
@click.pass_context
def command(  # noqa: PLR0913 - one parameter an option
    ctx: click.Context,
    *,
    directory: str | None,
    variables: tuple[VariableInput, ...],
    target: tuple[str, ...],
    excluded: tuple[str, ...],
    replace: tuple[str, ...],
    allowed: tuple[Allowance, ...],
    recreate_missing: bool,
    allow_new_state: bool,
    destroy: bool,
    out: str | None,
    generate_config_out: str | None,
    base: str | None,
    live: str | None,
    untrusted: bool,
    show_requests: bool,
    detailed_exitcode: bool,
    refresh: bool,
    refresh_only: bool,
    as_json: bool,
    sinks: SinkOptions,
    may_ask: bool,
    parallelism: int,
    color: str,
    no_color: bool,
) -> int:
    """Show what apply would do, and why.

    Compares the configuration with the state file and the live account, and changes none of them; with -out it saves
    what it shows. Exits with 0, whether there are changes or not; with -detailed-exitcode, with 2 if there are.
    A plan that does more than the guard lets pass, or deletes what is protected, is shown and saved too, and exits
    with 5: apply would refuse it.
    With -refresh-only it shows what others changed since the last apply, whatever the configuration asks for by now.
    """
    if ctx.invoked_subcommand is not None:
        return ExitCode.DONE
    given = {
        "destroy": destroy,
        "exclude": bool(excluded),
        "replace": bool(replace),
        "allow": bool(allowed),
        "out": out is not None,
        "generate-config-out": generate_config_out is not None,
        "show-requests": show_requests,
        "base": base is not None,
        "untrusted": untrusted,
        "live": live is not None,
    }
    _refuse_contradictions({name for name, is_given in given.items() if is_given}, sinks, refresh, refresh_only)
    refuse_both(target, excluded)
    voice = open_recorder(sinks, choose_streams(color, no_color=no_color), directory, as_json=as_json)
    session = make_session(
        directory,
        variables,
        may_ask=may_ask and not as_json,
        parallelism=parallelism,
        allows_new_state=allow_new_state,
        is_trusted=not untrusted,
    )
    if refresh_only:
        from planner.cli.drift_command import run_drift  # noqa: PLC0415 - a plan itself does without

        return run_drift(
            session, voice, target, on_drift=ExitCode.CHANGES_PRESENT if detailed_exitcode else ExitCode.DONE
        )
    request = PlanRequest(
        destroy=destroy,
        targets=target,
        excluded=excluded,
        replace=replace,
        refresh=refresh,
        live=live,
        trusted=base if untrusted else None,
    )

    async def work() -> int:
        if generate_config_out is not None:
            await _generate(session, generate_config_out, voice)
        _prepare(session, base, out)
        planned = await plan_clusters(session, request)
        planned, compared = _compare(session, request, planned, base)
        guessable = () if out is None else _save(out, planned, session)
        configuration = planned.reading.configuration
        voice.show_plan(planned.plan, configuration.sources, show_requests=show_requests)
        if planned.plan.base is not None:
            voice.show_base(planned.plan.base)
        voice.diagnose(compared, {})
        voice.diagnose(configuration.diagnostics, configuration.sources)
        voice.diagnose(guessable, {})
        refusals = judge_planned(planned, Approval(allowed=allowed, recreates_missing=recreate_missing))
        voice.diagnose(refusals, configuration.sources)
        if refusals:
            if out is not None:
                voice.hint(f"Saved the plan as {out}; planner apply {out} {_say_refused(refusals)}.")
            return voice.end(ExitCode.REFUSED, refusals[0].summary, plan_id=planned.plan.id)
        is_news = has_changes(planned.plan)
        if is_news:
            voice.hint(_say_next(out))
        exit_code = ExitCode.CHANGES_PRESENT if detailed_exitcode and is_news else ExitCode.DONE
        return voice.end(exit_code, "changes present" if is_news else "no changes", plan_id=planned.plan.id)

    return run_workflow(voice, work)


def _save(out: str, planned: Planned, session: Session) -> tuple[Diagnostic, ...]:
    """Save what was planned, and return what to know of the file."""
    from planner.workflow.saved_plans import write_plan  # noqa: PLC0415 - most plans are not saved

    key, cipher = find_plan_key(session), find_plan_cipher(session, planned.reading.desired.settings)
    write_plan(out, planned.plan, key, cipher)
    return () if cipher.seals else warn_of_guessable(planned.plan, key)


def _refuse_contradictions(given: set[str], sinks: SinkOptions, refresh: bool, refresh_only: bool) -> None:  # noqa: FBT001 - as the options are
    """Refuse options that cannot be meant together.

    Raises:
        UsageError: some are given.
    """
    if refresh_only and given:
        names = ", ".join(f"-{name}" for name in sorted(given))
        raise click.UsageError(f"-refresh-only plans nothing: leave out {names}.")
    if refresh_only and sinks.files.keys() - {"json-events"}:
        raise click.UsageError("-refresh-only makes no plan, so there is nothing for reviewers to be written.")
    if refresh_only and not refresh:
        raise click.UsageError("-refresh-only looks at the account, and -refresh=false does not: give one of the two.")
    if "live" in given and not refresh:
        raise click.UsageError("A plan compares with one thing: give -live or -refresh=false.")
    if "generate-config-out" in given and given & {"untrusted", "live"}:
        raise click.UsageError("-generate-config-out asks the account as this configuration says: leave it out here.")
    if "untrusted" in given and "base" not in given:
        raise click.UsageError("-untrusted needs to know what is trusted: give -base, as -base origin/main.")
    if {"base", "destroy"} <= given:
        raise click.UsageError("What a pull request changes is told of a plan: leave out -base or -destroy.")
    if {"destroy", "replace"} <= given:
        raise click.UsageError("What is deleted is not replaced: give -destroy or -replace.")


def _prepare(session: Session, base: str | None, out: str | None) -> None:
    """Refuse what cannot be compared with or saved to before anything is planned, and take the former plan away."""
    if base is not None:
        from planner.workflow.base import check_base  # noqa: PLC0415 - only who asks for it pays for it

        check_base(session, base)
    if out is not None:
        from planner.workflow.saved_plans import discard_plan  # noqa: PLC0415 - most plans are not saved

        discard_plan(out)


def _compare(
    session: Session, request: PlanRequest, planned: Planned, base: str | None
) -> tuple[Planned, tuple[Diagnostic, ...]]:
    if base is None:
        return planned, ()
    from planner.workflow.base import compare_with_base  # noqa: PLC0415 - only who asks for it pays for it

    return compare_with_base(session, request, planned, base)


def _say_refused(refusals: Sequence[Diagnostic]) -> str:
    may_be_allowed = all(refusal.code == "guard" for refusal in refusals)
    return "needs the same -allow" if may_be_allowed else "will be refused, too"


async def _generate(session: Session, path: str, voice: Voice) -> None:
    from planner.cli.secret_notes import name_secrets  # noqa: PLC0415 - few plans generate anything
    from planner.workflow.generate import generate_configuration  # noqa: PLC0415 - likewise

    dump = await generate_configuration(session, path)
    if dump is not None:
        voice.diagnose(dump.warnings, {})
        voice.hint("\n".join([f"Wrote {escape(path)}.", *name_secrets(dump.variables)]))


def _say_next(out: str | None) -> str:
    if out is not None:
        return f"Saved the plan as {out}. To perform exactly this, run:\n  planner apply {out}"
    return "The plan was not saved (-out), so planner apply will plan again and ask."


@command.command("diff", cls=Command)
@click.argument("former")
@click.argument("latter")
@click.option(
    "--detailed-exitcode", is_flag=True, help="Exit with 2 if the plans are not the same, with 0 if they are."
)
@json_option
@color_options
def compare_saved(  # noqa: PLR0913 - one parameter an option
    *, former: str, latter: str, detailed_exitcode: bool, as_json: bool, color: str, no_color: bool
) -> int:
    """Show what the saved plan LATTER does that the saved plan FORMER does not, and at what they part.

    Plans of one id do the same to the same clusters. Asks neither the account nor anybody.
    """
    from planner.model.plan_comparison import compare_plans  # noqa: PLC0415 - a plan itself is compared with none
    from planner.workflow.saved_plans import read_plan  # noqa: PLC0415 - likewise

    voice = choose_voice(choose_streams(color, no_color=no_color), as_json=as_json)
    session = make_session(None)
    key = find_plan_key(session)

    async def work() -> int:
        cipher = find_plan_cipher(session)
        comparison = compare_plans(read_plan(former, key, cipher), read_plan(latter, key, cipher))
        voice.compare(comparison)
        exit_code = ExitCode.CHANGES_PRESENT if detailed_exitcode and not comparison.is_same else ExitCode.DONE
        return voice.end(exit_code, "the same" if comparison.is_same else "not the same")

    return run_workflow(voice, work)
