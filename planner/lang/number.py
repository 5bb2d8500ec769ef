"""Numbers: binary floating point of up to 512 bits, as Terraform has them (Go's `big.Float`).

Each knows its precision in bits: a result is rounded, half to even, to the larger of its operands', and is printed as
the shortest decimal that leads back to it. Refuses infinity minus infinity and the like with `ArithmeticError`.
"""

import re
from dataclasses import dataclass, field
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context
from functools import lru_cache
from typing import Final

__all__ = [
    "INFINITY",
    "NEGATIVE_INFINITY",
    "ONE",
    "PRECISION",
    "ZERO",
    "Number",
    "add",
    "ceil",
    "compare",
    "divide",
    "floor",
    "format_number",
    "from_float",
    "from_int",
    "multiply",
    "negate",
    "parse_number",
    "remainder",
    "round_to",
    "subtract",
    "to_float",
    "to_int",
]

PRECISION = 512
"""How many bits a number has that was written down."""

_INT_PRECISION = 64
_FLOAT_PRECISION = 53
_SIZE_LIMIT = 40_000
"""How many bits there may be before or behind the point where a number is written out: about 12,000 digits."""

_EXACT = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)
_DECIMAL = re.compile(r"(?P<sign>[+-]?)(?P<whole>[0-9]*)(?:\.(?P<part>[0-9]*))?(?:[eE](?P<exponent>[+-]?[0-9]{1,9}))?")


@dataclass(slots=True, unsafe_hash=True)
class Number:
    """`mantissa * 2 ** exponent`, the mantissa odd or 0; infinite where `exponent` is None, its sign the mantissa's.

    Numbers are equal when they have the same value: precision, and the sign of zero, do not count.
    """

    # Frozen to the type checker alone, as values are, because it is made as often.
    mantissa: Final[int]
    exponent: Final[int | None] = 0
    precision: Final[int] = field(default=PRECISION, compare=False)
    is_negative_zero: Final[bool] = field(default=False, compare=False)

    def __lt__(self, other: "Number") -> bool:
        return compare(self, other) < 0

    def __repr__(self) -> str:
        return f"Number({format_number(self)})"

    @property
    def is_finite(self) -> bool:
        """Whether this is a number at all."""
        return self.exponent is not None

    @property
    def is_whole(self) -> bool:
        """Whether there is nothing behind the point."""
        return self.exponent is not None and self.exponent >= 0

    @property
    def is_negative(self) -> bool:
        """Whether the sign is a minus, that of a zero too."""
        return self.mantissa < 0 or self.is_negative_zero


INFINITY = Number(1, None)
NEGATIVE_INFINITY = Number(-1, None)
ZERO = Number(0)
ONE = Number(1)


def _make(mantissa: int, exponent: int, precision: int) -> Number:
    """Return `mantissa * 2 ** exponent`, rounded half to even where it has more bits than `precision`."""
    if mantissa == 0:
        return Number(0, 0, precision)
    excess = mantissa.bit_length() - precision
    if excess > 0:
        magnitude = abs(mantissa)
        kept = magnitude >> excess
        rest = magnitude - (kept << excess)
        half = 1 << (excess - 1)
        if rest > half or (rest == half and kept & 1):
            kept += 1
        mantissa = kept if mantissa > 0 else -kept
        exponent += excess
    if mantissa & 1:
        return Number(mantissa, exponent, precision)
    zeros = (mantissa & -mantissa).bit_length() - 1
    return Number(mantissa >> zeros, exponent + zeros, precision)


@lru_cache(maxsize=1024)
def from_int(value: int, precision: int = _INT_PRECISION) -> Number:
    """Return the number that functions give for a count or a position: exact, of at least 64 bits."""
    return _make(value, 0, max(precision, value.bit_length()))


def from_float(value: float) -> Number:
    """Return the number that functions give which compute with 53 bits."""
    if value != value:  # noqa: PLR0124 - this is what not a number is
        raise ArithmeticError("not a number")
    if value in {float("inf"), float("-inf")}:
        return INFINITY if value > 0 else NEGATIVE_INFINITY
    numerator, denominator = value.as_integer_ratio()
    is_negative_zero = value == 0 and str(value).startswith("-")
    made = _make(numerator, 1 - denominator.bit_length(), _FLOAT_PRECISION)
    return Number(0, 0, _FLOAT_PRECISION, is_negative_zero=True) if is_negative_zero else made


def round_to(number: Number, precision: int) -> Number:
    """Return `number` with `precision` bits."""
    if number.exponent is None or number.mantissa == 0:
        return Number(number.mantissa, number.exponent, precision, is_negative_zero=number.is_negative_zero)
    return _make(number.mantissa, number.exponent, precision)


@lru_cache(maxsize=4096)
def parse_number(text: str, precision: int = PRECISION) -> Number | None:
    """Return the number that `text` spells in decimal; None where it spells none, or one of absurd size."""
    match = _DECIMAL.fullmatch(text)
    if match is None or not (match["whole"] or match["part"]):
        return None
    part = match["part"] or ""
    digits = (match["whole"] or "") + part
    exponent = int(match["exponent"] or 0) - len(part)
    if abs(exponent) + len(digits) > _SIZE_LIMIT // 3:
        return None
    mantissa = int(_EXACT.create_decimal(digits)) if len(digits) > 4000 else int(digits)
    if match["sign"] == "-":
        mantissa = -mantissa
    if mantissa == 0:
        return Number(0, 0, precision, is_negative_zero=match["sign"] == "-")
    if exponent >= 0:
        return _make(mantissa * 10**exponent, 0, precision)
    return _divide(mantissa, 10**-exponent, 0, precision)


def _divide(numerator: int, denominator: int, exponent: int, precision: int) -> Number:
    shift = max(precision + 2 - numerator.bit_length() + denominator.bit_length(), 0)
    quotient, rest = divmod(abs(numerator) << shift, denominator)
    # A bit of its own says that something is left, so that a tie is none.
    sticky = (quotient << 1) | (1 if rest else 0)
    return _make(sticky if numerator > 0 else -sticky, exponent - shift - 1, precision)


def to_int(number: Number) -> int:
    """Return the whole part of `number`, cut towards zero.

    Raises:
        ArithmeticError: it is infinite or absurdly large.
    """
    exponent = number.exponent
    if exponent is None or exponent > _SIZE_LIMIT:
        raise ArithmeticError("too large")
    if exponent >= 0:
        return number.mantissa << exponent
    magnitude = abs(number.mantissa) >> -exponent
    return magnitude if number.mantissa >= 0 else -magnitude


def to_float(number: Number) -> float:
    """Return the nearest float of 53 bits; one too large is infinite, as is what is infinite."""
    if number.exponent is None:
        return float("inf") if number.mantissa > 0 else float("-inf")
    if number.mantissa == 0:
        return -0.0 if number.is_negative_zero else 0.0
    rounded = _make(number.mantissa, number.exponent, _FLOAT_PRECISION)
    size = rounded.mantissa.bit_length() + (rounded.exponent or 0)
    if size > 1024:
        return float("inf") if number.mantissa > 0 else float("-inf")
    if size < -1100:
        return 0.0
    exponent = rounded.exponent or 0
    return float(rounded.mantissa << exponent) if exponent >= 0 else rounded.mantissa / (1 << -exponent)


def compare(one: Number, other: Number) -> int:
    """Return a number below, at or above 0 as `one` is below, at or above `other`."""
    if one.exponent == other.exponent:
        return (one.mantissa > other.mantissa) - (one.mantissa < other.mantissa)
    if one.exponent is None:
        return one.mantissa
    if other.exponent is None:
        return -other.mantissa
    if (one.mantissa > 0) != (other.mantissa > 0) or not one.mantissa or not other.mantissa:
        return 1 if one.mantissa > other.mantissa else -1
    sizes = one.mantissa.bit_length() + one.exponent, other.mantissa.bit_length() + other.exponent
    if sizes[0] != sizes[1]:
        return 1 if (sizes[0] > sizes[1]) == (one.mantissa > 0) else -1
    low = min(one.exponent, other.exponent)
    left, right = one.mantissa << (one.exponent - low), other.mantissa << (other.exponent - low)
    return (left > right) - (left < right)


def negate(number: Number) -> Number:
    """Return `-number`."""
    if number.mantissa == 0:
        return Number(0, 0, number.precision, is_negative_zero=not number.is_negative_zero)
    return Number(-number.mantissa, number.exponent, number.precision)


def add(one: Number, other: Number) -> Number:
    """Return `one + other`.

    Raises:
        ArithmeticError: infinities of opposite signs.
    """
    precision = max(one.precision, other.precision)
    if one.exponent is None or other.exponent is None:
        if one.exponent is None and other.exponent is None and one.mantissa != other.mantissa:
            raise ArithmeticError("infinity minus infinity")
        return one if one.exponent is None else other
    if one.mantissa == 0 and other.mantissa == 0:
        return Number(0, 0, precision, is_negative_zero=one.is_negative_zero and other.is_negative_zero)
    low = min(one.exponent, other.exponent)
    if one.exponent - low + other.exponent - low < PRECISION:
        return _make(
            (one.mantissa << (one.exponent - low)) + (other.mantissa << (other.exponent - low)), low, precision
        )
    large, small = (one, other) if _measure(one) >= _measure(other) else (other, one)
    if small.mantissa == 0 or _measure(large) - _measure(small) > 4 * PRECISION:
        return round_to(large, precision)
    total = (one.mantissa << (one.exponent - low)) + (other.mantissa << (other.exponent - low))
    return _make(total, low, precision)


def _measure(number: Number) -> int:
    """Return how many bits `number` has before the point; far below all others for 0."""
    return number.mantissa.bit_length() + (number.exponent or 0) if number.mantissa else -(1 << 62)


def subtract(one: Number, other: Number) -> Number:
    """Return `one - other`.

    Raises:
        ArithmeticError: infinities of the same sign.
    """
    return add(one, negate(other))


def multiply(one: Number, other: Number) -> Number:
    """Return `one * other`, with as many bits as the product needs, up to 512.

    Raises:
        ArithmeticError: zero times infinity.
    """
    is_negative = one.is_negative != other.is_negative
    if one.exponent is None or other.exponent is None:
        if one.mantissa == 0 or other.mantissa == 0:
            raise ArithmeticError("zero times infinity")
        return NEGATIVE_INFINITY if is_negative else INFINITY
    precision = max(one.precision, other.precision)
    if one.mantissa == 0 or other.mantissa == 0:
        return Number(0, 0, precision, is_negative_zero=is_negative)
    mantissa = one.mantissa * other.mantissa
    if mantissa.bit_length() <= precision:
        # Of odd factors, so it is odd itself.
        return Number(mantissa, one.exponent + other.exponent, precision)
    product = _make(mantissa, one.exponent + other.exponent, PRECISION)
    return round_to(product, max(precision, product.mantissa.bit_length()))


def divide(one: Number, other: Number) -> Number:
    """Return `one / other`; something divided by zero is infinite.

    Raises:
        ArithmeticError: zero by zero, or infinity by infinity.
    """
    is_negative = one.is_negative != other.is_negative
    precision = max(one.precision, other.precision)
    if one.exponent is None or (other.mantissa == 0 and other.exponent is not None):
        if (one.exponent is None and other.exponent is None) or one.mantissa == 0:
            raise ArithmeticError("zero by zero, or infinity by infinity")
        return NEGATIVE_INFINITY if is_negative else INFINITY
    if other.exponent is None or one.mantissa == 0:
        return Number(0, 0, precision, is_negative_zero=is_negative)
    numerator = one.mantissa if other.mantissa > 0 else -one.mantissa
    return _divide(numerator, abs(other.mantissa), one.exponent - other.exponent, precision)


def remainder(one: Number, other: Number) -> Number:
    """Return what the whole part of `one / other` leaves of `one`; it has the sign of `one`. By zero leaves all.

    Raises:
        ArithmeticError: one of them is infinite, or their quotient is absurdly large.
    """
    if other.exponent is not None and other.mantissa == 0:
        return one
    if one.exponent is None or other.exponent is None:
        raise ArithmeticError("infinite operand")
    whole = to_int(divide(one, other))
    return subtract(one, round_to(multiply(other, _make(whole, 0, one.precision)), one.precision))


def floor(number: Number) -> Number:
    """Return the largest whole number that is not above `number`."""
    if number.exponent is None or number.exponent >= 0:
        return number
    return _make(number.mantissa >> -number.exponent, 0, number.precision)


def ceil(number: Number) -> Number:
    """Return the smallest whole number that is not below `number`."""
    return negate(floor(negate(number)))


def format_number(number: Number) -> str:
    """Return the shortest decimal that leads back to `number`, in full, without an exponent.

    Raises:
        ArithmeticError: it is absurdly large, or near to zero.
    """
    if number.exponent is None:
        return "+Inf" if number.mantissa > 0 else "-Inf"
    if number.mantissa == 0:
        return "-0" if number.is_negative_zero else "0"
    if abs(_measure(number)) > _SIZE_LIMIT:
        raise ArithmeticError("too many digits")
    sign = "-" if number.mantissa < 0 else ""
    if number.exponent >= 0 and _measure(number) <= number.precision:
        return sign + _write(abs(number.mantissa) << number.exponent)
    return sign + _format_shortest(abs(number.mantissa), number.exponent, number.precision)


def _write(value: int) -> str:
    """Return the digits of `value`; Python's own limit on them does not hold for decimals."""
    return str(value) if value.bit_length() < 14_000 else str(_EXACT.create_decimal(value))


def _format_shortest(mantissa: int, exponent: int, precision: int) -> str:
    """Return the shortest decimal between the two midpoints around the number, digit by digit as Go finds it."""
    # All of it in units of half the last bit, times a power of ten that makes every number here whole.
    spare = precision + 1 - mantissa.bit_length()
    middle, exponent = mantissa << spare, exponent - spare
    is_inclusive = (middle >> 1) & 1 == 0
    places = max(-exponent, 0)
    factor = 5**places if exponent < 0 else 1 << exponent
    texts = [_write(value * factor) for value in (middle - 1, middle, middle + 1)]
    width = max(map(len, texts))
    lower, digits, upper = (text.rjust(width, "0") for text in texts)
    lower_end, upper_end = len(lower.rstrip("0")), len(upper.rstrip("0"))
    kept = len(digits.rstrip("0"))
    value = digits
    for at in range(kept):
        may_fall = lower[at] != digits[at] or (is_inclusive and at + 1 == lower_end)
        has_room = is_inclusive or int(digits[at]) + 1 < int(upper[at]) or at + 1 < upper_end
        may_rise = digits[at] != upper[at] and has_room
        if may_fall or may_rise:
            rises = may_rise and (not may_fall or _rounds_up(digits, at + 1))
            head = int(digits[: at + 1]) + (1 if rises else 0)
            value = str(head).rjust(at + 1, "0") + "0" * (width - at - 1)
            break
    return _place_point(value, places)


def _rounds_up(digits: str, at: int) -> bool:
    """Tell whether what is cut from `digits` at `at` is more than half, or half after an odd digit."""
    rest = digits[at:].rstrip("0")
    if rest == "5":
        return at > 0 and int(digits[at - 1]) % 2 == 1
    return rest > "5"


def _place_point(digits: str, places: int) -> str:
    if not places:
        return digits.lstrip("0") or "0"
    digits = digits.rjust(places + 1, "0")
    whole, part = digits[:-places].lstrip("0") or "0", digits[-places:].rstrip("0")
    return f"{whole}.{part}" if part else whole
