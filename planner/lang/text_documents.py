"""Text documents: what a text in YAML or JSON says, so that two of them can be compared by their content.

Careful where `yamldecode` is convenient: who reads the text may know another version of YAML. A word that one version
takes for a string and another for something else is only ever the same as itself. Refuses what it would have to guess
about: aliases, tags, merges, keys that come twice, more than one document, and what is very large.
"""

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, TypeAlias, Union

from planner.lang.functions.signature import FunctionError

__all__ = ["Content", "read_text_document"]

Content: TypeAlias = Union[str, "list[Content]", "dict[str, Content]"]
"""What a document says; of a single value, its kind and its text."""

_LARGEST = 64 * 1024
_DEEPEST = 40
_MOST = 2_000
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,39})(?:\.[0-9]{1,40})?", re.ASCII)
_MAY_BE_NUMBER = re.compile(r"[-+.]?[0-9]|[-+]?\.(?:inf|nan)", re.ASCII | re.IGNORECASE)
_WORDS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), "null"),
    **dict.fromkeys(("true", "True", "TRUE"), "true"),
    **dict.fromkeys(("false", "False", "FALSE"), "false"),
}
"""What is no string in any version of YAML."""
_UNCLEAR = frozenset({"=", "<<", "y", "n", "yes", "no", "on", "off"})
"""What is no string in some version of YAML, in small letters."""


class _UnreadableError(ValueError):
    """A text that is not to be compared by its content."""


@lru_cache(maxsize=512)
def read_text_document(text: str) -> Content | None:
    """Return what the mapping or list in `text` says; None where it is none, or where that is not certain."""
    if len(text) > _LARGEST:
        return None
    try:
        content = _read_json(text) if text.lstrip()[:1] in {"{", "["} else None
    except (ValueError, RecursionError):
        content = None
    return _read_yaml(text) if content is None else content


def _read_json(text: str) -> Content:
    document = json.loads(
        text, parse_int=_Literal, parse_float=_Literal, parse_constant=_refuse, object_pairs_hook=_read_object
    )
    return _limit(_describe_json(document))


class _Literal(str):
    """A number as it is written."""

    __slots__ = ()


def _refuse(name: str) -> Any:  # noqa: ANN401 - it returns nothing
    raise _UnreadableError(name)


def _read_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _UnreadableError("a member is there twice")
    return members


def _describe_json(value: Any) -> Content:  # noqa: ANN401 - any JSON value
    match value:
        case dict():
            return {name: _describe_json(member) for name, member in value.items()}
        case list():
            return [_describe_json(item) for item in value]
        case _Literal():
            return _describe_number(value)
        case str():
            return f"string:{value}"
        case None:
            return "null"
        case _:
            return "true" if value else "false"


def _limit(content: Content) -> Content:
    """Return `content` if it is not too large."""
    if _count(content, 0) > _MOST:
        raise _UnreadableError("it is too large")
    return content


def _count(content: Content, depth: int) -> int:
    if depth > _DEEPEST:
        raise _UnreadableError("it is nested too deeply")
    if isinstance(content, str):
        return 1
    members = content.values() if isinstance(content, dict) else content
    return 1 + sum(_count(member, depth + 1) for member in members)


def _read_yaml(text: str) -> Content | None:
    from yaml.error import YAMLError  # noqa: PLC0415 - most clusters hold no YAML
    from yaml.events import AliasEvent, DocumentStartEvent, MappingStartEvent, SequenceStartEvent  # noqa: PLC0415

    from planner.lang.functions.yaml_reading import list_events  # noqa: PLC0415

    try:
        events = list(_take(list_events(text), 3 * _MOST))
        starts = [event for event in events if isinstance(event, DocumentStartEvent)]
        if len(starts) != 1 or any(isinstance(event, AliasEvent) for event in events):
            return None
        rest = iter(events[events.index(starts[0]) + 1 :])
        first = next(rest)
        if not isinstance(first, MappingStartEvent | SequenceStartEvent):
            return None
        return _limit(_read_node(first, rest, 0))
    except (FunctionError, YAMLError, OverflowError, ValueError, RecursionError, StopIteration):
        return None


def _take(events: Iterator[Any], most: int) -> Iterator[Any]:
    from yaml.events import CollectionEndEvent, CollectionStartEvent  # noqa: PLC0415 - as above

    depth = 0
    for number, event in enumerate(events):
        if number > most:
            raise _UnreadableError("it is too large")
        # Not left to `_limit`: the time that the parser takes grows with the square of the depth.
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        if depth > _DEEPEST + 1:
            raise _UnreadableError("it is nested too deeply")
        yield event


def _read_node(event: Any, rest: Iterator[Any], depth: int) -> Content:  # noqa: ANN401 - an event
    from yaml.events import (  # noqa: PLC0415 - as above
        MappingEndEvent,
        MappingStartEvent,
        ScalarEvent,
        SequenceEndEvent,
        SequenceStartEvent,
    )

    if depth > _DEEPEST or event.tag is not None:
        raise _UnreadableError("it is nested too deeply, or has a tag")
    match event:
        case ScalarEvent():
            return _describe_word(event.value) if event.style is None else f"string:{event.value}"
        case SequenceStartEvent():
            items: list[Content] = []
            while not isinstance(item := next(rest), SequenceEndEvent):
                items.append(_read_node(item, rest, depth + 1))
            return items
        case MappingStartEvent():
            members: dict[str, Content] = {}
            while not isinstance(key := next(rest), MappingEndEvent):
                if not isinstance(key, ScalarEvent) or not _is_clear_key(key) or key.value in members:
                    raise _UnreadableError("a key is unclear")
                members[key.value] = _read_node(next(rest), rest, depth + 1)
            return members
        case _:
            raise _UnreadableError("a value is missing")


def _is_clear_key(key: Any) -> bool:  # noqa: ANN401 - an event
    if key.tag is not None:
        return False
    return key.style is not None or _describe_word(key.value).startswith(("string:", "number:"))


def _describe_word(text: str) -> str:
    """Return the kind and the text of what stands without quotation marks."""
    if text in _WORDS:
        return _WORDS[text]
    if _NUMBER.fullmatch(text):
        return _describe_number(text)
    is_unclear = text.lower() in _UNCLEAR or _MAY_BE_NUMBER.match(text)
    return f"plain:{text}" if is_unclear else f"string:{text}"


def _describe_number(text: str) -> str:
    if not _NUMBER.fullmatch(text):
        return f"plain:{text}"
    digits = text.rstrip("0").rstrip(".") if "." in text else text
    return "number:0" if digits == "-0" else f"number:{digits}"
