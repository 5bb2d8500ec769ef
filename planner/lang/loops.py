"""Loops: `for` expressions, and what a `for` directive of a template goes through.

All elements are evaluated, but a mistake that several have is told once. Refuses null and what has no
elements, conditions that are no bool, and two elements of an object with the same key.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from planner.lang.conversion import ConversionError, convert
from planner.lang.evaluation import Evaluation, is_secret
from planner.lang.syntax import Expression, ForExpression
from planner.lang.types import BOOL, STRING, CollectionType, DynamicType, PrimitiveType, describe_type
from planner.lang.values import (
    UNKNOWN,
    Marks,
    Nothing,
    Value,
    bool_of,
    list_members,
    make_int,
    make_object,
    make_text,
    make_tuple,
    mark,
    text_of,
)

__all__ = ["Iteration", "evaluate_for", "iterate"]


@dataclass(slots=True)
class Iteration:
    """A loop under way. `marks` grow with those of the conditions; `is_known` ends when something decides that is not.

    `elements` are the keys and values of the collection, None where it is not known.
    """

    key: str | None
    value: str
    condition: Expression | None
    evaluation: Evaluation
    elements: list[tuple[Value, Value]] | None
    marks: Marks
    is_known: bool = True
    makes_object: bool = False

    def visit(self) -> Iterator[Evaluation]:
        """Yield an evaluation with the names of each element that the condition lets through."""
        evaluation, value, key = self.evaluation, self.value, self.key
        names = dict(evaluation.names)
        inner = evaluation.bind(names, is_hidden=is_secret(self.marks))
        told = len(evaluation.diagnostics)
        for position, member in self.elements or ():
            evaluation.budget.take(12)
            names[value] = member
            if key is not None:
                names[key] = position
            if self.condition is None or self._includes(self.condition, inner):
                yield inner
            if len(evaluation.diagnostics) > told:
                told = self._forget(told)

    def _forget(self, told: int) -> int:
        """Remove those mistakes behind the first `told` that another element had too; return how many are left."""
        found = self.evaluation.diagnostics
        known = {(one.summary, one.span) for one in found[:told]}
        found[told:] = [one for one in found[told:] if (one.summary, one.span) not in known]
        return len(found)

    def _includes(self, condition: Expression, inner: Evaluation) -> bool:
        test = inner.handlers[type(condition)](condition, inner)
        if test.marks:
            self.marks |= test.marks
        if test.content is Nothing.UNKNOWN and not self.makes_object:
            self.is_known = False
            return False
        # Nothing more is said where the result is not known anyway.
        teller = inner if self.is_known else inner.attempt()
        flag = _read_condition(test, condition, teller, "Invalid 'for' condition")
        if flag is None or flag.content is Nothing.UNKNOWN:
            self.is_known = False
            return False
        return bool_of(flag)


def iterate(
    key: str | None, value: str, collection: Expression, condition: Expression | None, evaluation: Evaluation
) -> Iteration | None:
    """Return the loop over `collection`; None where there can be none, which is reported."""
    whole = evaluation.handlers[type(collection)](collection, evaluation)
    if whole.content is Nothing.NULL:
        evaluation.report(
            "iteration-over-null",
            "Iteration over null value",
            "This value is null, so there is nothing to go through. Give it a value, or use coalesce(…, []).",
            collection.span,
        )
        return None
    if not isinstance(whole.type, DynamicType):
        if isinstance(whole.type, PrimitiveType):
            evaluation.report(
                "iteration-over-one",
                "Iteration over non-iterable value",
                f"A `for` goes through a list, set, tuple, map or object, and this is a {whole.type.name}. Put it into "
                "brackets to make a tuple of it.",
                collection.span,
            )
            return None
        if condition is not None and not _check_condition(key, value, condition, evaluation):
            return None
    elements = None if whole.content is Nothing.UNKNOWN else list(_list_elements(whole))
    return Iteration(key, value, condition, evaluation, elements, whole.marks)


def _check_condition(key: str | None, value: str, condition: Expression, evaluation: Evaluation) -> bool:
    """Tell whether the condition is one, whatever the elements are: as Terraform, that is asked before any is seen."""
    found = len(evaluation.diagnostics)
    names = {**evaluation.names, value: UNKNOWN}
    if key is not None:
        names[key] = UNKNOWN
    inner = evaluation.bind(names)
    test = inner.handlers[type(condition)](condition, inner)
    if len(evaluation.diagnostics) == found:
        _read_condition(test, condition, evaluation, "Condition is null")
    return len(evaluation.diagnostics) == found


def _read_condition(test: Value, node: Expression, evaluation: Evaluation, null_summary: str) -> Value | None:
    """Return the value of an `if` clause as a bool, known or not; None where it is none, which is reported."""
    if test.type is BOOL and test.content is not Nothing.NULL:
        return test
    if test.content is Nothing.NULL:
        detail = "The `if` clause is null, and must be true or false. Test the value against null first."
        evaluation.report("null-condition", null_summary, detail, node.span)
        return None
    try:
        return convert(test, BOOL)
    except ConversionError:
        detail = "The `if` clause must be a bool. Compare the value with something, as in `a != b`."
        evaluation.report("invalid-condition", "Invalid 'for' condition", detail, node.span)
        return None


def _list_elements(value: Value) -> Iterator[tuple[Value, Value]]:
    """Yield the keys and values of a known collection in Terraform's order."""
    content = value.content
    if isinstance(content, Mapping):
        for name, member in list_members(value):
            yield make_text(name), member
    elif isinstance(content, tuple):
        if isinstance(value.type, CollectionType) and value.type.kind == "set":
            for member in content:
                yield member, member
        else:
            for position, member in enumerate(content):
                yield make_int(position), member


def evaluate_for(node: ForExpression, evaluation: Evaluation) -> Value:
    """Return the tuple or object that a `for` expression makes."""
    iteration = iterate(node.key, node.value, node.collection, node.condition, evaluation)
    if iteration is None:
        return UNKNOWN
    if iteration.elements is None:
        return mark(UNKNOWN, iteration.marks)
    if node.result_key is not None:
        iteration.makes_object = True
        return _make_object(node, node.result_key, iteration)
    handler = evaluation.handlers[type(node.result)]
    results = [handler(node.result, inner) for inner in iteration.visit()]
    if not iteration.is_known:
        return mark(UNKNOWN, _gather(results, iteration))
    return mark(make_tuple(results), iteration.marks) if iteration.marks else make_tuple(results)


def _gather(results: list[Value], iteration: Iteration) -> Marks:
    """Return all marks that the result may come to have."""
    return iteration.marks.union(*[iteration.evaluation.budget.survey(result) for result in results])


def _make_object(node: ForExpression, key_node: Expression, iteration: Iteration) -> Value:
    members: dict[str, Value] = {}
    groups: dict[str, list[Value]] = {}
    for inner in iteration.visit():
        key = _evaluate_key(key_node, iteration, inner)
        if key is None:
            iteration.is_known = False
            continue
        value = inner.handlers[type(node.result)](node.result, inner)
        if node.group:
            groups.setdefault(key, []).append(value)
        elif key in members:
            _refuse_duplicate(key, key_node, iteration, inner)
        else:
            members[key] = value
    if not iteration.is_known:
        values = [*members.values(), *(value for group in groups.values() for value in group)]
        return mark(UNKNOWN, _gather(values, iteration))
    if node.group:
        members = {key: make_tuple(group) for key, group in groups.items()}
    return mark(make_object(members), iteration.marks)


def _evaluate_key(node: Expression, iteration: Iteration, inner: Evaluation) -> str | None:
    """Return the key of an element; None where it is not known, or none, which is reported."""
    key = inner.handlers[type(node)](node, inner)
    if key.marks:
        iteration.marks |= key.marks
    teller = inner if iteration.is_known else inner.attempt()
    if key.content is Nothing.NULL:
        detail = "A key must be a string, and this is null. Leave such elements out with an `if` clause."
        teller.report("invalid-key", "Invalid object key", detail, node.span)
        return None
    if key.content is Nothing.UNKNOWN:
        return None
    if key.type is STRING:
        return text_of(key)
    try:
        return text_of(convert(key, STRING))
    except ConversionError:
        detail = f"A key must be a string, and this is of type {describe_type(key.type)}. Use a string."
        teller.report("invalid-key", "Invalid object key", detail, node.span)
        return None


def _refuse_duplicate(key: str, node: Expression, iteration: Iteration, inner: Evaluation) -> None:
    shown = "the same key" if inner.is_hidden or is_secret(iteration.marks) else f'the key "{key}"'
    inner.report(
        "duplicate-key",
        "Duplicate object key",
        f"Two elements have {shown}. Use a key that each has for itself, or write `...` behind the value to gather all "
        "that share a key.",
        node.span,
    )
