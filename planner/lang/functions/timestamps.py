"""Points in time as RFC 3339 writes them, of any year, to the nanosecond, each with its own offset from UTC.

Refuses days that no month has, seconds from 60 on, and durations that Terraform cannot hold: more than 292 years.
"""

import re
from dataclasses import dataclass
from datetime import date

__all__ = ["Timestamp", "add_duration", "format_offset", "format_timestamp", "parse_duration", "parse_timestamp"]

_DAY = 24 * 60 * 60
_SECOND = 10**9
_CYCLE_YEARS, _CYCLE_DAYS = 400, 146_097
"""After so many years the calendar begins anew."""

_STRICT = re.compile(
    r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})T(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2}):"
    r"(?P<second>[0-9]{2})(?:\.(?P<fraction>[0-9]+))?(?P<zone>Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
)
_LOOSE = re.compile(
    r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})T(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2}):"
    r"(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]+))?(?P<zone>Z|[+-](?:[01][0-9]|2[0-4]):(?:[0-5][0-9]|60))"
)
_YAML = (
    re.compile(
        r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})[Tt](?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{1,2}):"
        r"(?P<second>[0-9]{1,2})(?:[.,](?P<fraction>[0-9]+))?(?P<zone>Z|[+-](?:[01][0-9]|2[0-4]):(?:[0-5][0-9]|60))"
    ),
    re.compile(
        r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2}) (?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{1,2}):"
        r"(?P<second>[0-9]{1,2})(?:[.,](?P<fraction>[0-9]+))?(?P<zone>)"
    ),
    re.compile(
        r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})"
        r"(?P<hour>)(?P<minute>)(?P<second>)(?P<fraction>)(?P<zone>)"
    ),
)
_FORMS = {"strict": (_STRICT,), "loose": (_LOOSE,), "yaml": _YAML}
"""How a time may be written: as RFC 3339 has it; as Go reads that; as YAML has it."""

_UNITS = {"ns": 1, "us": 10**3, "µs": 10**3, "μs": 10**3, "ms": 10**6, "s": _SECOND, "m": 60 * _SECOND}
_UNITS |= {"h": 3600 * _SECOND}


@dataclass(frozen=True, slots=True)
class Timestamp:
    """A point in time: seconds since the year 1 began in UTC, nanoseconds, and the offset of its clock in minutes."""

    seconds: int
    nanoseconds: int
    offset: int

    @property
    def year(self) -> int:
        """The year on its own clock; year 0 is the one before 1."""
        return self._local_day.year + _CYCLE_YEARS * (self._local // _DAY // _CYCLE_DAYS)

    @property
    def month(self) -> int:
        """The month, from 1."""
        return self._local_day.month

    @property
    def day(self) -> int:
        """The day of the month, from 1."""
        return self._local_day.day

    @property
    def weekday(self) -> int:
        """The day of the week, Monday as 0."""
        return self._local_day.weekday()

    @property
    def clock(self) -> tuple[int, int, int]:
        """Hour, minute and second on its own clock."""
        rest = self._local % _DAY
        return rest // 3600, rest // 60 % 60, rest % 60

    @property
    def _local(self) -> int:
        return self.seconds + self.offset * 60

    @property
    def _local_day(self) -> date:
        """The day in the first cycle of the calendar that is as this one."""
        return date.fromordinal(self._local // _DAY % _CYCLE_DAYS + 1)


def parse_timestamp(text: str, form: str = "strict") -> Timestamp:
    """Return the point in time that `text` names: as RFC 3339 has it, "loose" as Go reads that, "yaml" as YAML has it.

    Raises:
        ValueError: it names none; the message says what is wrong with it.
    """
    found = next(filter(None, (pattern.fullmatch(text) for pattern in _FORMS[form])), None)
    if found is None:
        raise ValueError('this is no time as RFC 3339 has it, such as "2018-01-02T23:12:01Z"')
    year, month, day, hour, minute, second = (int(part or "0") for part in found.groups()[:6])
    if hour > 23 or minute > 59 or second > 59:
        raise ValueError("no day has this time: hours go up to 23, minutes and seconds up to 59")
    offset = _read_offset(found["zone"])
    seconds = _count_days(year, month, day) * _DAY + hour * 3600 + minute * 60 + second - offset * 60
    return Timestamp(seconds, int((found["fraction"] or "")[:9].ljust(9, "0")), offset)


def _read_offset(zone: str) -> int:
    if zone in {"", "Z"}:
        return 0
    minutes = int(zone[1:3]) * 60 + int(zone[4:])
    return -minutes if zone[0] == "-" else minutes


def _count_days(year: int, month: int, day: int) -> int:
    """Return the days since the year 1 began."""
    cycle = (year - 1) // _CYCLE_YEARS
    try:
        inner = date(year - cycle * _CYCLE_YEARS, month, day)
    except ValueError:
        raise ValueError("there is no such day in the calendar") from None
    return cycle * _CYCLE_DAYS + inner.toordinal() - 1


def format_timestamp(moment: Timestamp) -> str:
    """Return `moment` as RFC 3339 writes it, without a fraction of a second."""
    hour, minute, second = moment.clock
    year = f"-{-moment.year:04}" if moment.year < 0 else f"{moment.year:04}"
    day = f"{year}-{moment.month:02}-{moment.day:02}"
    zone = format_offset(moment.offset, ":") if moment.offset else "Z"
    return f"{day}T{hour:02}:{minute:02}:{second:02}{zone}"


def format_offset(offset: int, separator: str) -> str:
    """Return an offset from UTC in minutes as a sign, two digits for hours and two for minutes."""
    return f"{'-' if offset < 0 else '+'}{abs(offset) // 60:02}{separator}{abs(offset) % 60:02}"


def add_duration(moment: Timestamp, duration: int) -> Timestamp:
    """Return the point in time `duration` nanoseconds after `moment`."""
    seconds, nanoseconds = divmod(moment.nanoseconds + duration, _SECOND)
    return Timestamp(moment.seconds + seconds, nanoseconds, moment.offset)


_LARGEST = 2**63
_PART = re.compile(r"(?P<whole>[0-9]*)(?:\.(?P<fraction>[0-9]*))?(?P<unit>[^0-9.]*)")


def parse_duration(text: str) -> int:
    """Return the nanoseconds that `text` stands for: numbers with units, as in `1h30m` or `-1.5h`.

    Raises:
        ValueError: it stands for none, or for more than 292 years.
    """
    is_negative, rest = text.startswith("-"), text[1:] if text[:1] in {"-", "+"} else text
    if rest == "0":
        return 0
    total, at = 0, 0
    while at < len(rest) or not rest:
        part = _PART.match(rest, at)
        if part is None or not (part["whole"] or part["fraction"]):
            raise ValueError('a duration is made of numbers with units, such as "1h30m" or "-1.5h"')
        total += _measure_part(part)
        at = part.end()
    if total > _LARGEST or (total == _LARGEST and not is_negative):
        raise ValueError("this is too long: a duration has at most 292 years")
    return -total if is_negative else total


def _measure_part(part: re.Match[str]) -> int:
    unit = _UNITS.get(part["unit"])
    if unit is None:
        shown = f'no unit "{part["unit"][:10]}"' if part["unit"] else f"no unit after {part[0][:30]}"
        raise ValueError(f'there is {shown}; the units are "h", "m", "s", "ms", "us" and "ns"')
    total = int(part["whole"][:30] or "0") * unit
    fraction = (part["fraction"] or "").rstrip("0")[:18]
    if fraction:
        # In floating point, as Go computes it.
        total += int(float(int(fraction)) * (float(unit) / 10 ** len(fraction)))
    if total > _LARGEST:
        raise ValueError("this is too long: a duration has at most 292 years")
    return total
