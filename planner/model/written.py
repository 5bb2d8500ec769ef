"""Written: configuration that is going to be a text: blocks, and the values in them. Data only."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias, Union

__all__ = ["Block", "Reference", "SecretVariable", "Word", "Written"]


@dataclass(frozen=True, slots=True)
class Reference:
    """What stands in the place of a value and is evaluated: `var.web_pivot_options`."""

    text: str


@dataclass(frozen=True, slots=True)
class Word:
    """What the language takes as it stands: an address, as of an import, or the name of a type."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A block without its type, which whoever holds it knows: the name of the member, or a place in a file."""

    labels: tuple[str, ...] = ()
    members: Mapping[str, "Written"]


Written: TypeAlias = Union[bool, int, float, str, Reference, Word, Block, "list[Written]", "dict[str, Written]", None]


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretVariable:
    """A variable that has to be set: its name, its type, and what it stands for, such as `cluster.web.spec.pivot`."""

    name: str
    type: str
    path: str
