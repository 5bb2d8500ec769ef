"""Laws of evaluation, for any expression: the unknown agrees with the known, marks stay, and nothing is by chance."""

from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from planner.lang.values import (
    NULL,
    TRUE,
    UNKNOWN,
    Value,
    collect_marks,
    make_int,
    make_object,
    make_text,
    make_tuple,
    mark,
)
from tests.lang.spelling import LIST, SECRET, spell

Run = Callable[..., Any]

ATOMS = st.sampled_from(
    ["1", "2.5", '"a"', '"7"', "true", "false", "null", "var.x", "var.x", "var.x", "[var.x, 1]", "{a = var.x}", "[]"]
)
EXPRESSIONS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from(["+", "<", "==", "&&", "%", "!="]), inner),
        st.builds("({} ? {} : {})".format, inner, inner, inner),
        st.builds('"{}${{{}}}"'.format, st.sampled_from(["", "p"]), inner),
        st.builds("[for v in {} : {}]".format, inner, st.one_of(inner, st.just("v"))),
        st.builds("{{for k, v in {} : k => v if {}}}".format, inner, inner),
        st.builds("({})[{}]".format, inner, inner),
        st.builds("({}).a".format, inner),
        st.builds("({})[*]".format, inner),
        st.builds("try({}, {})".format, inner, inner),
        st.builds("can({})".format, inner),
        st.builds("[{}, {}]".format, inner, inner),
        st.builds('{{a = {}, (try(tostring({}), "b")) = 1}}'.format, inner, inner),
    ),
    max_leaves=8,
)
FILLINGS = [
    make_int(0),
    make_int(7),
    make_text("a"),
    TRUE,
    NULL,
    make_tuple([make_int(1)]),
    make_object({"a": make_text("b")}),
    LIST,
]


@settings(max_examples=200, deadline=None)
@given(EXPRESSIONS)
def test_what_is_known_before_is_what_comes_out_later(run: Run, text: str) -> None:
    early, diagnostics = run(text, {"x": UNKNOWN})
    if diagnostics:
        return
    for filling in FILLINGS:
        late, mistakes = run(text, {"x": filling})
        if not mistakes:
            assert _agrees(spell(early), spell(late)), f"{text} with {filling}: {late}, not {early}"


def _agrees(early: object, late: object) -> bool:
    if early is ...:
        return True
    if isinstance(early, list) and isinstance(late, list):
        return len(early) == len(late) and all(map(_agrees, early, late))
    if isinstance(early, dict) and isinstance(late, dict):
        return early.keys() == late.keys() and all(_agrees(early[key], late[key]) for key in early)
    return early == late


@settings(max_examples=200, deadline=None)
@given(EXPRESSIONS.filter(lambda text: "can(" not in text and "try(" not in text), st.sampled_from(FILLINGS))
def test_marks_are_never_lost(run: Run, text: str, filling: Value) -> None:
    plain, diagnostics = run(text, {"x": filling})
    marked, mistakes = run(text, {"x": mark(filling, SECRET)})
    assert [one.summary for one in diagnostics] == [one.summary for one in mistakes]
    if diagnostics:
        return
    assert spell(plain) == spell(marked)
    for other in FILLINGS:
        changed, _ = run(text, {"x": other})
        if spell(changed) != spell(plain):
            assert collect_marks(marked) == SECRET, f"{text} depends on it"


@settings(max_examples=100, deadline=None)
@given(EXPRESSIONS, st.sampled_from(FILLINGS))
def test_evaluation_gives_the_same_each_time(run: Run, text: str, filling: Value) -> None:
    assert run(text, {"x": filling}) == run(text, {"x": filling})
