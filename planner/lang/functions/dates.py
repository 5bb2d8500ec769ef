"""The functions of dates and times, which are strings as RFC 3339 writes them; formats are made of letters.

The time of day is only had from the environment, and what is made of it bears a mark. Refuses times that do not exist.
"""

import re
from collections.abc import Callable, Sequence

from planner.lang.functions.arguments import write_text
from planner.lang.functions.signature import Environment, Example, Function, FunctionError, Parameter
from planner.lang.functions.timestamps import (
    Timestamp,
    add_duration,
    format_offset,
    format_timestamp,
    parse_duration,
    parse_timestamp,
)
from planner.lang.types import NUMBER, STRING, Type
from planner.lang.values import Value, make_int, make_text, text_of

__all__ = ["FUNCTIONS"]

_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_TOKEN = re.compile(r"''|'(?:[^']|'')*'(?!')|'(?:[^']|'')*|(?P<verb>(?P<letter>[A-Za-z])(?P=letter)*)|[^'A-Za-z]+")


def _name(names: Sequence[str], index: int) -> dict[int, str]:
    """Return a name by the length of the verb: three letters of it, or all."""
    return {3: names[index][:3], 4: names[index]}


def _number(value: int) -> dict[int, str]:
    """Return a number by the length of the verb: as it is, or with two digits."""
    return {1: str(value), 2: f"{value:02}"}


def _zone(moment: Timestamp) -> dict[int, str]:
    short, long = format_offset(moment.offset, ""), format_offset(moment.offset, ":")
    return {1: long if moment.offset else "Z", 3: short if moment.offset else "UTC", 4: short, 5: long}


_VERBS: dict[str, Callable[[Timestamp], dict[int, str]]] = {
    "Y": lambda moment: {2: f"{moment.year % 100:02}", 4: f"{moment.year:04}"},
    "M": lambda moment: _number(moment.month) | _name(_MONTHS, moment.month - 1),
    "D": lambda moment: _number(moment.day),
    "E": lambda moment: _name(_DAYS, moment.weekday),
    "h": lambda moment: _number(moment.clock[0]),
    "H": lambda moment: _number(moment.clock[0] % 12 or 12),
    "A": lambda moment: {2: "PM" if moment.clock[0] >= 12 else "AM"},
    "a": lambda moment: {2: "pm" if moment.clock[0] >= 12 else "am"},
    "m": lambda moment: _number(moment.clock[1]),
    "s": lambda moment: _number(moment.clock[2]),
    "Z": _zone,
}
"""What a letter stands for, by how often it is written."""


def _formatdate(arguments: Sequence[Value], _type: Type, _environment: Environment) -> Value:
    text, moment = text_of(arguments[0]), _read_time(arguments[1], 1)
    return write_text("".join([_format_token(token, moment) for token in _TOKEN.finditer(text)]))


def _format_token(token: re.Match[str], moment: Timestamp) -> str:
    text = token[0]
    if text == "''":
        return "'"
    if text.startswith("'"):
        if len(text) == 1 or not text.endswith("'"):
            raise FunctionError("a ' in the format begins a text that does not end; write '' for one of its own", 0)
        return text[1:-1].replace("''", "'")
    return _format_verb(text, token["letter"], moment) if token["verb"] else text


def _format_verb(verb: str, letter: str, moment: Timestamp) -> str:
    describe = _VERBS.get(letter)
    if describe is None:
        raise FunctionError(f"{letter} stands for nothing in a format; put text in '…'", 0)
    forms = describe(moment)
    if len(verb) not in forms:
        known = " or ".join(letter * count for count in forms)
        shown = verb if len(verb) < 10 else f"{verb[:10]}…"
        raise FunctionError(f"{shown} stands for nothing in a format; write {known}", 0)
    return forms[len(verb)]


def _read_time(value: Value, argument: int | None, form: str = "strict") -> Timestamp:
    try:
        return parse_timestamp(text_of(value), form)
    except ValueError as error:
        raise FunctionError(str(error), argument) from None


def _timeadd(arguments: Sequence[Value], _type: Type, _environment: Environment) -> Value:
    moment = _read_time(arguments[0], None)
    try:
        duration = parse_duration(text_of(arguments[1]))
    except ValueError as error:
        raise FunctionError(str(error)) from None
    return make_text(format_timestamp(add_duration(moment, duration)))


def _timecmp(arguments: Sequence[Value], _type: Type, _environment: Environment) -> Value:
    one, other = (_read_time(argument, at, "loose") for at, argument in enumerate(arguments))
    left, right = (one.seconds, one.nanoseconds), (other.seconds, other.nanoseconds)
    return make_int((left > right) - (left < right))


def _now(_arguments: Sequence[Value], _type: Type, environment: Environment) -> Value:
    return make_text(environment.now())


FUNCTIONS = (
    Function(
        name="formatdate",
        summary="Writes a time in another form.",
        parameters=(Parameter(name="format", type=STRING), Parameter(name="time", type=STRING)),
        returns=STRING,
        compute=_formatdate,
        examples=(
            Example(
                expression='formatdate("EEE, DD MMM YYYY hh:mm ZZZ", "2018-01-02T23:12:01Z")',
                result='"Tue, 02 Jan 2018 23:12 UTC"',
            ),
            Example(expression="""formatdate("H 'o''clock' AA", "2018-01-02T23:12:01Z")""", result='"11 o\'clock PM"'),
        ),
    ),
    Function(
        name="plantimestamp",
        summary="Gives the time of this run; nothing of it can be in a cluster.",
        returns=STRING,
        compute=_now,
        examples=(Example(expression="timecmp(plantimestamp(), timestamp())", result="0"),),
        is_volatile=True,
    ),
    Function(
        name="timeadd",
        summary="Gives the time that is a duration later, or earlier where that is negative.",
        parameters=(Parameter(name="timestamp", type=STRING), Parameter(name="duration", type=STRING)),
        returns=STRING,
        compute=_timeadd,
        examples=(Example(expression='timeadd("2024-02-28T12:00:00Z", "36h")', result='"2024-03-01T00:00:00Z"'),),
    ),
    Function(
        name="timecmp",
        summary="Compares two times: -1 if the first is earlier, 1 if it is later, else 0.",
        parameters=(Parameter(name="timestamp_a", type=STRING), Parameter(name="timestamp_b", type=STRING)),
        returns=NUMBER,
        compute=_timecmp,
        examples=(Example(expression='timecmp("2024-01-01T00:00:00Z", "2024-01-01T01:00:00+01:00")', result="0"),),
    ),
    Function(
        name="timestamp",
        summary="Gives the time of this run; nothing of it can be in a cluster.",
        returns=STRING,
        compute=_now,
        examples=(Example(expression='timecmp(timestamp(), "2020-01-01T00:00:00Z")', result="1"),),
        is_volatile=True,
    ),
)
