"""`planner state list`, `planner state show` and `planner state set-account`."""

import click

from planner.cli.options import (
    Command,
    Group,
    color_options,
    directory_option,
    json_option,
    lock_options,
    variable_options,
)
from planner.cli.running import make_session, run_workflow
from planner.cli.state_output import show_records
from planner.cli.streams import choose_streams
from planner.cli.voice import choose_voice
from planner.model.diagnostics import ExitCode
from planner.render.escaping import escape
from planner.workflow.inputs import VariableInput
from planner.workflow.inspect_state import find_record, list_records
from planner.workflow.set_account import set_account

__all__ = ["command"]


@click.group("state", cls=Group)
def command() -> None:
    """Look at the state, and mend it: what planner remembers of the clusters that it manages."""


@command.command("list", cls=Command)
@directory_option
@click.option("--id", "with_id", is_flag=True, help="Write the id of each cluster beside its address.")
def list_addresses(*, directory: str | None, with_id: bool) -> int:
    """List the addresses of all clusters in the state, one a line."""
    streams = choose_streams("never", no_color=True)
    session = make_session(directory)

    async def work() -> int:
        for record in await list_records(session):
            streams.write(f"{escape(str(record.address))}{f'  {record.id}' if with_id else ''}\n")
        return ExitCode.DONE

    return run_workflow(choose_voice(streams, as_json=False), work)


@command.command("show", cls=Command)
@click.argument("address")
@directory_option
@json_option
@color_options
def show(*, address: str, directory: str | None, as_json: bool, color: str, no_color: bool) -> int:
    """Show what the state holds of the cluster at ADDRESS, such as cluster.web; secrets stay hidden."""
    streams = choose_streams(color, no_color=no_color)
    session = make_session(directory)

    async def work() -> int:
        show_records(streams, [await find_record(session, address)], as_json=as_json)
        return ExitCode.DONE

    return run_workflow(choose_voice(streams, as_json=as_json), work)


@command.command("set-account", cls=Command)
@directory_option
@variable_options
@lock_options
@color_options
def set_new_account(  # noqa: PLR0913 - one parameter an option
    *,
    directory: str | None,
    variables: tuple[VariableInput, ...],
    lock: bool,
    lock_timeout: float,
    color: str,
    no_color: bool,
) -> int:
    """Say that the account has a new address: the one that the configuration or IMPLY_ENDPOINT names now.

    A state belongs to one account and is refused with any other, because there every cluster would seem to be gone.
    """
    streams = choose_streams(color, no_color=no_color)
    session = make_session(directory, variables, lock=lock, lock_timeout=lock_timeout)

    async def work() -> int:
        former, account = await set_account(session)
        streams.write(f"The state belongs to {escape(account)} now (before: {escape(former) or 'nobody said'}).\n")
        return ExitCode.DONE

    return run_workflow(choose_voice(streams, as_json=False), work)
