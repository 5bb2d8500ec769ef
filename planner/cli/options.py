"""Options: those that several commands share, under Terraform's names, and how they are spelled.

Both `-name` and `--name` are taken, and `-name=false` for a switch, as Terraform's users write them.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from planner.model.guard import Allowance, read_allowance
from planner.workflow.inputs import Assignment, VariableFile, VariableInput

__all__ = [
    "Command",
    "Group",
    "allow_option",
    "choose_directory",
    "choose_workspace",
    "color_options",
    "destroy_target_option",
    "directory_option",
    "drift_target_option",
    "exclude_option",
    "input_option",
    "json_option",
    "lock_options",
    "new_state_option",
    "note_directory",
    "parallelism_option",
    "read_duration",
    "recreate_option",
    "refresh_option",
    "refuse_both",
    "replace_option",
    "target_option",
    "variable_options",
]

_F = TypeVar("_F", bound=Callable[..., object])

_LONG = re.compile(r"-(?P<name>[A-Za-z][A-Za-z-]+)(?:=(?P<value>.*))?", re.DOTALL)
_WORKSPACE = "planner.workspace"
_DIRECTORY = f"{__name__}.directory"
_TRUE, _FALSE = {"true", "1"}, {"false", "0"}


class SpelledOption(click.Option):
    """An option whose values are pairs: the name by which it was given, and the value.

    Two names of one option keep the order in which they were given; two options would not.
    """

    def __init__(self, names: Sequence[str], **settings: Any) -> None:  # noqa: ANN401 - click's own signature
        super().__init__(names, nargs=2, type=(str, str), **settings)


class Command(click.Command):
    """A command whose long options may be written with one dash, and whose switches may be given a value."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Write the arguments in click's own spelling, then read them."""
        return super().parse_args(ctx, _respell(self.get_params(ctx), args, is_lenient=ctx.resilient_parsing))


class Group(click.Group):
    """A group of commands that does something by itself too; its own options are spelled like a command's."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Write the arguments up to the command's name in click's own spelling, then read them."""
        return super().parse_args(
            ctx, _respell(self.get_params(ctx), args, stops_at_argument=True, is_lenient=ctx.resilient_parsing)
        )

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """List the commands, each with its whole first sentence; click would cut it off."""
        with formatter.section("Commands"):
            formatter.write_dl(
                [(name, command.get_short_help_str(limit=1000)) for name, command in sorted(self.commands.items())]
            )


def _respell(
    params: Sequence[click.Parameter],
    args: Sequence[str],
    *,
    stops_at_argument: bool = False,
    is_lenient: bool = False,
) -> list[str]:
    """Return `args` in click's spelling; where it is lenient, as for a shell's Tab, a value may be missing yet."""
    options = {
        name.removeprefix("--"): param
        for param in params
        if isinstance(param, click.Option)
        for name in (*param.opts, *param.secondary_opts)
        if name.startswith("--")
    }
    short = {name: param for param in params for name in param.opts if len(name) == 2}
    respelled: list[str] = []
    waiting = list(args)
    while waiting:
        if waiting[0] == "--" or (stops_at_argument and not waiting[0].startswith("-")):
            break
        argument = waiting.pop(0)
        match = _LONG.fullmatch(argument.replace("--", "-", 1))
        option = options.get(match["name"]) if match else None
        if match is None or option is None:
            # A long name that is wrong is read as one, so that click can guess what was meant.
            is_long = match is not None and argument[:2] not in short
            respelled.append(f"-{argument}" if is_long and not argument.startswith("--") else argument)
            if _takes_value(short.get(argument)):
                respelled.extend(waiting[:1])
                del waiting[:1]
            continue
        respelled.extend(_spell(match["name"], match["value"], option))
        if not option.is_flag and match["value"] is None:
            if not waiting and not is_lenient:
                raise click.BadOptionUsage(argument, f"Option {argument!r} requires an argument.")
            respelled.extend(waiting[:1])
            del waiting[:1]
    return [*respelled, *waiting]


def _takes_value(param: click.Parameter | None) -> bool:
    return isinstance(param, click.Option) and not param.is_flag


def _spell(name: str, value: str | None, option: click.Option) -> list[str]:
    if isinstance(option, SpelledOption):
        return [f"--{name}", name] if value is None else [f"--{name}", name, value]
    if not option.is_flag or value is None:
        return [f"--{name}" if value is None else f"--{name}={value}"]
    if value.lower() in _TRUE:
        return [f"--{name}"]
    if value.lower() in _FALSE:
        return [spelling for spelling in option.secondary_opts if spelling != f"--{name}"]
    raise click.BadParameter(f"{value!r} is neither true nor false.", param_hint=f"-{name}")


def read_duration(text: str) -> float:
    """Return the seconds that `text` spells: `30s`, `15m`, `1h30m`; a bare number is seconds."""
    units = {"h": 3600.0, "m": 60.0, "s": 1.0, "": 1.0}
    parts = re.findall(r"([0-9]+(?:\.[0-9]+)?)([hms]?)", text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise click.BadParameter(f"{text!r} is not a length of time such as 30s, 15m or 1h30m.")
    return sum(float(number) * units[unit] for number, unit in parts)


def directory_option(command: _F) -> _F:
    """Add the options that say which configuration is meant, and which of its states."""
    command = click.option(
        "--workspace",
        metavar="NAME",
        expose_value=False,
        callback=_remember_workspace,
        help="Which of the states of this configuration.  [default: PLANNER_WORKSPACE, or default]",
    )(command)
    return click.option(
        "-C",
        "--chdir",
        "directory",
        metavar="DIR",
        type=click.Path(exists=True, file_okay=False),
        help="The configuration's directory.  [default: .]",
    )(command)


def _remember_workspace(context: click.Context, _: click.Parameter, name: str | None) -> None:
    """Keep the choice where `choose_workspace` finds it, so that no command has to hand it on."""
    if name is not None:
        context.meta[_WORKSPACE] = name


def choose_workspace() -> str | None:
    """Return the workspace that `-workspace` names, or None where it was not given."""
    name: str | None = click.get_current_context().meta.get(_WORKSPACE)
    return name


def choose_directory(directory: str | None) -> str:
    """Return the configuration's directory: as the command's own `-C` says, or the one before the command."""
    return directory or click.get_current_context().meta.get(_DIRECTORY) or "."


def note_directory(ctx: click.Context, directory: str | None) -> None:
    """Take note of the `-C` before the command."""
    ctx.meta[_DIRECTORY] = directory


json_option = click.option("--json", "as_json", is_flag=True, help="Write JSON for machines to stdout, errors too.")


def color_options(command: _F) -> _F:
    """Add the options that say whether to colour."""
    command = click.option("--no-color", is_flag=True, help="The same as --color never.")(command)
    return click.option(
        "--color",
        type=click.Choice(["auto", "always", "never"]),
        default="auto",
        show_default=True,
        help="Colour the output. auto: on a terminal, and not if NO_COLOR is set.",
    )(command)


variable_options = click.option(
    "--var",
    "--var-file",
    "variables",
    cls=SpelledOption,
    metavar="NAME=VALUE|FILE",
    multiple=True,
    callback=lambda _ctx, _param, spelled: tuple(_read_variable(*pair) for pair in spelled),
    help="Set a variable, or read values of variables from a file. May be repeated; the last one counts.",
)


def _read_variable(spelling: str, text: str) -> VariableInput:
    if spelling == "var-file":
        return VariableFile(text)
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise click.BadParameter("Write -var 'name=value'.", param_hint="-var")
    return Assignment(name.strip(), value)


def lock_options(command: _F) -> _F:
    """Add the options of the state's lock."""
    command = click.option(
        "--lock-timeout",
        type=read_duration,
        default="0s",
        metavar="TIME",
        help="How long to wait for a lock that is held, such as 30s or 15m.  [default: 0s]",
    )(command)
    return click.option(
        "--lock/--no-lock", default=True, help="Lock the state meanwhile; -lock=false is dangerous.  [default: lock]"
    )(command)


input_option = click.option(
    "--input/--no-input",
    "may_ask",
    default=True,
    help="Ask for what is missing; -input=false never asks.  [default: input]",
)

parallelism_option = click.option(
    "--parallelism",
    type=click.IntRange(min=1, max=100),
    default=10,
    show_default=True,
    metavar="N",
    help="How many requests to have under way at once.",
)

target_option = click.option(
    "--target",
    multiple=True,
    metavar="ADDRESS",
    help="Only this cluster and what it depends on; with -destroy, what depends on it. May be repeated.",
)

destroy_target_option = click.option(
    "--target", multiple=True, metavar="ADDRESS", help="Only this cluster and what depends on it. May be repeated."
)

refresh_option = click.option(
    "--refresh/--no-refresh",
    "refresh",
    default=True,
    help="Ask the account; -refresh=false compares with what the state last observed.  [default: refresh]",
)

drift_target_option = click.option(
    "--target", multiple=True, metavar="ADDRESS", help="Only this cluster and what it depends on. May be repeated."
)


exclude_option = click.option(
    "--exclude",
    "excluded",
    multiple=True,
    metavar="ADDRESS",
    help="All but this cluster and what depends on it; a module stands for all that is in it. May be repeated.",
)


def refuse_both(targets: Sequence[str], excluded: Sequence[str]) -> None:
    """Refuse to limit a plan in two ways at once.

    Raises:
        UsageError: something is targeted, and something is excluded.
    """
    if targets and excluded:
        raise click.UsageError("A plan is limited in one way: give -target or -exclude.")


def _read_allowance(text: str) -> Allowance:
    try:
        return read_allowance(text)
    except ValueError as error:
        raise click.BadParameter(f"{text!r} allows nothing: {error}.", param_hint="-allow") from None


allow_option = click.option(
    "--allow",
    "allowed",
    multiple=True,
    metavar="KIND[:ADDRESS]@PLAN",
    callback=lambda _ctx, _param, texts: tuple(map(_read_allowance, texts)),
    help="Let this plan, and no other, exceed a limit of the guard, for a cluster or as a whole. May be repeated.",
)

new_state_option = click.option(
    "--allow-new-state",
    is_flag=True,
    help="Begin a new state although a backup beside it says that there was one.",
)

recreate_option = click.option(
    "--recreate-missing",
    is_flag=True,
    help="Let clusters be created again, without their data, that somebody has deleted outside of planner.",
)

replace_option = click.option(
    "--replace",
    multiple=True,
    metavar="ADDRESS",
    help="Delete this cluster with its data and create it anew. May be repeated.",
)
