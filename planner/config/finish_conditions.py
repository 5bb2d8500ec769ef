"""Conditions that are judged when everything has a value: of variables, of checks and of clusters as they came out."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TypeAlias

from planner.config.cluster_values import make_cluster_value
from planner.config.conditions import HIDDEN_MESSAGE, judge
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
        elif problem.summary == "Invalid condition result":
            yield replace(problem, summary="Invalid variable validation result")
        else:
            yield problem


def _name(condition: Condition, path: ModulePath, evaluation: Evaluation) -> dict[str, Value]:
    return evaluation.name_values(collect_all([condition.condition, condition.message]), path)


def judge_checks(evaluation: Evaluation, found: list[Diagnostic]) -> Iterator[CheckResult]:
    """Yield what comes of each assertion, and of each postcondition.

    One that is wrong in itself, whatever is live, is a mistake and goes to the others in `found`.
    """
    results = [*_judge_all(evaluation)]
    for result, mistakes in results:
        if not evaluation.known:
            found.extend(mistakes)
        yield result


_Judged: TypeAlias = tuple[CheckResult, tuple[Diagnostic, ...]]


def _judge_all(evaluation: Evaluation) -> Iterator[_Judged]:
    for names, module in evaluation.modules.items():
        for path in evaluation.instances.get(names, []):
            for check in module.checks.values():
                yield from _judge_check(check, path, evaluation)
            for cluster in module.clusters.values():
                if cluster.postconditions:
                    yield from _judge_cluster(cluster, path, evaluation)


def _find_mistakes(problems: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return those of the problems that are not that the condition does not hold, nor that its message is secret."""
    return tuple(one for one in problems if one.code not in {_CHECK, _POSTCONDITION, HIDDEN_MESSAGE})


_CHECK, _POSTCONDITION = "check-failed", "postcondition-failed"


def _judge_check(check: CheckBlock, path: ModulePath, evaluation: Evaluation) -> Iterator[_Judged]:
    label = ".".join([*map(str, path), f"check.{check.name}"])
    for condition in check.assertions:
        scope = evaluation.scope(_name(condition, path, evaluation))
        passed, problems = judge(condition, scope, "Check block assertion failed", _CHECK)
        mild = [replace(problem, severity=Severity.WARNING) for problem in problems]
        yield CheckResult(label=label, passed=passed, problem=mild[-1] if mild else None), _find_mistakes(problems)


def _judge_cluster(cluster: ClusterBlock, path: ModulePath, evaluation: Evaluation) -> Iterator[_Judged]:
    for draft in evaluation.drafts.get((path, cluster.name), ()):
        value = make_cluster_value(draft, evaluation.known.get(draft.address))
        instance = evaluation.keyed.get((path, cluster.name), {}).get(draft.address.key)
        own = {"self": value, **(instance.names if instance is not None else {})}
        for condition in cluster.postconditions:
            scope = evaluation.scope({**_name(condition, path, evaluation), **own})
            passed, problems = judge(condition, scope, "Resource postcondition failed", _POSTCONDITION, draft.address)
            result = CheckResult(label=str(draft.address), passed=passed, problem=problems[-1] if problems else None)
            yield result, _find_mistakes(problems)
