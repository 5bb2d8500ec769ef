"""JSON text: strict reading of what a request carries, compact writing of what the account keeps.

Refuses what JSON does not have (NaN, infinities) and what would break the reader: endless digits, endless nesting.
"""

import json
import math
from typing import TypeAlias

__all__ = ["Json", "MalformedJsonError", "is_same", "read_json", "write_json"]

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


class MalformedJsonError(ValueError):
    """A text that is not JSON; the message says why, without quoting the text."""


def read_json(text: bytes) -> Json:
    """Return the document that `text` holds.

    Raises:
        MalformedJsonError: It is not UTF-8, not JSON, or nested or numbered beyond reason.
    """
    try:
        document: Json = json.loads(text.decode(), parse_constant=_refuse_constant, parse_float=_read_number)
    except RecursionError:
        raise MalformedJsonError("it is nested too deeply") from None
    except UnicodeDecodeError:
        raise MalformedJsonError("it is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise MalformedJsonError(f"{error.msg} at line {error.lineno}, column {error.colno}") from None
    except ValueError as error:
        raise MalformedJsonError(str(error)) from None
    return document


def write_json(document: Json) -> str:
    """Return `document` as compact JSON in ASCII, so that a lone surrogate in a string survives."""
    return json.dumps(document, separators=(",", ":"))


def is_same(one: Json, other: Json) -> bool:
    """Tell whether two documents are the same JSON; unlike `==`, holds `1` and `true` apart."""
    return one == other and json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _refuse_constant(name: str) -> float:
    raise MalformedJsonError(f"{name} is not a JSON value")


def _read_number(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise MalformedJsonError("a number is too large")
    return number
