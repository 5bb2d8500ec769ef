"""`planner console`."""

import sys
from collections.abc import Iterator
from contextlib import suppress

import click

from planner.cli.options import Command, color_options, directory_option, variable_options
from planner.cli.running import make_session, run_workflow
from planner.cli.streams import Streams, choose_streams
from planner.cli.voice import Voice, choose_voice
from planner.model.diagnostics import ExitCode
from planner.render.escaping import escape
from planner.workflow.console import INPUT, Console, is_unfinished, start_console
from planner.workflow.inputs import VariableInput

__all__ = ["command"]

_PROMPT = "> "
_HELP = """Type an expression and press Enter to see its value: var.x, local.y, upper("a"), [for x in var.list : x].
Clusters are as the state last saw them, outputs of modules too; nothing is asked of the account.
An expression goes on over several lines while a bracket is open. To leave, type exit, or press Ctrl-D.
"""


@click.command("console", cls=Command)
@directory_option
@variable_options
@color_options
def command(*, directory: str | None, variables: tuple[VariableInput, ...], color: str, no_color: bool) -> int:
    """Evaluate expressions, one at a time, in the root module of the configuration.

    Reads the configuration and the state, and asks no account. From a pipe, each line is an expression, its value is
    written, and the first mistake ends it with 1.
    """
    streams = choose_streams(color, no_color=no_color)
    voice = choose_voice(streams, as_json=False)
    session = make_session(directory, variables, may_ask=True)

    async def work() -> int:
        console = await start_console(session)
        voice.diagnose(console.configuration.diagnostics, console.configuration.sources)
        return _talk(console, streams, voice) if sys.stdin.isatty() else _answer_lines(console, streams, voice)

    return run_workflow(voice, work)


def _answer_lines(console: Console, streams: Streams, voice: Voice) -> int:
    for text in _join_lines(sys.stdin):
        if text == "exit":
            break
        if not _answer(text, console, streams, voice):
            return ExitCode.ERROR
    return ExitCode.DONE


def _talk(console: Console, streams: Streams, voice: Voice) -> int:
    """Ask and answer until the person leaves."""
    with suppress(ImportError):
        import readline  # noqa: F401, PLC0415 - from here on `input` has a history, where Python was built with it
    for text in _join_lines(_ask_lines()):
        if text == "exit":
            break
        if text == "help":
            streams.write(_HELP)
        else:
            _answer(text, console, streams, voice)
    return ExitCode.DONE


def _ask_lines() -> Iterator[str]:
    while True:
        try:
            yield input(_PROMPT) + "\n"
        except EOFError:
            click.echo()
            return


def _join_lines(lines: Iterator[str]) -> Iterator[str]:
    """Yield whole expressions: a line, or several while a bracket or a heredoc is open."""
    held = ""
    for line in lines:
        held += line
        if is_unfinished(held):
            continue
        if held.strip():
            yield held.strip()
        held = ""
    if held.strip():
        yield held.strip()


def _answer(text: str, console: Console, streams: Streams, voice: Voice) -> bool:
    """Write the value of `text`, or what is wrong with it; tell whether it has one."""
    answer = console.ask(text)
    voice.diagnose(answer.diagnostics, {INPUT: text})
    if answer.text:
        streams.write("".join(f"{escape(line)}\n" for line in answer.text.split("\n")))
    return bool(answer.text)
