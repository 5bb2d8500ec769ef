"""Addresses: the name of a cluster in our world, such as `module.fleet["eu"].cluster.web[0]`.

Refuses text that is not exactly one address; the grammar is that of Terraform's resource addresses.
"""

import json
import re
from dataclasses import dataclass

__all__ = ["Address", "ModuleStep", "is_identifier", "parse_address", "sort_key"]

_NAME = re.compile(r"[^.\[\]]+")
_KEY = re.compile(r'\[(?:(?P<number>0|[1-9][0-9]*)|(?P<text>"(?:[^"\\]|\\.)*"))\]')


@dataclass(frozen=True, slots=True)
class ModuleStep:
    """One module call on the way to a cluster; `key` is its instance under `count` or `for_each`."""

    name: str
    key: str | int | None = None

    def __str__(self) -> str:
        return f"module.{self.name}{_format_key(self.key)}"


@dataclass(frozen=True, slots=True)
class Address:
    """The address of one cluster; `key` is its instance under `count` or `for_each`."""

    name: str
    key: str | int | None = None
    module: tuple[ModuleStep, ...] = ()

    def __str__(self) -> str:
        return ".".join([*map(str, self.module), f"cluster.{self.name}{_format_key(self.key)}"])

    def __lt__(self, other: "Address") -> bool:
        return sort_key(self) < sort_key(other)


def is_identifier(text: str) -> bool:
    """Tell whether `text` may stand as a name in an address (Terraform's identifiers)."""
    return not text.startswith("-") and text.replace("-", "_").isidentifier()


def parse_address(text: str) -> Address:
    """Return the address that `text` spells.

    Raises:
        ValueError: `text` is not the address of a cluster.
    """
    at = 0
    module: list[ModuleStep] = []
    while True:
        kind, at = _read_identifier(text, at)
        at = _read_dot(text, at)
        name, at = _read_identifier(text, at)
        key, at = _read_key(text, at)
        if kind == "cluster":
            if at != len(text):
                raise _not_an_address(text)
            return Address(name, key, tuple(module))
        if kind != "module":
            raise _not_an_address(text)
        module.append(ModuleStep(name, key))
        at = _read_dot(text, at)


def _read_identifier(text: str, at: int) -> tuple[str, int]:
    match = _NAME.match(text, at)
    if match is None or not is_identifier(match[0]):
        raise _not_an_address(text)
    return match[0], match.end()


def _read_dot(text: str, at: int) -> int:
    if text[at : at + 1] != ".":
        raise _not_an_address(text)
    return at + 1


def _read_key(text: str, at: int) -> tuple[str | int | None, int]:
    match = _KEY.match(text, at)
    if match is None:
        return None, at
    try:
        key = int(match["number"]) if match["number"] else str(json.loads(match["text"]))
    except ValueError:  # a number of thousands of digits, or a string that JSON does not know
        raise _not_an_address(text) from None
    return key, match.end()


def _format_key(key: str | int | None) -> str:
    match key:
        case None:
            return ""
        case int():
            return f"[{key}]"
        case str():
            return f"[{json.dumps(key, ensure_ascii=False)}]"


def sort_key(address: Address) -> tuple[object, ...]:
    """Return what orders addresses: modules after what is beside them, `web[2]` before `web[10]`.

    Sorting by this key is several times faster than comparing addresses with each other.
    """
    steps = [(step.name, *_key_order(step.key)) for step in address.module]
    return (steps, address.name, *_key_order(address.key))


def _key_order(key: str | int | None) -> tuple[int, int, str]:
    match key:
        case None:
            return (0, 0, "")
        case int():
            return (1, key, "")
        case str():
            return (2, 0, key)


def _not_an_address(text: str) -> ValueError:
    return ValueError(f'{text!r} is not the address of a cluster, such as cluster.web or cluster.web["eu"]')
