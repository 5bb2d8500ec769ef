"""Functions that turn values into other types, into JSON and back, and those that put marks on them or take them off.

Refuses a value that has no such form; what a message quotes is never a part of something sensitive.
"""

from collections.abc import Mapping, Sequence

from planner.lang.conversion import ConversionError, convert
from planner.lang.functions.signature import Environment, Example, Function, FunctionError, Parameter
from planner.lang.json_values import encode_json, parse_json_value
from planner.lang.mismatch import explain_mismatch
from planner.lang.quoting import quote
from planner.lang.show_value import name_type
from planner.lang.types import BOOL, DYNAMIC, NUMBER, STRING, Type, describe_type, list_of, map_of, set_of
from planner.lang.unify import is_convertible
from planner.lang.values import (
    FALSE,
    SENSITIVE,
    TRUE,
    MarkKind,
    Nothing,
    Value,
    collect_marks,
    has_mark,
    is_known,
    is_wholly_known,
    make_text,
    make_unknown,
    mark,
    text_of,
)

__all__ = ["FUNCTIONS"]

_QUOTED = 100
"""Up to how many characters of a string a message quotes."""


def _anything(name: str) -> Parameter:
    return Parameter(
        name=name, type=DYNAMIC, takes_null=True, takes_unknown=True, takes_dynamic=True, takes_marked=True
    )


def _make_conversion(name: str, target: Type, words: str, examples: tuple[Example, ...]) -> Function:
    def decide(arguments: Sequence[Value]) -> Type:
        source = arguments[0].type
        if not is_convertible(source, target):
            raise FunctionError(_refuse_type(source, target), 0)
        return target

    def compute(arguments: Sequence[Value], type_: Type, _: Environment) -> Value:
        (value,) = arguments
        if not is_known(value):
            return make_unknown(type_, value.marks)
        try:
            return convert(value, type_)
        except ConversionError as error:
            raise FunctionError(_refuse_value(value, target, error), 0) from None

    summary = f"Converts a value to {words}."
    parameters = (_anything("v"),)
    return Function(
        name=name, summary=summary, parameters=parameters, returns=decide, compute=compute, examples=examples
    )


def _refuse_type(source: Type, target: Type) -> str:
    wanted = describe_type(target)
    reason = explain_mismatch(source, target)
    more = "" if reason == f"{wanted} required" else f": {reason}"
    return f"cannot convert {name_type(source)} to {wanted}{more}"


def _refuse_value(value: Value, target: Type, error: ConversionError) -> str:
    given, wanted = name_type(value.type), describe_type(target)
    if any(one.kind is MarkKind.SENSITIVE for one in collect_marks(value)):
        return f"cannot convert this sensitive {given} to {wanted}"
    if not isinstance(value.content, str):
        return f"cannot convert {given} to {wanted}: {error}"
    text = quote(value.content) if len(value.content) <= _QUOTED else "this string"
    if target == BOOL:
        return f'cannot convert {text} to bool; only the strings "true" or "false" are allowed'
    return f"cannot convert {text} to {wanted}; only a string of decimal digits is a number"


def _get_type(arguments: Sequence[Value]) -> Type:
    return arguments[0].type


def _sensitive(arguments: Sequence[Value], _: Type, __: Environment) -> Value:
    return mark(arguments[0], frozenset({SENSITIVE}))


def _drop(value: Value, kind: MarkKind) -> Value:
    kept = frozenset(one for one in value.marks if one.kind is not kind)
    return Value(value.type, value.content, kept)


def _nonsensitive(arguments: Sequence[Value], _: Type, environment: Environment) -> Value:
    return arguments[0] if environment.keeps_marks else _drop(arguments[0], MarkKind.SENSITIVE)


def _issensitive(arguments: Sequence[Value], _: Type, __: Environment) -> Value:
    (value,) = arguments
    if has_mark(value, MarkKind.SENSITIVE):
        return TRUE
    return FALSE if is_known(value) else make_unknown(BOOL, value.marks)


def _ephemeralasnull(arguments: Sequence[Value], _: Type, __: Environment) -> Value:
    return _nullify(arguments[0])


def _nullify(value: Value) -> Value:
    """Return `value` with null in place of all that is ephemeral; what is unknown stays so."""
    if has_mark(value, MarkKind.EPHEMERAL):
        nothing = Nothing.NULL if is_known(value) else Nothing.UNKNOWN
        return _drop(Value(value.type, nothing, value.marks), MarkKind.EPHEMERAL)
    content = value.content
    if isinstance(content, tuple):
        return Value(value.type, tuple(map(_nullify, content)), value.marks)
    if isinstance(content, Mapping):
        return Value(value.type, {key: _nullify(member) for key, member in content.items()}, value.marks)
    return value


def _jsonencode(arguments: Sequence[Value], _: Type, __: Environment) -> Value:
    (value,) = arguments
    if not is_wholly_known(value):
        return make_unknown(STRING)
    try:
        return make_text(encode_json(value))
    except ValueError as error:
        raise FunctionError(str(error)) from None


def _jsondecode(arguments: Sequence[Value], _: Type, __: Environment) -> Value:
    try:
        return parse_json_value(text_of(arguments[0]))
    except ValueError as error:
        raise FunctionError(str(error)) from None


FUNCTIONS: tuple[Function, ...] = (
    _make_conversion("tostring", STRING, "a string", (Example(expression="tostring(1.50)", result='"1.5"'),)),
    _make_conversion("tonumber", NUMBER, "a number", (Example(expression='tonumber("1e3")', result="1000"),)),
    _make_conversion("tobool", BOOL, "a bool", (Example(expression='tobool("true")', result="true"),)),
    _make_conversion(
        "tolist",
        list_of(DYNAMIC),
        "a list, whose elements become of one type",
        (Example(expression='tolist(["a", 1])', result='tolist([\n  "a",\n  "1",\n])'),),
    ),
    _make_conversion(
        "toset",
        set_of(DYNAMIC),
        "a set, whose elements are in order and each there once",
        (Example(expression="toset([2, 1, 2])", result="toset([\n  1,\n  2,\n])"),),
    ),
    _make_conversion(
        "tomap",
        map_of(DYNAMIC),
        "a map, whose elements become of one type",
        (Example(expression='tomap({ a = 1, b = "x" })', result='tomap({\n  "a" = "1"\n  "b" = "x"\n})'),),
    ),
    Function(
        name="sensitive",
        summary="Gives a value that is never shown.",
        parameters=(_anything("value"),),
        returns=_get_type,
        compute=_sensitive,
        examples=(Example(expression='sensitive("a")', result="(sensitive value)"),),
    ),
    Function(
        name="nonsensitive",
        summary="Gives a value that is shown although it was sensitive.",
        parameters=(_anything("value"),),
        returns=_get_type,
        compute=_nonsensitive,
        examples=(Example(expression='nonsensitive(sensitive("a"))', result='"a"'),),
    ),
    Function(
        name="issensitive",
        summary="Tells whether a value is sensitive.",
        parameters=(_anything("value"),),
        returns=BOOL,
        compute=_issensitive,
        examples=(Example(expression='issensitive(sensitive("a"))', result="true"),),
    ),
    Function(
        name="ephemeralasnull",
        summary="Gives a value with null in place of all that is ephemeral in it.",
        parameters=(_anything("value"),),
        returns=_get_type,
        compute=_ephemeralasnull,
        examples=(Example(expression='ephemeralasnull(["a"])', result='[\n  "a",\n]'),),
    ),
    Function(
        name="jsonencode",
        summary="Writes a value as JSON.",
        parameters=(Parameter(name="val", type=DYNAMIC, takes_null=True, takes_unknown=True, takes_dynamic=True),),
        returns=STRING,
        compute=_jsonencode,
        examples=(Example(expression='jsonencode({ b = 1, a = ["x"] })', result=r'"{\"a\":[\"x\"],\"b\":1}"'),),
    ),
    Function(
        name="jsondecode",
        summary="Reads a JSON document as a value.",
        parameters=(Parameter(name="str", type=STRING),),
        returns=DYNAMIC,
        compute=_jsondecode,
        examples=(Example(expression=r'jsondecode("{\"a\": [1]}")', result='{\n  "a" = [\n    1,\n  ]\n}'),),
    ),
)
