"""The language of formats: `%`, flags, a width, a precision, the number of an argument, and a letter.

Refuses what it does not know, with the place where it stands.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from planner.lang.functions.arguments import TEXT_LIMIT
from planner.lang.functions.signature import FunctionError, TooLargeError

__all__ = ["Verb", "parse_format"]

_VERB = re.compile(
    r"%(?P<flags>[-+# 0]*)(?P<width>[1-9][0-9]*)?(?P<point>\.(?P<precision>[0-9]*))?"
    r"(?:\[(?P<argument>[1-9][0-9]*)\])?(?P<letter>[a-zA-Z])"
)
_BEGINNING = re.compile(r"%[-+# 0]*(?:[1-9][0-9]*)?(?:\.[0-9]*)?(?:\[(?:[1-9][0-9]*\]?)?)?")
_LETTERS = "vtbdoxXeEfgGsq"
_LARGEST = 9
"""How many digits a width, a precision or the number of an argument may have."""


@dataclass(frozen=True, slots=True)
class Verb:
    """One place to fill: `argument` counts from 0; `width` and `precision` are None where they are not given."""

    text: str
    flags: str
    width: int | None
    precision: int | None
    argument: int
    letter: str


@lru_cache(maxsize=256)
def parse_format(text: str) -> tuple[tuple[str | Verb, ...], FunctionError | None]:
    """Return the pieces of `text`, and the mistake at which reading them ended.

    What comes before a mistake is given too: a wrong argument there is reported first.
    """
    pieces: list[str | Verb] = []
    try:
        pieces.extend(_read(text))
    except FunctionError as error:
        return tuple(pieces), error
    return tuple(pieces), None


def _read(text: str) -> Iterator[str | Verb]:
    at, following = 0, 0
    while at < len(text):
        end = text.find("%", at)
        if end != at:
            end = len(text) if end < 0 else end
            yield text[at:end]
            at = end
        elif text.startswith("%%", at):
            yield "%"
            at += 2
        else:
            verb = _read_verb(text, at, following)
            yield verb
            at, following = at + len(verb.text), verb.argument + 1


def _read_verb(text: str, at: int, following: int) -> Verb:
    found = _VERB.match(text, at)
    if found is None:
        raise _explain(text, at)
    if found["letter"] not in _LETTERS:
        raise FunctionError(f'"{found[0]}" at position {at} has no known letter; use one of {" ".join(_LETTERS)}')
    for digits in (found["width"], found["precision"], found["argument"]):
        if digits and (len(digits) > _LARGEST or int(digits) > TEXT_LIMIT):
            # Unlike other mistakes this one is told even of a sensitive format, and so does not quote it.
            raise TooLargeError(f"a number in the format is above {TEXT_LIMIT:,}; give a smaller one")
    return Verb(
        text=found[0],
        flags=found["flags"],
        width=int(found["width"]) if found["width"] else None,
        precision=int(found["precision"] or 0) if found["point"] else None,
        argument=int(found["argument"]) - 1 if found["argument"] else following,
        letter=found["letter"],
    )


def _explain(text: str, at: int) -> FunctionError:
    beginning = _BEGINNING.match(text, at)
    end = beginning.end() if beginning else at + 1
    if end >= len(text):
        return FunctionError(f'the format ends within "{text[at:]}"; write %% for a percent sign')
    return FunctionError(f'"{text[end]}" at position {end} has no meaning in a format; write %% for a percent sign')
