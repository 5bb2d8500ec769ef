"""`planner force-unlock`."""

import click

from planner.cli.options import Command, color_options, directory_option
from planner.cli.running import make_session, run_workflow
from planner.cli.streams import choose_streams
from planner.cli.voice import choose_voice
from planner.model.diagnostics import ExitCode
from planner.render.escaping import escape
from planner.workflow.force_unlock import force_unlock

__all__ = ["command"]


@click.command("force-unlock", cls=Command)
@click.argument("lock_id", metavar="ID")
@directory_option
@color_options
def command(*, lock_id: str, directory: str | None, color: str, no_color: bool) -> int:
    """Take the lock of a shared state away from a run that has died.

    ID is the lock's, as the message says that finds it held: another one is left alone. A run that is alive after all
    stops before its next request, because it cannot announce it any more.
    """
    streams = choose_streams(color, no_color=no_color)
    session = make_session(directory)

    async def work() -> int:
        holder = await force_unlock(session, lock_id)
        if holder is None:
            streams.write("The state is not locked.\n")
        else:
            streams.write(f"Took the lock of {escape(holder.who)}, held since {escape(holder.created)}, away.\n")
        return ExitCode.DONE

    return run_workflow(choose_voice(streams, as_json=False), work)
