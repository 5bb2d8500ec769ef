"""What Terraform 1.11.4 said of 1,191 expressions: value, type, and the summary of the mistake."""

import base64
import json
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from planner.lang.conversion import convert
from planner.lang.number import INFINITY, NEGATIVE_INFINITY, Number, format_number, parse_number
from planner.lang.parse import parse_expression, parse_hcl
from planner.lang.parse_type import parse_type
from planner.lang.references import collect_references
from planner.lang.show_value import show_type
from planner.lang.syntax import Expression
from planner.lang.values import (
    NULL,
    MarkKind,
    Value,
    has_mark,
    is_known,
    make_bool,
    make_number,
    make_object,
    make_text,
    make_tuple,
)
from planner.model.spans import Source

Case = Mapping[str, Any]
CASES: list[Case] = [
    json.loads(line, parse_float=Decimal, parse_int=Decimal)
    for line in Path(__file__).with_name("oracle.jsonl").read_text(encoding="utf-8").splitlines()
]
EXCEPTIONS: Mapping[str, str] = {
    '"$$${var.s}"': "the file has lost a dollar sign: Terraform 1.11.4 gives `$${var.s}`, in a local as in an output",
}
"""Expressions of which something else is said here, and why."""

PATH = make_object({"module": make_text(".")})
TERRAFORM = make_object({"workspace": make_text("default")})
STATIC = {
    "Invalid reference": "Unknown variable",
    "Reference to undeclared resource": "Unknown variable",
}
"""What is found without evaluating, by whoever knows what is declared, and what is said where nobody looked."""


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(
            case, marks=pytest.mark.xfail(reason=EXCEPTIONS[case["expr"]]) if case["expr"] in EXCEPTIONS else ()
        )
        for case in CASES
    ],
    ids=[case["expr"][:60] for case in CASES],
)
def test_terraform_says_the_same(case: Case, run: Callable[..., Any]) -> None:
    assert _judge(case, run) is None


def test_pass_rate_is_printed(run: Callable[..., Any], capsys: pytest.CaptureFixture[str]) -> None:
    passed = sum(_judge(case, run) is None for case in CASES)
    with capsys.disabled():
        print(f"\noracle: {passed} of {len(CASES)} expressions as Terraform has them")  # noqa: T201 - it is what is asked for
    assert passed == len(CASES) - len(EXCEPTIONS)


def _judge(case: Case, run: Callable[..., Any]) -> str | None:
    """Return in what Terraform differs, None where it does not."""
    variables = {
        name: _make_variable(value, case.get("var_types", {}).get(name)) for name, value in case["vars"].items()
    }
    body, mistakes = parse_hcl(Source("x", f"locals {{\n  r = {case['expr']}\n}}\n"))
    if mistakes:
        return _compare_summary(case, mistakes[0].summary)
    expression = body.blocks[0].body.attributes[0].expression
    undeclared = _find_undeclared(expression, variables)
    if undeclared is not None:
        return _compare_summary(case, undeclared)
    files = {name: _read_file(content) for name, content in case.get("files", {}).items()}
    value, diagnostics = run(case["expr"], variables, files=files, path=PATH, terraform=TERRAFORM)
    if diagnostics:
        return _compare_summary(case, diagnostics[0].summary)
    if case["error"]:
        return f"no mistake, but {case['summary']}"
    return _compare_special(case["special"], value) if "special" in case else _compare_value(case, value)


def _find_undeclared(expression: Expression, variables: Mapping[str, Value]) -> str | None:
    """Return what the configuration's own check of references says of a variable that nobody declared."""
    for reference in collect_references(expression):
        if reference.root == "var" and reference.name not in variables:
            return "Reference to undeclared input variable"
    return None


def _compare_summary(case: Case, summary: str) -> str | None:
    wanted = STATIC.get(case.get("summary", ""), case.get("summary"))
    return None if case["error"] and summary == wanted else f"{summary}, but {wanted or case['result']}"


def _compare_special(special: str, value: Value) -> str | None:
    is_same = {
        "+Inf": value.content == INFINITY,
        "-Inf": value.content == NEGATIVE_INFINITY,
        "(known after apply)": not is_known(value),
        "(sensitive value)": has_mark(value, MarkKind.SENSITIVE),
    }
    return None if is_same[special] else f"{value}, but {special}"


def _compare_value(case: Case, value: Value) -> str | None:
    is_type = " ".join(show_type(value.type).split())
    if is_type != case["type"]:
        return f"{is_type}, but {case['type']}"
    differences = list(_find_differences(value, case["result"]))
    return differences[0] if differences else None


def _find_differences(value: Value, wanted: object) -> Iterator[str]:
    content = value.content
    if isinstance(content, Number) and isinstance(wanted, Decimal):
        text = format_number(content)
        # What has a fraction was written down with 53 bits.
        is_same = Decimal(text) == wanted or (not _is_whole(wanted) and float(text) == float(wanted))
        if not is_same:
            yield f"{text}, but {wanted}"
    elif isinstance(content, tuple) and isinstance(wanted, list) and len(content) == len(wanted):
        for part, inner in zip(content, wanted, strict=True):
            yield from _find_differences(part, inner)
    elif isinstance(content, Mapping) and isinstance(wanted, dict) and content.keys() == wanted.keys():
        for name, inner in wanted.items():
            yield from _find_differences(content[name], inner)
    elif wanted is None:
        if not (is_known(value) and not isinstance(content, str | bool | Number | tuple | Mapping)):
            yield f"{value}, but null"
    elif type(content) is not type(wanted) or content != wanted:
        yield f"{value}, but {wanted}"


def _is_whole(number: Decimal) -> bool:
    return re.fullmatch(r"-?[0-9]+", str(number)) is not None


def _make_variable(document: object, type_text: str | None) -> Value:
    value = _make_value(document)
    if type_text is None:
        return value
    expression, _ = parse_expression(Source("x", type_text))
    assert expression is not None
    type_, *_ = parse_type(expression)
    assert type_ is not None
    return convert(value, type_)


def _make_value(document: object) -> Value:
    """Return a JSON document as Terraform reads one into a variable of any type."""
    match document:
        case None:
            return NULL
        case bool():
            return make_bool(document)
        case Decimal():
            number = parse_number(str(document))
            assert number is not None
            return make_number(number)
        case str():
            return make_text(document)
        case list():
            return make_tuple(map(_make_value, document))
        case dict():
            return make_object({name: _make_value(item) for name, item in document.items()})
        case _:
            raise AssertionError(document)


def _read_file(content: object) -> bytes:
    if isinstance(content, dict):
        return base64.b64decode(content["base64"])
    return str(content).encode()
