"""`planner show`."""

import click

from planner.cli.options import Command, color_options, directory_option, json_option
from planner.cli.running import make_session, run_workflow
from planner.cli.sinks import SinkOptions, open_recorder, sink_options
from planner.cli.state_output import show_records
from planner.cli.streams import choose_streams
from planner.model.diagnostics import ExitCode
from planner.workflow.approval import judge_saved
from planner.workflow.inspect_state import list_all
from planner.workflow.plan_keys import find_plan_cipher, find_plan_key
from planner.workflow.saved_plans import read_plan

__all__ = ["command"]


@click.command("show", cls=Command)
@click.argument("plan_file", required=False, metavar="[PLAN]")
@directory_option
@click.option("--show-requests", is_flag=True, help="Show the exact requests that apply would send.")
@json_option
@sink_options
@color_options
def command(  # noqa: PLR0913 - one parameter an option
    *,
    plan_file: str | None,
    directory: str | None,
    show_requests: bool,
    as_json: bool,
    sinks: SinkOptions,
    color: str,
    no_color: bool,
) -> int:
    """Show a saved PLAN, just as planner plan showed it; or, without one, what the state holds.

    Asks neither the account nor anybody. With -json, writes the plan's whole document, or the state in the form of
    terraform show -json. Of a saved plan it writes the same files for reviewers as planner plan does, and for a
    pipeline that -ci names its summary. It says whether apply would refuse the plan, and exits with 0 all the same.
    """
    streams = choose_streams(color, no_color=no_color)
    if plan_file is None and sinks.files:
        raise click.UsageError("Files for reviewers are made of a saved plan: name one.")
    voice = open_recorder(sinks, streams, directory, as_json=as_json)
    session = make_session(directory)

    async def work() -> int:
        if plan_file is None:
            records, outputs = await list_all(session)
            show_records(streams, records, outputs, as_json=as_json)
            return ExitCode.DONE
        key = find_plan_key(session)
        plan = read_plan(plan_file, key, find_plan_cipher(session))
        refusals = judge_saved(plan)
        if sinks.is_asked:
            voice.review(plan, refusals)
        if sinks.takes_output:
            return ExitCode.DONE
        if as_json:
            from planner.render.plan_json import render_plan_json  # noqa: PLC0415 - only -json pays for it

            streams.write(render_plan_json(plan, key))
        else:
            voice.show_plan(plan, {}, show_requests=show_requests)
            if plan.base is not None:
                voice.show_base(plan.base)
            voice.diagnose(refusals, {})
        return ExitCode.DONE

    return run_workflow(voice, work)
