"""`planner wait`."""

import click

from planner.cli.options import (
    Command,
    color_options,
    directory_option,
    json_option,
    lock_options,
    parallelism_option,
    read_duration,
    variable_options,
)
from planner.cli.running import make_session, run_workflow
from planner.cli.streams import choose_streams
from planner.cli.voice import choose_voice
from planner.workflow.inputs import VariableInput
from planner.workflow.wait import Limits, WaitScreen, wait_for_clusters

__all__ = ["command"]


@click.command("wait", cls=Command)
@click.argument("addresses", nargs=-1, metavar="[ADDRESS]...")
@directory_option
@variable_options
@click.option(
    "--settle-timeout",
    type=read_duration,
    default="4h",
    metavar="TIME",
    help="How long a cluster may take from now on, such as 15m, where its own timeouts block does not say.  "
    "[default: 4h]",
)
@json_option
@lock_options
@parallelism_option
@color_options
def command(  # noqa: PLR0913 - one parameter an option
    *,
    addresses: tuple[str, ...],
    directory: str | None,
    variables: tuple[VariableInput, ...],
    settle_timeout: float,
    as_json: bool,
    lock: bool,
    lock_timeout: float,
    parallelism: int,
    color: str,
    no_color: bool,
) -> int:
    """Wait until the server is done with what earlier runs have begun, and let the state know.

    That is what apply -no-wait left, and what a run was stopped or killed over. Without ADDRESS it waits for every
    cluster of the state that has not settled; an address without a key stands for all instances. It sends nothing but
    GET, and takes the lock of the state only for the moment in which it writes down what has settled; if another run
    holds it, nothing is written, and the next plan sees for itself.
    Exits with 8 if a cluster has failed, is gone, or did not settle in time.
    """
    voice = choose_voice(choose_streams(color, no_color=no_color), as_json=as_json)
    session = make_session(directory, variables, parallelism=parallelism, lock=lock, lock_timeout=lock_timeout)
    screen = WaitScreen(
        begin=voice.begin_waiting,
        tell=voice.tell,
        stopping=lambda: voice.hint("Stopping: what has settled so far is written down."),
    )

    async def work() -> int:
        limits = Limits(parallelism=parallelism, settle_seconds=settle_timeout)
        found = await wait_for_clusters(session, addresses, screen, limits)
        voice.report_waited(found.waited)
        voice.diagnose(found.notes, {})
        if as_json:
            voice.diagnose([one.diagnostic for one in found.waited if one.diagnostic], {})
        return voice.end(found.exit_code, found.reason)

    return run_workflow(voice, work)
