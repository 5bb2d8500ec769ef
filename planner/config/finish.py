"""Finishes an evaluation: its drafts become Desired, checked and in order, with all else that the blocks ask for."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from planner.config.check import check_draft
from planner.config.configuration import Configuration
from planner.config.declarations import Module
from planner.config.draft import Draft
from planner.config.evaluation import Evaluation, ModulePath, evaluate_graph
from planner.config.finish_changes import make_imports, make_moves, make_removals
from planner.config.finish_conditions import check_variables, judge_checks
from planner.config.finish_outputs import make_outputs
from planner.config.gather import find_twins, make_cluster
from planner.config.graph import Node, list_ancestors
from planner.config.order import find_dependencies, pick_instances
from planner.config.prepared import Prepared, begin
from planner.config.reading import Reading
from planner.config.repetition import UNTOLD
from planner.config.secret_values import list_secret_values
from planner.config.settings import read_provider_text, refuse_late_text
from planner.lang.references import Position, collect_references
from planner.lang.syntax import Attribute
from planner.lang.types import format_type
from planner.lang.values import is_known
from planner.model.desired import Complete, Desired, DesiredCluster, Known, Settings
from planner.model.diagnostics import Diagnostic, has_errors
from planner.model.paths import Path
from state.address import Address

__all__ = ["make_configuration"]


def make_configuration(prepared: Prepared, known: Known) -> Configuration:
    """Return the configuration, given what is known of clusters that are there already."""
    evaluation = begin(prepared, known)
    evaluate_graph(evaluation, prepared.graph.order)
    before = prepared.reading
    found = [*before.found, *_leave_out_consequences(evaluation.found, before.found)]
    reading = Reading(texts=before.texts, found=found, gaps=before.gaps, values=before.values)
    drafts = _list_drafts(evaluation, reading)
    reading.found += find_twins(drafts, reading)
    reading.found += check_variables(evaluation)
    clusters = _make_clusters(drafts, prepared, reading)
    outputs = make_outputs(evaluation, reading.found)
    checks = (*evaluation.checks, *judge_checks(evaluation, reading.found))
    settings = _complete_settings(prepared, evaluation, reading)
    imports = make_imports(evaluation, reading.found)
    _drop_untold(reading)
    if not has_errors(reading.found):
        reading.found += _find_lost(drafts)
    desired = Desired(
        clusters=clusters,
        settings=settings,
        moves=tuple(make_moves(evaluation)),
        removals=tuple(make_removals(evaluation)),
        imports=imports,
        outputs=outputs,
        checks=checks,
    )
    return Configuration(
        desired=None if has_errors(reading.found) else desired,
        settings=settings,
        diagnostics=reading.list_diagnostics(),
        sources=reading.list_sources(),
        missing_variables=prepared.missing,
        revise=_make_revise(prepared),
        secrets=tuple(list_secret_values(evaluation)),
        variables={one.name: one.is_sensitive for one in prepared.modules[()].variables.values()},
        types={one.name: format_type(one.type) for one in prepared.modules[()].variables.values()},
    )


def _leave_out_consequences(found: Iterable[Diagnostic], told: Sequence[Diagnostic]) -> Iterator[Diagnostic]:
    """Yield those of `found` that are not about a reference of which it is told already that it leads nowhere."""
    spans = [one.span for one in told if one.span is not None]
    for one in found:
        if one.span is None or not any(map(one.span.continues, spans)):
            yield one


def _complete_settings(prepared: Prepared, evaluation: Evaluation, reading: Reading) -> Settings:
    """Return the settings with what the provider block says, which may depend on variables and local values."""
    texts = {name: _read_text(attribute, evaluation, reading) for name, attribute in prepared.provider.items()}
    return replace(
        prepared.settings,
        endpoint=texts.get("endpoint"),
        client_id=texts.get("client_id"),
        token_url=texts.get("token_url"),
    )


def _read_text(attribute: Attribute, evaluation: Evaluation, reading: Reading) -> str | None:
    names = evaluation.name_values(collect_references(attribute.expression), ())
    before = len(evaluation.found)
    value = evaluation.evaluate(attribute.expression, names)
    reading.found += evaluation.found[before:]
    text = read_provider_text(attribute, value, reading.found)
    if not is_known(value) and not has_errors(reading.found):
        reading.found.append(refuse_late_text(attribute))
    return text


def _make_revise(prepared: Prepared) -> Callable[[Known], Configuration] | None:
    speaks_of_itself = any(
        cluster.postconditions for one in prepared.modules.values() for cluster in one.clusters.values()
    )
    if not speaks_of_itself and not any(node.kind == "cluster" for node in prepared.graph.referenced):
        return None
    return lambda known: make_configuration(prepared, known)


def _list_drafts(evaluation: Evaluation, reading: Reading) -> list[Draft]:
    """Return the drafts of all clusters, with what they wait for, in the order of the files."""
    waits = find_dependencies(evaluation, reading.found)
    drafts: list[Draft] = []
    for (path, name), made in evaluation.drafts.items():
        module = evaluation.modules[tuple(step.name for step in path)]
        for draft in made:
            placed = replace(draft, depends_on=waits.get(draft.address, ()))
            drafts.append(_add_triggers(placed, module, path, name, evaluation))
    return sorted(drafts, key=lambda draft: draft.span.file)


def _add_triggers(draft: Draft, module: Module, path: ModulePath, name: str, evaluation: Evaluation) -> Draft:
    block = module.clusters.get(name)
    if block is None or not block.triggers:
        return draft
    triggers: list[tuple[Address, Path]] = []
    for reference in block.triggers:
        keys = [step.key if isinstance(step, Position) else step for step in reference.steps[1:]]
        if len(reference.steps) > 1 and isinstance(reference.steps[1], Position):
            keys = keys[1:]
        field_path: Path = tuple(key for key in keys if key is not None)
        triggers += [(other, field_path) for other in pick_instances(reference, path, draft.address, evaluation)]
    return replace(draft, lifecycle=replace(draft.lifecycle, replace_triggered_by=tuple(triggers)))


def _make_clusters(drafts: list[Draft], prepared: Prepared, reading: Reading) -> tuple[DesiredCluster, ...]:
    clusters: list[DesiredCluster] = []
    for draft in drafts:
        document, diagnostics = check_draft(draft, prepared.unknown_fields)
        reading.found += diagnostics
        clusters.append(make_cluster(draft, document, _make_complete(prepared, draft)))
    return tuple(sorted(clusters, key=lambda cluster: cluster.address))


def _make_complete(prepared: Prepared, draft: Draft) -> Complete:
    def complete(known: Known) -> tuple[DesiredCluster | None, tuple[Diagnostic, ...]]:
        """Evaluate again what the cluster depends on, and the cluster itself."""
        address = draft.address
        node = Node(tuple(step.name for step in address.module), "cluster", address.name)
        evaluation = begin(prepared, known, only=address)
        evaluate_graph(evaluation, list_ancestors(prepared.graph, node))
        made = evaluation.drafts.get((address.module, address.name), ())
        found = next((one for one in made if one.address == address), None)
        if found is None or has_errors(evaluation.found):
            return None, tuple(dict.fromkeys(evaluation.found))
        again = replace(found, depends_on=draft.depends_on, lifecycle=draft.lifecycle)
        document, diagnostics = check_draft(again, prepared.unknown_fields)
        diagnostics = (*evaluation.found, *diagnostics)
        if has_errors(diagnostics):
            return None, diagnostics
        return make_cluster(again, document, complete), diagnostics

    return complete


def _drop_untold(reading: Reading) -> None:
    """Leave out that nobody can tell which instances there are, where another mistake is why."""
    others = [one for one in reading.found if one.code != UNTOLD]
    if has_errors(others):
        reading.found[:] = others


def _find_lost(drafts: list[Draft]) -> Iterator[Diagnostic]:
    """Yield a message for each value that nobody can tell, although nothing is wrong: it must not be left out."""
    for draft in drafts:
        for path in sorted(draft.unknown - draft.late.keys(), key=str):
            yield Diagnostic(
                code="unknown-value",
                summary="Value cannot be determined",
                detail="This value is not known when the plan is made, and nothing says when it will be. Write it out.",
                span=draft.locate(path).value,
                address=draft.address,
            )
