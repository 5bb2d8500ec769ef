"""Asking: questions to a person at a terminal, and who counts as one."""

import os
import signal
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from planner.model.diagnostics import Diagnostic, ExitCode, Failure
from planner.workflow.inputs import MissingVariable

__all__ = ["agree_to", "ask_variable", "is_anybody_there", "require_somebody"]

_CANCELLED = "\nCancelled; nothing was sent."


def is_anybody_there() -> bool:
    """Tell whether standard input can answer: a terminal, or a pipe or file that holds the answers."""
    if sys.stdin is None or sys.stdin.isatty():
        return sys.stdin is not None
    try:
        mode = os.fstat(sys.stdin.fileno()).st_mode
    except (OSError, ValueError):
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISREG(mode)


def require_somebody(*, may_ask: bool, plan: str = "planner plan") -> None:
    """Refuse, before any work, a command that must ask where nobody can answer.

    `plan` is the command that makes such a plan.

    Raises:
        Failure: nobody can.
    """
    if not may_ask or not is_anybody_there():
        raise Failure(
            ExitCode.ERROR,
            Diagnostic(
                code="nobody-to-ask",
                summary="Nobody can be asked to agree to the plan",
                detail=f"In a pipeline, save a plan with {plan} -out plan.json, have it reviewed, and run "
                "planner apply plan.json; or give -auto-approve to take whatever the plan turns out to be.",
            ),
        )


def ask_variable(missing: MissingVariable) -> str | None:
    """Ask for the value of a variable, None if there is no answer; a sensitive one is not shown while it is typed."""
    try:
        with _stopped_by_interrupt():
            click.echo(f"var.{missing.name}\n  {missing.description}".rstrip(), err=True)
            return str(
                click.prompt("  Enter a value", hide_input=missing.sensitive, err=True, default="", show_default=False)
            )
    except click.Abort:
        if sys.stdin.isatty():
            click.echo(_CANCELLED, err=True)
            raise
        click.echo("", err=True)
        return None


def agree_to(*, destroy: bool) -> bool:
    """Ask whether to go on; only the answer `yes` is taken as consent."""
    question = (
        "Do you really want to delete these clusters, with all their data? There is no undo."
        if destroy
        else "Do you want to perform these actions?"
    )
    try:
        with _stopped_by_interrupt():
            click.echo(f"\n{question}\n  Only 'yes' will be accepted.\n\n  Enter a value: ", nl=False, err=True)
            answer = sys.stdin.readline()
    except KeyboardInterrupt:
        click.echo(_CANCELLED, err=True)
        raise
    click.echo("", err=True)
    return answer.strip() == "yes"


@contextmanager
def _stopped_by_interrupt() -> Iterator[None]:
    """Let Ctrl-C end a question at once: the event loop would only take note of it, and the terminal go on waiting."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
