"""`planner version`."""

import json
import platform

import click

from planner import __version__
from planner.cli.options import Command, json_option
from planner.model.diagnostics import ExitCode

__all__ = ["command"]


@click.command("version", cls=Command)
@json_option
def command(*, as_json: bool) -> int:
    """Show the version of planner, and with -json that of Python too."""
    if as_json:
        click.echo(json.dumps({"planner": __version__, "python": platform.python_version()}))
    else:
        click.echo(f"planner {__version__}")
    return ExitCode.DONE
