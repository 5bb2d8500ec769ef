"""A target that names nothing: what people are told, and which cluster is guessed to be meant."""

import pytest

from planner.model.diagnostics import Diagnostic, Failure
from planner.planning.pair import Pair
from planner.planning.targets import select_pairs
from state.address import parse_address


def refuse_target(target: str, *addresses: str, option: str = "targets") -> Diagnostic:
    pairs = [Pair(address=parse_address(known)) for known in addresses]
    targets, excluded = ([target], []) if option == "targets" else ([], [target])
    with pytest.raises(Failure) as caught:
        select_pairs(pairs, targets=targets, excluded=excluded)
    (diagnostic,) = caught.value.diagnostics
    return diagnostic


@pytest.mark.parametrize("target", ["cluster.zzz", "cluster.f", "cluster.clusters", "cluster.", "zzz"])
def test_a_cluster_that_is_not_like_it_is_not_suggested(target: str) -> None:
    diagnostic = refuse_target(target, "cluster.alpha", "cluster.beta", "cluster.store")
    assert diagnostic.summary == f"There is no {target}"
    assert diagnostic.detail == (
        "-target takes the address of a cluster or a module in the configuration or the state. Name one that is there."
    )


@pytest.mark.parametrize("target", ["cluster.alpah", "cluster.alph", "alpha"])
def test_a_cluster_that_is_like_it_is_suggested(target: str) -> None:
    assert refuse_target(target, "cluster.alpha", "cluster.beta").detail.endswith(" Did you mean cluster.alpha?")


@pytest.mark.parametrize("option", ["targets", "excluded"])
def test_a_module_that_is_like_it_is_suggested(option: str) -> None:
    diagnostic = refuse_target("module.fleat", "module.fleet.cluster.web", "cluster.beta", option=option)
    assert diagnostic.detail.endswith(" Did you mean module.fleet?")
