"""Bodies: reads the body of an answer, decompressed, and never more of it than was agreed.

Refuses a body that is longer, one that ends too early, and a compression that we did not ask for and cannot bound.
"""

import zlib
from collections.abc import AsyncIterable

__all__ = ["BadBody", "read_into"]

_GZIP_OR_ZLIB = zlib.MAX_WBITS | 32
_CODINGS = frozenset({"gzip", "x-gzip", "deflate"})


class BadBody(Exception):  # noqa: N818 - says what a body is; never leaves this package
    """A body cannot be taken; the text says why, as the end of a sentence. `is_final` where a repeat is the same."""

    def __init__(self, reason: str, *, is_final: bool) -> None:
        super().__init__(reason)
        self.is_final = is_final


async def read_into(
    sink: bytearray, chunks: AsyncIterable[bytes], *, coding: str = "", length: str = "", max_bytes: int
) -> None:
    """Put the decoded body that comes in `chunks` into `sink`, which keeps what came before anything went wrong.

    `coding` and `length` are the answer's `Content-Encoding` and `Content-Length`: we ask for no compression, but a
    proxy may add one; and where no network is in between, nobody else compares the length. Raises `BadBody`.
    """
    inflater = _open_inflater(coding)
    came = 0
    async for chunk in chunks:
        came += len(chunk)
        room = max_bytes - len(sink)
        sink += chunk[: room + 1] if inflater is None else _inflate(inflater, chunk, room + 1)
        if len(sink) > max_bytes:
            raise BadBody(f"is longer than {max_bytes} bytes", is_final=True)
    is_cut = length.isdecimal() and len(length) < 20 and came < int(length)
    if is_cut or (inflater is not None and came > 0 and not inflater.eof):
        raise BadBody("ended too early", is_final=False)


def _open_inflater(coding: str) -> "zlib._Decompress | None":
    name = coding.strip().lower()
    if name in {"", "identity"}:
        return None
    if name in _CODINGS:
        return zlib.decompressobj(_GZIP_OR_ZLIB)
    raise BadBody("is compressed in a way that was not asked for", is_final=True)


def _inflate(inflater: "zlib._Decompress", chunk: bytes, at_most: int) -> bytes:
    try:
        decoded = inflater.decompress(chunk, at_most)
    except zlib.error:
        raise BadBody("is damaged", is_final=False) from None
    if inflater.unused_data:
        raise BadBody("goes on after its end", is_final=False)
    return decoded
