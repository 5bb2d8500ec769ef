"""`planner destroy`."""

from typing import Any

import click

from planner.cli.applying import ApplyOptions, apply_options, run_apply
from planner.cli.options import Command, destroy_target_option, exclude_option

__all__ = ["command"]


@click.command("destroy", cls=Command)
@destroy_target_option
@exclude_option
@apply_options
def command(**options: Any) -> int:  # noqa: ANN401 - the fields of ApplyOptions
    """Delete every cluster that is managed here, with all its data.

    Shows what goes and asks for the word yes. Clusters that the state does not know are never touched, and one whose
    lifecycle says prevent_destroy stops the command with exit code 5. With -target, deletes only that cluster and
    what depends on it; with -exclude, all but that cluster and what it relies on. The limits of the guard do not count
    here, as this command asks for all of it.
    To see the plan alone: planner plan -destroy.
    """
    return run_apply(ApplyOptions(**options), destroy=True, plan_file=None)
