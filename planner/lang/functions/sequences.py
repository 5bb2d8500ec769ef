"""The functions that make lists of lists: chunks, slices, concatenation and the like.

What was a tuple stays a tuple where its elements keep their own types. Refuses more elements than memory has room for.
"""

from collections.abc import Hashable, Sequence

from planner.lang.conversion import ConversionError, convert
from planner.lang.functions.arguments import (
    check_count,
    element_of,
    is_collection,
    is_sequence,
    item_types_of,
    make_key,
    read_whole,
)
from planner.lang.functions.signature import Environment, Example, Function, FunctionError, Parameter
from planner.lang.number import ONE, ZERO, Number, add, compare, from_int
from planner.lang.sets import has_known_length
from planner.lang.types import DYNAMIC, NUMBER, STRING, TupleType, Type, describe_type, list_of
from planner.lang.unify import unify_unsafe
from planner.lang.values import (
    NO_MARKS,
    Marks,
    Value,
    collect_marks,
    is_known,
    is_null,
    is_wholly_known,
    items_of,
    make_list,
    make_number,
    make_tuple,
    make_unknown,
    mark,
    number_of,
    text_of,
    unmark,
)

__all__ = ["FUNCTIONS"]

_RANGE_LIMIT = 1024
_LIST = Parameter(name="list", type=list_of(DYNAMIC))
_ANY_LIST = Parameter(name="list", type=DYNAMIC, takes_marked=True)


def _make_sequence(type_: Type, items: Sequence[Value], marks: Marks) -> Value:
    """Return the tuple, or else the list, of `items`."""
    made = make_tuple(items) if isinstance(type_, TupleType) else make_list(element_of(type_), items)
    return mark(made, marks)


def _decide_chunklist(arguments: Sequence[Value]) -> Type:
    return list_of(arguments[0].type)


def _chunklist(arguments: Sequence[Value], type_: Type, _environment: Environment) -> Value:
    (held, marks), (size_value, size_marks) = map(unmark, arguments)
    size, items, inner = read_whole(size_value), items_of(held), element_of(held.type)
    if size < 0:
        raise FunctionError("the size is below zero; give one from 1 up, or 0 for a single chunk")
    step = size or max(len(items), 1)
    chunks = [make_list(inner, items[at : at + step]) for at in range(0, len(items), step)]
    return mark(make_list(element_of(type_), chunks), marks | size_marks)


def _compact(arguments: Sequence[Value], type_: Type, _environment: Environment) -> Value:
    if not is_wholly_known(arguments[0]):
        return make_unknown(type_)
    return make_list(STRING, [item for item in items_of(arguments[0]) if not is_null(item) and text_of(item)])


def _decide_concat(arguments: Sequence[Value]) -> Type:
    if not arguments:
        raise FunctionError("a list is needed")
    types = [argument.type for argument in arguments]
    if all(is_collection(type_, "list") for type_ in types):
        common = unify_unsafe(types)
        if common is not None:
            return common
    items: list[Type] = []
    for position, argument in enumerate(arguments):
        if not is_sequence(argument.type):
            raise FunctionError(f"a list or a tuple is needed, not {describe_type(argument.type)}", position)
        if not isinstance(argument.type, TupleType) and not is_known(argument):
            return DYNAMIC
        items += item_types_of(argument.type, 0 if not is_known(argument) else len(items_of(argument)))
    return TupleType(tuple(items))


def _concat(arguments: Sequence[Value], type_: Type, _environment: Environment) -> Value:
    items: list[Value] = []
    marks = NO_MARKS
    for position, argument in enumerate(arguments):
        held = argument if isinstance(type_, TupleType) else _convert(argument, type_, position)
        marks |= held.marks
        items += items_of(held)
        check_count(len(items))
    return _make_sequence(type_, items, marks)


def _convert(value: Value, type_: Type, position: int) -> Value:
    try:
        return convert(value, type_)
    except ConversionError as error:
        raise FunctionError(str(error), position) from None


def _decide_same(arguments: Sequence[Value]) -> Type:
    return arguments[0].type


def _distinct(arguments: Sequence[Value], type_: Type, _environment: Environment) -> Value:
    if not is_wholly_known(arguments[0]):
        return make_unknown(type_)
    seen: set[Hashable] = set()
    kept = []
    for item in items_of(arguments[0]):
        key = make_key(item)
        if key not in seen:
            seen.add(key)
            kept.append(item)
    return make_list(element_of(type_), kept)


def _decide_flatten(arguments: Sequence[Value]) -> Type:
    held = arguments[0]
    if not is_wholly_known(held):
        return DYNAMIC
    if not _is_flat_kind(held.type):
        raise FunctionError("a list, a set or a tuple is needed")
    items, _ = _flatten_deep(held)
    return DYNAMIC if items is None else TupleType(tuple([item.type for item in items]))


def _flatten(arguments: Sequence[Value], type_: Type, _environment: Environment) -> Value:
    if not _is_flat_kind(arguments[0].type):
        # Not wholly known, and so refused by Terraform only when it is.
        return make_unknown(type_, collect_marks(arguments[0]))
    items, marks = _flatten_deep(arguments[0])
    return make_unknown(type_, marks) if items is None else mark(make_tuple(items), marks)


def _is_flat_kind(type_: Type) -> bool:
    return isinstance(type_, TupleType) or is_collection(type_, "list", "set")


def _flatten_deep(held: Value) -> tuple[list[Value] | None, Marks]:
    """Return what is in `held` and in the sequences in it, None where that is not known yet, and their marks."""
    marks = held.marks
    if is_collection(held.type, "set") and not has_known_length(held):
        return None, marks
    items: list[Value] = []
    is_complete = True
    for item in items_of(held):
        if is_null(item) or not _is_flat_kind(item.type):
            # What is not known at all may yet turn out to be a list.
            is_complete = is_complete and (is_known(item) or item.type != DYNAMIC)
            items.append(item)
            continue
        inner, inner_marks = _flatten_deep(item) if is_known(item) else (None, item.marks)
        marks |= inner_marks
        is_complete = is_complete and inner is not None
        items += inner or ()
        check_count(len(items))
    return items if is_complete else None, marks


def _range(arguments: Sequence[Value], _type: Type, _environment: Environment) -> Value:
    start, end, step = _read_range([number_of(argument) for argument in arguments])
    is_down = compare(step, ZERO) < 0
    if is_down and compare(end, start) > 0:
        raise FunctionError("the end must be below the start where the step is negative", 1)
    if not is_down and compare(end, start) < 0:
        raise FunctionError("the end must be above the start where the step is positive", 1)
    numbers: list[Number] = []
    while (compare(start, end) > 0) if is_down else (compare(start, end) < 0):
        if len(numbers) >= _RANGE_LIMIT:
            raise FunctionError(f"the result has more than {_RANGE_LIMIT} elements; use a larger step, or a nearer end")
        numbers.append(start)
        start = add(start, step)
    return make_list(NUMBER, map(make_number, numbers))


def _read_range(numbers: list[Number]) -> tuple[Number, Number, Number]:
    """Return start, end and step."""
    match numbers:
        case [end]:
            return ZERO, end, from_int(-1) if compare(end, ZERO) < 0 else ONE
        case [start, end]:
            return start, end, from_int(-1) if compare(end, start) < 0 else ONE
        case [start, end, step]:
            return start, end, step
        case _:
            raise FunctionError("one, two or three numbers are needed")


def _decide_reverse(arguments: Sequence[Value]) -> Type:
    type_ = arguments[0].type
    if isinstance(type_, TupleType):
        return TupleType(type_.items[::-1])
    if not is_collection(type_, "list", "set"):
        raise FunctionError(f"a list or a tuple is needed, not {describe_type(type_)}", 0)
    return list_of(element_of(type_))


def _reverse(arguments: Sequence[Value], type_: Type, _environment: Environment) -> Value:
    return _make_sequence(type_, items_of(arguments[0])[::-1], arguments[0].marks)


def _decide_slice(arguments: Sequence[Value]) -> Type:
    type_ = arguments[0].type
    if is_collection(type_, "set"):
        raise FunctionError("the elements of a set have no positions; make a list of it with tolist", 0)
    if not is_sequence(type_):
        raise FunctionError("a list or a tuple is needed", 0)
    start, end = _read_bounds(arguments)
    if not isinstance(type_, TupleType):
        return type_
    return DYNAMIC if start is None or end is None else TupleType(type_.items[start:end])


def _slice(arguments: Sequence[Value], type_: Type, _environment: Environment) -> Value:
    start, end = _read_bounds(arguments)
    return _make_sequence(type_, items_of(arguments[0])[start:end], arguments[0].marks)


def _read_bounds(arguments: Sequence[Value]) -> tuple[int | None, int | None]:
    """Return where the slice begins and where it ends, None for what is not known."""
    held, start_value, end_value = arguments
    length = len(held.type.items) if isinstance(held.type, TupleType) else None
    if length is None and is_known(held):
        length = len(items_of(held))
    start = _read_bound(start_value, 1, length) if is_known(start_value) else None
    end = _read_bound(end_value, 2, length) if is_known(end_value) else None
    if start is not None and end is not None and start > end:
        raise FunctionError("the start must not be above the end", 1)
    return start, end


def _read_bound(value: Value, position: int, length: int | None) -> int:
    bound = read_whole(value, position)
    if bound < 0:
        raise FunctionError("it must not be below zero", position)
    if length is not None and bound > length:
        raise FunctionError(f"it must not be above the number of elements, {length}", position)
    return bound


def _sort(arguments: Sequence[Value], _type: Type, _environment: Environment) -> Value:
    if not is_known(arguments[0]):
        return make_unknown(list_of(STRING))
    items = items_of(arguments[0])
    if not all(map(is_known, items)):
        return make_list(STRING, [make_unknown(STRING)] * len(items))
    for index, item in enumerate(items):
        if is_null(item):
            raise FunctionError(f"element {index} is null, and null has no place in an order; leave it out")
    return make_list(STRING, sorted(items, key=text_of))


FUNCTIONS = (
    Function(
        name="chunklist",
        summary="Takes a list apart into lists of a size; the last one may be shorter.",
        parameters=(
            Parameter(name="list", type=list_of(DYNAMIC), takes_marked=True),
            Parameter(name="size", type=NUMBER, takes_marked=True),
        ),
        returns=_decide_chunklist,
        compute=_chunklist,
        examples=(
            Example(expression='jsonencode(chunklist(["a", "b", "c"], 2))', result=r'"[[\"a\",\"b\"],[\"c\"]]"'),
        ),
    ),
    Function(
        name="compact",
        summary="Leaves out the strings of a list that are empty or null.",
        parameters=(Parameter(name="list", type=list_of(STRING)),),
        returns=list_of(STRING),
        compute=_compact,
        examples=(Example(expression='join(" ", compact(["a", "", "b", null]))', result='"a b"'),),
    ),
    Function(
        name="concat",
        summary="Puts lists one behind the other.",
        variadic=Parameter(name="seqs", type=DYNAMIC, takes_marked=True),
        returns=_decide_concat,
        compute=_concat,
        examples=(Example(expression='join(" ", concat(["a", ""], ["b", "c"]))', result='"a  b c"'),),
    ),
    Function(
        name="distinct",
        summary="Leaves out the elements of a list that are there before.",
        parameters=(_LIST,),
        returns=_decide_same,
        compute=_distinct,
        examples=(Example(expression='join(" ", distinct(["a", "b", "a", "c", "b"]))', result='"a b c"'),),
    ),
    Function(
        name="flatten",
        summary="Puts the elements of all lists in a list in their place, however deep.",
        parameters=(_ANY_LIST,),
        returns=_decide_flatten,
        compute=_flatten,
        examples=(Example(expression='join(" ", flatten([["a", ["b"]], [], ["c"]]))', result='"a b c"'),),
    ),
    Function(
        name="range",
        summary="Counts from a start, or 0, to before an end, in steps: at most 1024 numbers.",
        variadic=Parameter(name="params", type=NUMBER),
        returns=list_of(NUMBER),
        compute=_range,
        examples=(
            Example(expression='join(" ", range(3))', result='"0 1 2"'),
            Example(expression='join(" ", range(1, 8, 2))', result='"1 3 5 7"'),
            Example(expression='join(" ", range(4, 1))', result='"4 3 2"'),
        ),
    ),
    Function(
        name="reverse",
        summary="Turns the order of a list around.",
        parameters=(_ANY_LIST,),
        returns=_decide_reverse,
        compute=_reverse,
        examples=(Example(expression='join(" ", reverse([1, 2, 3]))', result='"3 2 1"'),),
    ),
    Function(
        name="slice",
        summary="Gives the elements of a list from a position on, to before another one.",
        parameters=(
            _ANY_LIST,
            Parameter(name="start_index", type=NUMBER),
            Parameter(name="end_index", type=NUMBER),
        ),
        returns=_decide_slice,
        compute=_slice,
        examples=(Example(expression='join(" ", slice(["a", "b", "c", "d"], 1, 3))', result='"b c"'),),
    ),
    Function(
        name="sort",
        summary="Sorts a list of strings by their code points.",
        parameters=(Parameter(name="list", type=list_of(STRING), takes_unknown=True),),
        returns=list_of(STRING),
        compute=_sort,
        examples=(Example(expression='join(" ", sort(["e", "d", "a", "x"]))', result='"a d e x"'),),
    ),
)
