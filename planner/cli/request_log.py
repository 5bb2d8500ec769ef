"""The log of requests: one line each, to stderr or into a file, where PLANNER_LOG asks for it."""

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime

import click

from planner.model.redaction import Redactor

__all__ = ["choose_log", "is_debugging"]


def is_debugging(environment: Mapping[str, str]) -> bool:
    """Tell whether PLANNER_LOG asks for all that can be told."""
    return environment.get("PLANNER_LOG", "").lower() in {"debug", "trace"}


def choose_log(environment: Mapping[str, str], redactor: Redactor) -> Callable[[str], None] | None:
    """Return what a line is given to, or None where nobody wants them.

    `redactor` hides in it what it knows. The file that PLANNER_LOG_FILE names is continued, and is for this user alone.

    Raises:
        click.UsageError: it cannot be written.
    """
    path = environment.get("PLANNER_LOG_FILE")
    if not path and not is_debugging(environment):
        return None
    if not path:
        return lambda line: click.echo(_stamp(redactor.mask(line)), err=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK, 0o600)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "no file can have that name"
        raise click.UsageError(f"The file in PLANNER_LOG_FILE cannot be written: {reason}.") from error
    return lambda line: _append(descriptor, _stamp(redactor.mask(line)))


def _append(descriptor: int, line: str) -> None:
    # A log on a full disk must stop nothing.
    with suppress(OSError):
        os.write(descriptor, f"{line}\n".encode())


def _stamp(line: str) -> str:
    moment = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return f"{moment} {line}"
