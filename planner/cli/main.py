"""The door: finds the command, runs it, and turns whatever comes of it into an exit code. No traceback leaves it.

A command's module is loaded only when the command is called, so that none pays for the imports of another.
"""

import os
import sys
from collections.abc import Sequence
from importlib import import_module

import click

from planner import __version__
from planner.cli.guarded_streams import guard_streams
from planner.cli.options import note_directory
from planner.cli.streams import prepare_streams
from planner.model.diagnostics import ExitCode
from planner.model.redaction import Redactor
from planner.render.secret_spellings import spell_shown

__all__ = ["main", "run_command"]

_COMMANDS = {
    "init": ("init", "Set up where the state is kept, and take it along from where it was"),
    "validate": ("validate", "Check the configuration"),
    "fmt": ("fmt", "Write the configuration in the standard style"),
    "plan": ("plan", "Show what apply would do"),
    "apply": ("apply", "Create, change and delete clusters as the configuration says"),
    "wait": ("wait", "Wait until what earlier runs have begun has settled"),
    "drift": ("drift", "Show what others changed since the last apply"),
    "destroy": ("destroy", "Delete every cluster that is managed here"),
    "why": ("why", "Tell why one field of a cluster is as it is"),
    "history": ("history", "List the versions of a cluster and what changed with each, or the last runs"),
    "rollback": ("rollback", "Put a cluster back to an earlier version"),
    "show": ("show", "Show a saved plan, or the state"),
    "comment": ("comment", "Write a saved plan as one comment on its pull request"),
    "console": ("console", "Evaluate expressions"),
    "output": ("output", "Show the outputs of the last apply"),
    "dump": ("dump", "Write configuration for the clusters that are there already"),
    "import": ("import_cluster", "Manage a cluster that is there already"),
    "state": ("state", "Look at the state, and mend it"),
    "workspace": ("workspace", "List, choose, make and delete the states of a configuration"),
    "force-unlock": ("force_unlock", "Take the lock of a shared state away from a run that has died"),
    "emulator": ("emulator", "Run an emulated Manager API, to try things out"),
    "snapshot": ("snapshot", "Write the account and the state into a file, for plans without a token"),
    "schema": ("schema", "Print the JSON Schema of configuration, clusters, plans or the state"),
    "completion": ("completion", "Print what a shell reads to complete commands, options and addresses"),
    "man": ("man", "Write the manual pages"),
    "version": ("version", "Show the version"),
}


class _Commands(click.Group):
    """The commands, in the order in which one needs them; each is imported when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - likewise
        if cmd_name not in _COMMANDS:
            return None
        module = import_module(f"planner.cli.{_COMMANDS[cmd_name][0]}_command")
        command = module.command
        return command if isinstance(command, click.Command) else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which one may have been meant."""
        name = args[0] if args else ""
        if name not in _COMMANDS and not name.startswith("-"):
            from difflib import get_close_matches  # noqa: PLC0415 - only who mistypes pays for it

            close = get_close_matches(name, _COMMANDS, 1)
            hint = f" Did you mean {close[0]}?" if close else " planner --help lists the commands."
            raise click.UsageError(f"There is no command {name!r}.{hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - likewise
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in _COMMANDS.items()])


@click.command(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help", "-help"], "max_content_width": 110},
    epilog="Start with: planner validate, planner plan, planner apply. Each command has its own --help.",
)
@click.version_option(__version__, "--version", "-version", "-v", prog_name="planner", message="%(prog)s %(version)s")
@click.option(
    "-C",
    "-chdir",
    "--chdir",
    "directory",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False),
    help="The configuration's directory, for any command.",
)
@click.pass_context
def _planner(ctx: click.Context, directory: str | None) -> None:
    """Plan and apply for Imply clusters: what you review is what happens.

    The configuration is the *.hcl, *.hcl.json and *.cluster.json files of a directory. planner compares it with its
    state file and with the live account, shows the difference, and performs it.
    """
    note_directory(ctx, directory)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit."""
    sys.exit(run_command(sys.argv[1:] if arguments is None else arguments))


def run_command(arguments: Sequence[str]) -> int:
    """Run the command that `arguments` name, and return the exit code; nothing is raised."""
    prepare_streams()
    if os.environ.get("_PLANNER_COMPLETE"):
        from planner.cli.completion import register  # noqa: PLC0415 - only a shell's Tab pays for it

        register()
    redactor = Redactor(spell_shown)
    with guard_streams(redactor):
        return _run_guarded(arguments, redactor)


def _run_guarded(arguments: Sequence[str], redactor: Redactor) -> int:
    try:
        outcome = _planner.main(list(arguments), prog_name="planner", standalone_mode=False, obj=redactor)
        _flush()
        return int(outcome) if isinstance(outcome, int) else ExitCode.DONE
    except (click.Abort, KeyboardInterrupt):
        return ExitCode.INTERRUPTED
    except click.ClickException as error:
        error.show()
        return ExitCode.ERROR
    except BrokenPipeError:
        # Who read us has gone, as in `planner plan | head`; nothing more can be said, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.ERROR
    except Exception as error:  # noqa: BLE001 - the last door: what nobody expected is told without a traceback
        return _report_bug(error)


def _flush() -> None:
    sys.stdout.flush()
    sys.stderr.flush()


def _report_bug(error: Exception) -> int:
    from planner.cli.bugs import report_bug  # noqa: PLC0415 - only a bug pays for it

    report_bug(error)
    return ExitCode.ERROR
