"""`planner completion`."""

import click

from planner.cli.options import Command
from planner.cli.streams import Streams
from planner.model.diagnostics import ExitCode

__all__ = ["command"]


@click.command("completion", cls=Command)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(ctx: click.Context, *, shell: str) -> int:
    """Print what a SHELL reads to complete commands, options and addresses.

    \b
    bash: planner completion bash > ~/.local/share/bash-completion/completions/planner
    zsh:  planner completion zsh > "${fpath[1]}/_planner"
    fish: planner completion fish > ~/.config/fish/completions/planner.fish
    """  # noqa: D301 - click knows a block that it must not wrap by this backspace
    from planner.cli.completion import write_script  # noqa: PLC0415 - only who asks for it pays for it

    Streams().write(write_script(ctx.find_root().command, shell))
    return ExitCode.DONE
