"""YAML to values: a mapping is an object, a sequence a tuple.

The text is taken apart by PyYAML, in Python alone, event by event; nothing in it makes anything but values. Refuses
what is nested too deeply and what its aliases would make too large.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from yaml.error import MarkedYAMLError, YAMLError
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner, ScannerError

from planner.lang.conversion import ConversionError, convert
from planner.lang.functions.signature import FunctionError, TooLargeError
from planner.lang.functions.yaml_scalars import resolve_scalar
from planner.lang.quoting import quote
from planner.lang.types import STRING, ObjectType
from planner.lang.values import Value, is_null, make_object, make_tuple, members_of, text_of

__all__ = ["DEPTH_LIMIT", "NODE_LIMIT", "SIZE_LIMIT", "list_events", "parse_yaml"]

SIZE_LIMIT = 256 * 1024
"""How many characters a document may have."""
NODE_LIMIT = 10_000
"""How many values a document may have, each alias counted as all that it stands for."""
DEPTH_LIMIT = 90
"""How deep mappings and sequences may be nested in each other."""

_HALF = re.compile("[\ud800-\udfff]")
"""Half a pair of surrogates."""
_BREAKS = frozenset("\r\n\x85\u2028\u2029")
_TAG = "tag:yaml.org,2002:"


@dataclass(frozen=True, slots=True)
class _Anchor:
    """What an alias stands for: a value, how many values that is, and how deep they are nested."""

    value: Value
    size: int
    depth: int


@dataclass(slots=True)
class _Reading:
    """A document that is being read: the events to come, and what has been met."""

    events: Iterator[Event]
    anchors: dict[str, _Anchor] = field(default_factory=dict)
    pending: list[str] = field(default_factory=list)
    size: int = 0
    deepest: int = 0

    def count(self, size: int, depth: int) -> None:
        self.size += size
        self.deepest = max(self.deepest, depth)
        if self.size > NODE_LIMIT:
            raise TooLargeError(f"the document has more than {NODE_LIMIT:,} values, aliases written out")
        if depth > DEPTH_LIMIT:
            raise TooLargeError(f"the document is nested more than {DEPTH_LIMIT} deep")


def parse_yaml(text: str) -> Value:
    """Return the value that the one YAML document in `text` stands for.

    Raises:
        FunctionError: it is no YAML, or what there is no value for; the message says where.
        TooLargeError: it is too large, or nested too deeply.
    """
    if len(text) > SIZE_LIMIT:
        raise TooLargeError(f"the document has more than {SIZE_LIMIT:,} characters; JSON may be larger: use jsondecode")
    try:
        return _read_document(_Reading(list_events(text)))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f" at line {mark.line + 1}, column {mark.column + 1}" if mark is not None else ""
        raise FunctionError(f"this is not YAML: {error.problem or error.context}{place}") from None
    except YAMLError:
        raise FunctionError("this is not YAML: there are control characters in it") from None
    except (OverflowError, ValueError):
        raise FunctionError("this is not YAML: an escape in it stands for no character") from None


class _Events(Reader, Scanner, Parser):
    """PyYAML's reader, scanner and parser, but as Terraform has it: within a line, tabs are spaces."""

    ESCAPE_REPLACEMENTS = {key: text for key, text in Scanner.ESCAPE_REPLACEMENTS.items() if key != "/"}  # type: ignore[misc]  # noqa: RUF012 - as it is there

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)

    def scan_to_next_token(self) -> None:
        super().scan_to_next_token()
        while self.peek() == "\t" and (self.flow_level or not self.allow_simple_key):
            self.forward()
            super().scan_to_next_token()

    def scan_plain_spaces(self, indent: Any, start_mark: Any) -> Any:  # noqa: ANN401 - as PyYAML has it
        length = 0
        while self.peek(length) in {" ", "\t"}:
            length += 1
        spaces = self.prefix(length)
        if "\t" not in spaces:
            return super().scan_plain_spaces(indent, start_mark)
        self.forward(length)
        return super().scan_plain_spaces(indent, start_mark) if self.peek() in _BREAKS else [spaces]

    def scan_directive(self) -> Any:  # noqa: ANN401 - as PyYAML has it
        token = super().scan_directive()
        if token.name not in {"YAML", "TAG"}:
            raise ScannerError(None, None, "there is no such directive", token.start_mark)
        return token


def list_events(text: str) -> Iterator[Event]:
    """Yield what PyYAML's parser says of `text`, which may turn out to be no YAML at any point."""
    parser = _Events(text)
    while parser.check_event():
        yield parser.get_event()  # type: ignore[no-untyped-call] # its stub is not typed


def _read_document(reading: _Reading) -> Value:
    next(reading.events)
    start = next(reading.events)
    if not isinstance(start, DocumentStartEvent):
        raise FunctionError("there is no document in the text")
    if start.version not in {None, (1, 1)}:
        raise FunctionError("the document is not of version 1.1 of YAML; remove the line that says so")
    value = _read_node(reading, next(reading.events), 0)
    next(reading.events)
    if not isinstance(next(reading.events), StreamEndEvent):
        raise FunctionError("there is more than one document in the text")
    return value


def _read_node(reading: _Reading, event: Event, depth: int) -> Value:
    if isinstance(event, AliasEvent):
        return _read_alias(reading, str(event.anchor), depth)
    reading.count(1, depth)
    if not isinstance(event, NodeEvent) or not event.anchor:
        return _read_bare(reading, event, depth)
    size, deepest = reading.size, reading.deepest
    reading.deepest = depth
    reading.pending.append(event.anchor)
    value = _read_bare(reading, event, depth)
    reading.pending.pop()
    reading.anchors[event.anchor] = _Anchor(value, reading.size - size + 1, reading.deepest - depth)
    reading.deepest = max(deepest, reading.deepest)
    return value


def _read_alias(reading: _Reading, name: str, depth: int) -> Value:
    if name in reading.pending:
        raise FunctionError(f"the alias {quote(name)} stands within what it stands for")
    anchor = reading.anchors.get(name)
    if anchor is None:
        raise FunctionError(f"there is no anchor {quote(name)} before its alias")
    reading.count(anchor.size, depth + anchor.depth)
    return anchor.value


def _read_bare(reading: _Reading, event: Event, depth: int) -> Value:
    """Return what a node is that is no alias, whatever anchor it has."""
    match event:
        case ScalarEvent():
            value = _resolve(event)
            # Also a block of lines may look like a number; it is read as one, and is a string all the same.
            return value if event.tag or event.implicit[0] else convert(value, STRING)
        case SequenceStartEvent(tag=tag):
            _check_tag(tag, "seq", "a sequence")
            return make_tuple(_read_items(reading, depth + 1))
        case MappingStartEvent(tag=tag):
            _check_tag(tag, "map", "a mapping")
            return make_object(_read_members(reading, depth + 1))
        case _:
            raise FunctionError("a value is missing in the document")


def _check_tag(tag: str | None, name: str, what: str) -> None:
    if tag and tag != f"{_TAG}{name}":
        raise FunctionError(f"{what} cannot be what its tag says; remove the tag {quote(tag)}")


def _resolve(event: ScalarEvent) -> Value:
    if _HALF.search(event.value):
        raise FunctionError("an escape in it stands for half a character; write the whole one")
    return resolve_scalar(event.value, event.tag or "", is_quoted=event.style in {"'", '"'})


def _read_items(reading: _Reading, depth: int) -> Iterator[Value]:
    while not isinstance(event := next(reading.events), SequenceEndEvent):
        yield _read_node(reading, event, depth)


def _read_members(reading: _Reading, depth: int) -> dict[str, Value]:
    members: dict[str, Value] = {}
    while not isinstance(event := next(reading.events), MappingEndEvent):
        if not isinstance(event, ScalarEvent):
            raise FunctionError("the key of a mapping must be a string")
        if event.tag or event.value != "<<":
            key = _read_key(event)
            members[key] = _read_node(reading, next(reading.events), depth)
            continue
        merged = _read_node(reading, next(reading.events), depth)
        if not isinstance(merged.type, ObjectType):
            raise FunctionError("only one mapping can be merged with `<<`; write it once for each")
        reading.count(len(members_of(merged)), depth)
        members.update(members_of(merged))
    return members


def _read_key(event: ScalarEvent) -> str:
    value = _resolve(event)
    if is_null(value):
        raise FunctionError("the key of a mapping cannot be null; write it in quotation marks")
    try:
        return text_of(convert(value, STRING))
    except ConversionError as error:
        raise FunctionError(str(error)) from None
