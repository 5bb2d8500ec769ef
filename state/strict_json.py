"""Strict JSON: the text that our files are made of. Keys sorted, ASCII only, one spelling for one document.

Refuses what Python's reader lets through (NaN and Infinity, a key that stands twice, a number too large for a float)
and what a file of ours never holds (nesting beyond `DEEPEST`), each with ValueError and with no word of the content.
"""

import json
import re

from state.values import Json, Secret, Value, decode_object, encode_value

__all__ = ["DEEPEST", "lay_out", "read_json", "write_json"]

DEEPEST = 100
"""The deepest nesting that is written, so that whatever was written can be read, however deep the caller stands."""

_MARKED_KEY = re.compile(r'\$(?:secret|late)":')
"""What the text of a document holds if, and only if, one of its keys ends in a mark."""

_MARKS = ("$secret", "$late")


def _refuse(value: object) -> Json:
    if isinstance(value, Secret):
        raise _SecretMetError
    raise TypeError(f"a {type(value).__name__} is not a value of a state")


class _SecretMetError(Exception):
    """The document must be written the long way: as `encode_value` spells it."""


_encode = json.JSONEncoder(sort_keys=True, allow_nan=False, default=_refuse).encode


def write_json(value: Value) -> str:
    """Return `value` as compact JSON on one line, secrets as `encode_value` writes them.

    Raises:
        ValueError: it holds NaN or an infinite number, or is nested too deeply.
    """
    return lay_out(value, depth=0)


def lay_out(value: Value, *, depth: int, indent: str = "") -> str:
    """Return `value` as JSON whose outer `depth` levels of objects have one member a line; what is inside is compact.

    That makes a line of a diff say what changed, at a fraction of the price of indenting everything. An object in which
    a key looks like the mark of a secret or of a late value is compact at any level.

    Raises:
        ValueError: it holds NaN or an infinite number, or is nested too deeply.
    """
    if depth == 0 or not isinstance(value, dict) or not value or any(key.endswith(_MARKS) for key in value):
        return _write_compact(value)
    inner = indent + "  "
    members = [f"{_encode(key)}: {lay_out(value[key], depth=depth - 1, indent=inner)}" for key in sorted(value)]
    return f"{{\n{inner}" + f",\n{inner}".join(members) + f"\n{indent}}}"


def _write_compact(value: Value) -> str:
    if type(value) is int:
        return str(value)  # the encoder sets itself up for each call, unless it gets a string
    try:
        text = _encode(value)
        if len(text) > DEEPEST:
            _check_depth(value, text)
        if not _MARKED_KEY.search(text):
            return text
    except _SecretMetError:
        _check_depth(value)
    except RecursionError:
        raise _too_deep() from None
    return _encode(encode_value(value))


def _check_depth(value: Value, text: str = "") -> None:
    """Refuse a value nested too deeply; its `text`, where it is known, tells at once that it cannot be."""
    if text and text.count("{") + text.count("[") <= DEEPEST:
        return
    level: list[Value] = [value]
    for _ in range(DEEPEST + 1):
        level = [
            member
            for outer in level
            if isinstance(outer, dict | list)
            for member in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not level:
            return
    raise _too_deep()


def _too_deep() -> ValueError:
    return ValueError(f"it is nested more than {DEEPEST} levels deep")


def read_json(text: str) -> Value:
    """Return the document that `text` spells, with the secrets that `encode_value` wrote.

    Raises:
        ValueError: `text` is not JSON, or JSON that this module refuses.
    """
    read = _read_marked_object if _MARKED_KEY.search(text) else _read_object
    try:
        document: Value = json.loads(
            text, object_pairs_hook=read, parse_float=_read_float, parse_constant=_refuse_constant
        )
    except RecursionError:
        raise _too_deep() from None
    return document


def _read_object(pairs: list[tuple[str, Value]]) -> dict[str, Value]:
    document = dict(pairs)
    if len(document) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return document


def _read_marked_object(pairs: list[tuple[str, Value]]) -> Value:
    return decode_object(_read_object(pairs))


def _read_float(text: str) -> float:
    number = float(text)
    if number in {float("inf"), float("-inf")}:
        raise ValueError("a number is too large")
    return number


def _refuse_constant(name: str) -> Json:
    raise ValueError(f"{name} is not JSON")
