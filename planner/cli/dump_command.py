"""`planner dump`."""

import sys
from collections.abc import Iterator

import click

from planner.cli.options import Command, color_options, directory_option
from planner.cli.running import make_session, run_workflow
from planner.cli.secret_notes import name_secrets
from planner.cli.streams import Streams, choose_streams
from planner.cli.voice import choose_voice
from planner.model.diagnostics import ExitCode
from planner.render.escaping import escape, guard_line
from planner.workflow.dump import Dump, DumpRequest, Form, compose_document, compose_files, dump_account

__all__ = ["command"]

_FORMS: tuple[Form, ...] = ("hcl", "hcl.json", "json")


@click.command("dump", cls=Command)
@directory_option
@click.option(
    "--name", "names", multiple=True, metavar="NAME", help="Only the cluster of this name or id. May be repeated."
)
@click.option("--unmanaged", is_flag=True, help="Only clusters that neither the state nor the configuration knows.")
@click.option(
    "--format",
    "form",
    type=click.Choice(_FORMS),
    default="hcl",
    show_default=True,
    help="HCL, the same in JSON syntax, or bare Clusters.",
)
@click.option("--out", metavar="DIR", help="Write new files into this directory, one for each cluster.")
@click.option("--keep-defaults", is_flag=True, help="Write also what the server would fill in anyhow.")
@click.option(
    "--import/--no-import",
    "imports",
    default=True,
    help="Write import blocks for clusters that the state does not know.  [default: import]",
)
@color_options
def command(  # noqa: PLR0913 - one parameter an option
    *,
    directory: str | None,
    names: tuple[str, ...],
    unmanaged: bool,
    form: Form,
    out: str | None,
    keep_defaults: bool,
    imports: bool,
    color: str,
    no_color: bool,
) -> int:
    """Write configuration for the clusters that are there already.

    The next plan then imports them and changes nothing. A secret is never written: a variable stands in its place, and
    has to be set. Only reads: no cluster, no state and no file that is there already changes.
    """
    streams = choose_streams(color, no_color=no_color)
    voice = choose_voice(streams, as_json=False)
    session = make_session(directory)
    request = DumpRequest(names=names, unmanaged=unmanaged, form=form, keeps_defaults=keep_defaults, imports=imports)

    async def work() -> int:
        dump = await dump_account(session, request)
        if out is None:
            _write_text(compose_document(dump), streams)
        else:
            from planner.workflow.new_files import write_new_files  # noqa: PLC0415 - only -out pays for it

            for path in write_new_files(out, compose_files(dump)):
                streams.write(f"{guard_line(escape(path))}\n")
        voice.diagnose(dump.warnings, {})
        for hint in _list_hints(dump, out):
            voice.hint(hint)
        return ExitCode.DONE

    return run_workflow(voice, work)


def _write_text(text: str, streams: Streams) -> None:
    """Write the text of a file, which is what it is for whoever reads our output, and safe for a terminal."""
    if sys.stdout.isatty():
        from planner.render.format_diff import escape_text  # noqa: PLC0415 - only a terminal pays for it

        streams.write(escape_text(text))
    else:
        streams.write_exactly(text)


def _list_hints(dump: Dump, out: str | None) -> Iterator[str]:
    """Yield what there is to do before the clusters are managed."""
    if not dump.clusters:
        yield "There is no cluster to be written."
    if dump.variables:
        yield "\n".join(name_secrets(dump.variables))
    unmanaged = [one for one in dump.clusters if not one.is_managed] if dump.request.imports else []
    if unmanaged and dump.request.form == "json" and out is None:
        (only,) = unmanaged
        yield (
            f"Save it as {only.label}.cluster.json, and take the cluster under management with:\n"
            f"  planner import cluster.{only.label} {only.live.id}"
        )
    elif unmanaged:
        yield "The import blocks take the clusters under management with the next planner apply."
