"""Paths: where in a Cluster document a value stands.

A step is a field's name, the position in a list, or the key of an entry in a keyed list.
"""

import json
import re
from dataclasses import dataclass
from typing import TypeAlias

__all__ = ["Key", "Path", "Step", "format_path"]

_PLAIN = re.compile(r"[^\W\d][\w-]*")


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
