"""Completion: what a shell offers after Tab. Loaded only while one asks; touches neither the network nor a lock.

Click does the work; here options are also completed with one dash, as Terraform's users type them, and addresses and
files where an option takes one.
"""

import json
import os
import re
import shlex
from collections.abc import Sequence
from pathlib import Path

import click
from click.shell_completion import (
    BashComplete,
    CompletionItem,
    FishComplete,
    ShellComplete,
    ZshComplete,
    _resolve_context,
    _resolve_incomplete,
    add_completion_class,
)

__all__ = ["SHELLS", "register", "write_script"]

_SINGLE = re.compile(r"-[A-Za-z][A-Za-z-]*(=.*)?", re.DOTALL)
_FILES = re.compile(r"FILE|PATH|PLAN|SCRIPT")
_DIRECTORIES = re.compile(r"\bDIR\b")
_ADDRESS = re.compile(r"ADDRESS")
_STATE = "planner.state.json"
_LARGEST = 16 * 2**20


class _Lenient(ShellComplete):
    """Completes what may be written with one dash, too."""

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem]:
        """Return what may come at the place of `incomplete`, after `args`; of a line that is wrong, nothing."""
        try:
            return self._complete(args, incomplete)
        except click.ClickException:
            return []

    def _complete(self, args: list[str], incomplete: str) -> list[CompletionItem]:
        given = [f"-{word}" if len(word) > 2 and _SINGLE.fullmatch(word) else word for word in args]
        is_single = len(incomplete) > 1 and _SINGLE.fullmatch(incomplete) is not None
        items = super().get_completions(given, f"-{incomplete}" if is_single else incomplete)
        items = items or self._complete_value(given, incomplete)
        return [_shorten(item) if is_single else item for item in items]

    def _complete_value(self, args: list[str], incomplete: str) -> list[CompletionItem]:
        """Return what an option or argument takes that is told by what the help calls it."""
        context = _resolve_context(self.cli, self.ctx_args, self.prog_name, args)
        param, incomplete = _resolve_incomplete(context, args, incomplete)
        metavar = param.metavar if isinstance(param, click.Parameter) and param.metavar else ""
        if isinstance(param, click.Argument) and not metavar:
            metavar = (param.name or "").upper()
        if _ADDRESS.search(metavar):
            return [CompletionItem(one) for one in _list_addresses(context) if one.startswith(incomplete)]
        if _DIRECTORIES.search(metavar):
            return [CompletionItem(incomplete, type="dir")]
        return [CompletionItem(incomplete, type="file")] if _FILES.search(metavar) else []


class _Bash(_Lenient, BashComplete):
    """Bash."""

    def source(self) -> str:
        """Return the script; click would start a bash first, to see how old it is."""
        return ShellComplete.source(self)

    def format_completion(self, item: CompletionItem) -> str:
        """Return the item quoted, which bash does not do by itself: the quotes of a key are a part of an address."""
        value = item.value if item.type != "plain" else shlex.quote(item.value)
        return super().format_completion(CompletionItem(value, type=item.type, help=item.help))


class _Zsh(_Lenient, ZshComplete):
    """Zsh."""


class _Fish(_Lenient, FishComplete):
    """Fish."""


SHELLS: dict[str, type[ShellComplete]] = {"bash": _Bash, "zsh": _Zsh, "fish": _Fish}


def register() -> None:
    """Let click know of our shells."""
    for name, shell in SHELLS.items():
        add_completion_class(shell, name)


def write_script(cli: click.Command, shell: str) -> str:
    """Return what a shell reads to know of our completions."""
    return SHELLS[shell](cli, {}, "planner", "_PLANNER_COMPLETE").source()


def _shorten(item: CompletionItem) -> CompletionItem:
    value = item.value.removeprefix("-") if str(item.value).startswith("--") else item.value
    return CompletionItem(value, type=item.type, help=item.help)


def _list_addresses(context: click.Context) -> Sequence[str]:
    """Return the addresses in the local state of the directory that is meant, as far as they can be read quickly."""
    directory = context.params.get("directory") or context.find_root().params.get("directory") or "."
    path = Path(os.fspath(directory)) / _STATE
    try:
        if path.stat().st_size > _LARGEST:
            return ()
        records = json.loads(path.read_bytes())["records"]
        return sorted(records)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return ()
