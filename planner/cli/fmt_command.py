"""`planner fmt`."""

import os
import sys

import click

from planner.cli.options import Command, choose_directory, color_options, directory_option
from planner.cli.streams import Streams, choose_streams
from planner.model.diagnostics import ExitCode
from planner.render.escaping import escape, guard_line
from planner.render.format_diff import escape_text, render_format_diff
from planner.workflow.collecting import paused_collector
from planner.workflow.format_files import Formatting, format_files, format_input

__all__ = ["command"]

_STDIN = "-"


@click.command("fmt", cls=Command)
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@directory_option
@click.option("--check", is_flag=True, help="Write nothing, and end with 3 if a file is in another style.")
@click.option("--diff", "shows_diff", is_flag=True, help="Show what changes in each file.")
@click.option(
    "--list/--no-list", "lists", default=True, help="Name the files that change; -list=false does not.  [default: list]"
)
@click.option("--write/--no-write", "writes", default=True, help="Write them; -write=false does not.  [default: write]")
@click.option("--recursive", is_flag=True, help="Look into the directories of directories too.")
@color_options
def command(  # noqa: PLR0913 - one for each option
    *,
    paths: tuple[str, ...],
    directory: str | None,
    check: bool,
    shows_diff: bool,
    lists: bool,
    writes: bool,
    recursive: bool,
    color: str,
    no_color: bool,
) -> int:
    """Write configuration files in the standard style, that of terraform fmt.

    PATH is a file, or a directory whose *.hcl files are meant; without one, the current directory is. With - the
    standard input is formatted to the standard output. A file that is not valid stays as it is.
    """
    streams = choose_streams(color, no_color=no_color)
    is_input = _STDIN in paths
    if is_input and len(paths) > 1:
        raise click.UsageError("The standard input, -, is formatted alone: name no other path beside it.")
    with paused_collector():
        if is_input:
            formatting = format_input(sys.stdin.buffer.read(), os.environ)
        else:
            formatting = format_files(
                paths or (".",),
                os.environ,
                directory=choose_directory(directory),
                recursive=recursive,
                write=writes and not check,
            )
    shows_text = not (shows_diff or check) and (is_input or not (lists or writes))
    for file in formatting.files:
        if file.is_changed and lists and not is_input:
            streams.write(f"{guard_line(escape(file.name))}\n")
        if file.is_changed and shows_diff:
            streams.write(render_format_diff(file.name, file.before, file.after))
        if shows_text:
            _write_text(file.after, streams)
    return _end(formatting, streams, check=check)


def _write_text(text: str, streams: Streams) -> None:
    """Write the text of a file, which is what it is for whoever reads our output, and safe for a terminal."""
    if sys.stdout.isatty():
        streams.write(escape_text(text))
    else:
        streams.write_exactly(text)


def _end(formatting: Formatting, streams: Streams, *, check: bool) -> int:
    """Tell what is wrong, and return the exit code."""
    if formatting.diagnostics:
        from planner.render.diagnostics_text import render_diagnostics  # noqa: PLC0415 - only what is wrong pays for it

        streams.note(render_diagnostics(formatting.diagnostics, formatting.sources, color=streams.color_notes))
    if len(formatting.diagnostics) > 1:
        streams.note(f"{len(formatting.diagnostics)} errors.\n")
    if formatting.exit_code is ExitCode.DONE and check and any(file.is_changed for file in formatting.files):
        return ExitCode.INVALID_CONFIGURATION
    return formatting.exit_code
