"""`planner workspace list`, `show`, `select`, `new` and `delete`."""

import click

from planner.cli.options import Command, Group, directory_option, lock_options
from planner.cli.running import make_session, run_workflow
from planner.cli.streams import choose_streams
from planner.cli.voice import choose_voice
from planner.model.backend import is_workspace
from planner.model.diagnostics import ExitCode
from planner.workflow.workspaces import delete_workspace, list_workspaces, select_workspace

__all__ = ["command"]


def _read_name(_ctx: click.Context, _param: click.Parameter, name: str) -> str:
    if not is_workspace(name):
        raise click.BadParameter("A workspace is named by letters, digits, hyphens and underlines, 90 at most.")
    return name


name_argument = click.argument("name", callback=_read_name)


@click.group("workspace", cls=Group)
def command() -> None:
    """List, choose, make and delete workspaces: several states of one configuration.

    The choice is remembered for the directory; -workspace and PLANNER_WORKSPACE say otherwise for one run.
    """


@command.command("list", cls=Command)
@directory_option
def list_all(*, directory: str | None) -> int:
    """List the workspaces that have a state, with a star at the one that is meant."""
    streams = choose_streams("never", no_color=True)
    session = make_session(directory)

    async def work() -> int:
        found = await list_workspaces(session)
        streams.write("".join(f"{'*' if name == found.current else ' '} {name}\n" for name in found.names))
        return ExitCode.DONE

    return run_workflow(choose_voice(streams, as_json=False), work)


@command.command("show", cls=Command)
@directory_option
def show(*, directory: str | None) -> int:
    """Write the name of the workspace that is meant."""
    choose_streams("never", no_color=True).write(f"{make_session(directory).workspace}\n")
    return ExitCode.DONE


@command.command("select", cls=Command)
@name_argument
@directory_option
def choose(*, name: str, directory: str | None) -> int:
    """Let the workspace NAME be meant from now on."""
    return _select(name, directory, makes=False)


@command.command("new", cls=Command)
@name_argument
@directory_option
def make(*, name: str, directory: str | None) -> int:
    """Let a new workspace NAME be meant from now on; it has a state with its first apply."""
    return _select(name, directory, makes=True)


def _select(name: str, directory: str | None, *, makes: bool) -> int:
    streams = choose_streams("never", no_color=True)
    session = make_session(directory)

    async def work() -> int:
        has_state = await select_workspace(session, name, makes=makes)
        streams.write(f"The workspace is {name} now{'' if has_state else '; it has no state yet'}.\n")
        return ExitCode.DONE

    return run_workflow(choose_voice(streams, as_json=False), work)


@command.command("delete", cls=Command)
@name_argument
@click.option("--force", is_flag=True, help="Also where its state knows clusters; they go on, managed by nobody.")
@directory_option
@lock_options
def delete(*, name: str, force: bool, directory: str | None, lock: bool, lock_timeout: float) -> int:
    """Delete the state of the workspace NAME; no cluster changes."""
    streams = choose_streams("never", no_color=True)
    session = make_session(directory, lock=lock, lock_timeout=lock_timeout)

    async def work() -> int:
        known = await delete_workspace(session, name, force=force)
        left = f" {known} cluster{'' if known == 1 else 's'} went on, managed by nobody." if known else ""
        streams.write(f"Deleted the workspace {name}.{left}\n")
        return ExitCode.DONE

    return run_workflow(choose_voice(streams, as_json=False), work)
