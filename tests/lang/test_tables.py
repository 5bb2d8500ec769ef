"""The parser's tables between two processes: taken when they are right, computed anew when they are not."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from planner.lang import parser
from planner.lang.parse import parse_hcl
from planner.lang.tables import TABLES, Reduction, Tables, TableStore, decode_tables, encode_tables
from planner.model.spans import Source

TEXT = 'a "b" {\n  c = ["x${d}", 1.5, {e = <<EOT\nf\nEOT\n}]\n}\n'


@dataclass(eq=False)
class Store:
    """Keeps tables in memory and counts what is asked of it."""

    kept: dict[str, bytes] = field(default_factory=dict)
    writes: int = 0

    def read(self, key: str) -> bytes | None:
        return self.kept.get(key)

    def write(self, key: str, data: bytes) -> None:
        self.kept[key] = data
        self.writes += 1


@contextmanager
def _new_process(store: TableStore | None) -> Iterator[None]:
    """Forget the parser, as a new process would have."""
    parser._load_tables.cache_clear()
    token = TABLES.set(store)
    try:
        yield
    finally:
        TABLES.reset(token)
        parser._load_tables.cache_clear()


def test_second_process_reads_what_the_first_has_written() -> None:
    store = Store()
    with _new_process(None):
        expected = parse_hcl(Source("x", TEXT))
    for _ in range(2):
        with _new_process(store):
            assert parse_hcl(Source("x", TEXT)) == expected
            assert parse_hcl(Source("x", "a = = 1\n"))[1][0].summary == "Invalid expression"
    assert store.writes == 1


@pytest.fixture(scope="module")
def written() -> tuple[str, bytes]:
    """Return the key and the bytes of the tables."""
    store = Store()
    with _new_process(store):
        parse_hcl(Source("x", TEXT))
    ((key, data),) = store.kept.items()
    return key, data


def _seal(text: bytes) -> bytes:
    """Return a file with the checksum that belongs to `text`."""
    return hashlib.sha256(text).hexdigest().encode() + b"\n" + text


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "garbage": lambda _: b"garbage",
    "truncated": lambda data: data[:-1],
    "changed": lambda data: data[:-1] + b"!",
    "no tables": lambda _: encode_tables(Tables((), (), {}, {})),
    "states that are not there": lambda _: encode_tables(Tables(({"NAME": 1},), (), {"start": 0}, {"start": 0})),
    "another document": lambda _: _seal(b'{"a": 1}'),
    "another shape": lambda _: _seal(b"[{}, [], {}]"),
    "other types": lambda _: _seal(b'[[{"NAME": null}], [], {"start": 0}, {"start": 0}]'),
    "numbers only": lambda _: _seal(b"[1, 2, 3, 4]"),
    "not JSON": lambda _: _seal(b"\xff"),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_tables_that_are_not_ours_are_written_over(
    damage: Callable[[bytes], bytes], written: tuple[str, bytes]
) -> None:
    key, data = written
    store = Store({key: damage(data)})
    with _new_process(store):
        body, diagnostics = parse_hcl(Source("x", TEXT))
    assert (len(body.blocks), diagnostics) == (1, ())
    assert store.writes == 1
    assert decode_tables(store.kept[key]).starts


def test_tables_survive_as_plain_data() -> None:
    rules = (Reduction("a", "b", 2, ((0, True), (1, False)), True), Reduction("c", "d", 0, None, False))  # noqa: FBT003 - as it is kept
    tables = Tables(({"NAME": 1, "a": 0}, {"$END": -2}), rules, {"start": 0}, {"start": 1})
    read = decode_tables(encode_tables(tables))
    assert (read.states, read.reductions, read.starts, read.ends) == (
        tables.states,
        rules,
        {"start": 0},
        {"start": 1},
    )
