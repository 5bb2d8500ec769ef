"""`planner state repair`."""

from collections.abc import Iterator

import click

from planner.cli.asking import agree_to, require_somebody
from planner.cli.options import Command, color_options, directory_option, lock_options
from planner.cli.running import make_session, run_workflow
from planner.cli.streams import choose_streams
from planner.cli.voice import choose_voice
from planner.model.diagnostics import ExitCode
from planner.render.escaping import escape
from planner.workflow.repair_state import Repair, Repaired, repair_state

__all__ = ["command"]


@click.command("repair", cls=Command)
@click.option("--auto-approve", is_flag=True, help="Do not ask.")
@directory_option
@lock_options
@color_options
def command(  # noqa: PLR0913 - one parameter an option
    *, auto_approve: bool, directory: str | None, lock: bool, lock_timeout: float, color: str, no_color: bool
) -> int:
    """Put the newest copy that is whole in the place of a state that is damaged or has gone.

    And put into the state what a run learned and could not store: what is in the recovery files beside the
    configuration. Shows what it would do and asks for the word yes. What is damaged is put aside, not written over. The
    account is not asked; the next plan shows what the copy does not know.
    """
    streams = choose_streams(color, no_color=no_color)
    session = make_session(directory, lock=lock, lock_timeout=lock_timeout)

    shown: list[Repair] = []

    def agree(found: Repair) -> bool:
        shown.append(found)
        streams.write("".join(f"{line}\n" for line in _describe(found)))
        if auto_approve:
            return True
        require_somebody(may_ask=True, plan="planner state repair")
        return agree_to(destroy=False)

    async def work() -> int:
        done = await repair_state(session, agree)
        if done is None:
            streams.write("Nothing was changed.\n" if shown else "The state is whole; there is nothing to repair.\n")
        else:
            streams.write("".join(f"{line}\n" for line in _tell(done)))
        return ExitCode.DONE

    return run_workflow(choose_voice(streams, as_json=False), work)


def _describe(found: Repair) -> Iterator[str]:
    """Yield the lines of what a repair would do."""
    if found.problem:
        yield f"{escape(found.problem)}. There are:"
        for copy in found.copies:
            is_chosen = found.chosen is not None and copy.path == found.chosen.path
            told = escape(copy.problem) or f"serial {copy.serial}, {_count(copy.clusters, 'cluster')}"
            yield f"  {escape(copy.path)}: {told}{', the newest that is whole' if is_chosen else ''}"
        if found.chosen is not None:
            yield f"{escape(found.chosen.path)} takes the place of the state; what is damaged is put aside."
            yield "What was done after it was written is not in it; the next plan shows where the clusters differ."
    for file in found.files:
        yield f"{escape(file)} holds what a run could not store."
    if found.files:
        yield f"{_count(found.entries, 'outcome')} in all; what the state does not know yet is put into it."


def _tell(done: Repaired) -> Iterator[str]:
    for path in done.aside:
        yield f"Put aside what was damaged: {escape(path)}"
    if done.folded:
        yield f"Put {_count(done.folded, 'outcome')} into the state."
    yield f"The state has serial {done.serial} and {_count(done.clusters, 'cluster')} now. Run planner plan."


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"
