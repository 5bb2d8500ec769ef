"""Values: what an expression comes to.

Numbers are exact; strings are in Unicode's form NFC; sequences are tuples and objects are mappings, never changed once
made. `Sensitive` stands around what must not be shown, and `UNKNOWN` where there is no value yet, or never will be
because of a mistake that has been reported.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import TypeAlias

from planner.model.paths import Path
from state.values import Json

__all__ = [
    "UNKNOWN",
    "LangValue",
    "Sensitive",
    "Unknown",
    "describe_kind",
    "find_sensitive",
    "format_number",
    "from_json",
    "has_unknown",
    "reveal",
    "to_bool",
    "to_json",
    "to_number",
    "to_text",
]


_BOOLS = {"true": True, "1": True, "false": False, "0": False}
_NUMBER = re.compile(r"-?[0-9]{1,2000}(?:\.[0-9]{1,2000})?(?:[eE][+-]?[0-9]{1,3})?", re.ASCII)


class Unknown(Enum):
    """The place of a value that is not known."""

    UNKNOWN = "unknown"


UNKNOWN = Unknown.UNKNOWN


@dataclass(frozen=True, slots=True)
class Sensitive:
    """A value that must not be shown; whatever is made of it is sensitive too."""

    value: "LangValue"

    def __repr__(self) -> str:
        return "(sensitive value)"


LangValue: TypeAlias = (
    "bool | Decimal | str | tuple[LangValue, ...] | Mapping[str, LangValue] | Sensitive | Unknown | None"
)


def format_number(number: Decimal) -> str:
    """Return `number` in full, without exponent and trailing zeros, as Terraform writes it into a string."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text


def to_text(value: LangValue) -> str | None:
    """Return the primitive `value` as a string, or None where it has no such form (null has none)."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case Decimal():
            return format_number(value)
        case _:
            return None


def to_number(value: LangValue) -> Decimal | None:
    """Return the primitive `value` as a number, or None where it has no such form."""
    match value:
        case Decimal():
            return value
        case str() if _NUMBER.fullmatch(value):
            return Decimal(value)
        case _:
            return None


def to_bool(value: LangValue) -> bool | None:
    """Return the primitive `value` as a bool, or None where it has no such form; `"1"` and `"0"` have."""
    match value:
        case bool():
            return value
        case str():
            return _BOOLS.get(value)
        case _:
            return None


def describe_kind(value: LangValue) -> str:
    """Return the word for the kind of `value`: `string`, `number`, `bool`, `tuple`, `object`, `null` or `unknown`."""
    match value:
        case Sensitive(value=inner):
            return describe_kind(inner)
        case None:
            return "null"
        case bool():
            return "bool"
        case Decimal():
            return "number"
        case str():
            return "string"
        case tuple():
            return "tuple"
        case Unknown():
            return "unknown"
        case _:
            return "object"


def find_sensitive(value: LangValue) -> frozenset[Path]:
    """Return where in `value` sensitive values stand; the empty path is the whole of it."""
    match value:
        case Sensitive():
            return frozenset({()})
        case tuple():
            return frozenset((at, *path) for at, item in enumerate(value) for path in find_sensitive(item))
        case Mapping():
            return frozenset((key, *path) for key, item in value.items() for path in find_sensitive(item))
        case _:
            return frozenset()


def reveal(value: LangValue) -> LangValue:
    """Return `value` without the marks of what is sensitive in it."""
    match value:
        case Sensitive(value=inner):
            return reveal(inner)
        case tuple():
            return tuple(map(reveal, value))
        case Mapping():
            return {key: reveal(item) for key, item in value.items()}
        case _:
            return value


def has_unknown(value: LangValue) -> bool:
    """Tell whether anything in `value` is not known."""
    match value:
        case Sensitive(value=inner):
            return has_unknown(inner)
        case tuple():
            return any(map(has_unknown, value))
        case Mapping():
            return any(map(has_unknown, value.values()))
        case _:
            return value is UNKNOWN


def to_json(value: LangValue) -> Json:
    """Return `value` as JSON: whole numbers as `int`, others as the nearest `float`; marks are left out.

    Raises:
        ValueError: something in it is not known.
    """
    match value:
        case None | bool() | str():
            return value
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case tuple():
            return [to_json(item) for item in value]
        case Sensitive(value=inner):
            return to_json(inner)
        case Unknown():
            raise ValueError("a value that is not known cannot be written as JSON")
        case _:
            return {key: to_json(item) for key, item in value.items()}


def from_json(document: Json) -> LangValue:
    """Return the value that the JSON `document` stands for."""
    match document:
        case bool() | str() | None:
            return document
        case int() | float():
            return Decimal(repr(document))
        case list():
            return tuple(map(from_json, document))
        case dict():
            return {key: from_json(item) for key, item in document.items()}
