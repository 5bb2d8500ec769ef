"""Upgrades: how a state of an older format becomes one of today's. One function a format; each leads to the next.

A format that is no longer known is refused nowhere: what was written once can always be read.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

from state.values import Value

__all__ = ["FORMAT", "UPGRADES", "Upgrade", "upgrade"]

FORMAT = 2
"""The format that we write."""

Upgrade: TypeAlias = Callable[[dict[str, Value]], dict[str, Value]]


def _add_outputs(document: dict[str, Value]) -> dict[str, Value]:
    """Format 2 holds the outputs; nothing else in it is new."""
    if "outputs" in document:
        raise ValueError("there is a member that its format does not have")
    return {**document, "format": 2, "outputs": {}}


UPGRADES: Mapping[int, Upgrade] = MappingProxyType({1: _add_outputs})
"""From a format to the function that makes a document of the next one from it. Format 1 is the first."""


def upgrade(
    document: dict[str, Value], *, found: int, wanted: int = FORMAT, upgrades: Mapping[int, Upgrade] = UPGRADES
) -> dict[str, Value]:
    """Return `document`, which is of format `found`, as one of format `wanted`.

    Raises:
        ValueError: there never was a format `found`.
    """
    for number in range(found, wanted):
        if number not in upgrades:
            raise ValueError(f"there is no format {found}")
        document = upgrades[number](document)
    return document
