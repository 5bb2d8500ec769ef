"""Endpoints: `emulator:PATH?OPTION=VALUE&…`, the address of an account in a file.

Options are the fields of `Behaviour`, `seed`, and any number of `trouble`s. An unknown option is refused.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, get_args, get_type_hints
from urllib.parse import parse_qsl, unquote

from planner.emulator.behaviour import Behaviour
from planner.emulator.embedded import EMBEDDED

if TYPE_CHECKING:
    from planner.emulator.trouble import Trouble

__all__ = [
    "EmulatorEndpoint",
    "MalformedEndpointError",
    "change_behaviour",
    "is_emulator_endpoint",
    "parse_emulator_endpoint",
]

_SCHEME = "emulator:"
_WORDS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


class MalformedEndpointError(ValueError):
    """An endpoint that cannot be read; the message ends with what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmulatorEndpoint:
    """An account file and how the server over it behaves. A relative `path` is the caller's to resolve."""

    path: str
    behaviour: Behaviour = EMBEDDED
    seed: str | None = None
    troubles: "tuple[Trouble, ...]" = ()


def is_emulator_endpoint(text: str) -> bool:
    """Tell whether an endpoint names an emulated account rather than a server."""
    return text.startswith(_SCHEME)


def parse_emulator_endpoint(text: str) -> EmulatorEndpoint:
    """Return what `text` says; path and values may be percent-encoded.

    Raises:
        MalformedEndpointError: It is no such endpoint, or an option is unknown or malformed.
    """
    path, _, query = text.removeprefix(_SCHEME).partition("?")
    if not is_emulator_endpoint(text) or not path or "\0" in unquote(path):
        raise MalformedEndpointError(f"{text!r} names no account file. Write emulator:account.json.")
    options = parse_qsl(query, keep_blank_values=True, separator="&")
    settings = {name: value for name, value in options if name not in {"seed", "trouble"}}
    return EmulatorEndpoint(
        path=unquote(path),
        behaviour=change_behaviour(EMBEDDED, settings),
        seed=next((value for name, value in options if name == "seed"), None),
        troubles=tuple(_read_trouble(value) for name, value in options if name == "trouble"),
    )


def change_behaviour(behaviour: Behaviour, options: Mapping[str, str]) -> Behaviour:
    """Return `behaviour` with fields set from text: `true`/`false`, numbers, words, lists with commas.

    Raises:
        MalformedEndpointError: There is no such field, or the text is no value for it.
    """
    types = get_type_hints(Behaviour)
    known = [field.name for field in fields(Behaviour)]
    changes: dict[str, Any] = {}
    for name, value in options.items():
        if name not in known:
            raise _refuse_name(name, known)
        changes[name] = _read_value(name, types[name], value)
    return replace(behaviour, **changes)


def _refuse_name(name: str, known: list[str]) -> MalformedEndpointError:
    from difflib import get_close_matches  # noqa: PLC0415 - only a mistake needs it

    guess = get_close_matches(name, [*known, "seed", "trouble"], n=1)
    hint = f"Did you mean {guess[0]!r}?" if guess else f"Known are {', '.join(sorted(known))}, seed, trouble."
    return MalformedEndpointError(f"The emulator has no option {name!r}. {hint}")


def _read_value(name: str, kind: Any, text: str) -> object:  # noqa: ANN401 - the type of a field, of any form
    if kind is bool:
        return _choose(name, _WORDS, text)
    if kind is str:
        return text
    if kind is float:
        return _read_seconds(name, text)
    if kind is int:
        return _read_count(name, text, least=0)
    if kind == int | None:
        return None if text == "none" else _read_count(name, text, least=1)
    if kind == tuple[str, ...]:
        return tuple(part for part in text.split(",") if part)
    return _choose(name, {word: word for word in get_args(kind)}, text)


def _choose(name: str, words: Mapping[str, Any], text: str) -> object:
    if text not in words:
        raise _refuse_value(name, text, f"one of {', '.join(words)}")
    return words[text]


def _read_seconds(name: str, text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not (math.isfinite(seconds) and seconds >= 0):
        raise _refuse_value(name, text, "a number of seconds, such as 2 or 0.5")
    return seconds


def _read_count(name: str, text: str, *, least: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) >= least):
        raise _refuse_value(name, text, f"a whole number, {least} or more{', or none' if least else ''}")
    return int(text)


def _refuse_value(name: str, text: str, wanted: str) -> MalformedEndpointError:
    return MalformedEndpointError(f"The emulator's option {name!r} cannot be {text!r}. Write {wanted}.")


def _read_trouble(text: str) -> "Trouble":
    from planner.emulator.scripting import (  # noqa: PLC0415 - loaded only where there are troubles
        MalformedTroubleError,
        parse_trouble,
    )

    try:
        return parse_trouble(text)
    except MalformedTroubleError as error:
        raise MalformedEndpointError(f"The emulator's option 'trouble' cannot be read: {error}.") from None
