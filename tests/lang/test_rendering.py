"""Templates that are rendered by functions: their variables, their mistakes, and what follows through them."""

from collections.abc import Callable
from typing import Any

import pytest

from planner.lang.scope import Budget
from planner.lang.types import STRING
from planner.lang.values import SENSITIVE, Value, is_known, make_object, make_text, make_unknown, mark

Run = Callable[..., Any]
FILES = {
    "plain.tftpl": b"${n}",
    "list.tftpl": b"Hello ${name}!\n%{ for x in items ~}\n- ${x}\n%{ endfor ~}\n",
    "wrong.tftpl": b"first\nsecond ${1 + null}",
    "broken.tftpl": b"first ${",
    "nested.tftpl": b'${templatefile("plain.tftpl", { n = 1 })}',
    "calls.tftpl": b'${upper(join(",", items))}',
    "large.tftpl": b"%{ for a in range(1000) }%{ for b in range(1000) }0123456789%{ endfor }%{ endfor }",
}


def test_template_has_its_variables_and_functions_and_nothing_else(run: Run) -> None:
    value, diagnostics = run('templatefile("list.tftpl", {name = "Bob", items = ["a", 1]})', files=FILES)
    assert (value, diagnostics) == (make_text("Hello Bob!\n- a\n- 1\n"), ())
    value, diagnostics = run('templatefile("calls.tftpl", {items = ["a", "b"]})', files=FILES)
    assert (value, diagnostics) == (make_text("A,B"), ())
    value, diagnostics = run("templatestring(var.text, {x = 2})", {"text": make_text("${x * 3}")})
    assert (value, diagnostics) == (make_text("6"), ())


# What Terraform 1.11 makes of each: a strip marker takes no more than its own line, and not the type.
STRIPPED = [
    ("a \n ${~ 1}", "a \n1"),
    ("${1 ~} \n \n b", "1 \n b"),
    ("a\n\n\n${~ 1}", "a\n\n1"),
    ("a $ \n${~ 1}", "a $ 1"),
    ("a $  ${~ 1}", "a $1"),
    (" ${~ 1 ~} ", "1"),
]


@pytest.mark.parametrize(("text", "result"), STRIPPED)
def test_strip_markers_take_what_stands_on_their_line(text: str, result: str, run: Run) -> None:
    value, diagnostics = run('templatefile("a.tftpl", {})', files={"a.tftpl": text.encode()})
    assert (value, diagnostics) == (make_text(result), ())


MISTAKES = [
    ('templatefile("list.tftpl", {name = "Bob"})', "Invalid function argument", '"items"'),
    ('templatefile("list.tftpl", {name = "Bob", itmes = []})', "Invalid function argument", 'did you mean "itmes"'),
    ('templatefile("wrong.tftpl", {})', "Error in function call", "wrong.tftpl, line 2, column 10: Operation failed"),
    ('templatefile("broken.tftpl", {})', "Error in function call", "broken.tftpl, line 1"),
    ('templatefile("nested.tftpl", {})', "Error in function call", "cannot render another"),
    ('templatefile("none.tftpl", {})', "Invalid function argument", "none.tftpl"),
    ('templatefile("plain.tftpl", 5)', "Invalid function argument", "object or a map"),
]


@pytest.mark.parametrize(("text", "summary", "detail"), MISTAKES)
def test_mistake_in_a_template_is_told_where_it_is_rendered(text: str, summary: str, detail: str, run: Run) -> None:
    _, diagnostics = run(text, files=FILES)
    assert [one.summary for one in diagnostics] == [summary]
    assert detail in diagnostics[0].detail


def test_secrets_and_what_is_not_known_go_through_a_template(run: Run) -> None:
    secret = mark(make_text("hunter2"), frozenset({SENSITIVE}))
    value, _ = run('templatefile("plain.tftpl", {n = "a-${var.x}"})', {"x": secret}, files=FILES)
    assert value == mark(make_text("a-hunter2"), frozenset({SENSITIVE}))
    value, diagnostics = run('templatefile("plain.tftpl", {n = var.x})', {"x": make_unknown(STRING)}, files=FILES)
    assert (is_known(value), diagnostics) == (False, ())
    _, diagnostics = run('templatefile("list.tftpl", {name = var.x, items = 1})', {"x": secret}, files=FILES)
    assert diagnostics
    assert "hunter2" not in repr(diagnostics)


def test_template_is_at_the_expense_of_the_expression_that_renders_it(run: Run) -> None:
    _, diagnostics = run('try(templatefile("large.tftpl", {}), 1)', files=FILES)
    assert [one.code for one in diagnostics] == ["evaluation-limit"]


def test_budget_is_the_same_in_a_template_and_outside(run: Run) -> None:
    budget = Budget()
    text: Value = make_text('${join("", [for x in range(100) : x])}')
    run("templatestring(var.text, {})", {"text": text}, budget=budget)
    assert budget.run_steps < Budget().run_steps - 1000


def test_names_outside_are_not_seen_in_a_template(run: Run) -> None:
    _, diagnostics = run("templatestring(var.text, {})", {"text": make_text("${var.text}")}, local=make_object({}))
    assert [one.summary for one in diagnostics] == ["Invalid function argument"]
