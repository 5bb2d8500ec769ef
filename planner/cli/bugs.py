"""Bugs: what is told when something happens that nobody expected, and where, if debugging was asked for.

Refuses to show the exception's own words, which may hold a secret: its type and the places in the code tell enough.
"""

import os
import sys
import traceback
from pathlib import Path

import click

from planner import __version__
from planner.cli.request_log import is_debugging

__all__ = ["report_bug"]


def report_bug(error: Exception) -> None:
    """Tell the user that planner has failed, and how to get the details."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "unknown place"
    click.echo(
        f"Error: planner failed in a way that it should not ({type(error).__name__}, {place})\n\n"
        f"This is a bug in planner {__version__}. What was done is recorded in the state; planning again is safe.\n"
        "Run the command again with PLANNER_LOG=debug to see where it happens, and report it with that.",
        err=True,
    )
    if is_debugging(os.environ):
        sys.stderr.write("".join(traceback.format_list(frames)))
