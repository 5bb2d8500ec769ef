"""`planner why`."""

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
from planner.model.diagnostics import ExitCode
from planner.workflow.inputs import VariableInput
from planner.workflow.why import explain

__all__ = ["command"]


@click.command("why", cls=Command)
@click.argument("field", metavar="ADDRESS.PATH")
@directory_option
@variable_options
@json_option
@parallelism_option
@color_options
def command(  # noqa: PLR0913 - one parameter an option
    *,
    field: str,
    directory: str | None,
    variables: tuple[VariableInput, ...],
    as_json: bool,
    parallelism: int,
    color: str,
    no_color: bool,
) -> int:
    """Tell why one field of a cluster is as it is, such as cluster.web.spec.query.replicas.

    Shows its value in the configuration and where that comes from, what our last apply asked for, what the server then
    said and says now; what the schema and ignore_changes say of it; why it differs, and which request of the next plan
    carries it. Sends nothing but GET, and secrets stay hidden.
    """
    streams = choose_streams(color, no_color=no_color)
    session = make_session(directory, variables, parallelism=parallelism)

    async def work() -> int:
        why = await explain(session, field)
        if as_json:
            from planner.render.why_json import render_why_json  # noqa: PLC0415 - only -json pays for it

            streams.write(render_why_json(why))
        else:
            from planner.render.why_text import render_why  # noqa: PLC0415 - and only the text for this

            streams.write(render_why(why, color=streams.color))
        return ExitCode.DONE

    return run_workflow(choose_voice(streams, as_json=as_json), work)
