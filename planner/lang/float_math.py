"""Logarithms and powers of floats, to the bit as Terraform computes them.

The C library rounds differently in one case of fifty, which `ceil(log(n, 2))` makes visible. Where Terraform itself
differs from one processor to another, it is the one for x86-64 that is followed. Refuses nothing: see the results.
"""

import math
from fractions import Fraction

__all__ = ["compute_logarithm", "compute_power"]

_LN2_HIGH = 6.93147180369123816490e-01
_LN2_LOW = 1.90821492927058770002e-10
_COEFFICIENTS = (
    6.666666666666735130e-01,
    3.999999999940941908e-01,
    2.857142874366239149e-01,
    2.222219843214978396e-01,
    1.818357216161805012e-01,
    1.531383769920937332e-01,
    1.479819860511658591e-01,
)
_LOG2_E = 1.4426950408889634
_TAYLOR = (
    2.4801587301587301587e-5,
    1.9841269841269841270e-4,
    1.3888888888888888889e-3,
    8.3333333333333333333e-3,
    4.1666666666666666667e-2,
    1.6666666666666666667e-1,
    0.5,
    1.0,
)
"""`1 / n!` from 8 down to 1."""
_EXACT_LN2_HIGH = 0.69314718055966295651160180568695068359375
_EXACT_LN2_LOW = 0.28235290563031577122588448175013436025525412068e-12
_WHOLE_LIMIT = 2.0**63
_SCALE_LIMIT = 1 << 12


def compute_logarithm(value: float) -> float:
    """Return the natural logarithm of `value`: minus infinity for 0, not a number below.

    The method is fdlibm's: `value = 2 ** k * (1 + f)`, with f around 0, and a polynomial in `(f / (2 + f)) ** 2`.
    """
    if value != value or value == math.inf:  # noqa: PLR0124 - not a number stays so
        return value
    if value <= 0:
        return -math.inf if value == 0 else math.nan
    fraction, exponent = math.frexp(value)
    if fraction < math.sqrt(0.5):
        fraction, exponent = fraction * 2, exponent - 1
    rest = fraction - 1
    ratio = rest / (2 + rest)
    square = ratio * ratio
    fourth = square * square
    c1, c2, c3, c4, c5, c6, c7 = _COEFFICIENTS
    odd = square * (c1 + fourth * (c3 + fourth * (c5 + fourth * c7)))
    even = fourth * (c2 + fourth * (c4 + fourth * c6))
    half = 0.5 * rest * rest
    tail = ratio * (half + (odd + even)) + exponent * _LN2_LOW
    return exponent * _LN2_HIGH - ((half - tail) - rest)


def compute_power(value: float, power: float) -> float:
    """Return `value ** power`; infinite where it is too large, not a number where it is no real one."""
    if power == 0 or value == 1:
        return 1.0
    if not (value and math.isfinite(value) and math.isfinite(power)):
        return _raise_extreme(value, power)
    if power in {0.5, -0.5} and value > 0:
        root = math.sqrt(value)
        return root if power > 0 else 1 / root
    part, whole = math.modf(abs(power))
    if part and value < 0:
        return math.nan
    if whole >= _WHOLE_LIMIT:
        return _raise_beyond(value, power)
    return _raise_finite(value, part, whole, is_inverse=power < 0)


def _raise_extreme(value: float, power: float) -> float:
    """Return the power where one of both is infinite, or zero is raised: Python keeps the same rules."""
    try:
        return math.pow(value, power)
    except ValueError:
        # Zero to a negative power: Python refuses what is infinite, negative where the power is odd.
        is_odd = power == math.trunc(power) and power % 2 == 1
        return math.copysign(math.inf, value) if is_odd else math.inf


def _raise_beyond(value: float, power: float) -> float:
    """Return the power where it is whole and even, and so large that all but -1 goes to zero or to infinity."""
    if value == -1:
        return 1.0
    return 0.0 if (abs(value) < 1) == (power > 0) else math.inf


def _raise_finite(value: float, part: float, whole: float, *, is_inverse: bool) -> float:
    """Return the power by repeated squaring, mantissa and exponent apart."""
    result, scale = 1.0, 0
    if part:
        if part > 0.5:
            part, whole = part - 1, whole + 1
        result = _raise_e(part * compute_logarithm(value))
    mantissa, exponent = math.frexp(value)
    left = int(whole)
    while left:
        if abs(exponent) > _SCALE_LIMIT:
            scale += exponent
            break
        if left & 1:
            result, scale = result * mantissa, scale + exponent
        mantissa, exponent = mantissa * mantissa, exponent * 2
        if mantissa < 0.5:
            mantissa, exponent = mantissa * 2, exponent - 1
        left >>= 1
    return _scale(1 / result, -scale) if is_inverse else _scale(result, scale)


def _raise_e(power: float) -> float:
    """Return e to a `power` of moderate size.

    The method is Shibata's, made for processors that multiply and add in one step: a Taylor series for a sixteenth of
    what whole powers of 2 leave over, and four squarings.
    """
    exponent = round(power * _LOG2_E)
    rest = _fuse(-exponent, _EXACT_LN2_LOW, _fuse(-exponent, _EXACT_LN2_HIGH, power)) * 0.0625
    series = 0.0
    for coefficient in _TAYLOR:
        series = _fuse(series, rest, coefficient)
    # From here on it is the power minus 1, which loses no digits: (1 + x) ** 2 - 1 = x * (x + 2).
    grown = rest * series
    for _ in range(3):
        grown *= grown + 2
    return math.ldexp(_fuse(grown, grown + 2, 1.0), exponent)


def _fuse(one: float, other: float, addend: float) -> float:
    """Return `one * other + addend`, rounded once."""
    return float(Fraction(one) * Fraction(other) + Fraction(addend))


def _scale(value: float, exponent: int) -> float:
    try:
        return math.ldexp(value, exponent)
    except OverflowError:
        return math.copysign(math.inf, value)
