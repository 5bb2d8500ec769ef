"""The wire: JSON on its way out and in.

Refuses what is no JSON by RFC 8259 or could hurt further on: NaN and infinities, names given twice in one object,
texts that are no Unicode, nesting without end.
"""

import json
import re

from planner.model.live import NotSent
from state.values import Json

__all__ = ["MAX_DEPTH", "Unreadable", "decode_body", "encode_body"]

MAX_DEPTH = 100
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


class Unreadable(Exception):  # noqa: N818 - says what a body is; never leaves this package
    """A body is not JSON that we accept; the text says why, as the end of a sentence."""


def encode_body(document: Json) -> bytes:
    """Return `document` as compact JSON; raises `NotSent` where it holds what JSON cannot."""
    try:
        return json.dumps(document, allow_nan=False, separators=(",", ":")).encode("ascii")
    except (ValueError, RecursionError):
        raise NotSent(
            "A request cannot be written as JSON",
            "A number in it is infinite or not a number, or it is nested too deeply. Nothing was sent. "
            "Correct the configuration of the cluster.",
        ) from None


def decode_body(body: bytes) -> Json:
    """Return the document in `body`; raises `Unreadable` for anything else than one sound JSON document."""
    try:
        text = body.decode("utf-8")
        document: Json = json.loads(
            text, parse_constant=_refuse_constant, parse_float=_read_float, object_pairs_hook=_read_object
        )
        _check_depth(document)
        if _SURROGATE.search(text):
            json.dumps(document, ensure_ascii=False).encode("utf-8")
    except UnicodeError:
        raise Unreadable("is not text in UTF-8") from None
    except RecursionError:
        raise Unreadable("is nested too deeply") from None
    except ValueError:
        raise Unreadable("is not JSON") from None
    return document


def _check_depth(document: Json) -> None:
    level: list[dict[str, Json] | list[Json]] = [document] if isinstance(document, dict | list) else []
    for _ in range(MAX_DEPTH):
        level = [
            member
            for container in level
            for member in (container.values() if type(container) is dict else container)
            if type(member) is dict or type(member) is list
        ]
    if level:
        raise Unreadable("is nested too deeply")


def _read_object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise Unreadable("has an object with the same name twice")
    return members


def _read_float(text: str) -> float:
    number = float(text)
    if number - number != 0:
        raise Unreadable("has a number beyond all bounds")
    return number


def _refuse_constant(text: str) -> Json:
    raise Unreadable(f"has {text} for a number")
