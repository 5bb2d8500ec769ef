"""Any text at all: it is read or it is refused with a place inside it, and nothing is ever raised."""

import gc
from collections.abc import Callable, Mapping

from hypothesis import example, given, settings
from hypothesis import strategies as st

from planner.lang.content import read_content
from planner.lang.evaluate import evaluate
from planner.lang.json_syntax import parse_json
from planner.lang.parse import parse_expression, parse_hcl, parse_template
from planner.lang.parse_type import parse_type
from planner.lang.schema import AttributeSchema, BlockSchema, BodySchema, Notation
from planner.lang.scope import Scope
from planner.lang.syntax import Body
from planner.lang.values import NULL, Value, make_object
from planner.model.diagnostics import Diagnostic
from planner.model.spans import Source

MakeScope = Callable[[Mapping[str, Value]], Scope]
WORDS = r"""
${ %{ $${ %%{ ~} } { [ ] ( ) " \ \n \u12 . .* [*] * / % + - ! && || == <= > = => ? : :: ... , ; ' ` @ # // /* */
1 1.5 1e9 1.2.3 a é b-c _ if else endif endfor for in true null var.x f( for_each
"""
FRAGMENTS = st.sampled_from(
    [*WORDS.split(), " ", " in ", "\n", "\r", "\r\n", "\t", "<<EOT\n", "<<-EOT\n", "EOT\n", "<<É\n", "\0", "\ufeff"]
)
TEXTS = st.lists(FRAGMENTS, max_size=30).map("".join) | st.text(max_size=30)
STARTS = st.sampled_from(["", "x = ", 'x = "', "b {\n  x = ", "x = <<EOT\n", 'b "l" {\n', "x = [for "])


def _evaluate_all(body: Body, scope: Scope) -> None:
    for attribute in body.attributes:
        evaluate(attribute.expression, scope)
        parse_type(attribute.expression)
    for block in body.blocks:
        _evaluate_all(block.body, scope)


def _check_places(diagnostics: tuple[Diagnostic, ...], text: str) -> None:
    for diagnostic in diagnostics:
        assert diagnostic.span is not None
        assert 0 <= diagnostic.span.start <= diagnostic.span.end <= len(text)
        assert diagnostic.summary
        assert diagnostic.detail


@settings(max_examples=400)
@given(STARTS, TEXTS)
@example("", "\r")
@example("x = ", "/*")
@example("x = ", "<<A\n${<<A\nA\n}\nA\n")
def test_any_file_is_read_or_refused(make_scope: MakeScope, start: str, rest: str) -> None:
    text = start + rest
    body, diagnostics = parse_hcl(Source("x", text))
    _check_places(diagnostics, text)
    _evaluate_all(body, make_scope({"var": make_object({"x": NULL})}))


@settings(max_examples=200)
@given(TEXTS)
def test_any_expression_and_template_is_read_or_refused(make_scope: MakeScope, text: str) -> None:
    for parse in (parse_expression, parse_template):
        expression, diagnostics = parse(Source("x", text))
        _check_places(diagnostics, text)
        assert expression is not None or diagnostics
        if expression is not None:
            evaluate(expression, make_scope({}))


SCHEMA = BodySchema(
    attributes=(AttributeSchema(name="a"), AttributeSchema(name="t", notation=Notation.BARE)),
    blocks=(BlockSchema(type="b", labels=("name",), body=BodySchema(open=True)),),
)
JSON_WORDS = r"""{" ": " ${ } { [ ] , a t b \ \u00e9 1 null var.x %{"""
JSON_TEXTS = st.lists(st.sampled_from([*JSON_WORDS.split(), " "]), max_size=20).map("".join)


@settings(max_examples=200)
@given(JSON_TEXTS, JSON_TEXTS)
def test_any_json_is_read_or_refused(make_scope: MakeScope, one: str, other: str) -> None:
    for text in (one, f'{{"a": "{other}", "t": "{one}", "b": {{"{other}": {{"c": "{one}"}}}}}}'):
        body, diagnostics = parse_json(Source("x", text))
        content, more = read_content(body, SCHEMA)
        _check_places((*diagnostics, *more), text)
        for attribute in content.attributes.values():
            evaluate(attribute.expression, make_scope({}))
        for block in content.blocks:
            _evaluate_all(block.body, make_scope({}))


def test_garbage_collection_goes_on_after_a_parse() -> None:
    assert gc.isenabled()
    parse_hcl(Source("x", "a = = 1\n"))
    assert gc.isenabled()
    gc.disable()
    try:
        parse_hcl(Source("x", "a = 1\n"))
        assert not gc.isenabled()
    finally:
        gc.enable()
