"""`planner state list`, `show`, `mv`, `rm`, `import`, `replace-name`, `pull`, `push` and `set-account`."""

from collections.abc import Sequence

import click

from planner.cli.import_cluster_command import command as import_command
from planner.cli.options import (
    Command,
    Group,
    color_options,
    directory_option,
    json_option,
    lock_options,
    variable_options,
)
from planner.cli.repair_command import command as repair_command
from planner.cli.running import make_session, run_workflow
from planner.cli.state_output import show_records
from planner.cli.streams import choose_streams
from planner.cli.voice import choose_voice
from planner.model.diagnostics import ExitCode
from planner.render.escaping import escape
from planner.workflow.edit_state import move_records, remove_records
from planner.workflow.inputs import VariableInput
from planner.workflow.inspect_state import find_record, list_records
from planner.workflow.reencrypt import reencrypt_state
from planner.workflow.replace_name import replace_name
from planner.workflow.set_account import set_account
from planner.workflow.transfer_state import pull_state, push_state

__all__ = ["command"]

dry_run_option = click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")


@click.group("state", cls=Group)
def command() -> None:
    """Look at the state, and mend it: what planner remembers of the clusters that it manages."""


@command.command("list", cls=Command)
@directory_option
@click.option("--id", "with_id", is_flag=True, help="Write the id of each cluster beside its address.")
def list_addresses(*, directory: str | None, with_id: bool) -> int:
    """List the addresses of all clusters in the state, one a line."""
    streams = choose_streams("never", no_color=True)
    session = make_session(directory)

    async def work() -> int:
        for record in await list_records(session):
            streams.write(f"{escape(str(record.address))}{f'  {record.id}' if with_id else ''}\n")
        return ExitCode.DONE

    return run_workflow(choose_voice(streams, as_json=False), work)


@command.command("show", cls=Command)
@click.argument("address")
@directory_option
@json_option
@color_options
def show(*, address: str, directory: str | None, as_json: bool, color: str, no_color: bool) -> int:
    """Show what the state holds of the cluster at ADDRESS, such as cluster.web; secrets stay hidden."""
    streams = choose_streams(color, no_color=no_color)
    session = make_session(directory)

    async def work() -> int:
        show_records(streams, [await find_record(session, address)], as_json=as_json)
        return ExitCode.DONE

    return run_workflow(choose_voice(streams, as_json=as_json), work)


@command.command("mv", cls=Command)
@click.argument("source")
@click.argument("destination")
@dry_run_option
@directory_option
@lock_options
@color_options
def move(  # noqa: PLR0913 - one parameter an option
    *,
    source: str,
    destination: str,
    dry_run: bool,
    directory: str | None,
    lock: bool,
    lock_timeout: float,
    color: str,
    no_color: bool,
) -> int:
    """Give what the state knows at SOURCE the address DESTINATION; no cluster changes.

    Both are clusters, such as cluster.web or 'cluster.web["eu"]', or both are modules, such as module.fleet. A cluster
    without a key stands for all its instances. The state before is kept as a backup beside it.
    """
    streams = choose_streams(color, no_color=no_color)
    session = make_session(directory, lock=lock, lock_timeout=lock_timeout)

    async def work() -> int:
        pairs = await move_records(session, source, destination, dry_run=dry_run)
        for former, new in pairs:
            streams.write(f'{"Would move" if dry_run else "Move"} "{escape(str(former))}" to "{escape(str(new))}"\n')
        if not dry_run:
            streams.write(f"Successfully moved {_count(pairs)}.\n")
        return ExitCode.DONE

    return run_workflow(choose_voice(streams, as_json=False), work)


@command.command("rm", cls=Command)
@click.argument("addresses", metavar="ADDRESS...", nargs=-1, required=True)
@dry_run_option
@directory_option
@lock_options
@color_options
def remove(  # noqa: PLR0913 - one parameter an option
    *,
    addresses: tuple[str, ...],
    dry_run: bool,
    directory: str | None,
    lock: bool,
    lock_timeout: float,
    color: str,
    no_color: bool,
) -> int:
    """Make the state forget what it knows at each ADDRESS; the clusters stay, and are no longer managed.

    A cluster without a key stands for all its instances, and a module for all that is in it. What the configuration
    still declares would be created by the next plan, so take it out there too. The state before is kept as a
    backup beside it.
    """
    streams = choose_streams(color, no_color=no_color)
    session = make_session(directory, lock=lock, lock_timeout=lock_timeout)

    async def work() -> int:
        removed = await remove_records(session, addresses, dry_run=dry_run)
        for address in removed:
            streams.write(f"{'Would remove' if dry_run else 'Removed'} {escape(str(address))}\n")
        if not dry_run:
            streams.write(f"Successfully removed {_count(removed)}.\n")
        return ExitCode.DONE

    return run_workflow(choose_voice(streams, as_json=False), work)


def _count(things: Sequence[object]) -> str:
    return f"{len(things)} cluster{'' if len(things) == 1 else 's'}"


@command.command("replace-name", cls=Command)
@click.argument("address")
@click.argument("name")
@dry_run_option
@directory_option
@lock_options
@color_options
def give_name(  # noqa: PLR0913 - one parameter an option
    *,
    address: str,
    name: str,
    dry_run: bool,
    directory: str | None,
    lock: bool,
    lock_timeout: float,
    color: str,
    no_color: bool,
) -> int:
    """Say that the cluster at ADDRESS was renamed in the account to NAME, and is the same one.

    Asks the account whether the cluster with the recorded id bears that name; no cluster changes. The state before is
    kept as a backup beside it. Write the name into the configuration, too, as metadata.name.
    """
    streams = choose_streams(color, no_color=no_color)
    session = make_session(directory, lock=lock, lock_timeout=lock_timeout)

    async def work() -> int:
        former = await replace_name(session, address, name, dry_run=dry_run)
        verb = "Would rename" if dry_run else "Renamed"
        told = f'{verb} {escape(str(former.address))} from "{escape(former.name)}" to "{escape(name)}"'
        streams.write(f"{told} (id {escape(former.id)}).\n")
        return ExitCode.DONE

    return run_workflow(choose_voice(streams, as_json=False), work)


command.add_command(import_command, "import")
command.add_command(repair_command, "repair")


@command.command("set-account", cls=Command)
@directory_option
@variable_options
@lock_options
@color_options
def set_new_account(  # noqa: PLR0913 - one parameter an option
    *,
    directory: str | None,
    variables: tuple[VariableInput, ...],
    lock: bool,
    lock_timeout: float,
    color: str,
    no_color: bool,
) -> int:
    """Say that the account has a new address: the one that the configuration or IMPLY_ENDPOINT names now.

    A state belongs to one account and is refused with any other, because there every cluster would seem to be gone.
    """
    streams = choose_streams(color, no_color=no_color)
    session = make_session(directory, variables, lock=lock, lock_timeout=lock_timeout)

    async def work() -> int:
        former, account = await set_account(session)
        streams.write(f"The state belongs to {escape(account)} now (before: {escape(former) or 'nobody said'}).\n")
        return ExitCode.DONE

    return run_workflow(choose_voice(streams, as_json=False), work)


@command.command("reencrypt", cls=Command)
@click.option("--decrypt", "decrypts", is_flag=True, help="Keep the state in the clear from now on.")
@directory_option
@lock_options
def reencrypt(*, decrypts: bool, directory: str | None, lock: bool, lock_timeout: float) -> int:
    """Write the state anew, encrypted to the recipients that the configuration names now, and its backup too.

    For a first encryption, after a change of recipients, and for the way back. Any apply does the first two with its
    next write; this does it at once, and also where enforced = true refuses a state that is not encrypted yet.
    """
    streams = choose_streams("never", no_color=True)
    session = make_session(directory, lock=lock, lock_timeout=lock_timeout)

    async def work() -> int:
        done = await reencrypt_state(session, decrypts=decrypts)
        to = "1 recipient" if done.recipients == 1 else f"{done.recipients} recipients"
        told = f"encrypted to {to}" if done.recipients else "in the clear"
        streams.write(f"The state is now {told}, with serial {done.serial}.\n")
        return ExitCode.DONE

    return run_workflow(choose_voice(streams, as_json=False), work)


@command.command("pull", cls=Command)
@directory_option
def pull(*, directory: str | None) -> int:
    """Write the state to stdout, as a state file holds it and in the clear; from wherever it is kept."""
    streams = choose_streams("never", no_color=True)
    session = make_session(directory)

    async def work() -> int:
        streams.write((await pull_state(session)).decode("ascii"))
        return ExitCode.DONE

    return run_workflow(choose_voice(streams, as_json=False), work)


@command.command("push", cls=Command)
@click.argument("path", metavar="FILE", type=click.Path(allow_dash=True))
@click.option("--force", is_flag=True, help="Put it over a later state, or over one of another lineage.")
@directory_option
@lock_options
def push(*, path: str, force: bool, directory: str | None, lock: bool, lock_timeout: float) -> int:
    """Put the state in FILE (- is standard input) in the place of the one that is kept.

    Refuses one of another lineage, and one that is no later than what is there.
    """
    streams = choose_streams("never", no_color=True)
    session = make_session(directory, lock=lock, lock_timeout=lock_timeout)
    with click.open_file(path, "rb") as file:
        content = file.read()

    async def work() -> int:
        serial = await push_state(session, content, name="Standard input" if path == "-" else path, over=force)
        streams.write(f"The state is now the one in {escape(path)}, with serial {serial}.\n")
        return ExitCode.DONE

    return run_workflow(choose_voice(streams, as_json=False), work)
