"""`planner validate`."""

import click

from planner.cli.options import Command, color_options, directory_option, json_option, variable_options
from planner.cli.running import make_session
from planner.cli.streams import choose_streams
from planner.cli.voice import choose_voice
from planner.model.diagnostics import ExitCode, Severity, has_errors
from planner.workflow.collecting import paused_collector
from planner.workflow.inputs import VariableInput
from planner.workflow.validate import validate

__all__ = ["command"]


@click.command("validate", cls=Command)
@directory_option
@variable_options
@json_option
@color_options
def command(
    *, directory: str | None, variables: tuple[VariableInput, ...], as_json: bool, color: str, no_color: bool
) -> int:
    """Check the configuration, and report all that is wrong with it.

    Reads the configuration's files and nothing else: no state, no account, no token is needed.
    Exits with 0 if it is valid and with 3 if it is not.
    """
    streams = choose_streams(color, no_color=no_color)
    with paused_collector():
        configuration = validate(make_session(directory, variables))
    is_valid = not has_errors(configuration.diagnostics)
    if as_json:
        from planner.render.diagnostics_json import render_validation_json  # noqa: PLC0415 - only -json pays for it

        streams.write(render_validation_json(configuration.diagnostics, configuration.sources))
    else:
        choose_voice(streams, as_json=False).diagnose(configuration.diagnostics, configuration.sources)
        errors = sum(diagnostic.severity is Severity.ERROR for diagnostic in configuration.diagnostics)
        if errors > 1:
            streams.note(f"{errors} errors.\n")
        if is_valid:
            count = len(configuration.desired.clusters) if configuration.desired else 0
            streams.write(f"Success! The configuration is valid: {count} cluster{'' if count == 1 else 's'}.\n")
    return ExitCode.DONE if is_valid else ExitCode.INVALID_CONFIGURATION
