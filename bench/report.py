"""What was measured, as tables to read and as a document to keep.

Seconds are the median of the runs, memory is the highest peak of them.
"""

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bench.cases import CASES
from bench.figures import START_UP_TARGETS, TARGETS, TERRAFORM, Target
from bench.measure import Cost

__all__ = ["Findings", "fit_exponent", "make_document", "render_findings"]

_FIT_FROM = 100
_PYTHON = "python -c pass"


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """Costs of each run: by layout, case and number of clusters; of starting; and why a figure is missing."""

    life: dict[str, dict[str, dict[int, list[Cost]]]] = field(default_factory=dict)
    start_up: dict[str, list[Cost]] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)


def fit_exponent(seconds: Mapping[int, float]) -> float | None:
    """Return the slope of log seconds over log clusters by least squares: 1 is linear growth; None for one size.

    Sizes below 100 are left out: there the start of Python is what is measured.
    """
    points = [(math.log(count), math.log(took)) for count, took in seconds.items() if count >= _FIT_FROM]
    if len(points) < 2:
        return None
    return statistics.linear_regression(*zip(*points, strict=True)).slope


def render_findings(findings: Findings) -> str:
    """Return the findings as text."""
    parts = [_render_start_up(findings.start_up)] if findings.start_up else []
    parts += [_render_layout(layout, cases) for layout, cases in findings.life.items()]
    if findings.life:
        parts.append(_render_terraform())
        parts.append(_render_targets(findings.life.get("documents", {})))
    parts += [f"missing: {reason}" for reason in findings.missing]
    return "\n\n".join(parts) + "\n"


def make_document(findings: Findings) -> dict[str, Any]:
    """Return the findings as JSON: each case's sizes with `seconds` (each run), `median_seconds`, `peak_bytes`."""
    life = {
        layout: {
            case: {
                "sizes": {str(count): _describe(costs) for count, costs in sizes.items()},
                "exponent": fit_exponent(_take_medians(sizes)),
            }
            for case, sizes in cases.items()
        }
        for layout, cases in findings.life.items()
    }
    start_up = {name: _describe(costs) for name, costs in findings.start_up.items()}
    return {"life": life, "start_up": start_up, "missing": findings.missing}


def _describe(costs: Sequence[Cost]) -> dict[str, Any]:
    return {
        "seconds": [cost.seconds for cost in costs],
        "median_seconds": _take_median(costs),
        "median_cpu_seconds": _take_cpu(costs),
        "peak_bytes": max(cost.peak_bytes for cost in costs),
    }


def _take_median(costs: Sequence[Cost]) -> float:
    return statistics.median(cost.seconds for cost in costs)


def _take_cpu(costs: Sequence[Cost]) -> float:
    return statistics.median(cost.cpu_seconds for cost in costs)


def _take_medians(sizes: Mapping[int, Sequence[Cost]]) -> dict[int, float]:
    return {count: _take_median(costs) for count, costs in sizes.items()}


def _take_peak(costs: Sequence[Cost]) -> float:
    return max(cost.peak_bytes for cost in costs) / 1e6


def _render_start_up(start_up: Mapping[str, Sequence[Cost]]) -> str:
    floor = _take_median(start_up[_PYTHON])
    rows = [["", "ms", "above python", "times python", "cpu ms", "peak MB", "target"]]
    for name, costs in start_up.items():
        took = _take_median(costs)
        above = 1000 * (took - floor)
        cells = [name, f"{1000 * took:.0f}", f"+{above:.0f}", f"{took / floor:.1f}"]
        cells += [f"{1000 * _take_cpu(costs):.0f}", f"{_take_peak(costs):.0f}"]
        bound = START_UP_TARGETS.get(name)
        rows.append([*cells, f"+{bound}: {'met' if above < bound else 'MISSED'}" if bound else ""])
    return f"Start-up, median of {len(start_up[_PYTHON])}\n\n{_align(rows)}"


def _render_layout(layout: str, cases: Mapping[str, Mapping[int, Sequence[Cost]]]) -> str:
    counts = sorted({count for sizes in cases.values() for count in sizes})
    rows = [["seconds / peak MB", *(f"N={count}" for count in counts), "growth"]]
    for case in (case for case in CASES if case in cases):
        sizes = cases[case]
        exponent = fit_exponent(_take_medians(sizes))
        cells = [_render_cell(_take_median(sizes[n]), _take_peak(sizes[n])) if n in sizes else "-" for n in counts]
        rows.append([case, *cells, "-" if exponent is None else f"N^{exponent:.2f}"])
    return f"Layout {layout}, against the emulator as a server on the same machine\n\n{_align(rows)}"


def _render_terraform() -> str:
    counts = (10, 100, 1000)
    rows = [["seconds / peak MB", *(f"N={count}" for count in counts), "growth"]]
    for case, sizes in TERRAFORM.items():
        exponent = fit_exponent({count: seconds for count, (seconds, _) in sizes.items()})
        rows.append([case, *(_render_cell(*sizes[count]) for count in counts), f"N^{exponent:.2f}"])
    title = "Terraform 1.11 with a REST provider, the same clusters; quoted, taken on another day on two cores"
    return f"{title}\n\n{_align(rows)}"


def _render_targets(cases: Mapping[str, Mapping[int, Sequence[Cost]]]) -> str:
    lines = [_render_target(target, cases.get(target.case, {}).get(target.count)) for target in TARGETS]
    return "\n".join(["Targets, layout documents", "", *lines])


def _render_target(target: Target, costs: Sequence[Cost] | None) -> str:
    bound = f"{target.seconds} s" + (f" and {target.megabytes:.0f} MB" if target.megabytes else "")
    wanted = f"{target.case}, N={target.count}: under {bound}"
    if costs is None:
        return f"{wanted}: not measured"
    is_met = _take_median(costs) < target.seconds and _take_peak(costs) < (target.megabytes or math.inf)
    return f"{wanted}: {'met' if is_met else 'MISSED'} ({_render_cell(_take_median(costs), _take_peak(costs))})"


def _render_cell(seconds: float, megabytes: float) -> str:
    return f"{seconds:.2f} / {megabytes:.0f}"


def _align(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) if at == 0 else cell.rjust(width) for at, (cell, width) in enumerate(cells))
        for cells in (list(zip(row, widths, strict=True)) for row in rows)
    )
