"""The functions that look for something: the first that is not empty, an element, a position, whether all are true.

Refuses what is not there, unless Terraform gives null for it.
"""

from collections.abc import Mapping, Sequence

from planner.lang.conversion import ConversionError, convert
from planner.lang.equality import equals
from planner.lang.functions.arguments import element_of, is_collection, is_sequence, read_whole
from planner.lang.functions.signature import Environment, Example, Function, FunctionError, Parameter
from planner.lang.graphemes import count_graphemes
from planner.lang.sets import has_known_length
from planner.lang.types import BOOL, DYNAMIC, NUMBER, STRING, ObjectType, TupleType, Type, describe_type, list_of
from planner.lang.unify import unify_unsafe
from planner.lang.values import (
    FALSE,
    TRUE,
    Value,
    bool_of,
    is_known,
    is_null,
    items_of,
    make_int,
    make_null,
    make_unknown,
    mark,
)

__all__ = ["FUNCTIONS"]

_BOOLS = Parameter(name="list", type=list_of(BOOL))
_ANY = Parameter(name="list", type=DYNAMIC)
_VALUE = Parameter(name="value", type=DYNAMIC)
_VALUES = Parameter(name="vals", type=DYNAMIC, takes_null=True, takes_unknown=True, takes_dynamic=True)
_ONE_MESSAGE = "a list, a set or a tuple is needed that has one element or none"


def _alltrue(arguments: Sequence[Value], _type: Type, _environment: Environment) -> Value:
    for item in items_of(arguments[0]):
        if not is_known(item):
            return make_unknown(BOOL)
        if is_null(item) or not bool_of(item):
            return FALSE
    return TRUE


def _anytrue(arguments: Sequence[Value], _type: Type, _environment: Environment) -> Value:
    items = items_of(arguments[0])
    if any(is_known(item) and not is_null(item) and bool_of(item) for item in items):
        return TRUE
    return FALSE if all(map(is_known, items)) else make_unknown(BOOL)


def _decide_coalesce(arguments: Sequence[Value]) -> Type:
    common = unify_unsafe([argument.type for argument in arguments])
    if common is None:
        raise FunctionError("the arguments have no type in common; convert them first")
    return common


def _coalesce(arguments: Sequence[Value], type_: Type, _environment: Environment) -> Value:
    for argument in arguments:
        try:
            value = convert(argument, type_)
        except ConversionError:
            # What cannot be of the type that all have in common counts as null.
            continue
        if not is_known(value):
            return make_unknown(type_)
        if not is_null(value) and not (type_ == STRING and value.content == ""):
            return value
    raise FunctionError("all arguments are null or empty strings; add one that is neither")


def _decide_coalescelist(arguments: Sequence[Value]) -> Type:
    if not arguments:
        raise FunctionError("a list is needed")
    types = []
    for argument in arguments:
        if not is_known(argument):
            return DYNAMIC
        if not is_sequence(argument.type):
            raise FunctionError("all arguments must be lists or tuples")
        types.append(argument.type)
    return types[0] if all(type_ == types[0] for type_ in types) else DYNAMIC


def _coalescelist(arguments: Sequence[Value], type_: Type, _environment: Environment) -> Value:
    for argument in arguments:
        if not is_known(argument):
            return make_unknown(type_)
        if not is_null(argument) and items_of(argument):
            return argument
    raise FunctionError("all arguments are null or empty; add one that has elements")


def _contains(arguments: Sequence[Value], _type: Type, _environment: Environment) -> Value:
    held, wanted = arguments
    if not is_sequence(held.type) and not is_collection(held.type, "set"):
        raise FunctionError("a list, a set or a tuple is needed first")
    is_certain = True
    for item in items_of(held):
        answer = equals(wanted, item)
        if answer == TRUE:
            return TRUE
        is_certain = is_certain and is_known(answer)
    return FALSE if is_certain else make_unknown(BOOL)


def _decide_element(arguments: Sequence[Value]) -> Type:
    held, index = arguments
    if is_collection(held.type, "list"):
        return element_of(held.type)
    if not isinstance(held.type, TupleType):
        raise FunctionError(f"a list or a tuple is needed, not {describe_type(held.type)}")
    if not is_known(index):
        return DYNAMIC
    position = read_whole(index)
    if position < 0 and held.type.items and position % len(held.type.items):
        # In a tuple, Terraform lets only those pass that lead to the first element.
        raise FunctionError("the position is below zero; count from 0, or from the end with length")
    return held.type.items[_wrap(position, len(held.type.items))]


def _element(arguments: Sequence[Value], _type: Type, _environment: Environment) -> Value:
    items = items_of(arguments[0])
    return mark(items[_wrap(read_whole(arguments[1]), len(items))], arguments[0].marks)


def _wrap(position: int, count: int) -> int:
    if not count:
        raise FunctionError("an empty list has no element; test its length first")
    return position % count


def _index(arguments: Sequence[Value], _type: Type, _environment: Environment) -> Value:
    held, wanted = arguments
    if not is_sequence(held.type):
        raise FunctionError("a list or a tuple is needed first")
    for position, item in enumerate(items_of(held)):
        answer = equals(item, wanted)
        if not is_known(answer):
            return make_unknown(NUMBER)
        if answer == TRUE:
            return make_int(position)
    raise FunctionError("the value is no element of the list; test with contains first")


def _decide_length(arguments: Sequence[Value]) -> Type:
    type_ = arguments[0].type
    if type_ in {NUMBER, BOOL}:
        raise FunctionError(f"a string, a collection, an object or a tuple is needed, not {describe_type(type_)}")
    return NUMBER


def _length(arguments: Sequence[Value], _type: Type, _environment: Environment) -> Value:
    count = _count(arguments[0])
    return mark(make_unknown(NUMBER) if count is None else make_int(count), arguments[0].marks)


def _count(value: Value) -> int | None:
    """Return how many characters or elements there are, None where that is not known."""
    if isinstance(value.type, TupleType):
        return len(value.type.items)
    if isinstance(value.type, ObjectType):
        return len(value.type.attributes)
    content = value.content
    if isinstance(content, str):
        return count_graphemes(content)
    if not is_known(value) or (is_collection(value.type, "set") and not has_known_length(value)):
        return None
    return len(content) if isinstance(content, Sequence | Mapping) else None


def _decide_one(arguments: Sequence[Value]) -> Type:
    type_ = arguments[0].type
    if is_collection(type_, "list", "set"):
        return element_of(type_)
    if isinstance(type_, TupleType) and len(type_.items) < 2:
        return type_.items[0] if type_.items else DYNAMIC
    raise FunctionError(_ONE_MESSAGE, 0)


def _one(arguments: Sequence[Value], type_: Type, _environment: Environment) -> Value:
    held = arguments[0]
    if is_collection(held.type, "set") and not has_known_length(held):
        return make_unknown(type_)
    items = items_of(held)
    if len(items) > 1:
        raise FunctionError(_ONE_MESSAGE, 0)
    return items[0] if items else make_null(type_)


FUNCTIONS = (
    Function(
        name="alltrue",
        summary="Tells whether all elements of a list are true; of an empty one too.",
        parameters=(_BOOLS,),
        returns=BOOL,
        compute=_alltrue,
        examples=(Example(expression="alltrue([true, false])", result="false"),),
    ),
    Function(
        name="anytrue",
        summary="Tells whether any element of a list is true.",
        parameters=(_BOOLS,),
        returns=BOOL,
        compute=_anytrue,
        examples=(Example(expression="anytrue([true, false])", result="true"),),
    ),
    Function(
        name="coalesce",
        summary="Gives the first argument that is neither null nor an empty string.",
        variadic=_VALUES,
        returns=_decide_coalesce,
        compute=_coalesce,
        examples=(Example(expression='coalesce("", "b")', result='"b"'),),
    ),
    Function(
        name="coalescelist",
        summary="Gives the first list that is neither null nor empty.",
        variadic=_VALUES,
        returns=_decide_coalescelist,
        compute=_coalescelist,
        examples=(Example(expression='coalescelist([], ["c", "d"])[0]', result='"c"'),),
    ),
    Function(
        name="contains",
        summary="Tells whether a value is an element of a list or a set.",
        parameters=(_ANY, _VALUE),
        returns=BOOL,
        compute=_contains,
        examples=(Example(expression='contains(["a", "b"], "a")', result="true"),),
    ),
    Function(
        name="element",
        summary="Gives the element at a position, counted round and round if the list is shorter.",
        parameters=(
            Parameter(name="list", type=DYNAMIC, takes_marked=True),
            Parameter(name="index", type=NUMBER),
        ),
        returns=_decide_element,
        compute=_element,
        examples=(Example(expression='element(["a", "b", "c"], 4)', result='"b"'),),
    ),
    Function(
        name="index",
        summary="Gives the position of the first element that is a value.",
        parameters=(_ANY, _VALUE),
        returns=NUMBER,
        compute=_index,
        examples=(Example(expression='index(["a", "b", "c"], "b")', result="1"),),
    ),
    Function(
        name="length",
        summary="Counts the elements of a list, map or object, or the characters of a string.",
        parameters=(Parameter(name="value", type=DYNAMIC, takes_dynamic=True, takes_unknown=True, takes_marked=True),),
        returns=_decide_length,
        compute=_length,
        examples=(
            Example(expression='length(["a", "b"])', result="2"),
            Example(expression='length("hello")', result="5"),
        ),
    ),
    Function(
        name="one",
        summary="Gives the only element of a list or a set, null if it is empty.",
        parameters=(_ANY,),
        returns=_decide_one,
        compute=_one,
        examples=(
            Example(expression='one(["hello"])', result='"hello"'),
            Example(expression="one([]) == null", result="true"),
        ),
    ),
)
