"""Paths: where in a Cluster document a value stands.

A step is a field's name, the position in a list, or the key of an entry in a keyed list.
"""

import json
import re
from dataclasses import dataclass
from typing import TypeAlias

__all__ = ["Key", "Path", "Step", "format_entry_path", "format_path", "key_path", "parse_path", "position_path"]

_PLAIN = re.compile(r"[^\W\d][\w-]*")
_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class Key:
    """The entry of a keyed list whose key field (`name`) holds this text."""

    name: str


Step: TypeAlias = str | int | Key
Path: TypeAlias = tuple[Step, ...]


def format_path(path: Path) -> str:
    """Return `path` as people write it: `spec.awsTags["team"]`, `spec.loadBalancers[0].type`."""
    text = ""
    for step in path:
        match step:
            case Key(name=name):
                text += f"[{json.dumps(name, ensure_ascii=False)}]"
            case int():
                text += f"[{step}]"
            case str() if _PLAIN.fullmatch(step):
                text += f".{step}" if text else step
            case str():
                text += f"[{json.dumps(step, ensure_ascii=False)}]"
    return text


def format_entry_path(path: Path) -> str:
    """Return `path` as people write it, without the last step of a name/value pair: `spec.awsTags["team"]`."""
    is_pair = len(path) > 1 and path[-1] == "value" and isinstance(path[-2], Key)
    return format_path(path[:-1] if is_pair else path)


def parse_path(text: str) -> Path:
    """Return the path that a dotted `text` spells: `spec.awsTags[0].value`, or `spec.awsTags.0.value`."""
    steps = (name or position for name, position in _STEP.findall(text))
    return tuple(int(step) if step.isdecimal() else step for step in steps)


def key_path(path: Path, document: object) -> Path:
    """Return `path` with each position of a list item that has a name in `document` replaced by that name."""
    keyed: list[Step] = []
    value: object = document
    for step in path:
        if isinstance(step, int) and isinstance(value, list) and step < len(value):
            value = value[step]
            name = _find_name(value)
            keyed.append(step if name is None else Key(name))
        else:
            value = value.get(step) if isinstance(value, dict) and isinstance(step, str) else None
            keyed.append(step)
    return tuple(keyed)


def position_path(path: Path, document: object) -> Path:
    """Return `path` with each key replaced by the position of its entry in `document`, as far as it is there."""
    positions: list[Step] = []
    value: object = document
    for step in path:
        at: Step = step
        if isinstance(step, Key) and isinstance(value, list):
            at = next((number for number, item in enumerate(value) if _find_name(item) == step.name), step)
        positions.append(at)
        if isinstance(value, list) and isinstance(at, int) and at < len(value):
            value = value[at]
        else:
            value = value.get(at) if isinstance(value, dict) and isinstance(at, str) else None
    return tuple(positions)


def _find_name(item: object) -> str | None:
    match item:
        case str():
            return item
        case {"name": str(name)}:
            return name
        case _:
            return None
