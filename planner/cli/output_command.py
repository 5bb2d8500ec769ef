"""`planner output`."""

from collections.abc import Sequence

import click

from planner.cli.options import Command, directory_option, json_option
from planner.cli.running import make_session, run_workflow
from planner.cli.streams import Streams, choose_streams
from planner.cli.voice import choose_voice
from planner.model.diagnostics import Diagnostic, ExitCode, Failure, Severity
from planner.model.outputs import Outputs
from planner.workflow.inspect_outputs import find_output, load_outputs

__all__ = ["command"]


@click.command("output", cls=Command)
@click.argument("name", required=False)
@directory_option
@json_option
@click.option("--raw", "as_raw", is_flag=True, help="Write the bare text, number or truth value of NAME, for a script.")
def command(*, name: str | None, directory: str | None, as_json: bool, as_raw: bool) -> int:
    """Show the outputs of the last apply, or the one called NAME.

    Reads the state alone. With -json, writes each with its type. A sensitive value is never shown: it is kept nowhere.
    """
    if as_json and as_raw:
        raise click.UsageError("-json and -raw exclude each other.")
    if as_raw and name is None:
        raise click.UsageError("-raw writes one output: give its NAME.")
    streams = choose_streams("never", no_color=True)
    session = make_session(directory)

    async def work() -> int:
        if name is None:
            _show_all(streams, await load_outputs(session), as_json=as_json)
        else:
            output = await find_output(session, name)
            _show_one(streams, {name: output}, as_json=as_json, as_raw=as_raw)
        return ExitCode.DONE

    return run_workflow(choose_voice(streams, as_json=as_json), work)


def _show_all(streams: Streams, outputs: Outputs, *, as_json: bool) -> None:
    if as_json:
        from planner.render.outputs_json import render_outputs_json  # noqa: PLC0415 - only -json pays for it

        streams.write(render_outputs_json(outputs))
        _warn_of_hidden(streams, [name for name in sorted(outputs) if outputs[name].is_sensitive])
        return
    from planner.render.outputs_text import render_outputs  # noqa: PLC0415 - and only the text for this

    streams.write(render_outputs(outputs))
    if not outputs:
        _warn(
            streams,
            "no-outputs",
            "No outputs found",
            "The state holds no outputs: the configuration had none, or only null ones, when it was last applied. "
            "Declare one with an output block and run planner apply.",
        )


def _show_one(streams: Streams, named: Outputs, *, as_json: bool, as_raw: bool) -> None:
    ((name, output),) = named.items()
    if as_json:
        from planner.render.outputs_json import render_output_json  # noqa: PLC0415 - only -json pays for it

        streams.write(render_output_json(output))
        return
    from planner.render.outputs_text import name_output_type, render_output, render_raw  # noqa: PLC0415 - likewise

    if not as_raw:
        streams.write(f"{render_output(output)}\n")
        return
    raw = render_raw(output.value)
    if raw is None:
        raise Failure(
            ExitCode.ERROR,
            Diagnostic(
                code="output-not-raw",
                summary="Unsupported value for raw output",
                detail=f'-raw writes a string, a number or a bool, and output "{name}" is {name_output_type(output)}. '
                "Use -json for a value of any type.",
            ),
        )
    streams.write_exactly(raw)


def _warn_of_hidden(streams: Streams, names: Sequence[str]) -> None:
    if names:
        _warn(
            streams,
            "output-not-kept",
            "Sensitive values are not kept",
            f"Nothing sensitive is written into the state, so the value is null here of: {', '.join(names)}. Look "
            "at these outputs in the configuration to see where their values come from.",
        )


def _warn(streams: Streams, code: str, summary: str, detail: str) -> None:
    warning = Diagnostic(severity=Severity.WARNING, code=code, summary=summary, detail=detail)
    choose_voice(streams, as_json=False).diagnose([warning], {})
