"""The functions `format` and `formatlist`, with the verbs of Go's `fmt` that Terraform has.

Widths count characters as a reader sees them. Refuses arguments that the format does not use, and those of which there
are too few.
"""

from collections.abc import Sequence

from planner.lang.conversion import ConversionError, convert
from planner.lang.functions.arguments import check_count, check_size, write_text
from planner.lang.functions.format_verbs import Verb, parse_format
from planner.lang.functions.signature import Environment, Example, Function, FunctionError, Parameter
from planner.lang.graphemes import count_graphemes, split_graphemes
from planner.lang.json_values import encode_json
from planner.lang.number import Number
from planner.lang.number_formats import format_float, format_whole, to_whole
from planner.lang.sets import has_known_length
from planner.lang.types import BOOL, DYNAMIC, NUMBER, STRING, CollectionType, TupleType, Type, list_of
from planner.lang.values import (
    Value,
    bool_of,
    is_known,
    is_null,
    is_wholly_known,
    items_of,
    make_list,
    make_text,
    make_unknown,
    number_of,
    text_of,
)

__all__ = ["FUNCTIONS"]

_BASES = {"b": (2, "0b"), "o": (8, "0"), "d": (10, ""), "x": (16, "0x"), "X": (16, "0X")}
_FORMAT = Parameter(name="format", type=STRING)
_ARGUMENTS = Parameter(name="args", type=DYNAMIC, takes_null=True, takes_unknown=True)


def _format(arguments: Sequence[Value], _type: Type, _environment: Environment) -> Value:
    if not all(map(is_wholly_known, arguments[1:])):
        return make_unknown(STRING)
    return write_text(_fill(text_of(arguments[0]), arguments[1:]))


def _fill(text: str, values: Sequence[Value]) -> str:
    """Return the format `text` filled with `values`."""
    pieces, mistake = parse_format(text)
    parts, size, used = [], 0, 0
    for piece in pieces:
        if isinstance(piece, Verb):
            used = max(used, piece.argument + 1)
            parts.append(_fill_verb(piece, values))
        else:
            parts.append(piece)
        size += len(parts[-1])
        check_size(size)
    if mistake is not None:
        raise type(mistake)(str(mistake))
    if used < len(values):
        count = f"uses only {used} of {len(values)} arguments" if used else "uses no argument"
        raise FunctionError(f"the format {count}; leave this one out, or add a verb such as %s for it", used + 1)
    return "".join(parts)


def _fill_verb(verb: Verb, values: Sequence[Value]) -> str:
    if verb.argument >= len(values):
        raise FunctionError(f'"{verb.text}" needs argument {verb.argument + 1}, and there are {len(values)}')
    value = values[verb.argument]
    if verb.letter == "v":
        return _pad_text(verb, _show(verb, value))
    if is_null(value):
        raise FunctionError(f'"{verb.text}" takes no null; use %v for it')
    match verb.letter:
        case "t":
            return "true" if bool_of(_convert(verb, value, BOOL)) else "false"
        case "s" | "q":
            return _fill_text(verb, text_of(_convert(verb, value, STRING)))
        case _:
            number = number_of(_convert(verb, value, NUMBER))
            return _fill_whole(verb, number) if verb.letter in _BASES else _fill_float(verb, number)


def _convert(verb: Verb, value: Value, type_: Type) -> Value:
    try:
        return convert(value, type_)
    except ConversionError as error:
        raise FunctionError(f'"{verb.text}" cannot write this argument: {error}') from None


def _show(verb: Verb, value: Value) -> str:
    """Return `value` as its type is best written: a string as it is, a number in few digits, all else as JSON."""
    content = value.content
    if "#" not in verb.flags and isinstance(content, str):
        return content
    if "#" not in verb.flags and isinstance(content, Number):
        return ("-" if content.is_negative else "+" if not content.is_finite else "") + _write_float(verb, content)
    try:
        return encode_json(value)
    except ValueError as error:
        raise FunctionError(f'"{verb.text}" cannot write this argument as JSON: {error}') from None


def _fill_text(verb: Verb, text: str) -> str:
    if verb.precision:
        text = "".join(split_graphemes(text)[: verb.precision])
    return _pad_text(verb, encode_json(make_text(text)) if verb.letter == "q" else text)


def _pad_text(verb: Verb, text: str) -> str:
    if verb.width is None:
        return text
    padding = ("0" if "0" in verb.flags else " ") * (verb.width - count_graphemes(text))
    return text + padding if "-" in verb.flags else padding + text


def _fill_whole(verb: Verb, number: Number) -> str:
    whole = to_whole(number)
    if whole is None:
        raise FunctionError(f'"{verb.text}" needs a whole number; use %f or %g for one with a fraction')
    base, prefix = _BASES[verb.letter]
    digits = format_whole(abs(whole), base)
    digits = digits.upper() if verb.letter == "X" else digits
    if verb.precision == 0 and not whole:
        return ""
    head = _choose_sign(verb, is_negative=whole < 0) + (prefix if "#" in verb.flags else "")
    digits = digits.rjust(verb.precision or 0, "0")
    width = verb.width or 0
    if "-" in verb.flags:
        return (head + digits).ljust(width)
    if "0" in verb.flags and verb.precision is None:
        return head + digits.rjust(width - len(head), "0")
    return (head + digits).rjust(width)


def _fill_float(verb: Verb, number: Number) -> str:
    sign, digits, width = (
        _choose_sign(verb, is_negative=number.is_negative),
        _write_float(verb, number),
        verb.width or 0,
    )
    if not number.is_finite and not sign:
        sign = "+"
    if "0" in verb.flags and number.is_finite:
        return sign + digits.rjust(width - len(sign), "0")
    return (sign + digits).ljust(width) if "-" in verb.flags else (sign + digits).rjust(width)


def _write_float(verb: Verb, number: Number) -> str:
    precision = None if verb.letter == "v" else verb.precision
    letter = "g" if verb.letter == "v" else verb.letter.lower()
    try:
        digits = format_float(number, letter, precision)
    except ArithmeticError:
        raise FunctionError(f'"{verb.text}" cannot write a number of this size') from None
    return digits.replace("e", "E") if verb.letter in "EG" else digits


def _choose_sign(verb: Verb, *, is_negative: bool) -> str:
    if is_negative:
        return "-"
    return "+" if "+" in verb.flags else " " if " " in verb.flags else ""


def _formatlist(arguments: Sequence[Value], _type: Type, _environment: Environment) -> Value:
    text, values = text_of(arguments[0]), arguments[1:]
    if not values:
        return make_list(STRING, [write_text(_fill(text, ()))])
    count = _count_rounds(values)
    if not all(map(_is_ready, values)):
        return make_unknown(list_of(STRING))
    check_count(count)
    size, results = 0, []
    for index in range(count):
        results.append(_fill_round(text, [_pick(value, index) for value in values], index))
        size += len(results[-1].content) if isinstance(results[-1].content, str) else 0
        check_size(size)
    return make_list(STRING, results)


def _fill_round(text: str, values: Sequence[Value], index: int) -> Value:
    if not all(map(is_wholly_known, values)):
        return make_unknown(STRING)
    try:
        return write_text(_fill(text, values))
    except FunctionError as error:
        raise type(error)(f"at element {index}, {error}") from None


def _is_sequence(value: Value) -> bool:
    type_ = value.type
    is_collection = isinstance(type_, CollectionType) and type_.kind != "map"
    return (is_collection or isinstance(type_, TupleType)) and not is_null(value)


def _is_ready(value: Value) -> bool:
    """Tell whether it is known what there is of `value` in each round."""
    if not _is_sequence(value):
        return True
    return is_known(value) and _count(value) is not None


def _count(value: Value) -> int | None:
    """Return how many elements a sequence has, None where that is not known."""
    if isinstance(value.type, TupleType):
        return len(value.type.items)
    return len(items_of(value)) if is_known(value) and (_is_list(value) or has_known_length(value)) else None


def _is_list(value: Value) -> bool:
    return isinstance(value.type, CollectionType) and value.type.kind == "list"


def _count_rounds(values: Sequence[Value]) -> int:
    """Return how many elements all sequences among `values` have; 1 where there is none."""
    first, length = 0, None
    for position, value in enumerate(values, 1):
        count = _count(value) if _is_sequence(value) else None
        if count is None:
            continue
        if length is None:
            first, length = position, count
        elif count != length:
            raise FunctionError(
                f"argument {position} has {count} elements, and argument {first} has {length}; "
                f"give lists of the same length",
                position,
            )
    return 1 if length is None else length


def _pick(value: Value, index: int) -> Value:
    return items_of(value)[index] if _is_sequence(value) else value


FUNCTIONS = (
    Function(
        name="format",
        summary="Fills a format such as `%s` or `%05.2f` with values.",
        parameters=(_FORMAT,),
        variadic=_ARGUMENTS,
        returns=STRING,
        compute=_format,
        examples=(
            Example(expression='format("Hello, %s!", "Ander")', result='"Hello, Ander!"'),
            Example(expression='format("There are %d lights", 4)', result='"There are 4 lights"'),
            Example(expression='format("%-5s|%03d|%.1f", "a", 7, 2.25)', result='"a    |007|2.2"'),
        ),
    ),
    Function(
        name="formatlist",
        summary="Fills a format once for each element of the lists among the values.",
        parameters=(_FORMAT,),
        variadic=_ARGUMENTS,
        returns=list_of(STRING),
        compute=_formatlist,
        examples=(
            Example(
                expression='join("; ", formatlist("%s, %s!", "Hello", ["Ann", "Bo"]))',
                result='"Hello, Ann!; Hello, Bo!"',
            ),
        ),
    ),
)
