"""The types of outputs: from the text that a configuration would hold to Terraform's form in JSON.

`list(string)` becomes `["list", "string"]`. Where the text cannot be read, the value says what it is by itself.
"""

import json
import re

from state.values import Json, Output, Value

__all__ = ["find_type", "name_type", "read_type"]

_WORD = re.compile(r"\s*([a-z]+)\s*")
_NAME = re.compile(r'\s*(?:("(?:[^"\\]|\\.)*")|([^"\s=:{}()\[\],](?:[^=:{}()\[\],]*[^\s=:{}()\[\],])?))\s*[=:]\s*')
_SIMPLE = frozenset({"bool", "number", "string"})
_COLLECTIONS = frozenset({"list", "map", "set"})


def find_type(output: Output) -> Json:
    """Return the type of an output, as Terraform writes it in JSON."""
    type_ = read_type(output.type)
    return _infer(output.value) if type_ is None else type_


def read_type(text: str) -> Json:
    """Return the type that `text` spells, as Terraform writes it in JSON; None where it is none.

    The name of an attribute may hold anything, as a configuration would not have it, and then there is no telling.
    """
    try:
        type_, end = _read(text, 0)
    except (ValueError, RecursionError):
        return None
    return type_ if not text[end:].strip() else None


def name_type(type_: Json) -> str:
    """Return a type in words, such as `list of string`."""
    match type_:
        case [str(kind), (str() | list()) as element] if kind in _COLLECTIONS:
            return f"{kind} of {name_type(element)}"
        case [str(kind), *_] | str(kind):
            return kind
        case _:
            return "dynamic"


def _read(text: str, at: int) -> tuple[Json, int]:
    match = _WORD.match(text, at)
    if match is None:
        raise ValueError("there is no type")
    word, at = match[1], match.end()
    if word in _SIMPLE:
        return word, at
    if word in _COLLECTIONS or word == "optional":
        element, at = _read(text, _expect("(", text, at))
        return element if word == "optional" else [word, element], _expect(")", text, at)
    if word == "tuple":
        items, at = _read_items(text, _expect("[", text, _expect("(", text, at)))
        return ["tuple", items], _expect(")", text, at)
    if word == "object":
        attributes, at = _read_attributes(text, _expect("{", text, _expect("(", text, at)))
        return ["object", attributes], _expect(")", text, at)
    if word not in {"any", "dynamic"}:
        raise ValueError("there is no such type")
    return "dynamic", at


def _infer(value: Value) -> Json:
    match value:
        case bool():
            return "bool"
        case int() | float():
            return "number"
        case str():
            return "string"
        case list():
            return ["tuple", [_infer(item) for item in value]]
        case dict():
            return ["object", {name: _infer(member) for name, member in value.items()}]
        case _:
            return "dynamic"


def _read_items(text: str, at: int) -> tuple[list[Json], int]:
    items: list[Json] = []
    while not text.startswith("]", at):
        item, at = _read(text, at)
        items.append(item)
        at = _skip_comma(text, at)
    return items, _expect("]", text, at)


def _read_attributes(text: str, at: int) -> tuple[dict[str, Json], int]:
    attributes: dict[str, Json] = {}
    while not text.startswith("}", at):
        match = _NAME.match(text, at)
        if match is None:
            raise ValueError("there is no attribute")
        name = str(json.loads(match[1])) if match[1] else match[2]
        attributes[name], at = _read(text, match.end())
        at = _skip_comma(text, at)
    return attributes, _expect("}", text, at)


def _expect(character: str, text: str, at: int) -> int:
    at = _skip_space(text, at)
    if not text.startswith(character, at):
        raise ValueError(f"there is no {character}")
    return _skip_space(text, at + 1)


def _skip_comma(text: str, at: int) -> int:
    at = _skip_space(text, at)
    return _skip_space(text, at + 1) if text.startswith(",", at) else at


def _skip_space(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at
