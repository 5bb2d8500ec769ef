"""Right texts made wrong here and there: read or refused like any other, alike from a cache and part by part."""

import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from unittest import mock

from hypothesis import given, settings
from hypothesis import strategies as st

from planner.lang import parse
from planner.lang.content import read_content
from planner.lang.json_syntax import parse_json
from planner.lang.parse import parse_expression, parse_hcl, parse_template
from planner.lang.schema import BlockSchema, BodySchema
from planner.lang.tree_cache import TREES, TreeCache
from planner.model.diagnostics import Diagnostic
from planner.model.spans import Source, Span

CORPUS: list[str] = [
    json.loads(line)["text"]
    for line in Path(__file__).with_name("acceptance.jsonl").read_text(encoding="utf-8").splitlines()
]
SIGNS = r"""
( ) [ ] { } " , . : :: = => ... ? + - ! == && << <<E <<-E ${ %{ ~} $${ %%{ # // /* */ \ .* [*] .0 for in if true null
"""
PIECES = [
    *SIGNS.split(),
    *("\n", "\r\n", "\r", " ", "E\n", "a = 1\n", "b {\n", "}\n", "é", "²", "\0", "\ufeff", "\u2028"),
]
EDITS = st.tuples(st.integers(0, 10_000), st.integers(0, 3), st.sampled_from(PIECES) | st.just(""))


def _edit(text: str, edits: list[tuple[int, int, str]]) -> str:
    for place, length, piece in edits:
        at = place % (len(text) + 1)
        text = text[:at] + piece + text[at + length :]
    return text


TEXTS = st.builds(
    lambda parts, edits: _edit("".join(parts), edits),
    st.lists(st.sampled_from(CORPUS), min_size=1, max_size=3),
    st.lists(EDITS, max_size=3),
)


def _list_spans(node: object) -> Iterator[Span]:
    if isinstance(node, Span):
        yield node
    elif isinstance(node, tuple):
        for item in node:
            yield from _list_spans(item)
    elif is_dataclass(node):
        for field in fields(node):
            yield from _list_spans(getattr(node, field.name))


def _check(node: object, diagnostics: tuple[Diagnostic, ...], text: str) -> None:
    assert all(diagnostic.span is not None for diagnostic in diagnostics)
    for span in _list_spans((node, diagnostics)):
        assert 0 <= span.start <= span.end <= len(text)


class _Store:
    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def read(self, key: str) -> bytes | None:
        return self.kept.get(key)

    def write(self, key: str, data: bytes) -> None:
        self.kept[key] = data


@settings(max_examples=400)
@given(TEXTS)
def test_file_is_read_or_refused_and_alike_from_a_cache(text: str) -> None:
    source = Source("x", text)
    expected = parse_hcl(source)
    _check(*expected, text)
    store = _Store()
    for _ in range(2):
        cache = TreeCache(store, "", lambda: "")
        token = TREES.set(cache)
        try:
            assert parse_hcl(source) == expected
        finally:
            TREES.reset(token)
        cache.save()


@settings(max_examples=400)
@given(TEXTS)
def test_file_is_read_alike_in_parts_and_as_a_whole(text: str) -> None:
    source = Source("x", text)
    in_parts = parse_hcl(source)
    with mock.patch.object(parse, "split_items", lambda text, at: iter([(at, len(text))])):
        assert parse_hcl(source) == in_parts


@settings(max_examples=300)
@given(TEXTS)
def test_expression_and_template_are_read_or_refused(text: str) -> None:
    text = text.removeprefix("x = ").removesuffix("\n")
    for read in (parse_expression, parse_template):
        node, diagnostics = read(Source("x", text))
        assert node is not None or diagnostics
        _check(node, diagnostics, text)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["", "a", "${a}", "%{ if a }b%{ endif }", "//", "é"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "b", "//", "${c}", "x y"]), inner, max_size=3)
    ),
    max_leaves=10,
)
SCHEMA = BodySchema(blocks=(BlockSchema(type="b", labels=("name",), body=BodySchema(open=True)),), open=True)


@settings(max_examples=300)
@given(VALUES, st.lists(EDITS, max_size=3))
def test_json_syntax_is_read_or_refused(document: object, edits: list[tuple[int, int, str]]) -> None:
    text = _edit(json.dumps({"b": document, "a": document}, ensure_ascii=False), edits)
    body, diagnostics = parse_json(Source("x", text))
    content, more = read_content(body, SCHEMA)
    _check((tuple(content.attributes.values()), content.blocks), (*diagnostics, *more), text)
