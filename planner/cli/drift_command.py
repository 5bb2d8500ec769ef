"""`planner drift`, and what `planner plan -refresh-only` shares with it."""

import click

from planner.cli.options import (
    Command,
    color_options,
    directory_option,
    drift_target_option,
    json_option,
    parallelism_option,
    variable_options,
)
from planner.cli.running import make_session, run_workflow
from planner.cli.streams import choose_streams
from planner.cli.voice import Voice, choose_voice
from planner.model.diagnostics import ExitCode
from planner.workflow.drift import look_for_drift
from planner.workflow.inputs import VariableInput
from planner.workflow.session import Session

__all__ = ["command", "run_drift"]


@click.command("drift", cls=Command)
@directory_option
@variable_options
@drift_target_option
@click.option("--all", "show_all", is_flag=True, help="Show every cluster and value, not the first ones and a count.")
@json_option
@parallelism_option
@color_options
def command(  # noqa: PLR0913 - one parameter an option
    *,
    directory: str | None,
    variables: tuple[VariableInput, ...],
    target: tuple[str, ...],
    show_all: bool,
    as_json: bool,
    parallelism: int,
    color: str,
    no_color: bool,
) -> int:
    """Show what others changed in the clusters since the last apply: for a schedule.

    Compares the live account with the state, whatever the configuration asks for by now; what ignore_changes names is
    counted only. Of many clusters the worst are shown and the rest is counted: -all and -json show all of them.
    It can send nothing but GET requests, takes no lock, writes no file, and never asks.
    Exits with 0 if there is no drift, with 2 if there is.
    """
    voice = choose_voice(choose_streams(color, no_color=no_color), as_json=as_json)
    session = make_session(directory, variables, parallelism=parallelism, writes_caches=False)
    return run_drift(session, voice, target, on_drift=ExitCode.CHANGES_PRESENT, show_all=show_all)


def run_drift(
    session: Session, voice: Voice, targets: tuple[str, ...], *, on_drift: ExitCode, show_all: bool = False
) -> int:
    """Look for drift, show it, and return the exit code, which is `on_drift` if there is any.

    `show_all` has a text show what is too much to read as well.
    """

    async def work() -> int:
        found = await look_for_drift(session, targets)
        sources = found.configuration.sources
        voice.show_drift(found.drift, show_all=show_all)
        voice.diagnose((*found.configuration.diagnostics, *found.drift.warnings), sources)
        if not found.drift.is_drift:
            return voice.end(ExitCode.DONE, "no drift")
        voice.hint(
            "Nothing was changed. planner plan shows what an apply would do about it. To keep a value, write it into\n"
            "the configuration; to leave it to others from now on, name it in ignore_changes."
        )
        return voice.end(on_drift, "drift")

    return run_workflow(voice, work)
