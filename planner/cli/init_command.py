"""`planner init`."""

from collections.abc import Callable

import click

from planner.cli.options import Command, color_options, directory_option, lock_options
from planner.cli.running import make_session, run_workflow
from planner.cli.streams import choose_streams
from planner.cli.voice import choose_voice
from planner.model.diagnostics import ExitCode
from planner.render.escaping import escape
from planner.workflow.initialise import Change, Initialised, initialise

__all__ = ["command"]


@click.command("init", cls=Command)
@click.option("--migrate-state", "migrate", is_flag=True, help="Copy the state from where it was kept before.")
@click.option("--reconfigure", is_flag=True, help="Leave the state where it was, and use what the new place holds.")
@directory_option
@lock_options
@color_options
def command(  # noqa: PLR0913 - one parameter an option
    *,
    migrate: bool,
    reconfigure: bool,
    directory: str | None,
    lock: bool,
    lock_timeout: float,
    color: str,
    no_color: bool,
) -> int:
    """Set up where the state is kept, and take it along from where it was.

    Reads the backend block, and sees that the store can be reached and keeps two runs apart. A run in a fresh clone
    needs no init; what needs one is another backend than before: -migrate-state copies the state, under both locks,
    and leaves the former copy in place, under another name if it is a file. Nothing is sent to the account.
    """
    if migrate and reconfigure:
        raise click.UsageError("Give -migrate-state or -reconfigure, not both.")
    change: Change = "migrate" if migrate else "reconfigure" if reconfigure else "refuse"
    streams = choose_streams(color, no_color=no_color)
    session = make_session(directory, lock=lock, lock_timeout=lock_timeout)

    async def work() -> int:
        _tell(streams.write, await initialise(session, change))
        return ExitCode.DONE

    return run_workflow(choose_voice(streams, as_json=False), work)


def _tell(write: Callable[[str], None], done: Initialised) -> None:
    if done.migrated_from is not None:
        write(f"Copied the state from {escape(done.migrated_from)}, which stays there.\n")
    holds = "no state yet" if done.clusters is None else f"{done.clusters} cluster{'' if done.clusters == 1 else 's'}"
    write(f"The state is kept {'in' if done.kind == 'local' else 'at'} {escape(done.place)}: {holds}.\n")
