"""Outputs as `planner output` and apply show them: text for text what Terraform 1.11 shows of the same values."""

import re
import unicodedata
from textwrap import dedent
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.render.output_types import find_type, name_type, read_type
from planner.render.outputs_text import render_output, render_outputs, render_raw
from state.values import Json, Output, Secret, Value


def show(type_: str, value: Value) -> str:
    return render_output(Output(value=value, type=type_))


def page(text: str) -> str:
    return dedent(text).strip("\n")


@pytest.mark.parametrize(
    ("type_", "value", "text"),
    [
        ("string", "x", '"x"'),
        ("string", 'a"b\\c${x}\ttab', '"a\\"b\\\\c${x}\\ttab"'),
        ("string", "a\n", "<<EOT\na\n\nEOT"),
        ("string", "a\nEOT\n", "<<EOT_\na\nEOT\n\nEOT_"),
        ("string", "::x\ny", "<<EOT\n\\u{3a}:x\ny\nEOT"),
        ("bool", True, "true"),
        ("number", 1.5, "1.5"),
        ("number", -3, "-3"),
        ("number", 2.0, "2"),
        ("number", 1e-07, "0.0000001"),
        ("number", 1e30, "1000000000000000000000000000000"),
        ("number", 12345678901234567890123, "12345678901234567890123"),
        ("tuple([])", [], "[]"),
        ("list(any)", [], "tolist([])"),
        ("set(any)", [], "toset([])"),
        ("object({})", {}, "{}"),
        ("map(string)", {}, "tomap({})"),
        ("any", {"a": [1]}, '{\n  "a" = [\n    1,\n  ]\n}'),
    ],
)
def test_a_value_is_shown_as_terraform_shows_it(type_: str, value: Value, text: str) -> None:
    assert show(type_, value) == text


def test_nulls_and_collections_say_their_type() -> None:
    assert show("list(string)", ["a", None]) == 'tolist([\n  "a",\n  tostring(null),\n])'
    assert show("map(list(number))", {"b": None, "a": [1]}) == page(
        """
        tomap({
          "a" = tolist([
            1,
          ])
          "b" = tolist(null) /* of number */
        })
        """
    )
    assert show(
        "tuple([bool, number, object({a = map(string), d = any}), map(list(bool)), object({})])",
        [None, None, {"a": {"x": None}, "d": None}, None, None],
    ) == page(
        """
        [
          tobool(null),
          tonumber(null),
          {
            "a" = tomap({
              "x" = tostring(null)
            })
            "d" = null
          },
          tomap(null) /* of list of bool */,
          null /* object */,
        ]
        """
    )
    assert show("set(object({a = number}))", [{"a": 1}]) == 'toset([\n  {\n    "a" = 1\n  },\n])'


def test_text_of_several_lines_is_set_in_with_what_is_around_it() -> None:
    nested: Value = {"k": "EOT\n EOT", "l": ["x\ny", {"z": "p\nq"}], "t": "a\nb\n"}
    text = show("object({k = string, l = tuple([string, object({z = string})]), t = string})", nested)
    assert text == (
        '{\n  "k" = <<-EOT_\n  EOT\n   EOT\n  EOT_\n  "l" = [\n    <<-EOT\n    x\n    y\n    EOT,\n    {\n'
        '      "z" = <<-EOT\n      p\n      q\n      EOT\n    },\n  ]\n  "t" = <<-EOT\n  a\n  b\n  \n  EOT\n}'
    )


def test_all_outputs_stand_in_the_order_of_their_names() -> None:
    outputs = {
        "b": Output(value=Secret("k1:00"), type="string", is_sensitive=True),
        "a": Output(value={"x": 1}, type="object({x = number})"),
    }
    assert render_outputs(outputs) == 'a = {\n  "x" = 1\n}\nb = <sensitive>\n'
    assert render_outputs({}) == ""


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a\nb\x1b", "a\nb\x1b"),
        ("", ""),
        (1.5, "1.5"),
        (10, "10"),
        (True, "true"),
        (False, "false"),
        (1e-7, "0.0000001"),
    ],
)
def test_raw_is_the_bare_value(value: Value, text: str) -> None:
    assert render_raw(value) == text


@pytest.mark.parametrize("value", [None, [], {}, ["a"], {"a": 1}])
def test_nothing_else_is_raw(value: Value) -> None:
    assert render_raw(value) is None


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("string", "string"),
        ("any", "dynamic"),
        ("list(string)", ["list", "string"]),
        ("set(any)", ["set", "dynamic"]),
        ("map(list(number))", ["map", ["list", "number"]]),
        ("tuple([])", ["tuple", []]),
        ("tuple([string, tuple([bool])])", ["tuple", ["string", ["tuple", ["bool"]]]]),
        ("object({})", ["object", {}]),
        ("object({a = number, b = list(string)})", ["object", {"a": "number", "b": ["list", "string"]}]),
        ("object({ a = optional(number) })", ["object", {"a": "number"}]),
        ('object({"b c" = number, "q\\"=" = bool})', ["object", {"b c": "number", 'q"=': "bool"}]),
        ("object({b c = number})", ["object", {"b c": "number"}]),
        ("object({\n    a: number,\n    b-1: bool,\n  })", ["object", {"a": "number", "b-1": "bool"}]),
        ("", None),
        ("list(string", None),
        ("list()", None),
        ("string)", None),
        ("tuple([string", None),
        ("object({a})", None),
        ("list(" * 100_000, None),
    ],
)
def test_types_are_read_as_terraform_writes_them_in_json(text: str, type_: Json) -> None:
    assert read_type(text) == type_


def test_where_the_type_cannot_be_read_the_value_says_what_it_is() -> None:
    value: Value = {"a = b": [1, True, None], "c": "x"}
    assert find_type(Output(value=value, type="object({a = b = tuple([number, bool, any]), c = string})")) == [
        "object",
        {"a = b": ["tuple", ["number", "bool", "dynamic"]], "c": "string"},
    ]
    assert find_type(Output(value=value, type="any")) == "dynamic"
    assert find_type(Output(value=Secret("x"), type="what", is_sensitive=True)) == "dynamic"


@pytest.mark.parametrize(
    ("type_", "words"),
    [
        ("string", "string"),
        (["map", "string"], "map of string"),
        (["set", ["list", "number"]], "set of list of number"),
        (["object", {}], "object"),
        (["tuple", ["string"]], "tuple"),
    ],
)
def test_types_have_names(type_: Json, words: str) -> None:
    assert name_type(type_) == words


VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.sampled_from(["::set-output x", "a\n::x", "##[x]\n", "\x1b[31m\n"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@given(VALUES, st.text(max_size=20) | st.sampled_from(["list(any)", "object({a = set(string)})", "map(map(any))"]))
def test_text_is_safe_for_terminals_and_logs(value: Value, type_: str) -> None:
    for line in render_outputs({"name": Output(value=value, type=type_)}).split("\n"):
        assert [character for character in line if unicodedata.category(character)[0] == "C"] == []
        assert not line.lstrip().startswith("::")
        assert re.search(r"##\w*\[", line) is None
