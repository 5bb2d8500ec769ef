"""Where things stand: every node's span is exactly the text that it was written as."""

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from planner.lang.parse import parse_expression, parse_hcl, parse_template
from planner.lang.syntax import Body, Literal, ObjectItem, Variable
from planner.model.spans import Source, find_position

ATOMS = st.sampled_from(
    ["1", "2.5", "1e3", "true", "null", "a", "var", "é", '"x"', '"a${b}c"', '"${ b }"', '"%{ if a }b%{ endif }"', "f()"]
)
GAPS = st.sampled_from(["", " ", "\t", " /* c */ "])


def _decorate(expressions: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Return longer expressions made of `expressions`, with blanks and comments where the language allows them."""
    one, gap = expressions, GAPS
    return st.one_of(
        st.builds("({1}{0}{1})".format, one, gap),
        st.builds("[{2}{0}{2},{2}\n{1} # c\n]".format, one, one, gap),
        st.builds("{{{2}k{2}={2}{0}{2},{2}(m){2}:{2}{1}{2}}}".format, one, one, gap),
        st.builds("({0}){1}.name{1}[{2}]".format, one, gap, one),
        st.builds("({0}).*.b[*].c".format, one),
        st.builds("({0}{2}+{2}{1})".format, one, one, gap),
        st.builds("({0} ?{2}{1}{2}: {0})".format, one, one, gap),
        st.builds("(!{1}{0})".format, one, gap),
        st.builds("g({2}{0}{2},{2}{1}...{2})".format, one, one, gap),
        st.builds("[for k, v in {0} : {1} if v]".format, one, one),
        st.builds("{{for v in {0} : v => {1}...}}".format, one, one),
    )


EXPRESSIONS = st.recursive(ATOMS, _decorate, max_leaves=8)


def _walk(node: Any) -> Iterator[Any]:  # noqa: ANN401 - nodes of every kind, and tuples of them
    """Yield `node` and all nodes below it that have a span, but for the marker of a splat and what stands on it."""
    if isinstance(node, tuple):
        for part in node:
            yield from _walk(part)
    elif isinstance(node, ObjectItem):
        # A bare name as a key is a literal; on its own it would be a variable.
        yield from _walk(node.value)
    elif is_dataclass(node) and hasattr(node, "span"):
        if not _stands_on_marker(node):
            yield node
        for field in fields(node):
            if field.name not in {"span", "each"}:
                yield from _walk(getattr(node, field.name))


def _stands_on_marker(node: object) -> bool:
    while hasattr(node, "operand"):
        node = node.operand
    return isinstance(node, Variable) and node.name == "*"


@given(EXPRESSIONS)
def test_text_of_a_span_means_the_node(show: Callable[[Any], str], text: str) -> None:
    expression, diagnostics = parse_expression(Source("x", f"  {text}  # end"))
    assert diagnostics == ()
    for node in _walk(expression):
        written = f"  {text}  # end"[node.span.start : node.span.end]
        assert written == written.strip()
        if type(node).__name__.startswith("Template") and not written.startswith('"'):
            again, problems = parse_template(Source("x", written))
            assert again is not None
            assert show(again.parts[0] if hasattr(again, "parts") else again) == show(node)
        else:
            again, problems = parse_expression(Source("x", written))
            assert again is not None
            assert show(again) == show(node)
        assert problems == ()


@given(EXPRESSIONS, EXPRESSIONS)
def test_spans_in_a_body_are_exact(one: str, other: str) -> None:
    text = f'\n# c\nfirst = {one} # c\nkind "label" name {{ // c\n  second = {other}\n  inner {{}}\n}}\n'
    body, diagnostics = parse_hcl(Source("x", text))
    assert diagnostics == ()
    (first,) = body.attributes
    (block,) = body.blocks
    (second,) = block.body.attributes

    def cut(node: object, name: str = "span") -> str:
        span = getattr(node, name)
        return text[span.start : span.end]

    assert (cut(first), cut(first, "name_span"), cut(first.expression)) == (f"first = {one}", "first", one)
    assert (cut(second), cut(second.expression)) == (f"second = {other}", other)
    assert cut(block, "header") == 'kind "label" name'
    assert [cut(label) for label in block.labels] == ['"label"', "name"]
    assert cut(block) == text[text.index("kind") :].rstrip()
    assert cut(block.body) == text[text.index("{ // c") + 1 : text.rindex("}")]
    assert cut(block.body.blocks[0]) == "inner {}"
    assert body.span.end == len(text)


def test_span_of_a_heredoc_ends_at_its_marker() -> None:
    text = "x = <<-EOT\n    a ${b}\n    EOT  \ny = 1\n"
    body, _ = parse_hcl(Source("x", text))
    heredoc = body.attributes[0].expression
    assert text[heredoc.span.start : heredoc.span.end] == "<<-EOT\n    a ${b}\n    EOT"
    inner: Any = heredoc
    assert text[inner.parts[1].span.start : inner.parts[1].span.end] == "b"


def test_spans_lead_to_lines_and_columns() -> None:
    text = "a {\n  é = [1,\n    b]\n}\n"
    body, _ = parse_hcl(Source("x", text))
    item: Any = body.blocks[0].body.attributes[0].expression
    assert (
        find_position(text, item.items[1].span.start).line,
        find_position(text, item.items[1].span.start).column,
    ) == (3, 5)


def test_splat_marker_stands_where_it_was_written() -> None:
    text = "a[*].b"
    splat: Any = parse_expression(Source("x", text))[0]
    assert text[splat.each.operand.span.start : splat.each.operand.span.end] == "[*]"
    assert text[splat.each.span.start : splat.each.span.end] == "[*].b"


def test_bare_key_stands_where_it_was_written() -> None:
    text = "{ key = 1 }"
    node: Any = parse_expression(Source("x", text))[0]
    key = node.items[0].key
    assert isinstance(key, Literal)
    assert text[key.span.start : key.span.end] == "key"


def test_nothing_is_a_body_too() -> None:
    assert isinstance(parse_hcl(Source("x", ""))[0], Body)
