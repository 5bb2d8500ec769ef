"""A `depends_on` that names no cluster: which cluster is guessed to be meant, by its name and not by `cluster.`."""

from collections.abc import Callable

import pytest

from planner.config.configuration import Configuration

Read = Callable[..., Configuration]


@pytest.mark.parametrize(
    ("needed", "advice"),
    [
        ("ghost", "Declare it"),
        ("cluster", "Declare it"),
        ("stor", 'Did you mean "store"? Declare it'),
        ("stroe", 'Did you mean "store"? Declare it'),
    ],
)
def test_only_a_cluster_of_a_similar_name_is_suggested(read: Read, needed: str, advice: str) -> None:
    clusters = "".join(f'cluster "{name}" {{\n spec = {{ version = "2021.06" }}\n}}\n' for name in ("f", "store"))
    web = f'cluster "web" {{\n depends_on = [cluster.{needed}]\n spec = {{ version = "2021.06" }}\n}}\n'
    (diagnostic,) = read({"main.hcl": clusters + web}).diagnostics
    assert diagnostic.detail == (
        f'A cluster with the name "{needed}" has not been declared in the root module. {advice} with a cluster '
        f'"{needed}" {{}} block, or correct the name.'
    )
