"""A target that names no cluster: what people are told, and which cluster is guessed to be meant."""

import pytest

from planner.model.diagnostics import Diagnostic, Failure
from planner.planning.targets import find_target
from state.address import Address


def refuse_target(target: str, *labels: str) -> Diagnostic:
    with pytest.raises(Failure) as caught:
        find_target(target, [Address(label) for label in labels], "-target")
    (diagnostic,) = caught.value.diagnostics
    return diagnostic


@pytest.mark.parametrize("target", ["cluster.zzz", "cluster.f", "cluster.clusters", "cluster.", "zzz"])
def test_a_cluster_that_is_not_like_it_is_not_suggested(target: str) -> None:
    diagnostic = refuse_target(target, "alpha", "beta", "store")
    assert diagnostic.summary == f"There is no {target}"
    assert diagnostic.detail == (
        "-target takes the address of a cluster in the configuration or the state. Name one that is there."
    )


@pytest.mark.parametrize("target", ["cluster.alpah", "cluster.alph", "alpha"])
def test_a_cluster_that_is_like_it_is_suggested(target: str) -> None:
    assert refuse_target(target, "alpha", "beta").detail.endswith(" Did you mean cluster.alpha?")
