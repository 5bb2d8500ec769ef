"""The runner: `python -m bench`, or `make bench`. Stops by itself, and takes its servers with it."""

import argparse
import json
import os
import signal
import sys
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from bench.cases import CASES, Bench, measure_life, measure_start_up
from bench.layouts import LAYOUTS
from bench.measure import CommandFailedError, Cost
from bench.report import Findings, make_document, render_findings
from bench.server import ServerFailedError

_SIZES = (1, 10, 100, 1000, 5000)


def main() -> None:
    """Measure what the options ask for and print it."""
    options = _read_options()
    # Unwind when asked to stop, so that no server is left.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda received, _: sys.exit(128 + received))
    bench = Bench(planner=options.planner, environment=_make_environment(), timeout=options.timeout)
    findings = Findings()
    try:
        if not options.no_start_up:
            findings.start_up.update(measure_start_up(bench, options.start_up_runs))
        for layout in options.layouts:
            _measure_layout(bench, layout, options, findings)
    except (CommandFailedError, ServerFailedError) as failure:
        findings.missing.append(str(failure))
    print(json.dumps(make_document(findings), indent=2) if options.json else render_findings(findings))
    sys.exit(1 if findings.missing else 0)


def _measure_layout(bench: Bench, layout: str, options: argparse.Namespace, findings: Findings) -> None:
    """Measure `layout` at each size, the smallest first; what fails at one size is not tried at a larger one."""
    cases: dict[str, dict[int, list[Cost]]] = defaultdict(lambda: defaultdict(list))
    findings.life[layout] = cases
    for count in options.sizes:
        runs = options.runs or _choose_runs(count)
        try:
            for number in range(runs):
                for case, cost in measure_life(bench, layout, count, options.cases):
                    cases[case][count].append(cost)
                    print(f"{layout}, N={count}, {number + 1}/{runs}: {case} {cost.seconds:.2f} s", file=sys.stderr)
        except (CommandFailedError, ServerFailedError) as failure:
            findings.missing.append(f"{layout} from N={count}: {failure}")
            return


def _choose_runs(count: int) -> int:
    if count <= 100:
        return 5
    return 3 if count <= 1000 else 1


def _make_environment() -> dict[str, str]:
    """Return what the commands may see of the environment: enough to start, nothing that would change a plan."""
    return {name: os.environ[name] for name in ("HOME", "LANG", "LC_ALL", "PATH", "TMPDIR") if name in os.environ}


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench ARGS=…", description=__doc__)
    parser.add_argument("--sizes", type=_read_sizes, default=_SIZES, help="numbers of clusters, such as 1,10,100")
    parser.add_argument("--layouts", type=_one_of(LAYOUTS), default=("documents", "blocks"), help=", ".join(LAYOUTS))
    parser.add_argument("--cases", type=_one_of(CASES), default=CASES, help=", ".join(CASES).replace("%", "%%"))
    parser.add_argument("--runs", type=int, help="runs of each; 5 up to N=100, 3 up to 1000, 1 above")
    parser.add_argument("--start-up-runs", type=int, default=15, help="runs of each start-up (15)")
    parser.add_argument("--no-start-up", action="store_true", help="leave the start-up out")
    parser.add_argument("--timeout", type=float, default=300.0, help="seconds that one command may take (300)")
    parser.add_argument(
        "--planner", default=str(Path(sys.executable).with_name("planner")), help="the command to measure"
    )
    parser.add_argument("--json", action="store_true", help="print a JSON document, with every run")
    return parser.parse_args()


def _read_sizes(text: str) -> tuple[int, ...]:
    sizes = tuple(sorted({int(part) for part in text.split(",")}))
    if sizes[0] < 1:
        raise argparse.ArgumentTypeError("a number of clusters is 1 or more")
    return sizes


def _one_of(names: tuple[str, ...]) -> Callable[[str], tuple[str, ...]]:
    def read(text: str) -> tuple[str, ...]:
        chosen = tuple(part.strip() for part in text.split(","))
        if not set(chosen) <= set(names):
            raise argparse.ArgumentTypeError(f"one or more of: {', '.join(names)}")
        return chosen

    return read


if __name__ == "__main__":
    main()
