"""Waiting: reads how long a server asks us to wait, `Retry-After` of RFC 9110 section 10.2.3."""

import re
from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime

__all__ = ["read_retry_after"]

_SECONDS = re.compile(r"[0-9]{1,10}")


def read_retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Return the seconds that the answer asks for; None where it asks for nothing that can be understood.

    A date is compared with the answer's own `Date`, so that a wrong clock on either side does no harm; `now`, in
    seconds since 1970, stands in where the answer has none. A date in the past asks for 0.
    """
    asked = headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(asked):
        return float(asked)
    until = _read_date(asked)
    if until is None:
        return None
    sent = _read_date(headers.get("date", ""))
    return max(0.0, until - (now if sent is None else sent))


def _read_date(text: str) -> float | None:
    try:
        moment: datetime = parsedate_to_datetime(text)
        return moment.timestamp()
    except (ValueError, OverflowError, IndexError, TypeError):
        return None
