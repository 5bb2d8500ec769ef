"""The functions for numbers: rounding, the largest and the smallest, logarithms, powers, digits in other bases.

`log` and `pow` compute with floats, as Terraform does; the others are exact. Refuses what is not a number as a result.
"""

import math
import string
from collections.abc import Sequence

from planner.lang.conversion import ConversionError, convert
from planner.lang.float_math import compute_logarithm, compute_power
from planner.lang.functions.arguments import is_collection, is_sequence, read_float, read_whole
from planner.lang.functions.signature import Environment, Example, Function, FunctionError, Parameter
from planner.lang.number import (
    INFINITY,
    NEGATIVE_INFINITY,
    Number,
    add,
    ceil,
    compare,
    floor,
    from_float,
    from_int,
    negate,
)
from planner.lang.types import DYNAMIC, NUMBER, STRING, Type, describe_type
from planner.lang.values import (
    Value,
    is_null,
    is_wholly_known,
    items_of,
    make_int,
    make_number,
    make_unknown,
    number_of,
    text_of,
)

__all__ = ["FUNCTIONS"]

_LONGEST = 6000
"""How many digits a text may have that is read as a number."""
_DIGITS = string.digits + string.ascii_lowercase + string.ascii_uppercase
_NUM = Parameter(name="num", type=NUMBER)


def _drop_sign_of_zero(number: Number) -> Number:
    """Return `number`; a zero becomes the positive one."""
    return Number(0, 0, number.precision) if number.exponent is not None and number.mantissa == 0 else number


def _abs(arguments: Sequence[Value], _type: Type, _environment: Environment) -> Value:
    number = number_of(arguments[0])
    return make_number(_drop_sign_of_zero(negate(number) if number.is_negative else number))


def _ceil(arguments: Sequence[Value], _type: Type, _environment: Environment) -> Value:
    return make_number(_drop_sign_of_zero(ceil(number_of(arguments[0]))))


def _floor(arguments: Sequence[Value], _type: Type, _environment: Environment) -> Value:
    return make_number(_drop_sign_of_zero(floor(number_of(arguments[0]))))


def _log(arguments: Sequence[Value], _type: Type, _environment: Environment) -> Value:
    over, under = (compute_logarithm(read_float(argument)) for argument in arguments)
    if under == 0:
        # Python refuses what is infinite here; a logarithm of 1 is the positive zero.
        return _write_float(math.nan if over == 0 or math.isnan(over) else math.copysign(math.inf, over))
    return _write_float(over / under)


def _pow(arguments: Sequence[Value], _type: Type, _environment: Environment) -> Value:
    return _write_float(compute_power(*map(read_float, arguments)))


def _write_float(value: float) -> Value:
    if math.isnan(value):
        raise FunctionError("the result is not a number; check the signs of the arguments")
    return make_number(from_float(value))


def _max(arguments: Sequence[Value], _type: Type, _environment: Environment) -> Value:
    return _choose(arguments, NEGATIVE_INFINITY, sign=1)


def _min(arguments: Sequence[Value], _type: Type, _environment: Environment) -> Value:
    return _choose(arguments, INFINITY, sign=-1)


def _choose(arguments: Sequence[Value], start: Number, *, sign: int) -> Value:
    """Return the first of the numbers that no other is beyond, to the side that `sign` tells."""
    if not arguments:
        raise FunctionError("at least one number is needed")
    chosen = start
    for number in map(number_of, arguments):
        if compare(number, chosen) * sign > 0:
            chosen = number
    return make_number(chosen)


def _signum(arguments: Sequence[Value], _type: Type, _environment: Environment) -> Value:
    whole = read_whole(arguments[0])
    return make_int((whole > 0) - (whole < 0))


def _decide_parseint(arguments: Sequence[Value]) -> Type:
    if arguments[0].type != STRING:
        raise FunctionError(f"a string is needed, not {describe_type(arguments[0].type)}", 0)
    return NUMBER


def _parseint(arguments: Sequence[Value], _type: Type, _environment: Environment) -> Value:
    text, base = text_of(arguments[0]), read_whole(arguments[1], 1)
    if not 2 <= base <= 62:
        raise FunctionError("the base must be a whole number from 2 to 62", 1)
    if len(text) > _LONGEST:
        raise FunctionError(f"the text has more than {_LONGEST:,} digits", 0)
    value = _parse_digits(text, base)
    if value is None:
        raise FunctionError(f'"{text}" is no whole number in base {base}', 0)
    return make_number(from_int(value))


def _parse_digits(text: str, base: int) -> int | None:
    """Return the number that `text` spells in `base`; letters are of either case up to base 36."""
    sign, digits = (text[:1], text[1:]) if text[:1] in {"+", "-"} and text else ("", text)
    digits = digits.lower() if base <= 36 else digits
    value = 0
    for digit in digits:
        rank = _DIGITS.find(digit)
        if not 0 <= rank < base:
            return None
        value = value * base + rank
    return None if not digits else -value if sign == "-" else value


def _sum(arguments: Sequence[Value], _type: Type, _environment: Environment) -> Value:
    held = arguments[0]
    if not is_sequence(held.type) and not is_collection(held.type, "set"):
        raise FunctionError(f"a list, a set or a tuple is needed, not {describe_type(held.type)}", 0)
    if not items_of(held):
        raise FunctionError("an empty list has no sum; put a 0 into it with concat", 0)
    if not is_wholly_known(held):
        return make_unknown(NUMBER)
    total, *rest = (number_of(_read_number(item)) for item in items_of(held))
    try:
        for number in rest:
            total = add(total, number)
    except ArithmeticError:
        raise FunctionError("infinity and minus infinity have no sum") from None
    return make_number(total)


def _read_number(item: Value) -> Value:
    try:
        number = convert(item, NUMBER)
    except ConversionError as error:
        raise FunctionError(f"all elements must be numbers: {error}", 0) from None
    if is_null(number):
        raise FunctionError("all elements must be numbers, and one is null", 0)
    return number


FUNCTIONS = (
    Function(
        name="abs",
        summary="Gives a number without its sign.",
        parameters=(Parameter(name="num", type=NUMBER, takes_dynamic=True),),
        returns=NUMBER,
        compute=_abs,
        examples=(Example(expression="abs(-12.4)", result="12.4"),),
    ),
    Function(
        name="ceil",
        summary="Rounds a number up to a whole one.",
        parameters=(_NUM,),
        returns=NUMBER,
        compute=_ceil,
        examples=(Example(expression="ceil(5.1)", result="6"),),
    ),
    Function(
        name="floor",
        summary="Rounds a number down to a whole one.",
        parameters=(_NUM,),
        returns=NUMBER,
        compute=_floor,
        examples=(Example(expression="floor(-4.1)", result="-5"),),
    ),
    Function(
        name="log",
        summary="Gives the logarithm of a number to a base.",
        parameters=(_NUM, Parameter(name="base", type=NUMBER)),
        returns=NUMBER,
        compute=_log,
        examples=(
            Example(expression="log(16, 2)", result="4"),
            Example(expression="ceil(log(15, 2))", result="4"),
        ),
    ),
    Function(
        name="max",
        summary="Gives the largest of the numbers.",
        variadic=Parameter(name="numbers", type=NUMBER, takes_dynamic=True),
        returns=NUMBER,
        compute=_max,
        examples=(
            Example(expression="max(12, 54, 3)", result="54"),
            Example(expression="max([12, 54, 3]...)", result="54"),
        ),
    ),
    Function(
        name="min",
        summary="Gives the smallest of the numbers.",
        variadic=Parameter(name="numbers", type=NUMBER, takes_dynamic=True),
        returns=NUMBER,
        compute=_min,
        examples=(Example(expression="min(12, 54, 3)", result="3"),),
    ),
    Function(
        name="parseint",
        summary="Reads a whole number that is written in a base from 2 to 62.",
        parameters=(Parameter(name="number", type=DYNAMIC), Parameter(name="base", type=NUMBER)),
        returns=_decide_parseint,
        compute=_parseint,
        examples=(
            Example(expression='parseint("ff", 16)', result="255"),
            Example(expression='parseint("-1010", 2)', result="-10"),
        ),
    ),
    Function(
        name="pow",
        summary="Raises a number to a power.",
        parameters=(_NUM, Parameter(name="power", type=NUMBER)),
        returns=NUMBER,
        compute=_pow,
        examples=(Example(expression="pow(3, 2)", result="9"), Example(expression="pow(4, 0.5)", result="2")),
    ),
    Function(
        name="signum",
        summary="Gives the sign of a whole number: -1, 0 or 1.",
        parameters=(_NUM,),
        returns=NUMBER,
        compute=_signum,
        examples=(Example(expression="signum(-13)", result="-1"),),
    ),
    Function(
        name="sum",
        summary="Adds up the numbers of a list or a set.",
        parameters=(Parameter(name="list", type=DYNAMIC),),
        returns=NUMBER,
        compute=_sum,
        examples=(Example(expression="sum([10, 13, 6, 4.5])", result="33.5"),),
    ),
)
