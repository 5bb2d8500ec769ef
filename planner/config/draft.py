"""Drafts: what was read, before it is known that it is right. Data only."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, TypeAlias

from planner.model.desired import Lifecycle
from planner.model.paths import Path
from planner.model.spans import Span
from state.address import Address
from state.values import NO_TIMEOUTS, Json, Late, Timeouts

__all__ = ["Draft", "Locate", "Place", "PlainPath", "UnknownFields"]

UnknownFields: TypeAlias = Literal["warn", "error"]
PlainPath: TypeAlias = tuple[str | int, ...]
"""A path whose entries of keyed lists go by their positions."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value is written, and where its key is; the two are one where there is no key."""

    value: Span
    key: Span


Locate: TypeAlias = Callable[[Path], Place]
"""Leads from a path in a document to where it is written, or to the nearest thing around it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One cluster of the configuration; `span` is its declaration: the header of its block, or its file's start."""

    address: Address
    document: dict[str, Json]
    span: Span
    locate: Locate
    lifecycle: Lifecycle = field(default_factory=Lifecycle)
    timeouts: Timeouts = NO_TIMEOUTS
    depends_on: tuple[Address, ...] = ()
    sensitive: frozenset[PlainPath] = frozenset()
    unknown: frozenset[PlainPath] = frozenset()
    """Where the document holds None for a value that could not be found out, as a diagnostic says, or that is late."""
    late: Mapping[PlainPath, Late] = field(default_factory=lambda: MappingProxyType({}))
    """Where the document holds None for a value that is known after apply."""
    is_conditional: bool = False
    """Whether one of its preconditions is not known yet."""
