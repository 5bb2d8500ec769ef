"""Values and JSON: what a JSON document is as a value, and which document a value is written as.

Arrays are tuples, objects are objects, numbers are exact, and null has no type. Marks are not looked at here. Refuses,
with `ValueError`, what is unknown, infinite or not JSON; the text of the error never quotes a value.
"""

import json
import re
from collections.abc import Mapping
from typing import Any, NoReturn
from unicodedata import normalize

from planner.lang.conversion import ConversionError, convert
from planner.lang.number import PRECISION, Number, format_number, from_int, parse_number, to_float, to_int
from planner.lang.values import (
    NULL,
    Nothing,
    Value,
    list_members,
    make_bool,
    make_number,
    make_object,
    make_text,
    make_tuple,
)
from state.values import Json

__all__ = ["encode_json", "from_json", "parse_json_value", "to_json"]

_LARGEST_WHOLE = 13_300
"""How many bits a whole number may have: 4,000 digits, as many as a literal may have and Python still writes."""


def to_json(value: Value) -> Json:
    """Return `value` as plain data: whole numbers as ints, the others as floats, members in the order of their keys.

    Raises:
        ValueError: a part of it is unknown or infinite, or too large a number.
    """
    content = value.content
    if isinstance(content, tuple):
        return [to_json(item) for item in content]
    if isinstance(content, Mapping):
        return {key: to_json(member) for key, member in list_members(value)}
    if isinstance(content, Number):
        return _to_plain_number(content)
    if isinstance(content, Nothing):
        _require_known(content)
        return None
    return content


def _to_plain_number(number: Number) -> int | float:
    _require_finite(number)
    if (number.exponent or 0) + number.mantissa.bit_length() > _LARGEST_WHOLE:
        raise ValueError("the number is too large")
    try:
        return to_int(number) if number.is_whole else to_float(number)
    except ArithmeticError:
        raise ValueError("the number is too large") from None


def _require_finite(number: Number) -> None:
    if not number.is_finite:
        raise ValueError("cannot serialize infinity as JSON")


def _require_known(content: Nothing) -> None:
    if content is Nothing.UNKNOWN:
        raise ValueError("value is not known")


def from_json(document: Json) -> Value:
    """Return plain data as a value, its numbers as a configuration would have them that writes them down.

    Raises:
        ValueError: a number in it is infinite or none at all.
    """
    match document:
        case None:
            return NULL
        case bool():
            return make_bool(document)
        case int():
            return make_number(from_int(document, PRECISION))
        case float():
            return make_number(_read_number(repr(document)))
        case str():
            return make_text(_compose(document))
        case list():
            return make_tuple(map(from_json, document))
        case dict():
            return make_object({_compose(key): from_json(member) for key, member in document.items()})


def _compose(text: str) -> str:
    """Return `text` in Unicode's form NFC, half a pair of surrogates replaced, as every string is here."""
    if text.isascii():
        return text
    return normalize("NFC", text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))


def _read_number(text: str) -> Number:
    number = parse_number(text)
    if number is None:
        raise ValueError("the number is too large")
    return number


def parse_json_value(text: str) -> Value:
    """Return what the JSON document `text` says, its numbers exact.

    Raises:
        ValueError: it is no JSON, or nested too deeply; the message says where.
    """
    try:
        document = json.loads(
            text,
            parse_int=_hold_number,
            parse_float=_hold_number,
            parse_constant=_refuse_constant,
            object_pairs_hook=_make_object,
        )
        return _make_value(document)
    except json.JSONDecodeError as error:
        raise ValueError(f"this is not JSON: {_describe(error)}") from None
    except RecursionError:
        raise ValueError("this is nested too deeply") from None


def _describe(error: json.JSONDecodeError) -> str:
    reason = re.sub(r"^Invalid control character at$", "there is a control character in a string", error.msg)
    return f"{reason[:1].lower()}{reason[1:]}, at line {error.lineno}, column {error.colno}"


def _hold_number(text: str) -> Value:
    return make_number(_read_number(text))


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"this is not JSON: {name} is no value")


def _make_object(pairs: list[tuple[str, Any]]) -> Value:
    """Return an object; of members with one name the last one counts, and the others must be of its kind."""
    members: dict[str, Value] = {}
    for key, document in pairs:
        name, value = _compose(key), _make_value(document)
        if name in members:
            _require_alike(members[name], value)
        members[name] = value
    return make_object(members)


def _require_alike(earlier: Value, last: Value) -> None:
    try:
        convert(earlier, last.type)
    except ConversionError as error:
        raise ValueError(str(error)) from None


def _make_value(document: Any) -> Value:  # noqa: ANN401 - what the parser gives
    if isinstance(document, Value):
        return document
    if isinstance(document, list):
        return make_tuple(map(_make_value, document))
    return from_json(document)


def encode_json(value: Value) -> str:
    """Return `value` as one line of JSON, as Terraform's `jsonencode` writes it: `<`, `>` and `&` are escaped.

    Raises:
        ValueError: a part of it is unknown or infinite, or too large a number.
    """
    parts: list[str] = []
    _encode(value, parts)
    return "".join(parts)


def _encode(value: Value, parts: list[str]) -> None:
    content = value.content
    if isinstance(content, tuple):
        _encode_array(content, parts)
    elif isinstance(content, Mapping):
        _encode_object(value, parts)
    elif isinstance(content, str):
        parts.append(_encode_text(content))
    elif isinstance(content, Number):
        parts.append(_encode_number(content))
    elif isinstance(content, Nothing):
        _require_known(content)
        parts.append("null")
    else:
        parts.append("true" if content else "false")


def _encode_array(items: tuple[Value, ...], parts: list[str]) -> None:
    opening = "["
    for item in items:
        parts.append(opening)
        _encode(item, parts)
        opening = ","
    parts.append("]" if items else "[]")


def _encode_object(value: Value, parts: list[str]) -> None:
    opening = "{"
    for key, member in list_members(value):
        parts.append(f"{opening}{_encode_text(key)}:")
        _encode(member, parts)
        opening = ","
    parts.append("}" if opening == "," else "{}")


def _encode_number(number: Number) -> str:
    _require_finite(number)
    try:
        return format_number(number)
    except ArithmeticError:
        raise ValueError("the number is too large") from None


_UNSAFE = re.compile("[<>&\u2028\u2029]")


def _encode_text(text: str) -> str:
    return _UNSAFE.sub(_escape, json.dumps(text, ensure_ascii=False))


def _escape(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"
