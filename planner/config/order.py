"""What each cluster waits for: what its block refers to, or names in `depends_on`; each instance on its own.

References through variables, local values, outputs and modules count as well. Refuses more than `DEPENDENCY_LIMIT`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from planner.config.evaluation import Evaluation, ModulePath
from planner.config.graph import Edge, Node
from planner.lang.evaluate import evaluate
from planner.lang.number import Number, to_int
from planner.lang.references import Position, Reference, collect_references
from planner.lang.values import Value
from planner.model.diagnostics import Diagnostic
from state.address import Address, ModuleStep

__all__ = ["DEPENDENCY_LIMIT", "find_dependencies", "pick_instances"]

DEPENDENCY_LIMIT = 500_000
"""How many times one cluster may wait for another, in a whole configuration."""

_Place: TypeAlias = tuple[ModulePath, Node]
_Whole: TypeAlias = tuple[ModulePath, str]
"""All instances of a cluster block."""
_Names: TypeAlias = Mapping[str, Value]
_NO_NAMES: _Names = {}


class _TooManyError(Exception):
    """There are more dependencies than a configuration may have."""


@dataclass(slots=True)
class _Search:
    """What has been found so far: what each variable, local, output and module waits for, in every instance."""

    evaluation: Evaluation
    reached: dict[_Place, frozenset[_Whole | Address]] = field(default_factory=dict)
    keys: dict[_Whole, frozenset[str | int | None]] = field(default_factory=dict)
    left: int = DEPENDENCY_LIMIT

    def count(self, number: int) -> None:
        self.left -= number
        if self.left < 0:
            raise _TooManyError

    def list_instances(self, path: ModulePath, name: str, key: str | int | None) -> list[ModulePath]:
        """Return the instances of a module that is called in `path`: the one with that key, if there is one, or all."""
        instances = self.evaluation.expansions.get((path, name)) or ()
        if key is not None:
            keys = self.keys.get((path, name))
            if keys is None:
                keys = self.keys[path, name] = frozenset(instance.key for instance in instances)
            if key in keys:
                return [(*path, ModuleStep(name, key))]
        self.count(len(instances))
        return [(*path, ModuleStep(name, instance.key)) for instance in instances]


def find_dependencies(evaluation: Evaluation, found: list[Diagnostic]) -> Mapping[Address, tuple[Address, ...]]:
    """Return for each cluster those that it waits for; clusters that wait for none are left out."""
    edges = evaluation.graph.edges
    waits: dict[Address, tuple[Address, ...]] = {}
    if evaluation.is_full or not any(edge.target.kind == "cluster" for several in edges.values() for edge in several):
        return waits
    search = _Search(evaluation)
    for node in evaluation.graph.order:
        for path in evaluation.instances.get(node.module, []):
            try:
                _visit(node, path, search, waits)
            except _TooManyError:
                found.append(_too_many(node, edges[node], evaluation))
                return waits
    return waits


def _visit(node: Node, path: ModulePath, search: _Search, waits: dict[Address, tuple[Address, ...]]) -> None:
    edges = search.evaluation.graph.edges.get(node, ())
    if node.kind == "cluster":
        waits.update((address, needed) for address, needed in _find_of_block(node, path, edges, search) if needed)
        return
    at, names = path, _NO_NAMES
    if node.kind == "var" and path:
        # The argument is written in the module around, and there `each` is that of the call.
        at, names = path[:-1], search.evaluation.each.get(path, _NO_NAMES)
    search.reached[path, node] = frozenset(_reach(edges, at, names, search))


def _find_of_block(
    node: Node, path: ModulePath, edges: Iterable[Edge], search: _Search
) -> Iterator[tuple[Address, tuple[Address, ...]]]:
    evaluation = search.evaluation
    drafts = evaluation.drafts.get((path, node.name), ())
    if not drafts:
        return
    varying = [edge for edge in edges if _may_vary(edge)]
    fixed = [edge for edge in edges if not _may_vary(edge)]
    shared = _list_addresses(_reach(fixed, path, _NO_NAMES, search), search)
    ordered = tuple(sorted(shared))
    instances = evaluation.keyed.get((path, node.name), {})
    for draft in drafts:
        names = instances[draft.address.key].names if draft.address.key in instances else _NO_NAMES
        search.count(len(shared))
        own = _list_addresses(_reach(varying, path, names, search), search)
        is_same = own <= shared and draft.address not in shared
        yield draft.address, ordered if is_same else tuple(sorted((own | shared) - {draft.address}))


def _may_vary(edge: Edge) -> bool:
    """Tell whether it may be another instance that each instance of a block refers to."""
    return edge.target.kind not in {"var", "local"} and _find_position(edge.reference) is not None


def _list_addresses(wholes: Iterable[_Whole | Address], search: _Search) -> set[Address]:
    addresses: set[Address] = set()
    for one in wholes:
        if isinstance(one, Address):
            addresses.add(one)
        else:
            drafts = search.evaluation.drafts.get(one, ())
            search.count(len(drafts))
            addresses.update(draft.address for draft in drafts)
    return addresses


def _reach(edges: Iterable[Edge], path: ModulePath, names: _Names, search: _Search) -> Iterator[_Whole | Address]:
    """Yield what `edges`, from something written in the module instance `path`, lead to."""
    for edge in edges:
        key = _read_key(edge.reference, names, search.evaluation)
        for target in _list_targets(edge.target, path, key, search):
            search.count(1)
            if edge.target.kind != "cluster":
                reached = search.reached.get((target, edge.target), frozenset())
                search.count(len(reached))
                yield from reached
            elif key is None or edge.target.module != tuple(step.name for step in path):
                yield target, edge.target.name
            else:
                yield from _pick(edge.target.name, target, key, search.evaluation)


def _list_targets(node: Node, path: ModulePath, key: str | int | None, search: _Search) -> list[ModulePath]:
    """Return the instances of the module of `node` that something in `path` can mean: its own, around it, or below.

    `key` is what stands behind the name of the module that is called, if that is known.
    """
    if len(node.module) <= len(path):
        return [path[: len(node.module)]]
    paths = [path]
    for name in node.module[len(path) :]:
        paths = [below for one in paths for below in search.list_instances(one, name, key)]
        key = None
    return paths


def pick_instances(
    reference: Reference, path: ModulePath, address: Address, evaluation: Evaluation
) -> Iterator[Address]:
    """Yield the instances that a reference to a block of the same module means: the one that it names, or all.

    `address` is the cluster whose block refers to it: its key may be a part of the reference.
    """
    instances = evaluation.keyed.get((path, address.name), {})
    names = instances[address.key].names if address.key in instances else _NO_NAMES
    key = _read_key(reference, names, evaluation)
    found = _pick(reference.name or "", path, key, evaluation)
    for one in found:
        if isinstance(one, Address):
            yield one
        else:
            yield from (draft.address for draft in evaluation.drafts.get(one, ()))


def _pick(name: str, path: ModulePath, key: str | int | None, evaluation: Evaluation) -> Iterator[_Whole | Address]:
    """Yield the instance with that key, or the whole block where there is none."""
    if key is not None and key in evaluation.keyed.get((path, name), {}):
        yield Address(name, key, path)
    else:
        yield path, name


def _find_position(reference: Reference | None) -> Position | None:
    if reference is None or len(reference.steps) < 2:
        return None
    step = reference.steps[1]
    return step if isinstance(step, Position) else None


def _read_key(reference: Reference | None, names: _Names, evaluation: Evaluation) -> str | int | None:
    """Return the key behind the name in a reference, where it is written out or made of `each` or `count` alone."""
    position = _find_position(reference)
    if position is None or position.key is not None:
        return position.key if position is not None else None
    if any(inner.root not in names for inner in collect_references(position.expression)):
        return None
    value, problems = evaluate(position.expression, evaluation.scope(names))
    return None if problems else _as_key(value)


def _as_key(value: Value) -> str | int | None:
    match value.content:
        case str() as text:
            return text
        case Number() as number if number.is_whole:
            return to_int(number)
        case _:
            return None


def _too_many(node: Node, edges: tuple[Edge, ...], evaluation: Evaluation) -> Diagnostic:
    module = evaluation.modules[node.module]
    block = module.clusters.get(node.name) if node.kind == "cluster" else None
    return Diagnostic(
        code="too-many-dependencies",
        summary="Too many dependencies",
        detail=f"The configuration makes clusters wait for others more than {DEPENDENCY_LIMIT:,} times up to {node}: "
        "each instance waits for every instance of what it refers to. Refer to the one instance that is meant, for "
        "example with [each.key].",
        span=block.block.header if block is not None else edges[0].span if edges else None,
    )
