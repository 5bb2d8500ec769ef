"""Meanings: what texts say in whose place another spelling says the same, each by its own small grammar.

A text has one canonical spelling; texts of one meaning are the same if their canonical spellings are. What a grammar
does not know has none and is compared as it stands: rather a change too many than one that nobody sees.
"""

import json
import re
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any, Literal, TypeAlias, assert_never

from schemas.jvm_options import canonicalise_options, canonicalise_options_list

__all__ = ["Meaning", "canonicalise", "measure"]

Meaning: TypeAlias = Literal[
    "boolean",
    "document",
    "duration",
    "integer",
    "json",
    "jvm-options",
    "jvm-options-list",
    "locations",
    "number",
    "size",
]
"""What a text means:

- `boolean`: true or false, as Jackson reads them from a text.
- `document`: a text holding YAML or JSON, which is read elsewhere.
- `duration`: an ISO 8601 period. A month is no number of days, and a day no number of hours.
- `integer`, `number`: a number, the latter with a fraction.
- `json`: a JSON array or object; the order of an object's members means nothing.
- `jvm-options`: options of a JVM, separated by white space. `jvm-options-list`: the same, as a JSON array.
- `locations`: a JSON array of objects in which `maxSize` is a size.
- `size`: a number of bytes with one of Druid's units: `k` is 1000 and `kib` is 1024, letters in either case.
"""

_LONG = 2**63
"""Druid keeps sizes in 64 bits, and refuses larger ones."""
_SIZE = re.compile(r"([0-9]{1,19})(?:([kmgtp])(ib)?)?", re.ASCII | re.IGNORECASE)
_POWERS = {"k": 1, "m": 2, "g": 3, "t": 4, "p": 5}
_DURATION = re.compile(
    r"P(?=.)(?:([0-9]{1,9})Y)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9})W)?(?:([0-9]{1,9})D)?"
    r"(?:T(?=.)(?:([0-9]{1,9})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9})(?:\.([0-9]{1,3}))?S)?)?",
    re.ASCII | re.IGNORECASE,
)
_INTEGER = re.compile(r"-?[0-9]{1,19}", re.ASCII)
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,39})(?:\.[0-9]{1,40})?(?:[eE][+-]?[0-9]{1,2})?", re.ASCII)
_BOOLEANS = {"true": "true", "True": "true", "false": "false", "False": "false"}
_BLANK = " \t\r\n"


def canonicalise(meaning: Meaning, text: str) -> str | None:
    """Return the canonical spelling of `text`, or None where it does not say what it should.

    The canonical spelling of a canonical spelling is itself.
    """
    match meaning:
        case "boolean":
            return _BOOLEANS.get(text.strip(_BLANK))
        case "duration":
            return _canonicalise_duration(text)
        case "integer":
            return str(int(text)) if _INTEGER.fullmatch(text.strip(_BLANK)) else None
        case "number":
            return _canonicalise_number(text.strip(_BLANK))
        case "size":
            size = _read_size(text)
            return None if size is None else str(size)
        case "json":
            return _canonicalise_json(text, sizes=frozenset())
        case "locations":
            return _canonicalise_json(text, sizes=frozenset({"maxSize"}))
        case "jvm-options":
            return canonicalise_options(text)
        case "jvm-options-list":
            return canonicalise_options_list(text)
        case "document":
            return None
        case _:
            assert_never(meaning)


def measure(meaning: Meaning, text: str) -> Fraction | None:
    """Return how much a text says, in a unit of its own; None where it is no amount, or not all of it is one.

    Good for telling people by how much an amount changes, and for nothing else: here a day has 24 hours.
    """
    match meaning:
        case "size":
            size = _read_size(text)
            return None if size is None else Fraction(size)
        case "duration":
            parts = _read_duration(text)
            return None if parts is None or parts[0] else Fraction(parts[1] * 86_400_000 + parts[2])
        case "integer" | "number":
            spelled = canonicalise(meaning, text)
            return None if spelled is None else Fraction(spelled)
        case _:
            return None


def _read_size(text: str) -> int | None:
    match = _SIZE.fullmatch(text.strip(_BLANK))
    if match is None:
        return None
    digits, unit, binary = match.groups()
    base = (1024 if binary else 1000) ** _POWERS[unit.lower()] if unit else 1
    size = int(digits) * base
    # Druid takes no nothing with a unit: it looks like an overflow to it.
    return size if size < _LONG and (base == 1 or size) else None


def _read_duration(text: str) -> tuple[int, int, int] | None:
    """Return the months, the days and the milliseconds of a period."""
    match = _DURATION.fullmatch(text.strip(_BLANK))
    if match is None:
        return None
    years, months, weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups()[:7])
    milliseconds = int((match[8] or "").ljust(3, "0"))
    return years * 12 + months, weeks * 7 + days, ((hours * 60 + minutes) * 60 + seconds) * 1000 + milliseconds


def _canonicalise_duration(text: str) -> str | None:
    parts = _read_duration(text)
    if parts is None:
        return None
    months, days, milliseconds = parts
    seconds, rest = divmod(milliseconds, 1000)
    date = f"{f'{months}M' if months else ''}{f'{days}D' if days else ''}"
    fraction = f".{rest:03}" if rest else ""
    time = f"T{seconds}{fraction}S" if milliseconds or not date else ""
    return f"P{date}{time}"


def _canonicalise_number(text: str) -> str | None:
    if not _NUMBER.fullmatch(text):
        return None
    digits = format(Decimal(text), "f")
    digits = digits.rstrip("0").rstrip(".") if "." in digits else digits
    return "0" if digits == "-0" else digits


def _canonicalise_json(text: str, *, sizes: frozenset[str]) -> str | None:
    try:
        document = json.loads(
            text, parse_int=_Literal, parse_float=_Literal, parse_constant=_refuse, object_pairs_hook=_read_object
        )
        return _write_json(document, sizes) if isinstance(document, dict | list) else None
    except (ValueError, RecursionError, InvalidOperation):
        return None


class _Literal(str):
    """A number as it is written."""

    __slots__ = ()


def _refuse(name: str) -> Any:  # noqa: ANN401 - it returns nothing
    raise ValueError(f"{name} is no JSON")


def _read_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member is there twice")
    return members


def _write_json(value: Any, sizes: frozenset[str]) -> str:  # noqa: ANN401 - any JSON value
    match value:
        case dict():
            members = (f"{json.dumps(name)}:{_write_member(name, value[name], sizes)}" for name in sorted(value))
            return "{" + ",".join(members) + "}"
        case list():
            return "[" + ",".join(_write_json(item, sizes) for item in value) + "]"
        case _Literal():
            return _canonicalise_number(value) or str(value)
        case _:
            return json.dumps(value)


def _write_member(name: str, value: Any, sizes: frozenset[str]) -> str:  # noqa: ANN401 - any JSON value
    if name in sizes and isinstance(value, str):
        size = _read_size(value)
        return _write_json(value, sizes) if size is None else str(size)
    return _write_json(value, sizes)
