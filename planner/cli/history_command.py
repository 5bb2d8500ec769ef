"""`planner history`."""

import click

from planner.cli.options import (
    Command,
    color_options,
    directory_option,
    json_option,
    parallelism_option,
    variable_options,
)
from planner.cli.running import make_session, run_workflow
from planner.cli.streams import choose_streams
from planner.cli.voice import choose_voice
from planner.model.diagnostics import Diagnostic, ExitCode, Severity
from planner.workflow.history import load_history
from planner.workflow.inputs import VariableInput
from planner.workflow.remember_run import list_runs

__all__ = ["command"]


@click.command("history", cls=Command)
@click.argument("address", required=False)
@click.option(
    "--limit",
    type=click.IntRange(min=1, max=1000),
    default=10,
    show_default=True,
    metavar="N",
    help="How many to show, the newest ones.",
)
@directory_option
@variable_options
@json_option
@parallelism_option
@color_options
def command(  # noqa: PLR0913 - one parameter an option
    *,
    address: str | None,
    limit: int,
    directory: str | None,
    variables: tuple[VariableInput, ...],
    as_json: bool,
    parallelism: int,
    color: str,
    no_color: bool,
) -> int:
    """List the resource versions of the cluster at ADDRESS, and what changed with each; or, without one, the last runs.

    Reads the server's history, and says which version is the present one, which one planner's last apply led to, and
    which are as the configuration says today. Sends nothing but GET, and secrets stay hidden. The runs are those that
    the state remembers: who applied which plan, when, from which commit, and what came of it.
    """
    streams = choose_streams(color, no_color=no_color)
    voice = choose_voice(streams, as_json=as_json)
    session = make_session(directory, variables, parallelism=parallelism)

    async def show_runs() -> int:
        runs = (await list_runs(session))[:limit]
        from planner.render.runs_text import render_runs, render_runs_json  # noqa: PLC0415 - only this needs it

        streams.write(render_runs_json(runs) if as_json else render_runs(runs))
        return ExitCode.DONE

    async def work() -> int:
        if address is None:
            return await show_runs()
        history, wrong = await load_history(session, address, limit)
        if as_json:
            from planner.render.history_json import render_history_json  # noqa: PLC0415 - only -json pays for it

            streams.write(render_history_json(history))
            return ExitCode.DONE
        from planner.render.history_text import render_history  # noqa: PLC0415 - and only the text for this

        streams.write(render_history(history, color=streams.color))
        if wrong:
            voice.diagnose([_warn_of_invalid()], {})
        return ExitCode.DONE

    return run_workflow(voice, work)


def _warn_of_invalid() -> Diagnostic:
    return Diagnostic(
        severity=Severity.WARNING,
        code="configuration-unread",
        summary="The configuration cannot be read as it is now",
        detail="So the history does not say which version is as the configuration says. planner validate says what is "
        "wrong with it.",
    )
