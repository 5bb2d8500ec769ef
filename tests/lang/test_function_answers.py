"""What Terraform 1.11.4 said of three thousand calls: the value, its type, or the summary of the mistake.

In each row `result` is the value as JSON; `shown` is how the console prints one that is unknown, sensitive or infinite.
"""

import json
import re
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import pytest

from planner.lang.evaluate import evaluate
from planner.lang.functions.signature import Environment
from planner.lang.functions.table import GROUPS
from planner.lang.json_values import encode_json
from planner.lang.parse import parse_expression
from planner.lang.scope import Budget, Scope
from planner.lang.show_value import show_type, show_value
from planner.lang.types import CollectionType, DynamicType, ObjectType, PrimitiveType, TupleType, Type
from planner.lang.values import UNKNOWN, Value, collect_marks, is_wholly_known, make_object
from planner.model.diagnostics import Diagnostic
from planner.model.spans import Source

Row = Mapping[str, Any]
MODULES = (
    *("numbers", "strings", "patterns", "formatting"),
    *("sequences", "searching", "mappings", "set_functions"),
)


def _read_rows() -> dict[str, list[Row]]:
    """Return the rows by the function that each calls first."""
    groups = defaultdict(list)
    for line in Path(__file__).with_name("function_answers.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        name = re.match(r"(?:core::)?(\w+)\(", row["expr"])
        groups[name[1] if name else "others"].append(row)
    return dict(groups)


ROWS = _read_rows()
UNKNOWNS = make_object({"u": make_object({"id": UNKNOWN})})


NOTHING = cast("Environment", None)
"""None of these functions asks anything of the world."""


def _evaluate(text: str) -> tuple[Value, tuple[Diagnostic, ...]]:
    expression, mistakes = parse_expression(Source("main.hcl", text))
    assert mistakes == ()
    assert expression is not None
    scope = Scope(names={"terraform_data": UNKNOWNS}, environment=NOTHING, budget=Budget())
    return evaluate(expression, scope)


def _write_type(type_: Type) -> object:
    match type_:
        case PrimitiveType(name=name):
            return name
        case DynamicType():
            return "dynamic"
        case CollectionType(kind=kind, element=element):
            return [kind, _write_type(element)]
        case TupleType(items=items):
            return ["tuple", [_write_type(item) for item in items]]
        case ObjectType(attributes=attributes):
            return ["object", {name: _write_type(inner) for name, inner in attributes}]


def _describe(row: Row) -> Row:
    """Return what is said of the expression of `row` here, in the same form."""
    value, mistakes = _evaluate(row["expr"])
    if mistakes:
        return {"expr": row["expr"], "summary": mistakes[0].summary}
    if "shown" in row or not is_wholly_known(value) or collect_marks(value):
        shown_type = " ".join(show_type(value.type).split())
        return {"expr": row["expr"], "shown": show_value(value), "shown_type": shown_type}
    return {"expr": row["expr"], "type": _write_type(value.type), "result": encode_json(value)}


@pytest.mark.parametrize("name", ROWS)
def test_terraform_says_the_same(name: str) -> None:
    assert [_describe(row) for row in ROWS[name]] == ROWS[name]


def test_there_are_rows_for_each_function() -> None:
    assert ROWS.keys() >= {name for module in MODULES for name in GROUPS[module]}
    assert sum(map(len, ROWS.values())) > 2900
