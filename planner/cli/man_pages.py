"""Manual pages, made from the same commands and options that the help is made from, so that none can be forgotten.

The format is man(7)'s roff. Every text is escaped for it: no line of ours begins with a control character by chance.
"""

import re
from collections.abc import Iterator
from typing import Any

import click

from planner import __version__
from planner.model.diagnostics import ExitCode

__all__ = ["list_pages"]

_ENDS = {
    ExitCode.DONE: "Done, or nothing to do.",
    ExitCode.ERROR: "An error.",
    ExitCode.CHANGES_PRESENT: "Changes are present (with -detailed-exitcode), or for drift drift is.",
    ExitCode.INVALID_CONFIGURATION: "The configuration is invalid, or for fmt -check in another style.",
    ExitCode.API_FAILED: "The API refused, or could not be reached.",
    ExitCode.REFUSED: "A guard, a protection or a postcondition refused.",
    ExitCode.STALE_PLAN: "The plan is stale, not the approved one, or not as it was saved.",
    ExitCode.LOCKED: "The state is locked.",
    ExitCode.APPLIED_IN_PART: "Applied in part.",
    ExitCode.INTERRUPTED: "Interrupted; what was under way is recorded.",
    ExitCode.TERMINATED: "Terminated; likewise.",
}


def list_pages(cli: click.Group) -> Iterator[tuple[str, str]]:
    """Yield the name of each page, as planner-plan.1, and its text."""
    root = click.Context(cli, info_name="planner", **cli.context_settings)
    yield from _list_below(root, "planner")


def _list_below(context: click.Context, name: str) -> Iterator[tuple[str, str]]:
    command = context.command
    yield f"{name.replace(' ', '-')}.1", _write_page(context, name)
    if isinstance(command, click.Group):
        for inner in command.list_commands(context):
            found = command.get_command(context, inner)
            if found is not None and not found.hidden:
                yield from _list_below(click.Context(found, info_name=inner, parent=context), f"{name} {inner}")


def _write_page(context: click.Context, name: str) -> str:
    command = context.command
    title = name.replace(" ", "-")
    text = _clean(command.help or "")
    first, _, _ = text.partition(". ")
    lines = [
        f'.TH "{_escape(title.upper())}" "1" "" "planner {_escape(__version__)}" "planner"',
        ".SH NAME",
        f"{_escape(title)} \\- {_escape(first.rstrip('.').partition(chr(10))[0])}",
        ".SH SYNOPSIS",
        f".B {_escape(name)}",
        _guard(" ".join(command.collect_usage_pieces(context))),
        ".SH DESCRIPTION",
        *_write_text(text),
        *_write_options(context),
        *_write_commands(context, title),
        ".SH EXIT STATUS",
        *(line for code, what in _ENDS.items() for line in (".TP", f".B {int(code)}", _guard(what))),
    ]
    return "\n".join(lines) + "\n"


def _write_text(text: str) -> Iterator[str]:
    for number, paragraph in enumerate(text.split("\n\n")):
        if number:
            yield ".PP"
        is_verbatim = paragraph.startswith(("\b", "  "))
        if is_verbatim:
            yield ".nf"
        yield from (_guard(line.rstrip()) for line in paragraph.strip("\b\n").split("\n"))
        if is_verbatim:
            yield ".fi"


def _write_options(context: click.Context) -> Iterator[str]:
    options = [one for one in context.command.get_params(context) if isinstance(one, click.Option) and not one.hidden]
    if options:
        yield ".SH OPTIONS"
    for option in options:
        record = option.get_help_record(context)
        if record is not None:
            names, what = record
            yield ".TP"
            yield f".B {_escape(names)}"
            yield _guard(" ".join(what.split()) or "No more is to be said.")


def _write_commands(context: click.Context, title: str) -> Iterator[str]:
    command: Any = context.command
    if not isinstance(command, click.Group):
        return
    yield ".SH COMMANDS"
    for name in command.list_commands(context):
        found = command.get_command(context, name)
        if found is not None and not found.hidden:
            yield ".TP"
            yield f".BR {_escape(f'{title}-{name}')} (1)"
            yield _guard(found.get_short_help_str(limit=200))


def _clean(text: str) -> str:
    """Return the text of a docstring without its indentation."""
    return "\n".join(line.strip() if not line.startswith("      ") else line for line in text.split("\n")).strip()


def _escape(text: str) -> str:
    return re.sub(r"[^\x20-\x7e]", _name, text.replace("\\", "\\e").replace("-", "\\-"))


def _name(found: re.Match[str]) -> str:
    return f"\\[u{ord(found[0]):04X}]"


def _guard(text: str) -> str:
    """Return a line of text that is none of roff's commands."""
    escaped = _escape(text)
    return f"\\&{escaped}" if escaped.startswith((".", "'")) else escaped
