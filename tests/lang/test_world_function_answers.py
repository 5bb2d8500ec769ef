"""What Terraform 1.11.4 said of a thousand calls of functions for files, dates, networks, hashes and encodings.

Each row holds an expression, and its value as JSON with its type, or the summary of the mistake, or that it is unknown.
It was asked in a directory with the files of `world_function_files.json`, where `locals` were as below.
"""

import base64
import json
import re
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from planner.config.function_files import open_files
from planner.lang.evaluate import evaluate
from planner.lang.functions.table import GROUPS
from planner.lang.json_values import encode_json
from planner.lang.parse import parse_expression
from planner.lang.rendering import make_environment
from planner.lang.scope import Budget, Scope
from planner.lang.types import CollectionType, DynamicType, ObjectType, PrimitiveType, TupleType, Type
from planner.lang.values import UNKNOWN, Value, is_wholly_known, make_object
from planner.model.spans import Source
from tests.lang.making import of, secret

Row = Mapping[str, Any]
MODULES = ("encoding", "yaml_text", "hashing", "dates", "networks", "identifiers", "file_functions")
VOLATILE = {"plantimestamp", "timestamp", "uuid"}

REFUSED = {
    **dict.fromkeys(
        (
            'textencodebase64("漢字", "EUC-JP")',
            'textencodebase64("漢字", "ISO-2022-JP")',
            'textencodebase64("漢字", "Big5")',
            'textdecodebase64("GyRCNEE7ehsoQg==", "ISO-2022-JP")',
        ),
        "Python has these character sets in another form",
    ),
    **dict.fromkeys(
        (
            'cidrhost("::ffff:10.0.0.0/104", 5)',
            'cidrhost("::ffff:10.0.0.0/8", 5)',
            'cidrnetmask("::ffff:10.0.0.0/104")',
            'cidrsubnet("::ffff:10.0.0.0/104", 8, 5)',
        ),
        "Terraform takes such an address for IPv4 in one place and for IPv6 in another",
    ),
    'cidrsubnet("10.1.2.0/24", -30, 0)': "Terraform gives the text <nil>",
    'cidrsubnet("10.1.2.0/24", 4, -1)': "Terraform gives a network that is not within the other",
}
"""Expressions that are refused here though Terraform gives something, and why."""

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


def _read_rows() -> dict[str, list[Row]]:
    """Return the rows by the function that each calls first."""
    groups = defaultdict(list)
    for line in Path(__file__).with_name("world_function_answers.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        name = re.match(r"(?:core::)?(\w+)\(", row["expr"])
        groups[name[1] if name else "others"].append(row)
    return dict(groups)


ROWS = _read_rows()


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("files")
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
    return root


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


def _describe(row: Row, directory: Path) -> Row:
    """Return what is said of the expression of `row` here, in the same form."""
    expression, mistakes = parse_expression(Source("main.hcl", row["expr"]))
    assert mistakes == ()
    assert expression is not None
    budget = Budget()
    files = open_files(str(directory))
    environment = make_environment(files, lambda: "2026-01-02T03:04:05Z", lambda count: b"\x5a" * count, budget)
    names = {"local": make_object(LOCALS), "path": of({"module": "."})}
    value, found = evaluate(expression, Scope(names=names, environment=environment, budget=budget))
    if found:
        return {"expr": row["expr"], "summary": found[0].summary}
    if not is_wholly_known(value):
        return {"expr": row["expr"], "unknown": True}
    try:
        return {"expr": row["expr"], "type": _write_type(value.type), "result": encode_json(value)}
    except ValueError:  # an infinite number: Terraform failed to write it as JSON too
        return {"expr": row["expr"], "summary": "Error in function call"}


@pytest.mark.parametrize("name", ROWS)
def test_terraform_says_the_same(name: str, directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/root")
    rows = [row for row in ROWS[name] if row["expr"] not in REFUSED]
    assert [_describe(row, directory) for row in rows] == rows


def test_what_is_refused_here_alone_is_told(directory: Path) -> None:
    refused = [row for rows in ROWS.values() for row in rows if row["expr"] in REFUSED]
    assert len(refused) == len(REFUSED)
    assert all("result" in row for row in refused)
    assert all("summary" in _describe(row, directory) for row in refused)


def test_there_are_rows_for_each_function() -> None:
    assert ROWS.keys() | VOLATILE >= {name for module in MODULES for name in GROUPS[module]}
    assert sum(map(len, ROWS.values())) > 1200
