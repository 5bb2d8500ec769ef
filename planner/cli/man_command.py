"""`planner man`."""

from pathlib import Path

import click

from planner.cli.options import Command
from planner.cli.streams import Streams
from planner.model.diagnostics import ExitCode

__all__ = ["command"]


@click.command("man", cls=Command)
@click.argument("directory", metavar="DIR", type=click.Path(file_okay=False))
@click.pass_context
def command(ctx: click.Context, *, directory: str) -> int:
    """Write the manual pages into DIR, as ~/.local/share/man/man1, one for each command."""
    from planner.cli.man_pages import list_pages  # noqa: PLC0415 - it loads every command
    from planner.workflow.results import write_result  # noqa: PLC0415 - likewise

    root = ctx.find_root().command
    pages = list(list_pages(root)) if isinstance(root, click.Group) else []
    try:
        Path(directory).mkdir(parents=True, exist_ok=True)
        for name, text in pages:
            write_result(str(Path(directory) / name), text)
    except OSError as error:
        raise click.ClickException(f"The pages cannot be written to {directory}: {error.strerror}.") from error
    Streams().write(f"Wrote {len(pages)} pages into {directory}.\n")
    return ExitCode.DONE
