"""`planner schema`."""

import json

import click

from planner.cli.options import Command
from planner.cli.streams import Streams
from planner.model.diagnostics import ExitCode
from planner.workflow.describe import Described, describe

__all__ = ["command"]


@click.command("schema", cls=Command)
@click.argument("what", type=click.Choice([one.value for one in Described]), default=Described.CONFIGURATION.value)
def command(*, what: str) -> int:
    """Print a JSON Schema, draft 2020-12: that of *.hcl.json files, unless WHAT is another.

    cluster is that of *.cluster.json files, plan that of saved plans, state that of the state. An editor that knows
    the schema of a file completes its names, shows what they mean and marks mistakes while one types.
    """
    Streams().write(json.dumps(describe(Described(what)), indent=2, ensure_ascii=False) + "\n")
    return ExitCode.DONE
