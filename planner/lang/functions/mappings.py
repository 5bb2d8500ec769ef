"""The functions of maps and objects: their keys and values, merging, and looking for a key.

What was an object stays one, each attribute with its own type and marks. Refuses what is neither a map nor an object.
"""

from collections.abc import Mapping, Sequence

from planner.lang.conversion import ConversionError, convert
from planner.lang.equality import equals
from planner.lang.functions.arguments import check_count, element_of, is_collection, make_key
from planner.lang.functions.signature import Environment, Example, Function, FunctionError, Parameter, TooLargeError
from planner.lang.types import (
    DYNAMIC,
    STRING,
    DynamicType,
    ObjectType,
    TupleType,
    Type,
    describe_type,
    list_of,
    make_object_type,
    map_of,
)
from planner.lang.unify import unify_unsafe
from planner.lang.values import (
    FALSE,
    NO_MARKS,
    TRUE,
    Value,
    is_known,
    is_null,
    is_wholly_known,
    items_of,
    list_members,
    make_list,
    make_map,
    make_object,
    make_text,
    make_tuple,
    make_unknown,
    mark,
    members_of,
    text_of,
    unmark,
)

__all__ = ["FUNCTIONS"]

_COMPARISON_LIMIT = 10_000_000
"""How many comparisons of values there may be that are not wholly known."""
_ANY_LIST = list_of(DYNAMIC)


def _decide_keys(arguments: Sequence[Value]) -> Type:
    type_ = arguments[0].type
    if isinstance(type_, ObjectType):
        return TupleType((STRING,) * len(type_.attributes))
    if not is_collection(type_, "map"):
        raise FunctionError("a map or an object is needed", 0)
    return list_of(STRING)


def _keys(arguments: Sequence[Value], type_: Type, _environment: Environment) -> Value:
    held = arguments[0]
    if isinstance(held.type, ObjectType):
        # The names are known even where the object is not.
        return mark(make_tuple([make_text(name) for name, _ in held.type.attributes]), held.marks)
    if not is_known(held):
        return make_unknown(type_, held.marks)
    return mark(make_list(STRING, map(make_text, sorted(members_of(held)))), held.marks)


def _decide_values(arguments: Sequence[Value]) -> Type:
    type_ = arguments[0].type
    if isinstance(type_, ObjectType):
        return TupleType(tuple([inner for _, inner in type_.attributes]))
    if not is_collection(type_, "map"):
        raise FunctionError("a map or an object is needed")
    return list_of(element_of(type_))


def _values(arguments: Sequence[Value], type_: Type, _environment: Environment) -> Value:
    held = arguments[0]
    items = [member for _, member in list_members(held)]
    made = make_tuple(items) if isinstance(type_, TupleType) else make_list(element_of(type_), items)
    return mark(made, held.marks)


def _decide_lookup(arguments: Sequence[Value]) -> Type:
    if len(arguments) > 3:
        raise FunctionError(f"two or three arguments are needed, not {len(arguments)}")
    held, key, *defaults = arguments
    if isinstance(held.type, ObjectType):
        return _find_attribute(held.type, key, defaults)
    if not is_collection(held.type, "map"):
        raise FunctionError("a map or an object is needed", 0)
    element = element_of(held.type)
    for default in defaults:
        try:
            convert(default, element)
        except ConversionError as error:
            raise FunctionError(f"the default must be as the elements of the map: {error}", 2) from None
    return element


def _find_attribute(type_: ObjectType, key: Value, defaults: Sequence[Value]) -> Type:
    if not is_known(key):
        return DYNAMIC
    name = text_of(key)
    types = dict(type_.attributes)
    if name in types:
        return types[name]
    if defaults:
        return defaults[0].type
    raise FunctionError(f'the object has no attribute "{name}"; give a default as third argument', 0)


def _lookup(arguments: Sequence[Value], type_: Type, _environment: Environment) -> Value:
    (held, marks), (key, key_marks) = map(unmark, arguments[:2])
    marks |= key_marks
    if not (is_known(held) and is_known(key)):
        return make_unknown(type_, marks)
    found = members_of(held).get(text_of(key))
    if found is None and len(arguments) > 2:
        found = _convert_default(arguments[2], type_)
    if found is None:
        shown = "the key" if key_marks else f'the key "{text_of(key)}"'
        raise FunctionError(f"{shown} is not in the map; give a default as third argument")
    return mark(found, marks)


def _convert_default(default: Value, type_: Type) -> Value:
    try:
        return convert(default, type_)
    except ConversionError as error:
        raise FunctionError(str(error)) from None


def _decide_matchkeys(arguments: Sequence[Value]) -> Type:
    values, keys, searchset = arguments
    if unify_unsafe([keys.type, searchset.type]) is None:
        raise FunctionError("the keys and what is searched for have no type in common; convert them first")
    return values.type


def _matchkeys(arguments: Sequence[Value], type_: Type, _environment: Environment) -> Value:
    values, keys, searchset = arguments
    common = unify_unsafe([keys.type, searchset.type])
    if len(items_of(values)) != len(items_of(keys)):
        raise FunctionError("there must be as many keys as values")
    if common is None or not items_of(searchset):
        return make_list(element_of(type_), ())
    if not is_wholly_known(values) or not is_wholly_known(keys):
        return make_unknown(type_)
    wanted = items_of(convert(searchset, common))
    found = _match_all(items_of(convert(keys, common)), wanted)
    kept = [] if found is None else [value for value, is_found in zip(items_of(values), found, strict=True) if is_found]
    return make_list(element_of(type_), kept)


def _match_all(keys: Sequence[Value], wanted: Sequence[Value]) -> list[bool] | None:
    """Return for each of `keys` whether it is wanted, None where it is not known of one of them."""
    if all(map(is_wholly_known, wanted)):
        held = set(map(make_key, wanted))
        return [make_key(key) in held for key in keys]
    if len(keys) * len(wanted) > _COMPARISON_LIMIT:
        raise TooLargeError(f"there would be more than {_COMPARISON_LIMIT:,} comparisons; use shorter lists")
    answers = [next((answer for one in wanted if (answer := equals(key, one)) != FALSE), FALSE) for key in keys]
    return [answer == TRUE for answer in answers] if all(map(is_known, answers)) else None


def _decide_merge(arguments: Sequence[Value]) -> Type:
    """Return the type that all arguments have, or else that of an object with the attributes of all."""
    attributes: dict[str, Type] = {}
    for argument in arguments:
        if isinstance(argument.type, DynamicType):
            return DYNAMIC
        if not isinstance(argument.type, ObjectType) and not is_collection(argument.type, "map"):
            raise FunctionError(f"all arguments must be maps or objects, not {describe_type(argument.type)}")
        if not is_null(argument) and (isinstance(argument.type, ObjectType) or is_known(argument)):
            attributes |= _list_attributes(argument)
    types = [argument.type for argument in arguments]
    if types and all(type_ == types[0] for type_ in types):
        return types[0] if not all(map(is_null, arguments)) else _drop_attributes(types[0])
    if any(not is_known(argument) and not isinstance(argument.type, ObjectType) for argument in arguments):
        return DYNAMIC
    return make_object_type(attributes)


def _drop_attributes(type_: Type) -> Type:
    return make_object_type({}) if isinstance(type_, ObjectType) else type_


def _list_attributes(value: Value) -> dict[str, Type]:
    if isinstance(value.type, ObjectType):
        return dict(value.type.attributes)
    return dict.fromkeys(members_of(value), element_of(value.type))


def _merge(arguments: Sequence[Value], type_: Type, _environment: Environment) -> Value:
    members: dict[str, Value] = {}
    marks = NO_MARKS
    for argument in arguments:
        if not is_null(argument):
            marks |= argument.marks
            if not isinstance(argument.content, Mapping):
                # Behind a null of no type, the types of the rest have not been looked at.
                raise FunctionError(f"all arguments must be maps or objects, not {describe_type(argument.type)}")
            members |= argument.content
            check_count(len(members))
    made = make_map(element_of(type_), members) if is_collection(type_, "map") else make_object(members)
    return mark(made, marks)


def _transpose(arguments: Sequence[Value], type_: Type, _environment: Environment) -> Value:
    if not is_wholly_known(arguments[0]):
        return make_unknown(type_)
    found: dict[str, list[Value]] = {}
    for key, texts in list_members(arguments[0]):
        if is_null(texts):
            raise FunctionError(f'the list at "{key}" is null; leave it out, or make it empty')
        for text in items_of(texts):
            if is_null(text):
                raise FunctionError(f'the list at "{key}" has a null in it; leave it out')
            found.setdefault(text_of(text), []).append(make_text(key))
    return make_map(list_of(STRING), {text: make_list(STRING, keys) for text, keys in found.items()})


def _decide_zipmap(arguments: Sequence[Value]) -> Type:
    keys, values = arguments
    if is_collection(values.type, "list"):
        return map_of(element_of(values.type))
    if not isinstance(values.type, TupleType):
        raise FunctionError("the values must be a list or a tuple")
    if not is_wholly_known(keys):
        return DYNAMIC
    names = _read_keys(keys)
    _check_lengths(len(names), len(values.type.items))
    return make_object_type(dict(zip(names, values.type.items, strict=True)))


def _zipmap(arguments: Sequence[Value], type_: Type, _environment: Environment) -> Value:
    keys, values = arguments
    marks = keys.marks | values.marks
    if not is_wholly_known(keys):
        return make_unknown(type_, marks)
    _check_lengths(len(items_of(keys)), len(items_of(values)))
    # A key bears no marks; the whole map bears those of all keys.
    marks = marks.union(*(key.marks for key in items_of(keys)))
    members = dict(zip(_read_keys(keys), items_of(values), strict=True))
    made = make_object(members) if isinstance(type_, ObjectType) else make_map(element_of(type_), members)
    return mark(made, marks)


def _read_keys(keys: Value) -> list[str]:
    for index, key in enumerate(items_of(keys)):
        if is_null(key):
            raise FunctionError(f"key {index} is null; leave it out")
    return list(map(text_of, items_of(keys)))


def _check_lengths(keys: int, values: int) -> None:
    if keys != values:
        raise FunctionError(f"there are {keys} keys and {values} values; give as many of both")


FUNCTIONS = (
    Function(
        name="keys",
        summary="Lists the keys of a map or an object, in order.",
        parameters=(Parameter(name="inputMap", type=DYNAMIC, takes_unknown=True, takes_marked=True),),
        returns=_decide_keys,
        compute=_keys,
        examples=(Example(expression='join(" ", keys({ a = 1, c = 2, d = 3 }))', result='"a c d"'),),
    ),
    Function(
        name="lookup",
        summary="Gives the value of a key in a map or an object, or else a default.",
        parameters=(
            Parameter(name="inputMap", type=DYNAMIC, takes_unknown=True, takes_marked=True),
            Parameter(name="key", type=STRING, takes_unknown=True, takes_marked=True),
        ),
        variadic=Parameter(
            name="default",
            type=DYNAMIC,
            takes_null=True,
            takes_unknown=True,
            takes_dynamic=True,
            takes_marked=True,
        ),
        returns=_decide_lookup,
        compute=_lookup,
        examples=(
            Example(expression='lookup({ a = "ay", b = "bee" }, "a", "what?")', result='"ay"'),
            Example(expression='lookup({ a = "ay", b = "bee" }, "c", "what?")', result='"what?"'),
        ),
    ),
    Function(
        name="matchkeys",
        summary="Gives those values whose keys, at the same positions, are among the keys that are searched for.",
        parameters=(
            Parameter(name="values", type=_ANY_LIST),
            Parameter(name="keys", type=_ANY_LIST),
            Parameter(name="searchset", type=_ANY_LIST),
        ),
        returns=_decide_matchkeys,
        compute=_matchkeys,
        examples=(
            Example(
                expression='join(" ", matchkeys(["i-1", "i-2", "i-3"], ["west", "east", "west"], ["west"]))',
                result='"i-1 i-3"',
            ),
        ),
    ),
    Function(
        name="merge",
        summary="Makes one map or object of several; of a key that several have, the last counts.",
        variadic=Parameter(name="maps", type=DYNAMIC, takes_null=True, takes_dynamic=True, takes_marked=True),
        returns=_decide_merge,
        compute=_merge,
        examples=(Example(expression="jsonencode(merge({ a = 1, b = 2 }, { b = 3 }))", result=r'"{\"a\":1,\"b\":3}"'),),
    ),
    Function(
        name="transpose",
        summary="Turns a map of lists around: each element becomes a key, with the keys that had it.",
        parameters=(Parameter(name="values", type=map_of(list_of(STRING))),),
        returns=map_of(list_of(STRING)),
        compute=_transpose,
        examples=(Example(expression='join(" ", transpose({ a = ["1", "2"], b = ["2", "3"] })["2"])', result='"a b"'),),
    ),
    Function(
        name="values",
        summary="Lists the values of a map or an object, in the order of their keys.",
        parameters=(Parameter(name="mapping", type=DYNAMIC, takes_marked=True),),
        returns=_decide_values,
        compute=_values,
        examples=(Example(expression='join(" ", values({ a = 3, c = 2, d = 1 }))', result='"3 2 1"'),),
    ),
    Function(
        name="zipmap",
        summary="Makes a map of a list of keys and a list of values.",
        parameters=(
            Parameter(name="keys", type=list_of(STRING), takes_marked=True),
            Parameter(name="values", type=DYNAMIC, takes_marked=True),
        ),
        returns=_decide_zipmap,
        compute=_zipmap,
        examples=(Example(expression='zipmap(["a", "b"], [1, 2])["b"]', result="2"),),
    ),
)
