"""Numbers in the formats of `%e`, `%f`, `%g` and of other bases, to the digit as Go writes its big numbers.

Refuses, with `ArithmeticError`, a number of absurd size, as `planner.lang.number` does.
"""

from dataclasses import dataclass
from decimal import Decimal

from planner.lang.number import Number, format_number, to_int

__all__ = ["format_float", "format_whole", "to_whole"]

_SIZE_LIMIT = 40_000
_DEFAULT_PRECISION = 6
"""How many digits there are behind the point, if it is not said; and below how many `%g` needs no exponent."""


@dataclass(frozen=True, slots=True)
class _Digits:
    """`0.digits * 10 ** exponent`; no zeros at the end, and none at all for 0."""

    digits: str
    exponent: int


def format_whole(value: int, base: int) -> str:
    """Return the digits of `value`, which is not negative, in base 2, 8, 10 or 16."""
    match base:
        case 2:
            return f"{value:b}"
        case 8:
            return f"{value:o}"
        case 16:
            return f"{value:x}"
        case _:
            # Python's own limit on digits does not hold for decimals.
            return format(Decimal(value), "f")


def format_float(number: Number, verb: str, precision: int | None) -> str:
    """Return `number` without its sign, in the format of `verb`: one of `e`, `f` and `g`.

    `precision` is the number of digits behind the point, with `g` that of all digits; None is 6, with `g` as many as
    lead back to the number.
    """
    if number.exponent is None:
        return "Inf"
    if verb == "g":
        return _format_general(number, precision)
    places = _DEFAULT_PRECISION if precision is None else precision
    exact = _expand(number)
    if verb == "e":
        return _write_exponent(_round(exact, 1 + places), places)
    return _write_fixed(_round(exact, exact.exponent + places), places)


def _format_general(number: Number, precision: int | None) -> str:
    if precision is None:
        digits = _shorten(number)
        count, threshold = len(digits.digits), _DEFAULT_PRECISION
    else:
        count = threshold = max(precision, 1)
        digits = _round(_expand(number), count)
        if len(digits.digits) < count and len(digits.digits) >= digits.exponent:
            threshold = len(digits.digits)
        count = min(count, len(digits.digits))
    if not -4 <= digits.exponent - 1 < threshold:
        return _write_exponent(digits, count - 1)
    return _write_fixed(digits, max(count - digits.exponent, 0))


def _shorten(number: Number) -> _Digits:
    """Return the shortest digits that lead back to `number`."""
    whole, _, part = format_number(number).removeprefix("-").partition(".")
    return _normalize(whole + part, len(whole))


def _expand(number: Number) -> _Digits:
    """Return all digits of `number`."""
    exponent = number.exponent or 0
    if abs(number.mantissa.bit_length() + exponent) > _SIZE_LIMIT or -exponent > _SIZE_LIMIT:
        raise ArithmeticError("too many digits")
    places = max(-exponent, 0)
    text = format_whole(abs(number.mantissa) * 5**places << max(exponent, 0), 10)
    return _normalize(text, len(text) - places)


def _normalize(text: str, exponent: int) -> _Digits:
    digits = text.lstrip("0")
    return _Digits(digits.rstrip("0"), exponent - len(text) + len(digits) if digits else 0)


def _round(exact: _Digits, count: int) -> _Digits:
    """Return `exact` with no more than `count` digits, half to even."""
    digits = exact.digits
    if not 0 <= count < len(digits):
        return exact if count >= 0 else _Digits("", 0)
    rest = digits[count:]
    is_odd = count > 0 and int(digits[count - 1]) % 2 == 1
    if rest > "5" or (rest == "5" and is_odd):
        kept = format_whole(int(Decimal(digits[:count] or "0")) + 1, 10)
        # One digit more than before is a carry, as from 99 to 100.
        return _normalize(kept, exact.exponent + len(kept) - count)
    return _normalize(digits[:count], exact.exponent)


def _write_exponent(value: _Digits, places: int) -> str:
    first, rest = (value.digits[:1] or "0"), value.digits[1:]
    exponent = value.exponent - 1 if value.digits else 0
    point = f".{rest[:places].ljust(places, '0')}" if places > 0 else ""
    return f"{first}{point}e{'-' if exponent < 0 else '+'}{abs(exponent):02d}"


def _write_fixed(value: _Digits, places: int) -> str:
    digits, exponent = value.digits, value.exponent
    whole = digits[:exponent].ljust(exponent, "0") if exponent > 0 else ""
    part = ("0" * -exponent + digits if exponent < 0 else digits[exponent:])[:places]
    return (whole or "0") + (f".{part.ljust(places, '0')}" if places > 0 else "")


def to_whole(number: Number) -> int | None:
    """Return the whole number that `number` is, None where it is none."""
    return to_int(number) if number.is_whole and number.is_finite else None
