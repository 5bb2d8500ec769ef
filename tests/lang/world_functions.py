"""The world in which functions of files and templates are asked: a directory, and what `local` has."""

import base64
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from planner.config.function_files import open_files
from planner.lang.evaluate import evaluate
from planner.lang.json_values import encode_json
from planner.lang.parse import parse_expression
from planner.lang.rendering import make_environment
from planner.lang.scope import Budget, Scope
from planner.lang.types import CollectionType, DynamicType, ObjectType, PrimitiveType, TupleType, Type
from planner.lang.values import UNKNOWN, Value, is_wholly_known, make_object
from planner.model.spans import Source
from tests.lang.making import of, secret

__all__ = ["Row", "describe", "write_files"]

Row = Mapping[str, Any]
"""An expression, and its value as JSON with its type, or the summary of the mistake, or that it is unknown."""

LOCALS: Mapping[str, Value] = {
    "u": UNKNOWN,
    "secret": secret("s"),
    "t1": of("${n}"),
    "t2": of("<${upper(n)}>"),
    "t3": of('${file("a.txt")}'),
    "t4": of("plain"),
    "t5": of("%{ if n }"),
    "t6": of('${templatefile("tpl/plain.tftpl", {n = 1})}'),
    "t7": of('${basename("a/b")}${abspath("/")}${pathexpand("/x")}'),
    "t8": of('${fileexists("a.txt")}'),
    "tm": of({"a": "[${n}]"}),
    "tl": of(["(${n})"]),
    "zero": of(0),
    "five": of(5),
    "tnull": of(None),
    "ts": secret("${n}"),
}


def write_files(root: Path) -> None:
    """Write the files of `world_function_files.json` into `root`."""
    text = Path(__file__).with_name("world_function_files.json").read_text(encoding="utf-8")
    for name, content in json.loads(text).items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, str):
            path.write_bytes(content.encode())
        elif "link" in content:
            path.symlink_to(content["link"])
        else:
            path.write_bytes(base64.b64decode(content["base64"]))


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


def describe(text: str, directory: Path) -> Row:
    """Return what is said here of the expression `text` in a configuration in `directory`."""
    expression, mistakes = parse_expression(Source("main.hcl", text))
    assert mistakes == ()
    assert expression is not None
    budget = Budget()
    files = open_files(str(directory))
    environment = make_environment(files, lambda: "2026-01-02T03:04:05Z", lambda count: b"\x5a" * count, budget)
    names = {"local": make_object(LOCALS), "path": of({"module": "."})}
    value, found = evaluate(expression, Scope(names=names, environment=environment, budget=budget))
    if found:
        return {"expr": text, "summary": found[0].summary}
    if not is_wholly_known(value):
        return {"expr": text, "unknown": True}
    try:
        return {"expr": text, "type": _write_type(value.type), "result": encode_json(value)}
    except ValueError:  # an infinite number: Terraform failed to write it as JSON too
        return {"expr": text, "summary": "Error in function call"}
