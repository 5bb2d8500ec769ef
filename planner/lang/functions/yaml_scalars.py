"""Scalars of YAML to values: which words are bools, numbers, null or times, as Terraform's YAML has it.

That is mostly YAML 1.1: `yes` is true, but `012` is twelve. Refuses tags that stand for no type, and not-a-number.
"""

import re

from planner.lang.conversion import ConversionError, convert
from planner.lang.functions.encoding import decode_base64
from planner.lang.functions.signature import FunctionError
from planner.lang.functions.timestamps import format_timestamp, parse_timestamp
from planner.lang.number import INFINITY, NEGATIVE_INFINITY, from_int, parse_number
from planner.lang.quoting import quote
from planner.lang.templates import normalize
from planner.lang.types import NUMBER
from planner.lang.values import FALSE, NULL, TRUE, Value, make_number, make_text

__all__ = ["resolve_scalar"]

_TAG = "tag:yaml.org,2002:"
_TAGS = frozenset({"", *(f"{_TAG}{name}" for name in ("str", "bool", "int", "float", "null", "timestamp", "binary"))})

_BOOLS = {
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), TRUE),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), FALSE),
}
_WORDS = {
    **_BOOLS,
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), NULL),
    **dict.fromkeys(
        (f"{sign}{word}" for sign in ("", "+") for word in (".inf", ".Inf", ".INF")), make_number(INFINITY)
    ),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), make_number(NEGATIVE_INFINITY)),
}
_NOT_NUMBERS = frozenset({".nan", ".NaN", ".NAN"})
_BEGINNINGS = frozenset("yYnNtTfFoO~+-.0123456789")
"""With what a plain scalar begins that may be something else than a string."""
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_PREFIXED = re.compile(r"[-+]?0(?:[xX][0-9a-fA-F]{1,20}|[oO][0-7]{1,30}|[bB][01]{1,70})")
_SHOWN = 60
"""Up to how many characters of a scalar a message shows."""


def resolve_scalar(text: str, tag: str, *, is_quoted: bool) -> Value:
    """Return what a scalar is whose tag is `tag`, written out, or empty where it has none.

    Raises:
        FunctionError: it is not what its tag says.
    """
    if tag not in _TAGS:
        raise FunctionError(f"the tag {_show(tag)} stands for no type that there is here")
    kind = tag.removeprefix(_TAG)
    if kind not in {"str", "binary"} and (not text or text[0] in _BEGINNINGS):
        if is_quoted:
            return make_text(normalize(text))
        if text in _WORDS:
            return _WORDS[text]
        if not kind and text in _NOT_NUMBERS:
            raise FunctionError(f"{text} is not a number, and there is no such value here")
        found = _read_plain(text, kind)
        if found is not None:
            return found
    return _read_tagged(text, kind)


def _read_plain(text: str, kind: str) -> Value | None:
    """Return the time or the number that a plain scalar is, None where it is neither."""
    if text[0] == ".":
        return _read_number(text)
    if text[0] not in "+-0123456789":
        return None
    moment = _read_time(text) if kind in {"", "timestamp"} else None
    if moment is not None:
        return moment
    return _read_tagged(text, "int") if _INTEGER.fullmatch(text) or _FLOAT.fullmatch(text) else None


def _read_tagged(text: str, kind: str) -> Value:
    found: Value | None
    match kind:
        case "" | "str":
            found = make_text(normalize(text))
        case "binary":
            found = None if decode_base64(text) is None else make_text(normalize(text))
        case "bool":
            found = _BOOLS.get(text)
        case "null":
            found = NULL
        case "timestamp":
            found = _read_time(text)
        case _:
            bare = text.replace("_", "")
            found = _read_number(bare) or _read_prefixed(bare)
    if found is None:
        raise FunctionError(f"{_show(text)} is not of the type {kind}, as its tag or its form says")
    return found


def _read_number(text: str) -> Value | None:
    number = parse_number(text)
    if number is not None:
        return make_number(number)
    try:
        return convert(make_text(text), NUMBER)
    except ConversionError:
        return None


def _read_prefixed(text: str) -> Value | None:
    """Return the whole number that `text` spells in hexadecimal, octal or binary; it has at most 64 bits."""
    if _PREFIXED.fullmatch(text) is None:
        return None
    number = int(text, 0)
    return make_number(from_int(number)) if -(2**63) <= number < 2**64 else None


def _read_time(text: str) -> Value | None:
    try:
        return make_text(format_timestamp(parse_timestamp(text, "yaml")))
    except ValueError:
        return None


def _show(text: str) -> str:
    return quote(text) if len(text) <= _SHOWN else f"{quote(text[:_SHOWN])}…"
