"""Figures to compare with: what Terraform took for the same clusters, and what we set out to reach."""

from dataclasses import dataclass

__all__ = ["START_UP_TARGETS", "TARGETS", "TERRAFORM", "Target"]

TERRAFORM: dict[str, dict[int, tuple[float, int]]] = {
    "plan (create)": {10: (0.19, 79), 100: (0.77, 113), 1000: (7.0, 190)},
    "apply (create)": {10: (0.33, 108), 100: (2.74, 136), 1000: (145.0, 412)},
    "plan (no changes)": {10: (0.24, 105), 100: (1.24, 149), 1000: (12.0, 530)},
    "destroy": {10: (0.39, 111), 100: (3.98, 153), 1000: (245.0, 605)},
}
"""Seconds and peak MB of Terraform 1.11 with a REST provider, two cores, one JSON body in a file for each cluster."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A bound on a case of the layout `documents`; `megabytes` is None where only time is bounded."""

    case: str
    count: int
    seconds: float
    megabytes: float | None = None


TARGETS = (
    Target(case="plan (no changes)", count=1000, seconds=0.8, megabytes=120),
    Target(case="apply (create)", count=1000, seconds=6.0),
)

START_UP_TARGETS = {"planner --version": 60, "plan of one cluster": 250}
"""Milliseconds that a start may take above `python -c pass`."""
