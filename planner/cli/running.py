"""Running: what every command does around its one workflow call."""

import os
from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import cache
from typing import Any

import click

from planner.cli.asking import ask_variable, is_anybody_there
from planner.cli.options import choose_directory, choose_workspace
from planner.cli.request_log import choose_log
from planner.cli.voice import Voice
from planner.model.backend import DEFAULT_WORKSPACE, is_workspace
from planner.model.diagnostics import ExitCode, Failure
from planner.model.redaction import Redactor
from planner.render.escaping import escape
from planner.workflow.collecting import paused_collector
from planner.workflow.inputs import VariableInput
from planner.workflow.selected_workspace import find_selected
from planner.workflow.session import Session

__all__ = ["make_session", "run_workflow"]

_SECRET_SETTINGS = (
    "IMPLY_TOKEN",
    "IMPLY_CLIENT_SECRET",
    "GITHUB_TOKEN",
    "GITLAB_TOKEN",
    "PLANNER_AGE_IDENTITY",
    "PLANNER_PLAN_KEY",
    "PLANNER_HTTP_PASSWORD",
    "TF_HTTP_PASSWORD",
    "PGPASSWORD",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
)


def make_session(
    directory: str | None,
    variables: tuple[VariableInput, ...] = (),
    *,
    may_ask: bool = False,
    is_trusted: bool = True,
    **settings: Any,  # noqa: ANN401 - the fields of Session that the command has options for
) -> Session:
    """Return the session that the options describe; `-C` before the command counts where there is none after it.

    Of a directory that is not trusted it is not asked which workspace was selected there.
    """
    redactor = click.get_current_context().find_object(Redactor) or Redactor()
    redactor.learn(os.environ[name] for name in _SECRET_SETTINGS if name in os.environ)
    return Session(
        redactor=redactor,
        directory=choose_directory(directory),
        environment=os.environ,
        variables=variables,
        # A command may read the configuration more than once, and nobody wants to be asked the same again.
        ask=cache(ask_variable) if may_ask and is_anybody_there() else None,
        workspace=_check_workspace(choose_workspace() or os.environ.get("PLANNER_WORKSPACE"))
        or (find_selected(choose_directory(directory)) if is_trusted else DEFAULT_WORKSPACE),
        log=choose_log(os.environ, redactor),
        announce=lambda sentence: click.echo(escape(sentence), err=True),
        **settings,
    )


def _check_workspace(name: str | None) -> str:
    if not name or is_workspace(name):
        return name or ""
    raise click.UsageError(
        "A workspace is named by letters, digits, hyphens and underlines, 90 at most. Correct -workspace, or the "
        "environment variable PLANNER_WORKSPACE."
    )


def run_workflow(voice: Voice, work: Callable[[], Coroutine[Any, Any, int]]) -> int:
    """Run the asynchronous part of a command and return its exit code; a failure is told."""
    import asyncio  # noqa: PLC0415 - slow to import, and some commands end before they need it

    from planner.workflow.stopping import Terminated, run_until_terminated  # noqa: PLC0415 - likewise

    try:
        with paused_collector():
            return asyncio.run(run_until_terminated(work()))
    except Failure as failure:
        return voice.fail(failure)
    except KeyboardInterrupt:
        voice.end(ExitCode.INTERRUPTED, "interrupted")
        raise click.Abort from None
    except Terminated:
        return voice.end(ExitCode.TERMINATED, "terminated")
    except Exception:
        with suppress(Exception):  # whoever broke off may be the output itself
            voice.end(ExitCode.ERROR, "failed")
        raise
