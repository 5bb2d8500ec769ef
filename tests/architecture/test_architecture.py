"""The architecture, held: who may import whom, one door a library, pure packages, files that stay readable.

The table of `docs/architecture.md` is the law itself: it is read here, not repeated.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OURS = ("planner", "schemas", "state")
PURE = ("planner.lang", "planner.model", "planner.planning", "planner.render")
EFFECTS = {"asyncio", "io", "logging", "os", "pathlib", "random", "shutil", "socket", "subprocess", "tempfile", "time"}
EFFECTFUL_CALLS = {"input", "open", "print"}
LONGEST_FILE = 400


def read_table(markdown: str) -> dict[str, frozenset[str]]:
    """Return for each package what it may import, ours and others', from rows such as `| `a` | `b`, `c` | `d` |`."""
    rows = (line.split("|")[1:-1] for line in markdown.splitlines() if line.startswith("| `"))
    cells = ([re.findall(r"`([\w.]+)`", cell) for cell in row[:3]] for row in rows)
    return {package: frozenset(ours + theirs) for (package, *_), ours, theirs in cells}


TABLE = read_table((ROOT / "docs" / "architecture.md").read_text(encoding="utf-8"))


def find_violations(module: str, source: str) -> list[str]:
    """Return what is against the law in `source`, the text of the module with the dotted name `module`."""
    tree = ast.parse(source)
    found = [*_judge_imports(module, tree), *_judge_names(tree)]
    if any(_is_within(module, package) for package in PURE):
        found += _judge_purity(tree)
    if ast.get_docstring(tree) is None:
        found.append("has no docstring")
    if source.count("\n") > LONGEST_FILE:
        found.append(f"is longer than {LONGEST_FILE} lines")
    return found


def _judge_imports(module: str, tree: ast.Module) -> Iterator[str]:
    package = max((name for name in TABLE if _is_within(module, name)), key=len, default=module)
    allowed = TABLE.get(package, frozenset()) | {package, "planner.__version__"}
    for target in _read_imports(module, tree):
        if target.partition(".")[0] not in sys.stdlib_module_names and not any(
            _is_within(target, name) for name in allowed
        ):
            yield f"may not import {target}"


def _judge_purity(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.AsyncFunctionDef() | ast.Await() | ast.AsyncFor() | ast.AsyncWith():
                yield "is async, and pure code is not"
            case ast.Call(func=ast.Name(id=name)) if name in EFFECTFUL_CALLS:
                yield f"calls {name}, and pure code does not"
            case _:
                pass
    for target in _read_imports("", tree):
        if target.partition(".")[0] in EFFECTS:
            yield f"imports {target}, and pure code does not"


def _judge_names(tree: ast.Module) -> Iterator[str]:
    defined = (node for node in tree.body if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef))
    names = _read_all(tree)
    if names is None and any(not node.name.startswith("_") for node in defined):
        yield "defines public names and has no __all__"
    if names is not None and names != sorted(names, key=_isort_order):
        yield "has an __all__ that is not sorted"


def _read_all(tree: ast.Module) -> list[str] | None:
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return list(ast.literal_eval(node.value))
    return None


def _isort_order(name: str) -> tuple[int, str]:
    """Constants first, then classes, then functions: the order that `ruff` keeps."""
    return (0 if name.isupper() and len(name) > 1 else 1 if name[0].isupper() else 2, name)


def _read_imports(module: str, tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=source, names=names, level=level):
                around = module.split(".")[: -level or None] if level else []
                origin = ".".join([*around, *([source] if source else [])])
                within = origin.partition(".")[0] in OURS
                yield from (f"{origin}.{alias.name}" if within else origin for alias in names)
            case ast.Call(
                func=ast.Attribute(attr="import_module") | ast.Name(id="import_module" | "__import__"),
                args=[ast.Constant(value=str(target)), *_],
            ):
                yield target
            case _:
                pass


def _is_within(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def _name_module(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = sorted(file for package in OURS for file in (ROOT / package).rglob("*.py"))


@pytest.mark.parametrize("file", FILES, ids=_name_module)
def test_file_keeps_the_law(file: Path) -> None:
    assert find_violations(_name_module(file), file.read_text(encoding="utf-8")) == []


def test_each_package_is_in_the_table() -> None:
    packages = {f"planner.{path.parent.name}" for path in (ROOT / "planner").glob("*/__init__.py")}
    assert {*packages, "schemas", "state"} <= TABLE.keys()


def test_tests_and_benchmarks_stay_readable() -> None:
    files = [file for folder in ("tests", "bench") for file in (ROOT / folder).rglob("*.py")]
    assert files
    assert [file.name for file in files if len(file.read_text(encoding="utf-8").splitlines()) > LONGEST_FILE] == []


@pytest.mark.parametrize(
    ("module", "code", "violation"),
    [
        ("planner.emulator.app", "from planner.model.plan import Plan", "may not import planner.model.plan.Plan"),
        ("planner.emulator.app", "from planner import model", "may not import planner.model"),
        ("planner.emulator.app", "from ..api import client", "may not import planner.api.client"),
        ("planner.emulator.app", "def go():\n    import state.codec", "may not import state.codec"),
        ("planner.model.plan", "from state.codec import decode", "may not import state.codec.decode"),
        ("planner.render.text", "from planner.planning import order", "may not import planner.planning.order"),
        ("state.codec", "import planner.model", "may not import planner.model"),
        ("state.codec", "import httpx", "may not import httpx"),
        ("schemas.check", "from state.values import Json", "may not import state.values.Json"),
        ("planner.workflow.plan", "import click", "may not import click"),
        ("planner.config.read", "import hcl2.api", "may not import hcl2.api"),
        ("planner.config.read", "importlib.import_module('hcl2')", "may not import hcl2"),
        ("planner.api.client", "import aiohttp", "may not import aiohttp"),
        ("planner.fresh.thing", "import httpx", "may not import httpx"),
        ("planner.lang.evaluate", "import os.path", "imports os.path, and pure code does not"),
        ("planner.planning.order", "async def order(): ...", "is async, and pure code is not"),
        ("planner.render.text", "def show():\n    print('x')", "calls print, and pure code does not"),
        ("planner.model.plan", '__all__ = ["b", "a"]', "has an __all__ that is not sorted"),
        ("planner.model.plan", '__all__ = ["Plan", "KEY"]', "has an __all__ that is not sorted"),
        ("planner.model.plan", "class Plan: ...", "defines public names and has no __all__"),
        ("planner.model.plan", "\n" * 401, "is longer than 400 lines"),
    ],
)
def test_law_is_seen_to_be_broken(module: str, code: str, violation: str) -> None:
    assert violation in find_violations(module, f'"""Fabricated."""\n{code}\n')


def test_law_is_seen_to_be_kept() -> None:
    code = 'import json\nfrom planner.model.plan import Plan\nimport httpx\n__all__ = ["Client"]\nclass Client: ...\n'
    assert find_violations("planner.api.client", f'"""Fabricated."""\n{code}') == []


def test_missing_docstring_is_seen() -> None:
    assert find_violations("planner.model.plan", "") == ["has no docstring"]
