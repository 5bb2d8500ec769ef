"""The text of `planner drift`: no more than a screen or two of it, unless all is asked for."""

from planner.model.drift import ClusterDrift, Drift, Drifted
from planner.model.plan import Cause
from planner.render.drift_text import render_drift
from state.address import Address

HINT = "  planner drift -all shows all of it, and so does -json."


def drift(count: int, fields: int = 1) -> Drift:
    drifted = tuple(
        Drifted(path=("spec", f"f{number:02}"), cause=Cause.DRIFT, applied=1, observed=1, live=2)
        for number in range(fields)
    )
    clusters = [
        ClusterDrift(address=Address(f"c{number:04}"), name="c", id="1", drifted=drifted) for number in range(count)
    ]
    return Drift(clusters=tuple(clusters), compared=count)


def read(found: Drift, *, show_all: bool = False) -> list[str]:
    return render_drift(found, color=False, show_all=show_all).split("\n")


def test_of_a_thousand_clusters_ten_are_told_and_the_rest_is_counted() -> None:
    lines = read(drift(1000))
    told = [line.strip() for line in lines if line.startswith("  cluster.")]
    assert told == [f"cluster.c{number:04}" for number in range(10)]
    at = lines.index("  and 990 more clusters: 990 drift")
    assert lines[at + 1 : at + 4] == [HINT, "", "Drift: 1,000 values of 1,000 clusters."]


def test_of_many_values_of_a_cluster_the_first_are_told() -> None:
    lines = read(drift(1, fields=30))
    at = lines.index("    and 18 more values")
    assert lines[at + 1] == HINT


def test_all_is_told_where_that_is_asked_for() -> None:
    lines = read(drift(1000, fields=13), show_all=True)
    assert sum(line.startswith("  cluster.") for line in lines) == 1000
    assert sum(line.startswith("    spec.f") for line in lines) == 13_000
    assert HINT not in lines


def test_where_nothing_is_left_out_nothing_is_said_of_that() -> None:
    assert HINT not in read(drift(10, fields=12))
