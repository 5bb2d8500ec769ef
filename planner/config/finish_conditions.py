"""Conditions that are judged when everything has a value: of variables, of checks and of clusters as they came out."""

from collections.abc import Iterator
from dataclasses import replace

from planner.config.cluster_values import make_cluster_value
from planner.config.conditions import judge
from planner.config.declarations import CheckBlock, ClusterBlock, Condition, Variable
from planner.config.evaluation import Evaluation, ModulePath
from planner.lang.references import collect_all
from planner.lang.values import Value
from planner.model.desired import CheckResult
from planner.model.diagnostics import Diagnostic, Severity
from planner.model.spans import Span

__all__ = ["check_variables", "judge_checks"]


def check_variables(evaluation: Evaluation) -> list[Diagnostic]:
    """Return a message for each value of a variable that its own block refuses."""
    found: list[Diagnostic] = []
    for names, module in evaluation.modules.items():
        for path in evaluation.instances.get(names, []):
            for variable in module.variables.values():
                span = _find_argument(variable, path, evaluation)
                for condition in variable.validations:
                    found.extend(_check_variable(variable, condition, span, path, evaluation))
    return found


def _find_argument(variable: Variable, path: ModulePath, evaluation: Evaluation) -> Span | None:
    """Return where the value of a module's variable is written."""
    if not path:
        return None
    call = evaluation.modules[tuple(step.name for step in path[:-1])].calls[path[-1].name]
    argument = call.arguments.get(variable.name)
    return argument.expression.span if argument is not None else call.span


def _check_variable(
    variable: Variable, condition: Condition, span: Span | None, path: ModulePath, evaluation: Evaluation
) -> Iterator[Diagnostic]:
    names = _name(condition, path, evaluation)
    code = "invalid-variable-value"
    _, problems = judge(condition, evaluation.scope(names), "Invalid value for variable", code)
    for problem in problems:
        if problem.code == code:
            rule = f'This was checked by the validation rule of variable "{variable.name}".'
            yield replace(problem, detail=f"{problem.detail} {rule}", span=span or problem.span)
        else:
            yield problem


def _name(condition: Condition, path: ModulePath, evaluation: Evaluation) -> dict[str, Value]:
    return evaluation.name_values(collect_all([condition.condition, condition.message]), path)


def judge_checks(evaluation: Evaluation) -> Iterator[CheckResult]:
    """Yield what comes of each assertion, and of each postcondition."""
    for names, module in evaluation.modules.items():
        for path in evaluation.instances.get(names, []):
            for check in module.checks.values():
                yield from _judge_check(check, path, evaluation)
            for cluster in module.clusters.values():
                if cluster.postconditions:
                    yield from _judge_cluster(cluster, path, evaluation)


def _judge_check(check: CheckBlock, path: ModulePath, evaluation: Evaluation) -> Iterator[CheckResult]:
    label = ".".join([*map(str, path), f"check.{check.name}"])
    for condition in check.assertions:
        scope = evaluation.scope(_name(condition, path, evaluation))
        passed, problems = judge(condition, scope, "Check block assertion failed", "check-failed")
        mild = [replace(problem, severity=Severity.WARNING) for problem in problems]
        yield CheckResult(label=label, passed=passed, problem=mild[0] if mild else None)


def _judge_cluster(cluster: ClusterBlock, path: ModulePath, evaluation: Evaluation) -> Iterator[CheckResult]:
    for draft in evaluation.drafts.get((path, cluster.name), ()):
        value = make_cluster_value(draft, evaluation.known.get(draft.address))
        instance = evaluation.keyed.get((path, cluster.name), {}).get(draft.address.key)
        own = {"self": value, **(instance.names if instance is not None else {})}
        for condition in cluster.postconditions:
            scope = evaluation.scope({**_name(condition, path, evaluation), **own})
            passed, problems = judge(
                condition, scope, "Resource postcondition failed", "postcondition-failed", draft.address
            )
            yield CheckResult(label=str(draft.address), passed=passed, problem=problems[-1] if problems else None)
