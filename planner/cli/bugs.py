"""Bugs: what is told when something happens that nobody expected. The traceback goes where debugging was asked for."""

import os
import sys
import traceback

import click

from planner import __version__

__all__ = ["report_bug"]


def report_bug(error: Exception) -> None:
    """Tell the user that planner has failed, and how to get the details."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{os.path.basename(frames[-1].filename)}:{frames[-1].lineno}" if frames else "unknown place"  # noqa: PTH119
    click.echo(
        f"Error: planner failed in a way that it should not ({type(error).__name__}, {place})\n\n"
        f"This is a bug in planner {__version__}. What was done is recorded in the state; planning again is safe.\n"
        "Run the command again with PLANNER_LOG=debug to see where it happens, and report it with that.",
        err=True,
    )
    if os.environ.get("PLANNER_LOG", "").lower() in {"debug", "trace"}:
        traceback.print_exception(error, file=sys.stderr)
