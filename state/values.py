"""Values: JSON documents in which a fingerprint stands where a secret was, and a mark where a value comes late.

Knows how to write such a document as plain JSON and how to read it back; refuses nothing that JSON holds.
"""

import re
from dataclasses import dataclass, field
from typing import TypeAlias, Union

__all__ = [
    "NO_TIMEOUTS",
    "Json",
    "Late",
    "Output",
    "Secret",
    "Timeouts",
    "Value",
    "decode_object",
    "decode_value",
    "encode_value",
    "is_same",
    "read_mark",
]

# A union of types and not a string, so that `Value | X` means something at run time too.
Json: TypeAlias = Union[bool, int, float, str, "list[Json]", "dict[str, Json]", None]
Value: TypeAlias = Union[bool, int, float, str, "Secret", "Late", "list[Value]", "dict[str, Value]", None]


@dataclass(frozen=True, slots=True)
class Secret:
    """A value that must not be written down; equal fingerprints mean equal values.

    `content` says of a text in YAML or JSON what is in it, with a fingerprint in the place of each value: two texts
    with the same content say the same. A state does not keep it.
    """

    fingerprint: str
    content: "Value" = field(default=None, compare=False)

    def __repr__(self) -> str:
        return "(sensitive value)"


@dataclass(frozen=True, slots=True)
class Late:
    """A value that is known after apply: when what it refers to has settled.

    `sources` are the references that it waits for, as a configuration writes them: `cluster.a.metadata.uid`.
    """

    sources: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return "(known after apply)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """One value that a configuration gives to the outside; `type` is as a configuration writes it.

    A sensitive one is never written down: its value is a `Secret`, or `Late` like any other while it is not known.
    """

    value: Value
    type: str
    is_sensitive: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """How many seconds a cluster may take until it has settled, by what is done to it; None where nothing is said."""

    create: float | None = None
    update: float | None = None
    delete: float | None = None


NO_TIMEOUTS = Timeouts()


_MARK = "$secret"
_LATE = "$late"
_CONTENT = "$content"
_ESCAPED = re.compile(r"\$+(?:secret|late)")


def encode_value(value: Value, *, with_contents: bool = False) -> Json:
    """Return `value` as plain JSON; a secret becomes `{"$secret": fingerprint}`, a late value `{"$late": sources}`.

    A key of the user's own that looks like a mark gets one more `$`, so that no document can pass for a secret. With
    `with_contents` there is a `$content` beside the fingerprint of a secret whose content is known.
    """
    match value:
        case dict():
            members: dict[str, Json] = {}
            for key, member in value.items():
                name = f"${key}" if _ESCAPED.fullmatch(key) else key
                members[name] = encode_value(member, with_contents=with_contents)
            return members
        case list():
            return [encode_value(member, with_contents=with_contents) for member in value]
        case Secret(fingerprint=fingerprint, content=content):
            marked: dict[str, Json] = {_MARK: fingerprint}
            return {**marked, _CONTENT: encode_value(content)} if with_contents and content is not None else marked
        case Late(sources=sources):
            return {_LATE: list(sources)}
        case _:
            return value


def decode_value(document: Json) -> Value:
    """Return the value that `encode_value` wrote as `document`."""
    match document:
        case dict():
            return decode_object({key: decode_value(member) for key, member in document.items()})
        case list():
            return [decode_value(member) for member in document]
        case _:
            return document


def decode_object(document: dict[str, Value]) -> Value:
    """Return the value that `encode_value` wrote as an object, the members of which are decoded already.

    A reader that builds objects from the inside out calls this on each, and is spared a walk over the whole.
    """
    for key in document:
        if key.endswith((_MARK, _LATE)):
            break
    else:
        return document
    mark = document.get(_MARK)
    if isinstance(mark, str) and document.keys() <= {_MARK, _CONTENT}:
        return Secret(mark, document.get(_CONTENT))
    sources = document.get(_LATE)
    if len(document) == 1 and isinstance(sources, list):
        return Late(tuple(source for source in sources if isinstance(source, str)))
    return {(key[1:] if _ESCAPED.fullmatch(key) else key): member for key, member in document.items()}


def read_mark(document: Json) -> "Secret | Late | None":
    """Return the secret or late value that `encode_value` wrote as `document`, and None where it is something else."""
    if not isinstance(document, dict) or not 0 < len(document) <= 2:
        return None
    mark, sources = document.get(_MARK), document.get(_LATE)
    if isinstance(mark, str) and document.keys() <= {_MARK, _CONTENT}:
        return Secret(mark)
    if isinstance(sources, list) and len(document) == 1:
        return Late(tuple(source for source in sources if isinstance(source, str)))
    return None


def is_same(one: Value, other: Value) -> bool:
    """Tell whether two values are the same JSON: `1` and `1.0` are, `1` and `true` are not."""
    return one == other and _has_same_booleans(one, other)


def _has_same_booleans(one: Value, other: Value) -> bool:
    """Tell whether two values that Python calls equal have their booleans in the same places."""
    if type(one) is dict and type(other) is dict:
        return all([_has_same_booleans(member, other[key]) for key, member in one.items()])  # noqa: C419 - twice as fast
    if type(one) is list and type(other) is list:
        return all(map(_has_same_booleans, one, other))
    return (one is True or one is False) == (other is True or other is False)
