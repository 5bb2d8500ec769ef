"""Signatures: each function takes and gives what Terraform's takes and gives.

`function_signatures.jsonl` holds what Terraform 1.11.4 says of its own; a `terraform` on the PATH is asked afresh.
"""

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from planner.lang.calls import invoke
from planner.lang.functions.signature import Environment, Function, Parameter
from planner.lang.functions.table import FUNCTION_NAMES, find_function
from planner.lang.scope import Budget
from planner.lang.types import BOOL, DYNAMIC, NUMBER, STRING, Type, list_of, map_of, set_of
from planner.lang.values import make_unknown

Signature = Mapping[str, Any]
SIGNATURES: Mapping[str, Signature] = {
    row["name"]: row
    for row in map(
        json.loads, Path(__file__).with_name("function_signatures.jsonl").read_text(encoding="utf-8").splitlines()
    )
}
NAMES = sorted(FUNCTION_NAMES)
WORLD = cast("Environment", SimpleNamespace(now=lambda: "2026-01-02T03:04:05Z", draw=bytes, keeps_marks=False))
"""All that these functions ask for."""
PLAIN: Mapping[str, Type] = {"bool": BOOL, "dynamic": DYNAMIC, "number": NUMBER, "string": STRING}
KINDS = {"list": list_of, "map": map_of, "set": set_of}


def _read_type(document: object) -> Type:
    match document:
        case [str() as kind, element]:
            return KINDS[kind](_read_type(element))
        case str() as name:
            return PLAIN[name]
        case _:
            raise AssertionError(document)


def _find(name: str) -> Function:
    function = find_function(name)
    assert function is not None
    return function


def _read_parameter(document: Signature) -> tuple[str, Type, bool]:
    return document["name"], _read_type(document["type"]), document.get("is_nullable", False)


def _describe(parameter: Parameter) -> tuple[str, Type, bool]:
    return parameter.name, parameter.type, parameter.takes_null


@pytest.mark.parametrize("name", NAMES)
def test_function_takes_what_terraforms_takes(name: str) -> None:
    function, signature = _find(name), SIGNATURES[name]
    assert list(map(_describe, function.parameters)) == list(map(_read_parameter, signature["parameters"]))
    variadic = signature.get("variadic")
    assert (_describe(function.variadic) if function.variadic else None) == (variadic and _read_parameter(variadic))


@pytest.mark.parametrize("name", NAMES)
def test_function_gives_what_terraforms_gives(name: str) -> None:
    function = _find(name)
    parameters = [*function.parameters, *((function.variadic,) if function.variadic else ())]
    # All of them unknown, so that nothing but the types decides.
    result = invoke(function, [make_unknown(one.type) for one in parameters], WORLD, Budget())
    is_open = any(one.type == DYNAMIC and not one.takes_dynamic for one in parameters)
    assert result.type == (DYNAMIC if is_open else _read_type(SIGNATURES[name]["returns"]))


@pytest.mark.parametrize("name", NAMES)
def test_function_has_an_example_and_a_sentence(name: str) -> None:
    function = _find(name)
    assert function.examples
    assert function.summary.endswith(".")


def _ask(directory: Path) -> dict[str, Signature]:
    command = ["terraform", "metadata", "functions", "-json"]
    done = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=True)  # noqa: S603 - ours
    signatures: dict[str, Signature] = json.loads(done.stdout)["function_signatures"]
    return signatures


@pytest.mark.skipif(shutil.which("terraform") is None, reason="no terraform on the PATH")
def test_record_is_what_terraform_says(tmp_path: Path) -> None:
    said = {name: signature for name, signature in _ask(tmp_path).items() if not name.startswith("core::")}
    assert {name: list(map(_read_parameter, row["parameters"])) for name, row in SIGNATURES.items()} == {
        name: list(map(_read_parameter, signature.get("parameters", []))) for name, signature in said.items()
    }
