"""`planner emulator` and `planner emulator patch`."""

import json

import click

from planner.cli.options import Command, Group
from planner.cli.streams import choose_streams
from planner.cli.voice import choose_voice
from planner.model.diagnostics import ExitCode, Failure
from planner.workflow.emulate import ServerRequest, edit_account, list_behaviours, serve_emulator

__all__ = ["command"]

_TROUBLES = (
    ("503, 429=5", "Do nothing and answer this status, with a Retry-After of so many seconds."),
    ("redirect=URL", "Do nothing and send the client elsewhere."),
    ("lose-request", "Do nothing and close the connection."),
    ("lose-answer", "Do everything and close the connection."),
    ("cut, cut-quietly", "Do everything and answer half a body; quietly: as if that were all."),
    ("empty, html", "Do everything and answer no body, or a page as a proxy would."),
    ("delay=0.5, drip=0.5", "Do everything and answer later by so many seconds, or byte by byte."),
    ("withdraw-token", "Refuse the token from now on."),
    ("edit=NAME:PATCH", "Let somebody else send a JSON merge patch to a cluster just before."),
    ("remove=NAME", "Let somebody else delete a cluster just before."),
)


class _Emulator(Group):
    """The group, whose help ends with what its two free-form options take."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """List the behaviours and the troubles."""
        with formatter.section("Behaviours, with their defaults"):
            for name, default in list_behaviours():  # a default is not wrapped: it is there to be copied
                formatter.write(f"  {name:31}{default or '(nothing)'}\n")
        with formatter.section("Troubles"):
            formatter.write_text("ACTION[=ARGUMENT][@METHOD[ PATH]][#NTH[xTIMES]], where ACTION is one of:")
            formatter.write_paragraph()
            formatter.write_dl(_TROUBLES)
            formatter.write_paragraph()
            formatter.write_text(
                "The path is the one below /api/v1; * stands for anything, as TIMES for always. So 503@GET#2x3 answers "
                '503 to the second, third and fourth GET, and "lose-answer@POST /clusters" keeps back whether a '
                "cluster was created."
            )


@click.group("emulator", cls=_Emulator, invoke_without_command=True)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="0 takes any free port.")
@click.option("--allow-remote", is_flag=True, help="Let other machines reach it.")
@click.option("--account", metavar="FILE", help="Keep the account in this file; otherwise it ends with the server.")
@click.option(
    "--behaviour",
    "options",
    metavar="NAME=VALUE",
    multiple=True,
    help="Set an assumed behaviour, of those below. May be repeated.",
)
@click.option("--trouble", "troubles", metavar="SCRIPT", multiple=True, help="Make trouble, as below. May be repeated.")
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
