"""What each cluster waits for: what its block refers to, or names in `depends_on`; each instance on its own.

References through variables, local values, outputs and modules count as well.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from planner.config.evaluation import Evaluation, ModulePath
from planner.config.graph import Edge, Node
from planner.config.repetition import Instance
from planner.lang.evaluate import evaluate
from planner.lang.number import Number, to_int
from planner.lang.references import Position, Reference, collect_references
from planner.lang.values import Value
from state.address import Address

__all__ = ["find_dependencies", "pick_instances"]

_Place: TypeAlias = tuple[ModulePath, Node]
_Whole: TypeAlias = tuple[ModulePath, str]
"""All instances of a cluster block."""


def find_dependencies(evaluation: Evaluation) -> Mapping[Address, tuple[Address, ...]]:
    """Return for each cluster those that it waits for; clusters that wait for none are left out."""
    edges = evaluation.graph.edges
    if not any(edge.target.kind == "cluster" for found in edges.values() for edge in found):
        return {}
    reached: dict[_Place, frozenset[_Whole]] = {}
    waits: dict[Address, tuple[Address, ...]] = {}
    for node in evaluation.graph.order:
        for path in evaluation.instances.get(node.module, []):
            if node.kind != "cluster":
                reached[path, node] = frozenset(_reach(edges.get(node, ()), path, reached, evaluation))
                continue
            for address, found in _find_of_block(node, path, reached, evaluation):
                if found:
                    waits[address] = tuple(sorted(found))
    return waits


def _find_of_block(
    node: Node, path: ModulePath, reached: Mapping[_Place, frozenset[_Whole]], evaluation: Evaluation
) -> Iterator[tuple[Address, set[Address]]]:
    drafts = evaluation.drafts.get((path, node.name), ())
    edges = evaluation.graph.edges.get(node, ())
    if not drafts or not edges:
        return
    others = [edge for edge in edges if edge.target.kind != "cluster" or edge.target.module != node.module]
    direct = [edge for edge in edges if edge.target.kind == "cluster" and edge.target.module == node.module]
    shared = {one for whole in _reach(others, path, reached, evaluation) for one in _list_all(whole, evaluation)}
    for draft in drafts:
        found = set(shared)
        for edge in direct:
            if edge.reference is not None:
                found.update(pick_instances(edge.reference, path, draft.address, evaluation))
        found.discard(draft.address)
        yield draft.address, found


def _reach(
    edges: Iterable[Edge], path: ModulePath, reached: Mapping[_Place, frozenset[_Whole]], evaluation: Evaluation
) -> Iterator[_Whole]:
    """Yield the cluster blocks that `edges`, from something in the module instance `path`, lead to."""
    for edge in edges:
        for target in _list_targets(edge.target, path, evaluation):
            if edge.target.kind == "cluster":
                yield target, edge.target.name
                continue
            yield from reached.get((target, edge.target), ())
            if edge.reference is None or edge.target.kind != "module":
                continue
            if len(edge.reference.steps) <= 2:
                # A module as a whole, as in `depends_on`: all clusters in it.
                yield from _list_below((*edge.target.module, edge.target.name), target, evaluation)


def _list_targets(node: Node, path: ModulePath, evaluation: Evaluation) -> list[ModulePath]:
    """Return the instances of the module of `node` that something in `path` can mean: its own, around it, or below."""
    if len(node.module) <= len(path):
        return [path[: len(node.module)]]
    return [other for other in evaluation.instances.get(node.module, []) if other[: len(path)] == path]


def _list_below(module: tuple[str, ...], path: ModulePath, evaluation: Evaluation) -> Iterator[_Whole]:
    for other, name in evaluation.drafts:
        names = tuple(step.name for step in other)
        if names[: len(module)] == module and other[: len(path)] == path:
            yield other, name


def _list_all(whole: _Whole, evaluation: Evaluation) -> list[Address]:
    return [draft.address for draft in evaluation.drafts.get(whole, ())]


def pick_instances(
    reference: Reference, path: ModulePath, address: Address, evaluation: Evaluation
) -> Iterator[Address]:
    """Yield the instances that a reference to a block of the same module means: the one that it names, or all.

    `address` is the cluster whose block refers to it: its key may be a part of the reference.
    """
    drafts = evaluation.drafts.get((path, reference.name or ""), ())
    key = _read_key(reference, path, address, evaluation)
    named = [draft.address for draft in drafts if draft.address.key == key] if key is not None else []
    yield from named or (draft.address for draft in drafts)


def _read_key(reference: Reference, path: ModulePath, address: Address, evaluation: Evaluation) -> str | int | None:
    steps = reference.steps
    if len(steps) < 2 or not isinstance(steps[1], Position):
        return None
    position = steps[1]
    if position.key is not None:
        return position.key
    references = collect_references(position.expression)
    if any(reference.root not in {"each", "count"} for reference in references):
        return None
    names = _name_instance(path, address, evaluation)
    value, problems = evaluate(position.expression, evaluation.scope(names))
    return None if problems else _as_key(value)


def _name_instance(path: ModulePath, address: Address, evaluation: Evaluation) -> Mapping[str, Value]:
    instances: Mapping[str | int | None, Instance] = evaluation.keyed.get((path, address.name), {})
    instance = instances.get(address.key)
    return instance.names if instance is not None else {}


def _as_key(value: Value) -> str | int | None:
    match value.content:
        case str() as text:
            return text
        case Number() as number if number.is_whole:
            return to_int(number)
        case _:
            return None
