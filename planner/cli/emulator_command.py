"""`planner emulator` and `planner emulator patch`."""

import json

import click

from planner.cli.options import Command, Group
from planner.cli.streams import choose_streams
from planner.cli.voice import choose_voice
from planner.model.diagnostics import ExitCode, Failure
from planner.workflow.emulate import ServerRequest, edit_account, serve_emulator

__all__ = ["command"]


@click.group("emulator", cls=Group, invoke_without_command=True)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="0 takes any free port.")
@click.option("--allow-remote", is_flag=True, help="Let other machines reach it.")
@click.option("--account", metavar="FILE", help="Keep the account in this file; otherwise it ends with the server.")
@click.option(
    "--behaviour", "options", metavar="NAME=VALUE", multiple=True, help="Set an assumed behaviour. May be repeated."
)
@click.option("--trouble", "troubles", metavar="SCRIPT", multiple=True, help="Make trouble. May be repeated.")
@click.pass_context
def command(  # noqa: PLR0913 - one parameter an option
    ctx: click.Context,
    *,
    host: str,
    port: int,
    allow_remote: bool,
    account: str | None,
    options: tuple[str, ...],
    troubles: tuple[str, ...],
) -> int:
    """Run an emulated Manager API on this machine, to try things out without an account.

    Prints its address; set IMPLY_ENDPOINT to it, and IMPLY_TOKEN to emulator-token. For most purposes no server is
    needed at all: endpoint = "emulator:account.json" in the provider block keeps the account in a file.
    """
    if ctx.invoked_subcommand is not None:
        return ExitCode.DONE
    behaviours = dict(option.partition("=")[::2] for option in options)
    request = ServerRequest(
        host=host, port=port, allows_remote=allow_remote, account=account, options=behaviours, troubles=troubles
    )
    streams = choose_streams("auto", no_color=False)
    try:
        serve_emulator(request, lambda url: streams.write(f"{url}\n"))
    except Failure as failure:
        return choose_voice(streams, as_json=False).fail(failure)
    return ExitCode.DONE


@command.command("patch", cls=Command)
@click.argument("account", metavar="FILE")
@click.argument("name")
@click.argument("patch", metavar="MERGE_PATCH")
def patch_cluster(*, account: str, name: str, patch: str) -> int:
    """Change the cluster called NAME in the account FILE by a JSON merge patch, behind planner's back.

    This is what somebody does in the Manager's console: the next plan shows it as drift.
    """
    streams = choose_streams("auto", no_color=False)
    try:
        document = json.loads(patch)
    except (ValueError, RecursionError) as error:
        raise click.BadParameter(f"It is not JSON: {error}.", param_hint="MERGE_PATCH") from None
    if not isinstance(document, dict):
        raise click.BadParameter('It must be an object, such as {"spec": {…}}.', param_hint="MERGE_PATCH")
    try:
        edit_account(account, name, document)
    except Failure as failure:
        return choose_voice(streams, as_json=False).fail(failure)
    streams.note(f'Changed "{name}" in {account}.\n')
    return ExitCode.DONE
