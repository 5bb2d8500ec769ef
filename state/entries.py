"""Entries: the steps by which one snapshot becomes the next. Each is written to the journal as one line.

The union is closed. An entry that puts or drops a record may close an intent in the same step, so that no crash can
come between the two.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from state.address import Address
from state.record import Intent, Record
from state.run import Run
from state.values import Output

__all__ = [
    "Entry",
    "IntentClosed",
    "IntentOpened",
    "OutputsPut",
    "RecordDropped",
    "RecordMoved",
    "RecordPut",
    "RunEnded",
]


@dataclass(frozen=True, slots=True)
class IntentOpened:
    """A request is about to be sent."""

    intent: Intent


@dataclass(frozen=True, slots=True)
class IntentClosed:
    """The request of this key changed nothing: it was refused, or is known never to have been performed."""

    key: str


@dataclass(frozen=True, slots=True)
class RecordPut:
    """This is what we now know of a cluster; `closes` is the key of the intent that it settles."""

    record: Record
    closes: str | None = None


@dataclass(frozen=True, slots=True)
class RecordDropped:
    """The cluster was deleted or is to be forgotten; `closes` is the key of the intent that it settles."""

    address: Address
    closes: str | None = None


@dataclass(frozen=True, slots=True)
class RecordMoved:
    """The record has another address from here on, and its open intents with it.

    What other records depend on is not touched: that is what was so when they were recorded.
    """

    before: Address
    after: Address


@dataclass(frozen=True, slots=True)
class OutputsPut:
    """These are all the outputs of the configuration from here on."""

    outputs: Mapping[str, Output]


@dataclass(frozen=True, slots=True)
class RunEnded:
    """A run has come to its end, in whatever way; with more than are kept, the oldest is forgotten."""

    run: Run


Entry: TypeAlias = IntentOpened | IntentClosed | RecordPut | RecordDropped | RecordMoved | OutputsPut | RunEnded
