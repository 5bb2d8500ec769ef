"""What expressions come to: values, what is said where there is none, marks, and what is not known yet."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from planner.lang.conversion import convert
from planner.lang.number import INFINITY, Number, parse_number
from planner.lang.types import BOOL, DYNAMIC, NUMBER, STRING, Type, list_of, map_of, set_of
from planner.lang.values import (
    NULL,
    TRUE,
    UNKNOWN,
    Mark,
    MarkKind,
    Nothing,
    Value,
    collect_marks,
    is_known,
    items_of,
    make_int,
    make_null,
    make_object,
    make_text,
    make_tuple,
    make_unknown,
    mark,
    members_of,
)
from tests.lang.spelling import LIST, SECRET, spell

Run = Callable[..., Any]


def _number(text: str) -> Value:
    number = parse_number(text)
    assert number is not None
    return Value(NUMBER, number)


SET = convert(make_tuple([make_text("q"), make_text("p"), make_text("q")]), set_of(STRING))
MAP = convert(make_object({"b": make_text("2"), "a": make_text("1")}), map_of(STRING))
VARIABLES = {
    "n": make_int(5),
    "s": make_text("hello"),
    "t": TRUE,
    "z": NULL,
    "l": make_tuple([make_text("a"), make_text("b")]),
    "o": make_object({"name": make_text("x"), "items": make_tuple([make_int(1)])}),
    "ls": LIST,
    "ss": SET,
    "ms": MAP,
    "none": make_null(list_of(STRING)),
    "u": UNKNOWN,
    "un": make_unknown(NUMBER),
    "ub": make_unknown(BOOL),
    "us": make_unknown(STRING),
    "ul": make_unknown(list_of(STRING)),
    "secret": mark(make_text("hunter2"), SECRET),
    "secrets": mark(make_tuple([make_text("hunter2"), make_text("hunter3")]), SECRET),
}

VALUES = [
    ("{a = 1, a = 2}", {"a": "#2"}),
    ("{null = 1, true = 2, 3 = 4}", {"null": "#1", "true": "#2", "3": "#4"}),
    ('{(var.s) = 1, "${var.s}-x" = 2}', {"hello": "#1", "hello-x": "#2"}),
    ('"${null}"', None),
    ('"${[1]}"', ["#1"]),
    ('"a${true}${1.50}"', "atrue1.5"),
    ('"e${"\\u0301"}"', "é"),
    ("1 + 2 * 3 - 4 / 8 % 3", "#6.5"),
    ('"3" + 4', "#7"),
    ('-"3"', "#-3"),
    ('!"true"', False),
    ('"2" < 10', True),
    ('"1" == 1', False),
    ("0.1 + 0.2 == 0.3", True),
    ("5 % 0", "#5"),
    ("-7 % 3", "#-1"),
    ("10000000000000000000000000 + 1", "#10000000000000000000000001"),
    ("true && !false || false", True),
    ('true ? 1 : "a"', "1"),
    ("false ? [1] : [2, 3]", ["#2", "#3"]),
    ("true ? null : 1", None),
    ("true ? 1 : nope.nope", "#1"),
    ("var.l.1", "b"),
    ('var.l["1"]', "b"),
    ('var.ms["a"]', "1"),
    ("var.o.items[0]", "#1"),
    ("var.ss[*]", ["p", "q"]),
    ("var.s[*]", ["hello"]),
    ("var.z[*]", []),
    ("[{a = 1}, {a = 2}][*].a", ["#1", "#2"]),
    ("[{a = [1]}, {a = [2]}].*.a[0]", ["#1"]),
    ("[{a = [1]}, {a = [2]}][*].a[0]", ["#1", "#2"]),
    ('[for x in var.l : "${x}!"]', ["a!", "b!"]),
    ("[for k, v in var.ms : k]", ["a", "b"]),
    ("[for k, v in var.ss : k]", ["p", "q"]),
    ("{for k, v in var.l : v => k}", {"a": "#0", "b": "#1"}),
    ("{for v in [1, 2, 3] : (v > 1) => v...}", {"false": ["#1"], "true": ["#2", "#3"]}),
    ("[for x in [1, 2, 3] : x if x != 2]", ["#1", "#3"]),
    ("[for x in [[1, 2], [3]] : [for y in x : x[0] + y]]", [["#2", "#3"], ["#6"]]),
    ('"%{ if var.t }a%{ else }b%{ endif }%{ for i, x in var.l ~} ${i}${x} %{ endfor ~} c"', "a0a 1b c"),
    ("(1)", "#1"),
    ('"${~ 1 ~}"', "#1"),
    ('" ${~ 1 ~} "', "1"),
    ('"a $ \\n${~ 1 }"', "a $1"),
    ('"%  ${~ 1 }"', "%1"),
]


@pytest.mark.parametrize(("text", "value"), VALUES)
def test_value(text: str, value: object, run: Run) -> None:
    found, diagnostics = run(text, VARIABLES)
    assert diagnostics == ()
    assert spell(found) == value


def test_something_by_nothing_is_infinite(run: Run) -> None:
    assert run("1 / 0") == (Value(NUMBER, INFINITY), ())


MISTAKES = [
    ("vra.n", "Unknown variable", "vra", 'Did you mean "var"?'),
    ("var.o.nmae", "Unsupported attribute", ".nmae", 'Did you mean "name"?'),
    ("var.n.a", "Unsupported attribute", ".a", "A number has no attributes"),
    ("var.l.a", "Unsupported attribute", ".a", "A tuple has no attributes"),
    ("var.ms.c", "Missing map element", ".c", 'the key "c"'),
    ("null.a", "Attempt to get attribute from null value", ".a", "null"),
    ("null[0]", "Attempt to index null value", "[0]", "null"),
    ("var.l[2]", "Invalid index", "[2]", "There are 2 elements"),
    ("[][0]", "Invalid index", "[0]", "nothing in it"),
    ("var.l[-1]", "Invalid index", "[-1]", "not negative"),
    ("var.l[0.5]", "Invalid index", "[0.5]", "whole number"),
    ("var.l[null]", "Invalid index", "[null]", "The index is null"),
    ('var.l["a"]', "Invalid index", '["a"]', "of type string"),
    ('var.o["nmae"]', "Invalid index", '["nmae"]', 'Did you mean "name"?'),
    ("var.o[0]", "Invalid index", "[0]", "names, not positions"),
    ("var.ss[0]", "Invalid index", "[0]", "tolist()"),
    ("var.s[0]", "Invalid index", "[0]", "A string has no elements"),
    ('"a${null}"', "Invalid template interpolation value", "null", "this is null"),
    ('"a${[1]}"', "Invalid template interpolation value", "[1]", "of type tuple"),
    ("{(null) = 1}", "Null value as key", "(null)", "this is null"),
    ("{[1] = 1}", "Incorrect key type", "[1]", "of type tuple"),
    ("{var.n = 1}", "Ambiguous attribute key", "var.n", "parentheses"),
    ('-"x"', "Invalid operand", '"x"', "needs a number"),
    ("[1] + 2", "Invalid operand", "[1]", "of type tuple"),
    ("true || 1", "Invalid operand", "1", "of type number"),
    ("-null", "Operation failed", "-null", "needs a number"),
    ("1 < null", "Operation failed", "1 < null", "null"),
    ("0 / 0", "Operation failed", "0 / 0", "no result"),
    ("null ? 1 : 2", "Null condition", "null", "true or false"),
    ('"x" ? 1 : 2', "Incorrect condition type", '"x"', "bool"),
    ("true ? [1] : {}", "Inconsistent conditional result types", "[1] : {}", "a tuple, the second an object"),
    ("true ? {a = [1]} : {a = {}}", "Inconsistent conditional result types", "{a = [1]} : {a = {}}", '"a"'),
    ("[for x in null : x]", "Iteration over null value", "null", "null"),
    ("[for x in 5 : x]", "Iteration over non-iterable value", "5", "a number"),
    ("[for x in [] : x if null]", "Condition is null", "null", "null"),
    ('[for x in [1] : x if "y"]', "Invalid 'for' condition", '"y"', "bool"),
    ("{for x in [1, 1] : x => x}", "Duplicate object key", "x", 'the key "1"'),
    ("{for x in [null] : x => x}", "Invalid object key", "x", "null"),
    ("var.none[*]", "Splat of null value", "var.none", "coalesce"),
    ("nosuch(1)", "Call to unknown function", "nosuch", "no function"),
    ("joni(1)", "Call to unknown function", "joni", 'Did you mean "join"?'),
    ("provider::a::b(1)", "Unknown provider function", "provider::a::b", "built-in"),
    ("try(var.o.a, 1 + null)", "Error in function call", "try", "Unsupported attribute; Operation failed"),
    ("can()", "Not enough function arguments", ")", '"expression" is missing'),
    ("can(1, 2)", "Too many function arguments", "2", "1 argument"),
    ("can(1...)", "Invalid expanding argument value", "1", "of type number"),
]


@pytest.mark.parametrize(("text", "summary", "marked", "detail"), MISTAKES)
def test_mistake_is_told_where_it_is(text: str, summary: str, marked: str, detail: str, run: Run) -> None:
    _, diagnostics = run(text, VARIABLES)
    assert [one.summary for one in diagnostics] == [summary]
    assert text[diagnostics[0].span.start : diagnostics[0].span.end] == marked
    assert detail in diagnostics[0].detail
    assert diagnostics[0].detail.endswith(".")


def test_mistakes_are_collected_in_their_order_and_the_rest_has_its_value(run: Run) -> None:
    value, diagnostics = run("{(1 + null) = 1 + [], b = [1, 1 + null], c = 4}.c")
    assert [one.summary for one in diagnostics] == ["Operation failed", "Invalid operand", "Operation failed"]
    assert value == UNKNOWN
    value, diagnostics = run("{a = nope, b = [1, 2 + 3]}")
    assert spell(value) == {"a": ..., "b": ["#1", "#5"]}
    assert len(diagnostics) == 1


def test_mistake_in_a_loop_is_told_once(run: Run) -> None:
    value, diagnostics = run("[for x in [1, null, null, 4] : x + 1]")
    assert len(diagnostics) == 1
    assert spell(value) == ["#2", ..., ..., "#5"]


UNKNOWNS: list[tuple[str, Type]] = [
    ("var.u", DYNAMIC),
    ("var.u.a.b[0]", DYNAMIC),
    ("var.ul[0]", STRING),
    ("[1, 2][var.un]", DYNAMIC),
    ("var.ls[var.un]", STRING),
    ("var.ms[var.us]", STRING),
    ("{a = 1}[var.us]", DYNAMIC),
    ("1 + var.un", NUMBER),
    ("var.un < 1", BOOL),
    ("false && var.ub", BOOL),
    ("!var.ub", BOOL),
    ("var.u == 1", BOOL),
    ('"a${var.u}"', STRING),
    ('"%{ for x in var.ul }${x}%{ endfor }"', STRING),
    ('"%{ if var.ub }a%{ endif }"', STRING),
    ("var.ub ? 1 : 2", NUMBER),
    ('var.ub ? 1 : "a"', STRING),
    ("var.ub ? [1] : [2, 3]", list_of(NUMBER)),
    ("var.ub ? null : 2", NUMBER),
    ("[for x in var.ul : x]", DYNAMIC),
    ("[for x in [1] : x if var.ub]", DYNAMIC),
    ("{for x in [1] : var.us => x}", DYNAMIC),
    ("{(var.us) = 1}", DYNAMIC),
    ("var.ul[*]", list_of(STRING)),
    ("var.us[*]", DYNAMIC),
    ("var.u[*].a", DYNAMIC),
    ("try(var.u, 1)", DYNAMIC),
    ("try([var.un], 1)", DYNAMIC),
    ("can(var.u)", BOOL),
]


@pytest.mark.parametrize(("text", "type_"), UNKNOWNS)
def test_what_is_not_known_has_a_type(text: str, type_: Type, run: Run) -> None:
    value, diagnostics = run(text, VARIABLES)
    assert diagnostics == ()
    assert not is_known(value)
    assert value.type == type_


KNOWN_ANYWAY = [
    ("try(nope, 1)", "#1"),
    ("can(nope)", False),
    ("can(1 + null)", False),
    ("try(1 / 1, var.u)", "#1"),
    ("[var.un, 1][1]", "#1"),
    ("{a = var.u, b = 2}.b", "#2"),
    ("var.ub ? 3 : 3", "#3"),
    ("var.ub ? null : null", None),
    ("[for x in [var.un] : 1]", ["#1"]),
    ("true ? 1 : var.u", "#1"),
    ("[var.u][*]", [...]),
]


@pytest.mark.parametrize(("text", "value"), KNOWN_ANYWAY)
def test_what_does_not_depend_on_the_unknown_is_known(text: str, value: object, run: Run) -> None:
    found, diagnostics = run(text, VARIABLES)
    assert diagnostics == ()
    assert spell(found) == value


SECRETS = [
    ("var.secret", {()}),
    ("[1, var.secret, [var.s]]", {(1,)}),
    ('{a = "x${var.s}", b = "x${var.secret}"}', {("b",)}),
    ("{(var.secret) = 1}", {()}),
    ("var.secret == 1", {()}),
    ("[1, 2][var.secret == 1 ? 0 : 1]", {()}),
    ("{hunter2 = 1}[var.secret]", {()}),
    ("{a = var.secret, b = 1}.a", {()}),
    ("{a = var.secret, b = 1}.b", set()),
    ("var.secrets[0]", {()}),
    ("var.secrets[*]", {()}),
    ("[for x in var.secrets : x]", {()}),
    ("[for x in [1] : x if var.secret != null]", {()}),
    ("{for x in [var.secret] : x => 1}", {()}),
    ("var.t ? 1 : var.secret", {()}),
    ('var.secret == "a" ? 1 : 2', {()}),
    ('"%{ if var.secret == "a" }b%{ endif }"', {()}),
    ('"%{ for x in var.secrets }b%{ endfor }"', {()}),
    ("try(var.secret, 1)", {()}),
    ("[var.secret, var.s][1]", set()),
]


@pytest.mark.parametrize(("text", "paths"), SECRETS)
def test_secret_is_followed_to_where_it_ends(text: str, paths: set[tuple[object, ...]], run: Run) -> None:
    value, diagnostics = run(text, VARIABLES)
    assert diagnostics == ()
    assert set(_find_marked(value)) == paths


def _find_marked(value: Value, path: tuple[object, ...] = ()) -> Iterator[tuple[object, ...]]:
    if value.marks:
        yield path
    elif isinstance(value.content, tuple):
        for at, item in enumerate(items_of(value)):
            yield from _find_marked(item, (*path, at))
    elif not isinstance(value.content, str | bool | Number | Nothing):
        for name, member in members_of(value).items():
            yield from _find_marked(member, (*path, name))


@pytest.mark.parametrize(
    "text",
    [
        '"${[var.secret]}x"',
        "-var.secret",
        "var.secret.a",
        "{a = 1}[var.secret]",
        "[1][var.secret]",
        "var.ms[var.secret]",
        "{for x in [var.secret, var.secret] : x => 1}",
        "{for x in concat(var.secrets, var.secrets) : x => 1}",
        "[for x in var.secrets : {a = 1}[x]]",
        "[for x in var.secrets : jsondecode(x)]",
        "var.secrets[*].a",
        "jsondecode(var.secret)",
        "{(var.secret) = 1}.huntr2",
        '{(var.secret) = 1}["huntr2"]',
        "true ? {(var.secret) = [1]} : {(var.secret) = {}}",
        "[for x in var.secrets : {(x) = 1}.huntr2]",
        "[for x in var.secrets : true ? {(x) = [1]} : {(x) = {}}]",
        "[for x in var.secrets : tomap({(x) = [], b = {}})]",
        "{for x in var.secrets : x => 1}.huntr2",
        "tonumber(var.secret)",
        "try(tonumber(var.secret), jsondecode(var.secret))",
    ],
)
def test_secret_is_in_no_mistake(text: str, run: Run) -> None:
    _, diagnostics = run(text, VARIABLES)
    assert diagnostics
    assert "hunter" not in repr(diagnostics)


def test_marks_of_all_kinds_stay_with_what_is_not_known(run: Run) -> None:
    late = Mark(MarkKind.LATE, "cluster.a.metadata.uid")
    names = {**VARIABLES, "late": make_unknown(STRING, frozenset({late}))}
    for text in ('"x${var.late}"', "[for x in [1] : x if var.late == 1]", "{(var.late) = 1}", "try(var.late, 1)"):
        value, _ = run(text, names)
        assert collect_marks(value) == {late}, text
