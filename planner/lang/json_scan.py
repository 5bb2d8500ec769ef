"""JSON with places: a JSON text as a tree in which every key and value knows where it stands.

Numbers are exact and members that share a name are all kept. Refuses what RFC 8259 refuses, and nesting deeper than
`DEPTH_LIMIT`.
"""

import re
from dataclasses import dataclass
from typing import TypeAlias

from planner.lang.layout import DEPTH_LIMIT
from planner.lang.number import Number
from planner.lang.numerals import read_numeral
from planner.lang.reading import Message
from planner.model.diagnostics import Diagnostic
from planner.model.paths import Key, Path
from planner.model.spans import Source, Span

__all__ = [
    "JsonArray",
    "JsonLeaf",
    "JsonMember",
    "JsonNode",
    "JsonObject",
    "find_json_span",
    "find_text_offsets",
    "scan_json",
]


@dataclass(frozen=True, slots=True)
class JsonLeaf:
    """A string, number, bool or null; the span of a string has its quotes in it."""

    value: bool | Number | str | None
    span: Span


@dataclass(frozen=True, slots=True)
class JsonArray:
    """`[…]`."""

    items: tuple["JsonNode", ...]
    span: Span


@dataclass(frozen=True, slots=True)
class JsonMember:
    """One `"name": value` of an object; `name_span` is the name with its quotes."""

    name: str
    name_span: Span
    value: "JsonNode"


@dataclass(frozen=True, slots=True)
class JsonObject:
    """`{…}`, the members in the order of the text."""

    members: tuple[JsonMember, ...]
    span: Span


JsonNode: TypeAlias = JsonLeaf | JsonArray | JsonObject

_BLANKS = re.compile(r"[ \t\r\n]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_NUMERAL = re.compile(r"[-+.0-9][-+.0-9eE]*")
"""What is meant to be a number."""
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]++|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*+"')
_ESCAPE = re.compile(r"\\(?:u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|(.))")
_WORD = re.compile(r"[A-Za-z_][\w-]*|.", re.DOTALL)
_SIMPLE = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_WORDS = {"true": True, "false": False, "null": None}


def scan_json(source: Source) -> tuple[JsonNode | None, tuple[Diagnostic, ...]]:
    """Return the tree of the JSON text `source`; None, and why, where it is not JSON."""
    try:
        return _scan_text(source), ()
    except _NotJsonError as error:
        span = Span(source.file, error.start, min(error.end, len(source.text)))
        return None, (Diagnostic(code="invalid-json", summary=error.summary, detail=error.detail, span=span),)


def _scan_text(source: Source) -> JsonNode:
    text = source.text
    node, at = _scan_value(source, _skip(text, 1 if text.startswith("\ufeff") else 0), 0)
    at = _skip(text, at)
    if at < len(text):
        raise _NotJsonError(at, "Extraneous data after value", "The file must hold one value. Remove the rest.")
    return node


def find_json_span(node: JsonNode, path: Path) -> Span:
    """Return where the value at `path` stands, or the nearest thing around it that is there."""
    for step in path:
        inner = _find_inner(node, step)
        if inner is None:
            break
        node = inner
    return node.span


def _find_inner(node: JsonNode, step: str | int | Key) -> JsonNode | None:
    match node, step:
        case JsonObject(members=members), str():
            return next((member.value for member in reversed(members) if member.name == step), None)
        case JsonArray(items=items), int() if step < len(items):
            return items[step]
        case JsonArray(items=items), Key(name=name):
            return next((item for item in items if _has_name(item, name)), None)
        case _:
            return None


def _has_name(node: JsonNode, name: str) -> bool:
    inner = _find_inner(node, "name")
    return isinstance(inner, JsonLeaf) and inner.value == name


def find_text_offsets(text: str, span: Span) -> tuple[int, ...]:
    """Return where in `text` each character of the JSON string at `span` was written, and where its quote closes."""
    offsets = []
    at = span.start + 1
    while at < span.end - 1:
        offsets.append(at)
        if text[at] == "\\":
            match = _ESCAPE.match(text, at)
            at = match.end() if match else at + 1
        else:
            at += 1
    return (*offsets, span.end - 1)


class _NotJsonError(Exception):
    def __init__(self, start: int, summary: str, detail: str, end: int | None = None) -> None:
        super().__init__(summary)
        self.start = start
        self.end = start + 1 if end is None else end
        self.summary = summary
        self.detail = detail


def _skip(text: str, at: int) -> int:
    match = _BLANKS.match(text, at)
    return match.end() if match else at


def _scan_value(source: Source, at: int, depth: int) -> tuple[JsonNode, int]:
    text = source.text
    start = text[at : at + 1]
    if depth > DEPTH_LIMIT:
        raise _NotJsonError(at, "Nesting too deep", f"At most {DEPTH_LIMIT} levels can be nested. Make it flatter.")
    if start == "{":
        return _scan_object(source, at, depth)
    if start == "[":
        return _scan_array(source, at, depth)
    if start == '"':
        value, end = _scan_string(text, at)
        return JsonLeaf(value, Span(source.file, at, end)), end
    return _scan_leaf(source, at)


def _scan_leaf(source: Source, at: int) -> tuple[JsonNode, int]:
    text = source.text
    found = _NUMERAL.match(text, at)
    if found is not None:
        value = _read_number(found[0])
        if isinstance(value, str):
            raise _NotJsonError(at, "Invalid JSON number", value, found.end())
        return JsonLeaf(value, Span(source.file, at, found.end())), found.end()
    word = _WORD.match(text, at)
    if word is not None and word[0] in _WORDS:
        return JsonLeaf(_WORDS[word[0]], Span(source.file, at, word.end())), word.end()
    raise _explain_value(word, at)


def _read_number(text: str) -> Number | str:
    """Return the number that `text` is, or what is wrong with it."""
    if _NUMBER.fullmatch(text) is None:
        return "A number has no sign but a minus, no leading zero, and digits on both sides of its point. Correct it."
    value = read_numeral(text)
    return value.detail if isinstance(value, Message) else value


def _explain_value(word: re.Match[str] | None, at: int) -> _NotJsonError:
    if word is None or word[0] in {"}", "]"}:
        return _NotJsonError(at, "Missing JSON value", "A value must stand here. Add one.", word.end() if word else at)
    detail = (
        "A value is an object, an array, a string in double quotes, a number, true, false or null. Correct this one."
    )
    summary = "Invalid JSON keyword" if word[0][0].isalpha() else "Invalid start of value"
    return _NotJsonError(at, summary, detail, word.end())


def _scan_string(text: str, at: int) -> tuple[str, int]:
    match = _STRING.match(text, at)
    if match is None:
        end = text.find("\n", at)
        detail = "The string is not closed, or has an escape or control character that JSON does not allow. Correct it."
        raise _NotJsonError(at, "Invalid JSON string", detail, len(text) if end < 0 else end)
    return _ESCAPE.sub(_decode, match[0][1:-1]) if "\\" in match[0] else match[0][1:-1], match.end()


def _decode(match: re.Match[str]) -> str:
    if match[1]:
        return chr(0x10000 + ((int(match[1], 16) - 0xD800) << 10) + int(match[2], 16) - 0xDC00)
    if match[3]:
        code = int(match[3], 16)
        return "\ufffd" if 0xD800 <= code <= 0xDFFF else chr(code)
    return _SIMPLE[match[4]]


def _scan_array(source: Source, start: int, depth: int) -> tuple[JsonNode, int]:
    text = source.text
    items: list[JsonNode] = []
    at = _skip(text, start + 1)
    while text[at : at + 1] != "]" or items:
        item, at = _scan_value(source, at, depth + 1)
        items.append(item)
        at = _skip(text, at)
        if text[at : at + 1] != ",":
            break
        at = _pass_comma(text, at, "]")
    at = _close(text, start, at, "]")
    return JsonArray(tuple(items), Span(source.file, start, at)), at


def _scan_object(source: Source, start: int, depth: int) -> tuple[JsonNode, int]:
    text = source.text
    members: list[JsonMember] = []
    at = _skip(text, start + 1)
    while text[at : at + 1] != "}" or members:
        if at >= len(text):
            break
        if text[at : at + 1] != '"':
            detail = "The name of a member, in double quotes, must stand here. Add it, or remove the comma before."
            raise _NotJsonError(at, "Invalid object property name", detail)
        name, end = _scan_string(text, at)
        colon = _skip(text, end)
        if text[colon : colon + 1] != ":":
            raise _NotJsonError(colon, "Missing property value colon", "A colon and a value must follow the name.")
        value, after = _scan_value(source, _skip(text, colon + 1), depth + 1)
        members.append(JsonMember(name, Span(source.file, at, end), value))
        at = _skip(text, after)
        if text[at : at + 1] != ",":
            break
        at = _pass_comma(text, at, "}")
    at = _close(text, start, at, "}")
    return JsonObject(tuple(members), Span(source.file, start, at)), at


def _pass_comma(text: str, comma: int, closer: str) -> int:
    """Return where the text goes on behind the comma at `comma`, behind which the bracket cannot close."""
    at = _skip(text, comma + 1)
    if text[at : at + 1] == closer:
        what, last = ("object", "member") if closer == "}" else ("array", "item")
        detail = f"No comma may follow the last {last} of an {what}. Remove it."
        raise _NotJsonError(comma, f"Trailing comma in {what}", detail)
    return at


def _close(text: str, start: int, at: int, closer: str) -> int:
    if text[at : at + 1] == closer:
        return at + 1
    what = "object" if closer == "}" else "array"
    if at >= len(text):
        raise _NotJsonError(start, f"Unclosed {what}", f"This {what} is never closed. Add `{closer}`.")
    raise _NotJsonError(
        at, "Missing attribute separator comma", f"A comma or `{closer}` must follow each value of an {what}. Add one."
    )
