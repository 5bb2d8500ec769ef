"""Wording: paths, values and expectations as they stand in a sentence.

Every text from a document passes through here: control characters and lone surrogates are escaped, long ones are
shortened. Knows nothing of secrets: who calls `describe_value` has made sure that the value may be shown.
"""

import json
import re
from collections.abc import Sequence

from schemas.fields import Field
from schemas.violations import Path

__all__ = [
    "describe_expected",
    "describe_kind",
    "describe_value",
    "format_name",
    "format_path",
    "join_texts",
    "quote_text",
]

_LONGEST = 60
_LARGEST = 10**_LONGEST
_PLAIN_NAME = re.compile(r"[^\W\d][\w-]{0,59}")


def format_path(path: Path, labels: Sequence[str | None] = ()) -> str:
    """Return `path` in backquotes, as people write it: `spec.awsTags["team"].value`.

    `labels` runs beside the path: where it has a text, that is the name of the entry at this position of a list.
    """
    text = ""
    for position, step in enumerate(path):
        label = labels[position] if position < len(labels) else None
        if label is not None:
            text += f"[{quote_text(label)}]"
        elif isinstance(step, int):
            text += f"[{step}]"
        elif _is_plain_name(step):
            text += f".{step}" if text else step
        else:
            text += f"[{quote_text(step)}]"
    return f"`{text}`" if text else "The cluster"


def format_name(name: str) -> str:
    """Return the name of a field in backquotes."""
    return f"`{name}`" if _is_plain_name(name) else f"`{quote_text(name)}`"


def _is_plain_name(name: str) -> bool:
    return _PLAIN_NAME.fullmatch(name) is not None and name.isprintable()


def quote_text(text: str) -> str:
    """Return `text` in double quotes, short, with everything escaped that would not show."""
    shown = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
    quoted = json.dumps(shown, ensure_ascii=False)
    return "".join(char if char.isprintable() else json.dumps(char)[1:-1] for char in quoted)


def describe_value(value: object) -> str:
    """Return `value` as it ends a sentence: `"three"`, `0`, `a list`."""
    match value:
        case str():
            return quote_text(value)
        case bool():
            return "true" if value else "false"
        case int() | float():
            return "a very large number" if abs(value) > _LARGEST else repr(value)
        case _:
            return describe_kind(value)


def describe_kind(value: object) -> str:
    """Return what sort of value `value` is, and nothing of what it holds."""
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case str():
            return "a string"
        case list():
            return "a list"
        case dict():
            return "an object"
        case _:
            return "a value that JSON cannot hold"


def describe_expected(field: Field) -> str:
    """Return what a good value of `field` is, as it stands after "must be"."""
    if field.expected is not None:
        return field.expected
    if field.allowed:
        return join_texts([quote_text(value) for value in field.allowed], "or")
    match field.kind:
        case "object":
            return "an object"
        case "list":
            return "a list"
        case "string":
            return "a string"
        case "integer":
            return f"a whole number{_describe_range(field)}"
        case "boolean":
            return "true or false"
        case "name":
            return "a name, or an object with a `name`"
        case "any":
            return "a value that JSON can hold"


def _describe_range(field: Field) -> str:
    match field.minimum, field.maximum:
        case None, None:
            return ""
        case int(least), None:
            return f", {least} or more"
        case None, int(most):
            return f", {most} or less"
        case least, most:
            return f" from {least} to {most}"


def join_texts(texts: Sequence[str], word: str) -> str:
    """Return `texts` as a list in a sentence: `a, b or c`, where `word` is `or`."""
    return f" {word} ".join(filter(None, [", ".join(texts[:-1]), *texts[-1:]]))
