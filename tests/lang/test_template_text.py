"""What templates say: every `value` in `templates.jsonl` is that of `terraform console`, version 1.11.4.

There `local.a` is "va", `local.b` true and `local.l` the list of "p" and "q". A text of the kind `json` is what a
string in JSON syntax holds, any other an expression: quoted, or a heredoc.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from planner.lang.evaluate import evaluate
from planner.lang.json_values import to_json
from planner.lang.parse import parse_expression, parse_template
from planner.lang.scope import Scope
from planner.lang.types import STRING
from planner.lang.values import TRUE, Value, make_object, make_tuple
from planner.model.spans import Source

MakeScope = Callable[[Mapping[str, Value]], Scope]
LINES = list(map(json.loads, Path(__file__).with_name("templates.jsonl").read_text(encoding="utf-8").splitlines()))
LOCAL = make_object({"a": Value(STRING, "va"), "b": TRUE, "l": make_tuple([Value(STRING, "p"), Value(STRING, "q")])})


@pytest.mark.parametrize("first", range(0, len(LINES), 20))
def test_templates_say_what_terraform_says(first: int, make_scope: MakeScope) -> None:
    part = LINES[first : first + 20]
    assert [(line["text"], _read(line["kind"], line["text"], make_scope)) for line in part] == [
        (line["text"], line["value"]) for line in part
    ]


def _read(kind: str, text: str, make_scope: MakeScope) -> object:
    parse = parse_template if kind == "json" else parse_expression
    expression, diagnostics = parse(Source("x", text))
    assert diagnostics == ()
    assert expression is not None
    value, problems = evaluate(expression, make_scope({"local": LOCAL}))
    assert problems == ()
    return to_json(value)
