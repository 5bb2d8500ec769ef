"""The graph: what in a configuration depends on what, before `count` and `for_each` say how often it is there.

Gives an order in which everything can be evaluated. Refuses cycles, naming the path. Refuses to recurse: a chain may
be as long as the configuration.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from planner.config.block_references import collect_body
from planner.config.declarations import Condition, Dependency, Module, Repetition
from planner.lang.references import Position, Reference, collect_all
from planner.lang.syntax import Body, Expression
from planner.model.diagnostics import Diagnostic
from planner.model.spans import Span
from state.address import Address, ModuleStep

__all__ = ["Edge", "Graph", "Node", "NodeKind", "build_graph", "list_ancestors", "list_conditions"]

NodeKind: TypeAlias = Literal["var", "local", "output", "module", "cluster"]

_LONGEST_PATH = 12
"""How many nodes of a cycle are named; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Node:
    """One thing that has a value, a module's being its instances; `module` is the path of names to its declaration."""

    module: tuple[str, ...]
    kind: NodeKind
    name: str

    def __str__(self) -> str:
        return ".".join([*(f"module.{name}" for name in self.module), f"{self.kind}.{self.name}"])


@dataclass(frozen=True, slots=True)
class Edge:
    """One dependency: on `target`, at `span`; `reference` is how it is written, None where it is implied."""

    target: Node
    span: Span
    reference: Reference | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """`order` is that in which nodes can be evaluated; `edges` lead from each to what it depends on."""

    order: tuple[Node, ...]
    edges: Mapping[Node, tuple[Edge, ...]]
    references: Mapping[Node, tuple[Reference, ...]]
    referenced: frozenset[Node]
    """The nodes that some expression refers to."""

    def with_referenced(self, nodes: frozenset[Node]) -> "Graph":
        """Return the graph in which `nodes` are referred to as well."""
        return replace(self, referenced=self.referenced | nodes)


def build_graph(root: Module) -> tuple[Graph, tuple[Diagnostic, ...]]:
    """Return the graph of the module `root` and all below it, and the cycles in it."""
    references: dict[Node, tuple[Reference, ...]] = {}
    edges: dict[Node, tuple[Edge, ...]] = {}
    referenced: set[Node] = set()
    for module, parent in _list_modules(root):
        for node, found, dependencies in _list_nodes(module, parent):
            references[node] = found
            edges[node] = tuple(_list_edges(node, found, dependencies, module, parent))
            referenced.update(edge.target for edge in edges[node] if edge.reference is not None)
        extra = collect_all(_list_loose(module))
        referenced.update(edge.target for edge in _lead(extra, module))
    order, cycles = _sort(edges)
    graph = Graph(order=order, edges=edges, references=references, referenced=frozenset(referenced))
    return graph, tuple(cycles)


def list_conditions(conditions: Iterable[Condition]) -> Iterator[Expression]:
    """Yield the expressions of `conditions`."""
    for condition in conditions:
        yield condition.condition
        yield condition.message


def _list_modules(module: Module, parent: Module | None = None) -> Iterator[tuple[Module, Module | None]]:
    yield module, parent
    for child in module.children.values():
        yield from _list_modules(child, module)


def _list_loose(module: Module) -> Iterator[Expression]:
    """Yield the expressions that give no node its value: they are evaluated when all is."""
    for variable in module.variables.values():
        yield from list_conditions(variable.validations)
    for check in module.checks.values():
        yield from list_conditions(check.assertions)
    for cluster in module.clusters.values():
        yield from list_conditions(cluster.postconditions)
    for block in module.imports:
        yield block.id


def _list_nodes(
    module: Module, parent: Module | None
) -> Iterator[tuple[Node, tuple[Reference, ...], tuple[Dependency, ...]]]:
    """Yield each node of `module`, what its expressions refer to, and its `depends_on`."""
    path = module.path
    for variable in module.variables.values():
        given = parent.calls[path[-1]].arguments.get(variable.name) if parent is not None else None
        yield Node(path, "var", variable.name), collect_all([given.expression if given else None]), ()
    for local in module.locals.values():
        yield Node(path, "local", local.name), collect_all([local.expression]), ()
    for output in module.outputs.values():
        expressions = [output.value, *list_conditions(output.preconditions)]
        yield Node(path, "output", output.name), collect_all(expressions), output.depends_on
    for call in module.calls.values():
        yield Node(path, "module", call.name), collect_all(_list_repetition(call.repetition)), call.depends_on
    for cluster in module.clusters.values():
        found = (
            *collect_body(_only_document(cluster.block.body)),
            *collect_all(
                [
                    *_list_repetition(cluster.repetition),
                    *list_conditions(cluster.preconditions),
                    *(attribute.expression for attribute in cluster.timeouts),
                ]
            ),
            *cluster.triggers,
        )
        yield Node(path, "cluster", cluster.name), found, cluster.depends_on
    for draft in module.bare:
        yield Node(path, "cluster", draft.address.name), (), ()


def _only_document(body: Body) -> Body:
    parts = tuple(attribute for attribute in body.attributes if attribute.name in {"metadata", "spec"})
    return Body(parts, tuple(block for block in body.blocks if block.type in {"metadata", "spec"}), body.span)


def _list_repetition(repetition: Repetition | None) -> list[Expression]:
    return [] if repetition is None else [repetition.expression]


def _list_edges(
    node: Node,
    references: Iterable[Reference],
    dependencies: Iterable[Dependency],
    module: Module,
    parent: Module | None,
) -> Iterator[Edge]:
    at = parent if node.kind == "var" and parent is not None else module
    yield from _lead(references, at)
    for dependency in dependencies:
        yield from _lead([dependency.reference], module)
        child = module.children.get(dependency.reference.name or "")
        if dependency.reference.root == "module" and child is not None:
            yield from _lead_to_clusters(dependency.reference, child)
    if parent is not None:
        # Through it whatever is in a module waits for what its call depends on.
        call = parent.calls[module.path[-1]]
        yield Edge(Node(parent.path, "module", call.name), call.span)


def _lead(references: Iterable[Reference], module: Module) -> Iterator[Edge]:
    """Yield the edges that `references` in `module` are; one to a module leads to the outputs that it names."""
    for reference in references:
        name = reference.name
        match reference.root:
            case "var" if name in module.variables:
                yield Edge(Node(module.path, "var", str(name)), reference.span, reference)
            case "local" if name in module.locals:
                yield Edge(Node(module.path, "local", str(name)), reference.span, reference)
            case "cluster" if name in module.clusters or any(draft.address.name == name for draft in module.bare):
                yield Edge(Node(module.path, "cluster", str(name)), reference.span, reference)
            case "module" if name in module.children:
                yield Edge(Node(module.path, "module", str(name)), reference.span, reference)
                yield from _lead_to_outputs(reference, module.children[str(name)])
            case _:
                pass


def _lead_to_outputs(reference: Reference, child: Module) -> Iterator[Edge]:
    behind = [step for step in reference.steps[1:] if not isinstance(step, Position)]
    named = behind[0] if behind and len(reference.steps) > 1 and _is_output(reference) else None
    for output in child.outputs:
        if named is None or named == output:
            yield Edge(Node(child.path, "output", output), reference.span, reference)


def _lead_to_clusters(reference: Reference, module: Module) -> Iterator[Edge]:
    """Yield edges to all clusters of a module that is named as a whole, and to those of the modules below it."""
    for inner, _ in _list_modules(module):
        for name in (*inner.clusters, *(draft.address.name for draft in inner.bare)):
            yield Edge(Node(inner.path, "cluster", name), reference.span, reference)


def _is_output(reference: Reference) -> bool:
    """Tell whether the step behind the module's name, or behind its key, is an attribute."""
    steps = reference.steps[1:]
    if isinstance(steps[0], Position):
        return len(steps) > 1 and isinstance(steps[1], str)
    return True


def list_ancestors(graph: Graph, node: Node) -> tuple[Node, ...]:
    """Return `node` and all that it depends on, in an order in which they can be evaluated."""
    needed = {node}
    pending = [node]
    while pending:
        for edge in graph.edges.get(pending.pop(), ()):
            if edge.target not in needed:
                needed.add(edge.target)
                pending.append(edge.target)
    return tuple(one for one in graph.order if one in needed)


def _sort(edges: Mapping[Node, Sequence[Edge]]) -> tuple[tuple[Node, ...], list[Diagnostic]]:
    """Return the nodes, each behind what it depends on, and a message for each edge that closes a cycle."""
    order: list[Node] = []
    cycles: list[Diagnostic] = []
    is_done: dict[Node, bool] = {}
    told: set[tuple[Node, Node]] = set()
    for start in edges:
        if start in is_done:
            continue
        is_done[start] = False
        walk = [(start, iter(edges[start]))]
        while walk:
            node, pending = walk[-1]
            edge = next(pending, None)
            if edge is None:
                is_done[node] = True
                order.append(node)
                walk.pop()
            elif edge.target not in is_done:
                is_done[edge.target] = False
                walk.append((edge.target, iter(edges.get(edge.target, ()))))
            elif not is_done[edge.target] and (node, edge.target) not in told:
                told.add((node, edge.target))
                cycles.append(_report(edge, [node for node, _ in walk]))
    return tuple(order), cycles


_OF_ITSELF = {"cluster": "Cluster depends on itself", "local": "Self-referencing local value"}
"""What it is called that something refers to itself."""


def _report(edge: Edge, walk: list[Node]) -> Diagnostic:
    members = walk[walk.index(edge.target) :]
    path = _format_path([*map(str, members), str(edge.target)])
    last = members[-1]
    is_cluster = all(node.kind == "cluster" for node in members)
    if len(members) == 1:
        summary = _OF_ITSELF.get(last.kind, "Self-referential block")
        detail = f"{path}. Take the reference to itself out."
    else:
        summary = "Clusters depend on each other in a cycle" if is_cluster else "Cycle"
        detail = f"{path}. Take one of these references out."
    return Diagnostic(
        code="dependency-cycle",
        summary=summary,
        detail=detail,
        span=edge.span,
        address=Address(last.name, None, tuple(map(ModuleStep, last.module))) if is_cluster else None,
    )


def _format_path(path: list[str]) -> str:
    left_out = len(path) - _LONGEST_PATH
    if left_out <= 0:
        return " -> ".join(path)
    half = _LONGEST_PATH // 2
    return " -> ".join([*path[:half], f"… {left_out} more …", *path[-half:]])
