"""Evaluation ends: what would take too long, or grow too large, is a mistake that is told."""

from collections.abc import Callable
from typing import Any

import pytest

from planner.lang.scope import Budget
from planner.lang.values import (
    Value,
    make_object,
    make_text,
    make_tuple,
)
from tests.lang.spelling import spell

Run = Callable[..., Any]

LIMITS = [
    "[for a in range(1000) : [for b in range(1000) : a * b]]",
    "[for a in range(1000) : range(1000)]",
    'join("", [for a in range(1000) : join("", [for b in range(1000) : "0123456789abcdef0123456789abcdef"])])',
    '"%{ for a in range(1000) }%{ for b in range(1000) }0123456789%{ endfor }%{ endfor }"',
    "setproduct(range(1000), range(1000))",
    'format("%1000000000d", 1)',
    'replace(format("%100000d", 1), " ", format("%1000d", 1))',
    'formatlist("%s", [for x in range(1000) : format("%100000d", 1)])',
]


@pytest.mark.parametrize("text", LIMITS)
def test_what_would_be_too_large_is_refused(text: str, run: Run) -> None:
    _, diagnostics = run(text)
    assert [one.code for one in diagnostics] == ["evaluation-limit"]


@pytest.mark.parametrize("double", ['"${local.a}${local.a}"', "[local.a, local.a]", "{a = local.a, b = local.a}"])
def test_value_that_doubles_with_each_step_is_refused(double: str, run: Run) -> None:
    value, diagnostics = run('"0123456789"')
    budget = Budget()
    for _ in range(30):
        value, diagnostics = run(double, local=make_object({"a": value}), budget=budget)
        if diagnostics:
            break
    assert [one.code for one in diagnostics] == ["evaluation-limit"]


def test_run_has_a_budget_for_all_its_expressions(run: Run) -> None:
    budget = Budget(run_steps=5000)
    codes = [
        [one.code for one in run("[for x in [1, 2, 3] : [for y in [1, 2, 3] : y]]", budget=budget)[1]]
        for _ in range(1000)
    ]
    assert codes[0] == []
    assert codes[-1] == ["evaluation-limit"]


def test_chains_of_any_length_are_evaluated(run: Run) -> None:
    value, diagnostics = run(" + ".join(["1"] * 3000))
    assert (spell(value), diagnostics) == ("#3000", ())
    value, diagnostics = run("var.x" + "[0]" * 90, {"x": _nest(90)})
    assert (spell(value), diagnostics) == ("end", ())


def _nest(levels: int) -> Value:
    value = make_text("end")
    for _ in range(levels):
        value = make_tuple([value])
    return value


def test_value_that_is_nested_too_deeply_is_refused(run: Run) -> None:
    value = _nest(1)
    for _ in range(300):
        value, diagnostics = run("[var.x]", {"x": value})
        if diagnostics:
            break
    assert [one.code for one in diagnostics] == ["evaluation-limit"]


@pytest.mark.parametrize(
    ("start", "end"),
    [("(", ")"), ("[", "]"), ("{a = ", "}"), ("try(", ")"), ("!", ""), ("true ? 1 : (", ")"), ('"${"x${', '}"}"')],
)
def test_deepest_expression_that_can_be_read_is_evaluated(start: str, end: str, run: Run) -> None:
    depth = 20 if "$" in start else 48 if start.endswith("(") and len(start) > 1 else 95
    _, diagnostics = run(start * depth + "true" + end * depth)
    assert diagnostics == ()
