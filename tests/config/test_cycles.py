"""Cycles of dependencies: told with the other mistakes, each at the entry that closes it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.config.configuration import Configuration
from planner.model.diagnostics import Diagnostic

Read = Callable[..., Configuration]
ListProblems = Callable[[Configuration], list[str]]
Graph = Mapping[str, Sequence[str]]


def write(graph: Graph) -> dict[str, str]:
    """Return a file with a cluster of three lines for each entry; its `depends_on` is on the last but one."""
    return {"main.hcl": "".join(declare(name, needed) for name, needed in graph.items())}


def declare(name: str, needed: Iterable[str]) -> str:
    references = ", ".join(f"cluster.{other}" for other in needed)
    return f'cluster "{name}" {{\n  depends_on = [{references}]\n  spec = {{ version = "2021.06" }}\n}}\n'


def find_cycles(configuration: Configuration) -> list[Diagnostic]:
    return [found for found in configuration.diagnostics if found.code == "dependency-cycle"]


def show_span(configuration: Configuration, diagnostic: Diagnostic) -> str:
    assert diagnostic.span is not None
    return configuration.sources[diagnostic.span.file][diagnostic.span.start : diagnostic.span.end]


def test_a_cycle_is_told_with_its_path_at_the_entry_that_closes_it(read: Read, list_problems: ListProblems) -> None:
    configuration = read(write({"a": ["c"], "b": [], "c": ["b", "d"], "d": ["c"]}))
    assert list_problems(configuration) == ["main.hcl:14:17 error dependency-cycle"]
    (diagnostic,) = configuration.diagnostics
    assert diagnostic.summary == "Clusters depend on each other in a cycle"
    assert diagnostic.detail == "cluster.c -> cluster.d -> cluster.c. Take one of these references out."
    assert show_span(configuration, diagnostic) == "cluster.c"
    assert str(diagnostic.address) == "cluster.d"
    assert configuration.desired is None


@pytest.mark.parametrize("needed", [["a"], ["a", "a"]])
def test_a_cluster_that_depends_on_itself_is_told_once(read: Read, needed: list[str]) -> None:
    (diagnostic,) = read(write({"a": needed})).diagnostics
    assert (diagnostic.code, diagnostic.summary) == ("dependency-cycle", "Cluster depends on itself")
    assert diagnostic.detail == "cluster.a -> cluster.a. Take the reference to itself out."


def test_all_cycles_are_told_with_all_other_mistakes(read: Read, list_problems: ListProblems) -> None:
    configuration = read(write({"a": ["b"], "b": ["a", "ghost"], "c": ["d", "c"], "d": ["c"]}))
    assert list_problems(configuration) == [
        "main.hcl:6:17 error dependency-cycle",
        "main.hcl:6:28 error unknown-dependency",
        "main.hcl:10:28 error dependency-cycle",
        "main.hcl:14:17 error dependency-cycle",
    ]


def test_a_cycle_across_files_of_both_syntaxes_is_told(read: Read) -> None:
    json = '{"cluster": {"b": {"spec": {"version": "2021.06"}, "depends_on": ["cluster.a"]}}}'
    (diagnostic,) = read({"a.hcl": declare("a", ["b"]), "b.hcl.json": json}).diagnostics
    assert diagnostic.detail.startswith("cluster.a -> cluster.b -> cluster.a.")
    assert diagnostic.span is not None
    assert diagnostic.span.file == "b.hcl.json"


def test_clusters_that_share_a_dependency_are_no_cycle(read: Read) -> None:
    assert read(write({"a": ["b", "c"], "b": ["d"], "c": ["d"], "d": []})).diagnostics == ()


def test_a_chain_of_thousands_is_walked_and_a_long_cycle_told_in_short(read: Read) -> None:
    chain = {f"c{number}": [f"c{number + 1}"] for number in range(3000)}
    assert find_cycles(read(write({**chain, "c3000": []}))) == []
    (diagnostic,) = find_cycles(read(write({**chain, "c3000": ["c0"]})))
    assert diagnostic.detail == (
        "cluster.c0 -> cluster.c1 -> cluster.c2 -> cluster.c3 -> cluster.c4 -> cluster.c5 -> … 2990 more … -> "
        "cluster.c2996 -> cluster.c2997 -> cluster.c2998 -> cluster.c2999 -> cluster.c3000 -> cluster.c0. "
        "Take one of these references out."
    )


NAMES = "abcdef"


@given(st.fixed_dictionaries({name: st.lists(st.sampled_from(NAMES), max_size=4) for name in NAMES}))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_without_the_entries_that_are_told_no_cycle_is_left(read: Read, graph: dict[str, list[str]]) -> None:
    """Each path that is told is one of the configuration's, and there is none where nothing is told."""
    configuration = read(write(graph))
    told = find_cycles(configuration)
    opened = {name: set(needed) for name, needed in graph.items()}
    for diagnostic in told:
        path = [step.removeprefix("cluster.") for step in diagnostic.detail.partition(". ")[0].split(" -> ")]
        assert path[0] == path[-1]
        assert all(after in graph[before] for before, after in pairwise(path))
        assert show_span(configuration, diagnostic) == f"cluster.{path[-1]}"
        opened[path[-2]].discard(path[-1])
    TopologicalSorter(opened).prepare()
    assert bool(told) == is_cyclic(graph)


def is_cyclic(graph: Graph) -> bool:
    try:
        TopologicalSorter(graph).prepare()
    except CycleError:
        return True
    return False
