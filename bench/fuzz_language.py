"""A fuzzer for the language, guided by coverage: `python -m bench.fuzz_language`, by hand and for as long as wanted.

Needs atheris, which is not among the dependencies: `pip install atheris`. Whatever the bytes, each reader must end in
a tree or in diagnostics, and the evaluator in a value or in diagnostics; anything raised is a finding. Arguments are
libFuzzer's: a directory of texts to start from, `-max_total_time=60`, `-max_len=4096`.
"""

import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any, cast

from planner.lang.content import read_content
from planner.lang.encode_tree import encode_items
from planner.lang.evaluate import evaluate
from planner.lang.functions.signature import Files, FunctionError
from planner.lang.json_syntax import parse_json
from planner.lang.parse import parse_expression, parse_hcl, parse_template
from planner.lang.parse_type import parse_type
from planner.lang.print_expression import print_expression
from planner.lang.rendering import make_environment
from planner.lang.schema import BodySchema
from planner.lang.scope import Budget, Scope
from planner.lang.syntax import Body, Expression
from planner.lang.values import FALSE, NULL, TRUE, make_object, make_tuple
from planner.model.spans import Source

__all__ = ["try_text"]


def try_text(data: bytes) -> None:
    """Read `data` behind its first byte as what that byte chooses, and evaluate and print what it says."""
    text = data[1:].decode(errors="replace")
    for expression in _read(data[:1], Source("fuzz", text)):
        evaluate(expression, _make_scope())
        parse_type(expression)
        print_expression(expression)


class _NoFiles:
    """Files of which there are none: whatever is asked of them is refused."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def refuse(*_: object) -> Any:  # noqa: ANN401 - never returns
            raise FunctionError(f"there are no files to {name}")

        return refuse


def _make_scope() -> Scope:
    budget = Budget(steps=100_000, run_steps=100_000, run_text=1_000_000)
    environment = make_environment(cast("Files", _NoFiles()), lambda: "2026-01-02T03:04:05Z", bytes, budget)
    names = {"var": make_object({"x": NULL, "l": make_tuple([TRUE, FALSE])})}
    return Scope(names=names, environment=environment, budget=budget)


def _read(choice: bytes, source: Source) -> Iterator[Expression]:
    match choice[0] % 4 if choice else 0:
        case 0:
            body, _ = parse_hcl(source)
            encode_items([*body.attributes, *body.blocks], 0)
            yield from _list_expressions(body)
        case 1:
            content, _ = read_content(parse_json(source)[0], BodySchema(open=True))
            yield from (attribute.expression for attribute in content.attributes.values())
        case number:
            expression, _ = (parse_expression if number % 2 else parse_template)(source)
            yield from () if expression is None else (expression,)


def _list_expressions(body: Body) -> Iterator[Expression]:
    yield from (attribute.expression for attribute in body.attributes)
    for block in body.blocks:
        yield from _list_expressions(block.body)


def _main() -> None:
    try:
        atheris: Any = import_module("atheris")
    except ModuleNotFoundError:
        sys.exit("atheris is not installed: pip install atheris")
    atheris.instrument_all()
    atheris.Setup(sys.argv, try_text)
    atheris.Fuzz()


if __name__ == "__main__":
    _main()
