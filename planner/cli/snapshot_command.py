"""`planner snapshot`."""

import click

from planner.cli.options import Command, color_options, directory_option, variable_options
from planner.cli.running import make_session, run_workflow
from planner.cli.streams import choose_streams
from planner.cli.voice import choose_voice
from planner.model.diagnostics import ExitCode
from planner.render.escaping import escape
from planner.workflow.inputs import VariableInput

__all__ = ["command"]


@click.command("snapshot", cls=Command)
@directory_option
@variable_options
@click.option("-o", "--out", required=True, metavar="FILE", help="Where to write it; - is stdout.")
@color_options
def command(
    *, directory: str | None, variables: tuple[VariableInput, ...], out: str, color: str, no_color: bool
) -> int:
    """Write the live clusters and the state into one file, for plans that have no token.

    planner plan -live FILE then plans without asking anybody. Fingerprints stand for secrets, as in the state, and the
    file is as private as that. Of clusters that are not ours it holds the names alone. Sends nothing but GET.
    """
    from planner.workflow.results import OtherFile, write_private  # noqa: PLC0415 - only this command needs it
    from planner.workflow.snapshots import SNAPSHOT_START, take_snapshot  # noqa: PLC0415 - likewise

    streams = choose_streams(color, no_color=no_color)
    session = make_session(directory, variables)

    async def work() -> int:
        text = session.redactor.mask(await take_snapshot(session))
        if out == "-":
            streams.write(text)
            return ExitCode.DONE
        try:
            write_private(out, text, (SNAPSHOT_START,))
        except OtherFile:
            raise click.ClickException(
                f"{out} cannot be written: another file is there. Move it away, or name another one."
            ) from None
        except OSError as error:
            raise click.ClickException(f"{out} cannot be written: {error.strerror}.") from error
        streams.note(f"Wrote {escape(out)}. To plan from it: planner plan -live {escape(out)}\n")
        return ExitCode.DONE

    return run_workflow(choose_voice(streams, as_json=False), work)
