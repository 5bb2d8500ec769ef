"""What is measured: the life of N clusters, from an empty account to an empty account, and the start of a command.

Each plan's exit code is checked (`-detailed-exitcode`), so that a figure stands for work that was done.
"""

import sys
import tempfile
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.layouts import count_changed
from bench.measure import Cost, measure_command
from bench.server import run_server

__all__ = ["CASES", "Bench", "measure_life", "measure_start_up"]

CASES = (
    "validate",
    "plan (create)",
    "apply (create)",
    "plan (no changes)",
    "plan (1 % changed)",
    "plan (all drifted)",
    "drift (all drifted)",
    "destroy",
)
_TOKEN = "emulator-token"  # noqa: S105 - the emulator's own, which opens nothing else
_ONE_CLUSTER = "plan of one cluster"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """How to run the command that is measured."""

    planner: str
    environment: Mapping[str, str]
    timeout: float

    def run(self, *arguments: str, directory: Path, endpoint: str, expected: Collection[int] = (0,)) -> Cost:
        """Return what `planner` with `arguments` cost in `directory`, against `endpoint`."""
        return measure_command(
            [self.planner, *arguments],
            directory=directory,
            environment={**self.environment, "IMPLY_ENDPOINT": endpoint, "IMPLY_TOKEN": _TOKEN},
            expected=expected,
            timeout=self.timeout,
        )


def measure_life(bench: Bench, layout: str, count: int, cases: Collection[str]) -> Iterator[tuple[str, Cost]]:
    """Take `count` clusters through their life against a server of their own; give what each of `cases` cost."""
    with _make_surroundings(bench) as (directory, endpoint):
        configuration = directory / "configuration"
        _write(layout, count, configuration)
        for case in CASES[: 1 + max(map(CASES.index, cases))]:
            if case == "plan (1 % changed)":
                _write(layout, count, configuration, changed=count_changed(count))
            if case == "plan (all drifted)":
                _edit_by_hand(endpoint)
            cost = _run_case(bench, case, configuration, endpoint)
            if case in cases:
                yield case, cost


def measure_start_up(bench: Bench, runs: int) -> dict[str, list[Cost]]:
    """Return what it costs to start: Python alone, the command, an empty plan, and a plan of one settled cluster."""
    costs: dict[str, list[Cost]] = defaultdict(list)
    with _make_surroundings(bench) as (directory, endpoint):
        empty, one = directory / "empty", directory / "one"
        empty.mkdir()
        (empty / "main.hcl.json").write_text("{}\n", encoding="utf-8")
        _write("documents", 1, one)
        bench.run("apply", "-auto-approve", directory=one, endpoint=endpoint)
        for _ in range(runs):
            python = [sys.executable, "-c", "pass"]
            costs["python -c pass"].append(measure_command(python, directory=empty, environment=bench.environment))
            costs["planner --version"].append(bench.run("--version", directory=empty, endpoint=endpoint))
            costs["plan of nothing"].append(bench.run("plan", directory=empty, endpoint=endpoint))
            costs[_ONE_CLUSTER].append(bench.run("plan", "-detailed-exitcode", directory=one, endpoint=endpoint))
    return dict(costs)


@contextmanager
def _make_surroundings(bench: Bench) -> Iterator[tuple[Path, str]]:
    with tempfile.TemporaryDirectory(prefix="planner-bench-") as name:
        directory = Path(name)
        command = [bench.planner, "emulator", "--port", "0"]
        with run_server(command, directory=directory, environment=bench.environment) as endpoint:
            yield directory, endpoint


def _run_case(bench: Bench, case: str, directory: Path, endpoint: str) -> Cost:
    match case:
        case "validate":
            return bench.run("validate", directory=directory, endpoint=endpoint)
        case "apply (create)":
            return bench.run("apply", "-auto-approve", directory=directory, endpoint=endpoint)
        case "drift (all drifted)":
            return bench.run("drift", directory=directory, endpoint=endpoint, expected=[2])
        case "destroy":
            return bench.run("destroy", "-auto-approve", directory=directory, endpoint=endpoint)
        case _:
            code = 0 if case == "plan (no changes)" else 2
            return bench.run("plan", "-detailed-exitcode", directory=directory, endpoint=endpoint, expected=[code])


def _write(layout: str, count: int, directory: Path, *, changed: int = 0) -> None:
    """Write a configuration in a process of its own: this one must stay small, its peak is every child's floor."""
    measure_command(
        [sys.executable, "-m", "bench.layouts", layout, str(count), str(directory), "--changed", str(changed)],
        directory=Path(__file__).parents[1],
        environment={},
    )


def _edit_by_hand(endpoint: str) -> None:
    """Have somebody change every cluster, in a process of its own for the same reason."""
    measure_command(
        [sys.executable, "-m", "bench.hands", endpoint, _TOKEN], directory=Path(__file__).parents[1], environment={}
    )
