"""What a type constraint makes of a value: each line of `typed_values.jsonl` is what Terraform 1.11 made of it."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from planner.lang.constants import evaluate_constant
from planner.lang.conversion import ConversionError, convert
from planner.lang.defaults import apply_defaults
from planner.lang.parse_type import parse_type
from planner.lang.show_value import show_type, show_value
from planner.lang.values import Value

LINES = [
    json.loads(line) for line in Path(__file__).with_name("typed_values.jsonl").read_text(encoding="utf-8").splitlines()
]
_OF_ALL = "cannot find a common base type for all elements"
"""Terraform says this of the last element."""
_PATH = re.compile(r'^(\.\w+|\["?\w+"?\])+: ')


def _make(line: dict[str, Any], read: Callable[[str], Any]) -> Value:
    type_, defaults, mistakes = parse_type(read(line["type"]))
    value, more = evaluate_constant(read(line["value"]))
    assert not mistakes
    assert not more
    return convert(apply_defaults(value, defaults), type_)


@pytest.mark.parametrize(
    "line", [line for line in LINES if "shown" in line], ids=lambda line: f"{line['type']} of {line['value']}"
)
def test_value_becomes_what_terraform_makes_of_it(line: dict[str, Any], read_expression: Callable[[str], Any]) -> None:
    made = _make(line, read_expression)
    assert show_value(made) == line["shown"]
    assert show_type(made.type) == line["shown_type"]


@pytest.mark.parametrize(
    "line", [line for line in LINES if "error" in line], ids=lambda line: f"{line['type']} of {line['value']}"
)
def test_value_is_refused_as_terraform_refuses_it(line: dict[str, Any], read_expression: Callable[[str], Any]) -> None:
    with pytest.raises(ConversionError) as caught:
        _make(line, read_expression)
    wanted = line["error"]
    path = _PATH.match(wanted)
    if path is None:
        assert str(caught.value) == wanted
    else:
        assert caught.value.message == wanted[path.end() :]
        assert caught.value.path or caught.value.message == _OF_ALL
