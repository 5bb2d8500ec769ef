"""Tables: the parser's tables as bytes, so that a later process need not compute them again.

Plain JSON behind a checksum, never pickle: whoever can write to the store can at worst spoil a parse. Bytes that are
not what was written are refused.
"""

import hashlib
import json
from collections.abc import Hashable
from contextvars import ContextVar
from typing import Any, Protocol

__all__ = ["TABLES", "TableStore", "decode_tables", "encode_tables", "make_key"]

_PAIRS = "\0pairs"
"""The mark of a mapping whose keys are numbers, which JSON does not have."""


class TableStore(Hashable, Protocol):
    """Where the tables are kept between processes; it may forget them, or fail to keep them, at any time."""

    def read(self, key: str) -> bytes | None:
        """Return what was written under `key`, or None."""

    def write(self, key: str, data: bytes) -> None:
        """Keep `data` under `key`."""


TABLES: ContextVar[TableStore | None] = ContextVar("TABLES", default=None)
"""Where to keep the parser's tables between processes; without it they are computed at each first parse (0.2 s)."""


def make_key(*parts: str) -> str:
    """Return the name under which tables are kept that depend on `parts` and on nothing else."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def encode_tables(tables: Any) -> bytes:  # noqa: ANN401 - a document, of dicts and lists, that is lark's own affair
    """Return `tables` as bytes."""
    text = json.dumps(_encode(tables), separators=(",", ":")).encode()
    return hashlib.sha256(text).hexdigest().encode() + b"\n" + text


def decode_tables(data: bytes) -> Any:  # noqa: ANN401 - as above
    """Return the tables that `encode_tables` wrote as `data`.

    Raises:
        ValueError: `data` is not what it wrote.
    """
    checksum, _, text = data.partition(b"\n")
    if hashlib.sha256(text).hexdigest().encode() != checksum:
        raise ValueError("the parser's tables are damaged")
    return json.loads(text, object_hook=_decode)


def _encode(value: Any) -> Any:  # noqa: ANN401 - as above
    match value:
        case dict() if all(isinstance(key, str) for key in value):
            return {str(key): _encode(item) for key, item in value.items()}
        case dict():
            return {_PAIRS: [[key, _encode(item)] for key, item in value.items()]}
        case list() | tuple() | set() | frozenset():
            return [_encode(item) for item in value]
        case _:
            return value


def _decode(value: dict[str, Any]) -> Any:  # noqa: ANN401 - as above
    return dict(value[_PAIRS]) if _PAIRS in value else value
