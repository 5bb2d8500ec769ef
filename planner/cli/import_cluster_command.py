"""`planner import`."""

import click

from planner.cli.options import (
    Command,
    color_options,
    directory_option,
    input_option,
    lock_options,
    variable_options,
)
from planner.cli.running import make_session, run_workflow
from planner.cli.streams import choose_streams
from planner.cli.voice import choose_voice
from planner.model.diagnostics import ExitCode
from planner.render.escaping import escape
from planner.workflow.import_cluster import import_cluster
from planner.workflow.inputs import VariableInput

__all__ = ["command"]


@click.command("import", cls=Command)
@click.argument("address")
@click.argument("id_or_name", metavar="ID|NAME")
@directory_option
@variable_options
@input_option
@lock_options
@color_options
def command(  # noqa: PLR0913 - one parameter an option
    *,
    address: str,
    id_or_name: str,
    directory: str | None,
    variables: tuple[VariableInput, ...],
    may_ask: bool,
    lock: bool,
    lock_timeout: float,
    color: str,
    no_color: bool,
) -> int:
    """Manage a cluster that is there already, under an ADDRESS that the configuration declares.

    Nothing is sent: the cluster only goes into the state. The next plan shows what the configuration asks of it.
    """
    streams = choose_streams(color, no_color=no_color)
    session = make_session(directory, variables, may_ask=may_ask, lock=lock, lock_timeout=lock_timeout)

    async def work() -> int:
        record = await import_cluster(session, address, id_or_name)
        streams.write(
            f'Imported "{escape(record.name)}" (id {escape(record.id)}) as {escape(str(record.address))}.\n'
            "Run planner plan to see what the configuration asks of it.\n"
        )
        return ExitCode.DONE

    return run_workflow(choose_voice(streams, as_json=False), work)
