"""What evaluation costs: `python -m bench.evaluation`, the 50 arguments of one block for each of 10,000 instances.

Only evaluation is measured: reading is not, nor what is done with the values afterwards.
"""

import argparse
import sys
import time

from planner.lang.evaluate import evaluate
from planner.lang.functions.signature import Entry, FunctionError
from planner.lang.parse import parse_hcl
from planner.lang.rendering import make_environment
from planner.lang.scope import Budget, Scope
from planner.lang.syntax import Attribute
from planner.lang.values import Value, make_bool, make_int, make_object, make_text
from planner.model.spans import Source

__all__ = ["main"]

_ARGUMENTS = (
    (15, '"value {at}"'),
    (15, "{at}"),
    (5, "each.key"),
    (5, '"${{var.prefix}}-${{each.key}}-{at}"'),
    (4, "each.value.size * {at} + 1"),
    (3, "each.value.large ? 3 : 1"),
    (2, '{{ environment = var.environment, name = each.key, tier = each.value.large ? "large" : "small" }}'),
    (1, "[for zone in var.zones : upper(zone) if zone != each.value.zone]"),
)
"""How many arguments there are of each kind, and what they are."""

_BLOCK = "".join(
    f"  argument{kind}_{at} = {text.format(at=at)}\n"
    for kind, (count, text) in enumerate(_ARGUMENTS)
    for at in range(count)
)


class _NoFiles:
    """No files at all: nothing that is measured reads any."""

    def read(self, path: str) -> bytes:
        raise FunctionError(f'there is no file "{path}"')

    def exists(self, path: str) -> bool:  # noqa: ARG002 - as `Files` has it
        return False

    def list_directory(self, path: str) -> tuple[Entry, ...]:  # noqa: ARG002 - as above
        return ()

    def make_absolute(self, path: str) -> str:
        return path

    def expand_home(self, path: str) -> str:
        return path


def main() -> None:
    """Measure and print it."""
    parser = argparse.ArgumentParser(prog="python -m bench.evaluation", description=__doc__)
    parser.add_argument("--instances", type=int, default=10_000, help="how many instances there are (10,000)")
    count = parser.parse_args().instances
    body, diagnostics = parse_hcl(Source("main.hcl", f"block {{\n{_BLOCK}}}\n"))
    if diagnostics:
        sys.exit(str(diagnostics))
    attributes = body.blocks[0].body.attributes
    start = time.perf_counter()
    _evaluate_all(attributes, count)
    seconds = time.perf_counter() - start
    rate = len(attributes) * count / seconds
    print(f"{count:,} instances of {len(attributes)} arguments: {seconds:.2f} s, {rate:,.0f} expressions a second")


def _evaluate_all(attributes: tuple[Attribute, ...], count: int) -> None:
    budget = Budget()
    environment = make_environment(_NoFiles(), str, bytes, budget)
    variables = {
        "prefix": make_text("imply"),
        "environment": make_text("production"),
        "zones": _evaluate_text('["a", "b", "c"]', Scope(names={}, environment=environment, budget=budget)),
    }
    shared = {"var": make_object(variables)}
    for at in range(count):
        value = make_object({"size": make_int(at), "large": make_bool(at % 2 == 0), "zone": make_text("b")})
        each = make_object({"key": make_text(f"cluster-{at}"), "value": value})
        scope = Scope(names={**shared, "each": each}, environment=environment, budget=budget)
        for attribute in attributes:
            _, diagnostics = evaluate(attribute.expression, scope)
            if diagnostics:
                sys.exit(str(diagnostics))


def _evaluate_text(text: str, scope: Scope) -> Value:
    """Return the value of an expression that is known to be right."""
    body, _ = parse_hcl(Source("main.hcl", f"a = {text}\n"))
    value, _ = evaluate(body.attributes[0].expression, scope)
    return value


if __name__ == "__main__":
    main()
