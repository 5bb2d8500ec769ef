"""Trees kept between two processes: the same configuration, read faster; what is damaged is read anew."""

import base64
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.lang import parse, tree_cache
from planner.lang.decode_tree import decode_items
from planner.lang.encode_tree import encode_items
from planner.lang.parse import parse_hcl
from planner.lang.parser import Rule, parse_tree
from planner.lang.syntax import Body
from planner.lang.tree_cache import TREES, TreeCache
from planner.model.diagnostics import Diagnostic
from planner.model.spans import Source

Read = tuple[Body, tuple[Diagnostic, ...]]

CORPUS: list[str] = [
    json.loads(line)["text"]
    for line in Path(__file__).with_name("acceptance.jsonl").read_text(encoding="utf-8").splitlines()
]
ONE = 'one "a" {\n  b = "secret word"\n}\n'
TWO = 'two {\n  c = [for k, v in d : "${k}: ${v}" if v != null]\n  e {}\n}\n'
EVERY_NODE = """\
a "l" m {
  n = [1.5e3, true, null, "t", x.y[0].z.0, -x, !x, (x + 1), x ? y : z, f(x...), a::b(), x[*].y, x.*.z]
  o = {p = "q${r}s%{ if t }u${v}%{ else }%{ for w in x }y%{ endfor }%{ endif }", (z) = <<-E
    %{ for k, v in c ~}
    é "${k}"
    %{ endfor ~}
    E
  }
  s = {for k, v in x : k => v... if v != 1}
  t = [for v in x : v]
  u {}
}
b = "\\u00e9"
"""


@dataclass(eq=False)
class Store:
    """Keeps bytes in memory and counts what is asked of it."""

    kept: dict[str, bytes] = field(default_factory=dict)
    writes: int = 0

    def read(self, key: str) -> bytes | None:
        return self.kept.get(key)

    def write(self, key: str, data: bytes) -> None:
        self.kept[key] = data
        self.writes += 1


@contextmanager
def _new_process(store: Store, place: str = "here", versions: str = "1") -> Iterator[None]:
    cache = TreeCache(store, place, lambda: versions)
    token = TREES.set(cache)
    try:
        yield
    finally:
        TREES.reset(token)
        cache.save()


def _read(store: Store, text: str, place: str = "here", versions: str = "1") -> Read:
    with _new_process(store, place, versions):
        return parse_hcl(Source("main.hcl", text))


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that grows by each text that the parser is given."""
    texts: list[str] = []
    original = parse_tree

    def record(text: str, start: int, end: int, rule: Rule) -> object:
        if rule == "start":
            texts.append(text[start:end])
        return original(text, start, end, rule)

    monkeypatch.setattr(parse, "parse_tree", record)
    return texts


@pytest.mark.parametrize("text", [ONE + TWO, EVERY_NODE, "\ufeff" + ONE, "# c\n" + TWO + "/* d\n*/" + ONE, ""])
def test_kept_trees_are_those_that_were_read(text: str, parsed: list[str]) -> None:
    store = Store()
    expected = parse_hcl(Source("main.hcl", text))
    assert expected[1] == ()
    assert _read(store, text) == expected
    parsed.clear()
    assert _read(store, text) == expected
    assert parsed == []


def test_only_what_has_changed_is_read_anew(parsed: list[str]) -> None:
    store = Store()
    _read(store, ONE + "\n# about two\n" + TWO)
    parsed.clear()
    changed = TWO.replace("null", "1")
    text = "# new\n\n" + changed + "\n\n" + ONE
    assert _read(store, text) == parse_hcl(Source("main.hcl", text))
    assert parsed[0] == changed
    assert len(parsed) == 1 + 2, "the second reading had no cache"
    assert store.writes == 2


def test_file_as_a_whole_is_read_alike_where_blocks_are_indented() -> None:
    text = "  " + ONE + "  " + TWO
    assert [block.type for block in _read(Store(), text)[0].blocks] == ["one", "two"]


@pytest.mark.parametrize("text", [text for text in CORPUS if "\n" in text.strip()][::20])
def test_mistakes_are_the_same_from_a_cache(text: str) -> None:
    store = Store()
    text = ONE + text
    cold = _read(store, text)
    assert _read(store, text) == cold == parse_hcl(Source("main.hcl", text))


def test_trees_of_another_reader_or_place_are_not_used(parsed: list[str]) -> None:
    store = Store()
    for versions, place in (("1", "here"), ("2", "here"), ("1", "there")):
        _read(store, ONE, place, versions)
    assert len(parsed) == 3
    assert len(store.kept) == 3


def test_nothing_of_the_text_is_in_the_store() -> None:
    store = Store()
    _read(store, ONE)
    (data,) = store.kept.values()
    assert b"secret" not in data
    _, _, line = data.strip().partition(b" ")
    assert b"x\x01" not in base64.b64decode(line), "zlib's mark: packed, yet not veiled"


DAMAGES: dict[str, Callable[[list[bytes]], bytes]] = {
    "empty": lambda _: b"",
    "garbage": lambda _: b"\xff\x00 \n\n   \n",
    "truncated": lambda lines: b"\n".join(lines)[:-20],
    "swapped": lambda lines: b"\n".join(
        name + b" " + other.partition(b" ")[2] for name, other in zip(_names(lines), lines[::-1], strict=True)
    ),
    "changed": lambda lines: b"\n".join(line[:-6] + b"AAAA==" for line in lines),
    "no content": lambda lines: b"\n".join(name + b" " for name in _names(lines)),
    "not base64": lambda lines: b"\n".join(name + b" {}" for name in _names(lines)),
    "short": lambda lines: b"\n".join(name + b" AAAA" for name in _names(lines)),
}


def _names(lines: list[bytes]) -> list[bytes]:
    return [line.partition(b" ")[0] for line in lines]


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_damaged_trees_are_read_anew_and_written_over(damage: Callable[[list[bytes]], bytes]) -> None:
    store = Store()
    expected = _read(store, ONE + TWO)
    ((key, data),) = store.kept.items()
    spoiled = damage(data.splitlines())
    assert spoiled != data
    store.kept[key] = spoiled
    assert _read(store, ONE + TWO) == expected
    assert store.writes == 2
    assert store.kept[key].startswith(data)


def test_what_was_used_last_stays_when_there_is_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store()
    _read(store, ONE + TWO)
    monkeypatch.setattr(tree_cache, "_SIZE_LIMIT", 700)
    for number in range(20):
        _read(store, ONE + f"x = {number}\n")
    (data,) = store.kept.values()
    assert len(data) <= 700
    writes = store.writes
    _read(store, ONE + "x = 19\n")
    assert store.writes == writes


def test_what_is_long_or_deep_is_kept_like_anything_else(parsed: list[str]) -> None:
    store = Store()
    text = f"x = {'1 + ' * 800}1\ny = {'[' * 60}{']' * 60}\n"
    assert _read(store, text)[1] == ()
    parsed.clear()
    _read(store, text)
    assert parsed == []


ROWS = encode_items(
    [*parse_hcl(Source("x", EVERY_NODE))[0].attributes, *parse_hcl(Source("x", EVERY_NODE))[0].blocks], 0
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 300) | st.floats() | st.sampled_from(["", "a", "+", "!"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=1), inner, max_size=2),
    max_leaves=5,
)


@settings(max_examples=300)
@given(at=st.integers(0, len(ROWS) - 1), place=st.integers(0, 7), value=JSON, drop=st.booleans())
def test_rows_that_make_no_tree_are_refused(at: int, place: int, value: object, *, drop: bool) -> None:
    rows = json.loads(json.dumps(ROWS))
    if drop:
        del rows[at]
    elif place < len(rows[at]):
        rows[at][place] = value
    else:
        rows.insert(at, value)
    try:
        items = decode_items(rows, Source("x", EVERY_NODE), 0, len(EVERY_NODE))
    except ValueError:
        return
    for row in encode_items(items, 0):
        assert 0 <= row[1] <= row[2] <= len(EVERY_NODE)
