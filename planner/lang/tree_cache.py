"""The tree cache: the trees of arguments and blocks as bytes, so that a later process reads only what has changed.

Plain JSON, a line for each, found by the text that it was read from and by the versions of what read it; without that
text a line can be neither read nor made, since a configuration may hold secrets. A line that is damaged is passed
over. What has mistakes in it is not kept, so that they are found again.
"""

import hashlib
import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.lang.tables import TableStore, make_key
from planner.model.spans import Source

if TYPE_CHECKING:
    from planner.lang.encode_tree import Item, Row

__all__ = ["TREES", "TreeCache"]

_FORMAT = "1"
"""To be raised when what rows mean changes."""
_SIZE_LIMIT = 12 * 2**20
"""How many bytes are kept at most, of some 5,000 blocks; what was not used for longest goes first."""
_ROWS_LIMIT = 64 * 2**20
"""How many bytes one line may become when it is unpacked."""
_CHECKSUM_SIZE = 16


class TreeCache:
    """The trees that are kept in one place of a store; what is new gets there with `save`.

    `place` is anything that tells configurations apart, and `describe_reader` says what reads them, once that is asked
    for: trees that others made are not used.
    """

    def __init__(self, store: TableStore, place: str, describe_reader: Callable[[], str]) -> None:
        self._store = store
        self._place = place
        self._describe_reader = describe_reader
        self._kept: _Kept | None = None
        self._used: dict[bytes, bytes] = {}
        self._has_news = False

    def find(self, source: Source, start: int, end: int) -> "tuple[Item, ...] | None":
        """Return the arguments and blocks between two offsets of `source`, or None where they are not kept."""
        from planner.lang.decode_tree import decode_items  # noqa: PLC0415 - only what reads HCL pays for it

        kept = self._load()
        name, secret = kept.derive(source.text[start:end])
        line = self._used.get(name) or kept.lines.get(name)
        if line is None:
            return None
        try:
            items = decode_items(_unpack(line, secret), source, start, end)
        except (ValueError, TypeError, RecursionError):
            return None
        self._used[name] = line
        return items

    def keep(self, items: "Sequence[Item]", source: Source, start: int, end: int) -> None:
        """Keep `items`, which stand between two offsets of `source` and have no mistakes."""
        from planner.lang.encode_tree import encode_items  # noqa: PLC0415 - as above

        name, secret = self._load().derive(source.text[start:end])
        self._used[name] = _pack(encode_items(items, start), secret)
        self._has_news = True

    def save(self) -> None:
        """Write what is kept to the store, if there is something new."""
        if not self._has_news:
            return
        kept = self._load()
        lines: list[bytes] = []
        size = 0
        for name, line in (self._used | kept.lines | self._used).items():
            size += len(name) + len(line) + 2
            if size > _SIZE_LIMIT:
                break
            lines.append(name + b" " + line + b"\n")
        self._store.write(kept.key, b"".join(lines))
        self._has_news = False

    def _load(self) -> "_Kept":
        if self._kept is None:
            reader = f"{_FORMAT}\0{self._describe_reader()}\0"
            key = make_key("trees", reader, self._place)
            lines = (line.partition(b" ") for line in (self._store.read(key) or b"").splitlines())
            self._kept = _Kept(key, {name: line for name, _, line in lines}, reader.encode())
        return self._kept


@dataclass(frozen=True, slots=True)
class _Kept:
    """What the store holds under `key`."""

    key: str
    lines: dict[bytes, bytes]
    reader: bytes

    def derive(self, text: str) -> tuple[bytes, bytes]:
        """Return the name of the line for `text`, and the secret that it is packed with."""
        digest = hashlib.sha512(self.reader + text.encode(errors="surrogatepass")).digest()
        return digest[:16].hex().encode(), digest[16:]


def _pack(rows: "list[Row]", secret: bytes) -> bytes:
    data = zlib.compress(json.dumps(rows, separators=(",", ":")).encode(), 1)
    return b64encode(_sum_up(data, secret) + _veil(data, secret))


def _unpack(line: bytes, secret: bytes) -> "list[Row]":
    """Return the rows that `_pack` made `line` of.

    Raises:
        ValueError: it did not, or not with this secret.
    """
    packed = b64decode(line, validate=True)
    data = _veil(packed[_CHECKSUM_SIZE:], secret)
    if _sum_up(data, secret) != packed[:_CHECKSUM_SIZE]:
        raise ValueError("the line is damaged")
    try:
        text = zlib.decompressobj().decompress(data, _ROWS_LIMIT)
    except zlib.error as error:
        raise ValueError("the line is damaged") from error
    rows: list[Row] = json.loads(text)
    return rows


def _sum_up(data: bytes, secret: bytes) -> bytes:
    return hashlib.sha256(secret + data).digest()[:_CHECKSUM_SIZE]


def _veil(data: bytes, secret: bytes) -> bytes:
    """Return `data` made unreadable for those without `secret`, or readable again."""
    stream = int.from_bytes(hashlib.shake_256(secret).digest(len(data)))
    return (int.from_bytes(data) ^ stream).to_bytes(len(data))


TREES: ContextVar[TreeCache | None] = ContextVar("TREES", default=None)
"""Where trees are kept between processes; without it every file is read anew."""
