"""The functions of sets: union, intersection, difference and the product.

The sets' elements are converted to the one type that they have in common. Refuses sets that have none.
"""

from collections.abc import Callable, Hashable, Sequence
from functools import partial
from itertools import product
from math import prod

from planner.lang.conversion import ConversionError, convert
from planner.lang.functions.arguments import check_count, element_of, is_collection, is_sequence, make_key
from planner.lang.functions.signature import Compute, Environment, Example, Function, FunctionError, Parameter
from planner.lang.sets import has_known_length, make_set
from planner.lang.types import DYNAMIC, TupleType, Type, has_dynamic, list_of, set_of
from planner.lang.unify import unify_unsafe
from planner.lang.values import (
    NO_MARKS,
    Value,
    is_known,
    is_wholly_known,
    items_of,
    make_list,
    make_tuple,
    make_unknown,
    mark,
)

__all__ = ["FUNCTIONS"]

_FIRST = Parameter(name="first_set", type=set_of(DYNAMIC), takes_dynamic=True)
_OTHERS = Parameter(name="other_sets", type=set_of(DYNAMIC), takes_dynamic=True)


def _decide_set(arguments: Sequence[Value]) -> Type:
    """Return the type of set that all arguments can be; an empty one of no type yet is no matter."""
    elements = [element_of(argument.type) for argument in arguments if not _is_blank(argument)]
    if not elements:
        return set_of(DYNAMIC)
    common = unify_unsafe(elements)
    if common is None:
        raise FunctionError("the elements of the sets have no type in common; convert them first")
    return set_of(common)


def _is_blank(value: Value) -> bool:
    return is_known(value) and not items_of(value) and element_of(value.type) == DYNAMIC


def _convert_all(arguments: Sequence[Value], type_: Type) -> list[Value]:
    converted = []
    for position, argument in enumerate(arguments):
        try:
            converted.append(convert(argument, type_))
        except ConversionError as error:
            raise FunctionError(str(error), position) from None
    return converted


def _setunion(arguments: Sequence[Value], type_: Type, _environment: Environment) -> Value:
    sets = _convert_all(arguments, type_)
    items = [item for one in sets for item in items_of(one)]
    check_count(len(items))
    return make_set(element_of(type_), items)


def _keep_with(keeps: Callable[[Hashable, set[Hashable]], bool]) -> Compute:
    """Return what gives the elements of the first set of which `keeps` is true with each of the other sets."""

    def compute(arguments: Sequence[Value], type_: Type, _environment: Environment) -> Value:
        sets = _convert_all(arguments, type_)
        if not all(map(is_wholly_known, sets)):
            return make_unknown(type_)
        items = items_of(sets[0])
        for other in sets[1:]:
            held = set(map(make_key, items_of(other)))
            items = tuple(item for item in items if keeps(make_key(item), held))
        return Value(type_, items)

    return compute


def _is_in(key: Hashable, held: set[Hashable]) -> bool:
    return key in held


def _is_not_in(key: Hashable, held: set[Hashable]) -> bool:
    return key not in held


def _decide_product(arguments: Sequence[Value]) -> Type:
    if len(arguments) < 2:
        raise FunctionError("two sets or lists are needed at least")
    items = TupleType(tuple([_find_element(argument.type, at) for at, argument in enumerate(arguments)]))
    return list_of(items) if all(is_sequence(argument.type) for argument in arguments) else set_of(items)


def _find_element(type_: Type, position: int) -> Type:
    if isinstance(type_, TupleType):
        element = unify_unsafe(type_.items) if type_.items else DYNAMIC
        if element is None:
            raise FunctionError("the elements have no type in common; convert them first", position)
        return element
    if not is_collection(type_, "list", "set"):
        raise FunctionError("a set or a list is needed", position)
    return element_of(type_)


def _setproduct(arguments: Sequence[Value], type_: Type, _environment: Environment) -> Value:
    marks = NO_MARKS.union(*(argument.marks for argument in arguments))
    element = element_of(type_)
    if not all(map(_has_length, arguments)):
        bounds = list(map(_bound, arguments))
        is_empty = 0 in bounds and None not in bounds
        return mark(make_list(element, ()) if is_empty and _is_list(type_) else make_unknown(type_), marks)
    check_count(len(arguments) * prod(len(items_of(argument)) for argument in arguments))
    inner = element.items if isinstance(element, TupleType) else ()
    columns = [
        [convert(item, column) for item in items_of(argument)]
        for argument, column in zip(arguments, inner, strict=True)
    ]
    # One type for all rows, where no part of it depends on the row.
    rows = map(make_tuple if has_dynamic(element) else partial(Value, element), product(*columns))
    return mark(make_list(element, rows) if _is_list(type_) else make_set(element, rows), marks)


def _is_list(type_: Type) -> bool:
    return is_collection(type_, "list")


def _has_length(value: Value) -> bool:
    return is_known(value) and (not is_collection(value.type, "set") or has_known_length(value))


def _bound(value: Value) -> int | None:
    """Return how many elements there can be at most, None where nothing is known of that."""
    if isinstance(value.type, TupleType):
        return len(value.type.items)
    return len(items_of(value)) if is_known(value) else None


FUNCTIONS = (
    Function(
        name="setintersection",
        summary="Gives the elements that all sets have.",
        parameters=(_FIRST,),
        variadic=_OTHERS,
        returns=_decide_set,
        compute=_keep_with(_is_in),
        examples=(Example(expression='join(" ", setintersection(["a", "b"], ["b", "c"], ["b", "d"]))', result='"b"'),),
    ),
    Function(
        name="setproduct",
        summary="Gives all combinations of one element from each of the sets or lists.",
        variadic=Parameter(name="sets", type=DYNAMIC, takes_marked=True, takes_unknown=True),
        returns=_decide_product,
        compute=_setproduct,
        examples=(
            Example(
                expression='join(" ", [for one in setproduct(["a", "b"], [1, 2]) : "${one[0]}${one[1]}"])',
                result='"a1 a2 b1 b2"',
            ),
        ),
    ),
    Function(
        name="setsubtract",
        summary="Gives the elements of a set that another one does not have.",
        parameters=(
            Parameter(name="a", type=set_of(DYNAMIC), takes_dynamic=True),
            Parameter(name="b", type=set_of(DYNAMIC), takes_dynamic=True),
        ),
        returns=_decide_set,
        compute=_keep_with(_is_not_in),
        examples=(Example(expression='join(" ", setsubtract(["a", "b", "c"], ["a", "c"]))', result='"b"'),),
    ),
    Function(
        name="setunion",
        summary="Gives the elements that any of the sets has.",
        parameters=(_FIRST,),
        variadic=_OTHERS,
        returns=_decide_set,
        compute=_setunion,
        examples=(Example(expression='join(" ", setunion(["a", "b"], ["b", "c"], ["d"]))', result='"a b c d"'),),
    ),
)
