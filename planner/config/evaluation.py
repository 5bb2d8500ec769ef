"""Evaluation of a configuration: a value for each variable, local, output, module and cluster, in every instance.

Goes through the graph in its order, so that whatever an expression refers to is there before it. Mistakes are
collected; an unknown value stands in place of what failed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias, assert_never

from planner.config.cluster_values import make_cluster_value
from planner.config.clusters_hcl import read_cluster
from planner.config.conditions import judge
from planner.config.context import Context, Shared
from planner.config.declarations import ClusterBlock, Module, ModuleCall, Variable
from planner.config.draft import Draft
from planner.config.graph import Graph, Node
from planner.config.output_marks import check_output, mark_output
from planner.config.paths import PathNames
from planner.config.repetition import SINGLE, Instance, expand
from planner.config.variable_values import mark_variable
from planner.config.variables import convert_to, explain_unsuitable
from planner.lang.conversion import ConversionError
from planner.lang.evaluate import evaluate
from planner.lang.functions.signature import Environment
from planner.lang.references import Reference
from planner.lang.scope import Budget, Scope
from planner.lang.syntax import Expression
from planner.lang.values import (
    UNKNOWN,
    Value,
    is_null,
    make_object,
    make_tuple,
    members_of,
)
from planner.model.desired import CheckResult, Known
from planner.model.diagnostics import Diagnostic, has_errors
from planner.model.spans import Span
from state.address import Address, ModuleStep

__all__ = ["INSTANCES_LIMIT", "Evaluation", "ModulePath", "evaluate_graph"]

ModulePath: TypeAlias = tuple[ModuleStep, ...]
"""Which instance of a module: the calls that lead to it, each with its key."""

INSTANCES_LIMIT = 20_000
"""How many clusters and modules a configuration may make in all."""

_NO_NAMES: Mapping[str, Value] = {}


@dataclass(slots=True)
class Evaluation:
    """What has been evaluated so far; the one thing here that grows.

    `inputs` are the values of the root's variables. `values` holds those of variables, locals and outputs by where
    they are; `drafts` the clusters of each block; `each` what `each` or `count` is in an instance of a module, where
    it was called. `known` is what is known of clusters that are there already.
    """

    modules: Mapping[tuple[str, ...], Module]
    graph: Graph
    inputs: Mapping[str, Value]
    environment: Environment
    budget: Budget
    paths: PathNames
    broken: frozenset[tuple[str, int]] = frozenset()
    """Where references begin that lead to nothing, as has been told."""
    known: Known = field(default_factory=dict)
    only: Address | None = None
    """The one cluster of its block that is wanted; the others of that block are left out."""
    found: list[Diagnostic] = field(default_factory=list)
    instances: dict[tuple[str, ...], list[ModulePath]] = field(default_factory=lambda: {(): [()]})
    expansions: dict[tuple[ModulePath, str], tuple[Instance, ...] | None] = field(default_factory=dict)
    each: dict[ModulePath, Mapping[str, Value]] = field(default_factory=dict)
    values: dict[tuple[ModulePath, Node], Value] = field(default_factory=dict)
    drafts: dict[tuple[ModulePath, str], tuple[Draft, ...]] = field(default_factory=dict)
    keyed: dict[tuple[ModulePath, str], dict[str | int | None, Instance]] = field(default_factory=dict)
    """The instances of each cluster block, by key; a block of which nobody can tell them is left out."""
    checks: list[CheckResult] = field(default_factory=list)
    instance_count: int = 0
    collected: dict[tuple[ModulePath, str], tuple[int, Value]] = field(default_factory=dict)
    """What each module call stands for, and how many outputs had a value when that was put together."""
    output_count: int = 0

    @property
    def is_full(self) -> bool:
        """Whether there are more instances than may be, so that nothing more is evaluated."""
        return self.instance_count > INSTANCES_LIMIT

    def count_instances(self, number: int, span: Span) -> bool:
        """Count instances that the block at `span` makes, and tell whether there may be so many."""
        self.instance_count += number
        if self.is_full:
            self.found.append(_too_many(span))
        return not self.is_full

    def scope(self, names: Mapping[str, Value]) -> Scope:
        """Return the scope in which `names` have values."""
        return Scope(names=names, environment=self.environment, budget=self.budget)

    def evaluate(self, expression: Expression, names: Mapping[str, Value]) -> Value:
        """Return what `expression` comes to; its mistakes are put with the others."""
        value, diagnostics = evaluate(expression, self.scope(names))
        self.found.extend(diagnostics)
        return value

    def name_values(self, references: Iterable[Reference], path: ModulePath) -> dict[str, Value]:
        """Return what the roots of `references`, written in the module instance `path`, stand for."""
        module = tuple(step.name for step in path)
        wanted: dict[str, set[str]] = {}
        wrong: set[tuple[str, str]] = set()
        for reference in references:
            name = reference.name or ""
            wanted.setdefault(reference.root, set()).add(name)
            if self.broken and (reference.span.file, reference.span.start) in self.broken:
                wrong.add((reference.root, name))
        names: dict[str, Value] = {}
        for root, members in wanted.items():
            match root:
                case "var" | "local":
                    held = {name: self.values.get((path, Node(module, root, name)), UNKNOWN) for name in members}
                    names[root] = make_object(held)
                case "cluster":
                    names[root] = make_object({name: self._find_cluster(path, name) for name in members})
                case "module":
                    names[root] = make_object({name: self._find_module(path, name) for name in members})
                case "path":
                    names[root] = self.paths.name_paths(self.modules[module])
                case "terraform":
                    names[root] = self.paths.name_workspace()
                case _:
                    # What is bound further in takes its place; what is nowhere has been told of.
                    names[root] = UNKNOWN
        return _leave_out(wrong, names) if wrong else names

    def _find_cluster(self, path: ModulePath, name: str) -> Value:
        return self.values.get((path, Node(tuple(step.name for step in path), "cluster", name)), UNKNOWN)

    def _find_module(self, path: ModulePath, name: str) -> Value:
        """Return the outputs of a module that is called in `path`, those that are there already."""
        count, value = self.collected.get((path, name), (-1, UNKNOWN))
        if count != self.output_count:
            value = self._collect_module(path, name)
            self.collected[path, name] = self.output_count, value
        return value

    def _collect_module(self, path: ModulePath, name: str) -> Value:
        child = self.modules.get((*(step.name for step in path), name))
        instances = self.expansions.get((path, name))
        if child is None or instances is None:
            return UNKNOWN
        made: dict[str | int | None, Value] = {}
        for instance in instances:
            inner = (*path, ModuleStep(name, instance.key))
            held = ((output, self.values.get((inner, Node(child.path, "output", output)))) for output in child.outputs)
            made[instance.key] = make_object({output: value for output, value in held if value is not None})
        call = self.modules[tuple(step.name for step in path)].calls[name]
        return _collect(made, call.repetition.kind if call.repetition else None)


def _leave_out(wrong: Iterable[tuple[str, str]], names: dict[str, Value]) -> dict[str, Value]:
    """Return `names` with what is referred to wrongly unknown: why has been told, and its consequences need not be."""
    for root, name in wrong:
        if root in {"var", "local", "cluster", "module"}:
            names[root] = make_object({**members_of(names[root]), name: UNKNOWN})
        else:
            names[root] = UNKNOWN
    return names


def _collect(made: Mapping[str | int | None, Value], kind: str | None) -> Value:
    """Return what the name of a block stands for: its one instance, a tuple under `count`, an object of `for_each`."""
    match kind:
        case None:
            return next(iter(made.values()), UNKNOWN)
        case "count":
            return make_tuple(made.values())
        case _:
            return make_object({str(key): value for key, value in made.items()})


def evaluate_graph(evaluation: Evaluation, nodes: Iterable[Node]) -> None:
    """Give a value to each of `nodes`, which are in the graph's order, in every instance of its module."""
    for node in nodes:
        module = evaluation.modules[node.module]
        paths = evaluation.instances.get(node.module, [])
        if node.kind == "cluster" and node.name in module.clusters:
            # All are counted before any is read, so that too many are refused at once.
            for path in paths:
                _expand_cluster(module.clusters[node.name], node, path, evaluation)
        for path in paths:
            if evaluation.is_full:
                return
            _evaluate_node(node, module, path, evaluation)


def _evaluate_node(node: Node, module: Module, path: ModulePath, evaluation: Evaluation) -> None:
    references = evaluation.graph.references.get(node, ())
    match node.kind:
        case "var":
            evaluation.values[path, node] = _evaluate_variable(module.variables[node.name], path, node, evaluation)
        case "local":
            names = evaluation.name_values(references, path)
            evaluation.values[path, node] = evaluation.evaluate(module.locals[node.name].expression, names)
        case "output":
            evaluation.values[path, node] = _evaluate_output(node, module, path, evaluation)
            evaluation.output_count += 1
        case "module":
            _expand_module(module.calls[node.name], path, references, evaluation)
        case "cluster":
            _evaluate_cluster(node, module, path, evaluation)
        case _:
            assert_never(node.kind)


def _evaluate_variable(declared: Variable, path: ModulePath, node: Node, evaluation: Evaluation) -> Value:
    if not path:
        return evaluation.inputs.get(declared.name, UNKNOWN)
    outer, step = path[:-1], path[-1]
    call = evaluation.modules[node.module[:-1]].calls[step.name]
    argument = call.arguments.get(declared.name)
    if argument is None:
        return mark_variable(declared.default if declared.has_default else UNKNOWN, declared)
    names = {**evaluation.name_values(evaluation.graph.references[node], outer), **evaluation.each.get(path, _NO_NAMES)}
    value = evaluation.evaluate(argument.expression, names)
    if is_null(value) and not declared.is_nullable:
        if declared.has_default:
            return mark_variable(declared.default, declared)
        evaluation.found.append(_not_set(declared, call, argument.expression.span))
        return UNKNOWN
    try:
        return mark_variable(convert_to(value, declared.type, declared.defaults), declared)
    except ConversionError as error:
        why = explain_unsuitable(error, value, declared)
        evaluation.found.append(_unsuitable(declared, call, argument.expression.span, why))
        return UNKNOWN


def _evaluate_output(node: Node, module: Module, path: ModulePath, evaluation: Evaluation) -> Value:
    output = module.outputs[node.name]
    names = evaluation.name_values(evaluation.graph.references[node], path)
    for condition in output.preconditions:
        holds, problems = judge(
            condition, evaluation.scope(names), "Module output value precondition failed", "output-precondition-failed"
        )
        evaluation.found.extend(problems)
        if holds is False:
            return UNKNOWN
    before = len(evaluation.found)
    value = evaluation.evaluate(output.value, names)
    if not has_errors(evaluation.found[before:]):
        evaluation.found.extend(check_output(output, value, is_root=not path))
    return mark_output(output, value)


def _expand_module(call: ModuleCall, path: ModulePath, references: Iterable[Reference], evaluation: Evaluation) -> None:
    instances: tuple[Instance, ...] | None = SINGLE
    if call.repetition is not None:
        value = evaluation.evaluate(call.repetition.expression, evaluation.name_values(references, path))
        instances = expand(call.repetition, value, evaluation.found)
    if instances is not None and not evaluation.count_instances(len(instances), call.span):
        return
    evaluation.expansions[path, call.name] = instances
    below = evaluation.instances.setdefault((*(step.name for step in path), call.name), [])
    for instance in instances or ():
        inner = (*path, ModuleStep(call.name, instance.key))
        evaluation.each[inner] = instance.names
        below.append(inner)


def _evaluate_cluster(node: Node, module: Module, path: ModulePath, evaluation: Evaluation) -> None:
    block = module.clusters.get(node.name)
    if block is None:
        drafts = tuple(draft for draft in module.bare if draft.address.name == node.name)
        made: dict[str | int | None, Draft] = dict.fromkeys([None], _place(drafts[0], path))
        kind = None
    else:
        instances = evaluation.keyed.get((path, node.name))
        if instances is None:
            return
        made = _read_clusters(block, instances, node, path, evaluation)
        kind = block.repetition.kind if block.repetition else None
    evaluation.drafts[path, node.name] = tuple(made.values())
    if node in evaluation.graph.referenced:
        values = {key: make_cluster_value(draft, evaluation.known.get(draft.address)) for key, draft in made.items()}
        evaluation.values[path, node] = _collect(values, kind)


def _expand_cluster(block: ClusterBlock, node: Node, path: ModulePath, evaluation: Evaluation) -> None:
    """Find the instances of `block`, unless nobody can tell which there are, or they are too many."""
    instances: tuple[Instance, ...] | None = SINGLE
    if evaluation.is_full:
        return
    if block.repetition is not None:
        names = evaluation.name_values(evaluation.graph.references[node], path)
        instances = expand(block.repetition, evaluation.evaluate(block.repetition.expression, names), evaluation.found)
    if instances is not None and evaluation.count_instances(len(instances), block.block.header):
        evaluation.keyed[path, block.name] = {instance.key: instance for instance in instances}


def _read_clusters(
    block: ClusterBlock,
    instances: Mapping[str | int | None, Instance],
    node: Node,
    path: ModulePath,
    evaluation: Evaluation,
) -> dict[str | int | None, Draft]:
    """Return a draft for each instance of `block` that is wanted and meets its preconditions."""
    names = evaluation.name_values(evaluation.graph.references[node], path)
    shared = Shared() if len(instances) > 1 else None
    made: dict[str | int | None, Draft] = {}
    for instance in instances.values():
        address = Address(block.name, instance.key, path)
        if _is_left_out(address, evaluation.only):
            continue
        context = Context(evaluation.scope({**names, **instance.names}), evaluation.found, shared)
        holds = _judge_preconditions(block, address, context, evaluation)
        if holds is False:
            continue
        draft = read_cluster(block, address, context)
        made[instance.key] = draft if holds else replace(draft, is_conditional=True)
    return made


def _is_left_out(address: Address, only: Address | None) -> bool:
    """Tell whether another instance of the same block is the only one that is wanted."""
    return only is not None and address != only and (address.name, address.module) == (only.name, only.module)


def _judge_preconditions(
    block: ClusterBlock, address: Address, context: Context, evaluation: Evaluation
) -> bool | None:
    """Tell whether the cluster at `address` may be as the block says; None where that is not known yet."""
    verdict: bool | None = True
    for condition in block.preconditions:
        holds, problems = judge(
            condition, context.scope, "Resource precondition failed", "precondition-failed", address
        )
        evaluation.found.extend(problems)
        if holds is False:
            return False
        if holds is None:
            evaluation.checks.append(CheckResult(label=str(address), passed=None))
            verdict = None
    return verdict


def _place(draft: Draft, path: ModulePath) -> Draft:
    """Return the draft of a `*.cluster.json` file as a cluster of the module instance `path`."""
    return replace(draft, address=Address(draft.address.name, None, path)) if path else draft


def _unsuitable(declared: Variable, call: ModuleCall, span: Span, why: str) -> Diagnostic:
    return Diagnostic(
        code="invalid-variable-value",
        summary="Invalid value for input variable",
        detail=f'The value of "{declared.name}" for module.{call.name} is not suitable: {why}. Correct the value.',
        span=span,
    )


def _not_set(declared: Variable, call: ModuleCall, span: Span) -> Diagnostic:
    return Diagnostic(
        code="invalid-variable-value",
        summary="Required variable not set",
        detail=f'"{declared.name}" of module.{call.name} must not be null, as its block says. Set it, or let nullable '
        "be true.",
        span=span,
    )


def _too_many(span: Span) -> Diagnostic:
    return Diagnostic(
        code="too-many-clusters",
        summary="Too many instances",
        detail=f"The configuration makes more than {INSTANCES_LIMIT:,} instances with this block. Make it smaller, or "
        "split it into several configurations.",
        span=span,
    )
